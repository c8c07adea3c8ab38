/** Going on with a rebase that stopped, or giving it up. */
import type { ObjectId } from '@govc/core';
import { stripSpace, commentPrefixOf } from '@govc/core/plumbing';

import { Failure } from '../failure.js';
import { applyAutostash, saveAutostash } from './autostash.js';
import { isWorktreeDirty, refreshAloud } from './clean-worktree.js';
import { editList } from './rebase-list.js';
import { RebaseRun, recordRewritten } from './rebase-run.js';
import { readBasics, readRebaseSettings, removeRebaseState, STATE } from './rebase-state.js';
import { countCommands, DONE, DROPPED, isMissingSinceBackup, readTodo, TODO, writeTodo } from './rebase-todo.js';
import { runCommit } from './record-commit.js';
import { refuse } from './refusal.js';
import { clearRerere } from './rerere-files.js';
import { resetHead } from './reset-head.js';
import { removeBranchState } from './sequence.js';
import type { PickSettings } from './settings.js';
import { clearSquash, dropLastSquash, restartSquash, squashCount } from './squash-messages.js';
import type { Workplace } from './workplace.js';

/** `--continue`. @throws {Failure} */
export async function continueRebase(work: Workplace, settings: PickSettings): Promise<number> {
  if (work.head.id === undefined) throw new Failure('fatal: Cannot read HEAD\n', 128);
  await refuseUnresolved(work);
  readBasics(work, STATE);
  return goOn(work, settings);
}

/** Ends where files are not as the index has them. @throws {Failure} */
export async function refuseUnresolved(work: Workplace): Promise<void> {
  await refreshAloud(work);
  const { hasUnstaged } = await isWorktreeDirty(work);
  if (!hasUnstaged) return;
  work.say('You must edit all merge conflicts and then\nmark them as resolved using git add\n');
  throw new Failure('', 1);
}

/** `--skip`. */
export async function skipRebase(work: Workplace, settings: PickSettings): Promise<number> {
  await discardStep(work);
  readBasics(work, STATE);
  return goOn(work, settings);
}

/** Gives up what the step at hand made of files. */
export async function discardStep(work: Workplace): Promise<void> {
  clearRerere(work.tree);
  await resetHead(work, { isHard: true, headMessage: '' });
  removeBranchState(work);
}

async function goOn(work: Workplace, settings: PickSettings): Promise<number> {
  await work.tree.refresh();
  readRebaseSettings(work, settings);
  const { items, isBad } = readTodo(work, work.read(TODO) ?? '');
  if (isBad) refuse("please fix this using 'git rebase --edit-todo'.");
  if (items.length === 0 && !work.has(DONE)) refuse('no commits parsed.');
  const done = countCommands(readTodo(work, work.read(DONE) ?? '').items);
  if (work.has(DROPPED)) {
    if (isMissingSinceBackup(work, items)) return 1;
    work.remove(DROPPED);
  }
  const next = items[0]?.command;
  const isSquashNext = next === 'fixup' || next === 'squash';
  await commitStaged(work, settings, isSquashNext);
  const stopped = work.line(`${STATE}/stopped-sha`);
  if (stopped !== undefined && stopped !== '') recordRewritten(work, stopped as ObjectId, isSquashNext);
  return new RebaseRun(work, settings, { items, done }).run();
}

/** Commits what the user staged while the rebase waited. */
async function commitStaged(work: Workplace, settings: PickSettings, isSquashNext: boolean): Promise<void> {
  const { hasUnstaged } = await isWorktreeDirty(work);
  if (hasUnstaged) refuse('cannot rebase: You have unstaged changes.');
  const isClean = !work.isIndexDirty();
  const amended = work.line(`${STATE}/amend`);
  const end = amended === undefined ? 'none' : settleSquash(work, { amended: amended as ObjectId, isClean, isSquashNext });
  if (isClean) {
    work.remove('CHERRY_PICK_HEAD', 'MERGE_MSG');
    if (end !== 'clean' && end !== 'edit') return;
  }
  const isFinal = end === 'clean' || end === 'edit';
  const code = await runCommit(work, settings, {
    file: isFinal ? undefined : `${STATE}/message`, author: undefined, picked: undefined, reflog: `${settings.reflogAction} (continue)`,
    flags: { allowsEmpty: true, edits: end !== 'clean', cleans: end === 'clean', amends: amended !== undefined },
  });
  if (code !== 0) refuse('could not commit staged changes.');
  work.remove(`${STATE}/amend`, 'MERGE_HEAD', 'AUTO_MERGE');
  if (isFinal) work.remove(`${STATE}/message-fixup`, `${STATE}/message-squash`);
  if (squashCount(work) > 0) work.remove(`${STATE}/current-fixups`);
}

/**
 * What becomes of a chain of commits being squashed when its step was skipped: `clean` and `edit` say that the message
 * of what there is has to be made anew.
 */
function settleSquash(work: Workplace, { amended, isClean, isSquashNext }: { readonly amended: ObjectId; readonly isClean: boolean; readonly isSquashNext: boolean }): 'none' | 'clean' | 'edit' {
  const { id } = work.head;
  if (id === undefined) refuse('cannot amend non-existing commit');
  if (!isClean && id !== amended) refuse("\nYou have uncommitted changes in your working tree. Please, commit them\nfirst and then run 'git rebase --continue' again.");
  if (!isClean || squashCount(work) === 0) return 'none';
  if (id !== amended || !work.has(`${STATE}/stopped-sha`)) {
    if (!isSquashNext) clearSquash(work);
    return 'none';
  }
  const rest = dropLastSquash(work);
  const count = rest === '' ? 0 : rest.split('\n').length;
  if (isSquashNext) {
    restartSquash(work);
    return 'none';
  }
  if (count === 0) return 'none';
  return /^squash /m.test(rest) ? 'edit' : 'clean';
}

/** `--abort`. */
export async function abortRebase(work: Workplace, settings: PickSettings, folder: string): Promise<number> {
  clearRerere(work.tree);
  const { branch, origin } = readBasics(work, folder);
  await resetHead(work, {
    id: origin, branch, isHard: true, headMessage: `${settings.reflogAction} (abort): returning to ${branch ?? origin}`,
  });
  removeBranchState(work);
  return finishRebase(work, folder);
}

/** Removes what is left when all is done. */
export async function finishRebase(work: Workplace, folder: string): Promise<number> {
  work.remove('REBASE_HEAD', 'AUTO_MERGE');
  await applyAutostash(work, `${folder}/autostash`);
  if (folder === STATE) await removeRebaseState(work);
  else work.removeFolder(folder);
  return 0;
}

/** `--quit`. */
export async function quitRebase(work: Workplace, folder: string): Promise<number> {
  await saveAutostash(work, `${folder}/autostash`);
  if (folder === STATE) await removeRebaseState(work);
  else work.removeFolder(folder);
  return 0;
}

/** `--edit-todo`. */
export async function editRebase(work: Workplace): Promise<number> {
  const text = stripSpace(work.read(TODO) ?? '', commentPrefixOf(work.session.config));
  const before = readTodo(work, text);
  const edited = await editList(work, before.items, undefined, { isBad: before.isBad, text });
  if (typeof edited === 'string') return 1;
  work.save(TODO, writeTodo(work, edited));
  return 0;
}
