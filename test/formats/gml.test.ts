// GML of the three versions, with and without a schema beside; axis order by srsName; what is not taken.
import { layersOf, openSource } from '../../server/formats/source';
import { faultOf, readAll, scratch, zipOf } from './make';

const files = scratch();
afterAll(() => files.clear());

const gml2 = (members: string): string => `<?xml version="1.0" encoding="utf-8"?>
<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://ogr.maptools.org/ bancs.xsd">
<gml:boundedBy><gml:Box><gml:coord><gml:X>2</gml:X><gml:Y>48</gml:Y></gml:coord><gml:coord><gml:X>3</gml:X><gml:Y>49</gml:Y></gml:coord></gml:Box></gml:boundedBy>
${members}</ogr:FeatureCollection>`;

const gml32 = (members: string, more = ''): string => `<?xml version="1.0"?>
<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="urn:a"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xlink="http://www.w3.org/1999/xlink">${more}${members}</wfs:FeatureCollection>`;

const at = (srsName: string, pos: string): string =>
  `<a:geom><gml:Point srsName="${srsName}"><gml:pos>${pos}</gml:pos></gml:Point></a:geom>`;
const member = (inner: string, id = 'b.1'): string => `<wfs:member><a:banc gml:id="${id}">${inner}</a:banc></wfs:member>`;

test('GML 2.1.2: coordinates, fid, types by the values; codes keep their zeros', async () => {
  const path = files.write(
    'bancs2.gml',
    gml2(
      `<gml:featureMember><ogr:banc fid="b1"><ogr:geometryProperty><gml:Point srsName="EPSG:4326"><gml:coordinates>2.3,48.8</gml:coordinates></gml:Point></ogr:geometryProperty>
       <ogr:code>01004</ogr:code><ogr:n>3</ogr:n><ogr:x>1.5</ogr:x><ogr:le>2026-01-31</ogr:le></ogr:banc></gml:featureMember>
       <gml:featureMember><ogr:banc fid="b2"><ogr:geometryProperty><gml:Polygon srsName="EPSG:4326"><gml:outerBoundaryIs><gml:LinearRing>
       <gml:coordinates>2,48 3,48 3,49 2,48</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></ogr:geometryProperty>
       <ogr:code>92002</ogr:code><ogr:n>4</ogr:n><ogr:x>2</ogr:x></ogr:banc></gml:featureMember>`,
    ),
  );
  const { source, rows } = await readAll(path);
  expect(source).toMatchObject({ format: 'gml', layer: 'banc', total: 2, geometry: { type: 'Geometry', srid: 4326, dimension: 2 } });
  expect(source.fields).toEqual([
    { name: 'gml_id', type: 'string', nillable: false },
    { name: 'code', type: 'string', nillable: false },
    { name: 'n', type: 'integer', nillable: false },
    { name: 'x', type: 'double', nillable: false },
    { name: 'le', type: 'date', nillable: true },
  ]);
  expect(rows.map(row => row.values)).toEqual([
    ['b1', '01004', 3, 1.5, '2026-01-31'],
    ['b2', '92002', 4, 2, null],
  ]);
  expect(rows[0]?.geometry).toEqual({ type: 'Point', coordinates: [2.3, 48.8] });
});

