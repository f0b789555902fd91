// dBASE tables, the attributes of a Shapefile: header, encoding, types C N F L D (and I, O, B), rows. Deleted rows are passed over.
import { Fault } from '../core/model/fault';
import type { ScalarType } from '../core/model/feature-type';
import type { SourceField, SourceValue } from '../core/ports/vector-source';
import { EncodingGuess, decodeBytes, driverEncoding, encodingNamed, toldEncoding } from './encodings';
import type { Encoding } from './encodings';
import { FileWindow } from './file-window';
import { isDay } from './infer';
import type { Say } from '../core/model/say';

interface DbfField {
  readonly name: string;
  readonly kind: string;
  readonly offset: number;
  readonly length: number;
  readonly decimals: number;
}

/** Why a value cannot be taken: refuses its row. */
export class BadCell extends Error {}

export interface Dbf {
  readonly fields: readonly SourceField[];
  readonly records: number;
  readonly encoding: Encoding;
  readonly notes: readonly string[];
  /** Values of record `index` from 0; null when it is deleted. Throws BadCell. */
  row(window: FileWindow, index: number): Promise<SourceValue[] | null>;
}

const maxFields = 2048;

/** Opens a table: reads it through once for its encoding and types. `cpg` is the content of the .cpg file. Fault malformed. */
export async function openDbf(
  path: string,
  told: { readonly encoding: string | undefined; readonly cpg: string | null },
  say: Say,
): Promise<Dbf> {
  const window = await FileWindow.open(path);
  try {
    const head = Buffer.from(await window.read(0, 32));
    if (head.length < 32)
      throw new Fault('malformed', 'source', { en: 'the .dbf is shorter than its header', fr: 'le .dbf est plus court que son en-tête' });
    const records = head.readUInt32LE(4);
    const start = head.readUInt16LE(8);
    const length = head.readUInt16LE(10);
    if (start < 33 || length < 1)
      throw new Fault('malformed', 'source', { en: 'the .dbf has no header that makes sense', fr: 'l’en-tête du .dbf n’a pas de sens' });
    if (start + records * length > window.size)
      throw new Fault('malformed', 'source', {
        en: `the .dbf breaks off: it announces ${records} records of ${length} bytes`,
        fr: `le .dbf est tronqué : il annonce ${records} lignes de ${length} octets`,
      });
    const descriptors = Buffer.from(await window.read(32, start - 32));
    const layout = fieldsOf(descriptors, length);
    const place = { start, length, records };
    const seen = await survey(window, layout, place);
    const notes: string[] = [];
    const encoding = choose(told, head[29] ?? 0, seen.guess, notes, say);
    const decoded = layout.map(field => ({ ...field, name: decodeBytes(Buffer.from(field.name, 'latin1'), encoding) }));
    const kept = decoded.map((field, index) => ({
      field,
      type: typeOf(field, seen.numbers[index] ?? null),
      empty: seen.empty[index] === true,
    }));
    for (const { field, type } of kept)
      if (type === null)
        notes.push(
          say(`colonne « ${field.name} » de type ${field.kind} non reprise`, `column "${field.name}" of type ${field.kind} not taken`),
        );
    const taken = kept.flatMap(one => (one.type === null ? [] : [{ ...one, type: one.type }]));
    return {
      fields: taken.map(({ field, type, empty }) => ({ name: field.name, type, nillable: empty })),
      records,
      encoding,
      notes,
      async row(reader, index) {
        const bytes = await reader.read(start + index * length, length);
        if (bytes.length < length)
          throw new Fault('malformed', 'source', {
            en: `the .dbf ends in record ${index + 1}`,
            fr: `le .dbf s’arrête dans la ligne ${index + 1}`,
          });
        if (bytes[0] === 0x2a) return null;
        return taken.map(({ field, type }) => cell(bytes, field, type, encoding, say));
      },
    };
  } finally {
    await window.close();
  }
}

function fieldsOf(bytes: Buffer, recordLength: number): DbfField[] {
  const fields: DbfField[] = [];
  let offset = 1;
  for (let at = 0; at + 32 <= bytes.length && bytes[at] !== 0x0d; at += 32) {
    const kind = String.fromCharCode(bytes[at + 11] ?? 0).toUpperCase();
    let length = bytes[at + 16] ?? 0;
    let decimals = bytes[at + 17] ?? 0;
    // long text: Clipper and FoxPro keep the high byte of the length where numbers have their decimals
    if (kind === 'C' && decimals > 0 && offset + length + decimals * 256 <= recordLength) {
      length += decimals * 256;
      decimals = 0;
    }
    const end = bytes.indexOf(0, at);
    const name = bytes.toString('latin1', at, end >= at && end < at + 11 ? end : at + 11).trim();
    if (offset + length > recordLength)
      throw new Fault('malformed', 'source', {
        en: 'the fields of the .dbf are longer than its records',
        fr: 'les champs du .dbf sont plus longs que ses lignes',
      });
    fields.push({ name: name || `field_${fields.length + 1}`, kind, offset, length, decimals });
    offset += length;
    if (fields.length > maxFields)
      throw new Fault('too-large', 'source', {
        en: `the .dbf has more than ${maxFields} fields`,
        fr: `le .dbf a plus de ${maxFields} champs`,
      });
  }
  if (fields.length === 0) throw new Fault('malformed', 'source', { en: 'the .dbf has no fields', fr: 'le .dbf n’a aucun champ' });
  return fields;
}

