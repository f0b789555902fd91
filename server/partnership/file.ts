// The partnership file (JSON or YAML): its types, its reading and its check against schemas/partnership.schema.json.
// What the charter forbids is not looked at here: that is apply.ts.
import { readFileSync } from 'node:fs';
import Ajv, { type ErrorObject } from 'ajv';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import schema from '../../schemas/partnership.schema.json';
import { Fault } from '../core/model/fault';
import type { Text } from '../core/model/text';
import type { Action, Audience, MembershipState, Role } from '../core/policy/charter';

/** A day, `2026-06-15`. */
export type Day = string;
/** Begin and end, each open when null. */
export type DayRange = readonly [Day | null, Day | null];

export interface GeoJsonGeometry {
  readonly type: string;
  readonly coordinates?: unknown;
  readonly geometries?: unknown;
}

export interface OrganisationEntry {
  readonly code: string;
  readonly name?: string;
  readonly fullName?: string;
  readonly kind?: 'commune' | 'ept' | 'department' | 'state' | 'public_body' | 'other';
  readonly insee?: string;
  readonly siren?: string;
  readonly annex1?: boolean;
  readonly pilot?: boolean;
  readonly ept?: string | null;
  readonly email?: string;
  readonly address?: string;
  readonly url?: string;
  readonly territory?: GeoJsonGeometry | { readonly source: string; readonly layer?: string; readonly where?: string };
  readonly membership?: {
    readonly state: MembershipState;
    readonly since?: Day | null;
    readonly withdrawn?: Day | null;
    readonly route?: 'annex1' | 'outside_annex1';
    /** R05: what the committees said of an applicant that Annexe 1 does not list. */
    readonly opinion?: { readonly heldOn: Day; readonly reference: string };
    readonly approval?: { readonly heldOn: Day; readonly reference: string; readonly unanimous: boolean };
    /** Of a refusal (R05) or a withdrawal. */
    readonly reason?: string;
  };
}

export interface PersonEntry {
  readonly login: string;
  readonly name?: readonly [string, string];
  readonly organisation: string;
  readonly roles?: readonly Role[];
  readonly password?: string;
  readonly passwordFrom?: string;
  readonly keys?: readonly { readonly label: string; readonly key: string; readonly expiresOn?: Day }[];
  readonly state?: 'invited' | 'active' | 'suspended' | 'closed';
  readonly email?: string;
  readonly phone?: string;
}

export interface WorkingGroupEntry {
  readonly code: string;
  readonly theme?: string;
  readonly name?: string;
  readonly facilitator?: string;
  readonly members?: readonly (
    string | { readonly login: string; readonly type: 'member' | 'candidate' | 'external_guest'; readonly endsOn?: Day }
  )[];
}

export interface GrantEntry {
  readonly audience: Audience;
  readonly partner?: string;
  readonly actions: readonly Action[];
  readonly maskedAttributes?: readonly string[];
  readonly area?: 'all' | 'territory' | GeoJsonGeometry;
  /** CQL2 text. */
  readonly rows?: string;
  readonly scaleMin?: number;
  readonly scaleMax?: number;
  readonly onRequest?: boolean;
  readonly acceptanceRequired?: boolean;
  readonly startsOn?: Day;
  readonly endsOn?: Day;
}

export interface RecordEntry {
  readonly file?: string;
  readonly id?: string;
  readonly title?: Text;
  readonly abstract?: Text;
  readonly language?: string;
  readonly topicCategories?: readonly string[];
  readonly keywords?: readonly string[];
  readonly inspireThemes?: readonly string[];
  /** west, south, east, north in degrees. */
  readonly bbox?: readonly [number, number, number, number];
  readonly dates?: { readonly creation?: Day; readonly publication?: Day; readonly revision?: Day };
  readonly lineage?: Text;
  readonly usageScale?: number;
  readonly usageRules?: Text;
  readonly crs?: string;
  readonly format?: { readonly name: string; readonly version?: string };
  readonly conformity?: readonly { readonly title: string; readonly date: Day; readonly degree: boolean | null }[];
  readonly conditions?: Text;
  readonly limitation?: string;
  readonly contact?: { readonly organisation: string; readonly email: string };
  readonly visibility?: 'public' | 'partners' | 'owner';
  readonly reason?: string;
}

