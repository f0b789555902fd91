// GetFeatureInfo: what lies under a pixel, by the same door and rows as GetFeature, in plain text, HTML, GeoJSON and GML. WMS 1.3.0 § 7.4,
// WMS 1.1.1 § 7.3.
import { Fault } from '../../core/model/fault';
import { qualifiedName } from '../../core/model/feature-type';
import { shortName, urnName } from '../../core/model/crs';
import type { Layer } from '../../core/model/layer';
import { inLanguage } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors, Feature, Snapshot } from '../../core/ports/doors';
import type { Query } from '../../core/query/query';
import { ns } from '../../core/xml/names';
import { attributes, escapeText, xml, xmlHeader } from '../../core/xml/write';
import { collectionHead, collectionTail } from '../../formats/gml';
import { geojsonHead, geojsonMembers, geojsonTail } from '../../formats/geojson';
import { accessOf, mentionHeader, mentionsOf } from '../ows/access';
import type { Reply } from '../ows/operation';
import { grown, inBox, inScale } from '../ows/picture';
import { asAsked, placeOf, withCells } from './coverage-info';
import type { InfoRequest } from './requests';
import { styleNamed } from '../ows/styles';
import { groupNamed, withoutGroups } from './groups';

/** One layer asked about, with the question to its data. */
interface Question {
  readonly layer: Layer;
  readonly query: Query;
}

/** An answer in one of the formats: a stream that opens its snapshot in its first step and closes it in `finally`. */
type Answer = (snapshot: Snapshot) => AsyncGenerator<string | Uint8Array>;