interface NumberFacts {
  fraction: boolean;
  largest: number;
}

interface Survey {
  readonly guess: EncodingGuess;
  readonly numbers: readonly (NumberFacts | null)[];
  readonly empty: readonly boolean[];
}

async function survey(
  window: FileWindow,
  layout: readonly DbfField[],
  place: { start: number; length: number; records: number },
): Promise<Survey> {
  const guess = new EncodingGuess();
  for (const field of layout) guess.feed(Buffer.from(field.name, 'latin1'), true);
  const numbers = layout.map((): NumberFacts => ({ fraction: false, largest: 0 }));
  const empty = layout.map(() => false);
  for (let index = 0; index < place.records; index++) {
    const bytes = await window.read(place.start + index * place.length, place.length);
    if (bytes[0] === 0x2a) continue;
    layout.forEach((field, column) => {
      const end = trimmedEnd(bytes, field);
      if (field.kind === 'C') guess.feed(bytes.subarray(field.offset, end), true);
      const text = 'NFCDL'.includes(field.kind) && field.kind !== 'C' ? bytes.toString('latin1', field.offset, end).trim() : null;
      if (text === null ? end === field.offset && field.kind === 'C' : isBlank(text, field.kind)) empty[column] = true;
      const facts = numbers[column];
      if (text !== null && facts && 'NF'.includes(field.kind) && !isBlank(text, field.kind)) {
        const value = Number(text.replace(',', '.'));
        if (!Number.isInteger(value)) facts.fraction ||= !Number.isNaN(value);
        facts.largest = Math.max(facts.largest, Math.abs(value) || 0);
      }
    });
  }
  return { guess, numbers, empty };
}

/** Blank, a number too long for its field (stars), a day of zeros, an unset logical. */
function isBlank(text: string, kind: string): boolean {
  if (text === '' || /^\*+$/.test(text)) return true;
  return (kind === 'D' && /^0+$/.test(text)) || (kind === 'L' && text === '?');
}

function trimmedEnd(bytes: Buffer, field: DbfField): number {
  let end = field.offset + field.length;
  while (end > field.offset && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--;
  return end;
}

/** By declared width as everybody does, widened where a value contradicts it. */
function typeOf(field: DbfField, facts: NumberFacts | null): ScalarType | null {
  switch (field.kind) {
    case 'C':
      return 'string';
    case 'F':
      return 'double';
    case 'N':
      if (field.decimals > 0 || facts?.fraction === true) return 'double';
      if (field.length < 10 && (facts?.largest ?? 0) <= 2_147_483_647) return 'integer';
      return (facts?.largest ?? 0) <= Number.MAX_SAFE_INTEGER ? 'long' : 'double';
    case 'L':
      return 'boolean';
    case 'D':
      return 'date';
    case 'I':
      return field.length === 4 ? 'integer' : null;
    case 'O':
    case 'B':
      return field.length === 8 ? 'double' : null;
    default:
      return null;
  }
}

function cell(bytes: Buffer, field: DbfField, type: ScalarType, encoding: Encoding, say: Say): SourceValue {
  if (field.kind === 'I') return bytes.readInt32LE(field.offset);
  if (field.kind === 'O' || field.kind === 'B') return bytes.readDoubleLE(field.offset);
  const end = trimmedEnd(bytes, field);
  if (end === field.offset) return null;
  if (type === 'string') return decodeBytes(bytes.subarray(field.offset, end), encoding);
  const text = bytes.toString('latin1', field.offset, end).trim();
  if (isBlank(text, field.kind)) return null;
  const wrong = (): BadCell =>
    new BadCell(say(`« ${field.name} » : « ${text} » n'est pas du type ${type}`, `"${field.name}": "${text}" is not of type ${type}`));
  if (type === 'boolean') {
    if (/^[TtYyOoVv1]$/.test(text)) return true;
    if (/^[FfNn0]$/.test(text)) return false;
    throw wrong();
  }
  if (type === 'date') {
    const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
    if (isDay(day)) return day;
    throw wrong();
  }
  const value = Number(text.replace(',', '.'));
  if (!Number.isFinite(value)) throw wrong();
  return value;
}

function choose(
  told: { readonly encoding: string | undefined; readonly cpg: string | null },
  driver: number,
  guess: EncodingGuess,
  notes: string[],
  say: Say,
): Encoding {
  if (told.encoding !== undefined) return toldEncoding(told.encoding);
  const declared = told.cpg === null ? null : encodingNamed(told.cpg);
  if (declared !== null && (declared !== 'utf-8' || guess.result() === 'utf-8')) return declared;
  if (declared !== null || guess.isUtf8) {
    const found = guess.result();
    notes.push(say(`encodage ${found} reconnu aux octets`, `encoding ${found} recognised by the bytes`));
    return found;
  }
  const byDriver = driverEncoding(driver);
  if (byDriver !== null) return byDriver;
  if (guess.isAscii) return 'utf-8';
  const found = guess.result();
  notes.push(say(`encodage non déclaré : ${found} supposé`, `encoding not declared: ${found} assumed`));
  return found;
}
