// Virtual endpoints, `/at/{scope}`: what belongs to one organisation, one dataset or one named collection, and who may know that there is one.
// A scope never widens what a caller may see: it is one more condition beside the decisions of the policy (D28).
import type { Text } from '../core/model/text';
import { compileFilter } from '../core/filter/evaluate';
import { everything, or, type Filter } from '../core/filter/filter';
import type { Facts, Organisation } from '../core/policy/charter';
import type { Policy } from '../core/policy/policy';
import type { Published, PublishedType } from './registry';

interface Around {
  readonly facts: Facts;
  readonly published: Published;
  readonly policy: Policy;
}

/**
 * Whether the caller may know of an endpoint of that name. Organisations are those of the charter, known to everybody. A dataset's code and a named
 * collection are known to whoever sees something of them, a record or a layer: to others, and while there is nothing in it, the name means nothing (R23).
 */
export function isScope(scope: string, around: Around): boolean {
  const { facts, published, policy } = around;
  if (organisationOf(scope, facts)) return true;
  if (facts.datasets.has(scope) && policy.record(scope).visible) return true;
  const types = [...published.types.values()].filter(one => one.dataset === scope || one.scope === scope);
  if (types.some(one => policy.decide('view', one.dataset).allowed || policy.decide('feature', one.dataset).allowed)) return true;
  const records = published.scopes.get(scope)?.records ?? [];
  if (records.length === 0) return false;
  const seen = compileFilter(policy.recordFilter(), {
    dataset: records.map(record => record.dataset),
    owner_id: records.map(record => record.owner),
    state: records.map(record => record.state),
    visibility: records.map(record => record.visibility),
  });
  return records.some((_, index) => seen(index));
}

const organisationOf = (code: string, facts: Facts): Organisation | undefined =>
  [...facts.organisations.values()].find(organisation => organisation.code === code);

/** The main endpoint has all but the collections that say `main: false`; an organisation's and a dataset's code are scopes by themselves. */
export function belongsTo(one: PublishedType, scope: string | null, published: Pick<Published, 'scopes'>): boolean {
  if (scope !== null) return one.scope === scope || one.owner?.code === scope || one.dataset === scope;
  return one.scope === null || published.scopes.get(one.scope)?.main !== false;
}

/** The same rule on records; names of the FeatureType `record`. */
export function scopeFilter(scope: string | null, published: Published, facts: Facts): Filter {
  if (scope === null) {
    const apart = [...published.scopes].filter(([, { main }]) => !main).map(([code]) => code);
    if (apart.length === 0) return everything;
    return or({ op: 'null', property: 'scope' }, { op: 'not', part: { op: 'in', property: 'scope', values: apart } });
  }
  const organisation = organisationOf(scope, facts);
  return or(
    { op: 'in', property: 'scope', values: [scope] },
    { op: 'in', property: 'dataset', values: [scope] },
    ...(organisation ? [{ op: 'in' as const, property: 'owner_id', values: [organisation.id] }] : []),
  );
}

/** The title of the service within a scope, so that several connections of one client can be told apart. */
export function titleWithin(scope: string | null, title: Text, { facts, published }: Pick<Around, 'facts' | 'published'>): Text {
  if (scope === null) return title;
  const part: Text = organisationOf(scope, facts)
    ? { fr: organisationOf(scope, facts)?.name ?? scope }
    : ([...published.types.values()].find(one => one.dataset === scope)?.type.title ?? { fr: scope });
  const { fr, en } = { en: title.fr, ...title };
  return { fr: `${fr} – ${part.fr}`, ...(title.en === undefined && part.en === undefined ? {} : { en: `${en} – ${part.en ?? part.fr}` }) };
}
