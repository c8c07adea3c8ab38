import { checkRefFormat, HEAD, type RefName } from '../ref/ref-name.js';
import type { RefMap } from '../store/ref-map.js';
import { LIMITS } from '../limits.js';
import { isAncestor } from '../walk/ancestry.js';
import { runStep, type Conversation } from './conversation.js';
import type { CommandState, PushSession } from './push-session.js';
import { shown } from './fetch-request.js';

const CURRENT_BRANCH_HELP =
  'By default, updating the current branch in a non-bare repository\n' +
  'is denied, because it will make the index and work tree inconsistent\n' +
  'with what you pushed, and will require \'git reset --hard\' to match\n' +
  'the work tree to HEAD.\n\n' +
  'You can set the \'receive.denyCurrentBranch\' configuration variable\n' +
  'to \'ignore\' or \'warn\' in the remote repository to allow pushing into\n' +
  'its current branch; however, this is not recommended unless you\n' +
  'arranged to update its work tree to match what you pushed in some\n' +
  'other way.\n\n' +
  'To squelch this message and still keep the default behaviour, set\n' +
  '\'receive.denyCurrentBranch\' configuration variable to \'refuse\'.';

const DELETE_CURRENT_HELP =
  'By default, deleting the current branch is denied, because the next\n' +
  '\'git clone\' won\'t result in any file checked out, causing confusion.\n\n' +
  'You can set \'receive.denyDeleteCurrent\' configuration variable to\n' +
  '\'warn\' or \'ignore\' in the remote repository to allow deleting the\n' +
  'current branch, with or without a warning message.\n\n' +
  'To squelch this message, you can set it to \'refuse\'.';

/**
 * Checks one command by Git's own rules and then by the update hook, in the order of `update()` in
 * `builtin/receive-pack.c`.
 *
 * @returns why it is refused, in Git's words, or `undefined`
 */
export function* checkCommand(session: PushSession, state: CommandState): Conversation<string | undefined> {
  const { command, stored } = state;
  const { name, oldId, newId } = command;
  const deletes = session.isZero(newId);
  const format = checkRefFormat(name.slice('refs/'.length), { allowOneLevel: deletes });
  if (!name.startsWith('refs/') || !format.valid || stored === undefined) {
    yield* session.tell('error', `refusing to update funny ref '${shown(name)}' remotely`);
    return 'funny refname';
  }
  const current = findCurrentBranch(session);
  const checkedOut = !session.config.isBare && current === stored;
  if (checkedOut) {
    const refusal = yield* checkCurrentBranch(session, name);
    if (refusal !== undefined) return refusal;
  }
  if (!deletes && !session.draft.view.objects.has(newId)) return 'bad pack';
  if (deletes && !session.isZero(oldId)) {
    const refusal = yield* checkDeletion(session, name, current === stored);
    if (refusal !== undefined) return refusal;
  }
  const isUpdate = !deletes && !session.isZero(oldId);
  if (session.config.denyNonFastForwards && isUpdate && name.startsWith('refs/heads/')) {
    const refusal = yield* checkFastForward(session, state);
    if (refusal !== undefined) return refusal;
  }
  const { push } = session;
  const verdict = yield* session.decide({ kind: 'update', push, command });
  if (!verdict.accepted) {
    yield* session.tell('error', `hook declined to update ${name}`);
    return verdict.reason ?? 'hook declined';
  }
  if (checkedOut && session.config.denyCurrentBranch === 'updateInstead') {
    const update = yield* session.decide({ kind: 'update-worktree', push, command });
    if (!update.accepted) return update.reason ?? 'denyCurrentBranch = updateInstead needs a worktree';
  }
  return undefined;
}

