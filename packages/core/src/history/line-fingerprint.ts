/**
 * Which line of an old text a changed line most likely comes from, for commits that blame is to ignore
 * (`git blame --ignore-rev`): lines are compared by the pairs of letters in them.
 */
import { type Lines } from '../diff/lines.js';

/** How often each pair of neighbouring bytes, in lower case, occurs in a line. Blanks are all alike and count no pair among themselves. */
export type LineFingerprint = Map<number, number>;

const SPACES = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

/** The fingerprint of each line. O(bytes). */
export function fingerprintLines(lines: Lines): LineFingerprint[] {
  const found: LineFingerprint[] = [];
  for (let i = 0; i < lines.count; i++) found.push(fingerprint(lines.bytes, lines.starts[i]!, lines.starts[i + 1]!));
  return found;
}

function fingerprint(bytes: Uint8Array, start: number, end: number): LineFingerprint {
  const pairs: LineFingerprint = new Map();
  let before = 0;
  for (let at = start; at <= end; at++) {
    const byte = bytes[at]!;
    let after = 0;
    if (at < end && !SPACES.has(byte)) after = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
    const pair = before | (after << 8);
    before = after;
    if (pair !== 0) pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** How many pairs two lines have in common. */
function similarity(left: LineFingerprint, right: LineFingerprint): number {
  let common = 0;
  for (const [pair, count] of right) {
    const other = left.get(pair);
    if (other !== undefined) common += Math.min(other, count);
  }
  return common;
}

function subtract(from: LineFingerprint, what: LineFingerprint): void {
  for (const [pair, count] of what) {
    const other = from.get(pair);
    if (other === undefined) continue;
    if (other <= count) from.delete(pair);
    else from.set(pair, other - count);
  }
}

/** A changed stretch: lines of the old text and lines of the new one that took their place. */
export interface ChangedStretch {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

// Less than so many pairs in common is chance, where the whole file is searched.
const SIMILARITY_MIN = 10;

/**
 * For each new line of a stretch the old line that it most likely comes from, or -1: first inside the stretch, in
 * order; then anywhere in the old text.
 *
 * @param old fingerprints of the whole old text; those of lines that were matched lose what matched
 * @param new_ fingerprints of the whole new text
 */
export function guessOldLines(old: LineFingerprint[], new_: readonly LineFingerprint[], stretch: ChangedStretch): Int32Array {
  const found = stretch.oldCount > 0
    ? new StretchMatcher(old, new_, stretch).match()
    : new Int32Array(stretch.newCount).fill(-1);
  for (let i = 0; i < stretch.newCount; i++) {
    if (found[i]! < 0) found[i] = scan(old, new_[stretch.newStart + i]!, stretch.newStart + i);
  }
  return found;
}

/** The most similar line of a whole text, the nearer one of equals. */
function scan(old: readonly LineFingerprint[], line: LineFingerprint, near: number): number {
  let best = SIMILARITY_MIN;
  let bestIndex = -1;
  for (let i = 0; i < old.length; i++) {
    const value = similarity(line, old[i]!);
    if (value < best) continue;
    if (value === best && bestIndex !== -1 && Math.abs(bestIndex - near) < Math.abs(i - near)) continue;
    best = value;
    bestIndex = i;
  }
  return bestIndex;
}

const UNKNOWN = -1;
const NOTHING_MATCHES = -2;
const DISTANCE_MAX = 10;

interface Part {
  /** Old lines, absolute. */
  readonly oldStart: number;
  readonly oldEnd: number;
  /** New lines, relative to the stretch. */
  readonly newStart: number;
  readonly newEnd: number;
}

/**
 * Matches the lines of a stretch in order: the pair that is most certain divides it, and both sides are matched by
 * themselves. Each line is compared with those within ten lines of its place.
 */
class StretchMatcher {
  readonly #old: LineFingerprint[];
  readonly #new: readonly LineFingerprint[];
  readonly #stretch: ChangedStretch;
  readonly #distance: number;
  readonly #newDistance: number;
  readonly #width: number;
  readonly #similarities: Int32Array;
  readonly #certainty: Int32Array;
  readonly #best: Int32Array;
  readonly #second: Int32Array;

  constructor(old: LineFingerprint[], new_: readonly LineFingerprint[], stretch: ChangedStretch) {
    this.#old = old;
    this.#new = new_;
    this.#stretch = stretch;
    const { oldCount, newCount } = stretch;
    this.#distance = DISTANCE_MAX >= oldCount ? oldCount - 1 : DISTANCE_MAX;
    this.#width = this.#distance * 2 + 1;
    this.#newDistance = Math.trunc((this.#width * newCount - 1) / oldCount);
    this.#similarities = new Int32Array(newCount * this.#width).fill(-1);
    this.#certainty = new Int32Array(newCount).fill(UNKNOWN);
    this.#best = new Int32Array(newCount).fill(-1);
    this.#second = new Int32Array(newCount).fill(-1);
  }

  match(): Int32Array {
    const { oldStart, oldCount, newCount } = this.#stretch;
    const open: Part[] = [{ oldStart, oldEnd: oldStart + oldCount, newStart: 0, newEnd: newCount }];
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      const line = this.#mostCertain(part);
      if (line === -1) continue;
      const old = this.#best[line]!;
      subtract(this.#old[old]!, this.#new[this.#stretch.newStart + line]!);
      this.#invalidate(part, line, old);
      if (line + 1 < part.newEnd) open.push({ ...part, oldStart: old, newStart: line + 1 });
      if (line > part.newStart) open.push({ ...part, oldEnd: old + 1, newEnd: line });
    }
    return this.#best;
  }

  /** The old line at the same share of the stretch as a new line (relative), absolute. */
  #nearest(line: number): number {
    const { oldStart, oldCount, newCount } = this.#stretch;
    return Math.trunc(((line * 2 + 1) * oldCount) / (newCount * 2)) + oldStart;
  }

  #mostCertain(part: Part): number {
    let certainty = -1;
    let found = -1;
    for (let line = part.newStart; line < part.newEnd; line++) {
      if (this.#certainty[line] === UNKNOWN) this.#compare(part, line);
      if (this.#certainty[line]! > certainty) {
        certainty = this.#certainty[line]!;
        found = line;
      }
    }
    return found;
  }

  #compare(part: Part, line: number): void {
    const nearest = this.#nearest(line);
    const from = Math.max(nearest - this.#distance, part.oldStart);
    const to = Math.min(nearest + this.#distance + 1, part.oldEnd);
    let best = 0;
    let second = 0;
    let bestLine = part.oldStart;
    let secondLine = part.oldStart;
    for (let old = from; old < to; old++) {
      const slot = this.#slot(line, old, nearest);
      let value = this.#similarities[slot]!;
      if (value === -1) {
        // Of equally similar lines the nearer one counts a little more.
        value = similarity(this.#new[this.#stretch.newStart + line]!, this.#old[old]!) * (1000 - Math.abs(old - nearest));
        this.#similarities[slot] = value;
      }
      if (value > best) {
        second = best;
        secondLine = bestLine;
        best = value;
        bestLine = old;
      } else if (value > second) {
        second = value;
        secondLine = old;
      }
    }
    if (best === 0) {
      this.#certainty[line] = NOTHING_MATCHES;
      this.#best[line] = -1;
      return;
    }
    this.#certainty[line] = best * 2 - second;
    this.#best[line] = bestLine;
    this.#second[line] = secondLine;
  }

  #slot(line: number, old: number, nearest: number): number {
    return line * this.#width + old - nearest + this.#distance;
  }

  /** Forgets what a match has made wrong: similarities with its old line, and matches that would cross it. */
  #invalidate(part: Part, line: number, old: number): void {
    const from = Math.max(line - this.#newDistance, part.newStart);
    const to = Math.min(line + this.#newDistance + 1, part.newEnd);
    for (let i = from; i < to; i++) {
      const nearest = this.#nearest(i);
      if (Math.abs(old - nearest) <= this.#distance) this.#similarities[this.#slot(i, old, nearest)] = -1;
    }
    for (let i = from; i < to; i++) {
      if (i === line || this.#certainty[i]! < 0) continue;
      const crosses = i < line
        ? this.#best[i]! >= old || this.#second[i]! >= old
        : this.#best[i]! <= old || this.#second[i]! <= old;
      if (crosses) this.#certainty[i] = UNKNOWN;
    }
  }
}
