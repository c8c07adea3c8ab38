import type { ObjectId } from '../hash/object-id.js';
import type { RefName } from './ref-name.js';

/** What a ref holds: an object, or the name of another ref (which need not exist: an unborn branch). */
export type RefValue = DirectRef | SymbolicRef;

export interface DirectRef {
  readonly kind: 'direct';
  readonly id: ObjectId;
}

export interface SymbolicRef {
  readonly kind: 'symbolic';
  readonly target: RefName;
}

/** A ref that names an object. */
export function directRef(id: ObjectId): DirectRef {
  return { kind: 'direct', id };
}

/** A ref that stands for another ref. */
export function symbolicRef(target: RefName): SymbolicRef {
  return { kind: 'symbolic', target };
}

/** Whether two values are the same; `undefined` stands for a ref that does not exist. */
export function sameRefValue(left: RefValue | undefined, right: RefValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.kind === 'direct') return right.kind === 'direct' && left.id === right.id;
  return right.kind === 'symbolic' && left.target === right.target;
}
