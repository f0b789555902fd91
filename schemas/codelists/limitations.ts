// Limitations on public access and conditions of access and use, as INSPIRE and the French guide write them.
// Sources: http://inspire.ec.europa.eu/metadata-codelist (European Commission); articles of the code de l'environnement (guide de saisie CNIG).
import type { Text } from '../../server/core/model/text';

const list = 'http://inspire.ec.europa.eu/metadata-codelist';

/** `none`, or the ground of article 13(1) of the directive. */
export type LimitationCode = 'none' | '13.1.a' | '13.1.b' | '13.1.c' | '13.1.d' | '13.1.e' | '13.1.f' | '13.1.g' | '13.1.h';

export interface Limitation {
  readonly code: LimitationCode;
  readonly uri: string;
  readonly label: Text;
  /** Article of the code de l'environnement. */
  readonly article: string | null;
}

const ground = (letter: 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h', article: string): Limitation => ({
  code: `13.1.${letter}`,
  uri: `${list}/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1${letter}`,
  label: {
    fr: `${article} du code de l'environnement (Directive 2007/2/CE (INSPIRE), Article 13.1.${letter})`,
    en: `public access limited according to Article 13(1)(${letter}) of the INSPIRE Directive`,
  },
  article,
});

export const limitations: readonly Limitation[] = [
  {
    code: 'none',
    uri: `${list}/LimitationsOnPublicAccess/noLimitations`,
    label: { fr: "Pas de restriction d'accès public selon INSPIRE", en: 'no limitations to public access' },
    article: null,
  },
  ground('a', 'L124-4-I-1'),
  ground('b', 'L124-5-II-1'),
  ground('c', 'L124-5-II-2'),
  ground('d', 'L124-4-I-1'),
  ground('e', 'L124-5-II-3'),
  ground('f', 'L124-4-I-1'),
  ground('g', 'L124-4-I-3'),
  ground('h', 'L124-4-I-2'),
];

/** The limitation of a code (`13.1.a`, `13(1)(a)`, `none`), of its URI or of its exact French label. */
export function findLimitation(written: string): Limitation | undefined {
  const text = written.trim();
  const letter = /(?:13[._(]?1\)?[._(]?|13_1)([a-h])\)?$/i.exec(text)?.[1]?.toLowerCase();
  const plain = text.replace(/[’‘]/g, "'").toLowerCase();
  return limitations.find(
    limitation =>
      limitation.code === plain ||
      (letter !== undefined && limitation.code === `13.1.${letter}`) ||
      limitation.uri.replace(/^http:/, '').toLowerCase() === plain.replace(/^https?:/, '') ||
      limitation.label.fr.toLowerCase() === plain ||
      (limitation.code === 'none' && /^pas de restriction d'acc[eè]s public\b/.test(plain)),
  );
}

/** Conditions applying to access and use that have a code; any other is free text or a licence. */
export const conditionsOfUse: readonly { readonly code: string; readonly uri: string; readonly label: Text }[] = [
  {
    code: 'noConditionsApply',
    uri: `${list}/ConditionsApplyingToAccessAndUse/noConditionsApply`,
    label: { fr: "Aucune condition ne s'applique", en: 'no conditions to access and use' },
  },
  {
    code: 'conditionsUnknown',
    uri: `${list}/ConditionsApplyingToAccessAndUse/conditionsUnknown`,
    label: { fr: 'Conditions inconnues', en: 'conditions to access and use unknown' },
  },
];

/** Licences by the identifiers that a partnership file uses (SPDX), with the address and the name to show. */
export const licences: Readonly<Record<string, { readonly uri: string; readonly label: string }>> = {
  'etalab-2.0': { uri: 'http://spdx.org/licenses/etalab-2.0', label: 'Licence Ouverte / Open Licence version 2.0' },
  'ODbL-1.0': { uri: 'http://spdx.org/licenses/ODbL-1.0', label: 'Open Database License (ODbL) version 1.0' },
  'CC-BY-4.0': { uri: 'http://spdx.org/licenses/CC-BY-4.0', label: 'Creative Commons Attribution 4.0 International' },
  'CC0-1.0': { uri: 'http://spdx.org/licenses/CC0-1.0', label: 'Creative Commons Zero v1.0 Universal' },
};
