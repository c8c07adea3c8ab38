/**
 * Who wrote which line (gitblame: the algorithm of `git blame`).
 *
 * Lines start under suspicion of the newest commit. Commits are taken newest first; each passes the lines that a
 * parent has too on to that parent, and stays guilty of the rest. Lines travel as entries: a range of the final text and
 * where it stands in the file that is suspected now.
 */
import { GovcError } from '../errors.js';
import { splitLines, type Lines } from '../diff/lines.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { RankedQueue } from '../walk/ranked-queue.js';
import { BlameCopies } from './blame-copies.js';
import { mergeByOriginLine, NOT_COMMITTED, sortByOriginLine, type BlameEntry, type BlameOrigin } from './blame-entry.js';
import { BlameHistory } from './blame-history.js';
import { BlameOrigins } from './blame-origins.js';
import { passLines } from './blame-pass.js';
import type { BlameRange, BlameRequest, BlameResult, LineRange } from './blame-request.js';
import { fingerprintLines } from './line-fingerprint.js';

const MODE_FILE = 0o100644;

/**
 * Traces the lines of a file to the commits that brought them, the same as `git blame` names.
 *
 * @throws {GovcError} path-missing: the commit has no such file; object-missing, object-type-mismatch, limit-exceeded
 */
export function* blame(request: BlameRequest): Job<BlameResult> {
  const board = new BlameBoard(request);
  let done = 0;
  while (board.step()) {
    if (++done % 16 === 0) yield { phase: 'Blaming lines', done, total: undefined };
  }
  return board.result();
}

class BlameBoard {
  readonly #request: BlameRequest;
  readonly #history: BlameHistory;
  readonly #origins: BlameOrigins;
  readonly #copies: BlameCopies | undefined;
  readonly #lines: Lines;
  readonly #queue = new RankedQueue();
  readonly #guilty: BlameEntry[] = [];
  #commit: number | undefined;

  constructor(request: BlameRequest) {
    this.#request = request;
    this.#history = new BlameHistory(request);
    this.#origins = new BlameOrigins(request);
    const origin = this.#firstOrigin();
    this.#lines = splitLines(this.#origins.contentOf(origin));
    this.#copies = BlameCopies.for(request, this.#origins, this.#lines);
    const ranges = request.ranges ?? [{ start: 0, end: this.#lines.count }];
    origin.suspects = mergeRanges(ranges).map(({ start, end }): BlameEntry => ({
      line: start, count: Math.min(end, this.#lines.count) - start, origin, originLine: start, isIgnored: false, isUnblamable: false, score: 0,
    })).filter(({ count }) => count > 0);
    this.#enqueue(origin.commit);
  }

  /** Takes one file of one commit; `false` when nothing is left. */
  step(): boolean {
    this.#commit ??= this.#queue.pop();
    if (this.#commit === undefined) return false;
    const origin = this.#origins.of(this.#commit).find(({ suspects }) => suspects.length > 0);
    if (origin === undefined) {
      this.#commit = undefined;
      return true;
    }
    if (this.#history.isOpen(origin.commit)) this.#pass(origin);
    for (const entry of origin.suspects) this.#guilty.push(entry);
    origin.suspects = [];
    return true;
  }

  result(): BlameResult {
    const entries = this.#guilty.sort((left, right) => left.line - right.line);
    const joined: BlameEntry[] = [];
    for (const entry of entries) {
      const last = joined.at(-1);
      if (last !== undefined && last.origin === entry.origin && last.line + last.count === entry.line &&
        last.originLine + last.count === entry.originLine && last.isIgnored === entry.isIgnored &&
        last.isUnblamable === entry.isUnblamable) last.count += entry.count;
      else joined.push({ ...entry });
    }
    return { content: this.#lines.bytes, ranges: joined.map((entry) => this.#rangeOf(entry)) };
  }

  #rangeOf({ line, count, origin, originLine, isIgnored, isUnblamable }: BlameEntry): BlameRange {
    const { previous } = origin;
    return {
      line, count, commit: this.#idOf(origin.commit), originPath: origin.path, originLine,
      isBoundary: this.#history.isBoundary(origin.commit), isIgnored, isUnblamable,
      previous: previous === undefined ? undefined : { commit: this.#idOf(previous.commit)!, path: previous.path },
    };
  }

  #idOf(commit: number): ObjectId | undefined {
    return commit === NOT_COMMITTED ? undefined : this.#request.graph.idAt(commit);
  }

  #firstOrigin(): BlameOrigin {
    const { graph, objects, start, path, content } = this.#request;
    const commit = graph.numberOf(start);
    graph.mustRead(commit, objects);
    const file = this.#origins.findFile(commit, path);
    if (content !== undefined) {
      return this.#origins.get(NOT_COMMITTED, { path, id: undefined, mode: file?.mode ?? MODE_FILE, content });
    }
    if (file === undefined || (file.mode & 0o170000) === 0o160000) {
      throw new GovcError('path-missing', `There is no file "${path.slice(0, 200)}" in ${start}.`, { path: path.slice(0, 4096), commit: start });
    }
    return this.#origins.get(commit, file);
  }

  #enqueue(commit: number): void {
    const time = this.#history.timeOf(commit);
    this.#queue.push(commit, this.#history.isReverse ? -time : time);
  }

  /** Gives entries, in the order of their lines, to an origin. */
  #give(origin: BlameOrigin, entries: BlameEntry[]): void {
    if (entries.length === 0) return;
    if (origin.suspects.length > 0) {
      origin.suspects = mergeByOriginLine(origin.suspects, entries);
      return;
    }
    const isQueued = this.#origins.of(origin.commit).some(({ suspects }) => suspects.length > 0);
    origin.suspects = entries;
    if (!isQueued) this.#enqueue(origin.commit);
  }

  /** Passes what an origin is suspected of on to the neighbours of its commit, as far as they have the same lines. */
  #pass(origin: BlameOrigin): void {
    const neighbours = this.#history.neighboursOf(origin.commit);
    if (neighbours.length === 0) return;
    const parents = this.#findParents(origin, neighbours);
    if (parents !== undefined) {
      this.#passChanged(origin, neighbours, parents);
      for (const parent of parents) if (parent !== undefined && parent.suspects.length === 0) forget(parent);
    }
    forget(origin);
  }

  /**
   * The file in each neighbour; of neighbours with the same blob only the first one counts. `undefined` when one has the
   * very blob of the origin, which then took everything.
   */
  #findParents(origin: BlameOrigin, neighbours: readonly number[]): (BlameOrigin | undefined)[] | undefined {
    const found = new Array<BlameOrigin | undefined>(neighbours.length).fill(undefined);
    const passes = this.#request.followRenames === false ? ['same'] : ['same', 'renamed'];
    for (const pass of passes) {
      for (const [i, neighbour] of neighbours.entries()) {
        if (found[i] !== undefined) continue;
        const parent = pass === 'same'
          ? this.#origins.findSame(neighbour, origin)
          : this.#origins.findRenamed(neighbour, origin);
        if (parent === undefined) continue;
        if (parent.id !== undefined && parent.id === origin.id) {
          this.#passWhole(origin, parent);
          return undefined;
        }
        const isKnown = found.some((other, j) => j < i && other !== undefined && other.id === parent.id);
        if (!isKnown) found[i] = parent;
      }
    }
    return found;
  }

