// Sentences of the import in the reader's language: each is written in both where it is needed.
import type { Language } from './text';

/** Picks one of the two sentences. */
export type Say = (fr: string, en: string) => string;

export const speaker = (language: Language = 'fr'): Say => (language === 'en' ? (_fr, en) => en : fr => fr);
