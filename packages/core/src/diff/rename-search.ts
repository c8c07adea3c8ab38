import type { HashAlgorithm } from '../hash/algorithm.js';
import { isFileMode } from '../object/tree.js';
import { DirectoryRenames, type RenameHints } from './directory-renames.js';
import { isEmptyBlob, isUnmodified, type FilePair, type PairedFile } from './file-pair.js';
import type { PairContents } from './pair-contents.js';
import { rankCandidates } from './rename-candidates.js';
import { SIMILARITY_MAX } from './similarity.js';

/** What a search goes by. Scores are from 0 to {@link SIMILARITY_MAX}. */
export interface SearchSettings {
  readonly contents: PairContents;
  readonly algorithm: HashAlgorithm;
  readonly wantsCopies: boolean;
  /** Whether unmodified files are sources too. */
  readonly copiesHarder: boolean;
  readonly minimum: number;
  readonly limit: number;
  readonly withEmpty: boolean;
  readonly onlyTarget: string | undefined;
  readonly hints: RenameHints | undefined;
}

/** A file from which others may come. */
export interface RenameSource {
  readonly path: string;
  readonly file: PairedFile;
  /** The score of the broken pair that it is half of. */
  readonly score: number;
  readonly isUnmodified: boolean;
}

/** What became of a search. */
export interface SearchOutcome {
  readonly limitExceeded: boolean;
  readonly limitNeeded: number;
  readonly isDegraded: boolean;
}

/** One search for the sources of added files. */
export class RenameSearch {
  readonly #pairs: readonly FilePair[];
  readonly #settings: SearchSettings;
  readonly #targets: FilePair[] = [];
  #sources: RenameSource[] = [];
  /** The added half of each broken pair, by path. */
  readonly #halves = new Map<string, FilePair>();
  readonly #directories: DirectoryRenames | undefined;

  constructor(pairs: readonly FilePair[], settings: SearchSettings) {
    this.#pairs = pairs;
    this.#settings = settings;
    const { hints } = settings;
    const hasHints = hints?.removedDirectories !== undefined || hints?.relevantSources !== undefined;
    this.#directories = hasHints ? new DirectoryRenames(hints) : undefined;
    pairs.forEach((pair, index) => this.#register(pair, index));
  }

  /** Matches targets with sources, from sure to likely. */
  run(): SearchOutcome {
    const settled: SearchOutcome = { limitExceeded: false, limitNeeded: 0, isDegraded: false };
    const { minimum, wantsCopies, hints } = this.#settings;
    if (this.#targets.length === 0 || this.#sources.length === 0) return settled;
    this.#matchEqual();
    if (minimum === SIMILARITY_MAX) return settled;
    const relevant = hints?.relevantSources;
    if (wantsCopies || this.#halves.size > 0) {
      if (this.#halves.size === 0 && relevant !== undefined) this.#sources = this.#sources.filter(({ path }) => relevant.has(path));
    } else {
      this.#keepUnused();
      this.#matchBaseNames(minimum + Math.trunc(0.5 * (SIMILARITY_MAX - minimum)));
      this.#keepUnused();
      if (relevant !== undefined) {
        this.#sources = this.#sources.filter(({ path }) => relevant.has(path));
        this.#sources = this.#directories?.keepUndecided(this.#sources, relevant) ?? this.#sources;
      }
    }
    return this.#matchSimilar();
  }

  /** The pairs that are left. */
  finish(): FilePair[] {
    this.#directories?.finish();
    return this.#pairs.filter((pair) => {
      if (pair.isUnmerged || pair.old.entry === undefined) return true;
      if (pair.new.entry !== undefined) return !isUnmodified(pair);
      // A deletion goes when the file lives on elsewhere; that of a broken pair, when its other half came from elsewhere.
      return pair.isBroken ? this.#halves.get(pair.old.path)?.isRenamed !== true : pair.old.useCount === 0;
    });
  }

  #register(pair: FilePair, index: number): void {
    const { algorithm, wantsCopies, withEmpty, onlyTarget } = this.#settings;
    const { old, new: new_ } = pair;
    if (old.entry === undefined) {
      if (new_.entry === undefined || (onlyTarget !== undefined && onlyTarget !== new_.path)) return;
      if (!withEmpty && isEmptyBlob(new_.entry, algorithm)) return;
      this.#targets.push(pair);
      return;
    }
    if (!withEmpty && isEmptyBlob(old.entry, algorithm)) return;
    if (!pair.isUnmerged && new_.entry === undefined) {
      // A half that nobody asked to take apart is there still.
      if (pair.isBroken && pair.score === 0) old.useCount++;
    } else if (wantsCopies) {
      old.useCount++;
    } else {
      return;
    }
    // The added half comes right behind the deleted one.
    if (pair.isBroken) this.#halves.set(old.path, this.#pairs[index + 1]!);
    this.#sources.push({ path: old.path, file: old, score: pair.score, isUnmodified: isUnmodified(pair) });
  }

