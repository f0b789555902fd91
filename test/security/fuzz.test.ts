// Requests made at random for the whole server: whatever comes, no defect, no word of the machinery, a document that holds together.
// Bounded: a few hundred requests of each kind; a failure prints the seed and the smallest request that shows it.
import * as fc from 'fast-check';
import { ns } from '../../server/core/xml/names';
import { accounts, testServer, xmlPost, type Ask, type TestServer } from '../setup/server';
import { answers, faultsOf } from './sound';

const runs = 300;
const patience = 120_000;

let mig: TestServer;
beforeAll(async () => {
  mig = await testServer();
}, 120_000);
afterAll(() => mig.close());
afterEach(async () => expect(await answers(mig)).toBe(true));

async function sound(path: string, ask: Ask, echoed: string): Promise<void> {
  const answer = await mig.ask(path, { as: accounts.antony, ...ask });
  const faults = faultsOf(answer, echoed);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

const odd = fc.oneof(
  fc.constantFrom(
    '', ' ', '0', '-1', '1', '1e999', 'NaN', 'null', 'true', '*', ',', ',,,', '()', '(', ')', '(())', ';', '%', "'", '"', '\\', '..', '\u0000', '\ufffd', '\ud83d\ude00', '\u202e',
    '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'antony:arbres', 'arbres', 'antony:', ':arbres', 'code', 'hauteur', 'plante_le', 'geometrie', 'geom', 'remarquable',
    'EPSG:2154', 'EPSG:4326', 'urn:ogc:def:crs:EPSG::4326', 'http://www.opengis.net/def/crs/EPSG/0/3857', 'CRS:84', '640000,6850000,660000,6870000', '48.7,2.2,48.8,2.4,urn:ogc:def:crs:EPSG::4326',
    'application/json', 'text/csv', 'text/xml; subtype=gml/3.2', 'hits', 'results', 'code D', 'code,hauteur DESC', 'arbres.ARB-01', 'a.b', '2.0.0', '1.1.0', '1.0.0', '1.3.0', '2.0.2', 'GML2', 'GML3', 'XMLSCHEMA', 'xmlns(a=b)', 'infinity', '-infinity',
    '9999999999999999', '1.7976931348623157e308', '5e-324', '-0', '99999-12-31', '0000-00-00', '2026-02-30', 'P1Y', 'urn:ogc:def:query:OGC-WFS::GetFeatureById', 'csw:Record', 'gmd:MD_Metadata', 'full', 'title:A', 'dc:title',
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.integer().map(String),
  fc.double().map(String),
); // prettier-ignore

const services = {
  wfs: {
    start: '/wfs?service=WFS',
    requests: ['GetCapabilities', 'DescribeFeatureType', 'GetFeature', 'GetPropertyValue', 'ListStoredQueries', 'DescribeStoredQueries'],
    names: ['version', 'typeNames', 'typeName', 'propertyName', 'sortBy', 'srsName', 'bbox', 'count', 'maxFeatures', 'startIndex', 'resultType', 'outputFormat', 'resourceId', 'featureId', 'filter', 'cql_filter', 'storedquery_id', 'id', 'namespaces', 'namespace', 'valueReference', 'resolve', 'sections', 'acceptversions', 'updatesequence', 'acceptformats', 'language', 'lang'], // prettier-ignore
    usual: { version: '2.0.0', typeNames: 'antony:arbres', valueReference: 'code' },
  },
  wms: {
    start: '/wms?service=WMS',
    requests: ['GetCapabilities', 'GetMap', 'GetFeatureInfo', 'GetLegendGraphic'],
    names: ['version', 'layers', 'styles', 'crs', 'bbox', 'width', 'height', 'format', 'transparent', 'bgcolor', 'exceptions', 'time', 'query_layers', 'info_format', 'feature_count', 'i', 'j', 'buffer', 'dpi', 'map_resolution', 'format_options', 'updatesequence', 'layer', 'style', 'scale', 'rule', 'language'], // prettier-ignore
    usual: { version: '1.3.0', layers: 'antony:arbres', styles: '', crs: 'EPSG:2154', bbox: '640000,6850000,660000,6870000', width: '20', height: '20', format: 'image/png', query_layers: 'antony:arbres', i: '5', j: '5', layer: 'antony:arbres' }, // prettier-ignore
  },
  csw: {
    start: '/csw?service=CSW',
    requests: ['GetCapabilities', 'DescribeRecord', 'GetRecords', 'GetRecordById'],
    names: ['version', 'typeNames', 'namespace', 'elementSetName', 'elementName', 'outputSchema', 'outputFormat', 'constraintLanguage', 'constraint', 'constraint_language_version', 'filter', 'sortBy', 'maxRecords', 'startPosition', 'resultType', 'requestId', 'id', 'schemaLanguage', 'sections', 'acceptversions'], // prettier-ignore
    usual: { version: '2.0.2', typeNames: 'csw:Record', resultType: 'results', id: 'fr-92-mig-arb' },
  },
} as const;

test.each(['wfs', 'wms', 'csw'] as const)(
  'queries to /%s',
  async service => {
    const { start, requests, names, usual } = services[service];
    const parameters = fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...requests), parameters, fc.boolean(), async (request, own, form) => {
        const query = new URLSearchParams({ request, ...usual, ...own }).toString();
        const echoed = Object.entries(own).flat().join(' ');
        await (form
          ? sound(
              `/${service}`,
              { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `service=${service}&${query}` },
              echoed,
            )
          : sound(`${start}&${query}`, {}, echoed));
      }),
      { numRuns: runs },
    );
  },
  patience,
);

