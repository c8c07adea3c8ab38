import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { cleanMessage, messageTitle } from '../history/commit-message.js';
import { HEAD, type RefName } from '../ref/ref-name.js';
import { directRef } from '../ref/ref-value.js';
import { resolveRange } from '../walk/revision/resolve-range.js';
import { readCommit } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { rangeByDate } from './replay-range.js';
import type { ReplayedCommit, ReplayEnvironment, ReplayOptions, ReplayResolution, StoppedCommit } from './replay-state.js';
import { mainlineParent, ReplayWork } from './replay-work.js';
import { peelToCommit, resolveText, revisionContext } from './resolve.js';
import { logTipSteps, type LoggedStep } from './step-log.js';
import { headTip, moveTip, type WriteContext } from './write-context.js';

/** Whether changes are taken over or undone. */
export type SequenceKind = 'cherry-pick' | 'revert';

/** A cherry-pick or revert that waits for someone; plain data. */
export interface SequenceState {
  readonly kind: SequenceKind;
  readonly options: ReplayOptions;
  /** Where `HEAD` led when it began, to which an abort goes back; `undefined` where it was unborn. */
  readonly origin: ObjectId | undefined;
  /** Where it led when it stopped. */
  readonly head: ObjectId | undefined;
  /** What it stopped at. */
  readonly stop: StoppedCommit;
  /** What comes after that, in order. */
  readonly todo: readonly ObjectId[];
}

/** What became of a cherry-pick or revert. */
export type SequenceResult =
  | { readonly kind: 'done'; readonly head: ObjectId | undefined; readonly commits: readonly ReplayedCommit[] }
  | { readonly kind: 'stopped'; readonly state: SequenceState; readonly commits: readonly ReplayedCommit[] };

/** Changes laid over a tree without committing them. */
export interface UncommittedChanges {
  /** What the files would be; with markers where they conflict. */
  readonly tree: ObjectId;
  /** Where changes conflicted; the commits after that one were not looked at. */
  readonly stop: StoppedCommit | undefined;
  readonly todo: readonly ObjectId[];
}

/** How a sequence is begun or gone on with. */
export interface SequenceOptions extends ReplayOptions, ReplayEnvironment {}

/** The commits that revisions name, in the order in which they are picked: a range makes of all of them one walk, oldest first. */
export function listPicked(context: ReadContext, revisions: readonly string[], kind: SequenceKind): ObjectId[] {
  const { snapshot } = context;
  const isRange = (text: string): boolean => text.includes('..') || text.startsWith('^') || /\^[@!]$|\^-\d*$/.test(text);
  // A commit that is named twice is picked once, as in every walk of Git's.
  if (!revisions.some(isRange)) return [...new Set(revisions.map((text) => peelToCommit(snapshot, resolveText(context, text, 'commit'))))];
  const ranges = revisions.map((text) => resolveRange(revisionContext(context), text));
  const list = rangeByDate(context, {
    include: ranges.flatMap(({ include }) => include).map((id) => peelToCommit(snapshot, id)),
    exclude: ranges.flatMap(({ exclude }) => exclude).map((id) => peelToCommit(snapshot, id)),
  });
  return kind === 'cherry-pick' ? list.reverse() : list;
}

/**
 * Makes commits again on top of `HEAD`, or commits that undo them.
 *
 * @throws {GovcError} replay-invalid: nothing to pick, a merge without a mainline; revision-invalid, config-invalid
 */
export function replayCommits(context: WriteContext, request: { readonly kind: SequenceKind; readonly revisions: readonly string[] }, options: SequenceOptions): SequenceResult {
  const todo = listPicked(context, request.revisions, request.kind);
  if (todo.length === 0) throw new GovcError('replay-invalid', 'The revisions name no commit to replay.', { revisions: request.revisions });
  // A merge in the middle is refused before anything is done, where Git stops there.
  for (const id of todo) mainlineParent(id, readCommit(context.snapshot, id).parents, options.mainline);
  const origin = headTip(context).id;
  return runSequence(context, { kind: request.kind, options: plainOptions(options), origin, todo }, options);
}

