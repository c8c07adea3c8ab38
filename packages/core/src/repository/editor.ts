import { GovcError } from '../errors.js';
import { bytesFromText } from '../bytes/text.js';
import type { ParsePatchOptions } from '../diff/parse-patch.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { BundleHeader } from '../history/bundle-header.js';
import { runJob, type Job } from '../job/job.js';
import type { ApplyPatchOptions, PatchResult } from '../merge/apply-patch.js';
import type { Identity } from '../object/identity.js';
import { makeTag } from '../object/tag.js';
import { expectValue, type Expectation } from '../ref/ref-edit.js';
import { branchRef, HEAD, tagRef, type RefName } from '../ref/ref-name.js';
import type { ReflogEntry } from '../ref/reflog.js';
import { directRef, symbolicRef, type RefValue } from '../ref/ref-value.js';
import type { ReflogNote } from '../store/batch.js';
import type { Draft } from '../store/draft.js';
import { findRefId } from '../store/ref-map.js';
import { TreeEditor, type TreePathEntry } from '../store/tree-editor.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { takeBundle } from './bundle.js';
import type { ZoneOffset } from '../object/calendar-time.js';
import type { Clock, Person } from './clock.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import { applyMail, type ApplyMailOptions, type ApplyMailResult } from './apply-mail.js';
import { applyPatchToStage } from './apply-patch.js';
import { commitReflog, commitStage, composeCommitMessage, type CommitOptions, type CommitText, type NewCommit } from './commit.js';
import {
  deleteReflogEntry, expireReflog, type ExpiredReflog, type ReflogDeleteOptions, type ReflogExpireOptions,
} from './reflog.js';
import { mergeIntoHead, type MergeOutcome, type MergeVerbOptions } from './merge.js';
import { importStream, type ImportResult, type ImportStreamOptions } from './fast-import.js';
import { deleteReplacement, graftCommit, replaceObject, type ReplaceOptions } from './replace.js';
import { peelToCommit, resolveText } from './resolve.js';
import {
  commitSigner, signCommitBody, signTagBody, tagBody, tagSigner, type ImmediateSigner, type Signer, type SignerChoice,
} from './sign.js';
import { Stage } from './stage.js';
import {
  addNote, appendNote, copyNote, finishNotesMerge, mergeNotesRefs, pruneNotes, removeNotes, type EditNotesOptions, type NotesMerge,
} from './notes.js';
import type { NotesMergeStrategy } from '../history/notes-merge.js';
import {
  abortSequence, applyCommits, continueSequence, replayCommits, skipSequence, type SequenceKind, type SequenceOptions, type SequenceResult,
  type SequenceState, type UncommittedChanges,
} from './cherry-pick.js';
import { amendCommit, fixupMessageFor, type AmendOptions, type FixupKind } from './amend.js';
import { resetHead, type ResetMode, type ResetResult } from './reset.js';
import {
  applyStash, branchStash, clearStashes, createStash, dropStash, popStash, pushStash, storeStash, type AppliedStash, type ApplyStashOptions,
  type StashContent, type StashEntry, type StashOptions,
} from './stash.js';
import { abortRebase, continueRebase, skipRebase, startRebase, type StartRebaseOptions } from './rebase.js';
import { planRebase, type RebasePlan } from './rebase-plan.js';
import type { RebaseOptions, RebaseResult, RebaseState } from './rebase-state.js';
import type { ReplayEnvironment, ReplayResolution } from './replay-state.js';
import type { WriteContext } from './write-context.js';
import { missingRef, View, type NamedRef, type TagRef } from './view.js';

/** A named change of a repository: what it is called in events and logs, and its line in reflogs. */
export interface Proposal {
  readonly origin: string;
  readonly reflog?: ReflogNote | undefined;
}

/** How a tag is made. */
export interface TagOptions {
  /** What to tag, as a revision. Default: `HEAD`. */
  readonly target?: string | undefined;
  /** Makes an annotated tag with this message. Default: a lightweight tag. */
  readonly message?: string | undefined;
  /** Who tags. Default: `user.name` and `user.email` of the configuration. */
  readonly tagger?: Person | undefined;
  /** Signs an annotated tag. Default: the signer of the repository, where `tag.gpgSign` or `tag.forceSignAnnotated` says so. */
  readonly signer?: SignerChoice | undefined;
  /** Replace a tag that exists. Default: `false`. */
  readonly force?: boolean | undefined;
}

