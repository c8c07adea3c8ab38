import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectSource } from '../../pack/object-source.js';
import type { RefName } from '../../ref/ref-name.js';
import type { RefMap } from '../../store/ref-map.js';
import type { GitDirectory } from './layout.js';
import type { LockOwner } from './lock-owner.js';
import type { RefSurroundings } from './loose-refs.js';
import type { RefChange, RefChanges } from './ref-change.js';
import { RefFiles } from './ref-files.js';
import type { ChangeTerms, PreparedChange, RefStorage } from './ref-storage.js';
import { RefTransaction } from './ref-transaction.js';
import { ReflogFiles } from './reflog-files.js';
import type { Disk } from './system-disk.js';

/** What refs are kept with, of either kind. */
export interface RefStorageParts extends RefSurroundings {
  readonly algorithm: HashAlgorithm;
  readonly objects: ObjectSource;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
}

/** Refs as Git has always kept them: a file each, `packed-refs`, and logs below `logs/`. */
export class RefFileStorage implements RefStorage {
  readonly #directory: GitDirectory;
  readonly #parts: RefStorageParts;
  readonly #refs: RefFiles;
  readonly reflogs: ReflogFiles;

  constructor(directory: GitDirectory, parts: RefStorageParts) {
    this.#directory = directory;
    this.#parts = parts;
    this.#refs = new RefFiles(directory, parts.objects, parts);
    this.reflogs = new ReflogFiles(directory, parts);
  }

  get current(): RefMap {
    return this.#refs.current;
  }

  update(): RefMap {
    return this.#refs.update();
  }

  adopt(refs: RefMap, changes: readonly RefChange[]): void {
    this.#refs.adopt(refs, changes);
  }

  prepare(plan: RefChanges, { reflogPolicy, config }: ChangeTerms): Promise<PreparedChange> {
    const { objects, algorithm, disk, owner, syncs } = this.#parts;
    return RefTransaction.prepare({
      files: this.#refs, reflogs: this.reflogs, root: this.#directory.commonPath,
      reflogPolicy, objects, algorithm, disk, owner, syncs,
      lockTimeoutMs: config.getInt('core.filesreflocktimeout', 100),
      packedTimeoutMs: config.getInt('core.packedrefstimeout', 1000),
    }, plan);
  }

  reflogPath(name: RefName): string {
    return this.reflogs.pathOf(name);
  }
}