/** Goes on after a stop, with what someone decided. @throws {GovcError} index-unmerged, nothing-to-commit, replay-invalid */
export function continueSequence(context: WriteContext, state: SequenceState, resolution: ReplayResolution & ReplayEnvironment): SequenceResult {
  mustStandAt(context, state);
  return runSequence(context, state, resolution, (work) => {
    const { stop, head } = state;
    const tree = work.resolve(stop, resolution);
    if (tree === work.treeOf(head) && resolution.allowEmpty !== true && state.options.allowEmpty !== true) {
      throw new GovcError('nothing-to-commit', `The change of ${stop.commit} is there already; skip it, or allow it to be empty.`, { commit: stop.commit });
    }
    const message = cleanMessage(resolution.message ?? stop.message, 'strip', work.commentPrefix);
    if (message === '' && state.options.allowEmptyMessage !== true) {
      throw new GovcError('replay-invalid', `The message of ${stop.commit} is empty without its comments; give one.`, { commit: stop.commit });
    }
    const author = state.kind === 'revert' ? undefined : work.textOf(stop.commit).author;
    return work.commit({ tree, parents: head === undefined ? [] : [head], author, message });
  });
}

/** Goes on without the commit that it stopped at. @throws {GovcError} replay-invalid */
export function skipSequence(context: WriteContext, state: SequenceState, environment: ReplayEnvironment): SequenceResult {
  mustStandAt(context, state);
  return runSequence(context, state, environment, 'skip');
}

/** Goes back to where it began. @throws {GovcError} replay-invalid: `HEAD` was moved since it stopped */
export function abortSequence(context: WriteContext, state: SequenceState): void {
  mustStandAt(context, state);
  const { origin } = state;
  const tip = headTip(context);
  if (origin === undefined) return;
  const reflog = { identity: context.identity(state.options.committer), message: `reset: moving to ${origin}` };
  context.propose({ origin: 'reset', reflog }, (draft) => {
    moveTip(draft, tip, origin, { keepsOrigin: true });
  });
}

/** Lays changes over the tree of `HEAD`, or another, and commits nothing. */
export function applyCommits(
  context: WriteContext, request: { readonly kind: SequenceKind; readonly revisions: readonly string[]; readonly tree?: ObjectId | undefined }, options: SequenceOptions,
): UncommittedChanges {
  const todo = listPicked(context, request.revisions, request.kind);
  return context.propose({ origin: request.kind }, (draft) => {
    const work = new ReplayWork(draft, { context, options, environment: options });
    let tree = request.tree ?? work.treeOf(headTip(context).id);
    for (const [index, id] of todo.entries()) {
      const change = work.apply(verbOf(request.kind), id, tree);
      tree = change.merge.tree;
      if (!change.merge.isClean) return { tree, stop: work.stop(id, change), todo: todo.slice(index + 1) };
    }
    return { tree, stop: undefined, todo: [] };
  });
}

/** Only what may be kept as data. */
export function plainOptions(options: SequenceOptions): ReplayOptions {
  const { strategyOptions, mainline, recordOrigin, signoff, allowEmpty, keepRedundant, fastForward, reference, allowEmptyMessage, committer, author } = options;
  return { strategyOptions, mainline, recordOrigin, signoff, allowEmpty, keepRedundant, fastForward, reference, allowEmptyMessage, committer, author };
}

interface Sequence {
  readonly kind: SequenceKind;
  readonly options: ReplayOptions;
  readonly origin: ObjectId | undefined;
  readonly todo: readonly ObjectId[];
  readonly stop?: StoppedCommit;
}