/**
 * The writing verbs, shared by a repository, a reality and a transaction: each proposes its change through
 * {@link Editor.propose} and knows nothing of where it goes.
 */
export abstract class Editor extends View {
  readonly #stage: Stage;
  #tree: TreeEditor | undefined;

  protected constructor(graph: CommitGraph, clock: Clock, zone?: ZoneOffset) {
    super(graph, clock, zone);
    this.#stage = new Stage(graph.algorithm);
  }

  /**
   * Runs `edit` on a draft of the current snapshot, and makes the result take effect here.
   *
   * @throws {GovcError} transaction-refused, ref-conflict, writer-failed, draft-closed; and what `edit` throws,
   *   in which case nothing took effect.
   */
  abstract propose<T>(proposal: Proposal, edit: (draft: Draft) => T): T;

  /**
   * Stages a file for the next commit.
   *
   * @param content text is stored as UTF-8; bytes are copied
   * @param options.mode as trees record it. Default: `0o100644`.
   * @returns the id of the blob
   * @throws {GovcError} path-invalid
   * @example
   * repository.add('bin/run', '#!/bin/sh\n', { mode: 0o100755 });
   */
  add(path: string, content: string | Uint8Array, options: { readonly mode?: number } = {}): ObjectId {
    const bytes = typeof content === 'string' ? bytesFromText(content) : content;
    return this.#stage.add(path, bytes, options.mode);
  }

  /**
   * Stages the removal of a file or folder for the next commit.
   *
   * @throws {GovcError} path-invalid
   * @example
   * repository.remove('src');
   * repository.commit('Without sources');
   */
  remove(path: string): void {
    this.#stage.remove(path);
  }

  /**
   * The staged paths; `undefined` stands for a removal.
   *
   * @example
   * repository.add('a', '1');
   * for (const path of repository.staged().keys()) console.log(path);
   */
  staged(): ReadonlyMap<string, TreePathEntry | undefined> {
    return this.#stage.changes;
  }

