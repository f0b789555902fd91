// The doctor's look at what is published and kept: tables that layers are made of, files of rasters, the chain of the audit journal, somebody
// who may administer. Nothing of it stops the server; each says what to do next.
import { existsSync } from 'node:fs';
import type { CoverageFiles } from '../core/ports/coverage-files';
import { brokenAuditLine } from './audit';
import type { Database, Session } from './database';
import type { Finding } from './doctor';

const ok = (subject: Finding['subject'], text: string): Finding => ({ level: 'ok', subject, text, next: null });
const warning = (subject: Finding['subject'], text: string, next: string): Finding => ({ level: 'warning', subject, text, next });

/** Looks and changes nothing; the schema must be the newest. Faults: unavailable, busy. */
export function contentsOf(database: Database, files: CoverageFiles): Promise<Finding[]> {
  return database.transaction({ role: 'owner', timeout: 60_000 }, async session => [
    ...(await layers(session)),
    ...(await rasters(session, files)),
    ...(await journal(session)),
    ...(await administrators(session)),
  ]);
}

interface LayerRow {
  readonly layer: string;
  readonly place: string;
  readonly there: boolean;
  readonly missing: readonly string[] | null;
  readonly readable: boolean | null;
}

const layersSql = `
with published as (
  select t.prefix || ':' || t.local as layer, t.table_schema || '.' || t.table_name as place, c.oid,
    array_remove(array[t.key_column, t.geometry_column] || array(select x ->> 'column' from jsonb_array_elements(t.columns) as x), null) as needed
  from geomig.feature_type t
  left join pg_namespace n on n.nspname = t.table_schema left join pg_class c on c.relnamespace = n.oid and c.relname = t.table_name
  where t.table_name is not null)
select layer, place, oid is not null as there,
  (select json_agg(distinct name order by name) from unnest(needed) as name
     where not exists (select 1 from pg_attribute a where a.attrelid = oid and a.attname = name and not a.attisdropped)) as missing,
  (select bool_and(has_table_privilege(r.oid, published.oid, 'SELECT')) from pg_roles r where r.rolname = 'geomig_reader' and published.oid is not null) as readable
from published order by layer`;

async function layers(session: Session): Promise<Finding[]> {
  const rows = await session.rows<LayerRow>(layersSql);
  const findings = rows.flatMap(({ layer, place, there, missing, readable }): Finding[] => {
    if (!there)
      return [
        warning('layer', `${layer} : la table ${place} n'existe plus`, 'la remettre, ou retirer la donnée ; puis « geomig apply FICHIER »'),
      ];
    if (missing !== null)
      return [
        warning('layer', `${layer} : ${place} n'a plus ${missing.join(', ')}`, 'relancer « geomig apply FICHIER », qui relit ses colonnes'),
      ];
    return readable === false
      ? [warning('layer', `${layer} : geomig_reader ne peut pas lire ${place}`, `grant select on ${place} to geomig_reader`)]
      : [];
  });
  return findings.length > 0 ? findings : [ok('layer', `${rows.length} tables publiées, toutes là`)];
}

async function rasters(session: Session, files: CoverageFiles): Promise<Finding[]> {
  const rows = await session.rows<{ file: string; layer: string }>(
    `select c.file, t.prefix || ':' || t.local as layer from geomig.coverage c join geomig.feature_type t on t.dataset_id = c.dataset_id order by 2`,
  );
  const lost = rows.filter(({ file }) => !existsSync(files.pathOf(file)));
  return lost.map(({ layer }) =>
    warning('layer', `${layer} : son fichier de raster n'est plus dans GEOMIG_FILES`, 'relancer « geomig apply FICHIER --reimport »'),
  );
}

async function journal(session: Session): Promise<Finding[]> {
  const broken = await brokenAuditLine(session);
  return broken === null
    ? [ok('journal', "journal d'audit sans rupture")]
    : [
        warning(
          'journal',
          `le journal d'audit est rompu à la ligne ${broken}`,
          'comparer avec une sauvegarde : une ligne a été changée ou ôtée',
        ),
      ];
}

async function administrators(session: Session): Promise<Finding[]> {
  const [row] = await session.rows<{ n: number }>(
    `select count(*)::integer as n from geomig.mandate m join geomig.app_user u on u.id = m.user_id
     where m.role = 'pilot_admin' and u.state = 'active' and m.period @> current_date`,
  );
  return (row?.n ?? 0) > 0
    ? [ok('account', `${row?.n ?? 0} administrateur(s) du pilote`)]
    : [
        warning(
          'account',
          "aucun administrateur du pilote n'a de compte actif",
          'geomig user add LOGIN --organisation cd92 --role pilot_admin --name "Prénom Nom"',
        ),
      ];
}
