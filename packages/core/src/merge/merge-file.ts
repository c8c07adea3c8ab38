/**
 * Merging three texts, as `git merge-file` and the text driver of Git's merges do.
 *
 *     <<<<<<< ours          the lines of ours
 *     ||||||| base          those of the base, with diff3 and zdiff3
 *     =======
 *     >>>>>>> theirs        those of theirs
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { concatBytes } from '../bytes/compare.js';
import type { DiffAlgorithm, LineDiffOptions, WhitespaceOptions } from '../diff/line-diff.js';
import { lineRange, splitLines, type Lines } from '../diff/lines.js';
import { findRegions, lineChanges, type MergeLevel, type MergeRegion, type MergeSides } from './merge-regions.js';

/** How a conflict is written: without the base, with it, or with it and without lines both sides begin or end with. */
export type ConflictStyle = 'merge' | 'diff3' | 'zdiff3';

/** Whose lines stand for a conflict; `union` takes ours, then theirs. */
export type MergeFavor = 'ours' | 'theirs' | 'union';

/** How texts are merged. */
export interface MergeFileOptions {
  /** Default `merge`. */
  readonly style?: ConflictStyle | undefined;
  /** Default: conflicts are written with markers. */
  readonly favor?: MergeFavor | undefined;
  /** Characters of a marker; default, and for less than 1, 7. */
  readonly markerSize?: number | undefined;
  /** What follows the markers, as lossless text; without one the marker stands alone. */
  readonly labels?:
    | { readonly base?: string | undefined; readonly ours?: string | undefined; readonly theirs?: string | undefined }
    | undefined;
  /** Default `myers`, that of `git merge-file`; Git's merges of commits take `histogram`. */
  readonly algorithm?: DiffAlgorithm | undefined;
  readonly whitespace?: WhitespaceOptions | undefined;
  /** Default `zealous-alnum`, that of `git merge-file`; Git's merges of commits take `zealous`. */
  readonly level?: MergeLevel | undefined;
}

/** Some lines in a row; they count from 0. */
export interface MergeLineRange {
  readonly start: number;
  readonly count: number;
}

/** Lines of both sides that exclude each other. */
export interface MergeFileConflict {
  /** The lines of the base; those of all neighbours together where one overlap became several conflicts. */
  readonly base: MergeLineRange;
  readonly ours: MergeLineRange;
  readonly theirs: MergeLineRange;
}

/** A merged text. */
export interface MergeFileResult {
  /** With markers around what is in conflict. May be a view on one of the sides. */
  readonly content: Uint8Array;
  /** 0 when the merge is clean, which it always is with a favor. */
  readonly conflictCount: number;
  /** In order, one for each group of markers in `content`. */
  readonly conflicts: readonly MergeFileConflict[];
}

/**
 * Merges what `ours` and `theirs` changed in `base`. Cost as of two or three comparisons of lines.
 *
 * Binary texts are merged like others; callers ask `isBinary` first, as Git refuses those.
 *
 * @throws {GovcError} limit-exceeded: two of the texts have more than `LIMITS.diffLineCount` lines.
 *
 * @example
 * mergeFile(base, ours, theirs, { style: 'diff3', labels: { ours: 'HEAD', base: 'base', theirs: 'topic' } }).content;
 */
export function mergeFile(
  base: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
  options: MergeFileOptions = {},
): MergeFileResult {
  const sides = { base: splitLines(base), ours: splitLines(ours), theirs: splitLines(theirs) };
  // Git never lets indentation decide in a merge.
  const comparison: LineDiffOptions = {
    algorithm: options.algorithm,
    whitespace: options.whitespace,
    indentHeuristic: false,
  };
  const changes = {
    ours: lineChanges(sides.base, sides.ours, comparison),
    theirs: lineChanges(sides.base, sides.theirs, comparison),
  };
  if (changes.ours.length === 0) return { content: theirs, conflictCount: 0, conflicts: [] };
  if (changes.theirs.length === 0) return { content: ours, conflictCount: 0, conflicts: [] };
  const style = options.style ?? 'merge';
  const regions = findRegions(sides, changes, { level: options.level ?? 'zealous-alnum', style, comparison });
  const content = writeRegions(sides, regions, options);
  const conflicts = options.favor === undefined ? regions.filter((region) => region.kind === 'conflict').map(conflictOf) : [];
  return { content, conflictCount: conflicts.length, conflicts };
}

