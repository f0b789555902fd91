// The rules a record of ours must meet: R19 (mandatory fields, INSPIRE and charter), R24 (no persons), R25 (limitation of public access),
// and what INSPIRE's metadata guidance asks beyond. Record → findings: message, path, remedy. The same result offline and on line.
import type { MetadataRecord } from './record';
import { accessLimitations, dateOf, epsgOf, useConditions } from './record';
import type { Finding } from './finding';
import { personalFindings } from './persons';
import { findTheme } from '../schemas/codelists/inspire-themes';
import { topicCategories } from '../schemas/codelists/iso19115';
import { findLimitation } from '../schemas/codelists/limitations';
import { standardTexts } from '../schemas/codelists/standard-texts';

const md = '/gmd:MD_Metadata';
const id = `${md}/gmd:identificationInfo/gmd:MD_DataIdentification`;

/** `own`: the record of one of our datasets; `free`: received, free-standing or harvested (D16, D17). */
export type RecordKind = 'own' | 'free';

interface Rule {
  readonly code: string;
  readonly field: string;
  readonly xpath: string;
  readonly rule?: string;
  readonly severity?: Finding['severity'];
  /** Scopes it does not hold for. */
  readonly notFor?: readonly string[];
  readonly missing: (record: MetadataRecord) => boolean;
  readonly message: Finding['message'];
  readonly remedy: Finding['remedy'];
}

/** Use limitations that are derived and tell nothing of the data's use. */
const texts: readonly string[] = [...Object.values<string>(standardTexts), 'Données non partagées, exception '];
const filled = (text: { readonly fr: string } | null | undefined): boolean => (text?.fr.trim() ?? '') !== '';

/** Rules of use that the owner wrote: every useLimitation that is not one of the charter's standard texts. */
export function usageRules(record: MetadataRecord): string[] {
  return record.constraints
    .flatMap(block => block.useLimitations)
    .map(entry => entry.text.fr.trim())
    .filter(text => text !== '' && !texts.some(standard => text.startsWith(standard)));
}

const missing = (what: string, en: string): Finding['message'] => ({
  fr: `${what} : champ obligatoire absent.`,
  en: `${en}: mandatory field is missing.`,
});

