// The right of an EPT to open data to its member communes (3.6; R35–R41): which EPT answers for a commune's access, or the rule that stops it.
import type { Dataset, Delegation, Facts } from './charter';
import { isPartner, withdrawalDay, type Standing } from './standing';
import { within } from './calendar';

export type Cascade = { readonly ept: number } | { readonly ept: null; readonly rule: string };

/** The EPT that answers for the caller's access to a dataset, or the rule by which there is none. R41: whatever the département. */
export function cascadeOf(standing: Standing, dataset: Pick<Dataset, 'code'>, facts: Facts): Cascade {
  const commune = standing.organisation;
  if (!commune || standing.kind === 'anonymous') return { ept: null, rule: 'R27' };
  if (standing.kind === 'barred') return { ept: null, rule: 'R13' };
  // R40: a commune that is itself a partner uses its own rights
  if (standing.kind === 'partner') return { ept: null, rule: 'R40' };
  const ept = commune.kind === 'commune' && commune.ept !== null ? facts.organisations.get(commune.ept) : undefined;
  const signed = facts.delegations.filter(delegation => delegation.commune === commune.id);
  if (!ept || !isPartner(ept, standing.day)) {
    // R39: the EPT left, or the commune left the EPT
    const lapsed = signed.length > 0 || (ept && withdrawalDay(ept, standing.day) !== null);
    return { ept: null, rule: lapsed ? 'R39' : outsiderRule(standing) };
  }
  const own = signed.filter(delegation => delegation.ept === ept.id);
  if (own.length === 0)
    return { ept: null, rule: signed.length > 0 ? 'R39' : standing.kind === 'outsider' ? 'R35' : outsiderRule(standing) };
  const left = withdrawalDay(commune, standing.day);
  let rule = 'R35';
  for (const delegation of own) {
    const stop = stopOf(delegation, dataset.code, left, standing.day);
    if (stop === null) return { ept: ept.id };
    rule = stop;
  }
  return { ept: null, rule };
}

/** D20, R40: the commune holds a delegation of its EPT today, whatever data it names. */
export function isDelegated(standing: Standing, facts: Facts): boolean {
  return facts.delegations.some(
    delegation =>
      delegation.commune === standing.organisation?.id &&
      (delegation.scope === 'all' ? [''] : delegation.scope).some(code => cascadeOf(standing, { code }, facts).ept !== null),
  );
}

function stopOf(delegation: Delegation, dataset: string, left: string | null, day: string): string | null {
  if (!within(day, delegation.startsOn, delegation.endsOn)) return 'R38';
  if (delegation.revokedOn !== null && delegation.revokedOn <= day) return 'R38';
  const { attestedOn, acceptedOn } = delegation;
  if (attestedOn === null || attestedOn > day || acceptedOn === null || acceptedOn > day) return 'R38';
  if (left !== null && (attestedOn <= left || acceptedOn <= left)) return 'R40';
  return delegation.scope === 'all' || delegation.scope.includes(dataset) ? null : 'R35';
}

/** The rule by which a caller without partnership has no more than anyone. */
export function outsiderRule(standing: Standing): string {
  switch (standing.kind) {
    case 'anonymous':
    case 'partner':
      return 'R27';
    case 'barred':
      return 'R13';
    case 'withdrawn':
      return 'R06';
    case 'candidate':
      return 'R01';
    case 'outsider':
      return standing.organisation?.annex1 === true ? 'R02' : 'R01';
  }
}
