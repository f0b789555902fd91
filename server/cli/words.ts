// The words of the command line's own grammar in French: what the parser says of bad usage, and the titles of its help.

const titles: Readonly<Record<string, string>> = {
  'Usage:': 'Usage :',
  'Arguments:': 'Arguments :',
  'Options:': 'Options :',
  'Commands:': 'Commandes :',
  'Global Options:': 'Options générales :',
};

export const frenchTitle = (title: string): string => titles[title] ?? title;

/** Sentences of the parser, most particular first. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown option '(.*?)'/, 'option inconnue : $1'],
  [/^error: unknown command '(.*?)'/, 'commande inconnue : $1'],
  [/^error: missing required argument '(.*?)'/, 'il manque : $1'],
  [/^error: required option '(.*?)' not specified/, 'il manque l’option $1'],
  [/^error: option '(.*?)' argument missing/, 'il manque la valeur de l’option $1'],
  [/^error: option '(.*?)' argument '(.*?)' is invalid\. Allowed choices are (.*)\./, 'option $1 : « $2 » n’est pas permis, mais $3'],
  [/^error: too many arguments.*/, 'trop d’arguments'],
  [/\(Did you mean (.*)\?\)/, '(vouliez-vous dire $1 ?)'],
  [/^error: /, ''],
];

export function frenchError(text: string): string {
  const said = sentences.reduce((line, [pattern, words]) => line.replace(pattern, words), text);
  return `geomig : ${said}`;
}
