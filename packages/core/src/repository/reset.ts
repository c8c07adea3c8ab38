import type { ObjectId } from '../hash/object-id.js';
import type { Person } from './clock.js';
import { readCommit } from './commit-info.js';
import { peelToCommit, resolveText } from './resolve.js';
import { headTip, moveTip, type WriteContext } from './write-context.js';

/** What a reset touches: the ref alone, the index too, or the files as well. */
export type ResetMode = 'soft' | 'mixed' | 'hard';

/** Where `HEAD` leads after a reset. */
export interface ResetResult {
  readonly id: ObjectId;
  /** The files of that commit, for an index and a working tree. */
  readonly tree: ObjectId;
}

/** Moves the branch of `HEAD` to a revision, and remembers in `ORIG_HEAD` where it was. @throws {GovcError} revision-invalid, config-invalid */
export function resetHead(context: WriteContext, revision: string, options: { readonly committer?: Person | undefined } = {}): ResetResult {
  const { snapshot } = context;
  const id = peelToCommit(snapshot, resolveText(context, revision, 'commit'));
  const { tree } = readCommit(snapshot, id);
  const reflog = { identity: context.identity(options.committer), message: `reset: moving to ${revision}` };
  context.propose({ origin: 'reset', reflog }, (draft) => {
    moveTip(draft, headTip(context), id, { keepsOrigin: true });
  });
  return { id, tree };
}
