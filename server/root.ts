// Where the project and its bundle are on disk: needed for worker threads, migrations' data files and the viewer's assets.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function findRoot(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'geomig') return folder;
    if (dirname(folder) === folder) throw new Error('package.json of geomig not found above ' + __dirname);
  }
}

/** Absolute path of the project folder. */
export const projectRoot: string = findRoot();

/** File of a bundled entry point (`engine-worker`, `draw-worker`, …), to start a worker thread from. */
export function bundled(entry: string): string {
  return join(process.env['GEOMIG_BUILD'] ?? __dirname, `${entry}.js`);
}

/** Folder of the bundle that holds built assets (`viewer`). */
export function bundledFolder(name: string): string {
  return join(process.env['GEOMIG_BUILD'] ?? __dirname, name);
}
