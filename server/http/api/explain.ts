// GET /api/explain: why the one who asks may or may not use a layer, decided by the very function that decides (R54). It tells of oneself
// only, and of what one may know of only: a hidden layer is unknown here too (R23), and so is a masked attribute (R42).
import { Fault } from '../../core/model/fault';
import { actions, type Action } from '../../core/policy/charter';
import type { Doors, Explanation, Partnership } from '../../core/ports/doors';
import { operation, type Endpoint, type Input, type Reply } from '../../services/ows/operation';
import { problem } from '../problem';

interface Question {
  /** `prefix:name`, or the identifier of a record that describes it. */
  readonly on: { readonly layer: string } | { readonly record: string };
  readonly actions: readonly Action[];
  /** A feature that the caller looks for among those it may read. */
  readonly feature: string | null;
}

/** What a reader may do oneself; editing is the desk's. */
const asked: readonly Action[] = ['view', 'query', 'feature', 'download'];

function read({ kvp }: Pick<Input, 'kvp'>): Question {
  const record = kvp.get('record') ?? '';
  const layer = kvp.get('on') ?? '';
  if (layer === '' && record === '')
    throw new Fault('missing-parameter', 'on', 'parameter on (prefix:name of a layer) or record (identifier of a record) is missing');
  if (layer !== '' && record !== '') throw new Fault('invalid-value', 'record', 'give either on or record');
  const names = kvp.list('action').filter(name => name !== '');
  const wanted = names.map(name => {
    const action = actions.find(one => one === name);
    if (!action) throw new Fault('invalid-value', 'action', `action is "${name.slice(0, 40)}", expected ${actions.join(', ')}`);
    return action;
  });
  const feature = kvp.get('feature') ?? '';
  return {
    on: layer === '' ? { record } : { layer },
    actions: wanted.length === 0 ? asked : [...new Set(wanted)],
    feature: feature === '' ? null : feature,
  };
}

function typeOf({ on }: Question, partnership: Partnership): string {
  if ('layer' in on) return on.layer;
  const type = partnership.typeOfRecord(on.record);
  if (type === null) throw new Fault('unknown-id', 'record', `no layer of this partnership is described by "${on.record.slice(0, 200)}"`);
  return type;
}

const statuses = { hidden: 404, unauthenticated: 401, forbidden: 403, 'conditions-not-accepted': 403 } as const;

function told({ action, decision, clause, sentence, audience, territory, partial, responsible }: Explanation): object {
  const why = { action, allowed: decision.allowed, rule: decision.rule, clause, sentence, validUntil: decision.validUntil };
  if (!decision.allowed)
    return { ...why, status: statuses[decision.answer], conditionsToAccept: decision.answer === 'conditions-not-accepted' };
  const { scaleMin, scaleMax } = decision;
  return { ...why, status: 200, audience, territory, partial, responsible, scaleMin, scaleMax };
}

/** Whether the feature is among what the caller may read; outside its rows, outside its area and unknown are one answer. */
async function sees(doors: Doors, on: string, feature: string, signal: AbortSignal): Promise<boolean> {
  const type = doors.features.type(on, 'feature', 'on');
  const snapshot = await doors.features.open(signal);
  try {
    const filter = { op: 'ids', ids: [feature] } as const;
    const srid = type.geometry?.srid ?? 4326;
    const query = { type: type.name, action: 'feature', filter, sort: [], page: { count: null, start: 0 }, srid } as const;
    return (await snapshot.count(query)) !== 0;
  } finally {
    await snapshot.close();
  }
}

export function explainEndpoint(): Endpoint {
  const explain = operation({
    service: 'API',
    versions: [''],
    name: 'Explain',
    read,
    run: async (question, doors, { signal }): Promise<Reply> => {
      const on = typeOf(question, doors.partnership);
      const explanations = question.actions.map(action => doors.partnership.explain(on, action));
      const readable = doors.partnership.explain(on, 'feature').decision.allowed;
      const body = {
        dataset: explanations[0]?.dataset,
        decisions: explanations.map(told),
        ...(question.feature === null ? {} : { feature: readable && (await sees(doors, on, question.feature, signal)) }),
      };
      return { type: 'application/json; charset=utf-8', access: 'restricted', body: JSON.stringify(body) };
    },
    examples: ({ qname, record, featureId }) => [
      { name: 'layer', path: `/api/explain?on=${encodeURIComponent(qname)}` },
      { name: 'record', path: `/api/explain?record=${encodeURIComponent(record)}` },
      { name: 'feature', path: `/api/explain?on=${encodeURIComponent(qname)}&feature=${encodeURIComponent(featureId)}` },
      { name: 'one action', path: `/api/explain?on=${encodeURIComponent(qname)}&action=edit` },
    ],
  });
  return { path: '/api/explain', methods: ['GET'], operations: [explain], select: () => explain, fault: problem, bodyLimit: 0 };
}
