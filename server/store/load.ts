// Rows of a file into a table, all or nothing: a staging table is filled in short batches (the embedded engine serves others in between, D8),
// geometries are judged and mended by the database, indexes made, then the table appears in one short transaction.
import { crsByCode, transformEnvelope } from '../core/model/crs';
import { Fault } from '../core/model/fault';
import { nameOf } from '../core/model/names';
import { speaker } from '../core/model/say';
import type { Say } from '../core/model/say';
import type { LoadOptions, LoadReport, VectorSource } from '../core/ports/vector-source';
import type { Database } from './database';
import { Filling } from './load-filling';
import type { Issues } from './load-rows';
import { definitions, geometryColumn, maxKey, ownKey, shapeOf } from './load-shape';
import type { Shape } from './load-shape';
import { createStaging, drop, exists, finish, measure, reveal, run, sweepStaging } from './load-staging';
import type { Place } from './load-staging';

export { sweepStaging } from './load-staging';

/**
 * Loads a source into a new table. Faults: conflict (the table exists), invalid-value (key, or every row refused), invalid-crs, malformed (the file
 * breaks off), busy, unavailable. A failure leaves nothing behind and the old table as it was.
 */
export async function load(database: Database, source: VectorSource, options: LoadOptions): Promise<LoadReport> {
  const say = speaker(options.language);
  const target = { schema: nameOf(options.schema), table: nameOf(options.table) };
  if (target.schema === '' || target.table === '')
    throw new Fault('invalid-value', 'table', {
      en: `"${options.table.slice(0, 80)}" makes no name of a table`,
      fr: `« ${options.table.slice(0, 80)} » ne fait pas un nom de table`,
    });
  const replace = options.replace === true;
  if (!replace && (await exists(database, target)))
    throw new Fault('conflict', 'table', { en: `there is a table ${target.table} already`, fr: `il y a déjà une table ${target.table}` });
  await sweepStaging(database, target.schema);
  const shape = shapeOf(source, options);
  await checkSystems(database, source, shape);
  const staging = await createStaging(database, target.schema, definitions(source, shape));
  try {
    const filling = new Filling({ database, source, shape, staging, say, options });
    await filling.run();
    await finish(database, staging, shape.key, shape.spatial);
    await restartKey(database, staging, shape);
    const { rows, native } = await measure(database, staging, shape.spatial);
    if (rows === 0 && filling.refused.list.total > 0) throw nothingLeft(filling.refused);
    options.signal?.throwIfAborted();
    await reveal(database, staging, target, replace, { spatial: shape.spatial, counted: shape.keyIndex === null ? ownKey : null });
    return {
      schema: target.schema,
      table: target.table,
      rows,
      repaired: filling.repaired.list,
      refused: filling.refused.list,
      key: shape.key,
      fields: shape.fields,
      geometry:
        source.geometry === null || shape.srid === null
          ? null
          : { column: geometryColumn, type: source.geometry.type, srid: shape.srid, dimension: source.geometry.dimension },
      extent: native === null || shape.srid === null ? null : { native, geographic: transformEnvelope(native, shape.srid, 4326) },
      notes: [...source.notes, ...notesOf(source, shape, say)],
    };
  } catch (error) {
    await drop(database, staging).catch(() => undefined);
    throw error;
  }
}

function nothingLeft(refused: Issues): Fault {
  const { total, listed } = refused.list;
  return new Fault('invalid-value', 'source', {
    en: `all ${total} rows are refused; line ${listed[0]?.line ?? 1}: ${listed[0]?.reason ?? ''}`,
    fr: `les ${total} lignes sont toutes refusées ; ligne ${listed[0]?.line ?? 1} : ${listed[0]?.reason ?? ''}`,
  });
}

async function checkSystems(database: Database, source: VectorSource, shape: Shape): Promise<void> {
  if (source.geometry === null || shape.srid === null) return;
  if (!crsByCode(shape.srid))
    throw new Fault('invalid-crs', 'srid', {
      en: `EPSG:${shape.srid} is not a coordinate reference system of this server`,
      fr: `EPSG:${shape.srid} n’est pas un système de coordonnées de ce serveur`,
    });
  const found = await run(database, 'select 1 from spatial_ref_sys where srid = $1::integer', [String(source.geometry.srid)]);
  if (found.length === 0)
    throw new Fault('invalid-crs', 'srs', {
      en: `EPSG:${source.geometry.srid} is not known to the database`,
      fr: `la base de données ne connaît pas EPSG:${source.geometry.srid}`,
    });
}

function notesOf(source: VectorSource, shape: Shape, say: Say): string[] {
  const notes: string[] = [];
  if (source.geometry !== null && shape.srid !== null && shape.srid !== source.geometry.srid)
    notes.push(
      say(
        `coordonnées transformées de EPSG:${source.geometry.srid} en EPSG:${shape.srid} (sans grille : à quelques mètres près depuis la NTF)`,
        `coordinates transformed from EPSG:${source.geometry.srid} to EPSG:${shape.srid} (without a grid: to within some metres from NTF)`,
      ),
    );
  const renamed = shape.fields.filter(field => field.name !== field.source);
  if (renamed.length > 0) {
    const list = renamed.map(field => `${field.source} → ${field.name}`).join(', ');
    notes.push(say(`attributs renommés : ${list}`, `attributes renamed: ${list}`));
  }
  return notes;
}

/** Features added later get keys past the ones of the file. */
async function restartKey(database: Database, staging: Place, shape: Shape): Promise<void> {
  if (shape.keyIndex !== null) return;
  const table = `"${staging.schema}"."${staging.table}"`;
  const [row] = await run<{ next: string }>(database, `select (coalesce(max("${ownKey}"), 0)::bigint + 1)::text as next from ${table}`);
  const next = Number(row?.next ?? 1);
  if (Number.isSafeInteger(next) && next > 0 && next <= maxKey)
    await run(database, `alter table ${table} alter column "${ownKey}" restart with ${next}`);
}
