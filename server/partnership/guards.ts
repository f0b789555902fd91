// What the charter forbids, as pure checks on the entries of a partnership file: each refusal names its rule and changes nothing.
import { Fault } from '../core/model/fault';
import type { Action, Audience } from '../core/policy/charter';
import type { DatasetEntry, GrantEntry, RecordEntry } from './file';

const breadth: readonly Audience[] = ['owner', 'named_partner', 'partners', 'ept_communes', 'public'];
const refuse = (rule: string, locator: string, text: string): never => {
  throw new Fault('conflict', locator, `${rule} : ${text} (${locator})`, { rule });
};

/** Served states of the two machines. */
export const isPublished = (entry: Pick<DatasetEntry, 'kind' | 'state'>): boolean =>
  entry.kind === 'pooled'
    ? ['published', 'frozen', 'suspended'].includes(entry.state)
    : ['validated', 'under_revision'].includes(entry.state);

const kinds = { pooled: 'mutualisée', coproduced: 'coproduite' } as const;

/** States a dataset of that kind may have. */
const states: Readonly<Record<DatasetEntry['kind'], readonly string[]>> = {
  pooled: ['draft', 'to_validate', 'published', 'suspended', 'frozen', 'excluded', 'retired_by_owner'],
  coproduced: ['planned', 'structured', 'consolidated', 'submitted', 'validated', 'under_revision', 'archived'],
};

export interface DatasetGuards {
  /** Codes of datasets under an exception (3.3), among those named by the file and those already there. */
  readonly excepted: ReadonlySet<string>;
  /** Codes of pooled datasets. */
  readonly pooled: ReadonlySet<string>;
}

/** All guards that need the dataset's entry alone. */
export function guardDataset(entry: DatasetEntry, known: DatasetGuards): void {
  const at = `datasets.${entry.code}`;
  if (!states[entry.kind].includes(entry.state))
    throw new Fault(
      'invalid-value',
      `${at}.state`,
      `${at}.state : une donnée ${kinds[entry.kind]} ne connaît pas l’état « ${entry.state} », mais ${states[entry.kind].join(', ')}`,
    );
  if (entry.kind === 'pooled' && entry.owner === undefined)
    throw new Fault('invalid-value', `${at}.owner`, `${at} : une donnée mutualisée nomme son propriétaire (owner)`);
  if (entry.kind === 'coproduced' && entry.owner !== undefined)
    throw new Fault(
      'invalid-value',
      `${at}.owner`,
      `${at} : une donnée coproduite n’a pas de propriétaire (owner) mais un groupe de travail (workingGroup)`,
    );
  if (entry.kind === 'coproduced' && entry.workingGroup === undefined)
    throw new Fault('invalid-value', `${at}.workingGroup`, `${at} : une donnée coproduite nomme son groupe de travail (workingGroup)`);
  guardException(entry, at);
  guardSources(entry, known, at);
  guardRecordVisibility(entry, at);
  const grants = entry.grants ?? [];
  for (const [index, grant] of grants.entries()) guardGrant(entry, grant, `${at}.grants.${index}`);
  guardNarrowing(grants, at);
  if (entry.kind === 'coproduced' && isPublished(entry) && entry.validation === undefined)
    refuse(
      'R57',
      `${at}.validation`,
      `${entry.code} est validée : il manque la décision favorable du COTECH, à écrire dans validation: { heldOn, reference }`,
    );
}

/** R28: an exception of clause 3.3 overrides every grant and forbids publication; a code OTHER needs its ground in words. */
function guardException(entry: DatasetEntry, at: string): void {
  if (!entry.exception) {
    if (entry.state === 'excluded')
      refuse(
        'R28',
        `${at}.exception`,
        `${entry.code} est exclue : il manque le motif de l’article 3.3, à écrire dans exception: { code, text }`,
      );
    return;
  }
  if (entry.exception.code === 'OTHER' && !entry.exception.text?.trim())
    refuse('R28', `${at}.exception.text`, `${entry.code} : l’exception OTHER dit son fondement juridique en toutes lettres (text)`);
  if (isPublished(entry))
    refuse(
      'R28',
      `${at}.state`,
      `${entry.code} relève de l’exception ${entry.exception.code} (art. 3.3) et ne peut pas être « ${entry.state} » : son état est « excluded »`,
    );
}

/** R58: pooled sources of a co-production need their owners' recorded agreement, and none may be under 3.3. */
function guardSources(entry: DatasetEntry, known: DatasetGuards, at: string): void {
  if (entry.kind !== 'coproduced') return;
  const built = ['consolidated', 'submitted', 'validated', 'under_revision'].includes(entry.state);
  for (const [index, source] of (entry.sources ?? []).entries()) {
    if (source.dataset === undefined) continue;
    const where = `${at}.sources.${index}`;
    if (known.excepted.has(source.dataset))
      refuse(
        'R58',
        where,
        `${entry.code} ne peut pas être construite à partir de ${source.dataset}, qui relève d’une exception (art. 3.3)`,
      );
    if (built && known.pooled.has(source.dataset) && source.agreedOn === undefined)
      refuse(
        'R58',
        `${where}.agreedOn`,
        `${entry.code} est construite à partir de ${source.dataset} : il manque l’accord de son propriétaire (agreedOn)`,
      );
  }
}

