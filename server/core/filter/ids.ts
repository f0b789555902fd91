// Feature ids: `stem.key` (D4). The stem is the type's short name; characters of the key that an NCName cannot hold become `_xHHHH_`.
import type { FeatureType } from '../model/feature-type';

/** The name by which a filter compares the feature's id, `@gml:id` of FES 2.0 § 7.4.4 in every dialect. */
export const idProperty = '@gml:id';

/** XML 1.0 NameChar without the colon, one UTF-16 unit of the basic plane. */
const nameCharacter =
  /[-.0-9A-Z_a-z\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u037D\u037F-\u1FFF\u200C\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]/;

/** A key as it stands in an id; an underscore that would read as an escape is escaped itself. */
export function encodeKey(key: string): string {
  let out = '';
  for (let i = 0; i < key.length; i++) {
    const unit = key.charAt(i);
    const escapeLike = unit === '_' && /^_x[0-9A-Fa-f]{4}_/.test(key.slice(i, i + 7));
    out += nameCharacter.test(unit) && !escapeLike ? unit : `_x${key.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')}_`;
  }
  return out;
}

/** The key that encodeKey wrote. */
export function decodeKey(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The id of a feature. */
export const featureId = (type: FeatureType, key: string | number): string => `${type.name}.${encodeKey(String(key))}`;

const longest = 9_223_372_036_854_775_807n;

/** The key an id of this type holds; undefined for ids of other types and for keys that the type's key column cannot have. */
export function keyOf(type: FeatureType, id: string): string | undefined {
  if (!id.startsWith(`${type.name}.`)) return undefined;
  const key = decodeKey(id.slice(type.name.length + 1));
  if (type.table.key.type === 'text') return key === '' || key.includes('\0') ? undefined : key;
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(key)) return undefined;
  const number = BigInt(key);
  return number <= longest && number >= -longest - 1n ? key : undefined;
}
