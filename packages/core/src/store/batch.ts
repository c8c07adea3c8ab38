import type { Config } from '../config/config.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Identity } from '../object/identity.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { RefEdit } from '../ref/ref-edit.js';
import type { ReflogEdit } from './reflog-edit.js';
import type { YoungObject } from './young-objects.js';

/** One change of the configuration: every value of `name` is replaced by `value`, or removed. */
export interface ConfigEdit {
  /** As `git config` spells it: `section.key` or `section.subsection.key`. */
  readonly name: string;
  readonly value: string | undefined;
}

/** Who changed refs, when, and why: one line for the reflog of each. */
export interface ReflogNote {
  readonly identity: Identity;
  readonly message: string;
}

/** Commits that begin or cease to be held without their parents. */
export interface ShallowEdit {
  readonly add: readonly ObjectId[];
  readonly remove: readonly ObjectId[];
}

/**
 * What a draft proposes, and the unit of atomicity, durability, events and replication: all of it
 * takes effect or nothing.
 */
export interface Batch {
  readonly objects: readonly YoungObject[];
  /** Packs that were verified before they came here, complete in themselves. */
  readonly packs: readonly ObjectSource[];
  /** At most one edit for each ref. */
  readonly refs: readonly RefEdit[];
  /**
   * The whole configuration as the place that it was loaded from has it, instead of what was known:
   * edits cannot say the order of values of different names. `undefined`: what was known stays.
   */
  readonly baseConfig: Config | undefined;
  /** In order, on top of `baseConfig` where there is one. */
  readonly config: readonly ConfigEdit[];
  readonly shallow: ShallowEdit | undefined;
  /** `undefined`: no reflog is written. */
  readonly reflog: ReflogNote | undefined;
  /** Changes of reflogs beside those lines, which come after them. A ref to whose log they append gets no other line. */
  readonly reflogEdits: readonly ReflogEdit[];
  /** Who proposed it, in a word for events and logs: "push", "commit", "load". */
  readonly origin: string;
}

/** A batch that changes nothing; spread it to build one with a few parts. */
export const EMPTY_BATCH: Batch = {
  objects: [],
  packs: [],
  refs: [],
  baseConfig: undefined,
  config: [],
  shallow: undefined,
  reflog: undefined,
  reflogEdits: [],
  origin: 'none',
};
