// GeoJSON in all its layouts, and what is wrong with it.
import { gzipSync } from 'node:zlib';
import { jsonPieces } from '../../server/formats/json-scan';
import { faultOf, readAll, scratch } from './make';

const files = scratch();
afterAll(() => files.clear());

const feature = (properties: object, coordinates: readonly number[] | null = [2.3, 48.8], more: object = {}): object => ({
  type: 'Feature',
  ...more,
  properties,
  geometry: coordinates && { type: 'Point', coordinates },
});
const collection = (features: readonly object[], more: object = {}): string =>
  JSON.stringify({ type: 'FeatureCollection', ...more, features });

async function* inChunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the scanner', () => {
  const text = collection([feature({ nom: 'Fontaine "des" \\ é}]{[', features: ['a'] }), feature({ n: 2 })], {
    name: 'é',
    crs: { a: [1] },
  });

  test.each([1, 2, 3, 7, 64, 100_000])('cuts the same features whatever the chunks are (%i bytes)', async size => {
    const pieces: { kind: string; value: unknown }[] = [];
    for await (const piece of jsonPieces(inChunks(text, size))) pieces.push({ kind: piece.kind, value: JSON.parse(piece.text) });
    const whole = JSON.parse(text) as { features: unknown[] };
    expect(pieces).toEqual([
      { kind: 'element', value: whole.features[0] },
      { kind: 'element', value: whole.features[1] },
      { kind: 'document', value: { ...whole, features: [] } },
    ]);
  });

  test('a features member below the top is not the collection', async () => {
    const pieces: string[] = [];
    for await (const piece of jsonPieces(inChunks('{"a":{"features":[{"x":1}]},"type":"Feature"}', 5))) pieces.push(piece.kind);
    expect(pieces).toEqual(['document']);
  });
});

test('a collection: fields, types, ids, heights and null geometries', async () => {
  const path = files.write(
    'a.geojson',
    collection([
      feature({ code: '01004', n: 1, mixed: 1, when: '2026-01-31', list: [1, 2] }, [2, 48], { id: 'x1' }),
      feature({ code: '92002', n: 3_000_000_000, mixed: 1.5, when: '2026-01-31T10:00:00', constructor: true }, [2, 48, 35.5], { id: 'x2' }),
      feature({ code: null, n: null }, null, { id: 'x3' }),
    ]),
  );
  const { source, rows } = await readAll(path);
  expect(source).toMatchObject({ format: 'geojson', layer: 'a', total: 3, geometry: { type: 'Point', srid: 4326, dimension: 3 } });
  expect(source.fields).toEqual([
    { name: 'id', type: 'string', nillable: false },
    { name: 'code', type: 'string', nillable: true },
    { name: 'n', type: 'long', nillable: true },
    { name: 'mixed', type: 'double', nillable: true },
    { name: 'when', type: 'dateTime', nillable: true },
    { name: 'list', type: 'string', nillable: true },
    { name: 'constructor', type: 'boolean', nillable: true },
  ]);
  expect(rows.map(row => row.values)).toEqual([
    ['x1', '01004', 1, 1, '2026-01-31T00:00:00Z', '[1,2]', null],
    ['x2', '92002', 3_000_000_000, 1.5, '2026-01-31T10:00:00Z', null, true],
    ['x3', null, null, null, null, null, null],
  ]);
  expect(rows.map(row => row.geometry)).toEqual([
    { type: 'Point', coordinates: [2, 48] },
    { type: 'Point', coordinates: [2, 48, 35.5] },
    null,
  ]);
});

test.each([
  ['urn:ogc:def:crs:EPSG::2154', 2154],
  ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326],
  ['EPSG:27572', 27572],
])('the crs member of GeoJSON 2008 is honoured, also after the features: %s', async (name, srid) => {
  const text = `{"type":"FeatureCollection","features":[${JSON.stringify(feature({}, [1, 2]))}],"crs":{"type":"name","properties":{"name":"${name}"}}}`;
  const { source } = await readAll(files.write('crs.geojson', text));
  expect(source.geometry?.srid).toBe(srid);
});

test('the CRS told by the user wins', async () => {
  const { source } = await readAll(files.write('told.geojson', collection([feature({}, [650000, 6860000])])), { srs: 2154 });
  expect(source.geometry?.srid).toBe(2154);
});

