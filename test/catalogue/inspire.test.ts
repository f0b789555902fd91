// R19, R24, R25: each missing field is an error that names it; persons never pass in our own records.
import { completeRecord } from '../../catalogue/derive';
import { errorsOf } from '../../catalogue/finding';
import { recordFromFields } from '../../catalogue/fields';
import { validate } from '../../catalogue/inspire';
import { personalEmail } from '../../catalogue/persons';
import type { MetadataRecord } from '../../catalogue/record';
import { emptyRecord } from '../../catalogue/record';
import { findLimitation } from '../../schemas/codelists/limitations';
import { findTheme, inspireThemes } from '../../schemas/codelists/inspire-themes';
import { languageCode } from '../../schemas/codelists/languages';
import { topicCategories } from '../../schemas/codelists/iso19115';
import { trees, written } from './fixtures';

const complete: MetadataRecord = { ...completeRecord(recordFromFields(written), trees), dateStamp: '2026-06-15' };
const without = (change: Partial<MetadataRecord>): MetadataRecord => ({ ...complete, ...change });
const errors = (record: MetadataRecord): (readonly [string, string])[] =>
  errorsOf(validate(record, 'own')).map(finding => [finding.code, finding.field]);
const person = {
  organisation: { fr: 'Ville' },
  individual: null,
  position: null,
  email: 'sig@ville.example',
  phone: null,
  url: null,
  role: 'pointOfContact',
};

describe('R19: a record lacks one mandatory field', () => {
  test.each<[string, string, Partial<MetadataRecord>]>([
    ['title.missing', 'title', { title: { fr: '  ' } }],
    ['abstract.missing', 'abstract', { abstract: null }],
    ['identifier.missing', 'id', { identifier: null }],
    ['resource-identifier.missing', 'id', { resourceIdentifiers: [] }],
    ['language.missing', 'language', { resourceLanguages: [] }],
    ['topic-category.missing', 'topicCategories', { topicCategories: ['gardening'] }],
    ['keyword.missing', 'keywords', { keywords: [] }],
    ['bbox.missing', 'bbox', { boxes: [] }],
    ['revision-date.missing', 'dates', { dates: [{ type: 'creation', date: '2020' }] }],
    ['lineage.missing', 'lineage', { lineage: null }],
    ['usage-scale.missing', 'usageScale', { denominators: [] }],
    [
      'usage-rules.missing',
      'usageRules',
      {
        constraints: complete.constraints.map(block => ({
          ...block,
          useLimitations: block.useLimitations.filter(entry => !entry.text.fr.startsWith('Localisation')),
        })),
      },
    ],
    ['crs.missing', 'crs', { referenceSystems: [] }],
    ['format.missing', 'format', { formats: [] }],
    ['conformity.missing', 'conformity', { conformity: [] }],
    [
      'conditions.missing',
      'conditions',
      {
        constraints: complete.constraints
          .filter(block => block.other.every(entry => !entry.uri?.includes('spdx')))
          .concat({ useLimitations: [{ text: { fr: 'Règle' }, uri: null }], access: [], use: [], other: [], classification: null }),
      },
    ],
    ['limitation.missing', 'limitation', { constraints: complete.constraints.filter(block => block.access.length === 0) }],
    ['responsible-party.missing', 'contact', { pointsOfContact: [{ ...person, email: null }] }],
    ['metadata-contact.missing', 'contact', { contacts: [] }],
    ['metadata-date.missing', 'dateStamp', { dateStamp: null }],
    ['metadata-language.missing', 'language', { language: null }],
  ])('%s names the field %s', (code, field, change) => {
    expect(errors(without(change))).toEqual([[code, field]]);
    const [finding] = errorsOf(validate(without(change), 'own'));
    expect(finding?.xpath).toMatch(/^\/gmd:MD_Metadata/);
    expect(finding?.message.fr).not.toBe('');
    expect(finding?.remedy.en).not.toBe('');
  });

  test('a complete record has none; an empty one has them all, in the order of the rule', () => {
    expect(errors(complete)).toEqual([]);
    expect(errors(emptyRecord)).toHaveLength(21);
    expect(errors(emptyRecord)[0]).toEqual(['title.missing', 'title']);
  });

  test('the charter’s standard texts are no usage rules (R25)', () => {
    const record = completeRecord(recordFromFields({ ...written, usageRules: undefined }), trees);
    expect(errors({ ...record, dateStamp: '2026-01-01' })).toEqual([['usage-rules.missing', 'usageRules']]);
  });

  test('a service needs neither scale nor reference system', () => {
    const codes = errors({ ...emptyRecord, scope: 'service' }).map(([code]) => code);
    expect(codes).not.toContain('usage-scale.missing');
    expect(codes).toContain('title.missing');
  });
});

