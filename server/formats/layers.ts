// Which layer of a file is meant.
import { basename } from 'node:path';
import { Fault } from '../core/model/fault';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';

/** Layer name of a file that has one layer: its own name without the extensions. */
export const layerName = (path: string): string =>
  basename(path)
    .replace(/(\.gz)?$/i, '')
    .replace(/\.(geojson|geojsonl|geojsons|ndjson|jsonl|json|csv|txt|tsv|shp|dbf|gpkg|fgb|gml|xml)$/i, '');

/** The layer asked for (case does not matter), or the only one. Faults: invalid-value for an unknown, missing-parameter where there are several. */
export function chooseLayer(layers: readonly string[], asked: string | undefined, say: Say = speaker()): string {
  const listed = `${layers.slice(0, 40).join(', ')}${layers.length > 40 ? ', …' : ''}`;
  if (asked !== undefined) {
    const found = layers.find(layer => layer === asked) ?? layers.find(layer => layer.toLowerCase() === asked.toLowerCase());
    if (found === undefined) {
      const name = asked.slice(0, 80);
      throw new Fault(
        'invalid-value',
        'layer',
        say(`le fichier n’a pas de couche « ${name} » ; il a : ${listed}`, `the file has no layer "${name}"; it has: ${listed}`),
      );
    }
    return found;
  }
  const [only] = layers;
  if (only === undefined)
    throw new Fault('invalid-value', 'source', say('le fichier n’a aucune couche lisible', 'the file has no layer that can be read'));
  if (layers.length > 1) {
    const text = say(`le fichier a plusieurs couches, nommez-en une : ${listed}`, `the file has several layers, name one of: ${listed}`);
    throw new Fault('missing-parameter', 'layer', text);
  }
  return only;
}
