// One face for all files of vector data: finds out what a file is and opens it.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Fault } from '../core/model/fault';
import type { OpenOptions, VectorFormat, VectorSource } from '../core/ports/vector-source';
import { openGeoJson } from './geojson-read';
import { openGpkg } from './gpkg-read';

/**
 * Opens a file (a folder or an archive of them, too). The caller closes the source.
 * Faults: invalid-format (nothing we read), malformed, too-large, missing-parameter (layer: several), invalid-value (layer, encoding, source), invalid-crs.
 */
export async function openSource(path: string, options: OpenOptions = {}): Promise<VectorSource> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new Fault('invalid-value', 'source', `there is no file ${basename(path)}`);
  const format = options.format ?? (await formatOf(path));
  switch (format) {
    case 'gpkg':
      return openGpkg(path, options);
    case 'geojson':
    case 'geojson-seq':
      return openGeoJson(path, options);
    default:
      throw new Fault('invalid-format', 'source', `${basename(path)} is of no format that is read here`);
  }
}

async function formatOf(path: string): Promise<VectorFormat> {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (/\.gpkg$/.test(name)) return 'gpkg';
  return 'geojson';
}
