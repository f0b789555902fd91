// Patterns of PropertyIsLike and LIKE, taken apart character by character so that no wildcard character survives.
import type { LikeToken } from './filter';

/** The characters (or short strings) that have a meaning in a pattern; undefined or '' where a language has none. */
export interface Wildcards {
  readonly any: string | undefined;
  readonly one: string | undefined;
  readonly escape: string | undefined;
}

/** LIKE of CQL2 and ECQL: `%`, `_` and `\`. */
export const sqlWildcards: Wildcards = { any: '%', one: '_', escape: '\\' };

/** Tokens of a pattern: neighbouring texts are joined, a run of `any` is one. An escape that ends the pattern stands for itself. */
export function likePattern(pattern: string, { any, one, escape }: Wildcards): LikeToken[] {
  const tokens: LikeToken[] = [];
  let text = '';
  const push = (token: 'any' | 'one'): void => {
    if (text !== '') tokens.push({ text });
    text = '';
    if (token === 'one' || tokens.at(-1) !== 'any') tokens.push(token);
  };
  for (let i = 0; i < pattern.length;) {
    const next = escape && pattern.startsWith(escape, i) ? pattern.codePointAt(i + escape.length) : undefined;
    if (escape && next !== undefined) {
      const character = String.fromCodePoint(next);
      text += character;
      i += escape.length + character.length;
    } else if (any && pattern.startsWith(any, i)) {
      push('any');
      i += any.length;
    } else if (one && pattern.startsWith(one, i)) {
      push('one');
      i += one.length;
    } else text += pattern.charAt(i++);
  }
  if (text !== '') tokens.push({ text });
  return tokens;
}
