// Filters as desktop clients and harvesters send them, written after what is known of their traffic.
import { check } from '../../server/core/filter/check';
import { readFilter, readFilterText } from '../../server/core/filter/fes';
import { readBbox } from '../../server/core/filter/simple';
import { readXml, type Element } from '../../server/core/xml/read';
import { cql2Text } from '../../server/core/filter/cql2-text';
import { fes20, filter10, filter11, trees } from './world';

/** The first Filter anywhere in a document. */
function filterIn(document: string): Element {
  const find = (element: Element): Element | undefined =>
    element.name === 'Filter' ? element : element.children.map(find).find(found => found);
  const found = find(readXml(document));
  if (!found) throw new Error('the document has no Filter');
  return found;
}

const lonLatBox = (minX: number, minY: number, maxX: number, maxY: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [minX, minY],
      [maxX, minY],
      [maxX, maxY],
      [minX, maxY],
      [minX, minY],
    ],
  ],
});

test('QGIS, WFS 2.0: BBOX with the CRS behind it', () => {
  expect(readBbox('637000,6847000,652000,6873000,urn:ogc:def:crs:EPSG::2154', fes20)).toMatchObject({
    geometry: { srid: 2154, geometry: lonLatBox(637000, 6847000, 652000, 6873000) },
  });
});

test('QGIS, WFS 2.0: a FILTER parameter with its declarations', () => {
  const text =
    '<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2">\n <fes:And xmlns:fes="http://www.opengis.net/fes/2.0">\n' +
    '  <fes:PropertyIsLike singleChar="_" wildCard="%" escapeChar="\\">\n   <fes:ValueReference>nom</fes:ValueReference>\n   <fes:Literal>Ch%</fes:Literal>\n  </fes:PropertyIsLike>\n' +
    '  <fes:Intersects>\n   <fes:ValueReference>geom</fes:ValueReference>\n   <gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326" gml:id="qgis_id_geom_1">\n    <gml:exterior>\n     <gml:LinearRing>\n      <gml:posList srsDimension="2">48 2 48 3 49 3 49 2 48 2</gml:posList>\n     </gml:LinearRing>\n    </gml:exterior>\n   </gml:Polygon>\n  </fes:Intersects>\n </fes:And>\n</fes:Filter>';
  expect(readFilterText(text, fes20)).toEqual({
    op: 'and',
    parts: [
      { op: 'like', property: 'nom', pattern: [{ text: 'Ch' }, 'any'], matchCase: true },
      {
        op: 'spatial',
        operator: 'intersects',
        property: 'geom',
        geometry: {
          srid: 4326,
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [2, 48],
                [3, 48],
                [3, 49],
                [2, 49],
                [2, 48],
              ],
            ],
          },
        },
      },
    ],
  });
});

test('QGIS, WFS 1.0 transaction on a 2.0 connection: FeatureId', () => {
  const document =
    '<Transaction xmlns="http://www.opengis.net/wfs" version="1.0.0" service="WFS" xmlns:gml="http://www.opengis.net/gml">' +
    '<Delete typeName="arbres"><Filter xmlns="http://www.opengis.net/ogc"><FeatureId xmlns="http://www.opengis.net/ogc" fid="arbres.12"/></Filter></Delete></Transaction>';
  expect(readFilter(filterIn(document), filter10)).toEqual({ op: 'ids', ids: ['arbres.12'] });
});

test('GDAL, WFS 2.0: an Envelope without srsName is in the default CRS as advertised', () => {
  const text =
    '<Filter xmlns="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:antony="http://example.org/ns/antony">' +
    '<BBOX><ValueReference>antony:geom</ValueReference><gml:Envelope><gml:lowerCorner>48.7300000000000000 2.1500000000000000</gml:lowerCorner><gml:upperCorner>48.9500000000000000 2.3400000000000000</gml:upperCorner></gml:Envelope></BBOX></Filter>';
  const filter = readFilterText(text, { ...fes20, defaultSrid: 4326, defaultFlip: true });
  expect(filter).toEqual({
    op: 'spatial',
    operator: 'bbox',
    property: 'geom',
    geometry: { srid: 4326, geometry: lonLatBox(2.15, 48.73, 2.34, 48.95) },
  });
  expect(check(filter, trees)).toMatchObject({ op: 'spatial', property: { column: 'shape' } });
});

