/**
 * Recorded resolutions of conflicts: what `git rerere` keeps in `.git/rr-cache`.
 *
 * The conflicts of a file are named by a hash over both sides of each, whatever their order and the labels of markers. Under
 * that name stand pairs of a *preimage*, the file with its conflicts in normal form, and a *postimage*, the file as someone
 * resolved it; a later one of the same name is a variant. Nothing here is stored: pairs come and go as values.
 */
import { compareBytes, concatBytes } from '../bytes/compare.js';
import { bytesFromLatin1 } from '../bytes/text.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import { mergeFile } from './merge-file.js';

/** A file with conflicts in normal form. */
export interface NormalConflicts {
  /** The name of the conflicts, in hex. */
  readonly id: string;
  /** The file with labels taken away, bases left out, and the sides of each conflict in the order of their bytes. */
  readonly preimage: Uint8Array;
}

/** What is known of one conflict; the position in a list of these is the number of the variant. */
export interface RerereVariant {
  readonly preimage: Uint8Array | undefined;
  /** `undefined` while nobody has resolved it. */
  readonly postimage: Uint8Array | undefined;
}

/** What became of a file in conflict. */
export type RerereOutcome =
  /** A resolution of before fits; `variant` is its position. */
  | { readonly kind: 'resolved'; readonly content: Uint8Array; readonly variant: number }
  /** None fits; keep the preimage under that variant until it is resolved. */
  | { readonly kind: 'recorded'; readonly preimage: Uint8Array; readonly variant: number };

const MARKER_SIZE = 7;
const LF = 0x0a;

/**
 * The conflicts of a file.
 *
 * @param markerSize characters of a conflict marker. Default: 7.
 * @returns `undefined` where there are no conflicts; `malformed` where markers do not fit each other
 */
export function findConflicts(content: Uint8Array, algorithm: HashAlgorithm, markerSize = MARKER_SIZE): NormalConflicts | 'malformed' | undefined {
  const hasher = algorithm.createHasher();
  const output: Uint8Array[] = [];
  const reader = new LineReader(content);
  let hasConflicts = false;
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    if (!isMarker(line, '<', markerSize)) {
      output.push(line);
      continue;
    }
    const conflict = readConflict(reader, markerSize);
    if (conflict === undefined) return 'malformed';
    hasConflicts = true;
    output.push(conflict.text);
    for (const side of [conflict.one, conflict.two]) {
      hasher.update(side);
      hasher.update(NUL);
    }
  }
  return hasConflicts ? { id: objectIdAt(hasher.digest(), 0, algorithm), preimage: concatBytes(output) } : undefined;
}

/** Lays the change from a preimage to its postimage over another preimage; `undefined` where it does not fit. */
export function replayResolution(preimage: Uint8Array, variant: RerereVariant): Uint8Array | undefined {
  if (variant.preimage === undefined || variant.postimage === undefined) return undefined;
  const { content, conflictCount } = mergeFile(variant.preimage, preimage, variant.postimage);
  return conflictCount === 0 ? content : undefined;
}

/**
 * Resolves a file in conflict as it was resolved before, or says what is to be recorded.
 *
 * @param variants what is recorded under the name of its conflicts
 */
export function resolveRecorded(preimage: Uint8Array, variants: readonly RerereVariant[]): RerereOutcome {
  for (const [variant, recorded] of variants.entries()) {
    const content = replayResolution(preimage, recorded);
    if (content !== undefined) return { kind: 'resolved', content, variant };
  }
  const free = variants.findIndex((recorded) => recorded.preimage === undefined && recorded.postimage === undefined);
  return { kind: 'recorded', preimage, variant: free < 0 ? variants.length : free };
}

/** The variant whose resolution fits a preimage, to be forgotten; -1 where there is none. */
export function findVariantToForget(preimage: Uint8Array, variants: readonly RerereVariant[]): number {
  return variants.findIndex((recorded) => replayResolution(preimage, recorded) !== undefined);
}

const NUL = new Uint8Array(1);

interface Conflict {
  readonly one: Uint8Array;
  readonly two: Uint8Array;
  readonly text: Uint8Array;
}

interface OpenConflict {
  readonly one: Uint8Array[];
  readonly two: Uint8Array[];
  part: 'one' | 'base' | 'two';
}

/** Reads a conflict after its first marker, with those inside of it, innermost first. */
function readConflict(reader: LineReader, markerSize: number): Conflict | undefined {
  const open: OpenConflict[] = [{ one: [], two: [], part: 'one' }];
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    const conflict = open.at(-1)!;
    if (isMarker(line, '<', markerSize)) {
      open.push({ one: [], two: [], part: 'one' });
    } else if (isMarker(line, '|', markerSize)) {
      if (conflict.part !== 'one') return undefined;
      conflict.part = 'base';
    } else if (isMarker(line, '=', markerSize)) {
      if (conflict.part === 'two') return undefined;
      conflict.part = 'two';
    } else if (isMarker(line, '>', markerSize)) {
      if (conflict.part !== 'two') return undefined;
      const closed = closeConflict(conflict, markerSize);
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) return closed;
      // As in Git, one inside of a base goes to the second side.
      (outer.part === 'one' ? outer.one : outer.two).push(closed.text);
    } else if (conflict.part !== 'base') {
      conflict[conflict.part].push(line);
    }
  }
  return undefined;
}

function closeConflict(conflict: OpenConflict, markerSize: number): Conflict {
  const sides = [concatBytes(conflict.one), concatBytes(conflict.two)] as const;
  const [one, two] = compareBytes(sides[0], sides[1]) > 0 ? [sides[1], sides[0]] : sides;
  const marker = (character: string): Uint8Array => bytesFromLatin1(`${character.repeat(markerSize)}\n`);
  return { one, two, text: concatBytes([marker('<'), one, marker('='), two, marker('>')]) };
}

/** Exactly so many of the character, then white space; after the outer two a space, since they have a label. */
function isMarker(line: Uint8Array, character: string, markerSize: number): boolean {
  const code = character.charCodeAt(0);
  for (let i = 0; i < markerSize; i++) if (line[i] !== code) return false;
  const next = line[markerSize];
  if (character === '<' || character === '>') return next === 0x20;
  return next === 0x20 || next === 0x09 || next === LF || next === 0x0d;
}

/** The lines of some bytes, each with its line feed. */
class LineReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): Uint8Array | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    const feed = this.#bytes.indexOf(LF, this.#at);
    const end = feed < 0 ? this.#bytes.length : feed + 1;
    const line = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return line;
  }
}
