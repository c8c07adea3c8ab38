import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { cleanMessage } from '../history/commit-message.js';
import { commentPrefixOf } from '../history/trailers-rules.js';
import { parseTodo, type TodoItem } from '../history/todo.js';
import { HEAD, ORIG_HEAD, type RefName } from '../ref/ref-name.js';
import { directRef, symbolicRef } from '../ref/ref-value.js';
import type { Draft } from '../store/draft.js';
import { findRefId } from '../store/ref-map.js';
import { rewriteNotes } from './notes.js';
import { logRebaseEnd } from './rebase-log.js';
import { RebaseRun } from './rebase-run.js';
import { planRebase } from './rebase-plan.js';
import { isUpToDate, ontoName, stayUpToDate } from './rebase-start.js';
import type { RebaseOptions, RebaseResult, RebaseState, RebaseStop } from './rebase-state.js';
import type { ReplayEnvironment, ReplayResolution } from './replay-state.js';
import { logLine } from './step-log.js';
import { headTip, type WriteContext } from './write-context.js';

/** How a rebase is begun. */
export interface StartRebaseOptions extends RebaseOptions, ReplayEnvironment {
  /** The list to follow, as items or text, instead of the one of the plan. */
  readonly todo?: readonly TodoItem[] | string | undefined;
}

/** Rebases a branch: see `Editor.rebase`. */
export function startRebase(context: WriteContext, upstream: string | undefined, options: StartRebaseOptions): RebaseResult {
  const plan = planRebase(context, upstream, options);
  const { todo } = options;
  const items = todo === undefined
    ? plan.todo
    : typeof todo === 'string' ? parseTodo(todo, { commentPrefix: commentPrefixOf(context.snapshot.config) }) : todo;
  const state: RebaseState = {
    options: plainRebaseOptions(options),
    branch: plan.branch,
    origin: plan.head,
    onto: plan.onto,
    head: plan.onto,
    todo: items,
    done: [],
    labels: plan.onto === undefined ? {} : { onto: plan.onto },
    squash: undefined,
    isInteractive: todo !== undefined,
    refs: {},
    rewritten: [],
    pending: [],
    stop: undefined,
  };
  if (todo === undefined && isUpToDate(context, { plan, upstream, options })) return stayUpToDate(context, plan, options);
  return runRebase(context, state, options, (run) => {
    run.skipUnnecessary();
    if (run.head !== undefined) run.log.start(run.head, ontoName(context, plan, { upstream, options }));
  });
}

/**
 * Goes on after a stop. Where `HEAD` was moved since, what stands there counts as what was made of the stop.
 *
 * @throws {GovcError} index-unmerged: a conflict is left; revision-invalid
 */
export function continueRebase(context: WriteContext, state: RebaseState, resolution: ReplayResolution & ReplayEnvironment): RebaseResult {
  return runRebase(context, state, resolution, (run) => {
    const { stop } = state;
    const now = headTip(context).id;
    run.log.begin('continue');
    if (now !== state.head && state.head !== undefined) run.head = now;
    else if (stop?.kind === 'commit') commitStop(run, stop, resolution);
    else if (stop?.kind === 'edit' && resolution.tree !== undefined) run.advanceByHand(run.amend({ tree: resolution.tree, message: editedHead(run, resolution) }));
    if (stop?.kind === 'commit') run.record(stop.stopped.commit);
  });
}

/** Goes on without what it stopped at. @throws {GovcError} revision-invalid */
export function skipRebase(context: WriteContext, state: RebaseState, environment: ReplayEnvironment): RebaseResult {
  return runRebase(context, state, environment, (run) => {
    const { squash } = state;
    if (state.stop?.kind !== 'commit' || squash === undefined || !isSquash(state.stop.item) || !run.isChainEnd) return;
    if (run.head !== undefined) {
      run.log.begin('continue');
      run.advanceByHand(run.amend({ message: cleanMessage(run.work.textOf(run.head).message, 'strip', run.work.commentPrefix) }));
    }
    run.squash = undefined;
  });
}

