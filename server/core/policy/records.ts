// Who sees and edits a metadata record (R20–R23, R26, R33, D21), one by one and as the filter on the FeatureType `record`.
import { and, or, type Filter } from '../filter/filter';
import type { Dataset, Facts, RecordFacts } from './charter';
import { cascadeOf } from './cascade';
import { inForce } from './grants';
import { isEditor, isPilotAdmin, isPilotStaff, isReferent, type Standing } from './standing';

export interface RecordDecision {
  readonly visible: boolean;
  readonly edit: boolean;
  /** Rule that decided on the visibility. */
  readonly rule: string;
}

/** Published records and the markers of obsolete ones (R26) are the catalogue; the others are work in progress. */
const isOut = (record: RecordFacts): boolean => record.state === 'published' || record.state === 'obsolete';

/** Visibility of a record when its owner says nothing (R21, R22). Writers of records use it; the policy reads what they wrote. */
export function defaultVisibility(
  dataset: Pick<Dataset, 'kind' | 'exception' | 'state' | 'grants'>,
  instant: string,
  day: string,
): RecordFacts['visibility'] {
  if (dataset.kind === 'coproduced' && dataset.exception === null) return 'public';
  const shared = dataset.grants.some(grant => grant.audience !== 'owner' && inForce(grant, instant, day));
  return dataset.exception !== null || dataset.state === 'excluded' || !shared ? 'owner' : 'public';
}

/** R20–R22, R33: whether the caller sees the record of a dataset, and edits it. */
export function recordOf(standing: Standing, dataset: Dataset, facts: Facts): RecordDecision {
  const { record } = dataset;
  if (!record) return { visible: false, edit: false, rule: 'R18' };
  const edit = standing.kind === 'partner' && editsRecord(standing, dataset);
  if (dataset.kind === 'coproduced' && dataset.exception === null) {
    if ((dataset.validated || dataset.state === 'archived') && isOut(record)) return { visible: true, edit, rule: 'R20' };
    const inside =
      (dataset.workingGroup !== null && standing.workingGroups.has(dataset.workingGroup)) || isReferent(standing) || isPilotStaff(standing);
    return { visible: inside || edit, edit, rule: 'R33' };
  }
  const excepted = dataset.exception !== null || dataset.state === 'excluded';
  const rule = excepted || record.visibility === 'owner' ? 'R22' : 'R21';
  if (owns(standing, dataset)) return { visible: true, edit, rule: 'D3' };
  if (!isOut(record)) return { visible: false, edit, rule: 'R18' };
  // R22: the pilot lists and reads
  if (isPilotAdmin(standing)) return { visible: true, edit, rule };
  return { visible: reaches(record.visibility, standing, dataset, facts), edit, rule };
}

function reaches(visibility: RecordFacts['visibility'], standing: Standing, dataset: Dataset, facts: Facts): boolean {
  switch (visibility) {
    case 'public':
      return true;
    case 'partners':
      return standing.kind === 'partner' || openedToCommune(standing, dataset, facts);
    case 'owner':
      return false;
  }
}

function openedToCommune(standing: Standing, dataset: Dataset, facts: Facts): boolean {
  return (
    dataset.grants.some(grant => grant.audience === 'ept_communes' && inForce(grant, standing.instant, standing.day)) &&
    cascadeOf(standing, dataset, facts).ept !== null
  );
}

/** The caller's organisation owns the pooled dataset and is an active partner. */
export function owns(standing: Standing, dataset: Dataset): boolean {
  return standing.kind === 'partner' && dataset.owner !== null && dataset.owner === standing.organisation?.id;
}

/** R61: the facilitator, the manager, or the pilot as manager of last resort. */
export function manages(standing: Standing, dataset: Dataset): boolean {
  if (standing.kind !== 'partner' || !standing.person || dataset.kind !== 'coproduced') return false;
  return (
    dataset.leaders?.includes(standing.person.id) === true ||
    (dataset.manager !== null && dataset.manager === standing.organisation?.id && isEditor(standing)) ||
    isPilotAdmin(standing)
  );
}

function editsRecord(standing: Standing, dataset: Dataset): boolean {
  return dataset.kind === 'coproduced' ? manages(standing, dataset) : owns(standing, dataset) && isEditor(standing);
}

/** The same as a filter on the FeatureType `record`: properties visibility, owner_id, dataset (code, no value when free-standing), state. */
export function recordFilterOf(standing: Standing, facts: Facts): Filter {
  const visible = [...facts.datasets.values()].filter(dataset => recordOf(standing, dataset, facts).visible).map(dataset => dataset.code);
  const out: Filter = { op: 'in', property: 'state', values: ['published', 'obsolete'] };
  const reached: RecordFacts['visibility'][] = isPilotAdmin(standing)
    ? ['public', 'partners', 'owner']
    : standing.kind === 'partner'
      ? ['public', 'partners']
      : ['public'];
  const mine: Filter =
    standing.kind === 'partner' && standing.organisation
      ? { op: 'in', property: 'owner_id', values: [standing.organisation.id] }
      : { op: 'none' };
  return or(
    and({ op: 'null', property: 'dataset' }, or(and({ op: 'in', property: 'visibility', values: reached }, out), mine)),
    visible.length === 0 ? { op: 'none' } : { op: 'in', property: 'dataset', values: visible.sort() },
  );
}
