// Full-text properties (AnyText): the column is a tsvector of configuration `geomig.fr`, and `<column>_text` beside it the folded text (no
// accents, lower case) with a trigram index, for fragments of words.
import type { Property } from '../model/feature-type';
import type { LikeToken } from '../filter/filter';
import { ident, param, sql, type Param, type Sql } from './sql';

const words = (property: Property): Sql => sql`${ident('t', property.column)}`;
const folded = (property: Property): Sql => sql`${ident('t', `${property.column}_text`)}`;

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/**
 * All words of the text occur, by their French stems and without accents; stop words (« de », « la ») do not count, unless there is nothing else:
 * then the text is a fragment. (Where it is none the pattern is null, so that the index over fragments is not looked at.)
 */
export function matches(property: Property, text: string): Sql {
  const query = sql`plainto_tsquery('geomig.fr', ${param('text', text)})`;
  const fragment = sql`select case when numnode(${query}) = 0 then geomig.fold(${param('text', `%${escaped(text.trim())}%`)}) end`;
  return sql`(${words(property)} @@ (select ${query}) or ${folded(property)} like (${fragment}) escape '\\')`;
}

/** A pattern without wildcards asks for words; one with them for a fragment anywhere in the text. */
export function contains(property: Property, pattern: readonly LikeToken[]): Sql {
  const texts = pattern.flatMap(token => (typeof token === 'object' ? [token.text] : []));
  if (texts.length === pattern.length) return matches(property, texts.join(''));
  const inner = pattern.map(token => (token === 'any' ? '%' : token === 'one' ? '_' : escaped(token.text))).join('');
  return contained(property, param('text', `%${inner}%`));
}

function contained(property: Property, pattern: Param): Sql {
  return sql`${folded(property)} like (select geomig.fold(${pattern})) escape '\\'`;
}