describe('R24: persons', () => {
  test.each<[string, Partial<MetadataRecord>]>([
    ['person.name', { contacts: [{ ...person, individual: 'Jeanne Martin' }] }],
    ['person.email', { pointsOfContact: [{ ...person, email: 'jeanne.martin@ville.example' }] }],
    ['person.phone', { pointsOfContact: [{ ...person, phone: '01 23 45 67 89' }] }],
    ['person.name', { otherParties: [{ ...person, individual: 'Jeanne Martin' }] }],
  ])('%s is an error in our own record and a warning in a received one', (code, change) => {
    expect(errors(without(change))).toEqual([[code, 'contact']]);
    const received = validate(without(change), 'free').find(finding => finding.code === code);
    expect([received?.severity, received?.rule]).toEqual(['warning', 'R24']);
  });

  test.each([
    ['jeanne.martin@ville.example', true],
    ['j.martin@ville.example', true],
    ['jeanne@gmail.com', true],
    ['sig@ville.example', false],
    ['service.sig@ville.example', false],
    ['geomatique@ville.example', false],
    ['contact.mairie@orange.fr', false],
    ['not an address', false],
  ])('%s: personal %s', (address, personal) => {
    expect(personalEmail(address)).toBe(personal);
  });
});

describe('advice: warnings do not keep a record from being published', () => {
  test.each<[string, Partial<MetadataRecord>]>([
    ['inspire-theme', { keywords: [{ thesaurus: null, type: null, keywords: [{ text: { fr: 'arbre' }, uri: null }] }] }],
    [
      'limitation-code',
      {
        constraints: [
          {
            useLimitations: [{ text: { fr: 'Règle' }, uri: null }],
            access: ['otherRestrictions'],
            use: [],
            other: [{ text: { fr: 'secret' }, uri: null }],
            classification: null,
          },
          ...complete.constraints.filter(block => block.use.length > 0),
        ],
      },
    ],
    ['bbox-order', { boxes: [{ minX: 3, minY: 48, maxX: 2, maxY: 49 }] }],
    ['resolution-both', { distances: [{ value: 1, unit: 'm' }] }],
    ['crs-unknown', { referenceSystems: [{ code: 'Paris 1900', codeSpace: null, uri: null }] }],
    ['scope', { scope: 'nonGeographicDataset' }],
  ])('%s', (code, change) => {
    const findings = validate(without(change), 'own');
    expect(findings.map(finding => [finding.severity, finding.code])).toContainEqual(['warning', code]);
    expect(errorsOf(findings)).toEqual([]);
  });

  test('limitations of access mixed with conditions of use', () => {
    const [access, ...rest] = complete.constraints;
    const mixed = access ? [{ ...access, use: ['otherRestrictions'] }, ...rest] : [];
    expect(validate(without({ constraints: mixed }), 'own').map(finding => finding.code)).toContain('constraints-mixed');
  });
});

describe('code lists', () => {
  test('34 themes with their exact French names, found by code, address and name', () => {
    expect(inspireThemes).toHaveLength(34);
    for (const written of ['ad', 'Adresses', 'ADDRESSES', 'http://inspire.ec.europa.eu/theme/ad', 'https://inspire.ec.europa.eu/theme/ad/'])
      expect(findTheme(written)?.code).toBe('ad');
    expect(findTheme('Sources d’énergie')?.code).toBe('er');
    expect(findTheme('Répartition de la population - démographie')?.code).toBe('pd');
    expect(findTheme('licornes')).toBeUndefined();
  });

  test('19 topic categories', () => {
    expect(Object.keys(topicCategories)).toHaveLength(19);
  });

  test.each([
    ['none', 'none', null],
    ['Pas de restriction d’accès public selon INSPIRE', 'none', null],
    ["Pas de restriction d'accès public", 'none', null],
    ['13.1.a', '13.1.a', 'L124-4-I-1'],
    ['13.1.b', '13.1.b', 'L124-5-II-1'],
    ['13(1)(e)', '13.1.e', 'L124-5-II-3'],
    ['https://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1h', '13.1.h', 'L124-4-I-2'],
    ["L124-4-I-3 du code de l'environnement (Directive 2007/2/CE (INSPIRE), Article 13.1.g)", '13.1.g', 'L124-4-I-3'],
  ])('limitation %s', (text, code, article) => {
    expect([findLimitation(text)?.code, findLimitation(text)?.article]).toEqual([code, article]);
  });

  test('languages become ISO 639-2/B', () => {
    expect(['fr', 'fra', 'FRE', 'fr-FR', 'fre; FRA', 'Français', 'en', 'deu', 'xyz'].map(languageCode)).toEqual([
      'fre',
      'fre',
      'fre',
      'fre',
      'fre',
      'fre',
      'eng',
      'ger',
      'xyz',
    ]);
  });
});
