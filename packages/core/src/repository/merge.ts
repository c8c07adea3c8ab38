import { GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromText } from '../bytes/text.js';
import { diffTrees } from '../diff/tree-diff.js';
import type { ObjectId } from '../hash/object-id.js';
import { cleanMessage, findMessageCleanup } from '../history/commit-message.js';
import type { Job } from '../job/job.js';
import type { MergeMessage } from '../merge/merge-message.js';
import type { MergeConflict, MergeStage } from '../merge/merge-trees.js';
import { makeCommit } from '../object/commit.js';
import { MODE_BLOB } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import { ORIG_HEAD, type RefName } from '../ref/ref-name.js';
import type { ReflogNote } from '../store/batch.js';
import { TreeEditor } from '../store/tree-editor.js';
import { mergeBases, octopusBases } from '../walk/merge-base.js';
import type { Person } from './clock.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import { isLooseTag, readMergeHeads, reduceHeads, type NamedHead } from './merge-heads.js';
import { openRerere, rerereFiles, rerereResolved } from './rerere.js';
import { runStrategy, type MergeStrategy } from './merge-strategy.js';
import { composeMergeMessage, composeSquashMessage, mergeTagHeaders, type MergeTitleOptions } from './merge-title.js';
import { openScratch, type MergeTreeOptions, type Scratch } from './merge-tree.js';
import { commitBody, commitSigner, type SignerChoice } from './sign.js';
import type { RerereResult } from '../merge/rerere-session.js';
import type { RerereCache } from '../store/rerere-cache.js';
import type { Stage } from './stage.js';
import { headTip, moveTip, type Tip, type WriteContext } from './write-context.js';

/** What stands at a path that was in conflict: content, an entry, or nothing. */
export type MergeResolution = Uint8Array | string | MergeStage | undefined;

/** How revisions are merged into `HEAD`. */
export interface MergeVerbOptions extends MergeTitleOptions, Omit<MergeTreeOptions, 'base' | 'labels'> {
  /** `--ff`, `--ff-only`, `--no-ff`. Default: `merge.ff`, or `allow`. */
  readonly fastForward?: 'allow' | 'only' | 'never' | undefined;
  /** Stage the result and commit nothing (`--no-commit`). Default: `false`. */
  readonly noCommit?: boolean | undefined;
  /** Stage the result for an ordinary commit that is no merge (`--squash`). Default: `false`. */
  readonly squash?: boolean | undefined;
  /** Default: `ort` for one revision and `octopus` for several. */
  readonly strategy?: MergeStrategy | undefined;
  /** Options of the strategy, as `-X` takes them. Default: none. */
  readonly strategyOptions?: readonly string[] | undefined;
  /** Resolves conflicts as they were resolved before, and records new ones, unless `rerere.enabled` is `false`. Default: those of the directory of the repository, if it has any. */
  readonly rerere?: RerereCache | undefined;
  /** What stands at paths in conflict. When it names all of them, the merge is concluded. Default: none. */
  readonly resolutions?: ReadonlyMap<string, MergeResolution> | undefined;
  /** Default: `user.name` and `user.email` of the configuration. */
  readonly author?: Person | undefined;
  /** Default: the author. */
  readonly committer?: Person | undefined;
  /** Signs the merge. Default: the signer of the repository, where `commit.gpgSign` says so. */
  readonly signer?: SignerChoice | undefined;
}

/** What a merge made of the trees. */
export interface MergedFiles {
  /** The merged tree; conflicted files have markers. */
  readonly tree: ObjectId;
  readonly messages: readonly MergeMessage[];
  /** The repository's objects with those of the result. */
  readonly objects: ObjectSource;
  /** The message for the commit, cleaned. */
  readonly message: string;
  /** The parents for the commit. */
  readonly parents: readonly ObjectId[];
}

/** What became of a merge. */
export type MergeOutcome =
  | { readonly kind: 'up-to-date' }
  | { readonly kind: 'fast-forward'; readonly from: ObjectId | undefined; readonly to: ObjectId; readonly ref: RefName }
  /** A commit was made, and `HEAD` stands there. */
  | ({
      readonly kind: 'merged';
      readonly commit: CommitInfo;
      readonly ref: RefName;
      readonly strategy: MergeStrategy;
    } & MergedFiles)
  /** The result is staged; commit it with `message`, and with `parents` where it is to be a merge. */
  | ({ readonly kind: 'staged' } & MergedFiles)
  /** Nothing was changed. Merge again with `resolutions`. */
  | ({ readonly kind: 'conflicts'; readonly conflicts: readonly MergeConflict[]; readonly rerere: RerereResult | undefined } & MergedFiles)
  /** Nothing was changed: the histories went apart, and only a fast-forward was allowed. */
  | { readonly kind: 'diverged' }
  /** Nothing was changed: the strategy cannot do this. */
  | { readonly kind: 'failed'; readonly strategy: MergeStrategy; readonly reason: string };

/**
 * Merges revisions into `HEAD`: `git merge`. Everything is computed before anything is changed, in one step at the end.
 *
 * @throws {GovcError} unrelated-histories, revision-invalid, config-invalid, object-missing, object-type-mismatch, ref-conflict
 */
