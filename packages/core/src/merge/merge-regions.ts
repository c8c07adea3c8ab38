/**
 * Where two texts changed a third one, and who did: the changes of both sides side by side. Changes that touch
 * or overlap are one region, a conflict unless both sides did the same.
 */
import { collectChanges, markLines, spaceRule, type LineChange, type LineDiffOptions } from '../diff/line-diff.js';
import { equalLines } from '../diff/line-space.js';
import { lineRange, splitLines, type Lines } from '../diff/lines.js';

/**
 * How hard conflicts are made small: `minimal` takes every overlap for one; `eager` leaves out what both sides did alike;
 * `zealous` compares the two sides of a conflict and keeps what differs; `zealous-alnum` besides joins conflicts that
 * only lines without letters and digits separate.
 */
export type MergeLevel = 'minimal' | 'eager' | 'zealous' | 'zealous-alnum';

/** The three texts. */
export interface MergeSides {
  readonly base: Lines;
  readonly ours: Lines;
  readonly theirs: Lines;
}

/** A place that one side changed, or both. Lines count from 0. */
export interface MergeRegion {
  /** Who changed it; `same` when the comparison of both sides found no difference. */
  kind: 'ours' | 'theirs' | 'conflict' | 'same';
  baseStart: number;
  baseCount: number;
  oursStart: number;
  oursCount: number;
  theirsStart: number;
  theirsCount: number;
}

/** How regions are found. */
export interface RegionOptions {
  readonly level: MergeLevel;
  /** Whether the base is shown, so that conflicts are only shortened at their ends (`zdiff3`), or not at all (`diff3`). */
  readonly style: 'merge' | 'diff3' | 'zdiff3';
  readonly comparison: LineDiffOptions;
}

/** The changes from `old` to `new_`, as for {@link findRegions}. */
export function lineChanges(old: Lines, new_: Lines, comparison: LineDiffOptions): LineChange[] {
  return collectChanges(markLines(old, new_, comparison));
}

/** The changes that two sides made to the base. */
export interface SideChanges {
  readonly ours: readonly LineChange[];
  readonly theirs: readonly LineChange[];
}

/** The regions in order. O(changes), and for zealous levels the comparison of the sides of each conflict. */
export function findRegions(sides: MergeSides, changes: SideChanges, options: RegionOptions): MergeRegion[] {
  const regions = joinChanges(sides, changes, options);
  if (options.style === 'zdiff3') {
    for (const region of regions) if (region.kind === 'conflict') shortenConflict(sides, region, options);
    return regions;
  }
  if (options.style === 'diff3' || options.level === 'minimal' || options.level === 'eager') return regions;
  const refined = regions.flatMap((region) => refineConflict(sides, region, options));
  return joinConflicts(sides.ours, refined, options.level === 'zealous-alnum');
}

/** Walks both lists of changes together. */
function joinChanges(sides: MergeSides, changes: SideChanges, options: RegionOptions): MergeRegion[] {
  const regions: MergeRegion[] = [];
  let i = 0;
  let j = 0;
  // How far the lines of a side are from those of the base behind its last change.
  let oursShift = 0;
  let theirsShift = 0;
  for (;;) {
    const our = changes.ours[i];
    const their = changes.theirs[j];
    if (our === undefined && their === undefined) return regions;
    if (our !== undefined && (their === undefined || endOf(our) < their.oldStart)) {
      addRegion(regions, {
        kind: 'ours',
        ...baseOf(our),
        oursStart: our.newStart,
        oursCount: our.newCount,
        theirsStart: our.oldStart + theirsShift,
        theirsCount: our.oldCount,
      });
      oursShift = shiftAfter(our);
      i++;
      continue;
    }
    if (their !== undefined && (our === undefined || endOf(their) < our.oldStart)) {
      addRegion(regions, {
        kind: 'theirs',
        ...baseOf(their),
        oursStart: their.oldStart + oursShift,
        oursCount: their.oldCount,
        theirsStart: their.newStart,
        theirsCount: their.newCount,
      });
      theirsShift = shiftAfter(their);
      j++;
      continue;
    }
    if (our === undefined || their === undefined) return regions;
    // What both did alike is no region: it is in the text of ours that stands between regions.
    if (options.level === 'minimal' || !isSameChange(sides, { our, their }, options)) {
      addRegion(regions, overlap(our, their));
    }
    const ourEnd = endOf(our);
    const theirEnd = endOf(their);
    if (ourEnd >= theirEnd) {
      theirsShift = shiftAfter(their);
      j++;
    }
    if (theirEnd >= ourEnd) {
      oursShift = shiftAfter(our);
      i++;
    }
  }
}

function endOf(change: LineChange): number {
  return change.oldStart + change.oldCount;
}

function shiftAfter(change: LineChange): number {
  return change.newStart + change.newCount - endOf(change);
}

function baseOf(change: LineChange): { baseStart: number; baseCount: number } {
  return { baseStart: change.oldStart, baseCount: change.oldCount };
}