test('a schema beside tells the types, unless the values contradict it', async () => {
  files.write(
    'bancs.xsd',
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:complexType name="t"><xs:sequence>
      <xs:element name="code" nillable="true"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="5"/></xs:restriction></xs:simpleType></xs:element>
      <xs:element name="n" type="xs:decimal"/><xs:element name="m" type="xs:int"/></xs:sequence></xs:complexType></xs:schema>`,
  );
  const path = files.write(
    'bancs.gml',
    gml2(`<gml:featureMember><ogr:banc><ogr:code>75000</ogr:code><ogr:n>3</ogr:n><ogr:m>deux</ogr:m></ogr:banc></gml:featureMember>`),
  );
  const { source, rows } = await readAll(path);
  expect(source.fields.map(field => [field.name, field.type])).toEqual([
    ['code', 'string'],
    ['n', 'double'],
    ['m', 'string'],
  ]);
  expect(source.geometry).toBeNull();
  expect(rows[0]?.values).toEqual(['75000', 3, 'deux']);
  // a document does not choose a schema in another folder
  const elsewhere = files.write(
    'loin.gml',
    gml2('<gml:featureMember><ogr:b><ogr:code>1</ogr:code></ogr:b></gml:featureMember>').replace('bancs.xsd', '../x/bancs.xsd'),
  );
  expect((await readAll(elsewhere)).source.fields[0]?.type).toBe('integer');
});

test.each([
  ['EPSG:4326', '2.3 48.8', [2.3, 48.8], 4326],
  ['http://www.opengis.net/gml/srs/epsg.xml#4326', '2.3 48.8', [2.3, 48.8], 4326],
  ['urn:ogc:def:crs:EPSG::4326', '48.8 2.3', [2.3, 48.8], 4326],
  ['urn:x-ogc:def:crs:EPSG:6.9:4326', '48.8 2.3', [2.3, 48.8], 4326],
  ['http://www.opengis.net/def/crs/EPSG/0/4326', '48.8 2.3', [2.3, 48.8], 4326],
  ['urn:ogc:def:crs:OGC:1.3:CRS84', '2.3 48.8', [2.3, 48.8], 4326],
  ['urn:ogc:def:crs:EPSG::2154', '648000 6850000', [648000, 6850000], 2154],
  ['urn:ogc:def:crs:EPSG::3035', '2889000 3760000', [3760000, 2889000], 3035],
  ['urn:ogc:def:crs:EPSG::27572', '600000 2420000', [600000, 2420000], 27572],
  ['urn:ogc:def:crs:EPSG::4275', '48.8 2.3', [2.3, 48.8], 4275],
])('axis order of %s', async (srsName, pos, xy, srid) => {
  const path = files.write('axes.gml', gml32(member(at(srsName, pos))));
  const { source, rows } = await readAll(path);
  expect(source.geometry?.srid).toBe(srid);
  expect(rows[0]?.geometry).toEqual({ type: 'Point', coordinates: xy });
});

test('a geometry without srsName is in the system of the collection’s bounds; one that is told wins', async () => {
  const bounds = `<wfs:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>48 2</gml:lowerCorner><gml:upperCorner>49 3</gml:upperCorner></gml:Envelope></wfs:boundedBy>`;
  const inner = '<a:geom><gml:Point><gml:pos>48.8 2.3</gml:pos></gml:Point></a:geom>';
  expect((await readAll(files.write('b.gml', gml32(member(inner), bounds)))).rows[0]?.geometry).toEqual({
    type: 'Point',
    coordinates: [2.3, 48.8],
  });
  const without = files.write('c.gml', gml32(member(inner)));
  expect(await faultOf(openSource(without))).toMatchObject({ kind: 'invalid-crs', locator: 'srs' });
  expect((await readAll(without, { srs: 2154 })).source.geometry?.srid).toBe(2154);
});

test('GML 3.2: curves and surfaces, nil, nested and repeated properties, references', async () => {
  const path = files.write(
    'inspire.gml',
    gml32(
      member(
        `<a:geom><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::2154"><gml:surfaceMember><gml:Surface><gml:patches><gml:PolygonPatch><gml:exterior><gml:LinearRing>
         <gml:posList srsDimension="3">0 0 5 10 0 5 10 10 5 0 0 5</gml:posList></gml:LinearRing></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface></gml:surfaceMember></gml:MultiSurface></a:geom>
         <a:id><a:Identifier><a:localId>x1</a:localId><a:namespace>FR</a:namespace></a:Identifier></a:id>
         <a:nom>un</a:nom><a:nom>deux</a:nom><a:vide xsi:nil="true"/><a:voir xlink:href="#autre"/>`,
      ),
    ),
  );
  const { source, rows } = await readAll(path);
  expect(source.geometry).toEqual({ type: 'MultiPolygon', srid: 2154, dimension: 3 });
  expect(source.fields.map(field => field.name)).toEqual([
    'gml_id',
    'id.Identifier.localId',
    'id.Identifier.namespace',
    'nom',
    'vide',
    'voir',
  ]);
  expect(rows[0]?.values).toEqual(['b.1', 'x1', 'FR', 'un, deux', null, '#autre']);
});

test('several types are layers; a collection within a member is unfolded', async () => {
  const path = files.write(
    'two.gml',
    gml32(
      `<wfs:member><wfs:FeatureCollection>${member('<a:n>1</a:n>')}${member('<a:n>2</a:n>', 'b.2')}</wfs:FeatureCollection></wfs:member>
       <wfs:member><wfs:FeatureCollection><wfs:member><a:rue><a:nom>R</a:nom></a:rue></wfs:member></wfs:FeatureCollection></wfs:member>`,
    ),
  );
  expect(await layersOf(path)).toEqual(['banc', 'rue']);
  expect((await faultOf(openSource(path))).in('fr')).toBe('le fichier a plusieurs couches, nommez-en une : banc, rue');
  const { source, rows } = await readAll(path, { layer: 'banc' });
  expect(source.total).toBe(2);
  expect(rows.map(row => row.line)).toEqual([1, 2]);
});

test('the declared encoding is followed; archives bring their schema', async () => {
  const text = gml2('<gml:featureMember><ogr:b><ogr:nom>Bagneux été</ogr:nom></ogr:b></gml:featureMember>').replace('utf-8', 'ISO-8859-1');
  const path = files.write('latin.gml', Buffer.from(text, 'latin1'));
  expect((await readAll(path)).rows[0]?.values).toEqual(['Bagneux été']);
  const schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="n" type="xs:string"/></xs:schema>';
  const zip = files.write(
    'all.zip',
    zipOf([
      { name: 'd/b.gml', content: Buffer.from(gml2('<gml:featureMember><ogr:b><ogr:n>1</ogr:n></ogr:b></gml:featureMember>')) },
      { name: 'd/b.xsd', content: Buffer.from(schema) },
    ]),
  );
  expect((await readAll(zip)).rows[0]?.values).toEqual(['1']);
});

test('a row in another system, or of no geometry that is read, is refused alone', async () => {
  const path = files.write(
    'rows.gml',
    gml32(
      member(at('urn:ogc:def:crs:EPSG::2154', '648000 6850000')) +
        member(at('urn:ogc:def:crs:EPSG::2154', '648001 6850000'), 'b.2') +
        member(at('EPSG:4326', '2.3 48.8'), 'b.3') +
        member(at('urn:ogc:def:crs:EPSG::2154', 'un deux'), 'b.4'),
    ),
  );
  const { rows } = await readAll(path);
  expect(rows.map(row => row.problem === undefined)).toEqual([true, true, false, false]);
  expect(rows[2]?.problem).toBe('coordonnées en EPSG:4326, les autres objets sont en EPSG:2154');
});

test.each([
  ['a DOCTYPE', '<!DOCTYPE x [<!ENTITY e "aaaa">]><x>&e;</x>', 'malformed'],
  ['an end that lacks', gml32(member('<a:n>1</a:n>')).slice(0, -30), 'malformed'],
  ['another document', '<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><title/></csw:Record>', 'malformed'],
  ['no document', '<', 'malformed'],
  ['elements without end', gml32(member('<a:x>'.repeat(80) + '</a:x>'.repeat(80))), 'too-large'],
])('%s is refused', async (_what, text, kind) => {
  expect(await faultOf(openSource(files.write('bad.gml', text)))).toMatchObject({ kind, locator: 'source' });
});
