/** Patches with the colours of a terminal (git-config(1), "color.diff.<slot>", `core.whitespace`). */
import { bytesFromLosslessText, losslessTextFromBytes, type Config } from '@govc/core/plumbing';

import { die } from '../failure.js';
import { colorCode } from './color.js';

/** What has a colour of its own. */
export type DiffSlot = 'context' | 'meta' | 'frag' | 'func' | 'old' | 'new' | 'commit' | 'whitespace';

const DEFAULTS: Readonly<Record<DiffSlot, string>> = {
  context: '', meta: 'bold', frag: 'cyan', func: '', old: 'red', new: 'green', commit: 'yellow', whitespace: 'normal red',
};
const RESET = '\x1b[m';

/** The colours of patches. */
export class DiffColors {
  readonly #codes: Readonly<Record<DiffSlot, string>>;

  /** @throws {Failure} a colour is none */
  constructor(config: Config) {
    const codes = {} as Record<DiffSlot, string>;
    for (const slot of Object.keys(DEFAULTS) as DiffSlot[]) {
      const configured = config.get(`color.diff.${slot}`) ?? (slot === 'context' ? config.get('color.diff.plain') : undefined);
      codes[slot] = colorCode(configured ?? DEFAULTS[slot]) ?? die(`bad config variable 'color.diff.${slot}'`);
    }
    this.#codes = codes;
  }

  /** The code of a slot; `''` for none. */
  code(slot: DiffSlot): string {
    return this.#codes[slot];
  }

  paint(slot: DiffSlot, text: string): string {
    return text === '' ? '' : `${this.#codes[slot]}${text}${RESET}`;
  }

  /** A patch, or a combined one, in colour. O(size). */
  patch(bytes: Uint8Array): Uint8Array {
    const lines = losslessTextFromBytes(bytes).split('\n');
    const isComplete = lines.at(-1) === '';
    if (isComplete) lines.pop();
    const painter = new LinePainter(this);
    return bytesFromLosslessText(lines.map((line) => painter.line(line)).join('\n') + (isComplete ? '\n' : ''));
  }
}

/** Knows whether a line belongs to a hunk, by the counts in front of it. */
class LinePainter {
  readonly #colors: DiffColors;
  /** How many characters say what a line is: one for each parent. */
  #marks = 1;
  /** Lines that are left of each side: the old ones, then the new one. */
  #left: number[] = [];

  constructor(colors: DiffColors) {
    this.#colors = colors;
  }

  line(line: string): string {
    if (line.startsWith('\\')) return this.#colors.paint('context', line);
    if (this.#left.some((count) => count > 0)) return this.#inHunk(line);
    const frag = /^(@@+) (-[\d ,-]+\+\d+(?:,\d+)?) \1/.exec(line);
    return frag === null ? this.#colors.paint('meta', line) : this.#frag(line, frag);
  }

  #frag(line: string, [text, marks = '@@', ranges = '']: RegExpExecArray): string {
    this.#marks = marks.length - 1;
    this.#left = ranges.split(' ').map((range) => Number(/^[-+]\d+(?:,(\d+))?$/.exec(range)?.[1] ?? 1));
    const rest = line.slice(text.length);
    const gap = /^[ \t]*/.exec(rest)![0];
    const context = gap === '' ? '' : `${this.#colors.code('context')}${gap}${RESET}`;
    const func = rest.slice(gap.length);
    return `${this.#colors.code('frag')}${text}${RESET}${context}${func === '' ? '' : `${this.#colors.code('func')}${func}${RESET}`}`;
  }

  #inHunk(line: string): string {
    const marks = line.slice(0, this.#marks).padEnd(this.#marks, ' ');
    const isRemoved = marks.includes('-');
    const last = this.#left.length - 1;
    for (let side = 0; side < last; side++) if (isRemoved ? marks[side] === '-' : marks[side] !== '+') this.#left[side]!--;
    if (!isRemoved) this.#left[last]!--;
    if (isRemoved) return this.#colors.paint('old', line);
    if (!marks.includes('+')) return this.#colors.paint('context', line);
    return this.#marks === 1 ? this.#added(line) : this.#colors.paint('new', line);
  }

  /** White space that should not be there is shown. */
  #added(line: string): string {
    const body = line.slice(1);
    const end = /[ \t\v\f\r]+$/.exec(body)?.index ?? body.length;
    const indent = /^[ \t]*/.exec(body.slice(0, end))![0];
    const lastTab = indent.lastIndexOf('\t');
    let text = this.#colors.paint('new', '+');
    // Spaces before a tab stand for nothing; an indent of tabs has no colour.
    for (const [, spaces, tabs] of indent.slice(0, lastTab + 1).matchAll(/( *)(\t+)/g)) text += this.#colors.paint('whitespace', spaces!) + tabs!;
    return text + this.#colors.paint('new', body.slice(lastTab + 1, end)) + this.#colors.paint('whitespace', body.slice(end));
  }
}

/** A line of `--stat` with its marks in colour. */
export function colorStat(bytes: Uint8Array, colors: DiffColors): Uint8Array {
  const text = losslessTextFromBytes(bytes).split('\n').map((line) => line.replace(/( \| +\d+ )(\+*)(-*)$/, (_all, start: string, added: string, removed: string) =>
    `${start}${colors.paint('new', added)}${colors.paint('old', removed)}`)).join('\n');
  return bytesFromLosslessText(text);
}

/** Whether the user wants colours in changes. */
export function wantsDiffColor(config: Config, asked: string | undefined, isTerminal: boolean): boolean {
  const word = (asked ?? config.get('color.diff') ?? config.get('diff.color') ?? config.get('color.ui') ?? 'auto').toLowerCase();
  return word === 'always' || (!/^(?:never|false|no|off|0)$/.test(word) && isTerminal);
}
