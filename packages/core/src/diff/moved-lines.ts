/**
 * Finding lines that were moved (`git diff --color-moved`): deleted in one place and added in another, in one diff of
 * any number of files.
 *
 * A block is a run of deleted, or of added, lines that stands in the same order on the other side. Blocks with fewer
 * than 20 letters and digits are no moves, except in the mode `plain`.
 */
import { classifyLines } from './line-classes.js';
import { isSpace, normalizeSpace } from './line-space.js';
import type { Hunk } from './hunks.js';
import { spaceRule, type LineDiff, type WhitespaceOptions } from './line-diff.js';
import { lineRange, splitLines, type Lines } from './lines.js';

/**
 * What is marked: with `plain` every line that is on both sides; with `blocks` the lines of blocks; with `zebra` besides each second
 * one of blocks that touch; with `dimmed-zebra` besides the lines that lie not at a border of two blocks.
 */
export type MovedMode = 'plain' | 'blocks' | 'zebra' | 'dimmed-zebra';

/** A row of a diff. */
export interface DiffRow {
  /** `other`: a common line, a heading, the mark of a missing LF. */
  readonly kind: 'added' | 'deleted' | 'other';
  /** The line with an LF; empty for `other`. */
  readonly bytes: Uint8Array;
}

/** How moves are found. */
export interface MovedLinesOptions {
  /** Default `zebra`. */
  readonly mode?: MovedMode | undefined;
  /** Which white space may differ (`--color-moved-ws`). */
  readonly whitespace?: Omit<WhitespaceOptions, 'blankLines' | 'crAtEol'> | undefined;
  /** Whether the indent may differ, by as much for all lines of a block; excludes `whitespace`. Default false. */
  readonly indentationChange?: boolean | undefined;
  /** Columns of a tab. Default 8. */
  readonly tabWidth?: number | undefined;
}

/** The line was moved. */
export const MOVED = 1;
/** It belongs to the second, fourth, … of blocks that touch. */
export const MOVED_ALTERNATE = 2;
/** It lies inside a block. */
export const MOVED_DIM = 4;

/** The rows of a file's hunks, for {@link findMovedLines}; between two files there must be some `other` row. */
export function diffRows(diff: LineDiff, hunks: readonly Hunk[]): DiffRow[] {
  const rows: DiffRow[] = [];
  for (const hunk of hunks) {
    rows.push(OTHER_ROW);
    let newAt = hunk.newStart;
    for (const change of hunk.changes) {
      if (change.newStart > newAt) rows.push(OTHER_ROW);
      newAt = change.newStart + change.newCount;
      pushRows(rows, 'deleted', { lines: diff.old, from: change.oldStart, to: change.oldStart + change.oldCount });
      pushRows(rows, 'added', { lines: diff.new, from: change.newStart, to: newAt });
    }
    if (hunk.newStart + hunk.newCount > newAt) rows.push(OTHER_ROW);
  }
  return rows;
}

const LF = 0x0a;
const OTHER_ROW: DiffRow = { kind: 'other', bytes: new Uint8Array(0) };

function pushRows(rows: DiffRow[], kind: 'added' | 'deleted', range: { lines: Lines; from: number; to: number }): void {
  for (let line = range.from; line < range.to; line++) {
    const bytes = lineRange(range.lines, line, line + 1);
    if (bytes[bytes.length - 1] === LF) {
      rows.push({ kind, bytes });
    } else {
      rows.push({ kind, bytes: Uint8Array.of(...bytes, LF) }, OTHER_ROW);
    }
  }
}

/**
 * For each row {@link MOVED}, {@link MOVED_ALTERNATE} and {@link MOVED_DIM} added up, or 0. O(rows) where few lines are
 * equal; where many are, the time grows with the square of their number, as it does in Git.
 */
export function findMovedLines(rows: readonly DiffRow[], options: MovedLinesOptions = {}): Uint8Array {
  const mode = options.mode ?? 'zebra';
  const finder = new MoveFinder(rows, options, mode);
  finder.run();
  if (mode === 'dimmed-zebra') dim(rows, finder.marks);
  return finder.marks;
}

/** The indent of a line, and where what follows it begins. */
interface Indent {
  /** Columns; BLANK for a blank line. */
  readonly width: number;
  readonly size: number;
}

