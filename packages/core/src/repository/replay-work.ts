import { GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { ObjectId } from '../hash/object-id.js';
import { cleanMessage, findMessageCleanup, messageTitle, type MessageCleanup } from '../history/commit-message.js';
import {
  messageBytes, replayedText, revertMessage, withConflictHint, withOrigin, type ReplayedText,
} from '../history/commit-message-replay.js';
import { appendSignoff } from '../history/trailers-signoff.js';
import { commentPrefixOf, trailerRules } from '../history/trailers-rules.js';
import { runJob } from '../job/job.js';
import { mergeTrees, type MergeTreesResult } from '../merge/merge-trees.js';
import { replayMergeOptions } from '../merge/replay-options.js';
import { makeCommit, parseCommit, type Commit } from '../object/commit.js';
import type { Header } from '../object/headers.js';
import { parseIdentity, serializeIdentity, timezoneMinutes, type Identity } from '../object/identity.js';
import { MODE_BLOB } from '../object/tree.js';
import type { Draft } from '../store/draft.js';
import { TreeEditor } from '../store/tree-editor.js';
import type { Person } from './clock.js';
import type { ReplayConflict, ReplayEnvironment, ReplayOptions, ReplayResolution, StoppedCommit } from './replay-state.js';
import { openRerere, rerereFiles, rerereResolved } from './rerere.js';
import { commitBody, commitSigner } from './sign.js';
import { shortNames } from './short-name.js';
import type { WriteContext } from './write-context.js';

/** A change that was laid over a tree. */
export interface AppliedChange {
  readonly merge: MergeTreesResult;
  /** The message of the commit to be, without a hint about conflicts. Lossless text. */
  readonly message: string;
  /** The raw author; `undefined` where a revert has its own. */
  readonly author: Uint8Array | undefined;
}

/** The parts of a commit that a replay makes. */
export interface MadeCommit {
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly author: Uint8Array | undefined;
  readonly message: string;
  readonly extraHeaders?: readonly Header[] | undefined;
}

/** A replay at work in one draft: it reads commits, merges their changes and writes new ones, and moves no ref. */
export class ReplayWork {
  readonly draft: Draft;
  readonly environment: ReplayEnvironment;
  readonly commentPrefix: string;
  readonly shortName: (id: ObjectId) => string;
  readonly #context: WriteContext;
  readonly #options: ReplayOptions;

  constructor(draft: Draft, parts: { readonly context: WriteContext; readonly options: ReplayOptions; readonly environment: ReplayEnvironment }) {
    this.draft = draft;
    this.environment = parts.environment;
    this.#context = parts.context;
    this.#options = parts.options;
    this.commentPrefix = commentPrefixOf(draft.base.config);
    this.shortName = shortNames(draft.base, draft.view.objects);
  }

  /** @throws {GovcError} object-missing, object-type-mismatch, object-corrupt */
  read(id: ObjectId): Commit {
    const object = this.draft.view.objects.find(id);
    if (object === undefined) throw new GovcError('object-missing', `The commit ${id} is missing from the repository.`, { id });
    if (object.type !== 'commit') {
      throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a commit.`, { id, expected: 'commit', actual: object.type });
    }
    return parseCommit(object.body, this.draft.base.algorithm);
  }

  /** The tree of a commit; the empty one where there is no commit. */
  treeOf(id: ObjectId | undefined): ObjectId {
    return id === undefined ? this.draft.base.algorithm.emptyTreeId : this.read(id).tree;
  }

  /** What is taken over of a commit. */
  textOf(id: ObjectId): ReplayedText {
    return replayedText(this.read(id));
  }

  /** `<short id> (<title>)`, as Git labels a commit in conflicts. */
  labelOf(id: ObjectId): string {
    return `${this.shortName(id)} (${messageTitle(this.textOf(id).message)})`;
  }

  /** The parent against which a commit is a change. @throws {GovcError} replay-invalid: it is a merge, or has no such parent */
  parentOf(id: ObjectId, mainline: number | undefined): ObjectId | undefined {
    return mainlineParent(id, this.read(id).parents, mainline);
  }

  /** Lays the change of a commit, or its reverse, over a tree. */
  apply(verb: 'pick' | 'revert', id: ObjectId, tree: ObjectId): AppliedChange {
    const { mainline } = this.#options;
    const parent = this.parentOf(id, mainline);
    const label = this.labelOf(id);
    const before = { tree: this.treeOf(parent), label: parent === undefined ? '(empty tree)' : `parent of ${label}` };
    const after = { tree: this.read(id).tree, label };
    const [base, theirs] = verb === 'pick' ? [before, after] : [after, before];
    const merge = this.merge({ base: base.tree, ours: tree, theirs: theirs.tree }, { ancestor: base.label, branch1: 'HEAD', branch2: theirs.label });
    return { merge, message: this.#messageOf(verb, id, parent), author: verb === 'pick' ? this.textOf(id).author : undefined };
  }

  /** Merges three trees with the options of this replay. */
  merge(
    trees: { readonly base: ObjectId; readonly ours: ObjectId; readonly theirs: ObjectId },
    labels: { readonly ancestor: string; readonly branch1: string; readonly branch2: string },
  ): MergeTreesResult {
    const { draft } = this;
    const options = replayMergeOptions(draft.base.config, this.#options.strategyOptions ?? [], { labels, environment: this.environment.merge });
    return runJob(mergeTrees({
      ...trees,
      objects: draft.view.objects,
      write: (type, body) => draft.write(type, body),
      algorithm: draft.base.algorithm,
      options,
    }));
  }

  /** What a stop tells of a change. */
  stop(id: ObjectId, { merge, message }: Pick<AppliedChange, 'merge' | 'message'>): StoppedCommit {
    const all: ReplayConflict[] = merge.conflicts.map(({ path, stages }) => ({ path, stages }));
    const { draft } = this;
    const session = merge.isClean ? undefined : openRerere(this.#context, this.environment.rerere);
    const store = { objects: draft.view.objects, write: draft.write.bind(draft) };
    const known = session === undefined ? undefined : rerereFiles(this.#context, session, { stopped: { tree: merge.tree, conflicts: all }, store });
    return {
      commit: id,
      reason: merge.isClean ? 'empty' : 'conflict',
      tree: known?.tree ?? merge.tree,
      conflicts: known?.conflicts ?? all,
      rerere: known?.recorded,
      messages: merge.messages,
      message: merge.isClean ? message : withConflictHint(message, all.map(({ path }) => path), this.commentPrefix),
    };
  }

  /** The tree of a stop with what someone decided. @throws {GovcError} index-unmerged: a conflict is left; path-invalid */
  resolve(stop: StoppedCommit, resolution: ReplayResolution): ObjectId {
    const tree = this.#resolvedTree(stop, resolution);
    const session = stop.rerere === undefined ? undefined : openRerere(this.#context, this.environment.rerere);
    if (session !== undefined) rerereResolved(session, stop.rerere ?? [], { objects: this.draft.view.objects, tree });
    return tree;
  }

  #resolvedTree(stop: StoppedCommit, resolution: ReplayResolution): ObjectId {
    if (resolution.tree !== undefined) return resolution.tree;
    const paths = resolution.paths ?? new Map<string, undefined>();
    const left = stop.conflicts.map(({ path }) => path).filter((path) => !paths.has(path));
    if (left.length > 0) {
      throw new GovcError('index-unmerged', `"${left[0]!}" and ${left.length - 1} more paths are in conflict; say what stands there.`, { paths: left });
    }
    const { draft } = this;
    const editor = new TreeEditor(draft.view.objects, stop.tree, draft.base.algorithm);
    for (const [path, value] of paths) {
      if (value === undefined) editor.remove(path);
      else if (value instanceof Uint8Array) editor.set(path, { mode: editor.find(path)?.mode ?? MODE_BLOB, id: draft.write('blob', value) });
      else editor.set(path, value);
    }
    return editor.write((type, body) => draft.write(type, body));
  }

  /** Writes a commit. */
  commit({ tree, parents, author, message, extraHeaders }: MadeCommit): ObjectId {
    const { draft } = this;
    if (tree === draft.base.algorithm.emptyTreeId) draft.write('tree', new Uint8Array(0));
    const writer = author ?? serializeIdentity(this.#context.identity(this.#options.author ?? this.#options.committer));
    const commit = makeCommit({
      tree, parents, author: this.authorOf(writer), committer: this.committer(writer), message: messageBytes(message), extraHeaders,
    });
    return draft.write('commit', commitBody(commit, commitSigner(this.#context, this.environment.signer), draft.base.algorithm));
  }

  /** The raw author of a new commit, from the one that is taken over. */
  authorOf(author: Uint8Array): Uint8Array {
    return author;
  }

  /** Who commits now. */
  committer(_author?: Uint8Array): Identity {
    return this.#context.identity(this.#options.committer);
  }

  /** How messages that nobody edited are cleaned. */
  get cleanup(): MessageCleanup {
    const configured = this.draft.base.config.get('commit.cleanup');
    if (this.#options.signoff === true || this.#options.recordOrigin === true) return 'whitespace';
    return configured === undefined ? 'verbatim' : (findMessageCleanup(configured, false) ?? 'verbatim');
  }

  /** A message as it is recorded after an editor had it, if there is one. */
  edited(text: string, request: Parameters<NonNullable<ReplayEnvironment['editMessage']>>[1]): string {
    return cleanMessage(this.environment.editMessage?.(text, request) ?? text, 'strip', this.commentPrefix);
  }

  #messageOf(verb: 'pick' | 'revert', id: ObjectId, parent: ObjectId | undefined): string {
    const { recordOrigin, signoff, reference = false } = this.#options;
    const rules = trailerRules(this.draft.base.config);
    let text: string;
    if (verb === 'pick') {
      text = this.textOf(id).message;
      if (recordOrigin === true) text = withOrigin(text, id, rules);
    } else {
      const name = (commit: ObjectId): string => (reference ? this.#referenceTo(commit) : commit);
      const isMerge = this.read(id).parents.length > 1;
      text = revertMessage({
        name: name(id),
        title: messageTitle(this.textOf(id).message),
        mainline: isMerge && parent !== undefined ? name(parent) : undefined,
        isReference: reference,
      });
    }
    return signoff === true ? appendSignoff(text, this.committer(), { syntax: rules }) : text;
  }

  /** `<short id> (<subject>, <day of the author>)` */
  #referenceTo(id: ObjectId): string {
    const { message, author } = this.textOf(id);
    const { timeSeconds, timezone } = parseIdentity(author);
    const day = new Date((timeSeconds + timezoneMinutes(timezone) * 60) * 1000).toISOString().slice(0, 10);
    return `${this.shortName(id)} (${messageTitle(message)}, ${day})`;
  }
}

/** The parent against which a commit is a change. @throws {GovcError} replay-invalid: it is a merge, or has no such parent */
export function mainlineParent(id: ObjectId, parents: readonly ObjectId[], mainline: number | undefined): ObjectId | undefined {
  if (parents.length > 1 && mainline === undefined) {
    throw new GovcError('replay-invalid', `The commit ${id} is a merge; say against which parent it is taken as \`mainline\`.`, { id });
  }
  if (mainline !== undefined && mainline > Math.max(parents.length, 1)) {
    throw new GovcError('replay-invalid', `The commit ${id} does not have parent ${mainline}.`, { id, mainline });
  }
  return parents[(mainline ?? 1) - 1];
}

/** A raw identity with another date. */
export function redated(identity: Uint8Array, date: Pick<Person, 'timeSeconds' | 'timezone'>): Uint8Array {
  const text = latin1FromBytes(identity);
  const name = text.slice(0, text.lastIndexOf('>') + 1);
  return bytesFromLosslessText(`${name} ${date.timeSeconds ?? 0} ${date.timezone ?? '+0000'}`);
}
