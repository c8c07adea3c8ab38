/**
 * Stashes as values: what is put away and given back are trees, and the list is the log of one ref. The verbs share that
 * log and the form of its commits, and so are one file.
 */
import { GovcError } from '../errors.js';
import { diffTrees } from '../diff/tree-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import { messageBytes, replayedText } from '../history/commit-message-replay.js';
import { messageSubject } from '../history/commit-message.js';
import { runJob } from '../job/job.js';
import { mergeTrees } from '../merge/merge-trees.js';
import { replayMergeOptions, type MergeEnvironment } from '../merge/replay-options.js';
import { makeCommit, parseCommit } from '../object/commit.js';
import type { Identity } from '../object/identity.js';
import { BRANCH_PREFIX, branchRef, HEAD, ORIG_HEAD, type RefName } from '../ref/ref-name.js';
import { symbolicRef } from '../ref/ref-value.js';
import type { ReflogEntry } from '../ref/reflog.js';
import type { Draft } from '../store/draft.js';
import { findRefId } from '../store/ref-map.js';
import { TreeEditor } from '../store/tree-editor.js';
import type { Person } from './clock.js';
import { readCommit } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import type { ReplayConflict } from './replay-state.js';
import { peelToCommit, resolveText } from './resolve.js';
import { shortNames } from './short-name.js';
import { logLine, logTipSteps } from './step-log.js';
import { headTip, type WriteContext } from './write-context.js';

/** The ref whose log is the list of stashes. */
export const STASH_REF = 'refs/stash' as RefName;

/** What is put away. */
export interface StashContent {
  /** The files as they are. */
  readonly workTree: ObjectId;
  /** The files as the index has them. Default: those of `HEAD`. */
  readonly index?: ObjectId | undefined;
  /** Files that the index does not know. Default: none are kept. */
  readonly untracked?: ObjectId | undefined;
}

/** How a stash is made. */
export interface StashOptions {
  /** Default: the commit that it was made on. */
  readonly message?: string | undefined;
  /** Default: `user.name` and `user.email` of the configuration. */
  readonly author?: Person | undefined;
  /** Default: the author. */
  readonly committer?: Person | undefined;
}

/** One stash. */
export interface StashEntry {
  /** 0 is the newest: `stash@{0}`. */
  readonly position: number;
  readonly id: ObjectId;
  readonly message: string;
  /** Seconds since 1970. */
  readonly timeSeconds: number;
}

/** A stash with its parts. */
export interface Stash extends StashContent {
  readonly id: ObjectId;
  /** The commit that it was made on. */
  readonly base: ObjectId;
  readonly index: ObjectId;
  readonly message: string;
}

/** How a stash is applied. */
export interface ApplyStashOptions {
  /** The files now, as the index has them. Default: those of `HEAD`. */
  readonly tree?: ObjectId | undefined;
  /** Restore the index too. Default: `false`, which stages only files that are new. */
  readonly restoresIndex?: boolean | undefined;
  /** Who is logged where the index is restored. Default: `user.name` and `user.email` of the configuration, or nobody. */
  readonly committer?: Person | undefined;
  readonly merge?: MergeEnvironment | undefined;
}

/** What applying a stash gives. */
export interface AppliedStash {
  readonly id: ObjectId;
  readonly isClean: boolean;
  /** What the files are to be; with markers where they conflict. */
  readonly tree: ObjectId;
  /** What the index is to be, beside the conflicts. */
  readonly index: ObjectId;
  /** Files to be written beside that. */
  readonly untracked: ObjectId | undefined;
  readonly conflicts: readonly ReplayConflict[];
}

/** Writes the commits of a stash and nothing that names them. @throws {GovcError} nothing-to-commit, replay-invalid: there is no commit yet */
export function createStash(context: WriteContext, content: StashContent, options: StashOptions): ObjectId {
  return context.propose({ origin: 'stash' }, (draft) => writeStash(draft, { context, content, options }).id);
}