const BLANK = Number.MIN_SAFE_INTEGER;
const TAB_WIDTH = 8;
/** A block needs as many letters and digits. */
const ALPHANUMERIC_MIN = 20;

class MoveFinder {
  readonly marks: Uint8Array;
  readonly #rows: readonly DiffRow[];
  readonly #mode: MovedMode;
  readonly #indents: readonly Indent[] | undefined;
  /** By row: the number that equal lines share; -1 for other rows. */
  readonly #classes: Int32Array;
  /** By row: the row before it with an equal line of the same kind, or -1. */
  readonly #nextMatch: Int32Array;
  /** By class: its last row that is added, or deleted; -1 for none. */
  readonly #added: Int32Array;
  readonly #deleted: Int32Array;
  /** Rows of the other side up to which the current block may reach, and by how much the indents differ there. */
  #candidates: { row: number; shift: number }[] = [];

  constructor(rows: readonly DiffRow[], options: MovedLinesOptions, mode: MovedMode) {
    this.#rows = rows;
    this.#mode = mode;
    this.marks = new Uint8Array(rows.length);
    const tabWidth = options.tabWidth ?? TAB_WIDTH;
    this.#indents = options.indentationChange === true ? rows.map((row) => indentOf(row.bytes, tabWidth)) : undefined;
    const { classes, count } = classifyRows(rows, this.#indents, options);
    this.#classes = classes;
    this.#nextMatch = new Int32Array(rows.length).fill(-1);
    this.#added = new Int32Array(count).fill(-1);
    this.#deleted = new Int32Array(count).fill(-1);
    rows.forEach((row, i) => {
      if (row.kind === 'other') return;
      const heads = row.kind === 'added' ? this.#added : this.#deleted;
      this.#nextMatch[i] = heads[classes[i]!]!;
      heads[classes[i]!] = i;
    });
  }

  run(): void {
    const rows = this.#rows;
    let kind: 'added' | 'deleted' | 'none' = 'none';
    let size = 0;
    let isAlternate = false;
    let at = 0;
    for (; at < rows.length; at++) {
      const row = rows[at]!;
      let match = this.#firstMatch(at);
      if (row.kind === 'other') isAlternate = false;
      if (this.#hasCandidates() && (match < 0 || row.kind !== kind)) {
        if (!this.#keepsBlock(at, size) && size > 1) {
          // Another block may begin at the second line of the one that came to nothing.
          match = -1;
          at -= size;
        }
        this.#candidates = [];
        size = 0;
        isAlternate = false;
      }
      if (match < 0) {
        kind = 'none';
        continue;
      }
      if (this.#mode === 'plain') {
        this.marks[at]! |= MOVED;
        continue;
      }
      this.#advance(at);
      if (!this.#hasCandidates()) {
        const isContiguous = this.#keepsBlock(at, size);
        if (!isContiguous && size > 1) at -= size;
        else this.#begin(at, match);
        const hasBegun = this.#hasCandidates();
        isAlternate = isContiguous && hasBegun && kind === row.kind && !isAlternate;
        kind = hasBegun && row.kind !== 'other' ? row.kind : 'none';
        size = 0;
        if (!hasBegun) continue;
      }
      size++;
      this.marks[at]! |= isAlternate && this.#mode !== 'blocks' ? MOVED | MOVED_ALTERNATE : MOVED;
    }
    this.#keepsBlock(at, size);
  }

  #hasCandidates(): boolean {
    return this.#candidates.length > 0;
  }

  /** The last row of the other side with an equal line, or -1. */
  #firstMatch(at: number): number {
    const { kind } = this.#rows[at]!;
    if (kind === 'other') return -1;
    return (kind === 'added' ? this.#deleted : this.#added)[this.#classes[at]!]!;
  }

