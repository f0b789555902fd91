// Feature ids in filters: `stem.key` (D4) back to the key; the writing is model/feature-id.ts.
import type { FeatureType } from '../model/feature-type';
import { unescapeKey } from '../model/feature-id';

/** The name by which a filter compares the feature's id, `@gml:id` of FES 2.0 § 7.4.4 in every dialect. */
export const idProperty = '@gml:id';

const longest = 9_223_372_036_854_775_807n;

/** The key an id of this type holds; undefined for ids of other types and for keys that the type's key column cannot have. */
export function keyOf(type: FeatureType, id: string): string | undefined {
  if (!id.startsWith(`${type.name}.`)) return undefined;
  const key = unescapeKey(id.slice(type.name.length + 1));
  if (type.table.key.type === 'text') return key === '' || key.includes('\0') ? undefined : key;
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(key)) return undefined;
  const number = BigInt(key);
  return number <= longest && number >= -longest - 1n ? key : undefined;
}
