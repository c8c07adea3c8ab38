/**
 * Checking objects by the rules of `git fsck`, which `receive.fsckObjects` and `fetch.fsckObjects` use too.
 *
 * One object at a time is enough but for two files: what a `.gitmodules` or `.gitattributes` may hold is known only
 * from a tree that names the blob so. {@link FsckSession} remembers these names across objects.
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { checkGitattributes, checkGitmodules, type ParseConfig } from './fsck-blob.js';
import { checkCommit } from './fsck-commit.js';
import { FsckReport, type FsckFinding, type FsckOptions } from './fsck-report.js';
import { checkTag } from './fsck-tag.js';
import { checkTree, type SpecialBlobs } from './fsck-tree.js';
import type { GitObject } from './object.js';

/**
 * What is wrong with one object by itself, in Git's order; empty for a sound one and for any blob. O(size).
 *
 * @param options the skip list is not asked, because it goes by ids
 */
export function fsckObject(
  type: ObjectType,
  body: Uint8Array,
  algorithm: HashAlgorithm,
  options: FsckOptions = {},
): FsckFinding[] {
  const report = new FsckReport(type, undefined, options);
  checkByType({ type, body, algorithm, report, special: NO_BLOBS });
  return report.findings;
}

/** What a {@link FsckSession} needs to know. */
export interface FsckSessionOptions extends FsckOptions {
  readonly algorithm: HashAlgorithm;
  /** Reads `.gitmodules`. */
  readonly parseConfig: ParseConfig;
  /** Whether a missing blob is one that a partial clone left behind. Default: never. */
  readonly isPromised?: ((id: ObjectId) => boolean) | undefined;
}

/**
 * Checks many objects, in any order. It remembers only the ids of blobs with names of their own rules, of which a
 * repository has few.
 */
export class FsckSession {
  readonly #options: FsckSessionOptions;
  readonly #gitmodules = new Map<ObjectId, boolean>();
  readonly #gitattributes = new Map<ObjectId, boolean>();
  readonly #special: SpecialBlobs = {
    gitmodules: (id) => note(this.#gitmodules, id),
    gitattributes: (id) => note(this.#gitattributes, id),
  };

  constructor(options: FsckSessionOptions) {
    this.#options = options;
  }

  /**
   * What is wrong with the object. A blob is looked at only where a tree before it gave it a special name.
   *
   * @param body `undefined` for a blob that is too large to be held in memory
   */
  check(id: ObjectId, type: ObjectType, body: Uint8Array | undefined): FsckFinding[] {
    const report = new FsckReport(type, id, this.#options);
    if (type === 'blob') this.#checkBlob(id, body, report);
    else if (body !== undefined) {
      checkByType({ type, body, algorithm: this.#options.algorithm, report, special: this.#special });
    }
    return report.findings;
  }

  /** The blobs with special names that were not checked yet: a caller that has them at hand may do so before {@link finish}. */
  pending(): ObjectId[] {
    const ids = new Set<ObjectId>();
    for (const blobs of [this.#gitmodules, this.#gitattributes]) {
      for (const [id, done] of blobs) if (!done) ids.add(id);
    }
    return [...ids];
  }

  /**
   * Checks the special blobs that came before the trees that name them, or not at all.
   *
   * @param find gives an object of the repository, the new ones included
   */
  finish(find: (id: ObjectId) => GitObject | undefined): FsckFinding[] {
    const findings: FsckFinding[] = [];
    const kinds = [
      { blobs: this.#gitmodules, missing: 'gitmodulesMissing', wrongType: 'gitmodulesBlob', name: '.gitmodules' },
      { blobs: this.#gitattributes, missing: 'gitattributesMissing', wrongType: 'gitattributesBlob', name: '.gitattributes' },
    ] as const;
    for (const { blobs, missing, wrongType, name } of kinds) {
      for (const [id, done] of blobs) {
        if (done) continue;
        const object = find(id);
        if (object === undefined && this.#options.isPromised?.(id) === true) continue;
        const report = new FsckReport(object?.type ?? 'blob', id, this.#options);
        if (object === undefined) report.add(missing, `unable to read ${name} blob`);
        else if (object.type !== 'blob') report.add(wrongType, `non-blob found at ${name}`);
        else this.#checkBlob(id, object.body, report);
        for (const finding of report.findings) findings.push(finding);
      }
    }
    this.#gitmodules.clear();
    this.#gitattributes.clear();
    return findings;
  }

  #checkBlob(id: ObjectId, body: Uint8Array | undefined, report: FsckReport): void {
    if (this.#gitmodules.has(id)) {
      this.#gitmodules.set(id, true);
      checkGitmodules(body, this.#options.parseConfig, report);
    }
    if (this.#gitattributes.has(id)) {
      this.#gitattributes.set(id, true);
      checkGitattributes(body, report);
    }
  }
}

const NO_BLOBS: SpecialBlobs = {
  gitmodules: () => undefined,
  gitattributes: () => undefined,
};

function note(blobs: Map<ObjectId, boolean>, id: ObjectId): void {
  if (!blobs.has(id)) blobs.set(id, false);
}

interface Check {
  readonly type: ObjectType;
  readonly body: Uint8Array;
  readonly algorithm: HashAlgorithm;
  readonly report: FsckReport;
  readonly special: SpecialBlobs;
}

function checkByType({ type, body, algorithm, report, special }: Check): void {
  switch (type) {
    case 'commit':
      checkCommit(body, algorithm, report);
      break;
    case 'tree':
      checkTree(body, algorithm, report, special);
      break;
    case 'tag':
      checkTag(body, algorithm, report);
      break;
    case 'blob':
      break;
  }
}
