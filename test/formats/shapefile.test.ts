// Shapefiles made byte by byte: encodings, .prj spellings, rings, types of dBASE, damage.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'iconv-lite';
import { crsOfWkt } from '../../server/formats/crs-wkt';
import { openSource } from '../../server/formats/source';
import { dbfOf, faultOf, partsShape, pointShape, readAll, scratch, shpOf } from './make';

const files = scratch();
afterAll(() => files.clear());
let number = 0;
const l93 = [650000, 6860000, 651000, 6861000];

interface Parts {
  readonly type?: number;
  readonly shapes?: readonly Buffer[];
  readonly box?: readonly number[];
  readonly dbf?: Buffer;
  readonly cpg?: string;
  readonly prj?: string;
  readonly shx?: boolean;
}

function shapefile(parts: Parts): string {
  const folder = join(files.folder, String(++number));
  mkdirSync(folder);
  const { shp, shx } = shpOf(parts.type ?? 1, parts.shapes ?? [pointShape(650000, 6860000)], parts.box ?? l93);
  writeFileSync(join(folder, 'couche.shp'), shp);
  if (parts.shx !== false) writeFileSync(join(folder, 'couche.shx'), shx);
  if (parts.dbf) writeFileSync(join(folder, 'couche.dbf'), parts.dbf);
  if (parts.cpg !== undefined) writeFileSync(join(folder, 'couche.cpg'), parts.cpg);
  if (parts.prj !== undefined) writeFileSync(join(folder, 'couche.prj'), parts.prj);
  return join(folder, 'couche.shp');
}

const nom = [{ name: 'NOM', type: 'C', length: 40 }];
const text = 'Châtenay-Malabry, forêt à côté';

describe('encodings of the attributes', () => {
  test.each([
    ['UTF-8 by .cpg', 'utf-8', 'UTF-8', 0, 'utf-8'],
    ['Windows-1252 by .cpg number', 'windows-1252', '1252', 0, 'windows-1252'],
    ['Windows-1252 by .cpg name', 'windows-1252', 'ANSI 1252', 0, 'windows-1252'],
    ['ISO-8859-1 by .cpg', 'iso-8859-1', 'ISO-8859-1', 0, 'iso-8859-1'],
    ['ISO-8859-1 by ESRI number', 'iso-8859-1', '88591', 0, 'iso-8859-1'],
    ['CP850 by .cpg', 'cp850', 'OEM 850', 0, 'cp850'],
    ['CP850 by language driver', 'cp850', null, 0x02, 'cp850'],
    ['Windows-1252 by language driver', 'windows-1252', null, 0x57, 'windows-1252'],
    ['UTF-8 under a driver that says Windows', 'utf-8', null, 0x57, 'utf-8'],
    ['UTF-8 undeclared', 'utf-8', null, 0, 'utf-8'],
    ['Windows-1252 undeclared', 'windows-1252', null, 0, 'windows-1252'],
    ['CP850 undeclared', 'cp850', null, 0, 'cp850'],
    ['Windows-1252 that claims UTF-8', 'windows-1252', 'UTF-8', 0, 'windows-1252'],
  ])('%s', async (_name, written, cpg, driver, expected) => {
    const dbf = dbfOf(nom, [[encode(text, written)]], driver);
    const { source, rows } = await readAll(shapefile({ dbf, ...(cpg === null ? {} : { cpg }) }));
    expect(rows[0]?.values).toEqual([text]);
    expect(source.encoding).toBe(expected);
  });

  test('what the user tells wins', async () => {
    const path = shapefile({ dbf: dbfOf(nom, [[encode(text, 'cp850')]]), cpg: 'UTF-8' });
    expect((await readAll(path, { encoding: 'CP850' })).rows[0]?.values).toEqual([text]);
    expect((await faultOf(openSource(path, { encoding: 'klingon' }))).locator).toBe('encoding');
  });
});

