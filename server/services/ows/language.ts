// The language parameter of INSPIRE: ISO 639-2/B, two-letter forms accepted on input; unknown or absent is the default, never an error.
import type { Language } from '../../core/model/text';

const codes: Readonly<Record<string, Language>> = { fre: 'fr', fra: 'fr', fr: 'fr', eng: 'en', en: 'en' };

/** Language of the answer: the parameter's (`LANGUAGE`), else the request's own. */
export function languageOf(parameter: string | undefined, otherwise: Language): Language {
  const wanted = parameter?.trim().toLowerCase().split(/[-,;]/)[0] ?? '';
  return Object.hasOwn(codes, wanted) ? (codes[wanted] ?? otherwise) : otherwise;
}

/** ISO 639-2/B code, as INSPIRE writes it. */
export const bibliographicCode = (language: Language): 'fre' | 'eng' => (language === 'en' ? 'eng' : 'fre');
