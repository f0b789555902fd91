// Stored queries (WFS 2.0 § 14): the mandatory GetFeatureById, listed and described. They are rows of a table; each turns into an ad hoc query.
import { Fault } from '../../core/model/fault';
import { qualifiedName } from '../../core/model/feature-type';
import { inLanguage, type Text } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { ns } from '../../core/xml/names';
import { attributes, xml, xmlHeader } from '../../core/xml/write';
import { bareFeature } from '../../formats/gml';
import { geojsonFeature } from '../../formats/geojson';
import { accessOf, mentionHeader, mentionsOf } from '../ows/access';
import type { Input, Reply } from '../ows/operation';
import { rootOf } from '../ows/service';
import { gmlRendering, rootNamespaces } from './get-feature';
import { planQueries } from './plan-queries';
import type { AdhocQuery, FeatureRequest, StoredQueryCall } from './requests';

interface StoredQuery {
  readonly id: string;
  readonly title: Text;
  readonly parameter: { readonly name: string; readonly type: string };
}

const getFeatureById: StoredQuery = {
  id: 'urn:ogc:def:query:OGC-WFS::GetFeatureById',
  title: { fr: 'Objet par identifiant', en: 'Feature by identifier' },
  parameter: { name: 'ID', type: 'xsd:string' },
};
const storedQueries: readonly StoredQuery[] = [getFeatureById];

const queryLanguage = 'urn:ogc:def:queryLanguage:OGC-WFS::WFSQueryExpression';
const idAliases = [getFeatureById.id, 'urn:ogc:def:storedQuery:OGC-WFS::GetFeatureById', 'GetFeatureById'];

/** The ad hoc query a call stands for. Faults: invalid-value (unknown id), missing-parameter. */
export function adhocOf(call: StoredQueryCall): AdhocQuery {
  if (!idAliases.includes(call.id))
    throw new Fault('invalid-value', 'STOREDQUERY_ID', `"${call.id.slice(0, 120)}" is not a stored query of this server`);
  const id = call.parameters.get('id') ?? '';
  if (id === '') throw new Fault('missing-parameter', 'ID', 'parameter ID of GetFeatureById is missing');
  const srsName = call.parameters.get('srsname') ?? '';
  return { type: null, restrictions: [{ kind: 'ids', ids: [id] }], properties: null, srsName: srsName === '' ? null : srsName, sort: [] };
}

/** GetFeatureById: the feature itself is the document (§ 7.9.3.6). Fault unknown-id (404) when there is none, also for ids the caller may not know of. */
export async function featureById(request: FeatureRequest, call: StoredQueryCall, doors: Doors, context: Context): Promise<Reply> {
  const { format, version } = request;
  const { features } = doors;
  const [planned] = planQueries(features, { queries: [adhocOf(call)], format, version });
  const missing = new Fault('unknown-id', 'ID', `no feature has the id "${(call.parameters.get('id') ?? '').slice(0, 120)}"`);
  if (!planned) throw missing;
  if (format.kind === 'csv' || (format.kind === 'gml' && format.gml !== version.gml))
    throw new Fault('invalid-format', 'outputFormat', `a single feature is written in GML ${version.gml} or GeoJSON`);
  const { type } = planned;
  const mentions = mentionsOf(features, [type.name]);
  const query = { ...planned.query, page: { start: 0, count: 1 } };
  const snapshot = await features.open(context.signal);
  try {
    const rendering =
      format.kind === 'geojson' ? ({ format: 'geojson', decimals: planned.crs.crs.decimals } as const) : gmlRendering(planned);
    const chunks: Uint8Array[] = [];
    for await (const chunk of snapshot.text(query, rendering)) chunks.push(chunk);
    const printed = Buffer.concat(chunks).toString('utf8');
    const body =
      format.kind === 'geojson'
        ? geojsonFeature(printed, query.srid, mentions)
        : bareFeature(printed, rootNamespaces([type], context), mentions);
    if (body === null) throw missing;
    return { type: format.type, headers: mentionHeader(mentions), access: accessOf(features, [type.name], format.action), body };
  } finally {
    await snapshot.close();
  }
}

/** ListStoredQueries: every stored query with the types it may return to this caller. */
export function listStoredQueries(doors: Doors, context: Context): Reply {
  const types = doors.features.types('feature');
  const prefixes = new Map(types.map(type => [`xmlns:${type.prefix}`, type.namespace]));
  const returned = types.map(type => xml`<wfs:ReturnFeatureType>${qualifiedName(type)}</wfs:ReturnFeatureType>\n`);
  const items = storedQueries.map(
    query => xml`<wfs:StoredQuery id="${query.id}">
<wfs:Title xml:lang="${context.language}">${inLanguage(query.title, context.language)}</wfs:Title>
${returned}</wfs:StoredQuery>\n`,
  );
  const body = xml`${xmlHeader}<wfs:ListStoredQueriesResponse${attributes(heads(prefixes))}>\n${items}</wfs:ListStoredQueriesResponse>\n`
    .text;
  return {
    type: 'application/xml',
    access: accessOf(
      doors.features,
      types.map(type => type.name),
      'feature',
    ),
    body,
  };
}

export interface DescribeStoredRequest {
  readonly ids: readonly string[];
}

export function readDescribeStored(input: Input): DescribeStoredRequest {
  const root = rootOf(input);
  const ids = root ? root.all('StoredQueryId').map(one => one.text.trim()) : input.kvp.list('storedquery_id');
  for (const id of ids)
    if (!storedQueries.some(query => query.id === id))
      throw new Fault('invalid-value', 'STOREDQUERY_ID', `"${id.slice(0, 120)}" is not a stored query of this server`);
  return { ids };
}

/** DescribeStoredQueries: parameters and the expression each stands for. */
export function describeStoredQueries(request: DescribeStoredRequest, context: Context): Reply {
  const wanted = storedQueries.filter(query => request.ids.length === 0 || request.ids.includes(query.id));
  const items = wanted.map(
    query => xml`<wfs:StoredQueryDescription id="${query.id}">
<wfs:Title xml:lang="${context.language}">${inLanguage(query.title, context.language)}</wfs:Title>
<wfs:Parameter name="${query.parameter.name}" type="${query.parameter.type}"/>
<wfs:QueryExpressionText returnFeatureTypes="" language="${queryLanguage}" isPrivate="false"><wfs:Query typeNames=""><fes:Filter xmlns:fes="${ns.fes}"><fes:ResourceId rid="$\{ID}"/></fes:Filter></wfs:Query></wfs:QueryExpressionText>
</wfs:StoredQueryDescription>\n`,
  );
  const prefixes = new Map([['xmlns:xsd', ns.xs]]);
  const body =
    xml`${xmlHeader}<wfs:DescribeStoredQueriesResponse${attributes(heads(prefixes))}>\n${items}</wfs:DescribeStoredQueriesResponse>\n`.text;
  return { type: 'application/xml', access: 'public', body };
}

function heads(prefixes: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return {
    'xmlns:wfs': ns.wfs20,
    'xmlns:xsi': ns.xsi,
    ...Object.fromEntries(prefixes),
    'xsi:schemaLocation': `${ns.wfs20} http://schemas.opengis.net/wfs/2.0/wfs.xsd`,
  };
}