/** Goes back to where it began. */
export function abortRebase(context: WriteContext, state: RebaseState): void {
  const { branch, origin } = state;
  const reflog = { identity: context.identity(state.options.committer), message: `rebase (abort): returning to ${branch ?? origin}` };
  const tip = headTip(context);
  context.propose({ origin: 'rebase', reflog }, (draft) => {
    draft.editRef(HEAD, branch === undefined ? directRef(origin) : symbolicRef(branch));
    if (branch === undefined) return;
    // `HEAD` is back on its branch, which is seen even where both stand at one commit.
    logLine(draft, HEAD, { ...reflog, from: tip.id, to: origin });
    if (findRefId(context.snapshot.refs, branch) !== origin) draft.editRef(branch, directRef(origin));
  });
}

function commitStop(run: RebaseRun, stop: RebaseStop & { kind: 'commit' }, resolution: ReplayResolution): void {
  const { work } = run;
  const { stopped, item, mergeHeads } = stop;
  const tree = work.resolve(stopped, resolution);
  const isFixup = isSquash(item);
  if (tree !== work.treeOf(run.head) || mergeHeads.length > 0 || resolution.allowEmpty === true) {
    const verb = isFixup ? 'squash' : mergeHeads.length > 0 ? 'merge' : 'pick';
    const message = resolution.message ?? work.edited(stopped.message, { verb, commit: stopped.commit });
    if (isFixup) {
      run.advanceByHand(run.amend({ tree, message }));
    } else {
      const parents = [...(run.head === undefined ? [] : [run.head]), ...mergeHeads];
      run.advanceByHand(work.commit({ tree, parents, author: work.textOf(stopped.commit).author, message }));
    }
  }
  // What someone committed begins a chain of its own.
  run.squash = undefined;
}

function editedHead(run: RebaseRun, resolution: ReplayResolution): string {
  const { work, head } = run;
  return resolution.message ?? work.edited(work.textOf(head!).message, { verb: 'pick', commit: head! });
}

function isSquash({ command }: TodoItem): boolean {
  return command === 'fixup' || command === 'squash';
}

/** Follows the list as one change of the repository: `HEAD` stands at the stop, or all refs where they belong. */
function runRebase(context: WriteContext, state: RebaseState, environment: ReplayEnvironment, begin: (run: RebaseRun) => void): RebaseResult {
  const identity = context.identity(state.options.committer);
  const tip = headTip(context);
  // What is moved beside the branch, notes and other branches, has its lines from elsewhere or this one.
  const reflog = { identity, message: 'rewritten during rebase' };
  return context.propose({ origin: 'rebase', reflog }, (draft): RebaseResult => {
    const run = new RebaseRun(draft, { context, state, environment });
    begin(run);
    run.log.resume();
    const stop = run.run();
    const { head } = run;
    run.log.write(draft, tip, identity);
    if (state.done.length === 0 && state.stop === undefined) draft.editRef(ORIG_HEAD, directRef(state.origin));
    if (stop !== undefined) {
      if (head !== undefined) draft.editRef(HEAD, directRef(head));
      return { kind: 'stopped', state: { ...run.state(stop), stop } };
    }
    if (head === undefined) throw new GovcError('replay-invalid', 'Nothing is left of the branch; keep at least one commit.', {});
    const rewritten = run.state(undefined).rewritten.filter(({ from, to }) => from !== to);
    const author = state.options.author === undefined ? identity : context.identity(state.options.author);
    rewriteNotes(draft, 'rebase', { commits: rewritten, author, committer: identity });
    finish(draft, state, { head, refs: run.state(undefined).refs });
    logRebaseEnd(draft, state, { head, identity });
    return { kind: 'done', head, rewritten };
  });
}

function finish(draft: Draft, state: RebaseState, { head, refs }: { readonly head: ObjectId; readonly refs: Readonly<Record<string, ObjectId>> }): void {
  if (state.branch === undefined) {
    draft.editRef(HEAD, directRef(head));
  } else {
    if (findRefId(draft.view.refs, state.branch) !== head) draft.editRef(state.branch, directRef(head));
    const value = draft.view.refs.get(HEAD);
    if (value?.kind !== 'symbolic' || value.target !== state.branch) draft.editRef(HEAD, symbolicRef(state.branch));
  }
  for (const [name, id] of Object.entries(refs)) draft.editRef(name as RefName, directRef(id));
}

function plainRebaseOptions(options: StartRebaseOptions): RebaseOptions {
  const { todo: _todo, merge: _merge, editMessage: _edit, runCommand: _run, rerere: _rerere, signer: _signer, ...plain } = options;
  return plain;
}
