/**
 * What stands between the bytes of a file and those of its blob: gitattributes(5), "Checking-out and checking-in".
 *
 *     to an object:    filter (clean), encoding to UTF-8, line ends to LF, $Id$ collapsed
 *     to a worktree:   $Id$ expanded, line ends, encoding, filter (smudge)
 */
import { bytesFromLatin1, bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { equalBytes } from '../bytes/compare.js';
import type { Config } from '../config/config.js';
import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { CONVERSION_ATTRIBUTES, findConversion } from '../history/archive-convert.js';
import type { AttributeRules } from '../pattern/attributes.js';
import type { AttributeValue } from '../pattern/parse-attributes.js';
import type { FilterSteps } from './filter-steps.js';
import { findLineEnds, gatherLineStats, looksBinary, roundTrip, type LineEnds } from './line-ends.js';

/** How {@link Conversions.toObject} works. */
export interface ToObjectOptions {
  /** Whether an object is written, so that `core.safecrlf` is minded. Default: false. */
  readonly isWritten?: boolean | undefined;
  /** The blob that the index holds now: where it has carriage returns, text that is only guessed keeps them. */
  readonly indexed?: (() => Uint8Array | undefined) | undefined;
  /** Converts line ends whatever the index holds (`git add --renormalize`). Default: false. */
  readonly renormalizes?: boolean | undefined;
}

/** The conversions of one repository. */
export class Conversions {
  readonly #attributes: AttributeRules;
  readonly #config: Config;
  readonly #warn: (sentence: string) => void;

  constructor(attributes: AttributeRules, config: Config, warn: (sentence: string) => void = () => undefined) {
    this.#attributes = attributes;
    this.#config = config;
    this.#warn = warn;
  }

  /** Whether a file comes to an object as it is, whatever its bytes: no attribute and no setting says otherwise. */
  isPlain(path: string): boolean {
    const [, , , ident, encoding, filter] = this.#values(path);
    return this.#lineEnds(path) === 'binary' && ident !== true && typeof encoding !== 'string' && typeof filter !== 'string';
  }

  /**
   * The bytes of the blob for a file.
   *
   * @throws {GovcError} filter-failed: a filter that is required failed; line-ends-unsafe: `core.safecrlf` forbids it;
   *   encoding-failed: the file is not in the encoding that its attribute names.
   */
  *toObject(path: string, content: Uint8Array, options: ToObjectOptions = {}): FilterSteps<Uint8Array> {
    const [, , , ident, encoding] = this.#values(path);
    let bytes = yield* this.#filter('clean', path, { content, id: undefined });
    if (typeof encoding === 'string') bytes = decodeToUtf8(path, bytes, encoding);
    bytes = this.#stripCarriageReturns(path, bytes, options);
    return ident === true ? collapseIds(bytes) : bytes;
  }

  /** The bytes of the file for a blob. @throws {GovcError} filter-failed */
  *toWorktree(path: string, content: Uint8Array, id: ObjectId): FilterSteps<Uint8Array> {
    const conversion = findConversion(this.#values(path), this.#config);
    const bytes = conversion === undefined ? content : conversion(content, id);
    return yield* this.#filter('smudge', path, { content: bytes, id });
  }

  #values(path: string): AttributeValue[] {
    return this.#attributes.check(path, ATTRIBUTES);
  }

  #lineEnds(path: string): LineEnds {
    const [text, crlf, eol] = this.#values(path);
    return findLineEnds({ text, crlf, eol }, this.#config);
  }

  *#filter(direction: 'clean' | 'smudge', path: string, { content, id }: { content: Uint8Array; id: ObjectId | undefined }): FilterSteps<Uint8Array> {
    const driver = this.#values(path)[5];
    if (typeof driver !== 'string') return content;
    const command = this.#config.get(`filter.${driver}.${direction}`);
    const longRunning = this.#config.get(`filter.${driver}.process`);
    const isRequired = this.#config.findBool(`filter.${driver}.required`) === true;
    const runs = (command !== undefined && command !== '') || longRunning !== undefined;
    const answer = runs ? yield { driver, direction, path, content, command, process: longRunning, id } : undefined;
    if (answer !== undefined) return answer;
    if (!isRequired) return content;
    throw new GovcError('filter-failed', `${path}: ${direction} filter '${driver}' failed`, { path, driver, direction });
  }

  #stripCarriageReturns(path: string, content: Uint8Array, options: ToObjectOptions): Uint8Array {
    const ends = this.#lineEnds(path);
    if (ends === 'binary' || content.length === 0) return content;
    const stats = gatherLineStats(content);
    const guesses = ends.startsWith('auto');
    if (guesses && looksBinary(stats)) return content;
    const keeps = stats.crlf === 0 || (guesses && options.renormalizes !== true && hasCarriageReturns(options.indexed?.()));
    if (options.isWritten === true && options.renormalizes !== true) {
      this.#checkRoundTrip(path, roundTrip(stats, ends, { strips: !keeps }));
    }
    if (keeps) return content;
    const stripped = new Uint8Array(content.length - stats.crlf);
    let to = 0;
    for (let i = 0; i < content.length; i++) {
      if (content[i] === CR && content[i + 1] === LF) continue;
      stripped[to++] = content[i]!;
    }
    return stripped;
  }

  #checkRoundTrip(path: string, loss: 'crlf' | 'lf' | undefined): void {
    const setting = this.#config.get('core.safecrlf')?.toLowerCase();
    if (loss === undefined || (setting !== undefined && setting !== 'warn' && this.#config.findBool('core.safecrlf') === false)) return;
    const [from, to] = loss === 'crlf' ? ['CRLF', 'LF'] : ['LF', 'CRLF'];
    if (setting === undefined || setting === 'warn') {
      this.#warn(`in the working copy of '${path}', ${from} will be replaced by ${to} the next time Git touches it`);
      return;
    }
    throw new GovcError('line-ends-unsafe', `${from} would be replaced by ${to} in ${path}`, { path, from, to });
  }
}

