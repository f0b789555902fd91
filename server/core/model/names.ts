// Names for columns, tables and properties out of whatever files call them: safe in SQL (quoted), in XML (NCName) and in GDAL, the same every time.

const spelled: Readonly<Record<string, string>> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  '°': '_',
  '²': '2',
  '³': '3',
};
const longest = 55;

/** A name of ASCII letters, digits and underscores that begins with a letter or underscore, at most 55 long; '' when nothing is left. */
export function nameOf(text: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text.slice(0, longest);
  const plain = [...text.normalize('NFC')].map(letter => spelled[letter] ?? letter).join('');
  const safe = plain
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, longest);
  return /^[0-9]/.test(safe) ? `_${safe}`.slice(0, longest) : safe;
}

/**
 * Names for a list of fields, in order: `nameOf`, `field_n` where nothing is left, `_2`, `_3` … for one that an earlier field
 * or `reserved` has (case does not tell names apart).
 */
export function namesOf(texts: readonly string[], reserved: readonly string[] = []): string[] {
  const taken = new Set(reserved.map(name => name.toLowerCase()));
  return texts.map((text, index) => {
    const stem = nameOf(text) || `field_${index + 1}`;
    let name = stem;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem}_${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
