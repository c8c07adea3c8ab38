import type { Difference } from './run-walk.js';

/** A difference between git and govc that is accepted, and why. */
export interface KnownDivergence {
  readonly name: string;
  readonly reason: string;
  appliesTo(difference: Difference): boolean;
}

/** All of them. One that no longer happens is to be removed. */
export const DIVERGENCES: readonly KnownDivergence[] = [];

/** The accepted difference that this one is, or `undefined`. */
export function findDivergence(difference: Difference): KnownDivergence | undefined {
  return DIVERGENCES.find((known) => known.appliesTo(difference));
}
