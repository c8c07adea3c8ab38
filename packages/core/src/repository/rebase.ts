import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { cleanMessage, messageSubject } from '../history/commit-message.js';
import { commentPrefixOf } from '../history/trailers-rules.js';
import { addExecItems, autosquash, parseTodo, plainItem, type TodoItem } from '../history/todo.js';
import { runJob } from '../job/job.js';
import { replayedText } from '../history/commit-message-replay.js';
import { parseCommit } from '../object/commit.js';
import { BRANCH_PREFIX, HEAD, type RefName } from '../ref/ref-name.js';
import { directRef, symbolicRef } from '../ref/ref-value.js';
import type { Draft } from '../store/draft.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { forkPoint } from '../walk/fork-point.js';
import { mergeBases } from '../walk/merge-base.js';
import { findRefByShortName } from '../walk/revision/find-ref.js';
import { rewriteNotes } from './notes.js';
import { RebaseRun } from './rebase-run.js';
import { makeRebaseScript } from './rebase-script.js';
import type { RebaseOptions, RebaseResult, RebaseState, RebaseStop } from './rebase-state.js';
import type { ReplayEnvironment, ReplayResolution } from './replay-state.js';
import { peelToCommit, resolveText } from './resolve.js';
import { headTip, ORIG_HEAD, type WriteContext } from './write-context.js';

/** What is rebased onto what, and by which list. */
export interface RebasePlan {
  readonly branch: RefName | undefined;
  readonly head: ObjectId;
  /** `undefined` for new roots. */
  readonly onto: ObjectId | undefined;
  readonly todo: readonly TodoItem[];
}

/** How a rebase is begun. */
export interface StartRebaseOptions extends RebaseOptions, ReplayEnvironment {
  /** The list to follow, as items or text, instead of the one of the plan. */
  readonly todo?: readonly TodoItem[] | string | undefined;
}

/**
 * What a rebase would do: the list that Git would give to an editor.
 *
 * @param upstream what is left out and, without `onto`, gone onto; `undefined` with `root`
 * @throws {GovcError} replay-invalid: no single merge base to keep, nothing to rebase; revision-invalid
 */
export function planRebase(context: WriteContext, upstream: string | undefined, options: RebaseOptions): RebasePlan {
  const { snapshot, graph } = context;
  const { objects, shallow } = snapshot;
  const commitAt = (text: string): ObjectId => peelToCommit(snapshot, resolveText(context, text, 'commit'));
  const { branch, head } = findBranch(context, options.branch);
  if (upstream === undefined && options.root !== true) {
    throw new GovcError('replay-invalid', 'A rebase needs an upstream, or `root`.', {});
  }
  const upstreamId = upstream === undefined || options.root === true ? undefined : commitAt(upstream);
  let onto = options.onto === undefined ? upstreamId : findOnto(context, options.onto, commitAt);
  if (options.keepBase === true) {
    const bases = upstreamId === undefined ? [] : runJob(mergeBases({ graph, objects, shallow }, upstreamId, [head]));
    if (bases.length !== 1) {
      throw new GovcError('replay-invalid', `"${upstream ?? ''}" and the branch have ${bases.length} merge bases; to keep the base there must be one.`, { bases });
    }
    onto = bases[0];
  }
  const ref = options.forkPoint === true && upstream !== undefined ? findRefByShortName(snapshot.refs, upstream) : undefined;
  const limit = upstreamId === undefined || ref === undefined
    ? undefined
    : runJob(forkPoint({ graph, objects, shallow }, head, { entries: context.reflogs.find(ref.name) ?? [], tip: upstreamId }));
  const commentPrefix = commentPrefixOf(snapshot.config);
  const script = makeRebaseScript(context, {
    upstream: upstreamId ?? (options.root === true ? onto : undefined),
    head,
    limit,
    reappliesCherries: options.reapplyCherryPicks ?? options.keepBase === true,
    keepsEmpty: options.keepEmpty ?? true,
    rebaseMerges: options.rebaseMerges ?? false,
    hasRootOnto: options.root === true && onto !== undefined,
    commentPrefix,
  });
  return { branch, head, onto, todo: finishScript(context, script.length === 0 ? [plainItem('noop')] : script, { options, branch }) };
}