/** Faults: those of the door (a layer that this caller may only view is refused, R44, R47), not-queryable, unknown-style. */
export function featureInfo(request: InfoRequest, doors: Doors, context: Context): Reply {
  const shown = new Set<string>();
  for (const { name, style } of withoutGroups(request.layers, doors)) {
    const layer = doors.features.layer(name, 'view', 'layers');
    styleNamed(layer, style, 'styles');
    shown.add(layer.name);
    shown.add(name);
  }
  const layers = queriedLayers(request.queryLayers, shown, doors);
  const questions = layers
    .filter(layer => layer.type.geometry && inScale(layer, request.frame.denominator))
    .map(layer => ask(asAsked(layer), request));
  const types = layers.map(layer => layer.type.name);
  const mentions = mentionsOf(doors.features, types);
  const formats: Readonly<Record<InfoRequest['format'], { readonly type: string; readonly answer: Answer }>> = {
    'text/plain': { type: 'text/plain; charset=UTF-8', answer: snapshot => plainText(snapshot, questions, context) },
    'text/html': { type: 'text/html; charset=UTF-8', answer: snapshot => html(snapshot, questions, context) },
    'application/json': { type: 'application/json', answer: snapshot => geojson(snapshot, questions, request, mentions, context) },
    'application/geo+json': { type: 'application/geo+json', answer: snapshot => geojson(snapshot, questions, request, mentions, context) },
    'application/vnd.ogc.gml': {
      type: 'application/vnd.ogc.gml',
      answer: snapshot => gmlOld(snapshot, questions, request, context, gml212),
    },
    'application/vnd.ogc.gml/3.1.1': {
      type: 'application/vnd.ogc.gml/3.1.1',
      answer: snapshot => gmlOld(snapshot, questions, request, context, gml311),
    },
    'application/gml+xml; version=3.2': {
      type: 'application/gml+xml; version=3.2',
      answer: snapshot => gml32(snapshot, questions, request, mentions, context),
    },
  };
  const { type, answer } = formats[request.format];
  return {
    type,
    // the values are the data's: nothing in them may run in a browser
    headers: { ...mentionHeader(mentions), 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" },
    access: accessOf(doors.features, types, 'query'),
    body: opened(questions, request, { doors, signal: context.signal }, answer),
  };
}

/** The layers to be asked, each one of the map's; of a group those that can be. */
function queriedLayers(names: readonly string[], shown: ReadonlySet<string>, doors: Doors): Layer[] {
  const found = new Map<string, Layer>();
  for (const name of names) {
    const members = groupNamed(doors.features, name);
    for (const asked of members ? members.map(layer => layer.name) : [name])
      if (!shown.has(asked))
        throw new Fault('unknown-type', 'query_layers', `layer "${name.slice(0, 80)}" is not among the layers of the map`);
    const open = members?.filter(layer => layer.queryable);
    if (open?.length === 0) throw new Fault('not-queryable', 'query_layers', `no layer of group ${name.slice(0, 80)} can be queried`);
    for (const asked of open?.map(layer => layer.name) ?? [name]) {
      const layer = queried(asked, doors);
      found.set(layer.name, layer);
    }
  }
  return [...found.values()];
}

/** The layer to be asked; it is one of the map's, so that the caller may see it. */
function queried(name: string, doors: Doors): Layer {
  let layer: Layer | null = null;
  try {
    layer = doors.features.layer(name, 'query', 'query_layers');
  } catch (fault) {
    // whose record is hidden: the layer is known all the same, by its map
    if (!(fault instanceof Fault && fault.kind === 'unknown-type')) throw fault;
  }
  if (layer?.queryable !== true) throw new Fault('not-queryable', 'query_layers', `layer ${name.slice(0, 80)} cannot be queried`);
  return layer;
}

function ask(layer: Layer, request: InfoRequest): Question {
  const { frame } = request;
  const unitsX = frame.resolution;
  const unitsY = (frame.box.maxY - frame.box.minY) / frame.height;
  const { x, y } = placeOf(request);
  const around = grown({ minX: x, minY: y, maxX: x, maxY: y }, request.tolerance * Math.max(unitsX, unitsY));
  return {
    layer,
    query: {
      type: layer.type.name,
      action: 'query',
      filter: inBox('intersects', layer, around, frame.crs.crs.code),
      sort: [],
      page: { count: request.count, start: 0 },
      srid: frame.crs.crs.code,
    },
  };
}

async function* opened(
  questions: readonly Question[],
  request: InfoRequest,
  by: { readonly doors: Doors; readonly signal: AbortSignal },
  answer: Answer,
): AsyncGenerator<string | Uint8Array> {
  const layers = questions.map(({ layer }) => layer);
  const snapshot = await by.doors.features.open(by.signal);
  try {
    yield* answer(await withCells(snapshot, layers, request, by));
  } finally {
    await snapshot.close();
  }
}

/** Names and values of a feature's attributes; the geometry is left to the formats that have one. */
function rows(layer: Layer, feature: Feature, context: Context): (readonly [string, string])[] {
  return layer.type.properties.flatMap(property => {
    const value = feature.properties[property.name] ?? null;
    if (value === null) return [];
    const title = property.title ? inLanguage(property.title, context.language) : property.name;
    return [[title, Array.isArray(value) ? value.join(', ') : String(value)] as const];
  });
}

async function* plainText(snapshot: Snapshot, questions: readonly Question[], context: Context): AsyncGenerator<string> {
  let found = 0;
  for (const { layer, query } of questions) {
    for await (const feature of snapshot.features(query)) {
      const lines = rows(layer, feature, context).map(([name, value]) => `${name} = ${value.replace(/\s+/g, ' ')}\n`);
      yield `${found++ === 0 ? '' : '\n'}${layer.name} – ${feature.id}\n${lines.join('')}`;
    }
  }
  if (found === 0) yield context.language === 'en' ? 'Nothing here.\n' : 'Aucun objet à cet endroit.\n';
}

async function* html(snapshot: Snapshot, questions: readonly Question[], context: Context): AsyncGenerator<string> {
  yield `<!DOCTYPE html>\n<html lang="${context.language}"><head><meta charset="utf-8"><title>GetFeatureInfo</title><style>
body{font:14px sans-serif;margin:.5em}table{border-collapse:collapse;margin:0 0 1em}caption{text-align:left;font-weight:bold}th,td{text-align:left;border:1px solid #ccc;padding:2px 6px}
</style></head><body>\n`;
  let found = 0;
  for (const { layer, query } of questions) {
    for await (const feature of snapshot.features(query)) {
      found++;
      const cells = rows(layer, feature, context).map(
        ([name, value]) => `<tr><th>${escapeText(name)}</th><td>${escapeText(value)}</td></tr>\n`,
      );
      const title = `${inLanguage(layer.title, context.language)} – ${feature.id}`;
      yield `<table><caption>${escapeText(title)}</caption>\n${cells.join('')}</table>\n`;
    }
  }
  if (found === 0) yield `<p>${context.language === 'en' ? 'Nothing here.' : 'Aucun objet à cet endroit.'}</p>\n`;
  yield '</body></html>\n';
}

/** Matched and returned, counted in the snapshot that the features come from. */
async function counts(
  snapshot: Snapshot,
  questions: readonly Question[],
): Promise<{ readonly matched: number | 'unknown'; readonly returned: number }> {
  const found = [];
  for (const { query } of questions) found.push({ count: await snapshot.count(query), most: query.page.count ?? Infinity });
  const known = found.flatMap(({ count }) => (count === 'unknown' ? [] : [count]));
  const matched = known.length < found.length ? 'unknown' : known.reduce((sum, count) => sum + count, 0);
  const returned = found.reduce((sum, { count, most }) => sum + (count === 'unknown' ? most : Math.min(count, most)), 0);
  return { matched, returned };
}

async function* geojson(
  snapshot: Snapshot,
  questions: readonly Question[],
  request: InfoRequest,
  mentions: readonly string[],
  context: Context,
): AsyncGenerator<string | Uint8Array> {
  const { crs } = request.frame.crs;
  yield geojsonHead({ srid: crs.code, ...(await counts(snapshot, questions)), timeStamp: context.instant, mentions });
  async function* printed(): AsyncGenerator<Uint8Array> {
    for (const { query } of questions) yield* snapshot.text(query, { format: 'geojson', decimals: crs.decimals });
  }
  yield* geojsonMembers(printed());
  yield geojsonTail;
}

/** A collection of an older WFS: its members' GML and where the schema of the collection lies. */
interface OldCollection {
  readonly gml: '2.1.2' | '3.1.1';
  readonly schema: string;
  /** WFS version whose DescribeFeatureType describes the members. */
  readonly wfs: string;
}
const gml212: OldCollection = { gml: '2.1.2', schema: 'http://schemas.opengis.net/wfs/1.0.0/WFS-basic.xsd', wfs: '1.0.0' };
const gml311: OldCollection = { gml: '3.1.1', schema: 'http://schemas.opengis.net/wfs/1.1.0/wfs.xsd', wfs: '1.1.0' };

/** GML 2.1.2 or 3.1.1 in x,y, as WMS clients have always had it: wfs:FeatureCollection of WFS 1.0 or 1.1 with its featureMembers. */
async function* gmlOld(
  snapshot: Snapshot,
  questions: readonly Question[],
  request: InfoRequest,
  context: Context,
  kind: OldCollection,
): AsyncGenerator<string | Uint8Array> {
  const { crs } = request.frame.crs;
  const prefixes = Object.fromEntries(questions.map(({ layer }) => [`xmlns:${layer.type.prefix}`, layer.type.namespace]));
  const describe = `${context.base}/wfs?SERVICE=WFS&VERSION=${kind.wfs}&REQUEST=DescribeFeatureType&TYPENAME=`;
  // rasters have no schema: WFS knows nothing of them
  const described = questions.filter(({ layer }) => !layer.coverage);
  const schemas = [...new Set(described.map(({ layer }) => layer.type.namespace))].map(namespace => {
    const members = described.filter(({ layer }) => layer.type.namespace === namespace);
    return `${namespace} ${describe}${members.map(({ layer }) => encodeURIComponent(qualifiedName(layer.type))).join(',')}`;
  });
  const head = attributes({
    'xmlns:wfs': ns.wfs,
    'xmlns:gml': ns.gml,
    'xmlns:xsi': ns.xsi,
    ...prefixes,
    'xsi:schemaLocation': [`${ns.wfs} ${kind.schema}`, ...schemas].join(' '),
  });
  const unknown = kind.gml === '2.1.2' ? xml`<gml:null>unknown</gml:null>` : xml`<gml:Null>unknown</gml:Null>`;
  yield xml`${xmlHeader}<wfs:FeatureCollection${head}>\n<gml:boundedBy>${unknown}</gml:boundedBy>\n`.text;
  for (const { query } of questions)
    yield* snapshot.text(query, { format: 'gml', version: kind.gml, srsName: shortName(crs), flip: false, decimals: crs.decimals });
  yield '</wfs:FeatureCollection>\n';
}

async function* gml32(
  snapshot: Snapshot,
  questions: readonly Question[],
  request: InfoRequest,
  mentions: readonly string[],
  context: Context,
): AsyncGenerator<string | Uint8Array> {
  const { crs } = request.frame.crs;
  const describe = `${context.base}/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=DescribeFeatureType&TYPENAMES=`;
  const byPrefix = new Map(questions.map(({ layer }) => [layer.type.prefix, layer.type.namespace]));
  const namespaces = [...byPrefix].map(([prefix, namespace]) => {
    const names = questions
      .filter(({ layer }) => layer.type.prefix === prefix && !layer.coverage)
      .map(({ layer }) => qualifiedName(layer.type));
    return { prefix, namespace, schema: names.length === 0 ? null : describe + names.map(encodeURIComponent).join(',') };
  });
  yield collectionHead({ ...(await counts(snapshot, questions)), timeStamp: context.instant, namespaces, mentions });
  for (const { query } of questions)
    yield* snapshot.text(query, { format: 'gml', version: '3.2', srsName: urnName(crs), flip: crs.northFirst, decimals: crs.decimals });
  yield collectionTail;
}
