/**
 * The file syntax of git-config(1), "Syntax".
 *
 *     file      = [BOM] *( section / entry / comment / whitespace )
 *     section   = "[" name "]"  /  "[" name 1*space DQUOTE subsection DQUOTE "]"
 *     entry     = key *blank [ "=" value ] newline
 *     comment   = ( "#" / ";" ) *any newline
 *
 * A value loses outer white space, turns inner tabs into spaces outside of quotes, knows the escapes
 * \n \t \b \" \\ and goes on in the next line after a backslash. CR LF reads as LF. One scanner serves
 * reading and editing: it reports where each element begins and ends, in bytes, the way Git counts.
 */
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { ConfigName } from './config-name.js';

/** One value of a configuration. Texts are lossless: bytes that are not UTF-8 are kept as lone surrogates. */
export interface ConfigEntry extends ConfigName {
  /** Lower-case; empty for a value that stands before the first section header. */
  readonly section: string;
  /** Undefined when there is none, which differs from an empty one. */
  readonly subsection: string | undefined;
  /** Lower-case. */
  readonly key: string;
  /** Undefined for a key without "=", which reads as the boolean true. */
  readonly value: string | undefined;
  /** Where the entry begins, from 1; 0 for an entry that comes from no file. */
  readonly line: number;
  /** The file or other place it was read from, as given to {@link parseConfig}. */
  readonly origin?: string | undefined;
}

/** A piece of a file: `[begin, end)` in bytes. */
export type ConfigElement =
  | { readonly kind: 'whitespace' | 'comment'; readonly begin: number; end: number }
  | { readonly kind: 'section'; readonly begin: number; end: number; readonly header: ConfigHeader }
  | {
      readonly kind: 'entry';
      readonly begin: number;
      end: number;
      readonly entry: ConfigEntry;
      /** Whether the file ends where a backslash lets the value go on, so that what is added would belong to it. */
      readonly isOpen: boolean;
    };

/** A section header. */
export interface ConfigHeader {
  readonly section: string;
  readonly subsection: string | undefined;
  /** Whether the subsection is in the deprecated form `[section.subsection]`, which ignores case. */
  readonly isDotted: boolean;
}

/**
 * The values of a file in the order in which they stand. O(n), copies.
 *
 * @param origin named in errors and noted in the entries, usually the path of the file
 * @throws {GovcError} config-invalid: a line breaks the syntax; `data` has `line`, `column` (bytes, from 1) and `origin`.
 * @throws {GovcError} limit-exceeded: the file is larger than `configSize`.
 */
export function parseConfig(bytes: Uint8Array, origin?: string): ConfigEntry[] {
  const entries: ConfigEntry[] = [];
  for (const element of scanConfig(bytes, origin)) {
    if (element.kind === 'entry') entries.push(element.entry);
  }
  return entries;
}

/**
 * The elements of a file; each ends where the next begins, the last at the end of the file. A byte order mark
 * is before the first, and so is a carriage return that a line feed follows, as Git counts.
 *
 * @throws {GovcError} config-invalid, limit-exceeded: as {@link parseConfig}.
 */
