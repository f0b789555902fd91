// One face for all files of vector data: finds out what a file is and opens it.
import { open, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Fault, unreachable } from '../core/model/fault';
import type { OpenOptions, VectorFormat, VectorSource } from '../core/ports/vector-source';
import { openCsv } from './csv-read';
import { chooseFromFolder, folderLayers, formatOfName, worthUnpacking } from './folder';
import { openGeoJson } from './geojson-read';
import { gpkgLayers, openGpkg } from './gpkg-read';
import { layerName } from './layers';
import { openShapefile } from './shapefile-read';
import { unpack } from './zip';

/**
 * Opens a file, a folder or a .zip of them. The caller closes the source.
 * Faults: invalid-format (nothing we read), malformed, too-large, missing-parameter (layer: several), invalid-value (layer, encoding, source), invalid-crs.
 */
export async function openSource(path: string, options: OpenOptions = {}): Promise<VectorSource> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new Fault('invalid-value', 'source', `there is no file ${basename(path)}`);
  if (found.isDirectory()) return openFolder(path, options);
  if (!found.isFile()) throw new Fault('invalid-value', 'source', `${basename(path)} is not a file`);
  const head = await firstBytes(path);
  if (head.readUInt32BE(0) === 0x504b0304) return openArchive(path, options);
  return openFile(path, options.format ?? formatOf(path, head), options);
}

/** The names of the layers a file holds, in its order; one that has no layers of its own counts as one. */
export async function layersOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new Fault('invalid-value', 'source', `there is no file ${basename(path)}`);
  if (found.isDirectory()) return (await folderLayers(path)).map(layer => layer.name);
  const head = await firstBytes(path);
  if (head.readUInt32BE(0) === 0x504b0304) {
    const folder = await unpack(path, worthUnpacking);
    try {
      return (await folderLayers(folder)).map(layer => layer.name);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  if (formatOf(path, head) === 'gpkg') return gpkgLayers(path);
  return [layerName(path)];
}

function openFile(path: string, format: VectorFormat, options: OpenOptions): Promise<VectorSource> {
  switch (format) {
    case 'gpkg':
      return openGpkg(path, options);
    case 'geojson':
    case 'geojson-seq':
      return openGeoJson(path, options);
    case 'shapefile':
    case 'dbf':
      return openShapefile(path, options);
    case 'csv':
      return openCsv(path, options);
    default:
      return unreachable(format);
  }
}

async function openArchive(path: string, options: OpenOptions): Promise<VectorSource> {
  const folder = await unpack(path, worthUnpacking);
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const source = await openFolder(folder, options);
    return {
      ...source,
      async close() {
        await source.close();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

async function openFolder(folder: string, options: OpenOptions): Promise<VectorSource> {
  const layers = await folderLayers(folder);
  const chosen = chooseFromFolder(layers, options.layer);
  if (chosen.format === 'gpkg') {
    const { layer, ...rest } = options;
    return openGpkg(chosen.path, layer === undefined || layer.toLowerCase() === chosen.name.toLowerCase() ? rest : options);
  }
  const source = await openFile(chosen.path, chosen.format, options);
  return { ...source, layers: layers.map(layer => layer.name), layer: chosen.name };
}

/** By the first bytes where they say it, else by the name. */
function formatOf(path: string, head: Buffer): VectorFormat {
  if (head.toString('latin1', 0, 15) === 'SQLite format 3') return 'gpkg';
  if (head.readUInt32BE(0) === 9994) return 'shapefile';
  const named = formatOfName(path);
  if (named !== null) return named;
  const start = head.toString('latin1').replace(/\0+$/, '').trimStart();
  if (/\.json(\.gz)?$/i.test(path) || start.startsWith('{') || start.startsWith('\x1e')) return 'geojson';
  if (/\.txt(\.gz)?$/i.test(path)) return 'csv';
  throw new Fault(
    'invalid-format',
    'source',
    `${basename(path)} is of no format that is read here: GeoPackage, Shapefile (.shp or .zip), GeoJSON (also newline-delimited or .gz), CSV`,
  );
}

/** The first 64 bytes, zeros after the end of a shorter file. */
async function firstBytes(path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(64);
  const file = await open(path, 'r');
  try {
    await file.read(buffer, 0, 64, 0);
    return buffer;
  } finally {
    await file.close();
  }
}
