// Tests that need a program which npm does not bring. Where it is there, they run; where it lacks, a test says so by name;
// in the full run (GEOMIG_TEST_COMPLETE) a lacking program is a failure: nothing is skipped there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import { xsdAvailable } from './xsd';

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

/** Real data and schemas that lie beside the project; nothing of them is committed. */
export const besideProject = (...path: readonly string[]): string => join(projectRoot, '..', 'shared', ...path);
const data = (...path: readonly string[]): Tool => ({
  name: `the folder ../shared/${path.join('/')}`,
  present: () => existsSync(besideProject(...path)),
});

export const tools = {
  schemas: { name: 'xmllint with the schemas in ../shared/schemas', present: () => xsdAvailable },
  records: data('data', 'records'),
  dublinCore: data('data', 'services', 'dc_records'),
  vectors: data('data', 'vector'),
  rasters: data('data', 'raster'),
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
