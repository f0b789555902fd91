// The fields of a record as a person writes them in the partnership file (inline form): typed, and turned into the pivot.
import type { Envelope } from '../server/core/model/geometry';
import type { Text } from '../server/core/model/text';
import type { Anchored, Conformity, Constraints, DateEntry, Keywords, MetadataRecord, Party } from './record';
import { emptyRecord } from './record';
import { languageCode } from '../schemas/codelists/languages';
import { findTheme, themeUri } from '../schemas/codelists/inspire-themes';
import { findLimitation, licences, limitations } from '../schemas/codelists/limitations';

/** What may be written inline; everything is optional, what is missing is derived from the data or reported. */
export interface RecordFields {
  readonly id?: string | undefined;
  readonly title?: Text | undefined;
  readonly abstract?: Text | undefined;
  readonly language?: string | undefined;
  readonly topicCategories?: readonly string[] | undefined;
  readonly keywords?: readonly (string | Text)[] | undefined;
  /** Codes (`ad`), URIs or names of INSPIRE themes. */
  readonly inspireThemes?: readonly string[] | undefined;
  /** west, south, east, north in degrees. */
  readonly bbox?: readonly number[] | undefined;
  readonly dates?:
    | { readonly creation?: string | undefined; readonly publication?: string | undefined; readonly revision?: string | undefined }
    | undefined;
  readonly lineage?: Text | undefined;
  readonly usageScale?: number | undefined;
  readonly usageRules?: Text | undefined;
  readonly crs?: string | undefined;
  readonly format?: { readonly name: string; readonly version?: string | number | undefined } | undefined;
  readonly conformity?:
    | readonly { readonly title: string | Text; readonly date?: string | undefined; readonly degree?: boolean | null | undefined }[]
    | undefined;
  readonly conditions?: Text | undefined;
  /** `none`, `13.1.a` … `13.1.h`, or a text such as « hors champ INSPIRE » (Q17). */
  readonly limitation?: string | undefined;
  readonly licence?: string | undefined;
  readonly contact?: { readonly organisation: string; readonly email: string } | undefined;
}

export const anchored = (text: string | Text, uri: string | null = null): Anchored => ({
  text: typeof text === 'string' ? { fr: text } : text,
  uri,
});

/** The GEMET thesaurus of INSPIRE themes, as the metadata guidance wants it cited (TG requirement 1.4). */
export const inspireThesaurus = {
  title: anchored('GEMET - INSPIRE themes, version 1.0', 'http://www.eionet.europa.eu/gemet/inspire_themes'),
  dates: [{ type: 'publication', date: '2008-06-01' }],
};

/** Regulation 1089/2010 by its French title, with the anchor that every language understands. */
export const regulation1089: Conformity['specification'] = {
  title: anchored(
    "RÈGLEMENT (UE) N o 1089/2010 DE LA COMMISSION du 23 novembre 2010 portant modalités d'application de la directive 2007/2/CE du Parlement européen et du Conseil en ce qui concerne l'interopérabilité des séries et des services de données géographiques",
    'http://data.europa.eu/eli/reg/2010/1089',
  ),
  dates: [{ type: 'publication', date: '2010-12-08' }],
};

/** An organisation's party with that role; no person (R24). */
export const partyOf = (organisation: string, email: string | null, role: string): Party => ({
  organisation: { fr: organisation },
  individual: null,
  position: null,
  email,
  phone: null,
  url: null,
  role,
});

/** Keyword blocks: INSPIRE themes under their thesaurus, free keywords apart. */
export function keywordBlocks(themes: readonly string[], free: readonly (string | Text)[]): Keywords[] {
  const found = themes.map(written => ({ written, theme: findTheme(written) }));
  const official = found.flatMap(({ theme }) => (theme ? [anchored({ fr: theme.fr, en: theme.en }, themeUri(theme.code))] : []));
  const rest = [...found.flatMap(({ written, theme }) => (theme ? [] : [written])), ...free];
  return [
    ...(official.length > 0 ? [{ thesaurus: inspireThesaurus, type: 'theme', keywords: official }] : []),
    ...(rest.length > 0 ? [{ thesaurus: null, type: 'theme', keywords: rest.map(word => anchored(word)) }] : []),
  ];
}

