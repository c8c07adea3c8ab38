/** `git cherry-pick` and `git revert` over several commits: the folder `sequencer/` and the ways to go on and to give up. */
import type { ObjectId } from '@govc/core';
import { findFile, findObjectId, peelToCommit } from '@govc/core/plumbing';

import { Failure } from '../failure.js';
import { findObject } from '../session/revisions.js';
import { dirtyIndexText, noteSafety, pickCommit } from './pick-commit.js';
import { hintText, Refusal, refuse } from './refusal.js';
import { readSettings, serializeSettings, type PickSettings } from './settings.js';
import type { Workplace } from './workplace.js';

/** One line of `sequencer/todo`. */
interface SequenceItem {
  readonly id: ObjectId;
  readonly line: string;
}

/** Picks one commit, whatever sequence may be under way. */
export async function pickOne(work: Workplace, settings: PickSettings, id: ObjectId): Promise<number> {
  await work.tree.refresh();
  return (await pickCommit(work, settings, { command: commandOf(settings), id, reflog: settings.reflogAction })).code;
}

/** Begins a sequence. @throws {Refusal} another one is under way, or a step cannot be begun */
export async function startSequence(work: Workplace, settings: PickSettings, ids: readonly ObjectId[]): Promise<number> {
  await work.tree.refresh();
  if (ids.length === 0) refuse('empty commit set passed');
  const items = ids.map((id) => ({ id, line: `${commandOf(settings)} ${work.shortName(id)} ${work.titleOf(id)}\n` }));
  refuseSecond(work);
  work.files.makeDirectory('sequencer');
  const { id } = work.head;
  if (id === undefined && settings.action === 'revert') refuse("can't revert as initial commit");
  work.save('sequencer/head', `${id ?? work.session.algorithm.zeroId}\n`);
  const opts = serializeSettings(settings);
  if (opts.length > 0) work.files.write('sequencer/opts', opts);
  noteSafety(work);
  return runSequence(work, settings, items);
}

function refuseSecond(work: Workplace): void {
  const action = lastAction(work);
  if (action === undefined) {
    if (work.has('sequencer')) refuse(`could not create sequencer directory '${work.pathOf('sequencer')}': File exists`);
    return;
  }
  const skip = work.has('CHERRY_PICK_HEAD') || work.has('REVERT_HEAD') ? '--skip | ' : '';
  const hint = work.advises('sequencerInUse') ? hintText(`try "git ${action} (--continue | ${skip}--abort | --quit)"`) : '';
  throw new Refusal(`error: ${action} is already in progress\n${hint}`);
}

/** Which command the list under way is of. */
export function lastAction(work: Workplace): 'cherry-pick' | 'revert' | undefined {
  const word = /^[ \t]*(pick|p|revert)[ \t]/.exec(work.read('sequencer/todo') ?? '')?.[1];
  return word === undefined ? undefined : word === 'revert' ? 'revert' : 'cherry-pick';
}

async function runSequence(work: Workplace, settings: PickSettings, items: readonly SequenceItem[]): Promise<number> {
  for (let at = 0; at < items.length; at++) {
    work.save('sequencer/todo', items.slice(at).map(({ line }) => line).join(''));
    const { code } = await pickCommit(work, settings, { command: commandOf(settings), id: items[at]!.id, reflog: settings.reflogAction });
    if (code !== 0) return code;
  }
  work.removeFolder('sequencer');
  return 0;
}

/** Goes on after a stop. @throws {Refusal} */
export async function continueSequence(work: Workplace, settings: PickSettings): Promise<number> {
  await work.tree.refresh();
  const opts = findFile(work.files, 'sequencer/opts');
  if (opts !== undefined) readSettings(opts, settings);
  if (!work.has('sequencer/todo')) return commitPending(work, settings);
  const items = readTodo(work, settings);
  if (work.has('CHERRY_PICK_HEAD') || work.has('REVERT_HEAD')) {
    const code = await commitPending(work, settings);
    if (code !== 0) return code;
  }
  if (work.isUnmerged() || work.isIndexDirty()) throw new Refusal(dirtyIndexText(work, settings.action));
  return runSequence(work, settings, items.slice(1));
}

/** Commits what the user made of a stop. */
async function commitPending(work: Workplace, settings: PickSettings): Promise<number> {
  if (!work.has('CHERRY_PICK_HEAD') && !work.has('REVERT_HEAD')) refuse('no cherry-pick or revert in progress');
  const edits = settings.edits ?? work.session.io.isTerminal?.(0) === true;
  return work.run(['commit', ...(edits ? [] : ['--no-edit', '--cleanup=strip'])]);
}

