import { assert } from '../errors.js';
import type { RefName } from '../ref/ref-name.js';
import { directRef } from '../ref/ref-value.js';
import type { Expectation } from '../ref/ref-edit.js';
import { findRefId } from '../store/ref-map.js';
import type { Refusal } from '../store/apply.js';
import { EMPTY_BATCH, type Batch } from '../store/batch.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { ApplyAnswer, Conversation } from './conversation.js';
import { checkCommand, followSymrefs } from './push-policy.js';
import type { CommandState, PushSession } from './push-session.js';

/** Whether receive-pack itself is to carry out a command. */
export function isOurs(state: CommandState): boolean {
  return state.error === undefined && !state.skipped && state.procReceive === 'no';
}

/**
 * Carries out what is left of a push: all commands or none when it is atomic, else as many as can be.
 *
 * Either way what takes effect does so as one batch. A push that is not atomic is tried whole first, and again
 * without the commands that were refused, which comes to the same as one batch for each, in a single write.
 */
export function* applyPush(session: PushSession): Conversation<void> {
  const edited = new Map<RefName, CommandState>();
  for (const state of session.states) {
    if (!isOurs(state)) continue;
    state.error = (yield* checkCommand(session, state)) ?? (yield* addEdit(session, state, edited));
    if (state.error !== undefined && session.isAtomic) break;
  }
  if (session.isAtomic && session.states.some((state) => state.error !== undefined)) {
    failAll(session, 'atomic push failure');
    return;
  }
  const { served } = session;
  const whole = session.draft.finish({
    origin: 'push',
    reflog: served.reflogIdentity === undefined ? undefined : { identity: served.reflogIdentity, message: 'push' },
  });
  if (whole.refs.length === 0) return;
  const batch = session.isPackKept ? { ...whole, packs: [] } : whole;
  if (session.isAtomic) yield* applyWhole(session, batch);
  else yield* applyWhatCan(session, batch, edited);
}

/** Puts the command's edit into the draft; gives why it cannot be there. */
function* addEdit(
  session: PushSession,
  state: CommandState,
  edited: Map<RefName, CommandState>,
): Conversation<string | undefined> {
  const { oldId, newId } = state.command;
  const target = followSymrefs(session.snapshot.refs, state.stored!);
  if (target === undefined) return 'failed to update ref';
  if (edited.has(target)) {
    yield* session.tell('error', `multiple updates for ref '${target}' not allowed`);
    return 'failed to update ref';
  }
  let expected: Expectation = session.isZero(oldId)
    ? { kind: 'absent' }
    : { kind: 'value', value: directRef(oldId) };
  if (session.isZero(newId) && (session.isZero(oldId) || !session.draft.view.objects.has(oldId))) {
    expected = { kind: 'any' };
    if (findRefId(session.snapshot.refs, target) === undefined) {
      yield* session.tell('warning', 'deleting a non-existent ref');
      state.didNotExist = true;
      return undefined;
    }
    yield* session.tell('warning', 'allowing deletion of corrupt ref');
  }
  edited.set(target, state);
  session.draft.editRef(target, session.isZero(newId) ? undefined : directRef(newId), expected);
  return undefined;
}

function* applyWhole(session: PushSession, batch: Batch): Conversation<void> {
  const answer = yield* apply(session, batch);
  if (answer.kind === 'apply-failed') {
    yield* session.tell('error', answer.message);
  } else {
    if (answer.result.ok) return;
    for (const refusal of answer.result.refusals) yield* session.tell('error', describeRefusal(refusal));
  }
  failAll(session, 'atomic transaction failed');
}

function* applyWhatCan(
  session: PushSession,
  batch: Batch,
  edited: ReadonlyMap<RefName, CommandState>,
): Conversation<void> {
  let { refs } = batch;
  while (refs.length > 0) {
    const answer = yield* apply(session, { ...batch, refs });
    if (answer.kind === 'apply-failed') {
      yield* session.tell('error', answer.message);
      for (const { name } of refs) edited.get(name)!.error = 'failed to update ref';
      return;
    }
    if (answer.result.ok) return;
    const refused = chooseRefused(answer.result.refusals, refs.map(({ name }) => name));
    for (const [name, refusal] of refused) {
      yield* session.tell('error', describeRefusal(refusal));
      edited.get(name)!.error = 'failed to update ref';
    }
    refs = refs.filter(({ name }) => !refused.has(name));
  }
}

/** The commands to leave out: of two that clash with each other only the later one, as if they came one by one. */
function chooseRefused(refusals: readonly Refusal[], order: readonly RefName[]): Map<RefName, Refusal> {
  const place = new Map(order.map((name, index) => [name, index]));
  const refused = new Map<RefName, Refusal>();
  const inOrder = [...refusals].sort((left, right) => place.get(left.name)! - place.get(right.name)!);
  for (const refusal of inOrder) {
    const { name, other } = refusal;
    const otherPlace = refusal.reason === 'clash' && other !== undefined ? place.get(other) : undefined;
    // One that clashes with what comes later, or with what is refused itself, may stay.
    if (otherPlace !== undefined && (otherPlace > place.get(name)! || refused.has(other!))) continue;
    refused.set(name, refusal);
  }
  assert(refused.size > 0, 'of edits that clash at least one comes last');
  return refused;
}

/**
 * Makes the objects of the push part of the repository before any ref names them, as Git does for its hooks; gives
 * whether that worked.
 */
export function* keepPack(session: PushSession, pack: ObjectSource): Conversation<boolean> {
  const answer = yield* apply(session, { ...EMPTY_BATCH, packs: [pack], origin: 'push' });
  session.isPackKept = answer.kind === 'applied' && answer.result.ok;
  if (answer.kind === 'apply-failed') yield* session.tell('error', answer.message);
  return session.isPackKept;
}

function* apply(session: PushSession, batch: Batch): Conversation<ApplyAnswer> {
  const answer = yield { kind: 'apply', batch, messages: session.messages };
  assert(answer.kind === 'applied' || answer.kind === 'apply-failed', 'a batch is answered with what became of it');
  return answer;
}

/** Refuses every command that was not refused yet. */
export function failAll(session: PushSession, reason: string): void {
  for (const state of session.states) state.error ??= reason;
}

/** What Git says when it cannot lock or write a ref. */
function describeRefusal(refusal: Refusal): string {
  const { name, actual, other } = refusal;
  switch (refusal.reason) {
    case 'conflict':
      if (actual === undefined) return `cannot lock ref '${name}': unable to resolve reference '${name}'`;
      return `cannot lock ref '${name}': ${actual.kind === 'direct' ? `is at ${actual.id}` : 'is symbolic'} but expected another value`;
    case 'clash':
      return `cannot lock ref '${name}': '${other ?? ''}' exists; cannot create '${name}'`;
    case 'missing-target':
      return `trying to write ref '${name}' with nonexistent object`;
    case 'not-a-commit':
      return `trying to write non-commit object to branch '${name}'`;
    case 'duplicate':
      return `multiple updates for ref '${name}' not allowed`;
  }
}