const ATTRIBUTES = [...CONVERSION_ATTRIBUTES, 'filter'];
const CR = 0x0d;
const LF = 0x0a;

function hasCarriageReturns(blob: Uint8Array | undefined): boolean {
  if (blob?.includes(CR) !== true) return false;
  const stats = gatherLineStats(blob);
  return !looksBinary(stats) && stats.crlf > 0;
}

function collapseIds(content: Uint8Array): Uint8Array {
  const text = latin1FromBytes(content);
  if (!text.includes('$Id:')) return content;
  const collapsed = text.replace(/\$Id:[^$\n]*\$/g, '$$Id$$');
  return collapsed === text ? content : bytesFromLatin1(collapsed);
}

/** UTF-16 and UTF-32 say in their names whether a byte order mark has to stand at the front, or must not. */
function decodeToUtf8(path: string, content: Uint8Array, encoding: string): Uint8Array {
  if (/^utf-?8$/i.test(encoding) || content.length === 0) return content;
  const name = /^utf-?16/i.test(encoding) ? utf16Name(path, content, encoding) : encoding;
  try {
    return bytesFromText(new TextDecoder(name, { fatal: true }).decode(content));
  } catch (cause) {
    throw new GovcError('encoding-failed', `failed to encode '${path}' from ${encoding} to UTF-8`, { path, encoding }, { cause });
  }
}

function utf16Name(path: string, content: Uint8Array, encoding: string): string {
  const isBig = content[0] === 0xfe && content[1] === 0xff;
  const isMarked = isBig || equalBytes(content.subarray(0, 2), Uint8Array.of(0xff, 0xfe));
  const [, order, bom] = /^utf-?16(le|be)?(-bom)?$/i.exec(encoding) ?? [];
  if (order === undefined ? !isMarked : isMarked && bom === undefined) {
    const what = isMarked ? 'prohibited' : 'required';
    throw new GovcError('encoding-failed', `BOM is ${what} in '${path}' if encoded as ${encoding}`, { path, encoding });
  }
  return (order === undefined ? isBig : order.toLowerCase() === 'be') ? 'utf-16be' : 'utf-16le';
}
