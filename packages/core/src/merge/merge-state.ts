import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { MergeEntry, SideIndex, Version } from './merge-entry.js';
import { byteTextFromText, MessageLog, type MergeMessageKind } from './merge-message.js';
import type { MergeLabels, MergeOptions } from './merge-options.js';

/** Where a merge reads and writes objects. */
export interface MergeStore {
  /** Holds the trees, and what `write` has written. */
  readonly objects: ObjectSource;
  /** Stores an object so that `objects` finds it. */
  readonly write: (type: ObjectType, body: Uint8Array) => ObjectId;
  readonly algorithm: HashAlgorithm;
}

/** Why a deleted path is wanted as the source of a rename. `done`: it was wanted, until enough was known without it. */
export type SourceRelevance = 'content' | 'location' | 'done';

/** Why the renames in a removed folder matter: for where it went itself, for where a folder above went, or not at all. */
export type FolderRelevance = 'self' | 'ancestor' | 'none';

/** A path that one side added or deleted, or has renamed. */
export interface RenamePair {
  status: 'added' | 'deleted' | 'renamed';
  sourcePath: string;
  source: Version;
  targetPath: string;
  target: Version;
  side: SideIndex;
}

/** What is known of the renames of one side. */
export class RenameSide {
  pairs: RenamePair[] = [];
  relevantSources = new Map<string, SourceRelevance>();
  removedFolders = new Map<string, FolderRelevance>();
  /** How many files went from a folder to another. */
  folderCounts = new Map<string, Map<string, number>>();
  /** Where folders went as a whole. */
  folderRenames = new Map<string, string>();
  /** Pairs found before the trees were read again: where a path went, or `undefined` where it was deleted. */
  readonly knownPairs = new Map<string, string | undefined>();
  readonly knownTargets = new Set<string>();
  readonly knownIrrelevant = new Set<string>();
  /** Folders that only this side changed, with the mask to go on with; they may be taken whole. */
  deferred = new Map<string, number>();
  mayTakeFolders = true;
  /** Folders above the targets of known pairs. */
  readonly targetFolders = new Set<string>();

  /** Forgets everything except the known pairs. */
  restart(): void {
    this.pairs = [];
    this.relevantSources = new Map();
    this.removedFolders = new Map();
    this.folderRenames = new Map();
    this.deferred = new Map();
    this.mayTakeFolders = true;
    this.targetFolders.clear();
  }
}

/** Everything that one merge of three trees works on. Paths and labels are byte text. */
export class MergeState {
  readonly store: MergeStore;
  readonly options: MergeOptions;
  readonly labels: MergeLabels;
  /** 0 for the merge that was asked for; more for merges between merge bases. */
  readonly depth: number;
  readonly messages = new MessageLog();
  readonly conflicted = new Map<string, MergeEntry>();
  readonly conflictedSubmodules: string[] = [];
  readonly sides: readonly [undefined, RenameSide, RenameSide] = [undefined, new RenameSide(), new RenameSide()];
  paths = new Map<string, MergeEntry>();
  /** The least `renameLimit` with which every rename would have been looked for; 0 where none was left out. */
  renameLimitNeeded = 0;
  isClean = true;

  /** @param labels as byte text */
  constructor(parts: { store: MergeStore; options: MergeOptions; labels: MergeLabels; depth: number }) {
    this.store = parts.store;
    this.options = parts.options;
    this.labels = parts.labels;
    this.depth = parts.depth;
  }

  /** Begins again, knowing the renames that were found. */
  restart(): void {
    this.paths = new Map();
    this.side(1).restart();
    this.side(2).restart();
  }

  side(index: SideIndex): RenameSide {
    return this.sides[index];
  }

  labelOf(index: SideIndex): string {
    return index === 1 ? this.labels.branch1 : this.labels.branch2;
  }

  /** Notes a message; merges between merge bases have none. */
  say(kind: MergeMessageKind, paths: readonly string[], text: string): void {
    if (this.depth === 0) this.messages.add(kind, paths, text);
  }

  /** As {@link say} for a path and a sentence that are lossless text. */
  sayText(kind: MergeMessageKind, path: string, text: string): void {
    this.say(kind, [byteTextFromText(path)], byteTextFromText(text));
  }

  /** A path that is free, for a file of a side that cannot stand where it should: `path~label`. */
  uniquePath(path: string, label: string): string {
    const first = `${path}~${label.replaceAll('/', '_')}`;
    let candidate = first;
    for (let suffix = 0; this.paths.has(candidate); suffix++) candidate = `${first}_${suffix}`;
    return candidate;
  }
}
