// The readers against GDAL on real files: same layers, same counts, same values, same shapes.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eachPosition } from '../../server/core/model/geometry-kind';
import type { Geometry } from '../../server/core/model/geometry';
import { layersOf, openSource } from '../../server/formats/source';
import { projectRoot } from '../../server/root';
import { describeWith } from '../setup/needs';
import { readAll, scratch } from './make';

const vector = join(projectRoot, '..', 'shared', 'data', 'vector');
const sample = { name: 'the sample data of the study (shared/data/vector)', present: () => existsSync(vector) };
const ogr = { name: 'ogr2ogr of gdal-bin', present: () => spawnSync('ogr2ogr', ['--version']).status === 0 };
const at = (name: string): string => join(vector, name);

const made = scratch();
afterAll(() => made.clear());

interface OgrFeature {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: Geometry | null;
}

/** Features as GDAL reads them, in the coordinates of the file. */
function ogrFeatures(path: string, layer?: string, more: readonly string[] = []): OgrFeature[] {
  const columns = ['-lco', 'COORDINATE_PRECISION=9', '-a_srs', 'EPSG:4326', ...more];
  const run = spawnSync('ogr2ogr', ['-f', 'GeoJSONSeq', '/vsistdout/', path, ...(layer === undefined ? [] : [layer]), ...columns], {
    maxBuffer: 2 ** 29,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as OgrFeature);
}

/** What must be equal of a geometry whatever the order of its rings: family, dimension, number of positions, bounds to a tenth of a millimetre. */
function outline(geometry: Geometry | null): unknown {
  if (geometry === null) return null;
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  let positions = 0;
  let dimension = 2;
  eachPosition(geometry, position => {
    positions++;
    dimension = position.length;
    const [x, y] = position;
    bounds[0] = Math.min(bounds[0] ?? x, x);
    bounds[1] = Math.min(bounds[1] ?? y, y);
    bounds[2] = Math.max(bounds[2] ?? x, x);
    bounds[3] = Math.max(bounds[3] ?? y, y);
  });
  return { family: geometry.type.replace('Multi', ''), positions, dimension, bounds: bounds.map(value => value.toFixed(4)) };
}

/** GDAL writes days with slashes, and no value as null. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'number') return Number(value.toPrecision(12));
  return typeof value === 'string' ? value.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3') : (value ?? null);
};

async function compare(path: string, layer: string | undefined, more: readonly string[] = []): Promise<number> {
  const theirs = ogrFeatures(path, layer, more);
  const { source, rows } = await readAll(path, layer === undefined ? {} : { layer });
  expect(rows.filter(row => row.problem !== undefined)).toEqual([]);
  expect(rows).toHaveLength(theirs.length);
  expect(source.total).toBe(theirs.length);
  const ours = rows.map(row => {
    const values = source.fields.map((field, column): [string, unknown] => [field.name, plain(row.values[column])]);
    return { values: Object.fromEntries(values), geometry: outline(row.geometry) };
  });
  expect(ours).toEqual(
    theirs.map(({ properties, geometry }) => {
      const values = Object.entries(properties).map(([name, value]): [string, unknown] => [name, plain(value)]);
      return { values: Object.fromEntries(values), geometry: outline(geometry) };
    }),
  );
  return rows.length;
}

describeWith([sample, ogr], 'as GDAL reads them', () => {
  const layers = [
    'aerodrome',
    'batiment',
    'cimetiere',
    'commune',
    'construction_surfacique',
    'equipement_de_transport',
    'piste_d_aerodrome',
  ];
  layers.push(
    'reservoir',
    'surface_hydrographique',
    'terrain_de_sport',
    'troncon_de_voie_ferree',
    'zone_de_vegetation',
    'zone_d_activite_ou_d_interet',
  );

  test('BD TOPO has thirteen layers', async () => {
    expect(await layersOf(at('bdtopo_v3_12174.gpkg'))).toEqual(layers);
  });
  test.each(layers)('BD TOPO %s', async layer => {
    await compare(at('bdtopo_v3_12174.gpkg'), layer);
  });
  test.each([
    ['parcelle', 511],
    ['batiment', 252],
    ['commune', 8],
    ['section', 8],
    ['lieudit', 37],
  ])('cadastre %s', async (layer, count) => {
    expect(await compare(at('cadastre_25354.gpkg'), layer)).toBe(count);
  });
  test.each(['communes-92-hauts-de-seine', 'communes-ile-de-france', 'departements', 'cantons-ile-de-france'])('%s.geojson', async name => {
    await compare(at(`admin/${name}.geojson`), undefined);
  });

  /** The layer as GDAL writes it in another format; removed with the folder. */
  const rewritten = (path: string, layer: string, format: string, file: string, more: readonly string[] = []): string => {
    const target = join(made.folder, file);
    const run = spawnSync('ogr2ogr', ['-f', format, ...more, target, path, layer], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    return target;
  };
  /** Rows without what a format adds or loses: ids of features, no value as empty text. */
  const comparable = async (path: string): Promise<unknown[]> => {
    const { source, rows } = await readAll(path);
    expect(rows.filter(row => row.problem !== undefined)).toEqual([]);
    return rows.map(row => ({
      values: source.fields.flatMap((field, index) => (field.name === 'gml_id' ? [] : [[field.name, plain(row.values[index])]])),
      geometry: outline(row.geometry),
    }));
  };
  const samples: readonly (readonly [string, string])[] = [
    ['cadastre_25354.gpkg', 'parcelle'],
    ['cadastre_25354.gpkg', 'lieudit'],
    ['bdtopo_v3_12174.gpkg', 'commune'],
    ['bdtopo_v3_12174.gpkg', 'troncon_de_voie_ferree'],
  ];
  test.each(samples)('FlatGeobuf of %s %s, with and without an index', async (file, layer) => {
    const theirs = ogrFeatures(at(file), layer);
    const indexed = await comparable(rewritten(at(file), layer, 'FlatGeobuf', `${layer}.fgb`));
    const plainly = await comparable(rewritten(at(file), layer, 'FlatGeobuf', `${layer}-plain.fgb`, ['-lco', 'SPATIAL_INDEX=NO']));
    const sorted = (rows: readonly unknown[]): string[] => rows.map(row => JSON.stringify(row)).sort();
    expect(plainly).toEqual(
      theirs.map(({ properties, geometry }) => ({
        values: Object.entries(properties).map(([name, value]) => [name, plain(value)]),
        geometry: outline(geometry),
      })),
    );
    expect(sorted(indexed)).toEqual(sorted(plainly));
  });
  test.each(samples)('GML 2, 3.1 and 3.2 of %s %s', async (file, layer) => {
    const theirs = ogrFeatures(at(file), layer);
    for (const version of ['GML2', 'GML3', 'GML3.2']) {
      const path = rewritten(at(file), layer, 'GML', `${layer}-${version}.gml`, ['-dsco', `FORMAT=${version}`]);
      const { source, rows } = await readAll(path);
      expect(rows.filter(row => row.problem !== undefined)).toEqual([]);
      expect(rows.map(row => outline(row.geometry))).toEqual(theirs.map(({ geometry }) => outline(geometry)));
      expect(source.geometry?.srid).toBe(2154);
      source.fields.forEach((field, index) => {
        if (field.name === 'gml_id') return;
        // no value and an empty text are one in GML
        const values = rows.map(row => plain(row.values[index]) ?? '');
        expect([field.name, values]).toEqual([field.name, theirs.map(({ properties }) => plain(properties[field.name]) ?? '')]);
      });
    }
  });

  const deliveries = existsSync(at('plu_sup_cnig')) ? readdirSync(at('plu_sup_cnig')) : [];
  const shapefiles = deliveries.flatMap(delivery => {
    const folder = join(at('plu_sup_cnig'), delivery, 'Donnees_geographiques');
    return existsSync(folder)
      ? readdirSync(folder)
          .filter(name => name.endsWith('.shp'))
          .map((name): [string, string] => [name, join(folder, name)])
      : [];
  });
  test.each(shapefiles)('PLU %s', async (_name, path) => {
    await compare(path, undefined, ['-nlt', 'PROMOTE_TO_MULTI']);
    const source = await openSource(path);
    expect(source.geometry?.srid).toBe(2154);
    await source.close();
  });
});

