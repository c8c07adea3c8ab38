/**
 * Changes with lines of context around them, as a patch shows them. Changes whose context would touch are one
 * hunk. Ignorable changes are left out unless they stand close to others.
 */
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { DEFAULT_FUNCTION_PATTERN, type FunctionPattern } from './function-pattern.js';
import { isSpace } from './line-space.js';
import type { LineChange, LineDiff } from './line-diff.js';
import { lineRange, type Lines } from './lines.js';

/** Changes in a row with their context. Lines count from 0. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** The line before the hunk that begins a function, or the part of it that matters, as lossless text; at most 80 bytes. */
  readonly section: string | undefined;
  /** At least one. */
  readonly changes: readonly LineChange[];
}

/** How much surrounds changes. */
export interface HunkOptions {
  /** Unchanged lines shown before and after changes. Default 3. */
  readonly contextLines?: number | undefined;
  /** Hunks that are apart by so many more lines are joined. Default 0. */
  readonly interHunkLines?: number | undefined;
  /** Whether whole functions are shown (`-W`). Default false. */
  readonly functionContext?: boolean | undefined;
  /** What begins a function. Default: a line that begins with a letter, `_` or `$`. */
  readonly functionPattern?: FunctionPattern | undefined;
}

/** The hunks of a comparison, in order. O(changes + lines looked at for functions). */
export function makeHunks(diff: LineDiff, options: HunkOptions = {}): Hunk[] {
  const maker = new HunkMaker(diff, options);
  const hunks: Hunk[] = [];
  for (let next = maker.make(0); next !== undefined; next = maker.make(next.after)) hunks.push(next.hunk);
  return hunks;
}

/** Some of the changes, by their first and last index. */
interface Group {
  readonly first: number;
  readonly last: number;
}

const SECTION_SIZE_MAX = 80;

class HunkMaker {
  readonly #diff: LineDiff;
  readonly #context: number;
  readonly #interHunk: number;
  readonly #wholeFunctions: boolean;
  readonly #pattern: FunctionPattern;
  #section: string | undefined;
  /** The last line that was looked at for a section. */
  #sectionLine = -1;

  constructor(diff: LineDiff, options: HunkOptions) {
    this.#diff = diff;
    this.#context = options.contextLines ?? 3;
    this.#interHunk = options.interHunkLines ?? 0;
    this.#wholeFunctions = options.functionContext ?? false;
    this.#pattern = options.functionPattern ?? DEFAULT_FUNCTION_PATTERN;
  }