/** Block A: the limitation of public access (TG requirement C.17), with the French label. */
export function limitationBlock(written: string): Constraints {
  const limitation = findLimitation(written);
  return {
    useLimitations: [],
    access: ['otherRestrictions'],
    use: [],
    other: [limitation ? anchored(limitation.label, limitation.uri) : anchored(written)],
    classification: null,
  };
}

/** Block B: conditions of use (TG requirement C.18), the licence by its address. */
export function conditionsBlock(conditions: Text | undefined, licence: string | null, rules: readonly Text[]): Constraints | null {
  const known = licence === null ? undefined : licences[licence];
  const other = [
    ...(licence === null ? [] : [known ? anchored(known.label, known.uri) : anchored(licence)]),
    ...(conditions ? [anchored(conditions)] : []),
  ];
  if (other.length === 0 && rules.length === 0) return null;
  return {
    useLimitations: rules.map(text => anchored(text)),
    access: [],
    use: other.length === 0 ? [] : licence === null ? ['otherRestrictions'] : ['license', 'otherRestrictions'],
    other,
    classification: null,
  };
}

function box(values: readonly number[] | undefined): Envelope[] {
  const [minX, minY, maxX, maxY] = values ?? [];
  return minX === undefined || minY === undefined || maxX === undefined || maxY === undefined ? [] : [{ minX, minY, maxX, maxY }];
}

function dates(written: RecordFields['dates']): DateEntry[] {
  return (['creation', 'publication', 'revision'] as const).flatMap(type => {
    const date = written?.[type];
    return date === undefined ? [] : [{ type, date }];
  });
}

/** `EPSG:2154` as the guidance writes it: the URI, without codeSpace. */
export function referenceOf(written: string): MetadataRecord['referenceSystems'][number] {
  const code = /(\d{4,6})\s*\)?\s*$/.exec(written)?.[1];
  return code === undefined
    ? { code: written, codeSpace: null, uri: null }
    : { code: `EPSG:${code}`, codeSpace: null, uri: `http://www.opengis.net/def/crs/EPSG/0/${code}` };
}

/** The pivot of what a person wrote inline. Nothing is invented here: derive.ts completes it. */
export function recordFromFields(fields: RecordFields): MetadataRecord {
  const language = fields.language === undefined ? null : languageCode(fields.language);
  const conditions = conditionsBlock(fields.conditions, fields.licence ?? null, fields.usageRules ? [fields.usageRules] : []);
  return {
    ...emptyRecord,
    identifier: fields.id ?? null,
    title: fields.title ?? null,
    abstract: fields.abstract ?? null,
    resourceLanguages: language === null ? [] : [language],
    topicCategories: fields.topicCategories ?? [],
    keywords: keywordBlocks(fields.inspireThemes ?? [], fields.keywords ?? []),
    boxes: box(fields.bbox),
    dates: dates(fields.dates),
    lineage: fields.lineage ?? null,
    denominators: fields.usageScale === undefined ? [] : [fields.usageScale],
    constraints: [
      ...(fields.limitation === undefined ? [] : [limitationBlock(fields.limitation)]),
      ...(conditions === null ? [] : [conditions]),
    ],
    referenceSystems: fields.crs === undefined ? [] : [referenceOf(fields.crs)],
    formats: fields.format
      ? [{ name: fields.format.name, version: fields.format.version === undefined ? null : String(fields.format.version) }]
      : [],
    conformity: (fields.conformity ?? []).map(entry => ({
      specification: { title: anchored(entry.title), dates: entry.date === undefined ? [] : [{ type: 'publication', date: entry.date }] },
      degree: entry.degree ?? null,
      explanation: null,
    })),
    contacts: fields.contact ? [partyOf(fields.contact.organisation, fields.contact.email, 'pointOfContact')] : [],
    pointsOfContact: fields.contact ? [partyOf(fields.contact.organisation, fields.contact.email, 'owner')] : [],
  };
}

/** Whether a text of limitation is one of the list; for messages of the partnership file. */
export const knownLimitation = (written: string): boolean => limitations.some(limitation => limitation === findLimitation(written));
