// Cells in the answers of GetFeatureInfo: what a raster has under the pixel is told as one feature beside those of the other layers, with the value
// of each band and the place that was asked about. WMS 1.3.0 § 7.4 leaves open what an answer is made of.
import { unreachable } from '../../core/model/fault';
import type { FeatureType, Property } from '../../core/model/feature-type';
import type { Layer } from '../../core/model/layer';
import type { Doors, Feature, Snapshot } from '../../core/ports/doors';
import type { Query, Rendering } from '../../core/query/query';
import { element, type Markup } from '../../core/xml/write';
import { gmlGeometry } from '../../formats/gml-geometry';
import type { InfoRequest } from './requests';

/** The properties that the bands are told as: `valeur`, or `bande_1` and on. */
function bandProperties(bands: number): Property[] {
  return Array.from({ length: bands }, (_, i) => {
    const name = bands === 1 ? 'valeur' : `bande_${i + 1}`;
    const title = bands === 1 ? { fr: 'Valeur', en: 'Value' } : { fr: `Bande ${i + 1}`, en: `Band ${i + 1}` };
    return { name, column: '', type: 'double', nillable: true, title };
  });
}

/** A layer as its answers are read: of a raster with its bands for properties. */
export function asAsked(layer: Layer): Layer {
  if (!layer.coverage) return layer;
  const type: FeatureType = { ...layer.type, properties: bandProperties(layer.coverage.bands) };
  return { ...layer, type };
}

/** The middle of the pixel asked about. */
export function placeOf({ frame, column, row }: InfoRequest): { readonly x: number; readonly y: number } {
  return {
    x: frame.box.minX + (column + 0.5) * frame.resolution,
    y: frame.box.maxY - (row + 0.5) * ((frame.box.maxY - frame.box.minY) / frame.height),
  };
}

/** The snapshot with what the rasters have under the pixel: full resolution, not what the map's scale shows. */
export async function withCells(
  snapshot: Snapshot,
  layers: readonly Layer[],
  request: InfoRequest,
  by: { readonly doors: Doors; readonly signal: AbortSignal },
): Promise<Snapshot> {
  const found = new Map<string, Feature[]>();
  const { x, y } = placeOf(request);
  const { frame } = request;
  // a box much smaller than any cell
  const reach = frame.resolution * 1e-3;
  for (const layer of layers) {
    if (!layer.coverage) continue;
    const { name } = layer.type;
    const cells = await by.doors.coverages.cells(
      {
        type: name,
        action: 'query',
        frame: {
          srid: frame.crs.crs.code,
          box: { minX: x - reach, minY: y - reach, maxX: x + reach, maxY: y + reach },
          width: 1,
          height: 1,
        },
      },
      by.signal,
    );
    const values = bandProperties(cells.bands.length).map(({ name: band }, i) => [band, cells.bands[i]?.[0] ?? null] as const);
    const feature: Feature = { id: `${name}.1`, geometry: { type: 'Point', coordinates: [x, y] }, properties: Object.fromEntries(values) };
    found.set(name, cells.shown[0] === 1 ? [feature] : []);
  }
  if (found.size === 0) return snapshot;
  return {
    ...delegating(snapshot),
    count: (query, next) => Promise.resolve(found.get(query.type)?.length ?? snapshot.count(query, next)),
    async *features(query) {
      const own = found.get(query.type);
      if (own) yield* own;
      else yield* snapshot.features(query);
    },
    async *text(query, rendering) {
      const own = found.get(query.type);
      const layer = layers.find(one => one.type.name === query.type);
      if (own && layer) for (const feature of own) yield Buffer.from(printed(layer.type, feature, query, rendering));
      else yield* snapshot.text(query, rendering);
    },
  };
}

/** A snapshot is an object with a class: its methods by name. */
const delegating = (snapshot: Snapshot): Snapshot => ({
  count: (query, next) => snapshot.count(query, next),
  text: (query, rendering) => snapshot.text(query, rendering),
  features: query => snapshot.features(query),
  extent: query => snapshot.extent(query),
  scene: query => snapshot.scene(query),
  close: () => snapshot.close(),
});

/** One member, as the database prints those of features. */
function printed(type: FeatureType, feature: Feature, query: Query, rendering: Rendering): string {
  switch (rendering.format) {
    case 'geojson': {
      const { id, geometry, properties } = feature;
      return `,${JSON.stringify({ type: 'Feature', id, geometry, properties })}\n`;
    }
    case 'gml':
      return `${member(type, feature, rendering).text}\n`;
    case 'csv':
      throw new Error(`${query.type} is asked for as CSV by nobody`);
    default:
      return unreachable(rendering);
  }
}

function member(type: FeatureType, feature: Feature, rendering: Extract<Rendering, { format: 'gml' }>): Markup {
  const { version } = rendering;
  const values = type.properties.map(property => {
    const value = feature.properties[property.name] ?? null;
    return value === null ? null : element(`${type.prefix}:${property.name}`, {}, String(value));
  });
  const place = element(`${type.prefix}:lieu`, {}, point(feature, rendering));
  const id = version === '2.1.2' ? { fid: feature.id } : { 'gml:id': feature.id };
  const whole = element(`${type.prefix}:${type.local}`, id, values, place);
  return element(version === '3.2' ? 'wfs:member' : 'gml:featureMember', {}, whole);
}

function point({ geometry, id }: Feature, rendering: Extract<Rendering, { format: 'gml' }>): Markup {
  const { version, srsName, flip, decimals } = rendering;
  if (geometry?.type !== 'Point') throw new Error('a cell is told at a point');
  if (version === '3.2') return gmlGeometry(geometry, { srsName, flip, decimals }, `${id}.lieu`);
  const [x, y] = geometry.coordinates.map(value => String(Number(value.toFixed(decimals))));
  const written = version === '2.1.2' ? element('gml:coordinates', {}, `${x},${y}`) : element('gml:pos', {}, `${x} ${y}`);
  return element('gml:Point', { srsName }, written);
}