describeWith([sample], 'real files', () => {
  test('all communes of France, from newline-delimited GeoJSON in gzip', async () => {
    const { source, rows } = await readAll(at('communes_france_2018.geojsonl.gz'));
    expect(rows).toHaveLength(35357);
    expect(rows.every(row => row.problem === undefined)).toBe(true);
    expect(source).toMatchObject({ format: 'geojson-seq', total: 35357, geometry: { type: 'MultiPolygon', srid: 4326, dimension: 2 } });
    expect(source.fields.find(field => field.name === 'code')).toEqual({ name: 'code', type: 'string', nillable: false });
    expect(source.fields.find(field => field.name === 'population_2015')).toMatchObject({ type: 'integer', nillable: true });
    expect(source.fields.find(field => field.name === 'chef_lieu')).toMatchObject({ type: 'boolean' });
  });

  test('the first thousand of 289,055 lidar points, by the names of their columns', async () => {
    const source = await openSource(at('lidar_ign_2023_0292_6833_points.csv.gz'));
    expect(source).toMatchObject({ total: 289055, geometry: { type: 'Point', srid: 2154, dimension: 2 } });
    expect(source.fields.map(field => field.type)).toEqual(
      'integer double double double integer integer integer integer string boolean double integer dateTime'.split(' '),
    );
    let seen = 0;
    for await (const row of source.rows()) {
      expect(row.geometry).toEqual({ type: 'Point', coordinates: [row.values[1], row.values[2]] });
      if (++seen === 1000) break;
    }
    await source.close();
    expect(seen).toBe(1000);
  });

  test('addresses that are wrong on purpose are read as they are', async () => {
    const { source, rows } = await readAll(at('misc/bal_adresses_extrait_invalide.csv'));
    expect(source).toMatchObject({ geometry: { srid: 4326 }, total: 15 });
    expect(source.fields.find(field => field.name === 'date_der_maj')?.type).toBe('string');
    expect(rows[0]?.geometry).toEqual({ type: 'Point', coordinates: [7.737072, 48.55045] });
  });

  test('trees of Paris: latitude and longitude in one column', async () => {
    const { rows } = await readAll(at('misc/paris_arbres_extrait.csv'));
    expect(rows[0]?.geometry).toEqual({ type: 'Point', coordinates: [2.36565317833631, 48.82005297651077] });
  });

  test('populations without coordinates are a table; INSEE codes stay texts', async () => {
    const { source } = await readAll(at('misc/gnui_population-millesimee-communes-francaises.csv'));
    expect(source.geometry).toBeNull();
    expect(source.fields.find(field => field.name === 'code_insee')?.type).toBe('string');
  });
});