function* checkCurrentBranch(session: PushSession, name: string): Conversation<string | undefined> {
  const { denyCurrentBranch } = session.config;
  switch (denyCurrentBranch) {
    case 'ignore':
    case 'updateInstead':
      return undefined;
    case 'warn':
      yield* session.tell('warning', 'updating the current branch');
      return undefined;
    case 'refuse':
    case 'unconfigured':
      yield* session.tell('error', `refusing to update checked out branch: ${name}`);
      if (denyCurrentBranch === 'unconfigured') yield* session.tell('error', CURRENT_BRANCH_HELP);
      return 'branch is currently checked out';
  }
}

function* checkDeletion(session: PushSession, name: string, isCurrent: boolean): Conversation<string | undefined> {
  const { denyDeletes, denyDeleteCurrent } = session.config;
  if (denyDeletes && name.startsWith('refs/heads/')) {
    yield* session.tell('error', `denying ref deletion for ${name}`);
    return 'deletion prohibited';
  }
  if (!isCurrent || denyDeleteCurrent === 'ignore') return undefined;
  if (denyDeleteCurrent === 'warn') {
    yield* session.tell('warning', 'deleting the current branch');
    return undefined;
  }
  if (denyDeleteCurrent === 'unconfigured') yield* session.tell('error', DELETE_CURRENT_HELP);
  yield* session.tell('error', `refusing to delete the current branch: ${name}`);
  return 'deletion of the current branch prohibited';
}

function* checkFastForward(session: PushSession, { command }: CommandState): Conversation<string | undefined> {
  const { objects } = session.draft.view;
  const { name, oldId, newId } = command;
  if (objects.findHeader(oldId)?.type !== 'commit' || objects.findHeader(newId)?.type !== 'commit') return 'bad ref';
  const ancestry = { graph: session.graph, objects, shallow: session.draft.view.shallow };
  if (yield* runStep(isAncestor(ancestry, oldId, newId))) return undefined;
  yield* session.tell('error', `denying non-fast-forward ${name} (you should pull first)`);
  return 'non-fast-forward';
}

/** Where `HEAD` of the repository ends, whether that exists or not. */
function findCurrentBranch(session: PushSession): RefName | undefined {
  const end = followSymrefs(session.snapshot.refs, HEAD);
  return end === HEAD ? undefined : end;
}

/** Refuses or joins commands of which one names a symbolic ref and another its target (`check_aliased_update`). */
export function* checkAliases(session: PushSession): Conversation<void> {
  const byName = new Map<RefName, CommandState>();
  for (const state of session.states) if (state.stored !== undefined) byName.set(state.stored, state);
  for (const state of session.states) {
    if (state.error !== undefined || state.stored === undefined) continue;
    if (session.snapshot.refs.get(state.stored)?.kind !== 'symbolic') continue;
    const target = followSymrefs(session.snapshot.refs, state.stored);
    if (target === undefined) {
      yield* session.tell('error', `refusing update to broken symref '${state.command.name}'`);
      state.skipped = true;
      state.error = 'broken symref';
      continue;
    }
    const other = byName.get(target);
    if (other === undefined) continue;
    state.skipped = true;
    if (other.command.oldId === state.command.oldId && other.command.newId === state.command.newId) continue;
    other.skipped = true;
    yield* session.tell('error',
      `refusing inconsistent update between symref '${state.command.name}' (${range(state)}) and` +
      ` its target '${other.command.name}' (${range(other)})`);
    state.error = 'inconsistent aliased update';
    other.error = 'inconsistent aliased update';
  }
}

function range({ command }: CommandState): string {
  return `${command.oldId.slice(0, 7)}..${command.newId.slice(0, 7)}`;
}

/** The name at the end of a chain of symbolic refs; `undefined` when the chain is too long. */
export function followSymrefs(refs: RefMap, name: RefName): RefName | undefined {
  let at = name;
  for (let depth = 0; depth <= LIMITS.symrefDepth.value; depth++) {
    const value = refs.get(at);
    if (value?.kind !== 'symbolic') return at;
    at = value.target;
  }
  return undefined;
}
