// Language codes: ISO 639-2/B, which INSPIRE wants, from the spellings that are met (ISO 639-1, 639-2/T, names).
// Source: ISO 639-2 (Library of Congress).

const spellings: Readonly<Record<string, string>> = {
  fr: 'fre', fra: 'fre', français: 'fre', francais: 'fre', french: 'fre',
  en: 'eng', english: 'eng', anglais: 'eng',
  de: 'ger', deu: 'ger', nl: 'dut', nld: 'dut', es: 'spa', it: 'ita', pt: 'por', da: 'dan', sv: 'swe', fi: 'fin', pl: 'pol',
  cs: 'cze', ces: 'cze', sk: 'slo', slk: 'slo', el: 'gre', ell: 'gre', ro: 'rum', ron: 'rum', eu: 'baq', eus: 'baq', br: 'bre',
  bg: 'bul', hr: 'hrv', hu: 'hun', et: 'est', lv: 'lav', lt: 'lit', sl: 'slv', mt: 'mlt', ga: 'gle', ca: 'cat', oc: 'oci', co: 'cos',
}; // prettier-ignore

/** `fre` for `fr`, `fra`, `FRE`, `fre; FRA`, `fr-FR`; an unknown spelling is given back in lower case. */
export function languageCode(written: string): string {
  const text = written.trim().toLowerCase();
  const head = text.split(/[-_;, ]/)[0] ?? text;
  return spellings[text] ?? spellings[head] ?? head;
}