test.each([
  ['lines.geojsonl', [feature({ a: 1 }), feature({ a: 2 })].map(one => JSON.stringify(one)).join('\n') + '\n'],
  ['bom.geojson', '\ufeff' + [feature({ a: 1 }), feature({ a: 2 })].map(one => JSON.stringify(one)).join('\r\n')],
  ['seq.json', [feature({ a: 1 }), feature({ a: 2 })].map(one => `\x1e${JSON.stringify(one, null, 1)}\n`).join('')],
  ['packed.geojsonl.gz', gzipSync([feature({ a: 1 }), feature({ a: 2 })].map(one => JSON.stringify(one)).join('\n'))],
  ['packed.geojson.gz', gzipSync(collection([feature({ a: 1 }), feature({ a: 2 })]))],
  ['array.json', JSON.stringify([feature({ a: 1 }), feature({ a: 2 })], null, 2)],
])('layout %s gives the same two rows', async (name, content) => {
  const { rows, source } = await readAll(files.write(name, content));
  expect(rows.map(row => row.values)).toEqual([[1], [2]]);
  expect(source.total).toBe(2);
});

test('a bare feature and a bare geometry are files of one feature', async () => {
  expect((await readAll(files.write('one.geojson', JSON.stringify(feature({ a: 1 }), null, 2)))).rows).toMatchObject([
    { line: 1, values: [1] },
  ]);
  expect((await readAll(files.write('bare.geojson', '{"type":"Point","coordinates":[1,2]}'))).rows[0]?.geometry).toEqual({
    type: 'Point',
    coordinates: [1, 2],
  });
});

test('polygons and multipolygons make a layer of multipolygons', async () => {
  const ring = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ];
  const shapes = [
    { type: 'Polygon', coordinates: [ring] },
    { type: 'MultiPolygon', coordinates: [[ring]] },
  ];
  const { source } = await readAll(
    files.write('mixed.geojson', collection(shapes.map(geometry => ({ type: 'Feature', properties: {}, geometry })))),
  );
  expect(source.geometry?.type).toBe('MultiPolygon');
});

test.each([
  ['a line that is not JSON', '{"type":"Feature","properties":{},"geometry":null}\n{"type":"Fea\n', 2, /JSON/],
  ['not a feature', '{"type":"Feature","properties":{},"geometry":null}\n{"type":"Topology"}\n', 2, /Feature/],
  [
    'a ring of two corners',
    '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}}\n',
    1,
    /anneau/,
  ],
  ['coordinates of text', '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":["2","48"]}}\n', 1, /position/],
  ['a type of no geometry', '{"type":"Feature","properties":{},"geometry":{"type":"Curve","coordinates":[]}}\n', 1, /Curve/],
])('a row is refused with its line: %s', async (_name, content, line, reason) => {
  const { rows } = await readAll(files.write('bad.geojsonl', content));
  const refused = rows.filter(row => row.problem !== undefined);
  expect(refused.map(row => row.line)).toEqual([line]);
  expect(refused[0]?.problem).toMatch(reason);
});

test.each([
  ['breaks off', collection([feature({ a: 1 })]).slice(0, -10), 'malformed'],
  ['brackets that do not match', '{"type":"FeatureCollection","features":[{"a":1]}', 'malformed'],
  ['other JSON', '{"type":"Topology","objects":{}}', 'malformed'],
  ['empty', '', 'malformed'],
  ['nested without end', '['.repeat(5000), 'malformed'],
  ['numbers for features', '{"type":"FeatureCollection","features":[1,2]}', 'malformed'],
])('a file that %s is a fault', async (_name, content, kind) => {
  expect((await faultOf(readAll(files.write('fault.geojson', content)))).kind).toBe(kind);
});

test('a gzip bomb is stopped (SEC14)', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20, 0x20));
  expect((await faultOf(readAll(files.write('bomb.geojson.gz', bomb)))).kind).toBe('too-large');
});

test('a gzip that breaks off is malformed', async () => {
  const packed = gzipSync(collection(Array.from({ length: 5000 }, (_, n) => feature({ n }))));
  expect((await faultOf(readAll(files.write('cut.geojson.gz', packed.subarray(0, packed.length - 500))))).kind).toBe('malformed');
});
