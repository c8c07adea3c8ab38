import { diffLines, type LineChange } from '../diff/line-diff.js';
import { splitLines, type Lines } from '../diff/lines.js';
import type { ObjectId } from '../hash/object-id.js';
import {
  mergeByOriginLine, sortByOriginLine, splitByOverlap, type BlameEntry, type BlameOrigin, type BlameSplit,
} from './blame-entry.js';
import type { BlameOrigins } from './blame-origins.js';
import type { BlameRequest } from './blame-request.js';
import { hashLines, LineSketch } from './line-sketch.js';

const MOVE_SCORE = 20;
/** Sketches of candidates that are kept; those of a tree of ten thousand files take about 20 MiB. */
const SKETCHES_SIZE_MAX = 64 * 1024 * 1024;

/** Finds lines that were moved within a file or copied from other files of a parent (`-M`, `-C`). */
export class BlameCopies {
  readonly #request: BlameRequest;
  readonly #origins: BlameOrigins;
  /** The final text. */
  readonly #lines: Lines;
  readonly #moveScore: number;
  /** Of the final text: the hash of each line, and the letters and digits before it. */
  readonly #hashes: Int32Array;
  readonly #letters: Uint32Array;
  /** Of candidates by blob: most have nothing in common with the lines that are looked for, and need not be read again. */
  readonly #sketches = new Map<ObjectId, LineSketch>();
  #sketchesSize = 0;

  /** Gives `undefined` where neither moves nor copies are looked for. */
  static for(request: BlameRequest, origins: BlameOrigins, lines: Lines): BlameCopies | undefined {
    if (request.moveScore === undefined && request.copyScore === undefined) return undefined;
    return new BlameCopies(request, origins, lines);
  }

  private constructor(request: BlameRequest, origins: BlameOrigins, lines: Lines) {
    this.#request = request;
    this.#origins = origins;
    this.#lines = lines;
    this.#moveScore = request.moveScore ?? MOVE_SCORE;
    this.#hashes = hashLines(lines);
    this.#letters = countLetters(lines);
  }

  /** Takes from the suspects what parents have elsewhere, and gives it as entries of those files. */
  pass(origin: BlameOrigin, neighbours: readonly number[], parents: readonly (BlameOrigin | undefined)[]): BlameEntry[] {
    const passed: BlameEntry[] = [];
    let small: BlameEntry[] = [];
    origin.suspects = this.#dropSmall(origin.suspects, small, this.#moveScore);
    for (const parent of parents) {
      if (origin.suspects.length === 0) break;
      if (parent !== undefined) this.#findMoves(origin, parent, { passed, small });
    }
    const { copyScore } = this.#request;
    if (copyScore !== undefined) {
      if (copyScore > this.#moveScore) {
        origin.suspects = this.#dropSmall(origin.suspects, small, copyScore);
      } else if (copyScore < this.#moveScore) {
        const all = mergeByOriginLine(origin.suspects, sortByOriginLine(small));
        small = [];
        origin.suspects = this.#dropSmall(all, small, copyScore);
      }
      for (const [i, neighbour] of neighbours.entries()) {
        if (origin.suspects.length === 0) break;
        this.#findCopies(origin, { commit: neighbour, file: parents[i], score: copyScore }, { passed, small });
      }
    }
    origin.suspects = [...small, ...origin.suspects];
    return passed;
  }

  /** Moves what is too small to mean anything to `small`, and gives the rest. */
  #dropSmall(entries: readonly BlameEntry[], small: BlameEntry[], score: number): BlameEntry[] {
    const large: BlameEntry[] = [];
    for (const entry of entries) (this.#scoreOf(entry) <= score ? small : large).push(entry);
    return large;
  }

  #findMoves(origin: BlameOrigin, parent: BlameOrigin, out: { passed: BlameEntry[]; small: BlameEntry[] }): void {
    const text = this.#origins.contentOf(parent);
    const sketch = parent.id === undefined || this.#ignoresSpace ? undefined : (this.#sketches.get(parent.id) ?? this.#sketch(parent.id, text));
    const left: BlameEntry[] = [];
    let open = origin.suspects;
    while (open.length > 0) {
      const next: BlameEntry[] = [];
      for (const entry of open) {
        const isOpen = sketch === undefined || this.#mayShare(entry, sketch, this.#moveScore);
        const split = isOpen ? this.#bestSplit(entry, parent, text, undefined) : undefined;
        if (split !== undefined && this.#scoreOf(split.middle) > this.#moveScore) share(split, out.passed, next);
        else left.push(entry);
      }
      open = this.#dropSmall(next, out.small, this.#moveScore);
    }
    origin.suspects = left;
  }