/** Rebases a branch: see `Editor.rebase`. */
export function startRebase(context: WriteContext, upstream: string | undefined, options: StartRebaseOptions): RebaseResult {
  const plan = planRebase(context, upstream, options);
  const { todo } = options;
  if (isUpToDate(context, plan, upstream, options)) return { kind: 'done', head: plan.head, rewritten: [] };
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
  return runRebase(context, state, options, () => undefined);
}

/**
 * Whether the branch stands where it is to go already. Git then does nothing, also where a list would leave out commits
 * that are empty; in all other cases the picks of such a list are fast-forwards.
 */
function isUpToDate(context: WriteContext, { head, onto }: RebasePlan, upstream: string | undefined, options: StartRebaseOptions): boolean {
  const isAsked = options.todo !== undefined || options.autosquash === true || (options.exec?.length ?? 0) > 0 || options.force === true ||
    options.signoff === true || options.committerDateIsAuthorDate === true || options.resetAuthorDate === true;
  if (isAsked || options.keepEmpty !== false || onto === undefined || upstream === undefined || options.branch !== undefined) return false;
  const { snapshot, graph } = context;
  const { objects, shallow } = snapshot;
  const upstreamId = peelToCommit(snapshot, resolveText(context, upstream, 'commit'));
  const bases = runJob(mergeBases({ graph, objects, shallow }, upstreamId, [head]));
  if (bases.length !== 1 || bases[0] !== onto) return false;
  for (let commit = graph.numberOf(head), end = graph.numberOf(onto); commit !== end; commit = graph.parentOf(commit, 0)) {
    graph.mustRead(commit, objects);
    if (graph.parentCountOf(commit) !== 1) return false;
  }
  return true;
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
    if (now !== state.head && state.head !== undefined) run.head = now;
    else if (stop?.kind === 'commit') commitStop(run, stop, resolution);
    else if (stop?.kind === 'edit' && resolution.tree !== undefined) run.head = run.amend({ tree: resolution.tree, message: editedHead(run, resolution) });
    if (stop?.kind === 'commit') run.record(stop.stopped.commit);
  });
}

/** Goes on without what it stopped at. @throws {GovcError} revision-invalid */
export function skipRebase(context: WriteContext, state: RebaseState, environment: ReplayEnvironment): RebaseResult {
  return runRebase(context, state, environment, (run) => {
    const { squash } = state;
    if (state.stop?.kind !== 'commit' || squash === undefined || !isSquash(state.stop.item) || !run.isChainEnd) return;
    if (run.head !== undefined) {
      run.head = run.amend({ message: cleanMessage(run.work.textOf(run.head).message, 'strip', run.work.commentPrefix) });
    }
    run.squash = undefined;
  });
}