export function* mergeIntoHead(
  context: WriteContext, request: { readonly revisions: readonly string[]; readonly stage: Stage }, options: MergeVerbOptions,
): Job<MergeOutcome> {
  const tip = headTip(context);
  const given = readMergeHeads(context, request.revisions);
  if (tip.id === undefined) return startUnborn(context, tip, { heads: given, options });
  const ours = tip.id;
  const { heads, isOursReached } = yield* reduceHeads(context, ours, given);
  if (heads.length === 0) return { kind: 'up-to-date' };
  const mode = fastForwardMode(context, heads, options);
  const bases = yield* findBases(context, ours, heads);
  if (bases.length === 0 && options.allowUnrelated !== true) throw unrelated(ours, heads);
  if (mode !== 'never' && heads.length === 1 && isOursReached) {
    return fastForward(context, { tip, head: heads[0]! }, { ...request, options });
  }
  if (mode === 'only') return { kind: 'diverged' };
  const keepsOurs = !isOursReached || mode === 'never';
  return yield* mergeReally(context, { tip: { ...tip, id: ours }, heads, bases, keepsOurs, stage: request.stage }, options);
}

function findBases({ graph, snapshot }: WriteContext, ours: ObjectId, heads: readonly NamedHead[]): Job<ObjectId[]> {
  const request = { graph, objects: snapshot.objects, shallow: snapshot.shallow };
  const ids = heads.map(({ id }) => id);
  return ids.length === 1 ? mergeBases(request, ours, ids) : octopusBases(request, [ours, ...ids]);
}

function fastForwardMode(context: WriteContext, heads: readonly NamedHead[], options: MergeVerbOptions): 'allow' | 'only' | 'never' {
  const { config } = context.snapshot;
  const configured = config.get('merge.ff')?.toLowerCase();
  const byConfig = configured === 'only' ? 'only' : configured === undefined || config.getBool('merge.ff', true) ? 'allow' : 'never';
  const mode = options.fastForward ?? byConfig;
  if (mode === 'only') return mode;
  // The strategies "ours" and "subtree" always record that they were used.
  if (options.strategy === 'ours' || options.strategy === 'subtree') return 'never';
  return heads.some((head) => isLooseTag(context, head)) ? 'never' : mode;
}

/** `HEAD` on a branch without commits takes the one that is merged. */
function startUnborn(
  context: WriteContext, tip: Tip, parts: { readonly heads: readonly NamedHead[]; readonly options: MergeVerbOptions },
): MergeOutcome {
  const { heads, options } = parts;
  const [head] = heads;
  if (heads.length !== 1 || options.squash === true || options.fastForward === 'never') {
    throw new GovcError('unsupported', 'Into a branch without commits only one commit can be merged, by a fast-forward.', { ref: tip.ref });
  }
  const to = head!.id;
  context.propose({ origin: 'merge', reflog: reflogNote(context, options, 'initial pull') }, (draft) => {
    moveTip(draft, tip, to);
  });
  return { kind: 'fast-forward', from: undefined, to, ref: tip.ref };
}

function fastForward(
  context: WriteContext, parts: { readonly tip: Tip; readonly head: NamedHead },
  request: { readonly stage: Stage; readonly options: MergeVerbOptions },
): MergeOutcome {
  const { tip, head } = parts;
  const { options } = request;
  if (options.squash === true) {
    const scratch = openScratch(context);
    const { tree } = readCommit(context.snapshot, head.id);
    stageTree(context, { stage: request.stage, scratch, tree });
    const message = composeSquashMessage(context, [head]);
    return { kind: 'staged', tree, messages: [], objects: scratch.objects, message, parents: [tip.id!] };
  }
  context.propose({ origin: 'merge', reflog: reflogNote(context, options, `merge ${head.name}: Fast-forward`) }, (draft) => {
    moveTip(draft, tip, head.id, { keepsOrigin: true });
  });
  return { kind: 'fast-forward', from: tip.id, to: head.id, ref: tip.ref };
}

interface RealMerge {
  readonly tip: Tip & { readonly id: ObjectId };
  readonly heads: readonly NamedHead[];
  readonly bases: readonly ObjectId[];
  /** Whether `HEAD` becomes a parent. */
  readonly keepsOurs: boolean;
  readonly stage: Stage;
}

