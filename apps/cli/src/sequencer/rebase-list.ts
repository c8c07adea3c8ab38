/** The list that a rebase begins with, from the commits to the moment when its first step is done. */
import type { ObjectId } from '@govc/core';
import {
  addExecItems, autosquash, BRANCH_PREFIX, commentPrefixOf, findRefId, HEAD, makeRebaseScript, messageSubject, plainItem, stripSpace, type RefName, type TodoItem,
} from '@govc/core/plumbing';

import { advise } from '../print/advice.js';
import { Failure } from '../failure.js';
import { editFile } from '../worktree/edit-file.js';
import { findObject } from '../session/revisions.js';
import { applyAutostash } from './autostash.js';
import { isCleanFor } from './clean-worktree.js';
import { RebaseRun, recordRewritten } from './rebase-run.js';
import { readUpdatedRefs, removeRebaseState, STATE, writeBasics, writeUpdatedRefs, type RebaseBasics } from './rebase-state.js';
import { countCommands, DONE, DROPPED, EDIT_ADVICE, isMissingCommits, isMissingSinceBackup, readTodo, TODO, TODO_BACKUP, todoHelp, writeTodo } from './rebase-todo.js';
import { Refusal } from './refusal.js';
import { resetHead } from './reset-head.js';
import type { PickSettings } from './settings.js';
import type { Workplace } from './workplace.js';

/** What is rebased, and by which list. */
export interface RebaseList extends RebaseBasics {
  readonly ontoName: string;
  /** What is left out; `undefined` for everything. */
  readonly upstream: ObjectId | undefined;
  /** Left out too: where the branch left its upstream. */
  readonly limit: ObjectId | undefined;
  readonly reappliesCherries: boolean;
  readonly keepsEmpty: boolean;
  readonly merges: boolean | 'cousins';
  readonly hasRootOnto: boolean;
  readonly exec: readonly string[];
  readonly autosquashes: boolean;
  readonly updatesRefs: boolean;
}

/** Begins a rebase; its exit code. @throws {Refusal} */
export async function startRebase(work: Workplace, settings: PickSettings, list: RebaseList): Promise<number> {
  writeBasics(work, list, settings);
  if (list.upstream === undefined && settings.squashOnto !== undefined) work.save(`${STATE}/squash-onto`, `${settings.squashOnto}\n`);
  const items = listItems(work, settings, list);
  if (countCommands(items) === 0) return giveUp(work, 'error: nothing to do\n');
  const shortHead = work.shortName(list.origin);
  const revisions = list.upstream === undefined ? shortHead : `${work.shortName(list.upstream)}..${shortHead}`;
  const edited = await editList(work, items, { revisions, onto: work.shortName(list.onto) });
  if (typeof edited === 'string') {
    switch (edited) {
      case 'failed': return giveUp(work, '');
      case 'empty': return giveUp(work, 'error: nothing to do\n');
      case 'bad':
        await checkoutOnto(work, settings, list, list.onto);
        return 1;
    }
  }
  const { rest, base, done } = settings.allowsFastForward ? skipPicks(work, edited, list.onto) : { rest: edited, base: list.onto, done: 0 };
  work.save(TODO, writeTodo(work, rest));
  await checkoutOnto(work, settings, list, base);
  if (!await isCleanFor(work, 'rebase', '')) return 1;
  return new RebaseRun(work, settings, { items: rest, done }).run();
}

async function giveUp(work: Workplace, text: string): Promise<number> {
  await applyAutostash(work, `${STATE}/autostash`);
  await removeRebaseState(work);
  work.tell(text);
  return 1;
}