/** Puts files away: the newest stash. */
export function pushStash(context: WriteContext, content: StashContent, options: StashOptions): StashEntry {
  return context.propose({ origin: 'stash' }, (draft) => {
    const { id, message, committer } = writeStash(draft, { context, content, options });
    nameStash(draft, { id, message, committer });
    // Git puts the files back by a reset to where HEAD is.
    const tip = headTip(context);
    logTipSteps(draft, tip, { identity: committer, steps: [{ to: tip.id!, message: 'reset: moving to HEAD' }] });
    draft.setRef(ORIG_HEAD, tip.id!);
    return { position: 0, id, message, timeSeconds: committer.timeSeconds };
  });
}

/** Makes a commit that {@link createStash} wrote the newest stash. @throws {GovcError} replay-invalid: it has not the parents of a stash */
export function storeStash(context: WriteContext, revision: string, options: StashOptions): void {
  const id = peelToCommit(context.snapshot, resolveText(context, revision, 'commit'));
  readStashCommit(context, id);
  const committer = context.identity(options.committer ?? options.author);
  context.propose({ origin: 'stash' }, (draft) => {
    nameStash(draft, { id, message: options.message ?? 'Created via "git stash store".', committer });
  });
}

/** All stashes, newest first. */
export function listStashes(context: ReadContext): StashEntry[] {
  if (!context.snapshot.refs.has(STASH_REF)) return [];
  const entries = context.reflogs.find(STASH_REF) ?? [];
  return [...entries].reverse().map(({ newId, message, timeSeconds }, position) => ({ position, id: newId, message, timeSeconds }));
}

/** A stash by its position, or a commit that is one. @throws {GovcError} stash-missing, replay-invalid */
export function readStash(context: ReadContext, stash: number | string): Stash {
  return readStashCommit(context, stashId(context, stash));
}

/** Lays what was put away over the files of now. @throws {GovcError} stash-missing, replay-invalid, index-unmerged: the index cannot be restored */
export function applyStash(context: WriteContext, stash: number | string, options: ApplyStashOptions): AppliedStash {
  const found = readStash(context, stash);
  return context.propose({ origin: 'stash' }, (draft) => applyTo({ draft, context }, found, { ...options, tree: options.tree ?? headTree(context) }));
}

/** Applies a stash and, where nothing conflicts, drops it. @throws {GovcError} as {@link applyStash} */
export function popStash(context: WriteContext, position: number, options: ApplyStashOptions): AppliedStash {
  const found = readStash(context, position);
  return context.propose({ origin: 'stash' }, (draft) => {
    const applied = applyTo({ draft, context }, found, { ...options, tree: options.tree ?? headTree(context) });
    if (applied.isClean) dropFrom(draft, context, position);
    return applied;
  });
}

/** Takes one stash out of the list. @throws {GovcError} stash-missing */
export function dropStash(context: WriteContext, position: number): void {
  context.propose({ origin: 'stash' }, (draft) => {
    dropFrom(draft, context, position);
  });
}

/** Takes all stashes out of the list. */
export function clearStashes(context: WriteContext): void {
  const entries = context.reflogs.find(STASH_REF) ?? [];
  if (!context.snapshot.refs.has(STASH_REF)) return;
  context.propose({ origin: 'stash' }, (draft) => {
    draft.editRef(STASH_REF, undefined);
    draft.editReflog(STASH_REF, { kind: 'remove', entries, rewrites: false });
  });
}

