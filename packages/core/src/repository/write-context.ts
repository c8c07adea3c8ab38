import type { ObjectId } from '../hash/object-id.js';
import type { Identity } from '../object/identity.js';
import { HEAD, ORIG_HEAD, type RefName } from '../ref/ref-name.js';
import { directRef } from '../ref/ref-value.js';
import type { Draft } from '../store/draft.js';
import { resolveRef } from '../store/ref-map.js';
import type { Person } from './clock.js';
import type { Proposal } from './editor.js';
import type { ReadContext } from './read-context.js';
import type { ImmediateSigner } from './sign.js';

/** What a writing verb works on: one moment to read, and the ways to change it. */
export interface WriteContext extends ReadContext {
  /** As `Editor.propose`. */
  propose<T>(proposal: Proposal, edit: (draft: Draft) => T): T;
  /** A person with everything filled in. @throws {GovcError} config-invalid: nobody is named anywhere. */
  identity(person: Person | undefined): Identity;
  /** Who signs where the configuration says so. Default: nobody. */
  readonly signer?: ImmediateSigner | undefined;
}

/** Where `HEAD` leads: the ref that a new commit moves, and the commit there. */
export interface Tip {
  /** The branch, or `HEAD` itself where it is detached. */
  readonly ref: RefName;
  readonly id: ObjectId | undefined;
  readonly isDetached: boolean;
}

/** Where `HEAD` leads in a snapshot. */
export function headTip(context: Pick<ReadContext, 'snapshot'>): Tip {
  const { refs } = context.snapshot;
  const value = refs.get(HEAD);
  const end = value === undefined ? undefined : resolveRef(refs, HEAD);
  const ref = end?.name ?? (value?.kind === 'symbolic' ? value.target : HEAD);
  return { ref, id: end?.id, isDetached: value?.kind !== 'symbolic' };
}

/** Moves the tip in a draft, and remembers in `ORIG_HEAD` where it was where that is asked for. */
export function moveTip(draft: Draft, tip: Tip, id: ObjectId, options: { readonly keepsOrigin?: boolean } = {}): void {
  if (options.keepsOrigin === true && tip.id !== undefined) draft.editRef(ORIG_HEAD, directRef(tip.id));
  draft.editRef(tip.ref, directRef(id));
}
