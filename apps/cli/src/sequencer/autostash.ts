/** Changes that a command puts away before it begins and lays back when it is done (`--autostash`). */
import type { ObjectId } from '@govc/core';

import { die } from '../failure.js';
import { STASHER } from '../session/identity.js';
import { stageTracked } from '../worktree/stage-changes.js';
import { resetHard } from '../worktree/switch-tree.js';
import { writeIndexTree } from '../commands/write-tree.js';
import { isWorktreeDirty, refreshAloud } from './clean-worktree.js';
import type { Workplace } from './workplace.js';

/** Puts local changes away, if there are any, and keeps their id in a file of the Git directory. */
export async function createAutostash(work: Workplace, path: string): Promise<void> {
  const { session } = work;
  await refreshAloud(work);
  const { hasUnstaged, hasUncommitted } = await isWorktreeDirty(work);
  if (!hasUnstaged && !hasUncommitted) return;
  const { head, tree } = work;
  if (work.isUnmerged()) die('Cannot autostash');
  tree.lock();
  const { id: index } = writeIndexTree(tree);
  const { id: workTree } = writeIndexTree(tree, { index: await stageTracked(tree) });
  await tree.saveObjects();
  const stash = session.repository.createStash({ workTree, index }, { message: 'autostash', author: session.identity('author', { fallback: STASHER }), committer: session.identity('committer', { fallback: STASHER }) });
  await session.repository.flush();
  tree.renew();
  work.save(path, `${stash}\n`);
  work.say(`Created autostash: ${work.shortName(stash)}\n`);
  await resetHard(tree, head.tree);
  await work.renew();
}

/** Lays them back; where that conflicts, they become a stash. */
export async function applyAutostash(work: Workplace, path: string): Promise<void> {
  const id = work.line(path) as ObjectId | undefined;
  if (id === undefined || id === '') return;
  const code = await work.run(['stash', 'apply', id], { isQuiet: 'never' });
  if (code === 0) work.tell('Applied autostash.\n');
  else await storeAutostash(work, id, 'Applying autostash resulted in conflicts.');
  work.remove(path);
}

/** Makes them a stash without trying to lay them back. */
export async function saveAutostash(work: Workplace, path: string): Promise<void> {
  const id = work.line(path) as ObjectId | undefined;
  if (id === undefined || id === '') return;
  await storeAutostash(work, id, 'Autostash exists; creating a new stash entry.');
  work.remove(path);
}

async function storeAutostash(work: Workplace, id: ObjectId, reason: string): Promise<void> {
  const { session } = work;
  session.repository.storeStash(id, { message: 'autostash', committer: session.identity('committer', { fallback: STASHER }) });
  await session.repository.flush();
  work.tree.renew();
  work.tell(`${reason}\nYour changes are safe in the stash.\nYou can run "git stash pop" or "git stash drop" at any time.\n`);
}