/** Goes back to where it began. */
export function abortRebase(context: WriteContext, state: RebaseState): void {
  const { branch, origin } = state;
  const reflog = { identity: context.identity(state.options.committer), message: `rebase (abort): returning to ${branch ?? origin}` };
  context.propose({ origin: 'rebase', reflog }, (draft) => {
    draft.editRef(HEAD, branch === undefined ? directRef(origin) : symbolicRef(branch));
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
      run.head = run.amend({ tree, message });
    } else {
      const parents = [...(run.head === undefined ? [] : [run.head]), ...mergeHeads];
      run.head = work.commit({ tree, parents, author: work.textOf(stopped.commit).author, message });
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
  const committer = context.identity(state.options.committer);
  const reflog = { identity: committer, message: '' };
  return context.propose({ origin: 'rebase', reflog }, (draft): RebaseResult => {
    const run = new RebaseRun(draft, { context, state, environment });
    begin(run);
    const stop = run.run();
    const { head } = run;
    if (stop !== undefined) {
      reflog.message = `rebase (${stop.kind === 'commit' ? 'pick' : stop.kind}): stopped`;
      if (head !== undefined) draft.editRef(HEAD, directRef(head));
      draft.editRef(ORIG_HEAD, directRef(state.origin));
      return { kind: 'stopped', state: { ...run.state(stop), stop } };
    }
    if (head === undefined) throw new GovcError('replay-invalid', 'Nothing is left of the branch; keep at least one commit.', {});
    const rewritten = run.state(undefined).rewritten.filter(({ from, to }) => from !== to);
    rewriteNotes(draft, 'rebase', { commits: rewritten, committer });
    finish(draft, state, { head, refs: run.state(undefined).refs });
    reflog.message = state.branch === undefined
      ? `rebase (finish): ${head}`
      : `rebase (finish): ${state.branch} onto ${state.onto ?? head}`;
    return { kind: 'done', head, rewritten };
  });
}

function finish(draft: Draft, state: RebaseState, { head, refs }: { readonly head: ObjectId; readonly refs: Readonly<Record<string, ObjectId>> }): void {
  draft.editRef(ORIG_HEAD, directRef(state.origin));
  if (state.branch === undefined) {
    draft.editRef(HEAD, directRef(head));
  } else {
    if (findRefId(draft.view.refs, state.branch) !== head) draft.editRef(state.branch, directRef(head));
    const value = draft.view.refs.get(HEAD);
    if (value?.kind !== 'symbolic' || value.target !== state.branch) draft.editRef(HEAD, symbolicRef(state.branch));
  }
  for (const [name, id] of Object.entries(refs)) draft.editRef(name as RefName, directRef(id));
}

function findBranch(context: WriteContext, text: string | undefined): { branch: RefName | undefined; head: ObjectId } {
  const { snapshot } = context;
  if (text === undefined) {
    const tip = headTip(context);
    if (tip.id === undefined) throw new GovcError('replay-invalid', 'HEAD has no commit to rebase.', { name: HEAD });
    return { branch: tip.isDetached ? undefined : tip.ref, head: tip.id };
  }
  const ref = (text.startsWith(BRANCH_PREFIX) ? text : `${BRANCH_PREFIX}${text}`) as RefName;
  const id = snapshot.refs.has(ref) ? findRefId(snapshot.refs, ref) : undefined;
  return id === undefined
    ? { branch: undefined, head: peelToCommit(snapshot, resolveText(context, text, 'commit')) }
    : { branch: ref, head: id };
}

/** A commit, or of `a...b` the one merge base. */
function findOnto(context: WriteContext, text: string, commitAt: (text: string) => ObjectId): ObjectId {
  const dots = text.indexOf('...');
  if (dots < 0) return commitAt(text);
  const { snapshot, graph } = context;
  const { objects, shallow } = snapshot;
  const one = commitAt(text.slice(0, dots) || HEAD);
  const two = commitAt(text.slice(dots + 3) || HEAD);
  const bases = runJob(mergeBases({ graph, objects, shallow }, one, [two]));
  if (bases.length === 1) return bases[0]!;
  throw new GovcError('replay-invalid', `"${text}" has ${bases.length} merge bases; there must be one.`, { text, bases });
}

/** The list with updates of refs, squashed commits in their place, and commands. */
function finishScript(context: WriteContext, script: readonly TodoItem[], { options, branch }: { readonly options: RebaseOptions; readonly branch: RefName | undefined }): TodoItem[] {
  const { snapshot } = context;
  let items: readonly TodoItem[] = script;
  if (options.updateRefs === true) {
    const names = branchesByCommit(snapshot, branch);
    items = items.flatMap((item) => [item, ...(item.commit === undefined ? [] : (names.get(item.commit) ?? [])).map((name) => plainItem('update-ref', name))]);
  }
  if (options.autosquash === true) {
    items = autosquash(items, {
      subjectOf: (commit) => messageSubject(replayedText(parseCommit(snapshot.objects.find(commit as ObjectId)!.body, snapshot.algorithm)).message),
      findCommit: (word) => {
        const found = items.filter(({ commit }) => /^[0-9a-f]{4,}$/i.test(word) && commit?.startsWith(word.toLowerCase()));
        return found.length === 1 ? found[0]!.commit : undefined;
      },
    });
  }
  return options.exec === undefined || options.exec.length === 0 ? [...items] : addExecItems(items, options.exec);
}

/** Branches other than the one that is rebased, by commit, in the order in which Git lists them. */
function branchesByCommit(snapshot: Snapshot, except: RefName | undefined): Map<string, RefName[]> {
  const names = new Map<string, RefName[]>();
  for (const [name] of snapshot.refs.entries(BRANCH_PREFIX)) {
    const id = findRefId(snapshot.refs, name as RefName);
    if (id === undefined || name === except) continue;
    names.set(id, [name as RefName, ...(names.get(id) ?? [])]);
  }
  return names;
}

function plainRebaseOptions(options: StartRebaseOptions): RebaseOptions {
  const { todo: _todo, merge: _merge, editMessage: _edit, runCommand: _run, ...plain } = options;
  return plain;
}
