import type { Config } from '../../config/config.js';
import { GovcError, hasCode } from '../../errors.js';
import type { ObjectSource } from '../../pack/object-source.js';
import { HEAD, isBranchRef, type RefName } from '../../ref/ref-name.js';
import type { RefValue } from '../../ref/ref-value.js';
import type { RefMap } from '../../store/ref-map.js';
import type { ReflogPolicy } from '../../store/reflog-policy.js';
import type { ReflogSource } from '../../store/reflogs.js';
import type { RefChange, RefChanges } from './ref-change.js';

/** What a change of refs goes by. */
export interface ChangeTerms {
  readonly reflogPolicy: ReflogPolicy;
  readonly config: Config;
}

/** A change whose locks are held and whose new values wait beside the old ones. */
export interface PreparedChange {
  /** Makes it visible and durable. @throws {GovcError} io-failed */
  commit(): Promise<void>;
  /** Gives up all locks; nothing has happened. */
  rollback(): void;
}

/** Where a Git directory keeps its refs and their logs: files, or tables (`extensions.refStorage`). */
export interface RefStorage {
  /** The refs at the last update. */
  readonly current: RefMap;
  readonly reflogs: ReflogSource;
  /**
   * Looks for changes and gives the refs: the same map as long as nothing has changed.
   *
   * @throws {GovcError} packed-refs-invalid, reftable-invalid, io-failed
   */
  update(): RefMap;
  /** Takes the refs after our own change, so that the next update finds nothing new in them. */
  adopt(refs: RefMap, changes: readonly RefChange[]): void;
  /**
   * Takes all locks and compares what is there with what the changes expect.
   *
   * @throws {GovcError} backend-moved, lock-held, ref-name-clash, io-failed
   */
  prepare(plan: RefChanges, terms: ChangeTerms): Promise<PreparedChange>;
  /** The file that holds the log of a ref, perhaps with those of others. */
  reflogPath(name: RefName): string;
}

/**
 * Whether a value may stand in a snapshot: a ref that names no object, or no commit where it is a branch, is broken.
 */
export function isValidRef(objects: ObjectSource, name: RefName, value: RefValue): boolean {
  if (value.kind === 'symbolic') return true;
  return isBranchRef(name) || name === HEAD ? isCommit(objects, value) : objects.has(value.id);
}

function isCommit(objects: ObjectSource, value: RefValue & { readonly kind: 'direct' }): boolean {
  try {
    return objects.findHeader(value.id)?.type === 'commit';
  } catch (error) {
    // A damaged commit is none, and the repository has to open for a check that tells so.
    if (hasCode(error, 'object-corrupt') || hasCode(error, 'pack-corrupt')) return false;
    throw error;
  }
}

/** What is told of a broken ref. */
export function brokenRefError(name: RefName, value: RefValue): GovcError {
  const id = value.kind === 'direct' ? value.id : value.target;
  return new GovcError('ref-invalid', `The ref "${name}" is left out: it names ${id}, which is missing or cannot stand there.`, {
    name, id,
  });
}
