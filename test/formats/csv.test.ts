// CSV: separators, encodings, types, coordinates, and lines that are wrong.
import { encode } from 'iconv-lite';
import { openSource } from '../../server/formats/source';
import { faultOf, readAll, scratch } from './make';

const files = scratch();
afterAll(() => files.clear());
const csv = (content: string | Buffer): string => files.write('f.csv', content);
const types = async (content: string): Promise<string[]> =>
  (await readAll(csv(content))).source.fields.map(field => `${field.name} ${field.type}${field.nillable ? '?' : ''}`);

test.each([
  [';', 'a;b\n1;x,y\n'],
  [',', 'a,b\n1,"x,y"\n'],
  ['tab', 'a\tb\n1\tx,y\n'],
  ['|', 'a|b\n1|x,y\n'],
  ['; under a mark, CRLF', '\ufeffa;b\r\n1;x,y\r\n'],
  ['; with a comma in a quoted title', '"a";"b"\n1;"x,y"\n'],
])('separator %s', async (_name, content) => {
  const { rows } = await readAll(csv(content));
  expect(rows).toEqual([{ line: 2, values: [1, 'x,y'], geometry: null }]);
});

test.each(['utf-8', 'windows-1252', 'iso-8859-1', 'cp850', 'utf-16le'])('encoding %s is found', async encoding => {
  const text = 'nom;ville\nforêt à côté;Châtenay-Malabry\nété;Sèvres\n';
  const bytes = encoding === 'utf-16le' ? Buffer.concat([Buffer.from([0xff, 0xfe]), encode(text, encoding)]) : encode(text, encoding);
  const { rows } = await readAll(csv(bytes));
  expect(rows.map(row => row.values)).toEqual([
    ['forêt à côté', 'Châtenay-Malabry'],
    ['été', 'Sèvres'],
  ]);
});

describe('types', () => {
  test.each([
    ['whole numbers', 'a;b\n1;x\n-20;y\n', 'a integer'],
    ['large ones', 'a;b\n3000000000;x\n', 'a long'],
    ['codes with a leading zero', 'a;b\n01004;x\n92002;y\n', 'a string'],
    ['codes by their name', 'code_insee;b\n92002;x\n', 'code_insee string'],
    ['SIRET', 'SIRET;b\n21920002600015;x\n', 'SIRET string'],
    ['numbers too long for one', 'a;b\n12345678901234567890;x\n', 'a string'],
    ['decimals', 'a;b\n1.5;x\n2;y\n', 'a double'],
    ['decimal commas', 'a;b\n1,5;x\n2;y\n', 'a double'],
    ['exponents', 'a;b\n1e3;x\n', 'a double'],
    ['telephones', 'a;b\n+33142;x\n', 'a string'],
    ['booleans', 'a;b\ntrue;x\nFaux;y\n', 'a boolean'],
    ['days', 'a;b\n2026-01-31;x\n31/01/2026;y\n', 'a date'],
    ['days of no calendar', 'a;b\n2026-02-30;x\n', 'a string'],
    ['instants', 'a;b\n2026-01-31T10:00:00Z;x\n2026-01-31 10:00;y\n2026-01-31;z\n', 'a dateTime'],
    ['with gaps', 'a;b\n1;x\n;y\n', 'a integer?'],
    ['mixed', 'a;b\n1;x\ntrue;y\n', 'a string'],
    ['nothing at all', 'a;b\n;x\n', 'a string?'],
  ])('%s', async (_name, content, first) => {
    expect((await types(content))[0]).toBe(first);
  });

  test('values as they are told', async () => {
    const { rows } = await readAll(csv('n;d;j;t;b;s\n1;1,5;31/01/2026;2026-01-31 10:00;vrai; é \n'));
    expect(rows[0]?.values).toEqual([1, 1.5, '2026-01-31', '2026-01-31T10:00Z', true, ' é ']);
  });

  test('a comma is no decimal sign where it separates', async () => {
    expect(await types('a,b\n"1,5",2\n')).toEqual(['a string', 'b integer']);
  });

  test('columns without a title and blank lines', async () => {
    const { source, rows } = await readAll(csv('a;;c\n1;2;3\n\n4;5;6\n'));
    expect(source.fields.map(field => field.name)).toEqual(['a', 'field_2', 'c']);
    expect(rows.map(row => row.line)).toEqual([2, 4]);
  });
});