test('types of dBASE, nulls, stars, deleted rows', async () => {
  const dbf = dbfOf(
    [
      { name: 'CODE', type: 'C', length: 5 },
      { name: 'N', type: 'N', length: 6 },
      { name: 'L', type: 'N', length: 12 },
      { name: 'D', type: 'N', length: 8, decimals: 2 },
      { name: 'F', type: 'F', length: 12 },
      { name: 'B', type: 'L', length: 1 },
      { name: 'JOUR', type: 'D', length: 8 },
      { name: 'MEMO', type: 'M', length: 10 },
    ],
    [
      ['01004', '    42', '123456789012', '    1.50', '   1.25e3   ', 'T', '20260131', ''],
      ['', '******', '', '', '', '?', '00000000', ''],
      ['gone', '     1', '1', '1', '1', 'F', '20260101', ''],
      ['92002', '    -7', '1', '2', '3', 'n', '20260228', ''],
    ],
    0,
    [2],
  );
  const shapes = [1, 2, 3, 4].map(n => pointShape(650000 + n, 6860000));
  const { source, rows } = await readAll(shapefile({ shapes, dbf }));
  expect(source.fields.map(field => `${field.name} ${field.type}${field.nillable ? '?' : ''}`)).toEqual([
    'CODE string?',
    'N integer?',
    'L long?',
    'D double?',
    'F double?',
    'B boolean?',
    'JOUR date?',
  ]);
  expect(source.notes.join()).toContain('« MEMO »');
  expect(rows).toEqual([
    {
      line: 1,
      values: ['01004', 42, 123456789012, 1.5, 1250, true, '2026-01-31'],
      geometry: { type: 'Point', coordinates: [650001, 6860000] },
    },
    { line: 2, values: [null, null, null, null, null, null, null], geometry: { type: 'Point', coordinates: [650002, 6860000] } },
    { line: 4, values: ['92002', -7, 1, 2, 3, false, '2026-02-28'], geometry: { type: 'Point', coordinates: [650004, 6860000] } },
  ]);
});

test('a number that is none and a day of no calendar refuse their rows', async () => {
  const dbf = dbfOf(
    [
      { name: 'N', type: 'N', length: 6 },
      { name: 'J', type: 'D', length: 8 },
    ],
    [
      ['abc', '20260131'],
      ['1', '20260231'],
      ['1.5', '20260131'],
    ],
  );
  const { source, rows } = await readAll(shapefile({ shapes: [1, 2, 3].map(n => pointShape(n, n)), dbf, box: [1, 1, 3, 3] }), {
    language: 'en',
  });
  expect(source.fields[0]?.type).toBe('double');
  expect(rows.map(row => row.problem ?? row.values)).toEqual([
    '"N": "abc" is not of type double',
    '"J": "20260231" is not of type date',
    [1.5, '2026-01-31'],
  ]);
});

