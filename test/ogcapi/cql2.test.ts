// What each declared conformance class of CQL2 (OGC 21-065r2) says may be written, with what it must find.
import { furnitureCount } from '../clients/world';
import { furniture } from '../clients/world';
import { ogcServer, type OgcServer } from './server';

let ogc: OgcServer;
beforeAll(async () => {
  ogc = await ogcServer();
}, 120_000);
afterAll(() => ogc.close());

type Row = ReturnType<typeof furniture>['properties'] & { readonly lon: number; readonly lat: number };
const rows: readonly Row[] = Array.from({ length: furnitureCount }, (_, i) => {
  const { properties, geometry } = furniture(i);
  const [lon, lat] = (geometry as unknown as { readonly coordinates: readonly [number, number] }).coordinates;
  return { ...properties, lon, lat };
});
const text = (row: Row, name: string): string => String(row[name as keyof Row] ?? '');
const number = (row: Row, name: string): number => Number(row[name as keyof Row]);
const inside = ({ lon, lat }: Row, [west, south, east, north]: readonly [number, number, number, number]): boolean =>
  lon > west && lon < east && lat > south && lat < north;
const small = [2.1998, 48.7498, 2.2018, 48.7518] as const;
const ring = '2.1998 48.7498,2.2018 48.7498,2.2018 48.7518,2.1998 48.7518,2.1998 48.7498';
const at = 'TIMESTAMP';

const classes: Readonly<Record<string, readonly (readonly [string, (row: Row) => boolean])[]>> = {
  'basic-cql2': [
    ['TRUE', () => true],
    ['FALSE', () => false],
    ["nature = 'Banc'", row => text(row, 'nature') === 'Banc'],
    ["nature <> 'Banc'", row => text(row, 'nature') !== 'Banc'],
    ["nature = 'Abri d''autobus'", row => text(row, 'nature') === "Abri d'autobus"],
    ['numero < 10', row => number(row, 'numero') < 10],
    ['numero <= 10 AND hauteur > 0.5', row => number(row, 'numero') <= 10 && number(row, 'hauteur') > 0.5],
    ['numero >= 2490 OR numero = 1', row => number(row, 'numero') >= 2490 || number(row, 'numero') === 1],
    ['NOT (numero > 4)', row => number(row, 'numero') <= 4],
    ['hauteur = 2.5e-1', row => number(row, 'hauteur') === 0.25],
    ['eclaire = TRUE', row => row['eclaire'] === true],
    ['eclaire = false', row => row['eclaire'] === false],
    ['remarque IS NULL', row => row['remarque'] === null],
    ['remarque IS NOT NULL', row => row['remarque'] !== null],
    ["pose_le = DATE('2020-01-03')", row => row['pose_le'] === '2020-01-03'],
    [`releve >= ${at}('2024-01-20T08:30:00Z')`, row => text(row, 'releve') >= '2024-01-20T08:30:00'],
    ['"numero" = 3', row => number(row, 'numero') === 3],
    [
      "(nature = 'Banc' OR nature = 'Potelet') AND NOT numero > 20",
      row => /^(Banc|Potelet)$/.test(text(row, 'nature')) && number(row, 'numero') <= 20,
    ],
  ],
  'advanced-comparison-operators': [
    ["nature LIKE 'B%'", row => text(row, 'nature').startsWith('B')],
    ["nature LIKE '_anc'", row => text(row, 'nature') === 'Banc'],
    ["nature NOT LIKE 'B%'", row => !text(row, 'nature').startsWith('B')],
    ["remarque LIKE 'n° 2 & <s%'", row => row['remarque'] === 'n° 2 & <suite>'],
    ['numero BETWEEN 11 AND 15', row => number(row, 'numero') >= 11 && number(row, 'numero') <= 15],
    ['numero NOT BETWEEN 11 AND 2500', row => number(row, 'numero') < 11],
    ['numero IN (7, 8, 9)', row => [7, 8, 9].includes(number(row, 'numero'))],
    ["nature IN ('Banc', 'Potelet')", row => /^(Banc|Potelet)$/.test(text(row, 'nature'))],
    ["nature NOT IN ('Banc', 'Potelet')", row => !/^(Banc|Potelet)$/.test(text(row, 'nature'))],
  ],
  'case-insensitive-comparison': [
    ["CASEI(nature) = CASEI('bANC')", row => text(row, 'nature') === 'Banc'],
    ["CASEI(nature) LIKE CASEI('b%')", row => text(row, 'nature').startsWith('B')],
    ["CASEI(nature) IN (CASEI('BANC'), CASEI('POTELET'))", row => /^(Banc|Potelet)$/.test(text(row, 'nature'))],
  ],
  'basic-spatial-functions': [
    [`S_INTERSECTS(geom, BBOX(${small.join(',')}))`, row => inside(row, small)],
    ['S_INTERSECTS(geom, POINT(0 0))', () => false],
  ],
  'basic-spatial-functions-plus': [
    [`S_INTERSECTS(geom, POLYGON((${ring})))`, row => inside(row, small)],
    [`S_INTERSECTS(geom, MULTIPOLYGON(((${ring}))))`, row => inside(row, small)],
    [`S_INTERSECTS(geom, GEOMETRYCOLLECTION(POLYGON((${ring})), POINT(0 0)))`, row => inside(row, small)],
    ['S_INTERSECTS(geom, LINESTRING(0 0, 1 1))', () => false],
    ['S_INTERSECTS(geom, MULTIPOINT(0 0, 1 1))', () => false],
    ['S_INTERSECTS(geom, MULTILINESTRING((0 0, 1 1),(2 2, 3 3)))', () => false],
    [`NOT S_INTERSECTS(geom, POLYGON((${ring})))`, row => !inside(row, small)],
  ],
  'spatial-functions': [
    [`S_WITHIN(geom, POLYGON((${ring})))`, row => inside(row, small)],
    [`S_DISJOINT(geom, POLYGON((${ring})))`, row => !inside(row, small)],
    [`S_CONTAINS(POLYGON((${ring})), geom)`, row => inside(row, small)],
    [`S_CONTAINS(geom, POLYGON((${ring})))`, () => false],
    ['S_EQUALS(geom, POINT(0 0))', () => false],
    ['S_TOUCHES(geom, POINT(0 0))', () => false],
    ['S_CROSSES(geom, LINESTRING(0 0, 1 1))', () => false],
    ['S_OVERLAPS(geom, MULTIPOINT(0 0, 1 1))', () => false],
  ],
};

test('the classes are those that are declared', async () => {
  const { conformsTo } = await ogc.json<{ conformsTo: string[] }>('/ogc/conformance');
  const prefix = 'http://www.opengis.net/spec/cql2/1.0/conf/';
  const declared = conformsTo.filter(uri => uri.startsWith(prefix)).map(uri => uri.slice(prefix.length));
  expect(declared.filter(name => name !== 'cql2-text').sort()).toEqual(Object.keys(classes).sort());
});

describe.each(Object.entries(classes))('%s', (_name, cases) => {
  test.each(cases)('%s', async (filter, holds) => {
    const found = await ogc.items('mobilier', { filter, limit: furnitureCount, properties: 'numero', skipGeometry: 'true' });
    const wanted = rows.filter(holds).map(row => number(row, 'numero'));
    expect(found.features.map(({ properties }) => properties['numero'])).toEqual(wanted);
    expect(found.numberMatched).toBe(wanted.length);
  });
});