describe('coordinates', () => {
  const at = (x: number, y: number): object => ({ type: 'Point', coordinates: [x, y] });
  test.each([
    ['lon/lat', 'id,lon,lat\n1,2.3,48.8\n', 4326, at(2.3, 48.8)],
    ['latitude before longitude', 'Latitude,Longitude\n48.8,2.3\n', 4326, at(2.3, 48.8)],
    ['x/y of Lambert-93 by its values', 'x;y\n650000,5;6860000\n', 2154, at(650000.5, 6860000)],
    ['x/y of CC49 by its values', 'X;Y\n1650000;8175000\n', 3949, at(1650000, 8175000)],
    ['x/y of degrees by its values', 'x;y\n2.3;48.8\n', 4326, at(2.3, 48.8)],
    ['by the name of the columns', 'x_l93;y_l93\n1;2\n', 2154, at(1, 2)],
    ['X Lambert93', 'X Lambert93;Y Lambert93\n650000;6860000\n', 2154, at(650000, 6860000)],
    ['coord_x', 'coord_x;coord_y\n650000;6860000\n', 2154, at(650000, 6860000)],
    ['WKT', 'id;wkt\n1;POINT (2.3 48.8)\n', 4326, at(2.3, 48.8)],
    ['WKT with its SRID', 'id;geom\n1;SRID=3946;POINT(1 2)\n'.replace('SRID=3946;POINT(1 2)', '"SRID=3946;POINT(1 2)"'), 3946, at(1, 2)],
    ['WKT over x/y', 'x;y;geometry\n1;2;POINT (650000 6860000)\n', 2154, at(650000, 6860000)],
    [
      'EWKB of a database',
      `id;geom\n1;0101000000${Buffer.from(new Float64Array([2.3, 48.8]).buffer).toString('hex')}\n`,
      4326,
      at(2.3, 48.8),
    ],
    ['GeoJSON in a column', 'id;geo_shape\n1;"{""type"":""Point"",""coordinates"":[2.3,48.8]}"\n', 4326, at(2.3, 48.8)],
    ['latitude, longitude in one column', 'id;geo_point_2d\n1;48.8, 2.3\n', 4326, at(2.3, 48.8)],
  ])('%s', async (_name, content, srid, geometry) => {
    const { source, rows } = await readAll(csv(content));
    expect(source.geometry?.srid).toBe(srid);
    expect(rows[0]?.geometry).toEqual(geometry);
  });

  const both = 'x;y;long;lat\n650000;6860000;2.3;48.8\n';
  test('degrees win over x/y, told a projected CRS x/y wins', async () => {
    expect((await readAll(csv(both))).rows[0]?.geometry).toEqual(at(2.3, 48.8));
    expect((await readAll(csv(both), { srs: 2154 })).rows[0]?.geometry).toEqual(at(650000, 6860000));
  });

  test('two columns of numbers called otherwise are none', async () => {
    const { source } = await readAll(csv('a;b\n2.3;48.8\n'));
    expect(source.geometry).toBeNull();
    expect(source.notes.join()).toContain('sans géométrie');
  });

  test('a column of pairs needs a name that says so', async () => {
    expect((await readAll(csv('a;b\n1;48.8, 2.3\n'))).source.geometry).toBeNull();
  });

  test('coordinates that tell no CRS must be told one', async () => {
    expect((await faultOf(openSource(csv('x;y\n600000;2400000\n')))).kind).toBe('invalid-crs');
    expect((await readAll(csv('x;y\n600000;2400000\n'), { srs: 27572 })).source.geometry?.srid).toBe(27572);
  });

  test.each([
    ['POINT EMPTY', null],
    [
      'MULTIPOINT ((1 2), (3 4))',
      {
        type: 'MultiPoint',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    [
      'MULTIPOINT (1 2, 3 4)',
      {
        type: 'MultiPoint',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    [
      'LineString Z (1 2 3, 4 5 6)',
      {
        type: 'LineString',
        coordinates: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    ],
    ['POINTZ(1 2 3)', { type: 'Point', coordinates: [1, 2, 3] }],
    ['POINT M (1 2 3)', { type: 'Point', coordinates: [1, 2] }],
    ['POINT ZM (1 2 3 4)', { type: 'Point', coordinates: [1, 2, 3] }],
    [
      'POLYGON ((0 0, 1e1 0, 1 -.5, 0 0))',
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [10, 0],
            [1, -0.5],
            [0, 0],
          ],
        ],
      },
    ],
    [
      'MULTIPOLYGON (((0 0, 1 0, 1 1)), ((5 5, 6 5, 6 6, 5 5)))',
      {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 0],
            ],
          ],
          [
            [
              [5, 5],
              [6, 5],
              [6, 6],
              [5, 5],
            ],
          ],
        ],
      },
    ],
    [
      'GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (1 2, 3 4))',
      {
        type: 'GeometryCollection',
        geometries: [
          { type: 'Point', coordinates: [1, 2] },
          {
            type: 'LineString',
            coordinates: [
              [1, 2],
              [3, 4],
            ],
          },
        ],
      },
    ],
    ['CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0))', /CURVEPOLYGON/],
    ['POINT (1)', /WKT illisible/],
    ['POINT (1 2) and more', /WKT illisible/],
    ['LINESTRING (1 2)', /ligne/],
    ['GEOMETRYCOLLECTION ('.repeat(50) + 'POINT (1 2)', /WKT illisible/],
  ])('WKT %s', async (wkt, expected) => {
    const { rows } = await readAll(csv(`id;wkt\n1;"${wkt}"\n2;POINT (1 2)\n`), { srs: 2154 });
    if (expected instanceof RegExp) expect(rows[0]?.problem).toMatch(expected);
    else expect(rows[0]).toEqual({ line: 2, values: [1], geometry: expected });
  });
});

