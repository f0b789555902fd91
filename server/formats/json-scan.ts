// Cuts a JSON document of any size into the texts of its features while it streams by: a byte scanner that knows strings and depth only;
// each piece is parsed by itself. Memory holds one piece and what surrounds the features array.
import { Fault } from '../core/model/fault';

/** A piece of the document: an element of the features array, or what is around it (a whole document without features array). */
export interface JsonPiece {
  readonly kind: 'element' | 'document';
  readonly text: string;
}

/** Longest text of one feature, in bytes; one longer than this is no feature that a map could show. */
export const maxPiece = 128 * 2 ** 20;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const featuresKey = 'features';

/** Collects bytes over chunk borders. */
class Collector {
  private parts: Buffer[] = [];
  private size = 0;

  add(chunk: Buffer, from: number, to: number): void {
    if (to <= from) return;
    this.size += to - from;
    if (this.size > maxPiece)
      throw new Fault('too-large', 'source', {
        en: `one feature is longer than ${maxPiece} bytes`,
        fr: `un objet dépasse ${maxPiece} octets`,
      });
    this.parts.push(chunk.subarray(from, to));
  }

  take(): string {
    const text = this.parts.length === 1 ? (this.parts[0] ?? Buffer.alloc(0)).toString('utf8') : Buffer.concat(this.parts).toString('utf8');
    this.parts = [];
    this.size = 0;
    return text;
  }
}

/**
 * Pieces of a byte stream that holds one JSON document (or several, one after the other). Elements of a `features` array at depth one,
 * or of an array that is the document itself, come as they pass; then the document without them, its array empty.
 * Fault `malformed` when brackets do not match or the stream ends inside.
 */
export async function* jsonPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonPiece> {
  const element = new Collector();
  const around = new Collector();
  // stack of open brackets, one byte each
  const stack: number[] = [];
  let inString = false;
  let escaped = false;
  // depth of the array whose elements are cut out; 0 = none
  let arrayDepth = 0;
  let inElement = false;
  let key = '';
  let keyStart = -1;
  let lastKey = '';
  let first = true;
  for await (let chunk of chunks) {
    if (first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) chunk = chunk.subarray(3);
    first = false;
    let mark = 0;
    if (keyStart >= 0) keyStart = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) {
          inString = false;
          if (keyStart >= 0) {
            key += chunk.toString('latin1', keyStart, i);
            keyStart = -1;
          }
        }
        continue;
      }
      if (byte === quote) {
        inString = true;
        if (stack.length === 1 && stack[0] === openBrace) {
          key = '';
          keyStart = i + 1;
        }
      } else if (byte === colon) {
        if (stack.length === 1) lastKey = key;
      } else if (byte === openBrace || byte === openBracket) {
        const startsArray =
          byte === openBracket &&
          arrayDepth === 0 &&
          (stack.length === 0 || (stack.length === 1 && stack[0] === openBrace && lastKey === featuresKey));
        if (stack.length === 0) mark = i;
        stack.push(byte);
        if (stack.length > 500)
          throw new Fault('malformed', 'source', {
            en: 'the JSON is nested more than 500 levels deep',
            fr: 'le JSON a plus de 500 niveaux',
          });
        if (startsArray) {
          arrayDepth = stack.length;
          around.add(chunk, mark, i + 1);
          mark = i + 1;
        } else if (arrayDepth > 0 && stack.length === arrayDepth + 1) {
          inElement = true;
          mark = i;
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        const opened = stack.pop();
        if (opened !== (byte === closeBrace ? openBrace : openBracket))
          throw new Fault('malformed', 'source', {
            en: 'the JSON has brackets that do not match',
            fr: 'les crochets du JSON ne se correspondent pas',
          });
        if (inElement && stack.length === arrayDepth) {
          element.add(chunk, mark, i + 1);
          inElement = false;
          yield { kind: 'element', text: element.take() };
          mark = i + 1;
        } else if (arrayDepth > 0 && stack.length < arrayDepth) {
          arrayDepth = 0;
          mark = i;
        }
        if (stack.length === 0) {
          around.add(chunk, mark, i + 1);
          yield { kind: 'document', text: around.take() };
          mark = i + 1;
          lastKey = '';
        }
      } else if (arrayDepth > 0 && stack.length === arrayDepth && byte > 0x20 && byte !== comma) {
        throw new Fault('malformed', 'source', {
          en: 'the features array holds something that is not an object',
          fr: 'la liste « features » contient autre chose que des objets',
        });
      } else if (stack.length === 0 && byte > 0x20 && byte !== comma) {
        throw new Fault('malformed', 'source', { en: 'the file is not JSON', fr: 'le fichier n’est pas du JSON' });
      }
    }
    // what is left of this chunk belongs to the piece that goes on
    if (inElement) element.add(chunk, mark, chunk.length);
    else if (stack.length > 0 && arrayDepth === 0) around.add(chunk, mark, chunk.length);
    if (keyStart >= 0) key = (key + chunk.toString('latin1', keyStart)).slice(0, 1000);
  }
  if (stack.length > 0 || inString)
    throw new Fault('malformed', 'source', {
      en: 'the file breaks off in the middle of the JSON',
      fr: 'le fichier s’arrête au milieu du JSON',
    });
}

/** A line of newline-delimited JSON, or a record of a JSON text sequence. */
export interface JsonLine {
  readonly line: number;
  readonly text: string;
}

/** Lines of a byte stream; with `separator` 0x1e the records of a JSON text sequence (RFC 8142). Empty ones are passed over. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>, separator: number): AsyncGenerator<JsonLine> {
  const line = new Collector();
  let number = 1;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(separator); at >= 0; at = chunk.indexOf(separator, from)) {
      line.add(chunk, from, at);
      from = at + 1;
      const text = line.take();
      if (text.trim() !== '') yield { line: number, text: withoutMark(text) };
      if (separator !== 0x1e || text.trim() !== '') number++;
    }
    line.add(chunk, from, chunk.length);
  }
  const text = line.take();
  if (text.trim() !== '') yield { line: number, text: withoutMark(text) };
}

const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
