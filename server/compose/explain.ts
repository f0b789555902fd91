// The decision explained, computed by the very function that decides (R54; issue of every reader: why do I not see this layer?).
import { Fault } from '../core/model/fault';
import type { Filter } from '../core/filter/filter';
import { anonymous, type Action, type Caller, type Facts, type Grant } from '../core/policy/charter';
import { compilePolicy } from '../core/policy/policy';
import type { Database } from '../store/database';
import { FactsReader } from '../store/facts';
import { openDoors } from '../store/doors';
import { accountByLogin } from '../store/people';
import { Registry } from '../store/registry';
import { recordTypes } from '../../catalogue/record-type';

export interface Question {
  /** Login, or `anonymous`. */
  readonly login: string;
  /** `prefix:local`. */
  readonly on: string;
  readonly action: Action;
  readonly feature: string | null;
  readonly instant: string;
}

/** The explanation in French, line by line. Faults: unknown-id (person), unknown-type (layer). */
export async function explainDecision(database: Database, question: Question): Promise<string[]> {
  const facts = new FactsReader(database);
  const caller = await callerOf(database, question.login);
  const now = await facts.at(question.instant);
  const code = await datasetOf(database, question.on);
  const policy = compilePolicy(caller, now, question.instant);
  const { decision, record, standing, grants, text } = policy.explain(question.action, code);
  const lines = [
    `${question.login} · ${question.on} · ${question.action} : ${decision.allowed ? 'autorisé' : `refusé (${answers[decision.answer]})`}, règle ${decision.rule}`,
    `  ${text.sentence.fr} (charte ${text.clause})`,
    `  situation : ${standing} ; fiche ${record.visible ? 'visible' : 'invisible'} (${record.rule})`,
  ];
  if (decision.allowed) {
    const grant = grants.find(one => one.id === decision.grant);
    lines.push(
      `  droit : ${grant ? `${grant.audience} no ${grant.id} (${grant.actions.join(', ')})` : 'implicite'}${decision.public ? ', public' : ''}`,
    );
    if (decision.masked.size > 0) lines.push(`  attributs masqués : ${[...decision.masked].join(', ')}`);
    lines.push(...(await limitsOf(database, decision.filter, grant, now)));
    if (decision.scaleMin !== null || decision.scaleMax !== null)
      lines.push(`  échelles : 1:${decision.scaleMin ?? '…'} à 1:${decision.scaleMax ?? '…'}`);
    if (question.feature !== null)
      lines.push(
        `  objet ${question.feature} : ${(await sees(database, caller, { ...question, feature: question.feature })) ? 'visible' : 'hors des lignes ou de l’aire accordées, ou inconnu'}`,
      );
  }
  if (decision.validUntil !== null) lines.push(`  peut changer le ${decision.validUntil}`);
  return lines;
}

/** In words: territories by their organisations, rows as the owner wrote them. */
async function limitsOf(database: Database, filter: Filter, grant: Grant | undefined, facts: Facts): Promise<string[]> {
  const lines: string[] = [];
  if (grant && grant.rows.op !== 'all') {
    const [row] = await database.transaction({ role: 'owner' }, session =>
      session.rows<{ rows_text: string | null }>('select rows_text from geomig.access_grant where id = $1', [grant.id]),
    );
    lines.push(`  lignes : ${row?.rows_text ?? 'aucune'}`);
  }
  for (const part of filter.op === 'and' ? filter.parts : [filter]) {
    if (part.op === 'none') lines.push('  aire : aucune, le territoire n’est pas connu');
    else if (part.op === 'area' && 'organisations' in part.area)
      lines.push(`  aire : territoire de ${part.area.organisations.map(id => facts.organisations.get(id)?.name ?? String(id)).join(', ')}`);
    else if (part.op === 'area') lines.push('  aire : un polygone fixé par le propriétaire');
  }
  return lines;
}

const answers = {
  hidden: 'inconnu pour ce demandeur',
  unauthenticated: '401',
  forbidden: '403',
  'conditions-not-accepted': '403, conditions à accepter',
} as const;

async function callerOf(database: Database, login: string): Promise<Caller> {
  if (login === 'anonymous') return anonymous;
  const account = await database.transaction({ role: 'owner' }, session => accountByLogin(session, login));
  if (!account) throw new Fault('unknown-id', 'as', `le compte ${login} n’existe pas (« geomig user list » les donne)`);
  return { kind: 'person', person: account.person };
}

async function datasetOf(database: Database, on: string): Promise<string> {
  const [prefix = '', local = ''] = on.split(':');
  const [row] = await database.transaction({ role: 'owner' }, session =>
    session.rows<{ identifier: string }>(
      'select d.identifier from geomig.dataset d join geomig.feature_type t on t.dataset_id = d.id where t.prefix = $1 and t.local = $2',
      [prefix, local],
    ),
  );
  if (!row) throw new Fault('unknown-type', 'on', `la couche ${on} n’existe pas : attendu préfixe:nom`);
  return row.identifier;
}

/** Asks the door for that one feature, as the caller would. */
async function sees(database: Database, caller: Caller, question: Question & { readonly feature: string }): Promise<boolean> {
  const registry = new Registry(database, prefix => prefix);
  const journal = { note: () => undefined };
  const doors = await openDoors(
    { database, registry, facts: new FactsReader(database), journal, recordTypes },
    caller,
    null,
    question.instant,
  );
  const type = doors.features.type(question.on, question.action, 'on');
  const snapshot = await doors.features.open(new AbortController().signal);
  try {
    const count = await snapshot.count({
      type: type.name,
      action: question.action,
      filter: { op: 'ids', ids: [question.feature] },
      sort: [],
      page: { count: null, start: 0 },
      srid: type.geometry?.srid ?? 4326,
    });
    return count !== 0;
  } finally {
    await snapshot.close();
  }
}