  #findCopies(
    origin: BlameOrigin,
    parent: { readonly commit: number; readonly file: BlameOrigin | undefined; readonly score: number },
    out: { passed: BlameEntry[]; small: BlameEntry[] },
  ): void {
    const { copySources = 'changed' } = this.#request;
    const isNewFile = parent.file === undefined || parent.file.path !== origin.path;
    const fromAll = copySources === 'all' || (copySources === 'all-for-new-files' && isNewFile);
    const sources = [...this.#origins.copySources(parent.commit, origin, fromAll)].filter(({ path }) => path !== parent.file?.path);
    const left: BlameEntry[] = [];
    let open = origin.suspects;
    while (open.length > 0) {
      const best = new Array<BlameSplit | undefined>(open.length).fill(undefined);
      for (const source of sources) {
        const file = this.#origins.get(parent.commit, source);
        let sketch = this.#ignoresSpace ? undefined : this.#sketches.get(source.id);
        if (sketch !== undefined && !this.#mayShareAny(open, sketch, parent.score)) continue;
        const hadContent = file.content !== undefined;
        const text = this.#origins.contentOf(file);
        if (!this.#ignoresSpace) sketch ??= this.#sketch(source.id, text);
        for (const [i, entry] of open.entries()) {
          if (sketch === undefined || this.#mayShare(entry, sketch, parent.score)) best[i] = this.#bestSplit(entry, file, text, best[i]);
        }
        if (!hadContent && file.suspects.length === 0) file.content = undefined;
      }
      const next: BlameEntry[] = [];
      for (const [i, entry] of open.entries()) {
        const split = best[i];
        if (split !== undefined && this.#scoreOf(split.middle) > parent.score) share(split, out.passed, next);
        else left.push(entry);
      }
      open = this.#dropSmall(next, out.small, parent.score);
    }
    origin.suspects = left;
  }

  /** Lines that are equal but for their space have other hashes. */
  get #ignoresSpace(): boolean {
    return this.#request.whitespace !== undefined;
  }

  #sketch(id: ObjectId, text: Uint8Array): LineSketch {
    const sketch = new LineSketch(hashLines(splitLines(text)));
    this.#sketchesSize += sketch.sizeBytes;
    if (this.#sketchesSize > SKETCHES_SIZE_MAX) {
      this.#sketches.clear();
      this.#sketchesSize = sketch.sizeBytes;
    }
    this.#sketches.set(id, sketch);
    return sketch;
  }

  #mayShareAny(entries: readonly BlameEntry[], sketch: LineSketch, score: number): boolean {
    for (const entry of entries) if (this.#mayShare(entry, sketch, score)) return true;
    return false;
  }

  /** `false` only when no lines of an entry that stand together and are in the text have more than that score. */
  #mayShare(entry: BlameEntry, sketch: LineSketch, score: number): boolean {
    let runStart = entry.line;
    const end = entry.line + entry.count;
    for (let line = entry.line; line < end; line++) {
      if (!sketch.mayHave(this.#hashes[line]!)) runStart = line + 1;
      else if (1 + this.#letters[line + 1]! - this.#letters[runStart]! > score) return true;
    }
    return false;
  }

  /** The part of an entry that a text has too, of the parts with the highest score the last; or the one known before. */
  #bestSplit(entry: BlameEntry, parent: BlameOrigin, text: Uint8Array, known: BlameSplit | undefined): BlameSplit | undefined {
    const { starts, bytes } = this.#lines;
    const part = bytes.subarray(starts[entry.line], starts[entry.line + entry.count]);
    const { whitespace, minimal } = this.#request;
    const { changes } = diffLines(text, part, { whitespace, algorithm: minimal === true ? 'minimal' : 'myers', trimsTail: true });
    let best = known;
    let oldAt = 0;
    let newAt = 0;
    const end: LineChange = { oldStart: 0, oldCount: 0, newStart: entry.count, newCount: 0 };
    for (const change of [...changes, end]) {
      if (newAt < change.newStart && newAt < entry.count) {
        const split = splitByOverlap(entry, {
          start: entry.originLine + newAt, end: entry.originLine + change.newStart, parentStart: oldAt,
        }, parent);
        if (split !== undefined && (best === undefined || this.#scoreOf(split.middle) >= this.#scoreOf(best.middle))) best = split;
      }
      oldAt = change.oldStart + change.oldCount;
      newAt = change.newStart + change.newCount;
    }
    return best;
  }

  /** One more than the letters and digits in the lines. */
  #scoreOf(entry: BlameEntry): number {
    if (entry.score > 0) return entry.score;
    return (entry.score = 1 + this.#letters[entry.line + entry.count]! - this.#letters[entry.line]!);
  }
}

/** The middle to those that were passed on, what is around it back to those that are looked at. */
function share(split: BlameSplit, passed: BlameEntry[], kept: BlameEntry[]): void {
  if (split.before !== undefined) kept.push(split.before);
  if (split.after !== undefined) kept.push(split.after);
  passed.push(split.middle);
}

/** How many letters and digits stand before each line, and in all. */
function countLetters({ bytes, starts, count }: Lines): Uint32Array {
  const letters = new Uint32Array(count + 1);
  let sum = 0;
  for (let line = 0; line < count; line++) {
    const end = starts[line + 1]!;
    for (let at = starts[line]!; at < end; at++) if (isAlphanumeric(bytes[at]!)) sum++;
    letters[line + 1] = sum;
  }
  return letters;
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