  #passWhole(origin: BlameOrigin, parent: BlameOrigin): void {
    parent.content ??= origin.content;
    const { suspects } = origin;
    origin.suspects = [];
    for (const entry of suspects) entry.origin = parent;
    this.#give(parent, suspects);
  }

  #passChanged(origin: BlameOrigin, neighbours: readonly number[], parents: readonly (BlameOrigin | undefined)[]): void {
    for (const parent of parents) {
      if (parent === undefined) continue;
      origin.previous ??= parent;
      this.#passTo(origin, parent, false);
      if (origin.suspects.length === 0) return;
    }
    const id = this.#idOf(origin.commit);
    if (id !== undefined && this.#request.ignoredCommits?.has(id) === true) {
      for (const parent of parents) {
        if (parent === undefined) continue;
        this.#passTo(origin, parent, true);
        if (origin.suspects.length === 0) return;
      }
    }
    if (this.#copies === undefined) return;
    const moved = this.#copies.pass(origin, neighbours, parents);
    const byOrigin = new Map<BlameOrigin, BlameEntry[]>();
    for (const entry of moved) {
      const entries = byOrigin.get(entry.origin);
      if (entries === undefined) byOrigin.set(entry.origin, [entry]);
      else entries.push(entry);
    }
    for (const [parent, entries] of byOrigin) this.#give(parent, sortByOriginLine(entries));
  }

  #passTo(origin: BlameOrigin, parent: BlameOrigin, ignoresChanges: boolean): void {
    const old = this.#origins.contentOf(parent);
    const new_ = this.#origins.contentOf(origin);
    const passed = passLines(origin, parent, {
      old, new: new_, whitespace: this.#request.whitespace, minimal: this.#request.minimal === true,
      fingerprints: ignoresChanges
        ? { old: fingerprintLines(splitLines(old)), new: fingerprintLines(splitLines(new_)) }
        : undefined,
    });
    this.#give(parent, ignoresChanges ? sortByOriginLine(passed) : passed);
  }
}

/** Lets go of a text that is not needed for the moment. */
function forget(origin: BlameOrigin): void {
  if (origin.id !== undefined) origin.content = undefined;
}

/** Ranges in order, with those that touch as one. */
function mergeRanges(ranges: readonly LineRange[]): LineRange[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of ranges.toSorted((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