function* mergeReally(context: WriteContext, merge: RealMerge, options: MergeVerbOptions): Job<MergeOutcome> {
  const { tip, heads } = merge;
  const scratch = openScratch(context);
  const strategy = options.strategy ?? (heads.length === 1 ? 'ort' : 'octopus');
  const result = yield* runStrategy(context, { scratch, ours: tip.id, heads, bases: merge.bases, strategy }, options);
  if (result.kind === 'failed') return { kind: 'failed', strategy, reason: result.reason };
  const session = result.isClean ? undefined : openRerere(context, options.rerere);
  const known = session === undefined ? undefined : rerereFiles(context, session, { stopped: result, store: scratch });
  const left = (known ?? result).conflicts.filter(({ path }) => options.resolutions?.has(path) !== true);
  const tree = applyResolutions(scratch, (known ?? result).tree, options.resolutions);
  const decided = known?.recorded.filter(({ path }) => options.resolutions?.has(path) === true) ?? [];
  if (session !== undefined) rerereResolved(session, decided, { objects: scratch.objects, tree });
  const isSquash = options.squash === true;
  const cleanup = findMessageCleanup(undefined, false) ?? 'whitespace';
  const files: MergedFiles = {
    tree,
    messages: result.messages,
    objects: scratch.objects,
    message: isSquash ? composeSquashMessage(context, heads) : cleanMessage(composeMergeMessage(context, heads, options), cleanup),
    parents: isSquash ? [tip.id] : [...(merge.keepsOurs ? [tip.id] : []), ...heads.map(({ id }) => id)],
  };
  // A merge can be unclean without a path in conflict; only someone who looked at it can say that it is right.
  const isDecided = left.length === 0 && (result.isClean || options.resolutions !== undefined);
  if (!isDecided) return { kind: 'conflicts', conflicts: left, rerere: known, ...files };
  if (isSquash || options.noCommit === true) {
    stageTree(context, { stage: merge.stage, scratch, tree });
    return { kind: 'staged', ...files };
  }
  return commitMerge(context, { merge, scratch, files, strategy }, options);
}

function applyResolutions(scratch: Scratch, tree: ObjectId, resolutions: MergeVerbOptions['resolutions']): ObjectId {
  if (resolutions === undefined || resolutions.size === 0) return tree;
  const editor = new TreeEditor(scratch.objects, tree, scratch.algorithm);
  for (const [path, value] of resolutions) {
    if (value === undefined) editor.remove(path);
    else if (typeof value !== 'string' && !(value instanceof Uint8Array)) editor.set(path, value);
    else {
      const content = typeof value === 'string' ? bytesFromText(value) : value;
      editor.set(path, { mode: editor.find(path)?.mode ?? MODE_BLOB, id: scratch.write('blob', content) });
    }
  }
  return editor.write(scratch.write);
}

function commitMerge(
  context: WriteContext,
  made: { readonly merge: RealMerge; readonly scratch: Scratch; readonly files: MergedFiles; readonly strategy: MergeStrategy },
  options: MergeVerbOptions,
): MergeOutcome {
  const { merge: { tip, heads }, scratch, files, strategy } = made;
  const { snapshot } = context;
  const author = context.identity(options.author);
  const committer = options.committer === undefined ? author : context.identity(options.committer);
  const commit = makeCommit({
    tree: files.tree, parents: files.parents, author, committer,
    message: bytesFromLosslessText(files.message), extraHeaders: mergeTagHeaders(context, heads),
  });
  const line = `merge ${heads.map(({ name }) => name).join(' ')}: Merge made by the '${strategy}' strategy.`;
  const id = context.propose({ origin: 'merge', reflog: { identity: committer, message: line } }, (draft) => {
    for (const { type, body } of scratch.writer.objects()) draft.write(type, body);
    const written = draft.write('commit', commitBody(commit, commitSigner(context, options.signer), snapshot.algorithm));
    moveTip(draft, tip, written, { keepsOrigin: true });
    return written;
  });
  const info: CommitInfo = {
    id, tree: files.tree, parents: files.parents, author: commit.author, committer: commit.committer, message: files.message,
  };
  return { kind: 'merged', commit: info, ref: tip.ref, strategy, ...files };
}

/** Stages what a tree has else than `HEAD`. */
function stageTree(
  context: WriteContext, { stage, scratch, tree }: { readonly stage: Stage; readonly scratch: Scratch; readonly tree: ObjectId },
): void {
  const { snapshot } = context;
  const { id } = headTip(context);
  stage.clear();
  for (const blob of scratch.writer.objects()) if (blob.type === 'blob') stage.blobs.adopt(blob);
  const from = id === undefined ? undefined : readCommit(snapshot, id).tree;
  for (const { old, new: new_ } of diffTrees(scratch.objects, snapshot.algorithm, from, tree)) {
    if (new_ !== undefined) stage.put(new_.path, { mode: new_.mode, id: new_.id });
    else if (old !== undefined) stage.remove(old.path);
  }
  if (id === undefined) return;
  context.propose({ origin: 'merge' }, (draft) => {
    draft.setRef(ORIG_HEAD, id);
  });
}

/** A line for the reflog by whoever is named, or none. */
function reflogNote(context: WriteContext, options: MergeVerbOptions, message: string): ReflogNote | undefined {
  const { config } = context.snapshot;
  const person = options.committer ?? options.author;
  const isNamed = config.get('user.name') !== undefined && config.get('user.email') !== undefined;
  return person !== undefined || isNamed ? { identity: context.identity(person), message } : undefined;
}

function unrelated(ours: ObjectId, heads: readonly NamedHead[]): GovcError {
  const { name, id } = heads[0]!;
  const message = `"${name}" has no common ancestor with HEAD; allow unrelated histories to merge it.`;
  return new GovcError('unrelated-histories', message, { ours, theirs: id });
}
