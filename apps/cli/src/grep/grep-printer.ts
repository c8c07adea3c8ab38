/** Lines that match, with context, functions, numbers and colours, as `git grep` prints them. */
import { bytesFromLosslessText, DEFAULT_FUNCTION_PATTERN, isBinary, losslessTextFromBytes, type DiffDriver } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { CommandIo } from '../io.js';
import { colorCode } from '../print/color.js';
import type { Config } from '@govc/core/plumbing';
import type { GrepPatterns } from './grep-patterns.js';
import type { GrepSettings } from './grep-settings.js';

/** A text that is searched. */
export interface GrepText {
  /** As it is shown. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly driver: DiffDriver | undefined;
}

const SLOTS = ['context', 'filename', 'function', 'linenumber', 'column', 'matchcontext', 'matchselected', 'selected', 'separator'] as const;
type Slot = (typeof SLOTS)[number];
const DEFAULT_COLORS: Readonly<Record<Slot, string>> = {
  context: '', filename: 'magenta', function: '', linenumber: 'green', column: 'green', matchcontext: 'bold red', matchselected: 'bold red', selected: '', separator: 'cyan',
};

const LF = 0x0a;

/** Prints what is found in one text after the other. */
export class GrepPrinter {
  /** Names that were shown, where they go to a pager. */
  readonly names: string[] = [];
  readonly #io: CommandIo;
  readonly #settings: GrepSettings;
  readonly #patterns: GrepPatterns;
  readonly #colors: Readonly<Record<Slot, string>> | undefined;
  #out: string[] = [];
  #lastShown = 0;
  #showsMark = false;

  constructor(io: CommandIo, settings: GrepSettings, { patterns, config }: { readonly patterns: GrepPatterns; readonly config: Config }) {
    this.#io = io;
    this.#settings = settings;
    this.#patterns = patterns;
    this.#colors = wantsColor(settings, io) ? readColors(config) : undefined;
  }

