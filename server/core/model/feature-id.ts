// Feature ids: `stem.key`, the same in GML, GeoJSON, OGC API and filters (D4). UTF-16 units of a key that an XML name cannot hold become
// `_xHHHH_`; an underscore that would read as the begin of such an escape is escaped itself, so that every id leads back to one key.

/** Inside of a character class: XML 1.0 NameChar without the colon, basic plane. JavaScript (flag u) and PostgreSQL read it alike. */
const nameCharacters =
  '0-9A-Za-z_.\\u00B7\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u203F\\u2040\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD-';

/** Regular expressions for the database: a character to escape, and an underscore that looks like an escape. */
export const keyPatterns = { outside: `[^${nameCharacters}]`, escapeLike: '_(?=x[0-9A-Fa-f]{4}_)' } as const;

const outside = new RegExp(`[^${nameCharacters.replace(/-$/, '\\-')}]`, 'gu');
const escapeLike = new RegExp(keyPatterns.escapeLike, 'g');

/** The key as it stands in an id. */
export function escapeKey(key: string | number): string {
  return String(key)
    .replace(escapeLike, '_x005F_')
    .replace(outside, character =>
      Array.from({ length: character.length }, (_, i) => `_x${character.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')}_`).join(
        '',
      ),
    );
}

/** The key that escapeKey wrote. */
export const unescapeKey = (text: string): string =>
  text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** The id of a feature; `stem` is the type's short name. */
export const featureId = (stem: string, key: string | number): string => `${stem}.${escapeKey(key)}`;