describe('lines that are wrong', () => {
  test.each([
    ['too few values', 'a;b;c\n1;2;3\n1;2\n', 3, /2 valeurs pour 3/],
    ['too many values', 'a;b\n1;2\n1;2;3\n', 3, /3 valeurs pour 2/],
    ['a coordinate that is text', 'n;lon;lat\n1;2.3;48.8\n2;abc;48\n', 3, /coordonnées illisibles : abc/],
    ['half a coordinate', 'n;lon;lat\n1;2.3;48.8\n2;;48\n', 3, /coordonnées illisibles/],
  ])('%s', async (_name, content, line, reason) => {
    const { rows } = await readAll(csv(content));
    expect(rows.filter(row => row.problem !== undefined).map(row => row.line)).toEqual([line]);
    expect(rows.find(row => row.problem !== undefined)?.problem).toMatch(reason);
    expect(rows).toHaveLength(2);
  });

  test('empty values past the title line are forgiven, no coordinates are no geometry', async () => {
    expect((await readAll(csv('n;lon;lat\n1;2;48\n2;;;;\n'))).rows[1]).toEqual({ line: 3, values: [2, null, null], geometry: null });
  });

  test('quotes over several lines keep the line numbers', async () => {
    const { rows } = await readAll(csv('a;b\n"x\ny";1\n"z";2;3\n'));
    expect(rows.map(row => row.line)).toEqual([3, 4]);
    expect(rows[0]?.values).toEqual(['x\ny', 1]);
  });

  test.each([
    ['one line of 10 MB', `a;b\n${'x'.repeat(10 * 2 ** 20)}\n`, 'too-large'],
    ['a quote that never ends', 'a;b\n"x;1\n2;3\n', 'malformed'],
    ['nothing', '', 'malformed'],
    ['2,000 columns', `${Array.from({ length: 2000 }, (_, n) => `c${n}`).join(';')}\n`, 'too-large'],
  ])('%s is a fault', async (_name, content, kind) => {
    expect((await faultOf(readAll(csv(content)))).kind).toBe(kind);
  });

  test('a title line alone is an empty table', async () => {
    expect(await readAll(csv('a;b\n'))).toMatchObject({ source: { total: 0 }, rows: [] });
  });
});