test('GDAL, WFS 2.0: an attribute filter', () => {
  const text =
    '<Filter xmlns="http://www.opengis.net/fes/2.0" xmlns:antony="http://example.org/ns/antony" xmlns:gml="http://www.opengis.net/gml/3.2">' +
    '<And><Not><PropertyIsNull><ValueReference>antony:etages</ValueReference></PropertyIsNull></Not><PropertyIsGreaterThanOrEqualTo><ValueReference>antony:etages</ValueReference><Literal>3</Literal></PropertyIsGreaterThanOrEqualTo></And></Filter>';
  expect(check(readFilterText(text, fes20), trees)).toMatchObject({
    op: 'and',
    parts: [
      { op: 'not', part: { op: 'null' } },
      { op: 'compare', operator: '>=', value: { type: 'long', value: '3' } },
    ],
  });
});

test('OWSLib, WFS 1.1: And of an equality and a box', () => {
  const text =
    '<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"><ogc:And><ogc:PropertyIsEqualTo matchCase="true"><ogc:PropertyName>nom</ogc:PropertyName><ogc:Literal>Chêne</ogc:Literal></ogc:PropertyIsEqualTo>' +
    '<ogc:BBOX><ogc:PropertyName>geom</ogc:PropertyName><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>48.73 2.15</gml:lowerCorner><gml:upperCorner>48.95 2.34</gml:upperCorner></gml:Envelope></ogc:BBOX></ogc:And></ogc:Filter>';
  expect(readFilterText(text, filter11)).toMatchObject({
    op: 'and',
    parts: [
      { op: 'compare', right: { value: 'Chêne' } },
      { op: 'spatial', geometry: { srid: 4326, geometry: lonLatBox(2.15, 48.73, 2.34, 48.95) } },
    ],
  });
});

const getRecords = (filter: string) =>
  '<?xml version="1.0" encoding="ISO-8859-1" standalone="no"?><csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="CSW" version="2.0.2">' +
  `<csw:Query typeNames="csw:Record"><csw:ElementSetName>full</csw:ElementSetName><csw:Constraint version="1.1.0">${filter}</csw:Constraint></csw:Query></csw:GetRecords>`;

test('MetaSearch (OWSLib), CSW 2.0.2: AnyText and a box in lat lon', () => {
  const filter = readFilter(
    filterIn(
      getRecords(
        '<ogc:Filter><ogc:And><ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>%arbre%</ogc:Literal></ogc:PropertyIsLike>' +
          '<ogc:BBOX><ogc:PropertyName>ows:BoundingBox</ogc:PropertyName><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>48.73 2.15</gml:lowerCorner><gml:upperCorner>48.95 2.34</gml:upperCorner></gml:Envelope></ogc:BBOX></ogc:And></ogc:Filter>',
      ),
    ),
    filter11,
  );
  expect(filter).toMatchObject({
    parts: [
      { op: 'like', property: 'AnyText', pattern: ['any', { text: 'arbre' }, 'any'] },
      { op: 'spatial', property: 'BoundingBox', geometry: { srid: 4326, geometry: lonLatBox(2.15, 48.73, 2.34, 48.95) } },
    ],
  });
  const [anyText] = filter.op === 'and' ? filter.parts : [];
  expect(anyText && check(anyText, trees)).toMatchObject({ op: 'like', property: { fullText: true } });
});

test('data.gouv.fr, CSW 2.0.2: Or of record types by a prefix that nobody declared', () => {
  const equal = (type: string) =>
    `<ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:type</ogc:PropertyName><ogc:Literal>${type}</ogc:Literal></ogc:PropertyIsEqualTo>`;
  const types = ['dataset', 'nonGeographicDataset', 'series', 'service'];
  const filter = readFilter(filterIn(getRecords(`<ogc:Filter><ogc:Or>${types.map(equal).join('')}</ogc:Or></ogc:Filter>`)), filter11);
  expect(filter).toMatchObject({ op: 'or', parts: types.map(value => ({ op: 'compare', left: { name: 'type' }, right: { value } })) });
});

test('GeoNetwork, CQL_TEXT: BBOX(the_geom, …)', () => {
  const filter = cql2Text("csw:AnyText LIKE '%eau%' AND BBOX(the_geom, 2.15, 48.73, 2.34, 48.95)", 'Constraint');
  expect(check(filter, trees)).toMatchObject({
    parts: [{ op: 'like' }, { op: 'spatial', operator: 'bbox', property: { column: 'shape' } }],
  });
});

test('INSPIRE validator, CQL_TEXT: apiso:Language', () => {
  expect(cql2Text("apiso:Language='eng'", 'Constraint')).toMatchObject({ left: { name: 'Language' }, right: { value: 'eng' } });
});
