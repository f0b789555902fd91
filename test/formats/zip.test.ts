// Archives: what SEC14 refuses, and that nothing is left behind.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSource } from '../../server/formats/source';
import { safeEntryName, unpack, zipLimits } from '../../server/formats/zip';
import { dbfOf, faultOf, pointShape, readAll, scratch, shpOf, zipOf } from './make';

const files = scratch();
afterAll(() => files.clear());
const leftovers = (): string[] => readdirSync(tmpdir()).filter(name => name.startsWith('geomig-zip-'));
const geojson = (n: number): Buffer =>
  Buffer.from(`{"type":"Feature","properties":{"n":${n}},"geometry":{"type":"Point","coordinates":[1,2]}}`);

test.each([
  ['../evil.geojson', null],
  ['a/../../evil.geojson', null],
  ['/etc/passwd', null],
  ['C:/x.geojson', null],
  ['a//b.geojson', null],
  ['a\u0000.geojson', null],
  ['a/b./c', null],
  ['Données/zone é.shp', 'Données/zone é.shp'],
])('entry name %j', (name, expected) => {
  expect(safeEntryName(name)).toBe(expected);
});

test.each([
  ['climbs out', [{ name: '../evil.geojson', content: geojson(1) }], 'malformed'],
  ['is absolute', [{ name: '/evil.geojson', content: geojson(1) }], 'malformed'],
  ['climbs with backslashes', [{ name: '..\\evil.geojson', content: geojson(1) }], 'malformed'],
  ['is a link', [{ name: 'link.geojson', content: Buffer.from('/etc/passwd'), mode: 0o120777 }], 'malformed'],
  ['occurs twice', [1, 2].map(n => ({ name: 'a.geojson', content: geojson(n) })), 'malformed'],
  ['is a bomb', [{ name: 'bomb.geojson', content: Buffer.alloc(20 * 2 ** 20, 0x20) }], 'too-large'],
  ['is a bomb that nobody wants', [{ name: 'bomb.bin', content: Buffer.alloc(20 * 2 ** 20) }], 'too-large'],
  [
    'is a bomb that lies about its size',
    [{ name: 'bomb.geojson', content: Buffer.alloc(20 * 2 ** 20, 0x20), declared: 1000 }],
    'malformed',
  ],
  ['is one of too many', Array.from({ length: 1001 }, (_, n) => ({ name: `f${n}.txt`, content: Buffer.from('x') })), 'too-large'],
] as const)('an archive whose entry %s is refused and leaves nothing', async (_name, entries, kind) => {
  const before = leftovers();
  const fault = await faultOf(openSource(files.write('hostile.zip', zipOf(entries))));
  expect(fault.kind).toBe(kind);
  expect(leftovers()).toEqual(before);
  expect(existsSync(join(tmpdir(), 'evil.geojson'))).toBe(false);
});

test('the limits are those of SEC14', () => {
  expect(zipLimits).toMatchObject({ entry: 2 * 1024 ** 3, total: 4 * 1024 ** 3, ratio: 100, entries: 1000 });
});

test('the sum of entries is limited, declared or not', async () => {
  const path = files.write('sum.zip', zipOf([1, 2, 3].map(n => ({ name: `${n}.geojson`, content: Buffer.alloc(1000, n) }))));
  expect((await faultOf(unpack(path, () => true, { ...zipLimits, total: 2500 }))).kind).toBe('too-large');
  const folder = await unpack(path, name => name.startsWith('2'), zipLimits);
  expect(readdirSync(folder)).toEqual(['2.geojson']);
  expect(readFileSync(join(folder, '2.geojson'))).toEqual(Buffer.alloc(1000, 2));
  rmSync(folder, { recursive: true });
});

test('not an archive', async () => {
  expect((await faultOf(openSource(files.write('no.zip', Buffer.from('PK\u0003\u0004 and then nothing'))))).kind).toBe('malformed');
});

describe('a Shapefile in folders', () => {
  const { shp, shx } = shpOf(1, [pointShape(650000, 6860000)], [650000, 6860000, 650000, 6860000]);
  const dbf = dbfOf([{ name: 'NOM', type: 'C', length: 10 }], [['Antony']]);
  const entries = [
    { name: 'livraison/data/Points.SHP', content: shp },
    { name: 'livraison/data/Points.shx', content: shx },
    { name: 'livraison/data/Points.DBF', content: dbf },
    { name: 'livraison/lisez-moi.csv', content: Buffer.from('a;b\n1;2\n') },
    { name: '__MACOSX/livraison/data/._Points.SHP', content: Buffer.from('x') },
  ];

  test('is found, read and its unpacked copy removed', async () => {
    const before = leftovers();
    const { source, rows } = await readAll(files.write('ok.zip', zipOf(entries)));
    expect(source).toMatchObject({ format: 'shapefile', layer: 'Points', layers: ['Points', 'lisez-moi'], geometry: { srid: 2154 } });
    expect(rows).toEqual([{ line: 1, values: ['Antony'], geometry: { type: 'Point', coordinates: [650000, 6860000] } }]);
    expect(leftovers()).toEqual(before);
  });

  test('the table beside it is read when it is named', async () => {
    const { rows } = await readAll(files.write('ok.zip', zipOf(entries)), { layer: 'lisez-moi' });
    expect(rows[0]?.values).toEqual([1, 2]);
  });

  test('several maps must be named', async () => {
    const two = [...entries, { name: 'autre.geojson', content: geojson(1) }];
    const fault = await faultOf(openSource(files.write('two.zip', zipOf(two))));
    expect(fault).toMatchObject({ kind: 'missing-parameter', locator: 'layer' });
    expect(fault.message).toContain('autre, Points');
  });
});