  /** The first hunk of the changes from index `from` on, and where those after it begin. */
  make(from: number): { hunk: Hunk; after: number } | undefined {
    const group = findGroup(this.#diff.changes, from, { context: this.#context, interHunk: this.#interHunk });
    if (group === undefined) return undefined;
    const { first, oldStart, newStart } = this.#begin(from, group.first);
    const { last, oldEnd, newEnd } = this.#end(group.last);
    const hunk = {
      oldStart,
      oldCount: oldEnd - oldStart,
      newStart,
      newCount: newEnd - newStart,
      section: this.#sectionBefore(oldStart),
      changes: this.#diff.changes.slice(first, last + 1),
    };
    return { hunk, after: last + 1 };
  }

  /** Where the hunk begins; with whole functions it may take in ignorable changes before its first one. */
  #begin(from: number, found: number): { first: number; oldStart: number; newStart: number } {
    const { changes } = this.#diff;
    let shown = from;
    let first = found;
    for (;;) {
      const change = changes[first]!;
      const oldStart = Math.max(0, change.oldStart - this.#context);
      const newStart = Math.max(0, change.newStart - this.#context);
      const functionStart = this.#wholeFunctions ? this.#functionStart(change) : undefined;
      if (functionStart === undefined || functionStart >= oldStart) return { first, oldStart, newStart };
      const wideNewStart = Math.max(0, newStart - (oldStart - functionStart));
      while (shown !== first) {
        const before = changes[shown]!;
        if (before.oldStart + before.oldCount > functionStart || before.newStart + before.newCount > wideNewStart) break;
        shown++;
      }
      if (shown === first) return { first, oldStart: functionStart, newStart: wideNewStart };
      first = shown;
    }
  }

  /** The old line at which the function of a change begins, with what stands right above it; undefined for a new function. */
  #functionStart(change: LineChange): number | undefined {
    const { old, new: new_ } = this.#diff;
    let line = change.oldStart;
    if (line >= old.count) {
      for (let i = change.newStart; i < new_.count; i++) if (this.#isFunction(new_, i)) return undefined;
      line = old.count - 1;
    }
    while (line >= 0 && !this.#isFunction(old, line)) line--;
    while (line > 0 && !isEmpty(old, line - 1) && !this.#isFunction(old, line - 1)) line--;
    return Math.max(0, line);
  }

  /** Where the hunk ends; with whole functions it may take in changes behind its last one. */
  #end(found: number): { last: number; oldEnd: number; newEnd: number } {
    const { changes, old, new: new_ } = this.#diff;
    let last = found;
    for (;;) {
      const change = changes[last]!;
      const oldChanged = change.oldStart + change.oldCount;
      const newChanged = change.newStart + change.newCount;
      const context = Math.min(this.#context, old.count - oldChanged, new_.count - newChanged);
      let oldEnd = oldChanged + context;
      let newEnd = newChanged + context;
      if (!this.#wholeFunctions) return { last, oldEnd, newEnd };
      const functionEnd = this.#functionEnd(oldChanged);
      if (functionEnd > oldEnd) {
        newEnd = Math.min(newEnd + (functionEnd - oldEnd), new_.count);
        oldEnd = functionEnd;
      }
      const next = changes[last + 1];
      if (next === undefined) return { last, oldEnd, newEnd };
      const line = Math.min(next.oldStart, old.count - 1);
      if (line - this.#context > oldEnd && this.#hasFunctionBetween(line, oldEnd)) return { last, oldEnd, newEnd };
      last++;
    }
  }

  /** The old line behind the function that goes on at `from`, less blank lines at its end. */
  #functionEnd(from: number): number {
    const { old } = this.#diff;
    let line = from;
    while (line < old.count && !this.#isFunction(old, line)) line++;
    if (line >= old.count) return old.count;
    while (line > 0 && isEmpty(old, line - 1)) line--;
    return line;
  }

  /** Whether a function begins at `line` or above it, but below `limit`, which is above `line`. */
  #hasFunctionBetween(line: number, limit: number): boolean {
    for (let i = line; i !== limit && i >= 0; i--) if (this.#isFunction(this.#diff.old, i)) return true;
    return false;
  }

  #isFunction(lines: Lines, line: number): boolean {
    return this.#pattern.findName(lineRange(lines, line, line + 1)) !== undefined;
  }

  /** What the line above the hunk belongs to: the nearest beginning of a function, whatever hunks came before. */
  #sectionBefore(oldStart: number): string | undefined {
    const { old } = this.#diff;
    for (let line = oldStart - 1; line > this.#sectionLine; line--) {
      const name = this.#pattern.findName(lineRange(old, line, line + 1));
      if (name === undefined) continue;
      this.#section = sectionText(name);
      break;
    }
    this.#sectionLine = oldStart - 1;
    return this.#section;
  }
}

function sectionText(name: Uint8Array): string | undefined {
  let size = Math.min(name.length, SECTION_SIZE_MAX);
  while (size > 0 && isSpace(name[size - 1]!)) size--;
  return size === 0 ? undefined : losslessTextFromBytes(name.subarray(0, size));
}

function isEmpty(lines: Lines, line: number): boolean {
  for (let i = lines.starts[line]!; i < lines.starts[line + 1]!; i++) if (!isSpace(lines.bytes[i]!)) return false;
  return true;
}

/**
 * The changes of the first hunk from index `from` on. Ignorable changes before it are passed over when they are further
 * from it than the context; others belong to it when they would be seen in its context.
 */
function findGroup(
  changes: readonly LineChange[],
  from: number,
  size: { readonly context: number; readonly interHunk: number },
): Group | undefined {
  const commonMax = 2 * size.context + size.interHunk;
  let first = from;
  for (let i = from; changes[i]?.isIgnorable === true; i++) {
    const next = changes[i + 1];
    if (next === undefined || distance(changes[i]!, next) >= size.context) first = i + 1;
  }
  if (first >= changes.length) return undefined;
  let last = first;
  // Added lines of ignorable changes since the last change that is shown.
  let ignoredCount = 0;
  for (let i = first + 1; i < changes.length; i++) {
    const change = changes[i]!;
    const gap = distance(changes[i - 1]!, change);
    if (gap > commonMax) break;
    const isIgnorable = change.isIgnorable === true;
    const isNear = gap < size.context;
    if (isNear ? !isIgnorable || last === i - 1 : false) {
      last = i;
      ignoredCount = 0;
    } else if (isNear) {
      ignoredCount += change.newCount;
    } else if (last !== i - 1 && distance(changes[last]!, change) + ignoredCount > commonMax) {
      break;
    } else if (!isIgnorable) {
      last = i;
      ignoredCount = 0;
    } else {
      ignoredCount += change.newCount;
    }
  }
  return { first, last };
}

/** Unchanged lines between two changes, the lines of changes between them included. */
function distance(change: LineChange, later: LineChange): number {
  return later.oldStart - (change.oldStart + change.oldCount);
}