const property = fc.constantFrom(
  'code',
  'hauteur',
  'remarquable',
  'plante_le',
  'geometrie',
  'geom',
  'nobody',
  'antony:code',
  '@gml:id',
  '*',
  '',
  'code/text()',
);
const text = odd.map(value => value.replaceAll('\u0000', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
const position = fc.oneof(
  fc.constantFrom('640000 6850000', '0 0', '1e308 -1e308', 'NaN NaN', '2.3 48.7', '48.7 2.3', '1'),
  fc.double().map(x => `${x} ${x}`),
);
const crs = fc.constantFrom(
  '',
  ' srsName="EPSG:2154"',
  ' srsName="urn:ogc:def:crs:EPSG::4326"',
  ' srsName="EPSG:3857"',
  ' srsName="x"',
  ' srsName="EPSG:2154" srsDimension="3"',
);

/** A geometry in GML of either namespace, sensible or not. */
const geometry = fc
  .tuple(
    fc.constantFrom('Point', 'LineString', 'Polygon', 'Envelope', 'MultiPoint', 'Curve', 'Solid'),
    crs,
    fc.array(position, { maxLength: 5 }),
  )
  .map(([kind, srs, positions]) => {
    const list = positions.join(' ');
    const inner: Readonly<Record<string, string>> = {
      Point: `<gml:pos>${positions[0] ?? ''}</gml:pos>`,
      LineString: `<gml:posList>${list}</gml:posList>`,
      Polygon: `<gml:exterior><gml:LinearRing><gml:posList>${list} ${positions[0] ?? ''}</gml:posList></gml:LinearRing></gml:exterior>`,
      Envelope: `<gml:lowerCorner>${positions[0] ?? ''}</gml:lowerCorner><gml:upperCorner>${positions[1] ?? ''}</gml:upperCorner>`,
      MultiPoint: positions.map(one => `<gml:pointMember><gml:Point><gml:pos>${one}</gml:pos></gml:Point></gml:pointMember>`).join(''),
    };
    return `<gml:${kind}${srs}>${inner[kind] ?? ''}</gml:${kind}>`;
  });

/** Filters of random operators; `names`: the element that holds a property's name, and the prefix. */
function filters(prefix: 'fes' | 'ogc', reference: 'ValueReference' | 'PropertyName'): fc.Arbitrary<string> {
  const name = property.map(one => `<${prefix}:${reference}>${one}</${prefix}:${reference}>`);
  const literal = text.map(one => `<${prefix}:Literal>${one}</${prefix}:Literal>`);
  const operand = fc.oneof({ weight: 3, arbitrary: name }, { weight: 3, arbitrary: literal }, fc.constant(`<${prefix}:Function name="version"/>`), fc.constant(''));
  const wrap = (kind: string, parts: readonly string[], attributes = ''): string => `<${prefix}:${kind}${attributes}>${parts.join('')}</${prefix}:${kind}>`;
  const { tree } = fc.letrec<{ tree: string; leaf: string }>(tie => ({
    leaf: fc.oneof(
      fc
        .tuple(fc.constantFrom('PropertyIsEqualTo', 'PropertyIsNotEqualTo', 'PropertyIsLessThan', 'PropertyIsGreaterThanOrEqualTo', 'PropertyIsNull', 'PropertyIsNil', 'Evil'), fc.array(operand, { maxLength: 3 }), fc.constantFrom('', ' matchCase="false"', ' matchAction="Any"', ' matchAction="x"'))
        .map(([kind, parts, attributes]) => wrap(kind, parts, attributes)),
      fc.tuple(name, literal).map(parts => wrap('PropertyIsLike', parts, ' wildCard="*" singleChar="?" escapeChar="!"')),
      fc.tuple(name, literal, literal).map(([one, low, high]) => wrap('PropertyIsBetween', [one, wrap('LowerBoundary', [low]), wrap('UpperBoundary', [high])])),
      fc.tuple(fc.constantFrom('Intersects', 'Within', 'BBOX', 'Disjoint', 'Touches', 'Crosses', 'Overlaps', 'Contains', 'Equals'), name, geometry).map(([kind, one, shape]) => wrap(kind, [one, shape])),
      fc.tuple(fc.constantFrom('DWithin', 'Beyond'), name, geometry, text, fc.constantFrom('m', 'km', 'deg', 'parsec', '')).map(([kind, one, shape, far, unit]) => wrap(kind, [one, shape, `<${prefix}:Distance uom="${unit}" units="${unit}">${far}</${prefix}:Distance>`])),
      fc.tuple(fc.constantFrom('After', 'Before', 'During', 'TEquals'), name, text).map(([kind, one, at]) => wrap(kind, [one, `<gml:TimeInstant gml:id="t"><gml:timePosition>${at}</gml:timePosition></gml:TimeInstant>`])),
      text.map(id => `<${prefix}:ResourceId rid="${id.replaceAll('"', '')}"/>`),
    ),
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('leaf'),
      tie('tree').map(part => wrap('Not', [part])),
      fc.tuple(fc.constantFrom('And', 'Or'), fc.array(tie('tree'), { minLength: 1, maxLength: 3 })).map(([kind, parts]) => wrap(kind, parts)),
    ),
  }));
  return tree;
} // prettier-ignore

test(
  'Filter 2.0 documents',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        filters('fes', 'ValueReference'),
        fc.constantFrom('antony:arbres', 'mig:adresses', 'issy:chantiers'),
        async (filter, type) => {
          const body = `<wfs:GetFeature xmlns:wfs="${ns.wfs20}" xmlns:fes="${ns.fes}" xmlns:gml="${ns.gml32}" xmlns:antony="x" service="WFS" version="2.0.0"><wfs:Query typeNames="${type.split(':')[1] ?? ''}"><fes:Filter>${filter}</fes:Filter></wfs:Query></wfs:GetFeature>`;
          await sound('/wfs', xmlPost(body), body);
        },
      ),
      { numRuns: runs },
    );
  },
  patience,
);