async function checkoutOnto(work: Workplace, settings: PickSettings, list: RebaseList, id: ObjectId): Promise<void> {
  try {
    await resetHead(work, {
      id, origin: list.origin, detaches: true, runsHook: true, headMessage: `${settings.reflogAction} (start): checkout ${list.ontoName}`,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    work.tree.unlock();
    await applyAutostash(work, `${STATE}/autostash`);
    await removeRebaseState(work);
    throw new Refusal(`${error.text}error: could not detach HEAD\n`);
  }
}

function listItems(work: Workplace, settings: PickSettings, list: RebaseList): TodoItem[] {
  const { context, config } = work.session;
  const request = {
    upstream: list.upstream ?? (list.hasRootOnto ? list.onto : undefined), head: list.origin, limit: list.limit, keepsEmpty: list.keepsEmpty,
    rebaseMerges: list.merges, hasRootOnto: list.hasRootOnto, commentPrefix: commentPrefixOf(config),
  };
  const script = makeRebaseScript(context, { ...request, reappliesCherries: list.reappliesCherries });
  if (!list.reappliesCherries) tellSkipped(work, settings, { script, all: makeRebaseScript(context, { ...request, reappliesCherries: true }) });
  let items: readonly TodoItem[] = script.length === 0 ? [plainItem('noop')] : script;
  if (list.updatesRefs) items = withRefs(work, items);
  if (list.autosquashes) {
    items = autosquash(items, {
      subjectOf: (commit) => messageSubject(work.messageOf(commit as ObjectId)),
      findCommit: (word) => findObject(work.session, word, 'commit', true),
    });
  }
  return list.exec.length === 0 ? [...items] : addExecItems(items, list.exec);
}

function tellSkipped(work: Workplace, settings: PickSettings, { script, all }: { readonly script: readonly TodoItem[]; readonly all: readonly TodoItem[] }): void {
  const kept = new Set(script.map(({ commit }) => commit));
  const skipped = all.filter(({ commit }) => commit !== undefined && !kept.has(commit));
  if (!settings.isQuiet) for (const { commit } of skipped) work.tell(`warning: skipped previously applied commit ${work.shortName(commit as ObjectId)}\n`);
  if (skipped.length === 0) return;
  advise(work.session, 'skippedcherrypicks', 'use --reapply-cherry-picks to include skipped commits\nDisable this message with "git config advice.skippedCherryPicks false"');
}

/** Branches that point to commits of the list are moved with them. */
function withRefs(work: Workplace, items: readonly TodoItem[]): TodoItem[] {
  const { refs } = work.session.repository.snapshot;
  const head = refs.get(HEAD);
  const current = head?.kind === 'symbolic' ? head.target : undefined;
  const names = new Map<string, string[]>();
  for (const [name] of refs.entries(BRANCH_PREFIX)) {
    const id = findRefId(refs, name as RefName);
    if (id === undefined || name === current) continue;
    names.set(id, [name, ...(names.get(id) ?? [])]);
  }
  const moved: string[] = [];
  const result = items.flatMap((item) => {
    const found = item.commit === undefined ? [] : names.get(item.commit) ?? [];
    moved.push(...found);
    return [item, ...found.map((name) => plainItem('update-ref', name))];
  });
  const { zeroId } = work.session.algorithm;
  writeUpdatedRefs(work, moved.map((ref) => ({ ref, before: findRefId(refs, ref as RefName) ?? zeroId, after: zeroId })));
  return result;
}

/** Lets the user edit the list. @param start what is rebased where; `undefined` for a list under way */
export async function editList(
  work: Workplace, items: readonly TodoItem[], start: { readonly revisions: string; readonly onto: string } | undefined, before?: { readonly isBad: boolean; readonly text: string },
): Promise<TodoItem[] | 'failed' | 'empty' | 'bad'> {
  const isIncorrect = before !== undefined && (before.isBad || work.has(DROPPED));
  const help = todoHelp(work, items, start);
  work.save(TODO, (before?.isBad === true ? before.text : writeTodo(work, items, { isShort: true })) + help);
  if (!isIncorrect) work.save(TODO_BACKUP, writeTodo(work, items) + help);
  try {
    await editTodo(work);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    work.tell(error.text);
    return 'failed';
  }
  const text = stripSpace(work.read(TODO) ?? '', commentPrefixOf(work.session.config));
  if (start !== undefined && text === '') return 'empty';
  const { items: after, isBad } = readTodo(work, text);
  if (isBad) {
    work.tell(EDIT_ADVICE);
    return 'bad';
  }
  if (isIncorrect ? isMissingSinceBackup(work, after) : isMissingCommits(work, items, after)) {
    work.save(DROPPED, '');
    return 'bad';
  }
  if (isIncorrect) work.remove(DROPPED);
  filterRefs(work, after);
  return [...after];
}

async function editTodo(work: Workplace): Promise<void> {
  if (work.env['GIT_SEQUENCE_EDITOR'] === ':') return;
  await editFile(work.session, `${work.session.gitDirectory}/${TODO}`, true);
}

/** The refs that are going to be moved are those that the list names. */
function filterRefs(work: Workplace, items: readonly TodoItem[]): void {
  const { zeroId } = work.session.algorithm;
  const known = readUpdatedRefs(work);
  const wanted = items.filter(({ command }) => command === 'update-ref').map(({ argument }) => argument);
  const kept = known.filter(({ ref, after }) => after !== zeroId || wanted.includes(ref));
  const added = wanted.filter((ref) => !kept.some((each) => each.ref === ref));
  if (kept.length === known.length && added.length === 0) return;
  const { refs } = work.session.repository.snapshot;
  writeUpdatedRefs(work, [...kept, ...added.map((ref) => ({ ref, before: findRefId(refs, ref as RefName) ?? zeroId, after: zeroId }))]);
}

/** Leaves out what stands already where it is to go. */
function skipPicks(work: Workplace, items: readonly TodoItem[], onto: ObjectId): { rest: readonly TodoItem[]; base: ObjectId; done: number } {
  let base = onto;
  let at = 0;
  for (; at < items.length; at++) {
    const { command, commit } = items[at]!;
    if (command === 'noop' || command === 'drop' || command === 'comment') continue;
    if (command !== 'pick' || commit === undefined) break;
    const { parents } = work.commit(commit as ObjectId);
    if (parents.length !== 1 || parents[0] !== base) break;
    base = commit as ObjectId;
  }
  if (at === 0) return { rest: items, base, done: 0 };
  work.save(DONE, writeTodo(work, items.slice(0, at)));
  const rest = items.slice(at);
  const next = rest[0]?.command;
  if (next === 'fixup' || next === 'squash') recordRewritten(work, base, true);
  return { rest, base, done: at };
}