export type SourceEntry =
  | { readonly file: string; readonly layer?: string; readonly srs?: string; readonly id?: string; readonly encoding?: string }
  | { readonly table: string; readonly id?: string; readonly geometry?: string };

export interface DatasetEntry {
  readonly code: string;
  readonly type: string;
  readonly title: Text;
  readonly kind: 'pooled' | 'coproduced';
  readonly owner?: string;
  readonly workingGroup?: string;
  readonly manager?: string;
  readonly state: string;
  readonly validation?: { readonly heldOn: Day; readonly reference: string };
  readonly openData?: { readonly heldOn: Day; readonly reference: string };
  readonly version?: {
    readonly number: number;
    readonly productionPeriod?: DayRange;
    readonly validityPeriod?: DayRange;
    readonly certifiedOn?: Day;
  };
  readonly source?: SourceEntry;
  readonly attributes?: Readonly<Record<string, { readonly title?: Text; readonly definition?: string; readonly sensitive?: boolean }>>;
  readonly time?: string;
  readonly style?: string | readonly { readonly name: string; readonly title?: Text; readonly file: string }[];
  readonly record?: string | RecordEntry;
  readonly usageScale?: number;
  readonly licence?: string;
  readonly exception?: { readonly code: string; readonly text?: string };
  readonly frozenOn?: Day;
  readonly thirdPartyDiffusion?: 'allowed' | 'forbidden';
  readonly contributionOpen?: boolean;
  readonly sources?: readonly {
    readonly dataset?: string;
    readonly agreedOn?: Day;
    readonly external?: string;
    readonly treatment?: string;
  }[];
  /** Organisations whose request for an on-request grant was accepted, and those that accepted the conditions (R49, R51). */
  readonly acceptedRequests?: readonly string[];
  readonly acceptedConditions?: readonly string[];
  readonly scope?: string;
  readonly grants?: readonly GrantEntry[];
}

export interface DelegationEntry {
  readonly ept: string;
  readonly commune: string;
  readonly scope?: 'all' | readonly string[];
  readonly attestedOn?: Day;
  readonly acceptedOn?: Day;
  readonly revokedOn?: Day;
}

export interface PartnershipFile {
  readonly version: 1;
  readonly service?: { readonly title?: Text; readonly abstract?: Text; readonly email?: string; readonly url?: string };
  readonly namespaces?: Readonly<Record<string, string>>;
  readonly organisations?: readonly OrganisationEntry[];
  readonly people?: readonly PersonEntry[];
  readonly workingGroups?: readonly WorkingGroupEntry[];
  readonly datasets?: readonly DatasetEntry[];
  readonly delegations?: readonly DelegationEntry[];
  readonly records?: readonly (
    | string
    | {
        readonly file: string;
        readonly owner?: string;
        readonly visibility?: 'public' | 'partners' | 'owner';
        readonly reason?: string;
        readonly scope?: string;
      }
  )[];
  readonly scopes?: Readonly<Record<string, { readonly main?: boolean }>>;
}

/** A day of the calendar: 2026-02-30 is none. */
const isDay = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

const validate = new Ajv({ allErrors: true, allowUnionTypes: true, strict: false, formats: { date: isDay } }).compile<PartnershipFile>(
  schema,
);

/** Reads and checks a file. Fault malformed (not YAML or JSON) or invalid-value (locator = place in the file, all findings in the text). */
export function readPartnershipFile(path: string): PartnershipFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('unknown-id', path, `le fichier ${path} ne peut pas être lu : vérifiez son chemin et ses droits`, { cause: error });
  }
  return checkPartnershipFile(parseText(text, path), path);
}

