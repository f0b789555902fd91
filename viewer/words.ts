// Which language is spoken, and how sentences, numbers, dates and waits are said in it.
import { sentences } from './sentences';
import { toolSentences } from './sentences-tools';

export type Language = 'fr' | 'en';

/** `?lang` first, then that of a permalink, else French, unless the browser prefers English. */
export function chooseLanguage(search: string, hash: string, preferred: readonly string[]): Language {
  const linked = new URLSearchParams(hash.replace(/^#/, '')).get('lang');
  const asked = (new URLSearchParams(search).get('lang') ?? linked)?.toLowerCase().slice(0, 2);
  if (asked === 'fr' || asked === 'en') return asked;
  for (const tag of preferred) {
    const short = tag.slice(0, 2).toLowerCase();
    if (short === 'fr' || short === 'en') return short;
  }
  return 'fr';
}

export const language: Language = chooseLanguage(location.search, location.hash, navigator.languages);

const words = { ...sentences, ...toolSentences };

export type Word = keyof typeof words;

/** The sentence in the language of the page, `{name}` replaced by the value of that name. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  // « » do not part from what they hold
  const text = words[word][language === 'fr' ? 0 : 1].replaceAll('« ', '«\u00a0').replaceAll(' »', '\u00a0»');
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
const integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });

/** `25 000`, `25,000`. */
export const wholeNumber = (value: number): string => integers.format(value);
export const decimal = (value: number): string => decimals.format(value);
/** With a fixed number of decimals. */
export const decimalPlaces = (value: number, places: number): string =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places }).format(value);

/** A partial or whole ISO date in words; anything else as it is written. */
export function dateInWords(written: string): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T|$)/.exec(written) ?? [];
  if (year === undefined) return written;
  const date = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
  const shape: Intl.DateTimeFormatOptions = day ? { dateStyle: 'long' } : month ? { year: 'numeric', month: 'long' } : { year: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...shape, timeZone: 'UTC' }).format(date);
}

/** A calendar day where the page is read. */
export const dayInWords = (date: Date): string => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(date);

/** A waiting time in seconds, in words. */
export const waitInWords = (seconds: number): string =>
  seconds < 90 ? say('second', { n: Math.max(1, Math.ceil(seconds)) }) : say('minutes', { n: Math.ceil(seconds / 60) });
