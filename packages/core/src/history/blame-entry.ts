import type { ObjectId } from '../hash/object-id.js';

/** A file of a commit that lines are traced to. */
export interface BlameOrigin {
  /** A number of the commit graph, or {@link NOT_COMMITTED}. */
  readonly commit: number;
  readonly path: string;
  /** The blob; `undefined` for content that is in no commit. */
  readonly id: ObjectId | undefined;
  readonly mode: number;
  /** The content, while it may be needed. */
  content: Uint8Array | undefined;
  /** Lines that this file may be guilty of, and that were not yet passed on. */
  suspects: BlameEntry[];
  /** The same file one step further back. */
  previous: BlameOrigin | undefined;
}

/** The commit of content that was given by the caller. */
export const NOT_COMMITTED = -1;

/** Lines of the final text that stand together, and where they are in the file that is under suspicion. */
export interface BlameEntry {
  /** The first line in the final text, from 0. */
  line: number;
  count: number;
  origin: BlameOrigin;
  /** The first line in the origin. */
  originLine: number;
  /** They were found in a parent by similarity, because the commit is one to ignore. */
  isIgnored: boolean;
  /** The commit is one to ignore, but no parent has anything like them. */
  isUnblamable: boolean;
  /** How many letters and digits there are, plus one; 0: not counted yet. */
  score: number;
}

/** Cuts an entry after `count` lines; gives the rest. */
export function splitEntry(entry: BlameEntry, count: number): BlameEntry {
  const rest: BlameEntry = {
    ...entry, line: entry.line + count, originLine: entry.originLine + count, count: entry.count - count, score: 0,
  };
  entry.count = count;
  entry.score = 0;
  return rest;
}

/** An entry in three parts, of which the middle goes to another origin. */
export interface BlameSplit {
  readonly before: BlameEntry | undefined;
  readonly middle: BlameEntry;
  readonly after: BlameEntry | undefined;
}

/** Lines that are equal: `start` to `end` in the suspect, from `parentStart` on in the parent. */
export interface EqualLines {
  readonly start: number;
  readonly end: number;
  readonly parentStart: number;
}

/** Splits an entry by lines that the parent has too; `undefined` when they do not overlap. */
export function splitByOverlap(entry: BlameEntry, equal: EqualLines, parent: BlameOrigin): BlameSplit | undefined {
  const start = Math.max(entry.originLine, equal.start);
  const end = Math.min(entry.originLine + entry.count, equal.end);
  if (end <= start) return undefined;
  const skipped = start - entry.originLine;
  const middle: BlameEntry = {
    ...entry, origin: parent, line: entry.line + skipped, count: end - start,
    originLine: equal.parentStart + (start - equal.start), score: 0,
  };
  const left = entry.originLine + entry.count - end;
  return {
    before: skipped === 0 ? undefined : { ...entry, count: skipped, score: 0 },
    middle,
    after: left === 0 ? undefined : { ...entry, line: entry.line + entry.count - left, originLine: end, count: left, score: 0 },
  };
}

/** Two lists in the order of their origin lines as one; of equal lines those of `first` come first. */
export function mergeByOriginLine(first: BlameEntry[], second: BlameEntry[]): BlameEntry[] {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const merged: BlameEntry[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length && j < second.length) {
    merged.push(first[i]!.originLine <= second[j]!.originLine ? first[i++]! : second[j++]!);
  }
  while (i < first.length) merged.push(first[i++]!);
  while (j < second.length) merged.push(second[j++]!);
  return merged;
}

/** Puts the lines in the order of their origin's lines; stable. */
export function sortByOriginLine(entries: BlameEntry[]): BlameEntry[] {
  return entries.sort((left, right) => left.originLine - right.originLine);
}
