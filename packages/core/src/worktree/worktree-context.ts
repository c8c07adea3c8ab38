import type { Config } from '../config/config.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Files } from './files.js';

/** A file from outside of the repository that holds patterns. */
export interface PatternFile {
  /** How messages name it. */
  readonly source: string;
  readonly bytes: Uint8Array;
}

/** A worktree with everything that belongs to it: what the functions of this folder work on. */
export interface WorktreeContext {
  readonly files: Files;
  /** The Git directory of this worktree, which has its index. */
  readonly gitFiles: Files;
  /** The Git directory that all worktrees share, which has `info/`. */
  readonly commonFiles: Files;
  readonly algorithm: HashAlgorithm;
  readonly config: Config;
  /** Finds what {@link write} wrote, too. */
  readonly objects: ObjectSource;
  readonly write: (type: ObjectType, body: Uint8Array) => ObjectId;
  /** `core.excludesFile`. Default: none. */
  readonly userExcludes?: PatternFile | undefined;
  /** `core.attributesFile`. Default: none. */
  readonly userAttributes?: PatternFile | undefined;
  /** The system's attributes. Default: none. */
  readonly systemAttributes?: PatternFile | undefined;
  /**
   * The commit that the repository in a folder stands at; `undefined` where it has none, or where no repository is. Default: none
   * anywhere.
   */
  readonly nestedHead?: ((path: string) => ObjectId | undefined) | undefined;
  /** Is told what does no harm, as a sentence without `warning:`. Default: nobody. */
  readonly warn?: ((sentence: string) => void) | undefined;
}