test(
  'Filter 1.1 and 1.0 documents to WFS 1.1 and 1.0',
  async () => {
    await fc.assert(
      fc.asyncProperty(filters('ogc', 'PropertyName'), fc.constantFrom('1.1.0', '1.0.0', ''), async (filter, version) => {
        const body = `<wfs:GetFeature xmlns:wfs="${ns.wfs}" xmlns:ogc="${ns.ogc}" xmlns:gml="${ns.gml}" xmlns:antony="x" service="WFS"${version === '' ? '' : ` version="${version}"`}><wfs:Query typeName="arbres"><ogc:Filter>${filter}</ogc:Filter></wfs:Query></wfs:GetFeature>`;
        await sound('/wfs', xmlPost(body), body);
      }),
      { numRuns: runs },
    );
  },
  patience,
);

test(
  'Filter 1.1 documents to the catalogue',
  async () => {
    await fc.assert(
      fc.asyncProperty(filters('ogc', 'PropertyName'), async filter => {
        const named = filter
          .replaceAll('code', 'dc:title')
          .replaceAll('hauteur', 'apiso:modified')
          .replaceAll('geometrie', 'ows:BoundingBox');
        const body = `<csw:GetRecords xmlns:csw="${ns.csw202}" xmlns:ogc="${ns.ogc}" xmlns:gml="${ns.gml}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:apiso="http://www.opengis.net/cat/csw/apiso/1.0" xmlns:ows="http://www.opengis.net/ows" service="CSW" version="2.0.2" resultType="results"><csw:Query typeNames="csw:Record"><csw:Constraint version="1.1.0"><ogc:Filter>${named}</ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>`;
        await sound('/csw', xmlPost(body), body);
      }),
      { numRuns: runs },
    );
  },
  patience,
);

const token = fc.oneof(
  fc.constantFrom('code', 'hauteur', 'plante_le', 'remarquable', 'geometrie', 'title', 'AnyText', '=', '<>', '<', '>=', '(', ')', ',', 'AND', 'OR', 'NOT', 'LIKE', 'ILIKE', 'IN', 'BETWEEN', 'IS', 'NULL', "'x'", "'%'", "''''", "'", '"', '"code"', '1', '-1.5e3', '1e999', 'TRUE', "DATE('2026-01-01')", "TIMESTAMP('2026-01-01T00:00:00Z')", "DATE('x')", "INTERVAL('..','2026-01-01')", 'S_INTERSECTS', 'INTERSECTS', 'BBOX', 'DWITHIN', 'T_AFTER', 'AFTER', 'DURING', 'CASEI', 'POINT(2.3 48.7)', 'POINT(1e308 1e308)', 'POLYGON((0 0,1 0,1 1,0 0))', 'POLYGON((0 0))', 'GEOMETRYCOLLECTION EMPTY', 'ENVELOPE(2,3,48,49)', 'meters', ';', '--', '/*', '\\', '$1', '%', '+', '/', 'div', 'EXISTS', 'A_CONTAINS'),
  fc.string({ maxLength: 5 }),
); // prettier-ignore

