/** Moving HEAD with index and files, as the steps of a rebase do it. */
import type { ObjectId } from '@govc/core';
import { directRef, HEAD, symbolicRef, type RefName } from '@govc/core/plumbing';

import { runHook } from '../worktree/run-hook.js';
import { obstacleText, switchTree } from '../worktree/switch-tree.js';
import { Refusal } from './refusal.js';
import type { Workplace } from './workplace.js';

/** Where HEAD goes. */
export interface ResetRequest {
  /** Default: it stays where it is. */
  readonly id?: ObjectId | undefined;
  /** The branch that HEAD names then, which is moved too. Default: HEAD itself is moved. */
  readonly branch?: RefName | undefined;
  readonly detaches?: boolean | undefined;
  /** Local changes are given up. */
  readonly isHard?: boolean | undefined;
  /** Only refs are moved. */
  readonly refsOnly?: boolean | undefined;
  /** What ORIG_HEAD becomes. Default: it stays as it is. */
  readonly origin?: ObjectId | undefined;
  readonly runsHook?: boolean | undefined;
  readonly headMessage: string;
  readonly branchMessage?: string | undefined;
}

/** Does it. @throws {Refusal} local changes are in the way */
export async function resetHead(work: Workplace, request: ResetRequest): Promise<void> {
  const { session } = work;
  const before = work.head;
  const id = request.id ?? before.id!;
  if (request.refsOnly !== true) await moveFiles(work, before.tree, { id, isHard: request.isHard === true });
  const { tree } = work;
  if (request.origin !== undefined) {
    tree.draft.editRef('ORIG_HEAD' as RefName, directRef(request.origin));
    await tree.saveObjects();
  }
  if (request.branch !== undefined) {
    // HEAD first stands alone, so that its log tells of one step only.
    if (!before.isDetached && session.repository.snapshot.refs.get(request.branch) === undefined) {
      tree.draft.editRef(request.branch, directRef(id));
      await tree.saveObjects({ message: request.branchMessage ?? request.headMessage });
    } else if (currentOf(work, request.branch) !== id) {
      tree.draft.editRef(request.branch, directRef(id));
      await tree.saveObjects({ message: request.branchMessage ?? request.headMessage });
    }
    tree.draft.editRef(HEAD, symbolicRef(request.branch));
    logHead(work, { from: before.id, to: id, message: request.headMessage, isStill: !before.isDetached && before.ref === request.branch });
    await tree.saveObjects({ message: request.headMessage });
  } else if (request.id !== undefined || request.origin !== undefined) {
    tree.draft.editRef(request.detaches === true ? HEAD : before.ref, directRef(id));
    await tree.saveObjects({ message: request.headMessage });
  }
  if (request.runsHook === true) await runHook(session, 'post-checkout', { args: [before.id ?? session.algorithm.zeroId, id, '1'] });
}

/** HEAD that names the same branch as before is logged all the same. */
function logHead(work: Workplace, step: { readonly from: ObjectId | undefined; readonly to: ObjectId; readonly message: string; readonly isStill: boolean }): void {
  if (!step.isStill || step.from === undefined || step.from !== step.to) return;
  const entry = { ...work.session.identity('committer', { isStrict: false }), oldId: step.from, newId: step.to, message: step.message };
  work.tree.draft.editReflog(HEAD, { kind: 'append', entry });
}

function currentOf(work: Workplace, ref: RefName): ObjectId | undefined {
  const value = work.session.repository.snapshot.refs.get(ref);
  return value?.kind === 'direct' ? value.id : undefined;
}

async function moveFiles(work: Workplace, from: ObjectId | undefined, { id, isHard }: { readonly id: ObjectId; readonly isHard: boolean }): Promise<void> {
  const { tree } = work;
  tree.lock();
  const to = work.treeOf(id);
  const result = isHard ? await switchTree(tree, [to], { discards: 'overwrite' }) : await switchTree(tree, [from, to], {});
  if ('obstacles' in result) throw new Refusal(obstacleText(result.obstacles, isHard ? 'reset' : 'checkout'));
  await tree.save({ ...result.index, resolveUndo: undefined });
}