  /** Searches a text and prints; whether it has what is looked for. */
  print(text: GrepText): boolean {
    const { settings } = { settings: this.#settings };
    if (settings.before > 0 || settings.after > 0 || settings.hasBreak || settings.showsWholeFunction) this.#showsMark ||= this.#lastShown > 0;
    this.#lastShown = 0;
    if (text.bytes.length === 0 && !settings.namesWithout) return false;
    const isOpaque = settings.binary !== 'text' && (text.driver?.isBinary ?? isBinary(text.bytes));
    if (isOpaque && settings.binary === 'skip') return false;
    const found = new TextSearch(this, text, isOpaque).run();
    this.#flush();
    return found;
  }

  get settings(): GrepSettings {
    return this.#settings;
  }

  get patterns(): GrepPatterns {
    return this.#patterns;
  }

  get lastShown(): number {
    return this.#lastShown;
  }

  /** `Binary file x matches`. */
  tellBinary(name: string): void {
    this.#out.push(`Binary file ${this.#paint('filename', name)} matches\n`);
  }

  showName(name: string): void {
    if (this.#settings.pager !== undefined) this.names.push(name);
    else this.#out.push(`${this.#paint('filename', name)}${this.#settings.isNul ? '\0' : '\n'}`);
  }

  showCount(name: string, count: number): void {
    this.#out.push(`${this.#settings.showsPath ? `${this.#paint('filename', name)}${this.#separator(':')}` : ''}${count}\n`);
  }

  /** @param place its number from 1, and the column from 1, or 0 where there is none */
  showLine({ name, bytes }: GrepText, { start, end, line, column, sign }: ShownLine): void {
    const { settings } = { settings: this.#settings };
    if (settings.hasBreak && this.#lastShown === 0) {
      if (this.#showsMark) this.#out.push('\n');
    } else if (settings.before > 0 || settings.after > 0 || settings.showsWholeFunction) {
      if (this.#lastShown === 0 ? this.#showsMark : line > this.#lastShown + 1) this.#out.push(`${this.#paint('separator', '--')}\n`);
    }
    if (!settings.onlyMatching) this.#header(name, { line, column, sign });
    if (this.#colors === undefined && !settings.onlyMatching) {
      this.#out.push(losslessTextFromBytes(bytes.subarray(start, end)), '\n');
      return;
    }
    const matchSlot = sign === ':' ? 'matchselected' : 'matchcontext';
    const lineSlot = sign === ':' ? 'selected' : sign === '-' ? 'context' : 'function';
    let at = 0;
    let shownColumn = column;
    for (const span of this.#patterns.spans(bytes, start, end)) {
      const match = losslessTextFromBytes(bytes.subarray(start + span.start, start + span.end));
      if (settings.onlyMatching) {
        this.#header(name, { line, column: shownColumn, sign });
        this.#out.push(this.#paint(matchSlot, match), '\n');
      } else {
        this.#out.push(this.#paint(lineSlot, losslessTextFromBytes(bytes.subarray(start + at, start + span.start))), this.#paint(matchSlot, match));
      }
      shownColumn += span.end - at;
      at = span.end;
    }
    if (!settings.onlyMatching) this.#out.push(this.#paint(lineSlot, losslessTextFromBytes(bytes.subarray(start + at, end))), '\n');
  }

  #header(name: string, { line, column, sign }: Pick<ShownLine, 'line' | 'column' | 'sign'>): void {
    const { showsPath, hasHeading, showsLine, showsColumn } = this.#settings;
    if (hasHeading && this.#lastShown === 0) this.#out.push(this.#paint('filename', name), '\n');
    this.#lastShown = line;
    if (!hasHeading && showsPath) this.#out.push(this.#paint('filename', name), this.#separator(sign));
    if (showsLine) this.#out.push(this.#paint('linenumber', String(line)), this.#separator(sign));
    if (showsColumn && column !== 0) this.#out.push(this.#paint('column', String(column)), this.#separator(sign));
  }

  #separator(sign: string): string {
    return this.#settings.isNul ? '\0' : this.#paint('separator', sign);
  }

  #paint(slot: Slot, text: string): string {
    const code = this.#colors?.[slot] ?? '';
    return code === '' ? text : `${code}${text}\x1b[m`;
  }

  #flush(): void {
    if (this.#out.length > 0 && !this.#settings.isQuiet) this.#io.stdout.write(bytesFromLosslessText(this.#out.join('')));
    this.#out = [];
  }
}

/** A line that is printed. */
export interface ShownLine {
  /** Bytes, the line feed not included. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly sign: ':' | '-' | '=';
}

/** The search of one text, line by line. */
class TextSearch {
  readonly #printer: GrepPrinter;
  readonly #text: GrepText;
  readonly #isOpaque: boolean;
  readonly #starts: number[] = [];
  #peeked = -1;
  #showsFunction = false;

  constructor(printer: GrepPrinter, text: GrepText, isOpaque: boolean) {
    this.#printer = printer;
    this.#text = text;
    this.#isOpaque = isOpaque;
  }

  run(): boolean {
    const { settings, patterns } = this.#printer;
    const { bytes, name } = this.#text;
    const { matcher } = patterns.compiled;
    const mayMatch = matcher.mayMatchIn(bytes);
    if (!mayMatch && !settings.inverts && !settings.namesWithout) return false;
    if (settings.allMatch && !this.#hasAllParts()) return settings.namesWithout ? this.#tellName() : false;
    let count = 0;
    let lastHit = 0;
    for (let start = 0; start < bytes.length;) {
      const end = this.#endOf(start);
      this.#starts.push(start);
      const line = this.#starts.length;
      const isHit = (mayMatch && matcher.matches(bytes, start, end)) !== settings.inverts;
      if (settings.namesWithout) {
        if (isHit) return false;
      } else if (isHit && count < (settings.countMax ?? Number.POSITIVE_INFINITY)) {
        count++;
        if (settings.isQuiet) return true;
        if (settings.namesOnly) return this.#tellName();
        if (!settings.counts) {
          if (this.#isOpaque) {
            this.#printer.tellBinary(name);
            return true;
          }
          this.#showHit(start, end, line);
          lastHit = line;
        }
      } else {
        this.#showAfter({ start, end, line }, lastHit);
      }
      start = end + 1;
    }
    if (settings.isQuiet) return settings.namesWithout;
    if (settings.namesWithout) return this.#tellName();
    if (settings.counts && count > 0) this.#printer.showCount(name, count);
    return settings.counts ? count > 0 : lastHit > 0;
  }

  #tellName(): true {
    this.#printer.showName(this.#text.name);
    return true;
  }

  #showHit(start: number, end: number, line: number): void {
    const { settings, patterns } = this.#printer;
    if (settings.before > 0 || settings.showsWholeFunction) this.#showBefore(line);
    else if (settings.showsFunction) this.#showFunctionLine(line);
    const { column, inverse } = settings.showsColumn ? patterns.columns(this.#text.bytes, start, end) : { column: 0, inverse: 0 };
    this.#printer.showLine(this.#text, { start, end, line, column: Math.max(0, settings.inverts ? inverse : column) + 1, sign: ':' });
    if (settings.showsWholeFunction) this.#showsFunction = true;
  }

  /** A line behind a match, where it is context. */
  #showAfter({ start, end, line }: { readonly start: number; readonly end: number; readonly line: number }, lastHit: number): void {
    const { settings, patterns } = this.#printer;
    const { bytes } = this.#text;
    if (this.#showsFunction && this.#peeked < start) {
      // Empty lines belong to what follows them.
      let from = start;
      let to = end;
      while (isEmptyLine(bytes, from, to) && to < bytes.length) {
        from = to + 1;
        to = this.#endOf(from);
      }
      this.#peeked = from;
      if (from >= bytes.length || this.#isFunction(from, to)) this.#showsFunction = false;
    }
    if (!this.#showsFunction && (lastHit === 0 || line > lastHit + settings.after)) return;
    const column = settings.showsColumn ? patterns.columns(bytes, start, end).column : 0;
    this.#printer.showLine(this.#text, { start, end, line, column: column + 1, sign: '-' });
  }

  #showFunctionLine(before: number): void {
    for (let line = before - 1; line > this.#printer.lastShown; line--) {
      const start = this.#starts[line - 1]!;
      const end = this.#endOf(start);
      if (!this.#isFunction(start, end)) continue;
      this.#printer.showLine(this.#text, { start, end, line, column: 0, sign: '=' });
      return;
    }
  }

  #showBefore(line: number): void {
    const { settings, lastShown } = this.#printer;
    const { bytes } = this.#text;
    const place = (at: number): readonly [number, number] => [this.#starts[at - 1]!, this.#endOf(this.#starts[at - 1]!)];
    const nearest = Math.max(settings.before < line ? line - settings.before : 1, lastShown + 1);
    let from = nearest;
    let needsFunction = settings.showsFunction;
    let needsComment = false;
    let functionLine = 0;
    if (settings.showsWholeFunction) {
      if (this.#isFunction(...place(line))) needsComment = true;
      else needsFunction = true;
      from = lastShown + 1;
    }
    let at = line;
    while (at > 1 && at > from) {
      at--;
      const [start, end] = place(at);
      if (needsComment && (isEmptyLine(bytes, start, end) || this.#isFunction(start, end))) {
        needsComment = false;
        from = nearest;
        if (at < from) {
          at++;
          break;
        }
      }
      if (needsFunction && this.#isFunction(start, end)) {
        functionLine = at;
        needsFunction = false;
        if (settings.showsWholeFunction) needsComment = true;
        else from = nearest;
      }
    }
    if (settings.showsFunction && needsFunction) this.#showFunctionLine(at);
    for (; at < line; at++) {
      const [start, end] = place(at);
      this.#printer.showLine(this.#text, { start, end, line: at, column: 0, sign: at === functionLine ? '=' : '-' });
    }
  }

  #isFunction(start: number, end: number): boolean {
    const pattern = this.#text.driver?.functionPattern ?? DEFAULT_FUNCTION_PATTERN;
    return pattern.findName(this.#text.bytes.subarray(start, end)) !== undefined;
  }

  #hasAllParts(): boolean {
    const { bytes } = this.#text;
    const left = new Set(this.#printer.patterns.compiled.parts);
    for (let start = 0; start < bytes.length && left.size > 0;) {
      const end = this.#endOf(start);
      for (const part of left) if (part.matches(bytes, start, end)) left.delete(part);
      start = end + 1;
    }
    return left.size === 0;
  }

  #endOf(start: number): number {
    const end = this.#text.bytes.indexOf(LF, start);
    return end < 0 ? this.#text.bytes.length : end;
  }
}

function isEmptyLine(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return false;
  }
  return true;
}

function wantsColor({ color, pager }: GrepSettings, io: CommandIo): boolean {
  if (pager !== undefined) return false;
  const word = (color ?? 'auto').toLowerCase();
  if (word === 'always') return true;
  if (/^(?:never|false|no|off|0)$/.test(word)) return false;
  if (!/^(?:auto|true|yes|on|1)?$/.test(word)) die(`bad boolean config value '${word}' for 'color.grep'`);
  return io.isTerminal?.(1) === true && io.env['TERM'] !== 'dumb';
}

function readColors(config: Config): Readonly<Record<Slot, string>> {
  const colors = {} as Record<Slot, string>;
  for (const slot of SLOTS) {
    const configured = config.get(`color.grep.${slot}`) ?? (slot.startsWith('match') ? config.get('color.grep.match') : undefined);
    colors[slot] = colorCode(configured ?? DEFAULT_COLORS[slot]) ?? die(`bad color value '${configured ?? ''}'`);
  }
  return colors;
}
