// What the server needs of any PostgreSQL before its first table: extensions, the schemas `geomig` (charter, administration) and `data`
// (published tables), French collation and text search, the reference systems of RGF93 v2b, and the two roles that requests act as.
import type { Knex } from 'knex';
import { attempt, roleExists } from './grants';
import type { GroupRole } from './grants';

const extensions = ['postgis', 'unaccent', 'pg_trgm', 'btree_gist'];
const roles: readonly GroupRole[] = ['geomig_reader', 'geomig_writer'];

interface ReferenceSystem {
  readonly code: number;
  readonly wkt: string;
  readonly proj4: string;
}

/** RGF93 v2b: Lambert-93 (EPSG 9794) and the nine conic conformal zones CC42–CC50 (EPSG 9842–9850). */
function referenceSystems(): ReferenceSystem[] {
  const zones = Array.from({ length: 9 }, (_, i) => {
    const lat = 42 + i;
    return lambert(9842 + i, `RGF93 v2b / CC${lat}`, lat, lat - 0.75, lat + 0.75, 1_700_000, 1_200_000 + i * 1_000_000);
  });
  return [lambert(9794, 'RGF93 v2b / Lambert-93', 46.5, 49, 44, 700_000, 6_600_000), ...zones];
}

function lambert(code: number, name: string, lat0: number, lat1: number, lat2: number, x0: number, y0: number): ReferenceSystem {
  const wkt =
    `PROJCS["${name}",GEOGCS["RGF93 v2b",DATUM["Reseau_Geodesique_Francais_1993_v2b",SPHEROID["GRS 1980",6378137,298.257222101,` +
    `AUTHORITY["EPSG","7019"]],AUTHORITY["EPSG","1313"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],` +
    `UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","9782"]],PROJECTION["Lambert_Conformal_Conic_2SP"],` +
    `PARAMETER["latitude_of_origin",${lat0}],PARAMETER["central_meridian",3],PARAMETER["standard_parallel_1",${lat1}],` +
    `PARAMETER["standard_parallel_2",${lat2}],PARAMETER["false_easting",${x0}],PARAMETER["false_northing",${y0}],` +
    `UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","${code}"]]`;
  const proj4 = `+proj=lcc +lat_0=${lat0} +lon_0=3 +lat_1=${lat1} +lat_2=${lat2} +x_0=${x0} +y_0=${y0} +ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs`;
  return { code, wkt, proj4 };
}

export async function up(knex: Knex): Promise<void> {
  await createExtensions(knex);
  await knex.raw('create schema if not exists geomig');
  await knex.raw('create schema if not exists data');
  // deterministic, so that equality stays equality of bytes; French dictionaries sort cote, coté, côte, côté
  await knex.raw(`create collation geomig.fr (provider = icu, locale = 'fr')`);
  await createTextSearch(knex);
  for (const { code, wkt, proj4 } of referenceSystems())
    await attempt(
      knex,
      `insert into spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
       select ?::integer, 'EPSG', ?::integer, ?, ? where not exists (select 1 from spatial_ref_sys where srid = ?::integer)`,
      [String(code), String(code), wkt, proj4, String(code)],
    );
  await createRoles(knex);
}

async function createExtensions(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: { extname: string }[] }>('select extname from pg_extension');
  const present = new Set(rows.map(row => row.extname));
  const missing: string[] = [];
  for (const name of extensions) {
    if (!present.has(name) && !(await attempt(knex, `create extension if not exists ${name}`))) missing.push(name);
  }
  if (missing.length > 0)
    throw new Error(
      `The database lacks the extensions ${missing.join(', ')} and this login may not create them. ` +
        `Its administrator runs once what "geomig doctor --sql" prints.`,
    );
}

/** `geomig.fr`: French stems of words without accents; `geomig.fold(text)`: lower case without accents, usable in an index. */
async function createTextSearch(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: { schema: string }[] }>(
    `select n.nspname as schema from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace where d.dictname = 'unaccent'`,
  );
  const schema = `"${(rows[0]?.schema ?? 'public').replaceAll('"', '""')}"`;
  await knex.raw('create text search configuration geomig.fr (copy = pg_catalog.french)');
  await knex.raw(
    `alter text search configuration geomig.fr alter mapping for hword, hword_part, word with ${schema}.unaccent, pg_catalog.french_stem`,
  );
  await knex.raw(
    `create function geomig.fold(value text) returns text language sql immutable parallel safe strict
     as $$ select lower(${schema}.unaccent('${schema}.unaccent'::regdictionary, value)) $$`,
  );
}

async function createRoles(knex: Knex): Promise<void> {
  for (const role of roles) {
    if (!(await roleExists(knex, role))) await attempt(knex, `create role ${role} nologin`);
    if (!(await roleExists(knex, role))) continue;
    await attempt(knex, `grant ${role} to current_user`);
    await knex.raw(`grant usage on schema geomig, data to ${role}`);
    await knex.raw(`grant execute on all functions in schema geomig to ${role}`);
    for (const schema of ['geomig', 'data']) {
      await knex.raw(`grant select on all tables in schema ${schema} to ${role}`);
      await knex.raw(`alter default privileges in schema ${schema} grant select on tables to ${role}`);
    }
  }
  if (!(await roleExists(knex, 'geomig_writer'))) return;
  await knex.raw('grant insert, update, delete on all tables in schema data to geomig_writer');
  await knex.raw('alter default privileges in schema data grant insert, update, delete on tables to geomig_writer');
  for (const schema of ['geomig', 'data'])
    await knex.raw(`alter default privileges in schema ${schema} grant usage, select on sequences to geomig_writer`);
}

/** Leaves the extensions and reference systems, which others may use, and drops the roles unless another database of the cluster needs them. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema if exists data cascade');
  await knex.raw('drop function if exists geomig.fold(text)');
  await knex.raw('drop text search configuration if exists geomig.fr');
  await knex.raw('drop collation if exists geomig.fr');
  for (const role of roles) {
    if (!(await roleExists(knex, role))) continue;
    await attempt(knex, `alter default privileges in schema geomig revoke all on tables from ${role}`);
    await attempt(knex, `alter default privileges in schema geomig revoke all on sequences from ${role}`);
    await attempt(knex, `revoke all on all tables in schema geomig from ${role}`);
    await attempt(knex, `revoke all on schema geomig from ${role}`);
    await attempt(knex, `drop role ${role}`);
  }
}
