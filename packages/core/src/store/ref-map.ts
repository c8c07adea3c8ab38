import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { ObjectId } from '../hash/object-id.js';
import type { RefName } from '../ref/ref-name.js';
import type { RefValue } from '../ref/ref-value.js';
import { SortedMap } from './sorted-map.js';

/** All refs of a snapshot, `HEAD` included, ordered by the bytes of their names. */
export type RefMap = SortedMap<RefValue>;

/** The map with no refs. */
export const NO_REFS: RefMap = SortedMap.empty<RefValue>();

/** Where a ref leads: the last name on the way, and its object unless that name does not exist (unborn). */
export interface ResolvedRef {
  readonly name: RefName;
  readonly id: ObjectId | undefined;
}

/**
 * Follows symbolic refs from `name` to the end.
 *
 * @returns `undefined` when `name` itself does not exist.
 * @throws {GovcError} symref-loop: more than `LIMITS.symrefDepth` steps.
 */
export function resolveRef(refs: RefMap, name: RefName): ResolvedRef | undefined {
  let value = refs.get(name);
  if (value === undefined) return undefined;
  let at = name;
  for (let depth = 0; value?.kind === 'symbolic'; depth++) {
    if (depth >= LIMITS.symrefDepth.value) {
      throw new GovcError('symref-loop', `The symbolic ref "${name}" does not end.`, { name });
    }
    at = value.target;
    value = refs.get(at);
  }
  return { name: at, id: value?.id };
}

/** The object that a ref leads to, or `undefined` when it does not exist, is unborn, or loops. */
export function findRefId(refs: RefMap, name: RefName): ObjectId | undefined {
  let value = refs.get(name);
  for (let depth = 0; value?.kind === 'symbolic'; depth++) {
    if (depth >= LIMITS.symrefDepth.value) return undefined;
    value = refs.get(value.target);
  }
  return value?.id;
}

/**
 * The ref that stands in the way of `name`: one that is a folder of it, or one below it. Refs are
 * paths, so `a` and `a/b` cannot both exist.
 */
export function findNameClash(refs: RefMap, name: RefName): RefName | undefined {
  for (let slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
    const folder = name.slice(0, slash);
    if (refs.has(folder)) return folder as RefName;
  }
  for (const [below] of refs.entries(`${name}/`)) return below as RefName;
  return undefined;
}