function conflictOf(region: MergeRegion): MergeFileConflict {
  return {
    base: { start: region.baseStart, count: region.baseCount },
    ours: { start: region.oursStart, count: region.oursCount },
    theirs: { start: region.theirsStart, count: region.theirsCount },
  };
}

/** The text of ours with the regions replaced. */
function writeRegions(sides: MergeSides, regions: readonly MergeRegion[], options: MergeFileOptions): Uint8Array {
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const region of regions) {
    const kind = region.kind === 'conflict' ? (options.favor ?? 'conflict') : region.kind;
    if (kind === 'same') continue;
    parts.push(lineRange(sides.ours, done, region.oursStart));
    done = region.oursStart + region.oursCount;
    const ours = lineRange(sides.ours, region.oursStart, done);
    const theirs = lineRange(sides.theirs, region.theirsStart, region.theirsStart + region.theirsCount);
    switch (kind) {
      case 'ours':
        parts.push(ours);
        break;
      case 'theirs':
        parts.push(theirs);
        break;
      case 'union':
        pushComplete(parts, ours, lineEnd(sides, region));
        parts.push(theirs);
        break;
      case 'conflict':
        pushConflict(parts, { sides, region, ours, theirs }, options);
        break;
    }
  }
  parts.push(lineRange(sides.ours, done, sides.ours.count));
  return concatBytes(parts);
}

interface ConflictText {
  readonly sides: MergeSides;
  readonly region: MergeRegion;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

const MARKER_SIZE = 7;

function pushConflict(parts: Uint8Array[], text: ConflictText, options: MergeFileOptions): void {
  const { sides, region } = text;
  const end = lineEnd(sides, region);
  const size = options.markerSize !== undefined && options.markerSize > 0 ? options.markerSize : MARKER_SIZE;
  const marker = (character: string, label: string | undefined): Uint8Array =>
    bytesFromLosslessText(character.repeat(size) + (label === undefined ? '' : ` ${label}`) + end);
  parts.push(marker('<', options.labels?.ours));
  pushComplete(parts, text.ours, end);
  if (options.style === 'diff3' || options.style === 'zdiff3') {
    parts.push(marker('|', options.labels?.base));
    pushComplete(parts, lineRange(sides.base, region.baseStart, region.baseStart + region.baseCount), end);
  }
  parts.push(marker('=', undefined));
  pushComplete(parts, text.theirs, end);
  parts.push(marker('>', options.labels?.theirs));
}

const LF = 0x0a;
const CR = 0x0d;

/** Adds lines, and to a last line without LF the end of a line. */
function pushComplete(parts: Uint8Array[], lines: Uint8Array, end: string): void {
  parts.push(lines);
  if (lines.length > 0 && lines[lines.length - 1] !== LF) parts.push(bytesFromLosslessText(end));
}

/** How lines end around a region: LF unless all that can be seen of both sides and the base ends with CR LF. */
function lineEnd(sides: MergeSides, region: MergeRegion): '\n' | '\r\n' {
  let usesCr = endsWithCr(sides.ours, Math.max(0, region.oursStart - 1));
  if (usesCr !== false) usesCr = endsWithCr(sides.theirs, Math.max(0, region.theirsStart - 1));
  if (usesCr !== false) usesCr = endsWithCr(sides.base, 0);
  return usesCr === true ? '\r\n' : '\n';
}

/** Whether a line ends with CR LF, or the one before it when it has no LF; undefined when neither tells. */
function endsWithCr(lines: Lines, line: number): boolean | undefined {
  if (lines.count === 0) return undefined;
  const isLastOpen = line === lines.count - 1 && !lines.isComplete;
  if (isLastOpen && line === 0) return undefined;
  const told = isLastOpen ? line - 1 : line;
  const size = lines.starts[told + 1]! - lines.starts[told]!;
  return size > 1 && lines.bytes[lines.starts[told + 1]! - 2] === CR;
}