function isSameChange(sides: MergeSides, pair: { our: LineChange; their: LineChange }, options: RegionOptions): boolean {
  const { our, their } = pair;
  if (our.oldStart !== their.oldStart || our.oldCount !== their.oldCount || our.newCount !== their.newCount) return false;
  const rule = spaceRule(options.comparison.whitespace);
  for (let i = 0; i < our.newCount; i++) {
    const left = { lines: sides.ours, line: our.newStart + i };
    if (!equalLines(left, { lines: sides.theirs, line: their.newStart + i }, rule)) return false;
  }
  return true;
}

/** The conflict of two changes: each side is extended over the unchanged lines that the other one changed. */
function overlap(our: LineChange, their: LineChange): MergeRegion {
  const before = our.oldStart - their.oldStart;
  const after = endOf(our) - endOf(their);
  const oursStart = our.newStart - Math.max(0, before);
  const theirsStart = their.newStart + Math.min(0, before);
  const baseStart = Math.min(our.oldStart, their.oldStart);
  return {
    kind: 'conflict',
    baseStart,
    baseCount: Math.max(endOf(our), endOf(their)) - baseStart,
    oursStart,
    oursCount: our.newStart + our.newCount - oursStart + Math.max(0, -after),
    theirsStart,
    theirsCount: their.newStart + their.newCount - theirsStart + Math.max(0, after),
  };
}

/** Adds a region, or extends the last one by it when they touch on either side. */
function addRegion(regions: MergeRegion[], region: MergeRegion): void {
  const last = regions[regions.length - 1];
  if (
    last === undefined ||
    (region.oursStart > last.oursStart + last.oursCount && region.theirsStart > last.theirsStart + last.theirsCount)
  ) {
    regions.push(region);
    return;
  }
  if (region.kind !== last.kind) last.kind = 'conflict';
  extend(last, region);
}

/** Makes a region reach to the end of a later one. */
function extend(region: MergeRegion, later: MergeRegion): void {
  region.baseCount = later.baseStart + later.baseCount - region.baseStart;
  region.oursCount = later.oursStart + later.oursCount - region.oursStart;
  region.theirsCount = later.theirsStart + later.theirsCount - region.theirsStart;
}

/** Takes equal lines off both ends of a conflict. */
function shortenConflict(sides: MergeSides, region: MergeRegion, options: RegionOptions): void {
  const rule = spaceRule(options.comparison.whitespace);
  const isEqual = (ours: number, theirs: number): boolean =>
    equalLines({ lines: sides.ours, line: ours }, { lines: sides.theirs, line: theirs }, rule);
  while (region.oursCount > 0 && region.theirsCount > 0 && isEqual(region.oursStart, region.theirsStart)) {
    region.oursStart++;
    region.oursCount--;
    region.theirsStart++;
    region.theirsCount--;
  }
  while (
    region.oursCount > 0 &&
    region.theirsCount > 0 &&
    isEqual(region.oursStart + region.oursCount - 1, region.theirsStart + region.theirsCount - 1)
  ) {
    region.oursCount--;
    region.theirsCount--;
  }
}

/** The conflicts that a comparison of both sides of one leaves; each keeps the base of the whole. */
function refineConflict(sides: MergeSides, region: MergeRegion, options: RegionOptions): MergeRegion[] {
  if (region.kind !== 'conflict' || region.oursCount === 0 || region.theirsCount === 0) return [region];
  const { oursStart, theirsStart } = region;
  const ours = splitLines(lineRange(sides.ours, oursStart, oursStart + region.oursCount));
  const theirs = splitLines(lineRange(sides.theirs, theirsStart, theirsStart + region.theirsCount));
  const changes = lineChanges(ours, theirs, options.comparison);
  if (changes.length === 0) return [{ ...region, kind: 'same' }];
  return changes.map((change) => ({
    ...region,
    oursStart: oursStart + change.oldStart,
    oursCount: change.oldCount,
    theirsStart: theirsStart + change.newStart,
    theirsCount: change.newCount,
  }));
}

/** So many common lines between two conflicts take as much room as the markers that would separate them. */
const GAP_MAX = 3;

/** Joins conflicts that stand close together. */
function joinConflicts(ours: Lines, regions: readonly MergeRegion[], needsText: boolean): MergeRegion[] {
  const joined: MergeRegion[] = [];
  for (const region of regions) {
    const last = joined[joined.length - 1];
    if (last?.kind === 'conflict' && region.kind === 'conflict') {
      const from = last.oursStart + last.oursCount;
      const to = region.oursStart;
      if (to - from <= GAP_MAX || (needsText && !hasAlphanumeric(lineRange(ours, from, to)))) {
        extend(last, region);
        continue;
      }
    }
    joined.push(region);
  }
  return joined;
}

function hasAlphanumeric(bytes: Uint8Array): boolean {
  return bytes.some((byte) => {
    const lower = byte | 0x20;
    return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
  });
}