describe('rings', () => {
  const square = (x: number, y: number, size: number, clockwise: boolean): (readonly [number, number])[] => {
    const ring = [
      [x, y],
      [x, y + size],
      [x + size, y + size],
      [x + size, y],
      [x, y],
    ] as const;
    return clockwise ? [...ring] : [...ring].reverse();
  };
  const outer = square(0, 0, 10, true);
  const far = square(20, 0, 10, true);
  const hole = square(2, 2, 2, false);
  const farHole = square(22, 2, 2, false);
  const island = square(2.5, 2.5, 1, true);
  const islandHole = square(2.7, 2.7, 0.5, false);
  test.each([
    ['one ring', [outer], { type: 'Polygon', coordinates: [outer] }],
    ['a hole', [outer, hole], { type: 'Polygon', coordinates: [outer, hole] }],
    ['a hole before its outer ring', [hole, outer], { type: 'Polygon', coordinates: [outer, hole] }],
    [
      'two polygons with holes in any order',
      [outer, far, farHole, hole],
      {
        type: 'MultiPolygon',
        coordinates: [
          [outer, hole],
          [far, farHole],
        ],
      },
    ],
    [
      'an island in a hole with a hole of its own',
      [outer, hole, island, islandHole],
      {
        type: 'MultiPolygon',
        coordinates: [
          [outer, hole],
          [island, islandHole],
        ],
      },
    ],
    ['a hole in no ring', [outer, farHole], { type: 'MultiPolygon', coordinates: [[outer], [farHole]] }],
    ['all rings the wrong way', [square(0, 0, 10, false)], { type: 'Polygon', coordinates: [square(0, 0, 10, false)] }],
  ])('%s', async (_name, parts, expected) => {
    const { source, rows } = await readAll(shapefile({ type: 5, shapes: [partsShape(5, parts)], box: [0, 0, 30, 10] }));
    expect(rows[0]?.geometry).toEqual(expected);
    expect(source.geometry?.type).toBe('MultiPolygon');
  });

  test('lines of one and of several parts', async () => {
    const [a, b] = [outer.slice(0, 2), far.slice(0, 3)];
    const { rows, source } = await readAll(
      shapefile({ type: 3, shapes: [partsShape(3, [a]), partsShape(3, [a, b]), Buffer.alloc(4)], box: [0, 0, 30, 10] }),
    );
    expect(rows.map(row => row.geometry)).toEqual([
      { type: 'LineString', coordinates: a },
      { type: 'MultiLineString', coordinates: [a, b] },
      null,
    ]);
    expect(source.geometry?.type).toBe('MultiLineString');
  });

  test('heights of PointZ', async () => {
    const shape = Buffer.alloc(36);
    shape.writeInt32LE(11, 0);
    [1, 2, 3, -1e39].forEach((value, index) => shape.writeDoubleLE(value, 4 + index * 8));
    const { source, rows } = await readAll(shapefile({ type: 11, shapes: [shape], box: [1, 2, 1, 2] }));
    expect(source.geometry?.dimension).toBe(3);
    expect(rows[0]?.geometry).toEqual({ type: 'Point', coordinates: [1, 2, 3] });
  });

  test.each([
    ['more points than bytes', (shape: Buffer) => shape.writeInt32LE(0x7fffffff, 40), /tronquée/],
    ['negative parts', (shape: Buffer) => shape.writeInt32LE(-5, 36), /tronquée/],
    ['parts out of order', (shape: Buffer) => shape.writeInt32LE(99, 44), /parties/],
    ['a type of no shape', (shape: Buffer) => shape.writeInt32LE(31, 0), /type 31/],
    ['a coordinate that is no number', (shape: Buffer) => shape.writeDoubleLE(NaN, 48), /position/],
  ])('%s refuses the row', async (_name, damage, problem) => {
    const shape = partsShape(5, [outer]);
    damage(shape);
    const { rows } = await readAll(shapefile({ type: 5, shapes: [shape, partsShape(5, [outer])], box: [0, 0, 10, 10] }));
    expect(rows[0]?.problem).toMatch(problem);
    expect(rows[1]?.geometry).toMatchObject({ type: 'Polygon' });
  });
});

describe('files that break off', () => {
  const dbf = dbfOf(nom, [['a'], ['b']]);
  const shapes = [pointShape(1, 2), pointShape(3, 4)];
  const cut = (name: string, by: number, parts: Parts): string => {
    const path = shapefile({ shapes, dbf, box: [1, 2, 3, 4], ...parts });
    const { shp } = shpOf(1, shapes, [1, 2, 3, 4]);
    writeFileSync(path.replace(/shp$/, name), (name === 'shp' ? shp : dbf).subarray(0, -by));
    return path;
  };
  test.each([
    ['a .shp with its index', 'shp', 5, true, 'record 2'],
    ['a .shp without index', 'shp', 5, false, 'record 2'],
    ['a .dbf', 'dbf', 30, true, '.dbf breaks off'],
  ])('%s is a fault', async (_name, file, by, shx, words) => {
    const fault = await faultOf(readAll(cut(file, by, { shx })));
    expect(fault.kind).toBe('malformed');
    expect(fault.message).toContain(words);
  });

  test('a .shp that is none', async () => {
    expect((await faultOf(openSource(files.write('x.shp', Buffer.alloc(200))))).kind).toBe('malformed');
  });
});

test('no .prj: Lambert-93 and degrees are assumed with a note, anything else must be told', async () => {
  const assumed = await readAll(shapefile({}));
  expect(assumed.source.geometry?.srid).toBe(2154);
  expect(assumed.source.notes.join()).toContain('supposé');
  expect((await readAll(shapefile({ box: [2, 48, 3, 49] }))).source.geometry?.srid).toBe(4326);
  expect((await readAll(shapefile({ box: [1650000, 8175000, 1660000, 8180000] }))).source.geometry?.srid).toBe(3949);
  const unknown = shapefile({ box: [600000, 2400000, 610000, 2410000] });
  expect((await faultOf(openSource(unknown))).kind).toBe('invalid-crs');
  expect((await readAll(unknown, { srs: 27572 })).source.geometry?.srid).toBe(27572);
});

