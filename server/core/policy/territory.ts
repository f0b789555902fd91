// The territory of an organisation for area-limited grants (R43, Q13), as a Filter over territories that the database holds.
import { nothing, type Filter } from '../filter/filter';
import type { Facts, Organisation } from './charter';

/** Organisations whose territories together are that of `organisation`; empty: it has none. In ascending order of id. */
export function territoryOf(organisation: Organisation, facts: Facts): readonly number[] {
  const communes = (belongs: (commune: Organisation) => boolean): number[] =>
    [...facts.organisations.values()]
      .filter(other => other.kind === 'commune' && other.hasTerritory && belongs(other))
      .map(other => other.id)
      .sort((a, b) => a - b);
  switch (organisation.kind) {
    case 'ept': {
      // R43: the union of the present member communes
      const members = communes(commune => commune.ept === organisation.id);
      return members.length > 0 ? members : own(organisation);
    }
    case 'department': {
      const { insee } = organisation;
      return organisation.hasTerritory || insee === null
        ? own(organisation)
        : communes(commune => commune.insee?.startsWith(insee) === true && commune.insee.length === 5);
    }
    case 'state': {
      // Q13: DRIEAT and BSPP answer for the whole département unless a territory is stored
      if (organisation.hasTerritory) return own(organisation);
      const department = [...facts.organisations.values()].find(other => other.pilot && other.kind === 'department');
      return department ? territoryOf(department, facts) : [];
    }
    case 'commune':
    case 'public_body':
    case 'other':
      return own(organisation);
  }
}

function own(organisation: Organisation): readonly number[] {
  return organisation.hasTerritory ? [organisation.id] : [];
}

/** Features that intersect the organisation's territory; nothing where it has none. */
export function territoryFilter(organisation: Organisation | null, facts: Facts): Filter {
  const organisations = organisation ? territoryOf(organisation, facts) : [];
  return organisations.length === 0 ? nothing : { op: 'area', area: { organisations } };
}
