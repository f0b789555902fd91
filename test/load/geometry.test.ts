// Loading geometries: promoted, mended, refused, transformed; and real files. On whichever engine the tests run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Geometry } from '../../server/core/model/geometry';
import type { SourceGeometry } from '../../server/core/ports/vector-source';
import { openSource } from '../../server/formats/source';
import { projectRoot } from '../../server/root';
import { load } from '../../server/store/load';
import { testDatabase } from '../setup/database';
import type { TestDatabase } from '../setup/database';
import { describeWith } from '../setup/needs';
import { faultOf } from '../formats/make';
import { point, worldOf } from './made';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
const { query, fresh, loading } = worldOf(() => db.database);

describe('geometries', () => {
  const layer = (type: SourceGeometry['type'], dimension: 2 | 3 = 2): SourceGeometry => ({ type, srid: 2154, dimension });
  const polygon = (...rings: [number, number, number?][][]): Geometry => ({
    type: 'Polygon',
    coordinates: rings.map(ring => ring.map(([x, y, z]) => (z === undefined ? [650000 + x, 6860000 + y] : [650000 + x, 6860000 + y, z]))),
  });
  const square = polygon([
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
    [0, 0],
  ]);
  const bowtie = polygon([
    [0, 0],
    [10, 10],
    [10, 0],
    [0, 10],
    [0, 0],
  ]);
  const spike = polygon([
    [0, 0],
    [10, 0],
    [10, 10],
    [10, 20],
    [10, 10],
    [0, 10],
    [0, 0],
  ]);
  const flat = polygon([
    [0, 0],
    [10, 0],
    [5, 0],
    [0, 0],
  ]);

  test('single ones become multiple ones where the layer says so', async () => {
    const report = await loading({ geometry: layer('MultiPolygon'), rows: [{ geometry: square }] });
    expect(report.geometry).toEqual({ column: 'geom', type: 'MultiPolygon', srid: 2154, dimension: 2 });
    expect(await query(`select GeometryType(geom) as type, ST_Area(geom) as area from data.${report.table}`)).toEqual([
      { type: 'MULTIPOLYGON', area: 100 },
    ]);
  });

  test.each([
    ['a bow-tie', bowtie, 50],
    ['a spike', spike, 100],
  ])('%s is mended and told', async (_name, geometry, area) => {
    const report = await loading({ geometry: layer('MultiPolygon'), rows: [{ geometry: square }, { geometry }] });
    expect(report.repaired.total).toBe(1);
    expect(report.repaired.listed[0]?.line).toBe(2);
    expect(report.repaired.listed[0]?.reason).toMatch(/^auto-intersection.* en 6500/);
    const rows = await query<{ valid: boolean; area: number }>(
      `select ST_IsValid(geom) as valid, ST_Area(geom) as area from data.${report.table} order by fid`,
    );
    expect(rows[1]).toEqual({ valid: true, area });
  });

  test('a repair that changes the type is refused', async () => {
    const report = await loading({ geometry: layer('Polygon'), rows: [{ geometry: square }, { geometry: bowtie }, { geometry: flat }] });
    expect(report).toMatchObject({ rows: 1, repaired: { total: 0 }, refused: { total: 2 } });
    expect(report.refused.listed.map(issue => issue.line)).toEqual([2, 3]);
    expect(report.refused.listed[0]?.reason).toMatch(/^géométrie invalide, non réparable : auto-intersection/);
  });

  test('heights are kept, missing ones are 0, mended ones are numbers', async () => {
    const tied = polygon([
      [0, 0, 5],
      [10, 10, 5],
      [10, 0, 5],
      [0, 10, 5],
      [0, 0, 5],
    ]);
    const report = await loading({
      geometry: layer('MultiPolygon', 3),
      rows: [
        {
          geometry: polygon([
            [0, 0, 7],
            [10, 0, 7],
            [10, 10, 7],
            [0, 0, 7],
          ]),
        },
        { geometry: square },
        { geometry: tied },
      ],
    });
    expect(report.geometry?.dimension).toBe(3);
    const rows = await query<{ low: number; high: number; dims: number }>(
      `select ST_ZMin(geom) as low, ST_ZMax(geom) as high, ST_NDims(geom) as dims from data.${report.table} order by fid`,
    );
    expect(rows.map(row => row.dims)).toEqual([3, 3, 3]);
    expect(rows[0]).toMatchObject({ low: 7, high: 7 });
    expect(rows[1]).toMatchObject({ low: 0, high: 0 });
    expect(rows[2]).toMatchObject({ low: 5, high: 5 });
    const gml = await query<{ gml: string }>(`select ST_AsGML(3, geom) as gml from data.${report.table} where fid = 3`);
    expect(gml[0]?.gml).not.toMatch(/nan/i);
  });

  test.each([
    ['outside the area of use', point(2.3, 48.8), /hors du domaine d'emploi de EPSG:2154 \(2\.3 48\.8\)$/],
    ['swapped', point(6860000, 650000), /axes semblent inversés/],
    ['not finite', point(Infinity, 1), /nombre fini/],
    ['of another type', square, /Polygon dans une couche de Point/],
  ])('%s: the row is refused with its reason', async (_name, geometry, reason) => {
    const report = await loading({ rows: [{ geometry: point(650000, 6860000) }, { geometry }, { problem: 'read badly' }] });
    expect(report).toMatchObject({ rows: 1, refused: { total: 2 } });
    expect(report.refused.listed.map(issue => issue.line)).toEqual([2, 3]);
    expect(report.refused.listed[0]?.reason).toMatch(reason);
    expect(report.refused.listed[1]?.reason).toBe('read badly');
  });

  test('a system that the server does not speak is transformed to Lambert-93 with a note', async () => {
    const report = await loading(
      { geometry: { type: 'Point', srid: 32631, dimension: 2 }, rows: [{ geometry: point(448251, 5411932) }] },
      { language: 'en' },
    );
    expect(report.geometry?.srid).toBe(2154);
    expect(report.notes.join()).toContain('from EPSG:32631 to EPSG:2154');
    const [row] = await query<{ x: number; y: number }>(
      `select ST_X(ST_Transform(geom, 4326)) as x, ST_Y(ST_Transform(geom, 4326)) as y from data.${report.table}`,
    );
    expect(row?.x).toBeCloseTo(2.2945, 3);
    expect(row?.y).toBeCloseTo(48.8583, 3);
  });

  test('systems that nobody knows are faults', async () => {
    expect((await faultOf(loading({ geometry: { type: 'Point', srid: 999999, dimension: 2 }, rows: [{}] }))).kind).toBe('invalid-crs');
    expect((await faultOf(loading({ rows: [{}] }, { srid: 32631 }))).kind).toBe('invalid-crs');
  });
});

const vector = join(projectRoot, '..', 'shared', 'data', 'vector');
describeWith([{ name: 'the sample data of the study (shared/data/vector)', present: () => existsSync(vector) }], 'real files', () => {
  test.each([
    ['bdtopo_v3_12174.gpkg', 'batiment', 2273, 3],
    ['bdtopo_v3_12174.gpkg', 'aerodrome', 0, 2],
    ['cadastre_25354.gpkg', 'parcelle', 511, 2],
    ['admin/communes-ile-de-france.geojson', undefined, 1276, 2],
    ['plu_sup_cnig/241800432_PLUi_20200128', '241800432_ZONE_URBA_20200128', 221, 2],
  ] as const)('%s %s', async (file, layer, count, dimension) => {
    const opened = await openSource(join(vector, file), layer === undefined ? {} : { layer });
    const report = await load(db.database, opened, { schema: 'data', table: fresh() });
    await opened.close();
    expect(report).toMatchObject({ rows: count, refused: { total: 0 }, geometry: { type: 'MultiPolygon', dimension } });
    expect(
      await query(`select count(*)::integer as n, coalesce(bool_and(ST_IsValid(geom)), true) as valid from data.${report.table}`),
    ).toEqual([{ n: count, valid: true }]);
    if (count === 221) expect(report.repaired.total).toBe(1);
  });
});
