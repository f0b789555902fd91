// One face for all files of vector data: finds out what a file is and opens it.
import { open, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Fault, unreachable } from '../core/model/fault';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import type { OpenOptions, VectorFormat, VectorSource } from '../core/ports/vector-source';
import { openCsv } from './csv-read';
import { chooseFromFolder, folderLayers, formatOfName, worthUnpacking } from './folder';
import { openFgb } from './flatgeobuf-read';
import { openGeoJson } from './geojson-read';
import { gmlLayers, openGml } from './gml-features';
import { gpkgLayers, openGpkg } from './gpkg-read';
import { chooseLayer, layerName } from './layers';
import { openShapefile } from './shapefile-read';
import { unpack } from './zip';

/**
 * Opens a file, a folder or a .zip of them. The caller closes the source.
 * Faults: invalid-format (nothing we read), malformed, too-large, missing-parameter (layer: several), invalid-value (layer, encoding, source), invalid-crs.
 */
export async function openSource(path: string, options: OpenOptions = {}): Promise<VectorSource> {
  const say = speaker(options.language);
  const found = await stat(path).catch(() => null);
  if (found === null) throw absent(path, say);
  if (found.isDirectory()) return openFolder(path, options);
  if (!found.isFile())
    throw new Fault('invalid-value', 'source', say(`${basename(path)} n’est pas un fichier`, `${basename(path)} is not a file`));
  const head = await firstBytes(path);
  if (head.readUInt32BE(0) === 0x504b0304) return openArchive(path, options);
  const format = options.format ?? formatOf(path, head, say);
  // a file of one layer has the name of the file; those of several look for themselves
  if (options.layer !== undefined && !manyLayers.has(format)) chooseLayer([layerName(path)], options.layer, say);
  return openFile(path, format, options);
}

/** Formats whose readers choose among the layers, or have a name of their own for the only one. */
const manyLayers: ReadonlySet<VectorFormat> = new Set(['gpkg', 'gml', 'flatgeobuf']);

const absent = (path: string, say: Say): Fault =>
  new Fault('invalid-value', 'source', say(`le fichier ${basename(path)} n’existe pas`, `there is no file ${basename(path)}`));

/** The names of the layers a file holds, in its order; one that has no layers of its own counts as one. */
export async function layersOf(path: string): Promise<readonly string[]> {
  const say = speaker();
  const found = await stat(path).catch(() => null);
  if (found === null) throw absent(path, say);
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
  const format = formatOf(path, head, say);
  return format === 'gpkg' ? gpkgLayers(path) : format === 'gml' ? gmlLayers(path, say) : [layerName(path)];
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
    case 'flatgeobuf':
      return openFgb(path, options);
    case 'gml':
      return openGml(path, options);
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
  const chosen = chooseFromFolder(layers, options.layer, speaker(options.language));
  const { layer, ...rest } = options;
  if (chosen.format === 'gpkg' || chosen.format === 'gml')
    return openFile(chosen.path, chosen.format, layer === undefined || layer.toLowerCase() === chosen.name.toLowerCase() ? rest : options);
  const source = await openFile(chosen.path, chosen.format, rest);
  return { ...source, layers: layers.map(layer => layer.name), layer: chosen.name };
}

/** By the first bytes where they say it, else by the name. */
function formatOf(path: string, head: Buffer, say: Say): VectorFormat {
  if (head.toString('latin1', 0, 15) === 'SQLite format 3') return 'gpkg';
  if (head.readUInt32BE(0) === 9994) return 'shapefile';
  if (head.toString('latin1', 0, 3) === 'fgb') return 'flatgeobuf';
  const named = formatOfName(path);
  if (named !== null) return named;
  const start = head.toString('latin1').replace(/\0+$/, '').trimStart();
  if (/\.json(\.gz)?$/i.test(path) || start.startsWith('{') || start.startsWith('\x1e')) return 'geojson';
  if (/\.xml(\.gz)?$/i.test(path) || start.replace(/^\xef\xbb\xbf/, '').startsWith('<')) return 'gml';
  if (/\.txt(\.gz)?$/i.test(path)) return 'csv';
  const name = basename(path);
  throw new Fault(
    'invalid-format',
    'source',
    say(
      `${name} n’est d’aucun format lu ici : GeoPackage, Shapefile (.shp ou .zip), GeoJSON (aussi une entité par ligne, ou .gz), CSV, FlatGeobuf, GML, GeoTIFF`,
      `${name} is of no format that is read here: GeoPackage, Shapefile (.shp or .zip), GeoJSON (also newline-delimited or .gz), CSV, FlatGeobuf, GML, GeoTIFF`,
    ),
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
