// Which layer of a file is meant.
import { basename } from 'node:path';
import { Fault } from '../core/model/fault';

/** Layer name of a file that has one layer: its own name without the extensions. */
export const layerName = (path: string): string =>
  basename(path)
    .replace(/(\.gz)?$/i, '')
    .replace(/\.(geojson|geojsonl|geojsons|ndjson|jsonl|json|csv|txt|tsv|shp|dbf|gpkg)$/i, '');

/** The layer asked for (case does not matter), or the only one. Faults: invalid-value for an unknown, missing-parameter where there are several. */
export function chooseLayer(layers: readonly string[], asked: string | undefined): string {
  const listed = `${layers.slice(0, 40).join(', ')}${layers.length > 40 ? ', …' : ''}`;
  if (asked !== undefined) {
    const found = layers.find(layer => layer === asked) ?? layers.find(layer => layer.toLowerCase() === asked.toLowerCase());
    if (found === undefined) throw new Fault('invalid-value', 'layer', `the file has no layer "${asked.slice(0, 80)}"; it has: ${listed}`);
    return found;
  }
  const [only] = layers;
  if (only === undefined) throw new Fault('invalid-value', 'source', 'the file has no layer that can be read');
  if (layers.length > 1) throw new Fault('missing-parameter', 'layer', `the file has several layers, name one of: ${listed}`);
  return only;
}