describe('.prj', () => {
  const geographic = (name: string, datum: string, spheroid: string): string =>
    `GEOGCS["${name}",DATUM["${datum}",SPHEROID[${spheroid}]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`;
  const rgf = geographic('GCS_RGF_1993', 'D_RGF_1993', '"GRS_1980",6378137.0,298.257222101');
  const wgs = geographic('GCS_WGS_1984', 'D_WGS_1984', '"WGS_1984",6378137.0,298.257223563');
  const conic = (
    name: string,
    x: number,
    y: number,
    lat: number,
    one: number,
    two: number,
    projection = 'Lambert_Conformal_Conic',
  ): string =>
    `PROJCS["${name}",${rgf},PROJECTION["${projection}"],PARAMETER["False_Easting",${x}],PARAMETER["False_Northing",${y}],PARAMETER["Central_Meridian",3.0],` +
    `PARAMETER["Standard_Parallel_1",${one}],PARAMETER["Standard_Parallel_2",${two}],PARAMETER["Latitude_Of_Origin",${lat}],UNIT["Meter",1.0]]`;
  test.each([
    ['ESRI Lambert-93', conic('RGF_1993_Lambert_93', 700000, 6600000, 46.5, 44, 49), 2154],
    ['parallels the other way round', conic('RGF93_Lambert_93', 700000, 6600000, 46.5, 49, 44), 2154],
    ['OGC spelling', conic('RGF93 v1 / Lambert-93', 700000, 6600000, 46.5, 49, 44, 'Lambert_Conformal_Conic_2SP'), 2154],
    ['the later realisation by its name', conic('RGF93 v2b / Lambert-93', 700000, 6600000, 46.5, 49, 44), 9794],
    ...Array.from({ length: 9 }, (_, i): [string, string, number] => [
      `CC${42 + i}`,
      conic(`RGF_1993_CC${42 + i}`, 1700000, 1200000 + i * 1e6, 42 + i, 41.25 + i, 42.75 + i),
      3942 + i,
    ]),
    ['WGS 84', wgs, 4326],
    ['RGF93 degrees', rgf, 4171],
    ['ETRS89', geographic('GCS_ETRS_1989', 'D_ETRS_1989', '"GRS_1980",6378137.0,298.257222101'), 4258],
    [
      'ESRI Web Mercator',
      `PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",${wgs},PROJECTION["Mercator_Auxiliary_Sphere"],UNIT["Meter",1.0]]`,
      3857,
    ],
    ['OGC Web Mercator', `PROJCS["WGS 84 / Pseudo-Mercator",${wgs},PROJECTION["Mercator_1SP"],UNIT["metre",1]]`, 3857],
    [
      'ETRS89 LAEA',
      `PROJCS["ETRS_1989_LAEA",${rgf},PROJECTION["Lambert_Azimuthal_Equal_Area"],PARAMETER["False_Easting",4321000.0],PARAMETER["False_Northing",3210000.0],PARAMETER["Central_Meridian",10.0],PARAMETER["Latitude_Of_Origin",52.0],UNIT["Meter",1.0]]`,
      3035,
    ],
    ['an authority of its own', `PROJCS["whatever",${wgs},UNIT["metre",1],AUTHORITY["EPSG","2975"]]`, 2975],
    ['UTM 31 north', `PROJCS["WGS_1984_UTM_Zone_31N",${wgs},PROJECTION["Transverse_Mercator"],UNIT["Meter",1.0]]`, 32631],
    ['Lambert II étendu', `PROJCS["NTF_Lambert_II_etendu",${wgs},PROJECTION["Lambert_Conformal_Conic"],UNIT["Meter",1.0]]`, 27572],
    ['a conic of other parameters', conic('Custom', 600000, 2200000, 46.8, 45.9, 47.7), null],
    ['feet', conic('RGF_1993_Lambert_93', 700000, 6600000, 46.5, 44, 49).replace('UNIT["Meter",1.0]', 'UNIT["Foot",0.3048]'), null],
    ['nothing', '', null],
    ['an authority inside only', `PROJCS["x",${wgs.replace(']]', ',AUTHORITY["EPSG","7030"]]]')},PROJECTION["Foo"],UNIT["m",1]]`, null],
    ['brackets without end', 'A['.repeat(1000), null],
  ])('%s', (_name, wkt, code) => {
    expect(crsOfWkt(wkt)).toBe(code);
  });
});
