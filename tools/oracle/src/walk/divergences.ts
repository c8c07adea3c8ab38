import type { Difference } from './run-walk.js';

/** A difference between git and govc that is accepted, and why. */
export interface KnownDivergence {
  readonly name: string;
  readonly reason: string;
  appliesTo(difference: Difference): boolean;
}

/** All of them. One that no longer happens is to be removed. */
export const DIVERGENCES: readonly KnownDivergence[] = [
  {
    name: 'new-root',
    reason: 'A rebase of merges onto a new root that stops shows an empty commit without message as HEAD in git; govc keeps HEAD and says that there is none yet.',
    appliesTo: ({ what, theirs }) => what === 'the ref HEAD' && /^[0-9a-f]+\ntree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor .*\ncommitter .*\n\s*$/.test(theirs),
  },
  {
    name: 'nothing-left',
    reason: 'Where a rebase of merges drops all there is, git leaves the branch at an empty commit without message or parents; govc refuses.',
    appliesTo: ({ what }) => what.startsWith('an error: GovcError: Nothing is left of the branch'),
  },
];

/** The accepted difference that this one is, or `undefined`. */
export function findDivergence(difference: Difference): KnownDivergence | undefined {
  return DIVERGENCES.find((known) => known.appliesTo(difference));
}