/** R21: a pooled record is public unless its owner says why not; owner-only and excepted data are hidden by default (R22). */
function guardRecordVisibility(entry: DatasetEntry, at: string): void {
  const record: RecordEntry | undefined = typeof entry.record === 'string' ? undefined : entry.record;
  const visibility = record?.visibility;
  if (visibility === undefined || visibility === 'public' || entry.kind !== 'pooled' || hiddenByDefault(entry)) return;
  if (!record?.reason?.trim())
    refuse('R21', `${at}.record.reason`, `${entry.code} : une fiche qui n’est pas publique dit pourquoi (reason)`);
}

/** R22: data under 3.3 and data that only their owner may use. */
export const hiddenByDefault = (entry: DatasetEntry): boolean =>
  entry.exception !== undefined || (entry.kind === 'pooled' && !(entry.grants ?? []).some(grant => grant.audience !== 'owner'));

function guardGrant(entry: DatasetEntry, grant: GrantEntry, at: string): void {
  if (grant.audience === 'named_partner' && grant.partner === undefined)
    throw new Fault('missing-parameter', `${at}.partner`, `${at} : un droit named_partner nomme son partenaire (partner)`);
  if (grant.scaleMin !== undefined && grant.scaleMax !== undefined && grant.scaleMin > grant.scaleMax)
    throw new Fault('invalid-value', `${at}.scaleMin`, `${at} : scaleMin ${grant.scaleMin} dépasse scaleMax ${grant.scaleMax}`);
  if (grant.audience === 'public' && !entry.licence?.trim())
    refuse('R29', at, `${entry.code} : des données ouvertes ont une licence (licence: etalab-2.0 par exemple)`);
  if (entry.kind !== 'coproduced') return;
  if (!isPublished(entry))
    refuse(
      'R33',
      at,
      `${entry.code} n’est pas validée : seuls son groupe de travail, les référents et le pilote la voient, aucun droit ne peut l’élargir`,
    );
  if (grant.audience === 'public' && entry.openData === undefined)
    refuse(
      'R34',
      at,
      `${entry.code} : une donnée coproduite n’est ouverte que par décision du COTECH, à écrire dans openData: { heldOn, reference }`,
    );
  if (grant.audience === 'named_partner' || grant.audience === 'owner')
    refuse(
      'R32',
      at,
      `${entry.code} est coproduite : chaque partenaire en est propriétaire, elle s’ouvre à tous les partenaires ou à tous`,
    );
  if (grant.audience !== 'partners') return;
  const reading: readonly Action[] = ['view', 'query', 'feature', 'download'];
  const narrowed =
    (grant.maskedAttributes?.length ?? 0) > 0 ||
    (grant.area ?? 'all') !== 'all' ||
    grant.rows !== undefined ||
    grant.scaleMin !== undefined ||
    grant.scaleMax !== undefined ||
    grant.onRequest === true ||
    !reading.every(action => grant.actions.includes(action));
  if (narrowed)
    refuse(
      'R32',
      at,
      `${entry.code} est coproduite : rien n’en est retenu à un partenaire (ni attribut masqué, ni aire, ni échelle, ni demande)`,
    );
}

/** R48: a grant to a narrower audience may give more than a broader one, never less. */
function guardNarrowing(grants: readonly GrantEntry[], at: string): void {
  for (const [index, narrow] of grants.entries())
    for (const broad of grants) {
      if (breadth.indexOf(narrow.audience) >= breadth.indexOf(broad.audience) || !overlapping(narrow, broad)) continue;
      const why = lessThan(narrow, broad);
      if (why !== null)
        refuse(
          'R48',
          `${at}.grants.${index}`,
          `le droit de ${narrow.partner ?? narrow.audience} donne moins que celui de ${broad.audience} : ${why}`,
        );
    }
}

function overlapping(one: GrantEntry, other: GrantEntry): boolean {
  const before = (a: GrantEntry, b: GrantEntry): boolean => a.endsOn !== undefined && b.startsOn !== undefined && a.endsOn < b.startsOn;
  return !before(one, other) && !before(other, one);
}

/** In what a grant gives less than another; null when it does not. */
function lessThan(narrow: GrantEntry, broad: GrantEntry): string | null {
  const missing = broad.actions.filter(action => action !== 'edit' && !narrow.actions.includes(action));
  if (missing.length > 0) return `sans ${missing.join(', ')}`;
  const masked = (narrow.maskedAttributes ?? []).filter(name => !(broad.maskedAttributes ?? []).includes(name));
  if (masked.length > 0) return `il masque ${masked.join(', ')}`;
  const area = narrow.area ?? 'all';
  if (area !== 'all' && JSON.stringify(area) !== JSON.stringify(broad.area ?? 'all')) return 'son aire est plus petite';
  if (narrow.rows !== undefined && narrow.rows !== broad.rows) return 'il retient des lignes';
  if ((narrow.scaleMin ?? 0) > (broad.scaleMin ?? 0) || (narrow.scaleMax ?? Infinity) < (broad.scaleMax ?? Infinity))
    return 'ses échelles sont plus étroites';
  if (narrow.onRequest === true && broad.onRequest !== true) return 'il est sur demande';
  if (narrow.acceptanceRequired === true && broad.acceptanceRequired !== true) return 'il demande une acceptation';
  return null;
}
