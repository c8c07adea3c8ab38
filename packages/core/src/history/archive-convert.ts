/**
 * What a checkout changes in a file's bytes: line ends, `$Id$` and encodings, by gitattributes(5) and `core.autocrlf`.
 * Filters that are programs (`filter=`) are not run here.
 */
import { bytesFromLatin1, findTextFromBytes, latin1FromBytes } from '../bytes/text.js';
import type { Config } from '../config/config.js';
import type { ObjectId } from '../hash/object-id.js';
import type { AttributeValue } from '../pattern/parse-attributes.js';

/** The attributes that {@link findConversion} looks at, in this order. */
export const CONVERSION_ATTRIBUTES = ['text', 'crlf', 'eol', 'ident', 'working-tree-encoding'] as const;

/** Changes the bytes of a file; gives the same bytes where nothing changes. */
export type Conversion = (content: Uint8Array, id: ObjectId) => Uint8Array;

/** What a checkout does to a file with these values of {@link CONVERSION_ATTRIBUTES}; `undefined`: nothing. */
export function findConversion(values: readonly AttributeValue[], config: Config): Conversion | undefined {
  const [text, crlf, eol, ident, encoding] = values;
  const lines = lineEndsOf({ text, crlf, eol }, config);
  const expandsIds = ident === true;
  const encode = typeof encoding === 'string' ? findEncoder(encoding) : undefined;
  if (lines === 'keep' && !expandsIds && encode === undefined) return undefined;
  return (content, id) => {
    let bytes = expandsIds ? expandIds(content, id) : content;
    if (lines !== 'keep') bytes = withCarriageReturns(bytes, lines === 'guess');
    return encode === undefined ? bytes : encode(bytes);
  };
}

interface LineEndAttributes {
  readonly text: AttributeValue;
  readonly crlf: AttributeValue;
  readonly eol: AttributeValue;
}

/** `crlf`: always; `guess`: where the file looks like text with LF only. */
function lineEndsOf(attributes: LineEndAttributes, config: Config): 'keep' | 'crlf' | 'guess' {
  const word = attributes.text ?? attributes.crlf;
  const autocrlf = config.get('core.autocrlf')?.toLowerCase();
  const isAuto = autocrlf !== 'input' && config.findBool('core.autocrlf') === true;
  const wantsCrlf = isAuto || (autocrlf !== 'input' && config.get('core.eol')?.toLowerCase() === 'crlf');
  if (word === false || word === 'input') {
    return word === 'input' && attributes.eol === 'crlf' ? 'crlf' : 'keep';
  }
  const guesses = word === 'auto';
  const kind = guesses ? 'guess' : 'crlf';
  if (attributes.eol === 'lf') return 'keep';
  if (attributes.eol === 'crlf') return kind;
  if (word === true || guesses) return wantsCrlf ? kind : 'keep';
  return isAuto ? 'guess' : 'keep';
}

const CR = 0x0d;
const LF = 0x0a;

function withCarriageReturns(content: Uint8Array, guesses: boolean): Uint8Array {
  const stats = gatherStats(content);
  if (stats.loneLf === 0) return content;
  if (guesses && (stats.loneCr > 0 || stats.crlf > 0 || looksBinary(stats))) return content;
  const converted = new Uint8Array(content.length + stats.loneLf);
  let to = 0;
  for (let i = 0; i < content.length; i++) {
    if (content[i] === LF && (i === 0 || content[i - 1] !== CR)) converted[to++] = CR;
    converted[to++] = content[i]!;
  }
  return converted;
}

interface TextStats {
  nul: number;
  loneCr: number;
  loneLf: number;
  crlf: number;
  printable: number;
  other: number;
}

/** Counts as Git does to tell text from binary: bytes over 0x7f are printable. */
function gatherStats(content: Uint8Array): TextStats {
  const stats = { nul: 0, loneCr: 0, loneLf: 0, crlf: 0, printable: 0, other: 0 };
  const { length } = content;
  for (let i = 0; i < length; i++) {
    const byte = content[i]!;
    if (byte === CR) {
      if (content[i + 1] === LF) {
        stats.crlf++;
        i++;
      } else {
        stats.loneCr++;
      }
    } else if (byte === LF) {
      stats.loneLf++;
    } else if (byte === 0x7f || (byte < 0x20 && byte !== 8 && byte !== 9 && byte !== 0x1b && byte !== 0x0c)) {
      if (byte === 0) stats.nul++;
      stats.other++;
    } else {
      stats.printable++;
    }
  }
  // A file of DOS may end in Ctrl-Z.
  if (length > 0 && content[length - 1] === 0x1a) stats.other--;
  return stats;
}

function looksBinary(stats: TextStats): boolean {
  return stats.loneCr > 0 || stats.nul > 0 || stats.printable >> 7 < stats.other;
}

function expandIds(content: Uint8Array, id: ObjectId): Uint8Array {
  const text = latin1FromBytes(content);
  if (!text.includes('$Id')) return content;
  // An `$Id:` that holds white space before its last character was written by another system, and stays.
  const expanded = text.replace(/\$Id(?:\$|:([^$\n]*)\$)/g, (whole, inside: string | undefined) => {
    const isForeign = inside !== undefined && /^[^][^ ]* [^]/.test(inside);
    return isForeign ? whole : `$Id: ${id} $`;
  });
  return expanded === text ? content : bytesFromLatin1(expanded);
}

/** The encodings that can be written without tables; any other leaves the file in UTF-8. */
function findEncoder(name: string): ((content: Uint8Array) => Uint8Array) | undefined {
  const utf16 = /^utf-?16(le|be)?(-bom)?$/i.exec(name);
  const latin1 = /^(?:iso-?8859-?1|latin-?1)$/i.test(name);
  if (utf16 === null && !latin1) return undefined;
  return (content) => {
    const text = findTextFromBytes(content);
    if (text === undefined) return content;
    if (utf16 === null) return /^[\0-\xff]*$/.test(text) ? bytesFromLatin1(text) : content;
    const isBig = utf16[1]?.toLowerCase() === 'be';
    const marked = utf16[1] === undefined || utf16[2] !== undefined ? `\ufeff${text}` : text;
    const bytes = Buffer.from(marked, 'utf16le');
    return isBig ? bytes.swap16() : bytes;
  };
}

/** The text of `$Format:…$` replaced in a file, by `format` of what stands between. */
export function substituteFormats(content: Uint8Array, format: (text: string) => Uint8Array): Uint8Array {
  const text = latin1FromBytes(content);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('$Format:', from);
    const end = start < 0 ? -1 : text.indexOf('$', start + 8);
    if (end < 0) break;
    parts.push(content.subarray(from, start), format(text.slice(start + 8, end)));
    from = end + 1;
  }
  if (from === 0) return content;
  return Buffer.concat([...parts, content.subarray(from)]);
}
