/**
 * `npm run test:pg [jest arguments]`: the tests on PostgreSQL. GEOMIG_TEST_DATABASE_URL names a server where databases may be made;
 * without it a throw-away cluster is started from the PostgreSQL installed on this machine and removed afterwards.
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');

/** Loads a TypeScript module of the tests. */
function load(file) {
  const cache = path.join(root, 'node_modules', '.cache', 'geomig');
  fs.mkdirSync(cache, { recursive: true });
  const folder = fs.mkdtempSync(path.join(cache, 'tmp-run-'));
  const outfile = path.join(folder, 'module.cjs');
  try {
    require('esbuild').buildSync({
      entryPoints: [path.join(root, file)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
    });
    return require(outfile);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main() {
  let cluster = null;
  let url = process.env.GEOMIG_TEST_DATABASE_URL;
  if (!url) {
    const { Cluster, programs } = load('test/setup/cluster.ts');
    if (!programs) {
      console.error('PostgreSQL is not installed here and GEOMIG_TEST_DATABASE_URL is not set: the tests on PostgreSQL cannot run.');
      return 2;
    }
    cluster = await Cluster.create();
    url = cluster.url();
  }
  const jest = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, GEOMIG_TEST_DATABASE_URL: url },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
  try {
    return await new Promise(resolve => jest.on('exit', code => resolve(code ?? 1)));
  } finally {
    cluster?.destroy();
  }
}

main().then(
  code => process.exit(code),
  error => {
    console.error(error);
    process.exit(1);
  },
);