/** R19, field by field; each absent one is an error that names it. */
const mandatory: readonly Rule[] = [
  {
    code: 'title',
    field: 'title',
    xpath: `${id}/gmd:citation/gmd:CI_Citation/gmd:title`,
    missing: r => !filled(r.title),
    message: missing('Intitulé', 'Title'),
    remedy: { fr: 'Donner un intitulé (title.fr).', en: 'Give a title (title.fr).' },
  },
  {
    code: 'abstract',
    field: 'abstract',
    xpath: `${id}/gmd:abstract`,
    missing: r => !filled(r.abstract),
    message: missing('Résumé', 'Abstract'),
    remedy: { fr: 'Décrire la donnée en quelques phrases (abstract.fr).', en: 'Describe the data in a few sentences (abstract.fr).' },
  },
  {
    code: 'identifier',
    field: 'id',
    xpath: `${md}/gmd:fileIdentifier`,
    missing: r => (r.identifier?.trim() ?? '') === '',
    message: missing('Identifiant de la fiche', 'Record identifier'),
    remedy: { fr: 'Donner un identifiant stable et unique (id).', en: 'Give a stable, unique identifier (id).' },
  },
  {
    code: 'resource-identifier',
    field: 'id',
    xpath: `${id}/gmd:citation/gmd:CI_Citation/gmd:identifier`,
    notFor: ['service'],
    missing: r => !r.resourceIdentifiers.some(identifier => identifier.code.trim() !== ''),
    message: missing('Identificateur de ressource unique', 'Unique resource identifier'),
    remedy: { fr: "Donner l'identifiant de la ressource, une URI.", en: "Give the resource's identifier, a URI." },
  },
  {
    code: 'language',
    field: 'language',
    xpath: `${id}/gmd:language`,
    notFor: ['service'],
    missing: r => r.resourceLanguages.length === 0,
    message: missing('Langue de la ressource', 'Resource language'),
    remedy: { fr: 'Donner la langue des données (language: fre).', en: 'Give the language of the data (language: fre).' },
  },
  {
    code: 'topic-category',
    field: 'topicCategories',
    xpath: `${id}/gmd:topicCategory`,
    notFor: ['service'],
    missing: r => !r.topicCategories.some(code => code in topicCategories),
    message: missing('Catégorie thématique ISO', 'ISO topic category'),
    remedy: {
      fr: 'Choisir au moins une des 19 catégories (topicCategories).',
      en: 'Choose at least one of the 19 categories (topicCategories).',
    },
  },
  {
    code: 'keyword',
    field: 'keywords',
    xpath: `${id}/gmd:descriptiveKeywords`,
    missing: r => !r.keywords.some(block => block.keywords.some(keyword => filled(keyword.text))),
    message: missing('Mot clé', 'Keyword'),
    remedy: { fr: 'Donner au moins un mot clé (keywords, inspireThemes).', en: 'Give at least one keyword (keywords, inspireThemes).' },
  },
  {
    code: 'bbox',
    field: 'bbox',
    xpath: `${id}/gmd:extent/gmd:EX_Extent/gmd:geographicElement/gmd:EX_GeographicBoundingBox`,
    notFor: ['service'],
    missing: r => r.boxes.length === 0,
    message: missing('Rectangle de délimitation', 'Bounding box'),
    remedy: {
      fr: 'Charger les données, ou donner bbox: [ouest, sud, est, nord].',
      en: 'Load the data, or give bbox: [west, south, east, north].',
    },
  },
  {
    code: 'revision-date',
    field: 'dates',
    xpath: `${id}/gmd:citation/gmd:CI_Citation/gmd:date`,
    missing: r => dateOf(r, 'revision') === null,
    message: missing('Date de révision', 'Revision date'),
    remedy: { fr: 'Donner la date de dernière mise à jour (dates.revision).', en: 'Give the date of the last update (dates.revision).' },
  },
  {
    code: 'lineage',
    field: 'lineage',
    xpath: `${md}/gmd:dataQualityInfo/gmd:DQ_DataQuality/gmd:lineage/gmd:LI_Lineage/gmd:statement`,
    notFor: ['service'],
    missing: r => !filled(r.lineage),
    message: missing('Généalogie', 'Lineage'),
    remedy: { fr: 'Dire les sources et les traitements (lineage.fr).', en: 'Tell sources and treatments (lineage.fr).' },
  },
  {
    code: 'usage-scale',
    field: 'usageScale',
    xpath: `${id}/gmd:spatialResolution/gmd:MD_Resolution/gmd:equivalentScale`,
    notFor: ['service'],
    missing: r => r.denominators.length === 0 && r.distances.length === 0,
    message: missing("Échelle d'utilisation", 'Usage scale'),
    remedy: { fr: "Donner le dénominateur de l'échelle (usageScale: 2000).", en: 'Give the scale denominator (usageScale: 2000).' },
  },
  {
    code: 'usage-rules',
    field: 'usageRules',
    xpath: `${id}/gmd:resourceConstraints/gmd:MD_LegalConstraints/gmd:useLimitation`,
    missing: r => usageRules(r).length === 0,
    message: missing("Règles d'utilisation", 'Usage rules'),
    remedy: {
      fr: 'Dire pour quel usage la donnée est faite et ses limites (usageRules.fr).',
      en: 'Tell what the data are fit for and their limits (usageRules.fr).',
    },
  },
  {
    code: 'crs',
    field: 'crs',
    xpath: `${md}/gmd:referenceSystemInfo/gmd:MD_ReferenceSystem`,
    notFor: ['service'],
    missing: r => r.referenceSystems.length === 0,
    message: missing('Système de coordonnées', 'Coordinate reference system'),
    remedy: { fr: 'Donner le système de coordonnées (crs: EPSG:2154).', en: 'Give the coordinate reference system (crs: EPSG:2154).' },
  },
  {
    code: 'format',
    field: 'format',
    xpath: `${md}/gmd:distributionInfo/gmd:MD_Distribution/gmd:distributionFormat/gmd:MD_Format`,
    notFor: ['service'],
    missing: r => r.formats.length === 0,
    message: missing('Format', 'Format'),
    remedy: {
      fr: 'Donner le format et sa version (format: {name, version}).',
      en: 'Give the format and its version (format: {name, version}).',
    },
  },
  {
    code: 'conformity',
    field: 'conformity',
    xpath: `${md}/gmd:dataQualityInfo/gmd:DQ_DataQuality/gmd:report/gmd:DQ_DomainConsistency`,
    missing: r => r.conformity.length === 0,
    message: missing('Conformité', 'Conformity'),
    remedy: {
      fr: 'Déclarer la conformité au règlement 1089/2010 : vrai, faux ou non évaluée.',
      en: 'Declare conformity to Regulation 1089/2010: true, false or not evaluated.',
    },
  },
  {
    code: 'conditions',
    field: 'conditions',
    xpath: `${id}/gmd:resourceConstraints/gmd:MD_LegalConstraints/gmd:otherConstraints`,
    missing: r => useConditions(r).length === 0 && !r.constraints.some(block => block.use.length > 0 && block.other.length > 1),
    message: missing("Conditions d'accès et d'utilisation", 'Conditions of access and use'),
    remedy: { fr: 'Donner les conditions (conditions.fr) ou la licence.', en: 'Give the conditions (conditions.fr) or the licence.' },
  },
  {
    code: 'limitation',
    field: 'limitation',
    xpath: `${id}/gmd:resourceConstraints/gmd:MD_LegalConstraints/gmd:accessConstraints`,
    rule: 'R25',
    missing: r => accessLimitations(r).length === 0,
    message: missing("Restriction d'accès public", 'Limitation on public access'),
    remedy: { fr: 'Donner limitation: none, ou le motif 13.1.a à 13.1.h.', en: 'Give limitation: none, or the ground 13.1.a to 13.1.h.' },
  },
  {
    code: 'responsible-party',
    field: 'contact',
    xpath: `${id}/gmd:pointOfContact/gmd:CI_ResponsibleParty`,
    missing: r => !r.pointsOfContact.some(party => filled(party.organisation) && (party.email?.trim() ?? '') !== ''),
    message: missing('Organisme responsable et son courriel', 'Responsible organisation and its e-mail'),
    remedy: {
      fr: 'Donner contact: {organisation, email} (adresse fonctionnelle).',
      en: 'Give contact: {organisation, email} (functional address).',
    },
  },
  {
    code: 'metadata-contact',
    field: 'contact',
    xpath: `${md}/gmd:contact/gmd:CI_ResponsibleParty`,
    missing: r => !r.contacts.some(party => filled(party.organisation) && (party.email?.trim() ?? '') !== ''),
    message: missing('Contact de la fiche', 'Metadata contact'),
    remedy: {
      fr: 'Donner contact: {organisation, email} (adresse fonctionnelle).',
      en: 'Give contact: {organisation, email} (functional address).',
    },
  },
  {
    code: 'metadata-date',
    field: 'dateStamp',
    xpath: `${md}/gmd:dateStamp`,
    missing: r => r.dateStamp === null,
    message: missing('Date de la fiche', 'Metadata date'),
    remedy: { fr: 'Donner la date de la fiche (gmd:dateStamp).', en: 'Give the date of the record (gmd:dateStamp).' },
  },
  {
    code: 'metadata-language',
    field: 'language',
    xpath: `${md}/gmd:language`,
    missing: r => r.language === null,
    message: missing('Langue de la fiche', 'Metadata language'),
    remedy: { fr: 'Donner la langue de la fiche (language: fre).', en: 'Give the language of the record (language: fre).' },
  },
];

