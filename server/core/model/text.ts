// Texts in the two languages of the server. French is always there; English falls back to it.

export type Language = 'fr' | 'en';

export interface Text {
  readonly fr: string;
  readonly en?: string;
}

/** The text in the language asked for, in French where there is no translation. */
export function inLanguage(text: Text, language: Language): string {
  return (language === 'en' ? text.en : undefined) ?? text.fr;
}
