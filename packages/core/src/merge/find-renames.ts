/**
 * The second step of a merge: which of the files that a side deleted are files that it added elsewhere.
 *
 * Files of equal id are matched first. Then a file is compared with the one that has the same name in another folder, if
 * there is only one or if the folder is known to have moved. Only what is left, and matters for the merge, is compared
 * each with each.
 */
import { isBinary } from '../diff/is-binary.js';
import { canBeSimilar, makeSpans, scoreSpans, SIMILARITY_MAX, type Spans } from '../diff/similarity.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { isFileMode } from '../object/tree.js';
import { countRename, dropDecidedSources, guessFolders, pruneCounts } from './folder-counts.js';
import { readBlob } from './merge-content.js';
import { ABSENT, nameOf, directoryOf, OURS, THEIRS, type SideIndex, type Version } from './merge-entry.js';
import type { MergeState, MergeStore, RenamePair, RenameSide } from './merge-state.js';

/** Finds the renames of both sides; their pairs are `renamed` then. */
export function* findRenames(state: MergeState): Job<{ readonly isDetected: boolean }> {
  let isDetected = false;
  if (state.options.renames === false) return { isDetected };
  for (const index of [OURS, THEIRS] as const) {
    const side = state.side(index);
    for (const known of [...side.knownPairs.keys(), ...side.knownIrrelevant]) side.relevantSources.delete(known);
    if (side.pairs.length === 0 || side.relevantSources.size === 0) continue;
    isDetected = true;
    side.folderCounts = new Map();
    const detector = new RenameDetector(state, side);
    yield* detector.run();
    side.pairs = side.pairs.filter((pair) => pair.status !== 'deleted' || !detector.isUsed(pair));
    state.renameLimitNeeded = Math.max(state.renameLimitNeeded, detector.limitNeeded);
  }
  return { isDetected };
}

/** Keeps what was found, for when the trees are read again. */
export function rememberRenames(state: MergeState): void {
  for (const index of [OURS, THEIRS] as const) {
    const side = state.side(index);
    for (const pair of side.pairs) {
      const relevance = side.relevantSources.get(pair.sourcePath);
      if (relevance === 'done') side.knownIrrelevant.add(pair.sourcePath);
      if (relevance === undefined || relevance === 'done') continue;
      if (pair.status === 'deleted') side.knownPairs.set(pair.sourcePath, undefined);
      if (pair.status !== 'renamed') continue;
      side.knownPairs.set(pair.sourcePath, pair.targetPath);
      side.knownTargets.add(pair.targetPath);
    }
  }
}

/** The pairs that were found before the trees were read again. */
export function knownRenames(side: RenameSide, index: SideIndex): RenamePair[] {
  return [...side.knownPairs].map(([sourcePath, target]) => ({
    status: target === undefined ? 'deleted' : 'renamed',
    sourcePath, source: ABSENT, targetPath: target ?? sourcePath, target: ABSENT, side: index,
  }));
}

/** A file that may be matched. */
interface Candidate {
  readonly path: string;
  readonly name: string;
  readonly version: Version;
  readonly pair: RenamePair;
}

interface Match {
  readonly source: Candidate;
  readonly target: Candidate;
  readonly score: number;
  readonly sameName: number;
}

/** How many of the best sources are remembered for each target. */
const MATCHES_MAX = 4;
/** How many files of equal id are looked at for one target. */
const EQUAL_MAX = 100;
const LIMIT_DEFAULT = 7000;

class RenameDetector {
  readonly #side: RenameSide;
  readonly #minimum: number;
  readonly #limit: number;
  readonly #similarity: SimilarityMemory;
  readonly #used = new Set<RenamePair>();
  readonly #targets: Candidate[] = [];
  #sources: Candidate[] = [];
  /** The `renameLimit` that would have sufficed; 0 where it did. */
  limitNeeded = 0;

