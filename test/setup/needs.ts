// Tests that need a program which npm does not bring. Where it is there, they run; where it lacks, a test says so by name;
// in the full run (GEOMIG_TEST_COMPLETE) a lacking program is a failure: nothing is skipped there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface Tool {
  readonly name: string;
  readonly present: () => boolean;
}

/** Debian's interpreter, to which Debian's modules belong (another python3 on the path may hide it). */
export const pythonPath = '/usr/bin/python3';

/** Environment for clients that would open windows. */
export const headless = { ...process.env, QT_QPA_PLATFORM: 'offscreen', QGIS_NO_AUTH_MANAGER_WARNING: '1' };

const python = (module: string): Tool => ({
  name: `${pythonPath} with ${module}`,
  present: () => existsSync(pythonPath) && spawnSync(pythonPath, ['-c', `import ${module}`], { env: headless }).status === 0,
});

export const tools = {
  qgis: python('qgis.core'),
  gdal: python('osgeo.ogr'),
  owslib: python('owslib.csw'),
  chromium: { name: 'chromium', present: () => existsSync('/usr/bin/chromium') },
  xmllint: { name: 'xmllint', present: () => existsSync('/usr/bin/xmllint') },
} as const satisfies Readonly<Record<string, Tool>>;

/** describe() where every tool is there; else one test that names what lacks, failing in the full run. */
export function describeWith(needed: readonly Tool[], title: string, body: () => void): void {
  const lacking = needed.filter(tool => !tool.present()).map(tool => tool.name);
  if (lacking.length === 0) {
    describe(title, body);
    return;
  }
  test(`${title}: not run, this machine lacks ${lacking.join(' and ')}`, () => {
    expect(process.env['GEOMIG_TEST_COMPLETE'] === undefined ? [] : lacking).toEqual([]);
  });
}