  #record(target: FilePair, source: RenameSource, score: number): void {
    source.file.useCount++;
    target.old = source.file;
    target.isRenamed = true;
    target.score = source.path === target.new.path ? source.score : score;
  }

  #matchEqual(): void {
    const byId = new Map<string, RenameSource[]>();
    for (const source of isTableRebuilt(this.#sources.length) ? this.#sources.toReversed() : this.#sources) {
      const id = source.file.entry!.id;
      const others = byId.get(id);
      if (others === undefined) byId.set(id, [source]);
      else others.push(source);
    }
    for (const target of this.#targets) {
      const best = this.#bestEqual(target.new, byId.get(target.new.entry!.id) ?? []);
      if (best !== undefined) this.#record(target, best, SIMILARITY_MAX);
    }
  }

  /** Of equal files one that is not used yet and one of the same base name are better; Git looks at no more than 100. */
  #bestEqual(target: PairedFile, sources: readonly RenameSource[]): RenameSource | undefined {
    let best: RenameSource | undefined;
    let bestScore = -1;
    let looks = 100;
    for (const source of sources) {
      const { mode } = source.file.entry!;
      if (mode !== target.entry!.mode && !(isFileMode(mode) && isFileMode(target.entry!.mode))) continue;
      const isUsed = source.file.useCount > 0;
      if (isUsed && !this.#settings.wantsCopies) continue;
      const score = (isUsed ? 0 : 1) + (hasSameName(source.path, target.path) ? 1 : 0);
      if (score > bestScore) {
        best = source;
        bestScore = score;
        if (score === 2) break;
      }
      if (--looks === 0) break;
    }
    return best;
  }

  #keepUnused(): void {
    this.#sources = this.#sources.filter(({ file }) => file.useCount === 0);
  }

  /** Matches files whose base name no other source and no other target has. */
  #matchBaseNames(minimum: number): void {
    const directories = this.#directories;
    const byPath = new Map<string, FilePair>();
    for (const target of this.#targets) {
      if (!target.isRenamed) byPath.set(target.new.path, target);
      else directories?.add(target.old.path, target.new.path);
    }
    for (const [old, new_] of this.#settings.hints?.knownRenames ?? []) if (new_ !== undefined) directories?.add(old, new_);
    directories?.guess();
    const sources = uniqueByName(this.#sources, ({ path }) => path);
    const targets = uniqueByName(this.#targets.filter(({ isRenamed }) => !isRenamed), ({ new: { path } }) => path);
    const relevant = this.#settings.hints?.relevantSources;
    for (const source of this.#sources) {
      if (relevant !== undefined && !relevant.has(source.path)) continue;
      const name = baseNameOf(source.path);
      if (!targets.has(name)) continue;
      let target = targets.get(name);
      if (sources.get(name) === undefined || target === undefined) {
        const guess = directories?.findTarget(source.path);
        target = guess === undefined ? undefined : byPath.get(guess);
      }
      if (target === undefined || target.isRenamed) continue;
      const score = this.#settings.contents.similarity(source.file, target.new, minimum);
      if (score < minimum) continue;
      this.#record(target, source, score);
      directories?.add(source.path, target.new.path);
    }
  }

  #matchSimilar(): SearchOutcome {
    const { minimum, wantsCopies, contents } = this.#settings;
    const targets = this.#targets.filter(({ isRenamed }) => !isRenamed);
    const outcome = this.#checkLimit(targets.length);
    if (targets.length === 0 || outcome.limitExceeded) return outcome;
    const sources = outcome.isDegraded ? this.#sources.filter((source) => !source.isUnmodified) : this.#sources;
    const ranked = rankCandidates(targets, sources, (source, target) => ({
      score: contents.similarity(source.file, target.new, minimum),
      nameScore: hasSameName(source.path, target.new.path) ? 1 : 0,
    }));
    for (const copies of wantsCopies ? [false, true] : [false]) {
      for (const { source, target, score } of ranked) {
        if (score < minimum) break;
        if (target.isRenamed || (!copies && source.file.useCount > 0)) continue;
        this.#record(target, source, score);
        this.#directories?.add(source.path, target.new.path);
      }
    }
    return outcome;
  }

  /** Whether comparing every source with every target is too much, also without the unmodified sources. */
  #checkLimit(targetCount: number): SearchOutcome {
    const { limit, copiesHarder } = this.#settings;
    const isTooMany = (sourceCount: number): boolean => limit > 0 && targetCount * sourceCount > limit * limit;
    const sourceCount = this.#sources.length;
    if (!isTooMany(sourceCount)) return { limitExceeded: false, limitNeeded: 0, isDegraded: false };
    const limitNeeded = Math.max(sourceCount, targetCount);
    const isDegraded = copiesHarder && !isTooMany(this.#sources.filter((source) => !source.isUnmodified).length);
    return { limitExceeded: !isDegraded, limitNeeded, isDegraded };
  }
}

function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function hasSameName(left: string, right: string): boolean {
  return baseNameOf(left) === baseNameOf(right);
}

/** What has each base name; `undefined` where several have it. */
function uniqueByName<Item>(items: readonly Item[], pathOf: (item: Item) => string): Map<string, Item | undefined> {
  const byName = new Map<string, Item | undefined>();
  for (const item of items) {
    const name = baseNameOf(pathOf(item));
    byName.set(name, byName.has(name) ? undefined : item);
  }
  return byName;
}

/**
 * Whether Git's hash table of so many sources, made for just that number, is full when the last one comes: then it is built anew with
 * its chains the other way round, and of equal sources the last is the first to be looked at. It happens with 205, 3277, 52429, … sources.
 */
function isTableRebuilt(count: number): boolean {
  let size = 64;
  while (Math.floor((count * 100) / 80) > size) size *= 4;
  return count > Math.floor((size * 80) / 100);
}