/** Picks what is left to do as one change of the repository, up to the end or a stop. */
function runSequence(
  context: WriteContext, sequence: Sequence, environment: ReplayEnvironment, begin?: 'skip' | ((work: ReplayWork) => ObjectId),
): SequenceResult {
  const { kind, options, todo } = sequence;
  const tip = headTip(context);
  const identity = context.identity(options.committer);
  return context.propose({ origin: kind }, (draft) => {
    const work = new ReplayWork(draft, { context, options, environment });
    const commits: ReplayedCommit[] = [];
    const steps: LoggedStep[] = [];
    let head = tip.id;
    const advance = (from: ObjectId, to: ObjectId, message: string): void => {
      head = to;
      commits.push({ from, to });
      steps.push({ to, message });
    };
    const finish = (): void => {
      logTipSteps(draft, tip, { identity, steps });
      if (head !== undefined && head !== tip.id) draft.editRef(tip.ref, directRef(head));
    };
    if (begin === 'skip') {
      if (head !== undefined) steps.push({ to: head, message: `reset: moving to ${head}` });
    } else if (begin !== undefined) {
      const resumed = begin(work);
      // Git leaves that commit to its ordinary verb, which knows of picks and not of reverts.
      advance(sequence.stop!.commit, resumed, `${kind === 'revert' ? 'commit' : 'commit (cherry-pick)'}: ${titleOf(work, resumed)}`);
    }
    for (const [index, id] of todo.entries()) {
      const step = pickOne(work, kind, { id, head, options });
      if (step.kind === 'stopped') {
        finish();
        return { kind: 'stopped', state: { kind, options, origin: sequence.origin, head, stop: step.stop, todo: todo.slice(index + 1) }, commits };
      }
      advance(id, step.id, step.isFastForward ? `${kind}: fast-forward` : `${kind}: ${titleOf(work, step.id)}`);
    }
    finish();
    return { kind: 'done', head, commits };
  });
}

type Step = { readonly kind: 'picked'; readonly id: ObjectId; readonly isFastForward: boolean } | { readonly kind: 'stopped'; readonly stop: StoppedCommit };

function pickOne(
  work: ReplayWork, kind: SequenceKind, { id, head, options }: { readonly id: ObjectId; readonly head: ObjectId | undefined; readonly options: ReplayOptions },
): Step {
  if (options.fastForward === true && work.parentOf(id, options.mainline) === head) return { kind: 'picked', id, isFastForward: true };
  const verb = verbOf(kind);
  const tree = work.treeOf(head);
  const change = work.apply(verb, id, tree);
  const isStopped = !change.merge.isClean || (change.merge.tree === tree && !mayBeEmpty(work, id, options));
  if (isStopped) return { kind: 'stopped', stop: work.stop(id, change) };
  const message = work.environment.editMessage === undefined
    ? cleanMessage(change.message, work.cleanup, work.commentPrefix)
    : work.edited(change.message, { verb, commit: id });
  const parents = head === undefined ? [] : [head];
  return { kind: 'picked', id: work.commit({ tree: change.merge.tree, parents, author: change.author, message }), isFastForward: false };
}

function mayBeEmpty(work: ReplayWork, id: ObjectId, { allowEmpty, keepRedundant }: ReplayOptions): boolean {
  if (keepRedundant === true) return true;
  return allowEmpty === true && work.read(id).tree === work.treeOf(work.read(id).parents[0]);
}

function verbOf(kind: SequenceKind): 'pick' | 'revert' {
  return kind === 'cherry-pick' ? 'pick' : 'revert';
}

function titleOf(work: ReplayWork, id: ObjectId): string {
  return messageTitle(work.textOf(id).message);
}

function mustStandAt(context: ReadContext, { head, kind }: SequenceState): void {
  const { id } = headTip(context);
  if (id === head) return;
  throw new GovcError('replay-invalid', `HEAD was at ${head ?? 'no commit'} when the ${kind} stopped and is at ${id ?? 'no commit'} now; quit it, or go back.`, {
    name: HEAD satisfies RefName, expected: head, actual: id,
  });
}