  /** Starts all blocks that begin with the line of a row. */
  #begin(at: number, firstMatch: number): void {
    for (let row = firstMatch; row >= 0; row = this.#nextMatch[row]!) {
      this.#candidates.push({ row, shift: this.#shift(at, row) });
    }
  }

  /** Keeps the blocks that go on with the line of a row. */
  #advance(at: number): void {
    const kept: { row: number; shift: number }[] = [];
    for (const { row, shift } of this.#candidates) {
      const next = row + 1;
      if (this.#rows[next]?.kind !== this.#rows[row]!.kind || this.#classes[next] !== this.#classes[at]) continue;
      const own = this.#shift(at, next);
      if (own === BLANK || this.#indents?.[next]?.width === BLANK) kept.push({ row: next, shift });
      else if (shift === BLANK || own === shift) kept.push({ row: next, shift: own });
    }
    this.#candidates = kept;
  }

  /** By how much more a row is indented than a row of the other side; BLANK for blank lines. */
  #shift(at: number, other: number): number {
    if (this.#indents === undefined) return 0;
    const one = this.#indents[at]!.width;
    const two = this.#indents[other]!.width;
    return one === BLANK && two === BLANK ? BLANK : one - two;
  }

  /** Whether the block of `size` rows before `end` has enough letters and digits; its marks are taken back when not. */
  #keepsBlock(end: number, size: number): boolean {
    if (this.#mode === 'plain') return size > 0;
    let count = 0;
    for (let i = end - 1; i >= end - size; i--) {
      for (const byte of this.#rows[i]!.bytes) {
        if (byte === 0) break;
        if (isAlphanumeric(byte) && ++count >= ALPHANUMERIC_MIN) return true;
      }
    }
    for (let i = end - size; i < end; i++) this.marks[i]! &= ~(MOVED | MOVED_ALTERNATE);
    return false;
  }
}

function isAlphanumeric(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/** Gives rows with equal lines the same number. */
function classifyRows(
  rows: readonly DiffRow[],
  indents: readonly Indent[] | undefined,
  options: MovedLinesOptions,
): { classes: Int32Array; count: number } {
  let size = 0;
  for (const row of rows) size += row.bytes.length;
  const bytes = new Uint8Array(size);
  const starts = new Uint32Array(rows.length + 1);
  let at = 0;
  let count = 0;
  rows.forEach((row, i) => {
    if (row.kind === 'other') return;
    const text = row.bytes.subarray(indents?.[i]?.size ?? 0);
    starts[count++] = at;
    bytes.set(text, at);
    at += text.length;
  });
  starts[count] = at;
  const exact: Lines = { bytes: bytes.subarray(0, at), starts: starts.subarray(0, count + 1), count, isComplete: true };
  const rule = indents === undefined ? spaceRule(options.whitespace) : undefined;
  const compared = rule === undefined ? exact : normalizeSpace(exact, rule);
  const found = classifyLines(compared, splitLines(new Uint8Array(0)));
  const classes = new Int32Array(rows.length).fill(-1);
  let next = 0;
  rows.forEach((row, i) => {
    if (row.kind !== 'other') classes[i] = found.old[next++]!;
  });
  return { classes, count: found.count };
}

const TAB = 0x09;
const SPACE = 0x20;
const CR = 0x0d;

function indentOf(line: Uint8Array, tabWidth: number): Indent {
  let at = 0;
  let width = 0;
  // Vertical tabs, form feeds and carriage returns at the beginning take no room.
  while (line[at] === 0x0b || line[at] === 0x0c || (line[at] === CR && at < line.length - 1)) at++;
  for (; line[at] === SPACE || line[at] === TAB; at++) {
    width += line[at] === SPACE ? 1 : tabWidth - (width % tabWidth);
  }
  let end = at;
  while (end < line.length && isSpace(line[end]!)) end++;
  return end === line.length ? { width: BLANK, size: line.length } : { width, size: at };
}

/** Marks the rows that are not at a border of two blocks. */
function dim(rows: readonly DiffRow[], marks: Uint8Array): void {
  const zebra = MOVED | MOVED_ALTERNATE;
  const markAt = (i: number): number | undefined => {
    const row = rows[i];
    return row === undefined || row.kind === 'other' ? undefined : marks[i];
  };
  for (let i = 0; i < rows.length; i++) {
    const own = marks[i]! & zebra;
    if ((own & MOVED) === 0) continue;
    const before = markAt(i - 1);
    const after = markAt(i + 1);
    const isBorder = (mark: number | undefined): boolean =>
      mark !== undefined && (mark & MOVED) !== 0 && (mark & MOVED_ALTERNATE) !== (own & MOVED_ALTERNATE);
    const isInside = before !== undefined && after !== undefined && (before & zebra) === own && (after & zebra) === own;
    if (isInside || (!isBorder(before) && !isBorder(after))) marks[i]! |= MOVED_DIM;
  }
}