  /**
   * Writes the tree that the next commit would have, that of `HEAD` with what is staged; nothing names it yet. As `git write-tree`.
   *
   * @throws {GovcError} object-missing
   * @example
   * repository.add('README.md', '# Mended\n');
   * const patch = repository.diffPatch('HEAD', repository.writeTree());
   */
  writeTree(): ObjectId {
    const { algorithm } = this.snapshot;
    return this.propose({ origin: 'write-tree' }, (draft) => {
      const { id } = this.head();
      const tree = new TreeEditor(draft.view.objects, id === undefined ? algorithm.emptyTreeId : readCommit(draft.view, id).tree, algorithm);
      for (const blob of this.#stage.blobs.objects()) draft.write('blob', blob.body);
      this.#stage.applyTo(tree);
      return tree.write((type, body) => draft.write(type, body));
    });
  }

  /**
   * Stages what another repository or reality of the same hash has staged, over what is staged here.
   *
   * @example
   * const attempt = repository.reality();
   * attempt.stageFrom(repository);
   */
  stageFrom(other: Editor): void {
    this.#stage.copyFrom(other.#stage);
  }

  /**
   * Applies a patch to what the next commit would hold, and stages its changes. Nothing is staged unless all of it applies
   * without conflict; the result says what did and what did not.
   *
   * @throws {GovcError} patch-invalid, limit-exceeded, object-missing
   * @example
   * const { outcome, problems } = repository.applyPatch('--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-old\n+new\n');
   * if (outcome === 'applied') repository.commit('Apply a patch');
   */
  applyPatch(patch: string | Uint8Array, options: ApplyPatchOptions & ParsePatchOptions = {}): PatchResult {
    return applyPatchToStage(this.snapshot, this.#stage, typeof patch === 'string' ? bytesFromText(patch) : patch, options);
  }

  /**
   * Merges revisions into `HEAD`: `git merge`. A merge with conflicts changes nothing and gives them as data; merging again with
   * `resolutions` for them concludes it.
   *
   * @throws {GovcError} unrelated-histories, revision-invalid, config-invalid, object-missing, object-type-mismatch, ref-conflict
   * @example
   * const outcome = repository.merge('topic');
   * if (outcome.kind === 'conflicts') {
   *   const resolutions = new Map(outcome.conflicts.map(({ path, stages }) => [path, stages.ours]));
   *   repository.merge('topic', { resolutions });
   * }
   */
  merge(revisions: string | readonly string[], options: MergeVerbOptions = {}): MergeOutcome {
    return runJob(this.mergeJob(revisions, options));
  }

  /**
   * As {@link merge}, as a job that somebody drives in slices, so that others run in between. Nothing is changed before its last step; whoever
   * changes the repository while it runs has it refuse or merge into what was there when it began, so drive it in a reality.
   *
   * @example
   * const outcome = await driveJob(repository.reality().mergeJob('topic'));
   */
  mergeJob(revisions: string | readonly string[], options: MergeVerbOptions = {}): Job<MergeOutcome> {
    return mergeIntoHead(this.writeContext, { revisions: typeof revisions === 'string' ? [revisions] : revisions, stage: this.#stage }, options);
  }

  /**
   * Commits the patch of a mail on top of `HEAD`, with the mail's author, date and message (`git am`). What is staged does
   * not matter and stays staged. Where the patch does not apply wholly, nothing changes, and the result says why.
   *
   * @param mail one message; `splitMailbox` takes a mailbox apart
   * @throws {GovcError} mail-invalid, patch-invalid, object-invalid: the mail names no author; config-invalid
   * @example
   * const mail = 'From: Dev <dev@example.com>\nSubject: [PATCH] New file\n\n---\ndiff --git a/f b/f\nnew file mode 100644\n';
   * const { outcome } = repository.applyMail(mail, { committer: { name: 'Dev', email: 'dev@example.com' } });
   */
  applyMail(mail: string | Uint8Array, options: ApplyMailOptions = {}): ApplyMailResult {
    return applyMail(this.writeContext, typeof mail === 'string' ? bytesFromText(mail) : mail, options);
  }

  /**
   * Forgets what was staged.
   *
   * @example
   * repository.add('a', '1');
   * repository.unstage();
   */
  unstage(): void {
    this.#stage.clear();
  }

  /**
   * Commits what is staged.
   *
   * @throws {GovcError} nothing-to-commit, ref-conflict, config-invalid (no author known), object-invalid
   * @example
   * repository.add('README.md', '# My project\n');
   * const commit = repository.commit('Initial commit', { author: { name: 'Dev', email: 'dev@example.com' } });
   */
  commit(message: string, options: CommitOptions = {}): NewCommit {
    const author = this.identity(options.author);
    const committer = options.committer === undefined ? author : this.identity(options.committer);
    const text: CommitText = { message: composeCommitMessage(this.context, message, { ...options, committer }), author, committer };
    const isFirst = options.branch === undefined
      ? this.head().id === undefined
      : findRefId(this.snapshot.refs, branchRef(options.branch)) === undefined;
    const tree = this.#tree;
    // A tree that a refused commit has edited must not serve the next one.
    this.#tree = undefined;
    const made = this.propose({ origin: 'commit', reflog: commitReflog(text, isFirst ? 'initial' : (options.parents?.length ?? 0) > 1 ? 'merge' : undefined) }, (draft) =>
      commitStage(draft, this.#stage, text, { ...options, signer: commitSigner(this.writeContext, options.signer), tree }));
    this.#tree = made.tree;
    this.#stage.clear();
    return made.commit;
  }

  /**
   * Makes a branch.
   *
   * @param from a revision. Default: `HEAD`.
   * @throws {GovcError} ref-conflict: the branch exists; ref-name-invalid, ref-name-clash, revision-invalid
   * @example
   * const { ref, id } = repository.branch('feature/x', 'v1.0');
   */
  branch(name: string, from = 'HEAD'): NamedRef {
    const ref = branchRef(name);
    const { snapshot } = this;
    const id = peelToCommit(snapshot, resolveText(this.context, from, 'committish'));
    const reflog = this.#note(`branch: Created from ${from}`);
    this.propose({ origin: 'branch', reflog }, (draft) => {
      draft.setRef(ref, id, { kind: 'absent' });
    });
    return { name, ref, id };
  }

  /**
   * Deletes a branch.
   *
   * @throws {GovcError} ref-missing; ref-refused: `HEAD` stands on it
   * @example
   * repository.deleteBranch('topic');
   */
  deleteBranch(name: string): void {
    const ref = branchRef(name);
    if (this.head().ref === ref) {
      throw new GovcError('ref-refused', `The branch "${name}" is the current one; point HEAD elsewhere first.`, { name: ref });
    }
    this.deleteRef(ref);
  }

  /**
   * Makes a tag: lightweight, or annotated when there is a message.
   *
   * @throws {GovcError} ref-conflict: the tag exists; ref-name-invalid, revision-invalid, config-invalid
   * @example
   * repository.tag('v2.0', { message: 'The second', tagger: { name: 'Dev', email: 'dev@example.com' } });
   */
  tag(name: string, options: TagOptions = {}): TagRef {
    const ref = tagRef(name);
    const target = resolveText(this.context, options.target ?? 'HEAD');
    const { message } = options;
    const tagger = message === undefined ? undefined : this.identity(options.tagger);
    const id = this.propose({ origin: 'tag' }, (draft) => {
      const header = draft.view.objects.findHeader(target);
      if (header === undefined) throw new GovcError('object-missing', `The object ${target} is missing from the repository.`, { id: target });
      const tagId = message === undefined || tagger === undefined
        ? target
        : draft.write('tag', tagBody(makeTag({
            target: { id: target, type: header.type }, name, tagger,
            message: message.endsWith('\n') ? message : `${message}\n`,
          }).serialize(), tagSigner(this.writeContext, options.signer)));
      draft.setRef(ref, tagId, options.force === true ? { kind: 'any' } : { kind: 'absent' });
      return tagId;
    });
    return { name, ref, id, target };
  }

  /**
   * Deletes a tag.
   *
   * @throws {GovcError} ref-missing
   * @example
   * repository.deleteTag('v1.0');
   */
  deleteTag(name: string): void {
    this.deleteRef(tagRef(name));
  }

  /**
   * Sets a ref itself (symbolic refs are not followed).
   *
   * @param expected what the ref must be for this to happen. Default: what it is when this is called.
   * @throws {GovcError} ref-conflict, ref-name-clash, transaction-refused
   * @example
   * repository.setRef(parseRefName('refs/builds/last'), repository.resolve('HEAD'), { kind: 'absent' });
   */
  setRef(name: RefName, value: RefValue | ObjectId, expected?: Expectation): void {
    const refValue = typeof value === 'string' ? directRef(value) : value;
    this.propose({ origin: 'update-ref' }, (draft) => {
      draft.editRef(name, refValue, expected);
    });
  }

  /**
   * Deletes a ref.
   *
   * @throws {GovcError} ref-missing
   * @example
   * repository.deleteRef(parseRefName('refs/heads/topic'));
   */
  deleteRef(name: RefName): void {
    if (!this.snapshot.refs.has(name)) throw missingRef(name);
    this.propose({ origin: 'delete-ref' }, (draft) => {
      draft.editRef(name, undefined);
    });
  }

  /**
   * Takes one entry out of the log of a ref, as `git reflog delete`; the newest is entry 0.
   *
   * @throws {GovcError} reflog-missing: there is no such log or entry
   * @example
   * repository.deleteReflogEntry('refs/stash', 1, { rewrite: true });
   */
  deleteReflogEntry(ref: string, index: number, options: ReflogDeleteOptions = {}): ReflogEntry {
    return deleteReflogEntry(this.writeContext, ref, { ...options, index });
  }

  /**
   * Takes old entries out of reflogs, as `git reflog expire`; gives what was taken.
   *
   * @throws {GovcError} reflog-missing, config-invalid
   * @example
   * const expired = repository.expireReflog({ all: true, before: 1_700_000_000 });
   */
  expireReflog(options: ReflogExpireOptions = {}): ExpiredReflog[] {
    return expireReflog(this.writeContext, options);
  }

  /**
   * Points `HEAD` at a branch, which need not exist yet.
   *
   * @throws {GovcError} ref-name-invalid
   * @example
   * repository.setHead('topic');
   */
  setHead(branch: string): void {
    const target = branchRef(branch);
    this.propose({ origin: 'symbolic-ref' }, (draft) => {
      draft.editRef(HEAD, symbolicRef(target));
    });
  }

  /**
   * Takes in the objects of a bundle, and sets the refs that `rename` gives names for (default: none).
   *
   * @throws {GovcError} bundle-invalid, bundle-prerequisite-missing, pack-corrupt, connectivity-broken
   * @example
   * repository.unbundle(bytes, (name) => parseRefName(name.replace('refs/heads/', 'refs/remotes/origin/')));
   */
  unbundle(bytes: Uint8Array | Iterable<Uint8Array>, rename?: (name: string) => RefName | undefined): BundleHeader {
    return this.propose({ origin: 'unbundle' }, (draft) => runJob(takeBundle(draft, bytes, rename)));
  }

  /**
   * Imports a stream of fast-import.
   *
   * @throws {GovcError} import-invalid, limit-exceeded, object-missing, ref-name-invalid
   * @example
   * const { marks, rejected } = repository.fastImport([stream]);
   */
  fastImport(pieces: Iterable<Uint8Array>, options: ImportStreamOptions = {}): ImportResult {
    const nowSeconds = Math.floor(this.clock() / 1000);
    return this.propose({ origin: 'fast-import' }, (draft) => runJob(importStream(draft, pieces, { nowSeconds, ...options })));
  }

  /**
   * Lets `replacement` be read in the place of `id` by all reading verbs.
   *
   * @throws {GovcError} ref-conflict, object-type-mismatch, object-missing
   * @example
   * repository.replace(broken, mended, { force: true });
   */
  replace(id: ObjectId, replacement: ObjectId, options: ReplaceOptions = {}): void {
    this.propose({ origin: 'replace' }, (draft) => {
      replaceObject(draft, { id, replacement }, options);
    });
  }

  /**
   * Ends a replacement.
   *
   * @throws {GovcError} ref-missing
   * @example
   * repository.replace(broken, mended);
   * repository.deleteReplacement(broken);
   */
  deleteReplacement(id: ObjectId): void {
    this.propose({ origin: 'replace' }, (draft) => {
      deleteReplacement(draft, id);
    });
  }

  /**
   * Gives a commit other parents, by a commit that replaces it; `undefined` when it has these parents.
   *
   * @throws {GovcError} ref-conflict, object-type-mismatch, object-missing
   * @example
   * repository.graft(root, [lastOfTheOldHistory]);
   */
  graft(id: ObjectId, parents: readonly ObjectId[], options: ReplaceOptions = {}): ObjectId | undefined {
    return this.propose({ origin: 'replace' }, (draft) => graftCommit(draft, { id, parents }, options));
  }

  /**
   * Signs the commit at the tip of a branch (default: where `HEAD` stands) and moves the branch to the signed one.
   *
   * @throws {GovcError} signature-failed; ref-conflict: the branch moved meanwhile; ref-missing
   * @example
   * const id = await repository.signTip(new SshKeySigner(privateKey));
   */
  async signTip(signer: Signer, branch?: string): Promise<ObjectId> {
    const ref = branch === undefined ? (this.head().ref ?? HEAD) : branchRef(branch);
    return this.#signRef(ref, 'commit', (body) => signCommitBody(body, signer, this.snapshot.algorithm));
  }

  /**
   * Signs an annotated tag and moves its ref to the signed one.
   *
   * @throws {GovcError} signature-failed; object-type-mismatch: the tag is not annotated; ref-conflict, ref-missing
   * @example
   * const id = await repository.signTag('v1.0', signer);
   */
  async signTag(name: string, signer: Signer): Promise<ObjectId> {
    return this.#signRef(tagRef(name), 'tag', (body) => signTagBody(body, signer, this.snapshot.algorithm));
  }

  async #signRef(ref: RefName, type: 'commit' | 'tag', sign: (body: Uint8Array) => Promise<Uint8Array>): Promise<ObjectId> {
    const { snapshot } = this;
    const id = findRefId(snapshot.refs, ref);
    if (id === undefined) throw missingRef(ref);
    const object = snapshot.objects.find(id);
    if (object?.type !== type) throw new GovcError('object-type-mismatch', `The object ${id} is no ${type}.`, { id, expected: type });
    const body = await sign(object.body);
    return this.propose({ origin: 'sign' }, (draft) => {
      const signed = draft.write(type, body);
      draft.setRef(ref, signed, expectValue(directRef(id)));
      return signed;
    });
  }

  /**
   * Replaces all values of a configuration key, or removes them.
   *
   * @throws {GovcError} config-invalid
   * @example
   * repository.setConfig('receive.denyDeletes', 'true');
   */
  setConfig(name: string, value: string | undefined): void {
    this.propose({ origin: 'config' }, (draft) => {
      draft.setConfig(name, value);
    });
  }

  /**
   * Writes an object as it is; nothing names it yet.
   *
   * @param body without header; copied. Trees, commits and tags are not checked.
   * @example
   * const id = repository.writeObject('blob', new TextEncoder().encode('text\n'));
   */
  writeObject(type: ObjectType, body: Uint8Array): ObjectId {
    return this.propose({ origin: 'hash-object' }, (draft) => draft.write(type, body));
  }

  /**
   * Sets the note about an object, as `git notes add -m`: text is cleaned, bytes are taken as they are. A note without
   * content is removed.
   *
   * @returns the blob of the note, or `undefined` where it was removed
   * @throws {GovcError} note-exists, revision-invalid, ref-name-invalid, config-invalid
   * @example
   * repository.addNote('HEAD', 'Reviewed in the morning');
   */
  addNote(object: string, content: string | Uint8Array, options: EditNotesOptions = {}): ObjectId | undefined {
    return addNote(this.writeContext, { object, content }, options);
  }

  /**
   * Adds a paragraph to the note about an object.
   *
   * @throws {GovcError} revision-invalid, ref-name-invalid, config-invalid
   * @example
   * repository.appendNote('HEAD', 'Tested, too');
   */
  appendNote(object: string, content: string | Uint8Array, options: EditNotesOptions = {}): ObjectId | undefined {
    return appendNote(this.writeContext, { object, content }, options);
  }

  /**
   * Gives an object the note of another.
   *
   * @throws {GovcError} note-missing, note-exists, revision-invalid, config-invalid
   * @example
   * repository.addNote('HEAD~1', 'Reviewed');
   * repository.copyNote('HEAD~1', 'HEAD');
   */
  copyNote(from: string, to: string, options: EditNotesOptions = {}): ObjectId {
    return copyNote(this.writeContext, { from, to }, options);
  }

  /**
   * Removes the notes about some objects.
   *
   * @throws {GovcError} note-missing: one has none, and all stay; revision-invalid
   * @example
   * repository.addNote('HEAD', 'Reviewed');
   * repository.removeNotes(['HEAD']);
   */
  removeNotes(objects: readonly string[], options: EditNotesOptions = {}): void {
    removeNotes(this.writeContext, objects, options);
  }

  /**
   * Removes the notes about objects that do not exist, and gives those.
   *
   * @throws {GovcError} config-invalid
   * @example
   * repository.pruneNotes();
   */
  pruneNotes(options: EditNotesOptions = {}): ObjectId[] {
    return pruneNotes(this.writeContext, options);
  }

  /** Merges the notes of another ref into some. @throws {GovcError} ref-missing, ref-name-invalid, config-invalid */
  mergeNotes(from: string, options: EditNotesOptions & { readonly strategy?: NotesMergeStrategy | undefined } = {}): NotesMerge {
    return mergeNotesRefs(this.writeContext, from, options);
  }

  /** Ends a merge of notes that had conflicts, with what is to be noted about the objects in conflict. @throws {GovcError} config-invalid */
  finishNotesMerge(partial: ObjectId, resolved: ReadonlyMap<ObjectId, Uint8Array>, options: EditNotesOptions = {}): ObjectId {
    return finishNotesMerge(this.writeContext, { partial, resolved }, options);
  }

  /**
   * Makes commits again on top of `HEAD`: single ones in the order given, or ranges, the oldest first.
   *
   * @returns what was made, or a state as plain data where someone has to decide; what was made before that stays.
   * @throws {GovcError} replay-invalid: no commit is named, or a merge without `mainline`; revision-invalid, config-invalid
   * @example
   * const result = repository.cherryPick(['main..topic'], { recordOrigin: true });
   * if (result.kind === 'stopped') console.log(result.state.stop.conflicts);
   */
  cherryPick(revisions: readonly string[], options: SequenceOptions = {}): SequenceResult {
    return replayCommits(this.writeContext, { kind: 'cherry-pick', revisions }, options);
  }

  /**
   * Makes commits on top of `HEAD` that undo others, the newest of a range first.
   *
   * @throws {GovcError} as `cherryPick`
   * @example
   * const result = repository.revert(['HEAD']);
   * if (result.kind === 'stopped') repository.abortSequence(result.state);
   */
  revert(revisions: readonly string[], options: SequenceOptions = {}): SequenceResult {
    return replayCommits(this.writeContext, { kind: 'revert', revisions }, options);
  }

  /**
   * Goes on with a cherry-pick or revert after a stop.
   *
   * @throws {GovcError} index-unmerged: a conflict is left; nothing-to-commit, replay-invalid
   * @example
   * const result = repository.cherryPick(['topic']);
   * if (result.kind === 'stopped') repository.continueSequence(result.state, { tree: repository.commitAt('topic').tree });
   */
  continueSequence(state: SequenceState, resolution: ReplayResolution & ReplayEnvironment = {}): SequenceResult {
    return continueSequence(this.writeContext, state, resolution);
  }

  /** Goes on without the commit at which it stopped. @throws {GovcError} replay-invalid */
  skipSequence(state: SequenceState, environment: ReplayEnvironment = {}): SequenceResult {
    return skipSequence(this.writeContext, state, environment);
  }

  /** Goes back to where a cherry-pick or revert began. @throws {GovcError} replay-invalid: `HEAD` was moved since */
  abortSequence(state: SequenceState): void {
    abortSequence(this.writeContext, state);
  }

  /**
   * Lays the changes of commits, or their reverse, over the files of `HEAD` and commits nothing (`-n`).
   *
   * @param options.tree the files to begin with. Default: those of `HEAD`.
   * @throws {GovcError} as `cherryPick`
   * @example
   * const { tree } = repository.applyChanges('cherry-pick', ['topic']);
   */
  applyChanges(kind: SequenceKind, revisions: readonly string[], options: SequenceOptions & { readonly tree?: ObjectId | undefined } = {}): UncommittedChanges {
    return applyCommits(this.writeContext, { kind, revisions, tree: options.tree }, options);
  }

  /**
   * Makes the commits of a branch again on top of another place, by a list that may be edited first.
   *
   * @param upstream what the branch is compared with and, without `onto`, goes onto; `undefined` with `root`
   * @returns what was made, or a state as plain data where someone has to decide; until then `HEAD` is detached there.
   * @throws {GovcError} replay-invalid, revision-invalid, config-invalid
   * @example
   * const result = repository.rebase('main', { branch: 'topic', autosquash: true });
   * if (result.kind === 'stopped') console.log(result.state.stop);
   */
  rebase(upstream: string | undefined, options: StartRebaseOptions = {}): RebaseResult {
    return startRebase(this.writeContext, upstream, options);
  }

  /**
   * What a rebase would do: its list, to be shown or edited.
   *
   * @throws {GovcError} as `rebase`
   * @example
   * for (const { command } of repository.planRebase('main', { branch: 'topic' }).todo) console.log(command);
   */
  planRebase(upstream: string | undefined, options: RebaseOptions = {}): RebasePlan {
    return planRebase(this.writeContext, upstream, options);
  }

  /** Goes on with a rebase after a stop. @throws {GovcError} index-unmerged: a conflict is left; replay-invalid */
  continueRebase(state: RebaseState, resolution: ReplayResolution & ReplayEnvironment = {}): RebaseResult {
    return continueRebase(this.writeContext, state, resolution);
  }

  /**
   * Goes on without what it stopped at.
   *
   * @throws {GovcError} replay-invalid
   * @example
   * const result = repository.rebase('main', { branch: 'topic' });
   * if (result.kind === 'stopped') repository.skipRebase(result.state);
   */
  skipRebase(state: RebaseState, environment: ReplayEnvironment = {}): RebaseResult {
    return skipRebase(this.writeContext, state, environment);
  }

  /** Puts `HEAD` back to where a rebase began; no branch was moved. */
  abortRebase(state: RebaseState): void {
    abortRebase(this.writeContext, state);
  }

  /**
   * Puts files away as the newest stash. What is staged here stays staged.
   *
   * @throws {GovcError} nothing-to-commit: the files are those of `HEAD`; replay-invalid: there is no commit yet; config-invalid
   * @example
   * const { tree } = repository.commitAt('topic');
   * const stash = repository.stash({ workTree: tree }, { message: 'for later' });
   * console.log(stash.id);
   */
  stash(content: StashContent, options: StashOptions = {}): StashEntry {
    return pushStash(this.writeContext, content, options);
  }

  /**
   * Writes the commits of a stash without putting it on the list.
   *
   * @throws {GovcError} as `stash`
   * @example
   * const { tree } = repository.commitAt('topic');
   * repository.storeStash(repository.createStash({ workTree: tree }));
   */
  createStash(content: StashContent, options: StashOptions = {}): ObjectId {
    return createStash(this.writeContext, content, options);
  }

  /** Puts such a commit on the list. @throws {GovcError} replay-invalid: it is no stash; revision-invalid */
  storeStash(revision: string, options: StashOptions = {}): void {
    storeStash(this.writeContext, revision, options);
  }

  /**
   * Lays a stash over the files of now, and gives what they are to be.
   *
   * @throws {GovcError} stash-missing, replay-invalid, index-unmerged
   * @example
   * const { tree } = repository.applyStash(1);
   */
  applyStash(stash: number | string = 0, options: ApplyStashOptions = {}): AppliedStash {
    return applyStash(this.writeContext, stash, options);
  }

  /**
   * Applies a stash and drops it, unless it conflicts.
   *
   * @throws {GovcError} stash-missing, replay-invalid, index-unmerged
   * @example
   * const { tree } = repository.popStash();
   */
  popStash(position = 0, options: ApplyStashOptions = {}): AppliedStash {
    return popStash(this.writeContext, position, options);
  }

  /**
   * Takes a stash off the list.
   *
   * @throws {GovcError} stash-missing
   * @example
   * repository.dropStash(1);
   */
  dropStash(position = 0): void {
    dropStash(this.writeContext, position);
  }

  /** Takes all stashes off the list. */
  clearStashes(): void {
    clearStashes(this.writeContext);
  }

  /**
   * Makes a branch where a stash was made, and applies the stash there.
   *
   * @throws {GovcError} stash-missing, ref-conflict, ref-name-invalid
   * @example
   * repository.branchStash('from-stash');
   */
  branchStash(name: string, position = 0, options: { readonly committer?: Person | undefined } = {}): AppliedStash {
    return branchStash(this.writeContext, name, { ...options, position });
  }

  /**
   * Moves the branch of `HEAD` to a revision.
   *
   * @param mode `soft` keeps what is staged; the others forget it. Default: `mixed`. The files of the result are for whoever has a working tree.
   * @throws {GovcError} revision-invalid, config-invalid
   * @example
   * const { id, tree } = repository.reset('HEAD~1');
   */
  reset(revision = 'HEAD', mode: ResetMode = 'mixed', options: { readonly committer?: Person | undefined } = {}): ResetResult {
    const result = resetHead(this.writeContext, revision, options);
    if (mode !== 'soft') this.unstage();
    return result;
  }

  /**
   * Makes the last commit again with another message, author or files, and with what is staged.
   *
   * @throws {GovcError} replay-invalid: there is no commit, or no message; nothing-to-commit, config-invalid
   * @example
   * repository.add('README.md', '# Mended\n');
   * const { id } = repository.amend({ message: 'A better message' });
   */
  amend(options: AmendOptions = {}): CommitInfo {
    const tree = options.tree ?? (this.#stage.isEmpty ? undefined : this.writeTree());
    const commit = amendCommit(this.writeContext, { ...options, tree });
    this.#stage.clear();
    return commit;
  }

  /**
   * The message of a commit that a later rebase squashes into another.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch
   * @example
   * repository.add('README.md', '# Mended\n');
   * repository.commit(repository.fixupMessage('fixup', 'HEAD~2'));
   */
  fixupMessage(kind: FixupKind, revision: string, body?: string): string {
    return fixupMessageFor(this.context, kind, { revision, body });
  }

  /** Who signs where the configuration says so. */
  protected get signer(): ImmediateSigner | undefined {
    return undefined;
  }

  /** What the writing verbs work on. */
  protected get writeContext(): WriteContext {
    return {
      ...this.context,
      propose: (proposal, edit) => this.propose(proposal, edit),
      identity: (person) => this.identity(person),
      signer: this.signer,
    };
  }

  /** A person with everything filled in. @throws {GovcError} config-invalid: nobody is named anywhere. */
  protected identity(person: Person | undefined): Identity {
    const { config } = this.snapshot;
    const name = person?.name ?? config.get('user.name');
    const email = person?.email ?? config.get('user.email');
    if (name === undefined || email === undefined) {
      throw new GovcError('config-invalid', 'Nobody is named as author: pass one, or set user.name and user.email.', {
        name: 'user.name',
      });
    }
    const timeSeconds = person?.timeSeconds ?? Math.floor(this.clock() / 1000);
    return { name, email, timeSeconds, timezone: person?.timezone ?? '+0000' };
  }

  /** A reflog line by whoever the configuration names, or none. */
  #note(message: string): ReflogNote | undefined {
    const { config } = this.snapshot;
    const name = config.get('user.name') ?? 'govc';
    const email = config.get('user.email') ?? 'govc@localhost';
    return { identity: { name, email, timeSeconds: Math.floor(this.clock() / 1000), timezone: '+0000' }, message };
  }
}