/** Makes a branch where a stash was made, puts `HEAD` there, applies the stash with its index, and drops it. @throws {GovcError} ref-conflict, stash-missing */
export function branchStash(
  context: WriteContext, name: string, options: { readonly position: number; readonly committer?: Person | undefined },
): AppliedStash {
  const { position } = options;
  const found = readStash(context, position);
  const ref = branchRef(name);
  const tip = headTip(context);
  const identity = context.identity(options.committer);
  const left = tip.ref.startsWith(BRANCH_PREFIX) ? tip.ref.slice(BRANCH_PREFIX.length) : tip.id;
  return context.propose({ origin: 'stash' }, (draft) => {
    draft.setRef(ref, found.base, { kind: 'absent' });
    draft.editRef(HEAD, symbolicRef(ref));
    logLine(draft, ref, { from: undefined, to: found.base, message: `branch: Created from ${found.base}`, identity });
    logLine(draft, HEAD, { from: tip.id, to: found.base, message: `checkout: moving from ${left} to ${name}`, identity });
    const applied = applyTo({ draft, context }, found, { restoresIndex: true, committer: options.committer, tree: readCommit(context.snapshot, found.base).tree });
    if (applied.isClean) dropFrom(draft, context, position);
    return applied;
  });
}

function applyTo({ draft, context }: { readonly draft: Draft; readonly context: WriteContext }, stash: Stash, options: ApplyStashOptions & { readonly tree: ObjectId }): AppliedStash {
  const { algorithm, config } = draft.base;
  const base = readCommit(draft.base, stash.base).tree;
  const merge = (theirs: ObjectId): ReturnType<typeof runMerge> => runMerge(theirs);
  const { tree, isClean, conflicts } = merge(stash.workTree);
  let index = addNewFiles(draft, options.tree, tree);
  if (options.restoresIndex === true && stash.index !== base && stash.index !== options.tree) {
    const merged = merge(stash.index);
    if (!merged.isClean) throw new GovcError('index-unmerged', 'The index of the stash conflicts with the one of now; apply it without.', { id: stash.id });
    index = merged.tree;
    logIndexReset(draft, context, options.committer);
  }
  return {
    id: stash.id, isClean, tree, index: isClean ? index : tree, untracked: stash.untracked,
    conflicts: conflicts.map(({ path, stages }) => ({ path, stages })),
  };

  function runMerge(theirs: ObjectId): { tree: ObjectId; isClean: boolean; conflicts: readonly ReplayConflict[] } {
    const labels = { ancestor: 'Stash base', branch1: options.tree === base ? 'Version stash was based on' : 'Updated upstream', branch2: 'Stashed changes' };
    return runJob(mergeTrees({
      objects: draft.view.objects, write: (type, body) => draft.write(type, body), algorithm,
      base, ours: options.tree, theirs, options: replayMergeOptions(config, [], { labels, environment: options.merge }),
    }));
  }
}

/** Git restores an index by way of a reset to where `HEAD` is. */
function logIndexReset(draft: Draft, context: WriteContext, committer: Person | undefined): void {
  const tip = headTip({ snapshot: draft.view });
  const { config } = draft.base;
  const isNamed = committer !== undefined || (config.get('user.name') !== undefined && config.get('user.email') !== undefined);
  if (tip.id === undefined || !isNamed) return;
  logTipSteps(draft, tip, { identity: context.identity(committer), steps: [{ to: tip.id, message: 'reset: moving to HEAD' }] });
  draft.setRef(ORIG_HEAD, tip.id);
}

/** A tree with the files that another one has and it has not. */
function addNewFiles(draft: Draft, tree: ObjectId, other: ObjectId): ObjectId {
  const { algorithm } = draft.base;
  const { objects } = draft.view;
  const editor = new TreeEditor(objects, tree, algorithm);
  for (const change of diffTrees(objects, algorithm, tree, other)) {
    if (change.status === 'added' && change.new !== undefined) editor.set(change.new.path, { mode: change.new.mode, id: change.new.id });
  }
  return editor.write((type, body) => draft.write(type, body));
}

interface NewStash {
  readonly id: ObjectId;
  readonly message: string;
  readonly committer: Identity;
}

