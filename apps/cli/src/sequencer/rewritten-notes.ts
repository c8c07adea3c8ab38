/** Notes that follow commits which were made again (git-config(1), `notes.rewrite.<command>` and `notes.rewriteRef`). */
import type { ObjectId } from '@govc/core';
import { rewriteNotes } from '@govc/core/plumbing';

import type { Workplace } from './workplace.js';

/** Copies the notes of commits to those that stand for them now. */
export async function copyRewrittenNotes(work: Workplace, command: 'amend' | 'rebase', pairs: readonly (readonly [ObjectId, ObjectId])[]): Promise<void> {
  if (pairs.length === 0 || work.session.config.getAll('notes.rewriteref').length === 0) return;
  rewriteNotes(work.tree.draft, command, {
    commits: pairs.map(([from, to]) => ({ from, to })), committer: work.session.identity('committer'), author: work.session.identity('author'),
  });
  await work.tree.saveObjects();
}