  constructor(state: MergeState, side: RenameSide) {
    const { renameScore, renameLimit } = state.options;
    this.#side = side;
    this.#minimum = Math.trunc(((renameScore ?? 50) * SIMILARITY_MAX) / 100) || SIMILARITY_MAX / 2;
    this.#limit = renameLimit === undefined || renameLimit <= 0 ? LIMIT_DEFAULT : renameLimit;
    this.#similarity = new SimilarityMemory(state.store);
    for (const pair of side.pairs) {
      const isAdded = pair.status === 'added';
      const path = isAdded ? pair.targetPath : pair.sourcePath;
      const version = isAdded ? pair.target : pair.source;
      if (version.id === state.store.algorithm.emptyBlobId) continue;
      (isAdded ? this.#targets : this.#sources).push({ path, name: nameOf(path), version, pair });
    }
  }

  /** Whether a deleted file turned out to be renamed. */
  isUsed(pair: RenamePair): boolean {
    return this.#used.has(pair);
  }

  *run(): Job<void> {
    if (this.#targets.length === 0 || this.#sources.length === 0) return;
    const side = this.#side;
    this.#matchEqual();
    if (this.#minimum === SIMILARITY_MAX) return;
    this.#sources = this.#sources.filter(({ pair }) => !this.#used.has(pair));
    for (const { pair } of this.#targets) if (pair.status === 'renamed') countRename(side, pair.sourcePath, pair.targetPath);
    for (const [source, target] of side.knownPairs) if (target !== undefined) countRename(side, source, target);
    yield* this.#matchNames(guessFolders(side));
    this.#sources = this.#sources.filter(({ pair, path }) => !this.#used.has(pair) && side.relevantSources.has(path));
    this.#sources = dropDecidedSources(side, this.#sources);
    yield* this.#matchSimilar();
    pruneCounts(side);
  }

  #record(source: Candidate, target: Candidate): void {
    this.#used.add(source.pair);
    target.pair.status = 'renamed';
    target.pair.sourcePath = source.path;
    target.pair.source = source.version;
  }

  /** Each target takes the first source of equal id, or rather one of the same name. */
  #matchEqual(): void {
    const byId = new Map<ObjectId, Candidate[]>();
    for (const source of this.#sources) {
      const list = byId.get(source.version.id!);
      if (list === undefined) byId.set(source.version.id!, [source]);
      else list.push(source);
    }
    for (const target of this.#targets) {
      let best: Candidate | undefined;
      let left = EQUAL_MAX;
      const equal = byId.get(target.version.id!) ?? [];
      for (let i = 0; i < equal.length && left > 0; i++) {
        const source = equal[i]!;
        const areFiles = isFileMode(source.version.mode) && isFileMode(target.version.mode);
        if ((!areFiles && source.version.mode !== target.version.mode) || this.#used.has(source.pair)) continue;
        if (source.name === target.name) {
          best = source;
          break;
        }
        best ??= source;
        left--;
      }
      if (best === undefined) continue;
      this.#record(best, target);
      // What is taken need not be looked at again; the first ones go first.
      if (equal[0] === best) equal.shift();
    }
  }

  /** Compares files of equal names in different folders. */
  *#matchNames(guesses: ReadonlyMap<string, string>): Job<void> {
    const minimum = this.#minimum + Math.trunc((SIMILARITY_MAX - this.#minimum) / 2);
    const side = this.#side;
    const left = this.#targets.filter(({ pair }) => pair.status !== 'renamed');
    const sourceByName = uniqueByName(this.#sources);
    const targetByName = uniqueByName(left);
    const targetByPath = new Map(left.map((target) => [target.path, target]));
    let done = 0;
    for (const source of this.#sources) {
      if (++done % 64 === 0) yield { phase: 'Finding renames', done, total: this.#sources.length };
      if (!side.relevantSources.has(source.path) || !targetByName.has(source.name)) continue;
      let target = targetByName.get(source.name);
      if (target === undefined || sourceByName.get(source.name) === undefined) {
        const folder = guesses.get(directoryOf(source.path));
        target = folder === undefined ? undefined : targetByPath.get(`${folder}/${source.name}`);
      }
      if (target === undefined || target.pair.status === 'renamed') continue;
      if (this.#similarity.score(source.version, target.version, minimum) < minimum) continue;
      this.#record(source, target);
      countRename(side, source.path, target.path);
    }
  }

  /** Compares every file that is left with every other. */
  *#matchSimilar(): Job<void> {
    const targets = this.#targets.filter(({ pair }) => pair.status !== 'renamed');
    const sources = this.#sources;
    if (targets.length === 0 || sources.length === 0) return;
    if (targets.length * sources.length > this.#limit * this.#limit) {
      this.limitNeeded = Math.max(targets.length, sources.length);
      return;
    }
    const matches: Match[] = [];
    let done = 0;
    for (const target of targets) {
      const best: (Match | undefined)[] = new Array<Match | undefined>(MATCHES_MAX).fill(undefined);
      for (const source of sources) {
        const score = this.#similarity.score(source.version, target.version, this.#minimum);
        // Those that are not similar enough take part too: they decide in which order equal ones stand.
        keepIfBetter(best, { source, target, score, sameName: source.name === target.name ? 1 : 0 });
        if (++done % 1024 === 0) yield { phase: 'Finding renames', done, total: targets.length * sources.length };
      }
      for (const match of best) if (match !== undefined) matches.push(match);
    }
    matches.sort(compareMatches);
    for (const { source, target, score } of matches) {
      if (score < this.#minimum) break;
      if (target.pair.status === 'renamed' || this.#used.has(source.pair)) continue;
      this.#record(source, target);
      countRename(this.#side, source.path, target.path);
    }
  }
}

/** Candidates by name; `undefined` for a name that several have. */
function uniqueByName(candidates: readonly Candidate[]): Map<string, Candidate | undefined> {
  const byName = new Map<string, Candidate | undefined>();
  for (const candidate of candidates) byName.set(candidate.name, byName.has(candidate.name) ? undefined : candidate);
  return byName;
}

/** The better first; no match is the worst. */
function compareMatches(left: Match | undefined, right: Match | undefined): number {
  if (left === undefined) return right === undefined ? 0 : 1;
  if (right === undefined) return -1;
  return right.score - left.score || right.sameName - left.sameName;
}

/** Puts a match in the place of the first among the worst. */
function keepIfBetter(best: (Match | undefined)[], match: Match): void {
  let worst = 0;
  for (let i = 1; i < best.length; i++) if (compareMatches(best[i], best[worst]) > 0) worst = i;
  if (compareMatches(best[worst], match) > 0) best[worst] = match;
}

/** Similarity of files, each of which is read and cut into pieces once. */
class SimilarityMemory {
  readonly #store: MergeStore;
  readonly #spans = new Map<ObjectId, Spans>();
  readonly #sizes = new Map<ObjectId, number>();

  constructor(store: MergeStore) {
    this.#store = store;
  }

  score(source: Version, target: Version, minimum: number): number {
    if (!isFileMode(source.mode) || !isFileMode(target.mode)) return 0;
    const sizes = { old: this.#sizeOf(source.id!), new: this.#sizeOf(target.id!) };
    if (!canBeSimilar(sizes.old, sizes.new, minimum)) return 0;
    return scoreSpans(this.#spansOf(source.id!), this.#spansOf(target.id!), sizes);
  }

  #sizeOf(id: ObjectId): number {
    let size = this.#sizes.get(id);
    if (size === undefined) {
      size = this.#store.objects.findHeader(id)?.size ?? readBlob(this.#store, id).length;
      this.#sizes.set(id, size);
    }
    return size;
  }

  #spansOf(id: ObjectId): Spans {
    let spans = this.#spans.get(id);
    if (spans === undefined) {
      const bytes = readBlob(this.#store, id);
      spans = makeSpans(bytes, !isBinary(bytes));
      this.#spans.set(id, spans);
    }
    return spans;
  }
}
