// A folder of vector files, or an archive unpacked into one: each file is a layer.
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Fault } from '../core/model/fault';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import type { VectorFormat } from '../core/ports/vector-source';
import { chooseLayer, layerName } from './layers';

export interface FolderLayer {
  readonly name: string;
  readonly path: string;
  readonly format: VectorFormat;
}

const maxFiles = 1000;
const maxDepth = 10;

/** Files that make a layer by themselves, and the ones that only come beside them. */
const layerFiles: readonly (readonly [RegExp, VectorFormat])[] = [
  [/\.shp$/i, 'shapefile'],
  [/\.gpkg$/i, 'gpkg'],
  [/\.geojson(\.gz)?$/i, 'geojson'],
  [/\.(geojsonl|geojsons|ndjson|jsonl|ndgeojson)(\.gz)?$/i, 'geojson-seq'],
  [/\.(csv|tsv)(\.gz)?$/i, 'csv'],
  [/\.fgb$/i, 'flatgeobuf'],
  [/\.gml(\.gz)?$/i, 'gml'],
  [/\.dbf$/i, 'dbf'],
];
const companions = /\.(shx|prj|cpg|cst|xsd)$/i;

/** The format a file name says; null for one we do not read. */
export const formatOfName = (name: string): VectorFormat | null => layerFiles.find(([pattern]) => pattern.test(name))?.[1] ?? null;

/** Whether an entry of an archive is worth unpacking: hidden files and those of macOS are not. */
export function worthUnpacking(name: string): boolean {
  return (
    !name.split('/').some(part => part.startsWith('.') || part === '__MACOSX') && (formatOfName(name) !== null || companions.test(name))
  );
}

/** The layers of a folder, those with a map first; a name that occurs twice becomes its path. Links are not followed. */
export async function folderLayers(folder: string): Promise<FolderLayer[]> {
  const files: string[] = [];
  await collect(folder, 0);
  const stems = new Set(files.filter(file => /\.shp$/i.test(file)).map(file => file.replace(/\.shp$/i, '').toLowerCase()));
  const found = files
    .map(path => ({ path, name: layerName(path), format: formatOfName(path) }))
    .filter((one): one is FolderLayer => one.format !== null)
    .filter(({ path, format }) => format !== 'dbf' || !stems.has(path.replace(/\.dbf$/i, '').toLowerCase()))
    .sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  return found.map(one => (found.filter(other => other.name === one.name).length > 1 ? { ...one, name: relative(folder, one.path) } : one));

  async function collect(inside: string, depth: number): Promise<void> {
    if (depth > maxDepth)
      throw new Fault('too-large', 'source', {
        en: `the folder is more than ${maxDepth} levels deep`,
        fr: `le dossier a plus de ${maxDepth} niveaux`,
      });
    for (const entry of await readdir(inside, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
      const path = join(inside, entry.name);
      if (entry.isDirectory()) await collect(path, depth + 1);
      else if (entry.isFile()) files.push(path);
      if (files.length > maxFiles)
        throw new Fault('too-large', 'source', {
          en: `the folder holds more than ${maxFiles} files`,
          fr: `le dossier contient plus de ${maxFiles} fichiers`,
        });
    }
  }
}

const rank = (layer: FolderLayer): number => (layer.format === 'dbf' || layer.format === 'csv' ? 1 : 0);

/** The layer asked for; without a name the only one, or the only one with a map of its own. A name in the only GeoPackage or GML is left to it. */
export function chooseFromFolder(layers: readonly FolderLayer[], asked: string | undefined, say: Say = speaker()): FolderLayer {
  const maps = layers.filter(layer => rank(layer) === 0);
  const [map] = maps;
  const named = asked === undefined ? undefined : layers.find(layer => layer.name.toLowerCase() === asked.toLowerCase());
  if (map && maps.length === 1 && named === undefined && (asked === undefined || map.format === 'gpkg' || map.format === 'gml')) return map;
  const name = chooseLayer(
    layers.map(layer => layer.name),
    asked,
    say,
  );
  return layers.find(layer => layer.name === name) as FolderLayer;
}