/** What INSPIRE asks beyond; warnings: they do not keep a layer from being served. */
const advice: readonly Rule[] = [
  {
    code: 'inspire-theme',
    field: 'inspireThemes',
    xpath: `${id}/gmd:descriptiveKeywords/gmd:MD_Keywords`,
    notFor: ['service'],
    missing: r => !r.keywords.some(block => block.keywords.some(keyword => findTheme(keyword.uri ?? keyword.text.fr) !== undefined)),
    message: { fr: 'Aucun thème INSPIRE parmi les mots clés.', en: 'No INSPIRE theme among the keywords.' },
    remedy: { fr: 'Si la donnée relève de la directive, donner inspireThemes.', en: 'If the data are in scope, give inspireThemes.' },
  },
  {
    code: 'limitation-code',
    field: 'limitation',
    xpath: `${id}/gmd:resourceConstraints/gmd:MD_LegalConstraints/gmd:otherConstraints`,
    missing: r => {
      const written = accessLimitations(r);
      return written.length > 0 && !written.some(entry => findLimitation(entry.uri ?? '') ?? findLimitation(entry.text.fr));
    },
    message: {
      fr: "La restriction d'accès public n'est pas une valeur de la liste INSPIRE.",
      en: 'The limitation on public access is no value of the INSPIRE list.',
    },
    remedy: { fr: 'Écrire limitation: none ou 13.1.a à 13.1.h.', en: 'Write limitation: none or 13.1.a to 13.1.h.' },
  },
  {
    code: 'constraints-mixed',
    field: 'conditions',
    xpath: `${id}/gmd:resourceConstraints/gmd:MD_LegalConstraints`,
    missing: r => r.constraints.some(block => block.access.length > 0 && block.use.length > 0),
    message: {
      fr: "Un même bloc mêle restrictions d'accès et conditions d'utilisation : la licence sera mal comprise des portails.",
      en: 'One block mixes limitations of access and conditions of use: portals will misread the licence.',
    },
    remedy: { fr: 'Séparer en deux blocs MD_LegalConstraints.', en: 'Split into two MD_LegalConstraints blocks.' },
  },
  {
    code: 'bbox-order',
    field: 'bbox',
    xpath: `${id}/gmd:extent/gmd:EX_Extent/gmd:geographicElement/gmd:EX_GeographicBoundingBox`,
    missing: r => r.boxes.some(box => box.minX > box.maxX || box.minY > box.maxY),
    message: {
      fr: 'Rectangle de délimitation inversé (ouest > est ou sud > nord).',
      en: 'Bounding box turned round (west > east or south > north).',
    },
    remedy: { fr: "Rétablir l'ordre : ouest, sud, est, nord.", en: 'Restore the order: west, south, east, north.' },
  },
  {
    code: 'resolution-both',
    field: 'usageScale',
    xpath: `${id}/gmd:spatialResolution`,
    missing: r => r.denominators.length > 0 && r.distances.length > 0,
    message: { fr: 'Échelle et distance sont données ensemble.', en: 'Scale and distance are given together.' },
    remedy: { fr: "N'en garder qu'une.", en: 'Keep one of them.' },
  },
  {
    code: 'crs-unknown',
    field: 'crs',
    xpath: `${md}/gmd:referenceSystemInfo/gmd:MD_ReferenceSystem/gmd:referenceSystemIdentifier`,
    missing: r => r.referenceSystems.length > 0 && !r.referenceSystems.some(reference => epsgOf(reference) !== null),
    message: {
      fr: "Aucun code EPSG n'est lisible dans le système de coordonnées.",
      en: 'No EPSG code can be read in the reference system.',
    },
    remedy: {
      fr: "Écrire l'URI http://www.opengis.net/def/crs/EPSG/0/2154.",
      en: 'Write the URI http://www.opengis.net/def/crs/EPSG/0/2154.',
    },
  },
  {
    code: 'scope',
    field: 'scope',
    xpath: `${md}/gmd:hierarchyLevel`,
    missing: r => !['dataset', 'series', 'service'].includes(r.scope ?? ''),
    message: {
      fr: "Le type de ressource n'est ni dataset, ni series, ni service.",
      en: 'The resource type is neither dataset, series nor service.',
    },
    remedy: { fr: 'Écrire MD_ScopeCode dataset, series ou service.', en: 'Write MD_ScopeCode dataset, series or service.' },
  },
];

function applied(rules: readonly Rule[], severity: Finding['severity'], record: MetadataRecord): Finding[] {
  return rules
    .filter(rule => !rule.notFor?.includes(record.scope ?? '') && rule.missing(record))
    .map(rule => ({
      severity,
      code: severity === 'error' ? `${rule.code}.missing` : rule.code,
      field: rule.field,
      message: rule.message,
      xpath: rule.xpath,
      remedy: rule.remedy,
      rule: rule.rule ?? 'R19',
    }));
}

/**
 * All findings of a record: errors first, in the order of R19. An absent mandatory field is an error in ours and in received records alike;
 * a person's name, e-mail or telephone is an error in ours and a warning in received ones (R24, D16).
 */
export function validate(record: MetadataRecord, kind: RecordKind): Finding[] {
  const persons = personalFindings(record, kind === 'own' ? 'error' : 'warning');
  const all = [...applied(mandatory, 'error', record), ...persons, ...applied(advice, 'warning', record)];
  return [...all.filter(finding => finding.severity === 'error'), ...all.filter(finding => finding.severity === 'warning')];
}