export function scanConfig(bytes: Uint8Array, origin?: string): ConfigElement[] {
  if (bytes.length > LIMITS.configSize.value) {
    throw new GovcError(
      'limit-exceeded',
      `The configuration ${origin ?? ''} has ${bytes.length} bytes, more than ${LIMITS.configSize.value}.`,
      { size: bytes.length, limit: LIMITS.configSize.value, origin },
    );
  }
  return new ConfigScanner(bytes, origin).scan();
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const DASH = 0x2d;
const DOT = 0x2e;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;

const NO_HEADER: ConfigHeader = { section: '', subsection: undefined, isDotted: false };

class ConfigScanner {
  readonly #bytes: Uint8Array;
  readonly #origin: string | undefined;
  readonly #elements: ConfigElement[] = [];
  // A name or value is never longer than its source, so one buffer of the file's size holds any of them.
  readonly #text: Uint8Array;
  #textSize = 0;
  #at = 0;
  #line = 1;
  #isEnd = false;
  #header = NO_HEADER;
  #isOpen = false;

  constructor(bytes: Uint8Array, origin: string | undefined) {
    this.#bytes = bytes;
    this.#origin = origin;
    this.#text = new Uint8Array(bytes.length);
  }

  scan(): ConfigElement[] {
    this.#skipByteOrderMark();
    let isComment = false;
    for (;;) {
      const c = this.#next();
      if (c === LF) {
        if (this.#isEnd) {
          this.#endPrevious(this.#at);
          return this.#elements;
        }
        this.#beginPlain('whitespace');
        isComment = false;
      } else if (isComment) {
        continue;
      } else if (isSpace(c)) {
        this.#beginPlain('whitespace');
      } else if (c === HASH || c === SEMICOLON) {
        this.#beginPlain('comment');
        isComment = true;
      } else if (c === OPEN) {
        const begin = this.#at - 1;
        this.#header = this.#readHeader();
        this.#begin({ kind: 'section', begin, end: begin, header: this.#header });
      } else if (isAlpha(c)) {
        const begin = this.#at - 1;
        const entry = this.#readEntry(c);
        this.#begin({ kind: 'entry', begin, end: begin, entry, isOpen: this.#isOpen });
      } else {
        throw this.#failure('an unexpected character');
      }
    }
  }

  /** The next byte with CR LF as LF, and LF at the end of the file, where Git sees one more line. */
  #next(): number {
    if (this.#at >= this.#bytes.length) {
      this.#isEnd = true;
      this.#line++;
      return LF;
    }
    let c = this.#bytes[this.#at++]!;
    if (c === CR && this.#bytes[this.#at] === LF) {
      this.#at++;
      c = LF;
    }
    if (c === LF) this.#line++;
    return c;
  }

  #skipByteOrderMark(): void {
    if (this.#bytes[0] !== 0xef) return;
    if (this.#bytes[1] !== 0xbb || this.#bytes[2] !== 0xbf) throw this.#failure('part of a byte order mark');
    this.#at = 3;
  }

  #beginPlain(kind: 'whitespace' | 'comment'): void {
    if (kind === 'whitespace' && this.#elements.at(-1)?.kind === kind) return;
    const begin = this.#at - 1;
    this.#begin({ kind, begin, end: begin });
  }

  #begin(element: ConfigElement): void {
    this.#endPrevious(element.begin);
    this.#elements.push(element);
  }

  #endPrevious(end: number): void {
    const previous = this.#elements.at(-1);
    if (previous !== undefined) previous.end = end;
  }

  #keep(byte: number): void {
    this.#text[this.#textSize++] = byte;
  }

  /** What was kept since the last call. A NUL ends it, as it ends Git's strings. */
  #takeText(): string {
    const kept = this.#text.subarray(0, this.#textSize);
    this.#textSize = 0;
    const nul = kept.indexOf(0);
    return losslessTextFromBytes(nul < 0 ? kept : kept.subarray(0, nul));
  }

  #readHeader(): ConfigHeader {
    this.#textSize = 0;
    let section: string | undefined;
    for (;;) {
      const c = this.#next();
      if (this.#isEnd) throw this.#failure('a section header without "]"');
      if (c === CLOSE) {
        const name = this.#takeText();
        if (section === undefined && name === '') throw this.#failure('an empty section name');
        return section === undefined
          ? { section: name, subsection: undefined, isDotted: false }
          : { section, subsection: name, isDotted: true };
      }
      if (isSpace(c)) return this.#readSubsection(c, section);
      if (c === DOT && section === undefined) {
        section = this.#takeText();
      } else if (isKeyByte(c) || c === DOT) {
        this.#keep(toLower(c));
      } else {
        throw this.#failure('a character that cannot stand in a section name');
      }
    }
  }

  /** Reads ` "subsection"]` after a section name, which may itself be dotted: `[a.b "c"]` is a, b.c. */
  #readSubsection(space: number, dotted: string | undefined): ConfigHeader {
    let section = dotted;
    if (section === undefined) section = this.#takeText();
    else this.#keep(DOT);
    let c = space;
    do {
      if (c === LF) throw this.#failure('a section header without "]"', -1);
      c = this.#next();
    } while (isSpace(c));
    if (c !== QUOTE) throw this.#failure('a subsection that is not in double quotes');
    for (;;) {
      c = this.#next();
      if (c === LF) throw this.#failure('a subsection without closing quote', -1);
      if (c === QUOTE) break;
      if (c === BACKSLASH) {
        c = this.#next();
        if (c === LF) throw this.#failure('a subsection without closing quote', -1);
      }
      // Git would silently cut the full name there, so that other keys could be spelled this way.
      if (c === 0) throw this.#failure('a NUL in a subsection');
      this.#keep(c);
    }
    if (this.#next() !== CLOSE) throw this.#failure('a section header without "]" after its subsection');
    return { section, subsection: this.#takeText(), isDotted: false };
  }

  #readEntry(first: number): ConfigEntry {
    const line = this.#line;
    this.#textSize = 0;
    this.#keep(toLower(first));
    let c: number;
    for (;;) {
      c = this.#next();
      if (this.#isEnd || !isKeyByte(c)) break;
      this.#keep(toLower(c));
    }
    const key = this.#takeText();
    while (c === SPACE || c === TAB) c = this.#next();
    let value: string | undefined;
    if (c !== LF) {
      if (c !== EQUALS) throw this.#failure('a key that is followed by neither "=" nor the end of the line');
      value = this.#readValue();
    }
    const { section, subsection } = this.#header;
    return { section, subsection, key, value, line, origin: this.#origin };
  }

  #readValue(): string {
    let isQuoted = false;
    let isComment = false;
    let spaces = 0;
    for (;;) {
      let c = this.#next();
      if (c === LF) {
        if (isQuoted) throw this.#failure('a value without closing quote', -1);
        return this.#takeText();
      }
      if (isComment) continue;
      if (!isQuoted) {
        if (isSpace(c)) {
          if (this.#textSize > 0) spaces++;
          continue;
        }
        if (c === SEMICOLON || c === HASH) {
          isComment = true;
          continue;
        }
      }
      for (; spaces > 0; spaces--) this.#keep(SPACE);
      if (c === QUOTE) {
        isQuoted = !isQuoted;
        continue;
      }
      if (c === BACKSLASH) {
        c = this.#next();
        if (c === LF) {
          this.#isOpen = this.#at === this.#bytes.length;
          continue;
        }
        c = this.#unescape(c);
      }
      this.#keep(c);
    }
  }

  #unescape(c: number): number {
    switch (c) {
      case 0x74:
        return TAB;
      case 0x6e:
        return LF;
      case 0x62:
        return 0x08;
      case QUOTE:
      case BACKSLASH:
        return c;
      default:
        throw this.#failure('an unknown escape; \\n, \\t, \\b, \\" and \\\\ are known');
    }
  }

  /** The error for the byte just read. `lineShift` is -1 where that byte was the line feed that ends the line at fault. */
  #failure(what: string, lineShift = 0): GovcError {
    const line = this.#line + lineShift;
    const offset = Math.max(0, this.#isEnd ? this.#at : this.#at - 1);
    const column = offset - (offset === 0 ? -1 : this.#bytes.lastIndexOf(LF, offset - 1));
    const place = this.#origin === undefined ? '' : ` of ${this.#origin}`;
    return new GovcError('config-invalid', `Line ${line}, column ${column}${place} has ${what}.`, {
      line,
      column,
      origin: this.#origin,
    });
  }
}

/** White space as Git's tables define it: no vertical tab, no form feed. */
function isSpace(c: number): boolean {
  return c === SPACE || c === LF || c === TAB || c === CR;
}

function isAlpha(c: number): boolean {
  const lower = c | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isKeyByte(c: number): boolean {
  return isAlpha(c) || (c >= 0x30 && c <= 0x39) || c === DASH;
}

function toLower(c: number): number {
  return c >= 0x41 && c <= 0x5a ? c | 0x20 : c;
}