/** The same for a document that is already parsed. */
export function checkPartnershipFile(document: unknown, name: string): PartnershipFile {
  if (validate(document)) return document;
  // an entry of several forms is said to be wrong once, by what the nearest form says
  const found = (validate.errors ?? []).filter(error => error.keyword !== 'anyOf');
  // what may be null as well is not said to have to be null
  const errors = found.filter(error => !isNull(error) || !found.some(other => other.instancePath === error.instancePath && !isNull(other)));
  const findings = [...new Set(errors.map(error => sentence(error, document)))];
  throw new Fault(
    'invalid-value',
    placeOf(errors[0]?.instancePath ?? '', document),
    `${name} n’est pas un fichier de partenariat :\n${findings.map(line => `  - ${line}`).join('\n')}`,
  );
}

const isNull = (error: ErrorObject): boolean => error.keyword === 'type' && (error.params as { type?: unknown }).type === 'null';

function parseText(text: string, path: string): unknown {
  try {
    // dates stay the strings they are: the core schema knows no timestamps
    return parseYaml(text, { schema: 'core', maxAliasCount: 100 });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw new Fault(
      'malformed',
      path,
      `${path}${line === undefined ? '' : `, ligne ${line}`} n’est ni du YAML ni du JSON : ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`,
      { cause: error },
    );
  }
}

/** `datasets.arbres.grants.0`: entries of lists are named by their code or login where they have one. */
function placeOf(pointer: string, document: unknown): string {
  const words: string[] = [];
  let value: unknown = document;
  for (const step of pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const list = Array.isArray(value);
    value = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
    const { code, login } = (typeof value === 'object' && value !== null ? value : {}) as { code?: unknown; login?: unknown };
    words.push(list && typeof code === 'string' ? code : list && typeof login === 'string' ? login : step);
  }
  return words.join('.');
}

const types: Readonly<Record<string, string>> = {
  string: 'un texte (entre guillemets)',
  number: 'un nombre',
  integer: 'un nombre entier',
  boolean: 'true ou false',
  array: 'une liste',
  object: 'un bloc de clés',
  null: 'null',
};

/** Bounds of the schema in words; the number follows. */
const limits: Readonly<Record<string, string>> = {
  minLength: 'longueur en caractères, au moins',
  maxLength: 'longueur en caractères, au plus',
  minItems: 'nombre de valeurs, au moins',
  maxItems: 'nombre de valeurs, au plus',
  minimum: 'au moins',
  maximum: 'au plus',
};

function sentence(error: ErrorObject, document: unknown): string {
  const place = placeOf(error.instancePath, document) || 'le fichier';
  const params = error.params as {
    additionalProperty?: string;
    missingProperty?: string;
    allowedValues?: readonly unknown[];
    allowedValue?: unknown;
    type?: string | readonly string[];
    pattern?: string;
    format?: string;
    limit?: number;
  };
  if (params.additionalProperty !== undefined) return `${place} : la clé « ${params.additionalProperty} » est inconnue ici`;
  if (params.missingProperty !== undefined) return `${place} : la clé « ${params.missingProperty} » manque`;
  if (params.allowedValues) return `${place} : attendu : ${params.allowedValues.join(', ')}`;
  if (params.allowedValue !== undefined) return `${place} : attendu : ${String(params.allowedValue)}`;
  if (params.type !== undefined)
    return `${place} : attendu : ${[params.type]
      .flat()
      .map(name => types[name] ?? name)
      .join(' ou ')}`;
  if (params.pattern?.includes('{4}-') === true || params.format === 'date') return `${place} : attendu : un jour tel que 2026-12-31`;
  if (params.pattern !== undefined) return `${place} : la forme n’est pas la bonne (${params.pattern})`;
  if (params.limit !== undefined && Object.hasOwn(limits, error.keyword))
    return `${place} : ${limits[error.keyword] ?? ''} ${params.limit}`;
  return `${place} : ${error.message ?? 'valeur inattendue'}`;
}