/** Leaves a commit out and goes on. @throws {Refusal} */
export async function skipStep(work: Workplace, settings: PickSettings): Promise<number> {
  const action = lastAction(work);
  const isAtWork = work.has(settings.action === 'revert' ? 'REVERT_HEAD' : 'CHERRY_PICK_HEAD');
  if (!isAtWork) {
    if (action !== settings.action) refuse(`no ${settings.action} in progress`);
    if (!isSafe(work)) {
      const hint = work.advises('resolveConflict') ? hintText(`have you committed already?\ntry "git ${settings.action} --continue"`) : '';
      throw new Refusal(`error: there is nothing to skip\n${hint}`);
    }
  }
  const { id } = work.head;
  if (await work.run(['reset', '--merge', ...(id === undefined ? [] : [id])]) !== 0) refuse('failed to skip the commit');
  return work.has('sequencer') ? continueSequence(work, settings) : 0;
}

/** Goes back to where a sequence began. @throws {Refusal} */
export async function abortSequence(work: Workplace): Promise<number> {
  const { hexSize, zeroId } = work.session.algorithm;
  const text = work.read('sequencer/head');
  if (text === undefined) {
    if (!work.has('CHERRY_PICK_HEAD') && !work.has('REVERT_HEAD')) refuse('no cherry-pick or revert in progress');
    const { id } = work.head;
    if (id === undefined) refuse('cannot abort from a branch yet to be born');
    return resetMerge(work, id);
  }
  const path = work.pathOf('sequencer/head');
  if (text === '') refuse(`cannot read '${path}': unexpected end of file`);
  const line = text.split('\n', 1)[0]!;
  if (line.length !== hexSize || findObjectId(line, work.session.algorithm) === undefined) refuse(`stored pre-cherry-pick HEAD file '${path}' is corrupt`);
  if (line === zeroId) refuse('cannot abort from a branch yet to be born');
  if (!isSafe(work)) work.tell('warning: You seem to have moved HEAD. Not rewinding, check your HEAD!\n');
  else if (await resetMerge(work, line as ObjectId) !== 0) throw new Refusal('');
  work.removeFolder('sequencer');
  return 0;
}

/** Forgets about a sequence. */
export function quitSequence(work: Workplace): number {
  work.removeFolder('sequencer');
  removeBranchState(work);
  return 0;
}

/** What is kept of a merge, pick or revert between commands. */
export function removeBranchState(work: Workplace): void {
  work.remove('CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_HEAD', 'MERGE_RR', 'MERGE_MSG', 'MERGE_MODE', 'AUTO_MERGE', 'SQUASH_MSG');
}

function resetMerge(work: Workplace, id: ObjectId): Promise<number> {
  return work.run(['reset', '--merge', id]);
}

/** Whether HEAD is where the sequence left it. */
function isSafe(work: Workplace): boolean {
  const expected = work.line('sequencer/abort-safety') ?? '';
  return expected === (work.head.id ?? '');
}

function commandOf({ action }: PickSettings): 'pick' | 'revert' {
  return action === 'revert' ? 'revert' : 'pick';
}

function readTodo(work: Workplace, settings: PickSettings): SequenceItem[] {
  const text = work.read('sequencer/todo') ?? '';
  const items: SequenceItem[] = [];
  let isBad = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^[ \t]*(?:#|\r?$)/.test(line)) continue;
    const match = /^[ \t]*(pick|p|revert)[ \t]+(\S+)/.exec(line);
    const id = match === null ? undefined : findObject(work.session, match[2]!, 'commit', true);
    if (match === null || id === undefined) {
      if (match !== null) work.tell(`error: could not parse '${match[2]!}'\n`);
      else work.tell(`error: invalid command '${line.trim().split(/\s/)[0]!}'\n`);
      work.tell(`error: invalid line ${index + 1}: ${line}\n`);
      isBad = true;
      continue;
    }
    const isRevert = match[1] === 'revert';
    if (isRevert !== (settings.action === 'revert')) refuse(isRevert ? 'cannot revert during a cherry-pick.' : 'cannot cherry-pick during a revert.');
    items.push({ id: peelToCommit(work.session.context.snapshot, id), line: `${line}\n` });
  }
  if (isBad) refuse('unusable instruction sheet: ' + `'${work.pathOf('sequencer/todo')}'`);
  if (items.length === 0) refuse('no commits parsed.');
  return items;
}

/** The same error as the failure of a whole command. */
export function commandFailed(error: unknown, action: string): never {
  if (error instanceof Refusal) throw new Failure(`${error.text}fatal: ${action} failed\n`, 128);
  throw error;
}
