/** Jest runs the TypeScript sources through SWC; worker threads run from the bundle that globalSetup builds. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '\\.[cm]?[jt]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
  // packages that ship ES modules only and are used by the server or its tests
  transformIgnorePatterns: ['/node_modules/(?!(flatbush|flatgeobuf|flatqueue|kdbush|yaml)/)'],
  globalSetup: '<rootDir>/test/setup/build.cjs',
  setupFiles: ['<rootDir>/test/setup/seed.ts'],
  // the tests wait for engines, browsers and clients as much as they compute: every core is used
  maxWorkers: '100%',
  testTimeout: 60000,
};