test(
  'CQL texts to both services',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(token, { maxLength: 14 }), fc.constantFrom(' ', ''), async (tokens, space) => {
        const cql = tokens.join(space);
        const query = encodeURIComponent(cql);
        await sound(`/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames=antony:arbres&cql_filter=${query}`, {}, cql);
        await sound(
          `/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&constraintLanguage=CQL_TEXT&constraint=${query}`,
          {},
          cql,
        );
      }),
      { numRuns: runs },
    );
  },
  patience,
);

const documents = [
  `<?xml version="1.0" encoding="UTF-8"?><wfs:GetFeature xmlns:wfs="${ns.wfs20}" xmlns:fes="${ns.fes}" service="WFS" version="2.0.0" count="3"><wfs:Query typeNames="arbres" srsName="EPSG:2154"><wfs:PropertyName>code</wfs:PropertyName><fes:Filter><fes:PropertyIsEqualTo><fes:ValueReference>code</fes:ValueReference><fes:Literal>ARB-01</fes:Literal></fes:PropertyIsEqualTo></fes:Filter><fes:SortBy><fes:SortProperty><fes:ValueReference>code</fes:ValueReference></fes:SortProperty></fes:SortBy></wfs:Query></wfs:GetFeature>`,
  `<?xml version="1.0"?><csw:GetRecords xmlns:csw="${ns.csw202}" xmlns:ogc="${ns.ogc}" service="CSW" version="2.0.2" resultType="results" maxRecords="2"><csw:Query typeNames="csw:Record"><csw:ElementSetName>brief</csw:ElementSetName><csw:Constraint version="1.1.0"><ogc:Filter><ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!"><ogc:PropertyName>AnyText</ogc:PropertyName><ogc:Literal>*arbre*</ogc:Literal></ogc:PropertyIsLike></ogc:Filter></csw:Constraint></csw:Query></csw:GetRecords>`,
  `<wfs:GetFeature xmlns:wfs="${ns.wfs}" xmlns:ogc="${ns.ogc}" xmlns:gml="${ns.gml}" service="WFS" version="1.0.0" maxFeatures="3" outputFormat="GML2"><wfs:Query typeName="arbres"><ogc:PropertyName>code</ogc:PropertyName><ogc:Filter><ogc:BBOX><ogc:PropertyName>geometrie</ogc:PropertyName><gml:Box srsName="EPSG:4326"><gml:coordinates>2.2,48.7 2.4,48.8</gml:coordinates></gml:Box></ogc:BBOX></ogc:Filter></wfs:Query></wfs:GetFeature>`,
  `<wfs:GetCapabilities xmlns:wfs="${ns.wfs20}" xmlns:ows="${ns.ows11}" service="WFS"><ows:AcceptVersions><ows:Version>2.0.0</ows:Version></ows:AcceptVersions></wfs:GetCapabilities>`,
  `<csw:GetRecordById xmlns:csw="${ns.csw202}" service="CSW" version="2.0.2"><csw:Id>fr-92-mig-arb</csw:Id></csw:GetRecordById>`,
] as const;

/** A wound of a document: bytes taken out, put in, doubled or turned. */
const wound = fc.record({
  at: fc.nat({ max: 900 }),
  length: fc.nat({ max: 40 }),
  how: fc.constantFrom('cut', 'double', 'put', 'turn'),
  bytes: fc.uint8Array({ maxLength: 8 }),
});

test(
  'wounded documents',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...documents), fc.array(wound, { minLength: 1, maxLength: 4 }), async (document, wounds) => {
        let bytes = Buffer.from(document);
        for (const { at, length, how, bytes: more } of wounds) {
          const [start, end] = [Math.min(at, bytes.length), Math.min(at + length, bytes.length)];
          const piece = bytes.subarray(start, end);
          const put =
            how === 'cut'
              ? Buffer.alloc(0)
              : how === 'double'
                ? Buffer.concat([piece, piece])
                : how === 'put'
                  ? Buffer.concat([more, piece])
                  : Buffer.from(piece.map(byte => byte ^ 1));
          bytes = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)]);
        }
        for (const path of ['/wfs', '/csw']) await sound(path, { ...xmlPost(''), body: bytes }, bytes.toString('utf8'));
      }),
      { numRuns: runs },
    );
  },
  patience,
);