function writeStash(draft: Draft, { context, content, options }: { readonly context: WriteContext; readonly content: StashContent; readonly options: StashOptions }): NewStash {
  const { snapshot } = context;
  const tip = headTip(context);
  if (tip.id === undefined) throw new GovcError('replay-invalid', 'There is no commit yet on which a stash could be made.', { name: HEAD });
  const head = parseCommit(snapshot.objects.find(tip.id)!.body, snapshot.algorithm);
  const index = content.index ?? head.tree;
  if (index === head.tree && content.workTree === head.tree && content.untracked === undefined) {
    throw new GovcError('nothing-to-commit', 'There are no changes to put away.', { ref: tip.ref });
  }
  const author = context.identity(options.author);
  const committer = options.committer === undefined ? author : context.identity(options.committer);
  const write = (tree: ObjectId, parents: readonly ObjectId[], message: string): ObjectId =>
    draft.write('commit', makeCommit({ tree, parents, author, committer, message: messageBytes(message) }).serialize());
  const branch = !tip.isDetached && tip.ref.startsWith(BRANCH_PREFIX) ? tip.ref.slice(BRANCH_PREFIX.length) : '(no branch)';
  const place = `${branch}: ${shortNames(snapshot)(tip.id)} ${messageSubject(replayedText(head).message)}`;
  const parents = [tip.id, write(index, [tip.id], `index on ${place}\n`)];
  if (content.untracked !== undefined) parents.push(write(content.untracked, [], `untracked files on ${place}\n`));
  const message = options.message === undefined || options.message === '' ? `WIP on ${place}` : `On ${branch}: ${options.message}`;
  return { id: write(content.workTree, parents, message), message, committer };
}

function nameStash(draft: Draft, { id, message, committer }: NewStash): void {
  const oldId = findRefId(draft.view.refs, STASH_REF) ?? draft.base.algorithm.zeroId;
  draft.setRef(STASH_REF, id);
  const { name, email, timeSeconds, timezone } = committer;
  draft.editReflog(STASH_REF, { kind: 'append', entry: { oldId, newId: id, name, email, timeSeconds, timezone, message } });
}

function dropFrom(draft: Draft, context: ReadContext, position: number): void {
  const entries = context.reflogs.find(STASH_REF) ?? [];
  const entry = entryAt(entries, position);
  const left = entries.filter((other) => other !== entry);
  draft.editReflog(STASH_REF, { kind: 'remove', entries: [entry], rewrites: true });
  const newest = left.at(-1);
  if (newest === undefined) draft.editRef(STASH_REF, undefined);
  else if (position === 0) draft.setRef(STASH_REF, newest.newId);
}

function entryAt(entries: readonly ReflogEntry[], position: number): ReflogEntry {
  const entry = Number.isInteger(position) && position >= 0 ? entries[entries.length - 1 - position] : undefined;
  if (entry === undefined) throw new GovcError('stash-missing', `There is no stash ${position}; there are ${entries.length}.`, { position, count: entries.length });
  return entry;
}

function stashId(context: ReadContext, stash: number | string): ObjectId {
  if (typeof stash === 'number') return entryAt(context.snapshot.refs.has(STASH_REF) ? (context.reflogs.find(STASH_REF) ?? []) : [], stash).newId;
  return peelToCommit(context.snapshot, resolveText(context, stash, 'commit'));
}

function readStashCommit({ snapshot }: Pick<ReadContext, 'snapshot'>, id: ObjectId): Stash {
  const { tree, parents, message } = readCommit(snapshot, id);
  const [base, index, untracked] = parents;
  if (base === undefined || index === undefined || parents.length > 3) {
    throw new GovcError('replay-invalid', `The commit ${id} is no stash: it has ${parents.length} parents.`, { id });
  }
  return {
    id, base, message, workTree: tree, index: readCommit(snapshot, index).tree,
    untracked: untracked === undefined ? undefined : readCommit(snapshot, untracked).tree,
  };
}

function headTree(context: ReadContext): ObjectId {
  const { id } = headTip(context);
  return id === undefined ? context.snapshot.algorithm.emptyTreeId : readCommit(context.snapshot, id).tree;
}
