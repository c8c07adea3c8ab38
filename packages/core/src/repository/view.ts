import { GovcError } from '../errors.js';
import type { BundleHeader } from '../history/bundle-header.js';
import type { BundleCheck, WrittenBundle } from '../history/bundle.js';
import type { ListedObject } from '../history/list-objects.js';
import type { RevisionCount } from '../history/rev-list.js';
import type { RevListEntry } from '../history/rev-list-options.js';
import type { AheadBehind } from '../walk/ahead-behind.js';
import type { FastExportResult } from '../history/fast-export.js';
import type { FsckRepositoryOptions, RepositoryFinding } from '../history/fsck-repository.js';
import type { Job, Progress } from '../job/job.js';
import type { ObjectId } from '../hash/object-id.js';
import type { GrepFile } from '../history/grep.js';
import type { GrepExpression } from '../history/grep-expression.js';
import type { BlameResult } from '../history/blame-request.js';
import { runJob } from '../job/job.js';
import { BRANCH_PREFIX, HEAD, TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import type { RefValue } from '../ref/ref-value.js';
import type { ReflogEntry } from '../ref/reflog.js';
import { findRefId, resolveRef } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import type { BisectOutcome } from '../history/bisect.js';
import type { BisectState } from '../history/bisect-state.js';
import type { Mailmap } from '../history/mailmap.js';
import type { NameRevOptions } from '../history/name-rev.js';
import type { RangeDiffPair } from '../history/range-diff.js';
import type { ShortlogGroup } from '../history/shortlog.js';
import type { ReflogSource } from '../store/reflogs.js';
import { NO_GRAFTS, type Grafts } from '../store/replace.js';
import type { RerereCache } from '../store/rerere-cache.js';
import { type CommitGraph } from '../walk/commit-graph.js';
import { resolveRange, type RevisionRange } from '../walk/revision/resolve-range.js';
import { archiveRevision, type ArchiveOptions } from './archive.js';
import { createBundle, verifyBundle, type BundleOptions } from './bundle.js';
import type { ZoneOffset } from '../object/calendar-time.js';
import type { Clock } from './clock.js';
import { blameFile, type BlameOptions } from './blame.js';
import {
  commitPatch, diffRevisions, diffRevisionsPatch, diffRevisionsPatches, type CommitPatchOptions, type DiffPatchOptions, type DiffResult,
} from './diff.js';
import type { DiffOptions } from './diff-job.js';
import { compareRanges, type RangeDiffQuery } from './range-diff.js';
import { grepRevision, type GrepOptions } from './grep.js';
import { walkChangeLog, type ChangeLogEntry, type ChangeLogQuery } from './change-log.js';
import { walkLineLog, type LineLogCommit, type LineLogOptions, type LinesOfFile } from './line-log.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import { walkLog, type LogEntry, type LogOptions } from './log.js';
import { findLastModified, type LastModifiedOptions } from './last-modified.js';
import { countAheadBehind, findForkPoint, findMergeBases, isAncestorOf, type MergeBaseOptions } from './merge-base.js';
import { listStashes, readStash, type Stash, type StashEntry } from './stash.js';
import { listNotes, readNote, type NotesOptions } from './notes.js';
import type { Note } from '../history/notes-tree.js';
import { exportRevisions, type FastExportQuery } from './fast-export.js';
import { mergeTree, type MergeTreeOptions, type MergeTreeResult } from './merge-tree.js';
import { checkRepository } from './fsck.js';
import type { ReadContext } from './read-context.js';
import { countQuery, listQueriedObjects, listRevisions, type ListObjectsQuery, type RevListQuery } from './rev-list.js';
import { listTree, readFile, type FileContent, type ListedEntry } from './read-tree.js';
import { beginBisect, continueBisect, resumeBisect, type BisectQuery } from './bisect.js';
import {
  describeRevisions, groupCommits, nameObjects, readMailmap, type DescribedCommit, type DescribeOptions, type ShortlogQuery,
} from './naming.js';
import { readReflog } from './reflog.js';
import { listReplacements, ReplacedContexts, type Replacement } from './replace.js';
import { peelTag, peelToCommit, peelToTree, resolveText, revisionContext } from './resolve.js';
import { verifyObject, type SignatureCheck, type Verifier } from './sign.js';

/** Where `HEAD` stands. */
export interface Head {
  /** The branch, as a full name; `undefined` when `HEAD` names a commit itself (detached). */
  readonly ref: RefName | undefined;
  /** The commit; `undefined` on a branch without commits (unborn). */
  readonly id: ObjectId | undefined;
}

/** A branch or tag. */
export interface NamedRef {
  /** The short name: `main`, `v1.0`. */
  readonly name: string;
  readonly ref: RefName;
  /** What the ref names; for an annotated tag the tag object. */
  readonly id: ObjectId;
}

/** An annotated or lightweight tag. */
export interface TagRef extends NamedRef {
  /** What the tag stands for, with tag objects followed. */
  readonly target: ObjectId;
}

/**
 * The reading verbs: what can be asked of a repository, a reality or a transaction. Each call reads the
 * snapshot that is current at that moment.
 */
export abstract class View {
  #replaced: ReplacedContexts | undefined;

  /** Commits read so far; they are facts, so they serve every snapshot. */
  protected readonly graph: CommitGraph;

  protected readonly clock: Clock;

  /** The zone of dates that name none; `undefined` for UTC. */
  protected readonly zone: ZoneOffset | undefined;

  protected constructor(graph: CommitGraph, clock: Clock, zone?: ZoneOffset) {
    this.graph = graph;
    this.clock = clock;
    this.zone = zone;
  }

  /** The state that is read now, as an immutable value that may be kept. */
  abstract get snapshot(): Snapshot;

  /** The logs of the refs of that state. */
  protected abstract get reflogs(): ReflogSource;

  /** Parents that commits have for reading. The same for the whole life. */
  protected get grafts(): Grafts {
    return NO_GRAFTS;
  }

  /** Where resolutions of conflicts are recorded when a verb is told nothing else; `undefined`: nowhere. */
  protected findRerere(): RerereCache | undefined {
    return undefined;
  }

  /** What the reading verbs and plumbing work on; replaced objects (`refs/replace/`) and grafts are read in the place of others. */
  get context(): ReadContext {
    this.#replaced ??= new ReplacedContexts(this.grafts);
    return this.#replaced.of(this.storedContext);
  }

  /** The same without replacements: for what packs, serves and checks. */
  get storedContext(): ReadContext {
    return {
      snapshot: this.snapshot, graph: this.graph, reflogs: this.reflogs, clock: this.clock, zone: this.zone, findRerere: () => this.findRerere(),
    };
  }

  /**
   * Where `HEAD` stands.
   *
   * @example
   * const { ref, id } = repository.head();
   */
  head(): Head {
    const { refs } = this.snapshot;
    const value = refs.get(HEAD);
    if (value === undefined) return { ref: undefined, id: undefined };
    if (value.kind === 'direct') return { ref: undefined, id: value.id };
    const end = resolveRef(refs, HEAD);
    return { ref: end?.name ?? value.target, id: end?.id };
  }

  /**
   * All refs whose full name begins with `prefix` (default: all), ordered by name.
   *
   * @example
   * for (const { name, value } of repository.refs('refs/tags/')) console.log(name, value.kind);
   */
  *refs(prefix = ''): Generator<{ readonly name: RefName; readonly value: RefValue }, void, void> {
    for (const [name, value] of this.snapshot.refs.entries(prefix)) yield { name: name as RefName, value };
  }

  /**
   * The branches, ordered by name.
   *
   * @example
   * for (const { name, id } of repository.branches()) console.log(name, id);
   */
  branches(): NamedRef[] {
    return this.#named(BRANCH_PREFIX);
  }

  /**
   * The tags, ordered by name.
   *
   * @throws {GovcError} object-missing
   * @example
   * for (const { name, target } of repository.tags()) console.log(name, target);
   */
  tags(): TagRef[] {
    const { snapshot } = this.context;
    return this.#named(TAG_PREFIX).map((tag) => ({ ...tag, target: peelTag(snapshot, tag.id) }));
  }

  /**
   * The object that a revision names, with the whole syntax of gitrevisions(7).
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous: `data.kind` says why, see `RevisionProblem`
   * @example
   * const parent = repository.resolve('HEAD~1');
   * const readme = repository.resolve('main:README.md');
   */
  resolve(revision: string): ObjectId {
    return resolveText(this.context, revision);
  }

  /**
   * The objects that a range such as `main..topic` begins with and ends at; a single revision is one, too.
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous
   * @example
   * const { include, exclude } = repository.resolveRange('v1.0..HEAD');
   */
  resolveRange(range: string): RevisionRange {
    return resolveRange(revisionContext(this.context), range);
  }

  /**
   * What a ref was, newest first: the first entry is how it came to be what it is, and entry `n` is what `ref@{n}` names.
   * Empty where the ref has no log.
   *
   * @param ref a full or short name. Default: `HEAD`.
   * @throws {GovcError} io-failed
   * @example
   * for (const { newId, message } of repository.reflog('main')) console.log(newId, message);
   */
  reflog(ref = 'HEAD'): ReflogEntry[] {
    return readReflog(this.context, ref);
  }

  /**
   * The name of a commit after the last tag in its history, as `git describe`. For many commits, see `describer`.
   *
   * @throws {GovcError} name-missing, revision-invalid, object-id-ambiguous, object-type-mismatch
   * @example
   * const { text } = repository.describe('HEAD', { tags: true, always: true });
   */
  describe(revision = 'HEAD', options: DescribeOptions = {}): DescribedCommit {
    return describeRevisions(this.context, options)(revision);
  }

  /**
   * As {@link View.describe} for many commits of the present state: refs are read once.
   *
   * @example
   * const describe = repository.describer({ always: true });
   * for (const { id } of repository.log({ limit: 3 })) console.log(describe(id).text);
   */
  describer(options: DescribeOptions = {}): (revision: string) => DescribedCommit {
    return describeRevisions(this.context, options);
  }

  /**
   * Names after refs that lead to commits, such as `tags/v1.0~3`, as `git name-rev`; `undefined` where none does.
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous
   * @example
   * const [name] = repository.nameRev(['HEAD~3'], { tags: true });
   */
  nameRev(revisions: readonly string[], options: NameRevOptions = {}): (string | undefined)[] {
    return nameObjects(this.context, revisions, options);
  }

  /**
   * Looks for the commit that brought something, as `git bisect`: gives a commit to test, and the state as plain data that
   * may be kept until the test is done.
   *
   * @throws {GovcError} bisect-invalid, revision-invalid, object-id-ambiguous
   * @example
   * let { step, state } = repository.bisect({ bad: 'HEAD', good: ['v1.0'] });
   * while (step.kind === 'test') ({ step, state } = repository.bisectMark(state, test(step.id) ? 'good' : 'bad'));
   */
  bisect(query: BisectQuery = {}): BisectOutcome {
    return beginBisect(this.context, query);
  }

  /**
   * Records what a test found (a term, or `skip`) and gives the next step.
   *
   * @param revisions Default: the commit that was to be tested.
   * @throws {GovcError} bisect-invalid, revision-invalid, object-id-ambiguous
   * @example
   * const begun = repository.bisect({ bad: 'HEAD', good: ['v1.0'] });
   * const { step } = repository.bisectMark(begun.state, 'skip');
   */
  bisectMark(state: BisectState, mark: string, revisions?: readonly string[]): BisectOutcome {
    return continueBisect(this.context, state, { mark, revisions });
  }

  /** The bisection that a log (`formatBisectLog`, `git bisect log`) tells of. @throws {GovcError} bisect-invalid */
  bisectReplay(log: string): BisectOutcome {
    return resumeBisect(this.context, log);
  }

  /**
   * The mailmap of `HEAD` or `mailmap.blob`; `files` win over it.
   *
   * @example
   * const mailmap = repository.mailmap([new TextEncoder().encode('Dev <dev@example.com> <old@example.com>\n')]);
   */
  mailmap(files: readonly Uint8Array[] = []): Mailmap {
    return readMailmap(this.context, files);
  }

  /**
   * Commits by who made them, as `git shortlog`.
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing
   * @example
   * for (const { name, count } of repository.shortlog({ byCount: true, summary: true })) console.log(count, name);
   */
  shortlog(query: ShortlogQuery = {}): ShortlogGroup[] {
    return groupCommits(this.context, query);
  }

  /**
   * The commit that a revision (default: `HEAD`) names, through tags.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, object-missing
   * @example
   * const { author, message } = repository.commitAt('HEAD~1');
   */
  commitAt(revision = 'HEAD'): CommitInfo {
    const { snapshot } = this.context;
    return readCommit(snapshot, peelToCommit(snapshot, resolveText(this.context, revision, 'committish')));
  }

  /**
   * Commits that a revision reaches, newest first. Lazy; on an unborn `HEAD` there are none.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, object-missing
   * @example
   * for (const commit of repository.log({ limit: 10 })) console.log(commit.id, commit.message);
   */
  log(options: LogOptions = {}): Generator<LogEntry, void, void> {
    return walkLog(this.context, options);
  }

  /**
   * The commits that a query asks for, in the order of `git rev-list`, without reading what they say.
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing, object-type-mismatch
   * @example
   * for (const { id } of repository.revList({ revisions: ['--all', '^HEAD~10'], order: 'topo', paths: ['src'] })) console.log(id);
   */
  revList(query: RevListQuery = {}): Generator<RevListEntry, void, void> {
    return listRevisions(this.context, query);
  }

  /**
   * The objects that a query reaches, each once, in the order of `git rev-list --objects`.
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing, object-type-mismatch, protocol-error, limit-exceeded
   * @example
   * for (const { id, path } of repository.listObjects({ revisions: ['HEAD', '^HEAD~10'], filter: 'blob:none' })) console.log(id, path);
   */
  listObjects(query: ListObjectsQuery = {}): Generator<ListedObject, void, void> {
    return listQueriedObjects(this.context, query);
  }

  /**
   * How many commits a query asks for, on each side of `a...b`.
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing, object-type-mismatch
   * @example
   * console.log(repository.countRevisions({ revisions: ['HEAD'] }).right);
   */
  countRevisions(query: RevListQuery = {}): RevisionCount {
    return runJob(countQuery(this.context, query));
  }

  /**
   * The best common ancestors of revisions, as `git merge-base --all` gives them.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, object-missing
   * @example
   * const [base] = repository.mergeBase(['HEAD', 'HEAD~1']);
   */
  mergeBase(revisions: readonly string[], options: MergeBaseOptions = {}): ObjectId[] {
    return findMergeBases(this.context, revisions, options);
  }

  /**
   * Whether a revision is reached from another (default: `HEAD`).
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, object-missing
   * @example
   * console.log(repository.isAncestor('HEAD~1'));
   */
  isAncestor(ancestor: string, descendant = 'HEAD'): boolean {
    return isAncestorOf(this.context, ancestor, descendant);
  }

  /**
   * How many commits `one` has that `other` has not, and the other way round.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, object-missing
   * @example
   * const { ahead, behind } = repository.aheadBehind('HEAD', 'HEAD~1');
   */
  aheadBehind(one: string, other: string): AheadBehind {
    return countAheadBehind(this.context, one, other);
  }

  /**
   * The commit that last changed each entry of a folder (default: the root): what `git log -1 -- <path>` gives for each, found in
   * one walk.
   *
   * @throws {GovcError} path-missing, revision-invalid, object-type-mismatch, object-missing
   * @example
   * for (const [path, commit] of repository.lastModified({ path: 'src', recursive: true })) console.log(path, commit);
   */
  lastModified(options: LastModifiedOptions = {}): Map<string, ObjectId> {
    return findLastModified(this.context, options);
  }

  /**
   * Where a revision (default: `HEAD`) has left a branch that may have been rewound since.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, object-missing
   * @example
   * console.log(repository.forkPoint('main'));
   */
  forkPoint(branch: string, revision = 'HEAD'): ObjectId | undefined {
    return findForkPoint(this.context, branch, revision);
  }

  /**
   * Merges two revisions and changes nothing: `git merge-tree --write-tree`. Conflicts are in the result.
   *
   * @throws {GovcError} unrelated-histories, revision-invalid, object-missing, object-type-mismatch, config-invalid
   * @example
   * const { isClean, conflicts } = repository.mergeTree('main', 'topic');
   * if (!isClean) console.log(conflicts.map(({ path, kind }) => `${path}: ${kind}`));
   */
  mergeTree(ours: string, theirs: string, options: MergeTreeOptions = {}): MergeTreeResult {
    return mergeTree(this.context, { ours, theirs }, options);
  }

  /**
   * What differs between the trees of two revisions, with renames; `undefined` stands for an empty tree. Contents are
   * read when a file is asked for its lines.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, object-missing, pathspec-invalid, config-invalid
   * @example
   * for (const file of repository.diff('HEAD~1', 'HEAD').files) {
   *   console.log(file.status, file.path, file.addedCount, file.deletedCount);
   *   for (const hunk of file.hunks()) console.log(hunk.newStart, hunk.lines.length);
   * }
   */
  diff(from: string | undefined, to: string, options: DiffOptions = {}): DiffResult {
    return diffRevisions(this.context, { from, to }, options);
  }

  /**
   * The same as a patch, byte for byte that of `git diff`.
   *
   * @throws {GovcError} as {@link View.diff}
   * @example
   * const patch = repository.diffPatch('HEAD~1', 'HEAD', { paths: ['src'] });
   * console.log(new TextDecoder().decode(patch));
   */
  diffPatch(from: string | undefined, to: string, options: DiffPatchOptions = {}): Uint8Array {
    return diffRevisionsPatch(this.context, { from, to }, options);
  }

  /**
   * The same in pieces, one for each file that {@link View.diff} gives with the same options, in its order. Lazy.
   *
   * @throws {GovcError} as {@link View.diff}
   * @example
   * for (const piece of repository.diffPatches('HEAD~1', 'HEAD')) console.log(piece.length);
   */
  diffPatches(from: string | undefined, to: string, options: DiffPatchOptions = {}): Generator<Uint8Array, void, void> {
    return diffRevisionsPatches(this.context, { from, to }, options);
  }

  /**
   * What a commit (default: `HEAD`) changed, as the patch that `git show` prints; of a merge what differs from all parents.
   *
   * @throws {GovcError} as {@link View.diff}; limit-exceeded: a merge of too many parents
   * @example
   * const patch = repository.commitPatch('HEAD', { merges: 'first-parent' });
   * console.log(patch.length);
   */
  commitPatch(revision = 'HEAD', options: CommitPatchOptions = {}): Uint8Array {
    return commitPatch(this.context, revision, options);
  }

  /**
   * Two versions of a series of commits, matched and compared, as `git range-diff`: `old...new`, two ranges, or three revisions,
   * the base, the old and the new tip.
   *
   * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing; limit-exceeded: the ranges are too long
   * @example
   * for (const { status, subject } of repository.rangeDiff(['main', 'topic@{1}', 'topic'])) console.log(status, subject);
   */
  rangeDiff(ranges: readonly string[], query: RangeDiffQuery = {}): RangeDiffPair[] {
    return compareRanges(this.context, ranges, query);
  }

  /**
   * A file as it is in a revision (default: `HEAD`).
   *
   * @throws {GovcError} path-missing, revision-invalid, object-missing
   * @example
   * const { content, mode } = repository.readFile('README.md', 'v1.0');
   */
  readFile(path: string, revision = 'HEAD'): FileContent {
    const { snapshot } = this.context;
    return readFile(snapshot, this.#treeOf(snapshot, revision), path);
  }

  /**
   * The entries of a folder (`''`: the root) in a revision (default: `HEAD`), in Git's order.
   *
   * @throws {GovcError} path-missing, revision-invalid, object-missing
   * @example
   * for (const { path, mode } of repository.list('src', { recursive: true })) console.log(path, mode);
   */
  list(path = '', options: { readonly revision?: string; readonly recursive?: boolean } = {}): ListedEntry[] {
    const { revision = 'HEAD', recursive = false } = options;
    const { snapshot } = this.context;
    return [...listTree(snapshot, this.#treeOf(snapshot, revision), path, { recursive })];
  }

  /**
   * A tar, tar.gz or zip file of a revision (default: `HEAD`), in pieces, as `git archive` makes it. Lazy.
   *
   * @throws {GovcError} revision-invalid, object-type-mismatch, path-missing, pathspec-invalid, object-missing
   * @example
   * for (const piece of repository.archive('HEAD', { format: 'zip', prefix: 'project/' })) console.log(piece.length);
   */
  archive(revision = 'HEAD', options: ArchiveOptions = {}): Generator<Uint8Array, void, void> {
    return archiveRevision(this.context, revision, options);
  }

  /**
   * Which commit brought each line of a file, as `git blame` tells.
   *
   * @throws {GovcError} path-missing, revision-invalid, object-missing, object-type-mismatch
   * @example
   * for (const { line, count, commit } of repository.blame('README.md').ranges) console.log(line, count, commit);
   */
  blame(path: string, options: BlameOptions = {}): BlameResult {
    return runJob(blameFile(this.context, path, options));
  }

  /**
   * The same as a job, for whoever shares the thread.
   *
   * @throws {GovcError} as {@link View.blame}
   * @example
   * const job = repository.blameJob('README.md');
   * let step = job.next();
   * while (step.done !== true) step = job.next();
   * console.log(step.value.ranges.length);
   */
  blameJob(path: string, options: BlameOptions = {}): Job<BlameResult> {
    return blameFile(this.context, path, options);
  }

  /**
   * All notes, ordered by object.
   *
   * @throws {GovcError} ref-name-invalid, object-missing
   * @example
   * for (const { object, note } of repository.notes()) console.log(object, note);
   */
  notes(options: NotesOptions = {}): Note[] {
    return listNotes(this.context, options);
  }

  /**
   * The content of the note about an object, or `undefined`.
   *
   * @throws {GovcError} revision-invalid, ref-name-invalid, object-missing
   * @example
   * const note = repository.note('HEAD');
   * if (note !== undefined) console.log(new TextDecoder().decode(note));
   */
  note(object: string, options: NotesOptions = {}): Uint8Array | undefined {
    return readNote(this.context, object, options);
  }

  /**
   * A bundle of revisions (`main`, `^v1.0`, `v1.0..main`, `--all`) in pieces, with progress between them, as
   * `git bundle create` makes it. Lazy.
   *
   * @throws {GovcError} bundle-empty, revision-invalid, object-missing
   * @example
   * for (const step of repository.bundle(['--all'])) if (step instanceof Uint8Array) console.log(step.length);
   */
  bundle(revisions: readonly string[], options: BundleOptions = {}): Generator<Uint8Array | Progress, WrittenBundle, void> {
    return createBundle(this.storedContext, revisions, options);
  }

  /**
   * What stands in the way of taking a bundle in; `parseBundleHeader` gives its header.
   *
   * @throws {GovcError} unsupported: the bundle is of another hash.
   * @example
   * const { missing } = repository.checkBundle(parseBundleHeader(bytes).header);
   */
  checkBundle(header: BundleHeader): BundleCheck {
    return verifyBundle(this.storedContext, header);
  }

  /**
   * Looks for lines in the files of a revision, as `git grep` does. Lazy, file by file.
   *
   * @throws {GovcError} pattern-invalid, pathspec-invalid, revision-invalid, object-missing
   * @example
   * for (const { path, lines } of repository.grep({ any: ['TODO', 'FIXME'] }, { paths: ['src'] })) console.log(path, lines.length);
   */
  grep(expression: GrepExpression, options: GrepOptions = {}): Generator<GrepFile, void, void> {
    return grepRevision(this.context, expression, options);
  }

  /**
   * History as a stream for fast-import, as `git fast-export` writes it, in pieces with progress between them. Lazy.
   *
   * @throws {GovcError} export-refused, revision-invalid, object-missing, object-corrupt
   * @example
   * for (const step of repository.fastExport(['--all'])) if (step instanceof Uint8Array) console.log(step.length);
   */
  fastExport(
    revisions: readonly string[], query: FastExportQuery = {},
  ): Generator<Uint8Array | Progress, FastExportResult, void> {
    return exportRevisions(this.context, revisions, query);
  }

  /**
   * Commits with what they change: of some paths, of one file through its renames, or changes of some text. Lazy.
   *
   * @throws {GovcError} revision-invalid, pathspec-invalid, pattern-invalid, object-missing
   * @example
   * for (const { id, changes } of repository.changeLog({ follow: 'src/main.ts' })) console.log(id, changes[0]?.old?.path);
   */
  changeLog(query: ChangeLogQuery = {}): Generator<ChangeLogEntry, void, void> {
    return walkChangeLog(this.context, query);
  }

  /**
   * The commits that touched some lines, as `git log -L` finds them. Lazy.
   *
   * @throws {GovcError} line-range-invalid, path-missing, revision-invalid, object-missing
   * @example
   * for (const { id } of repository.lineLog([{ path: 'README.md', lines: '1,2' }])) console.log(id);
   */
  lineLog(lines: readonly LinesOfFile[], options: LineLogOptions = {}): Generator<LineLogCommit, void, void> {
    return walkLineLog(this.context, lines, options);
  }

  /**
   * Checks every object, all links from refs and reflogs, and the refs, as `git fsck --full` does. O(all bytes).
   *
   * @throws {GovcError} config-invalid: a setting of `fsck.*`
   * @example
   * const broken = repository.fsck().filter(({ kind }) => kind === 'missing' || kind === 'corrupt');
   */
  fsck(options: FsckRepositoryOptions = {}): RepositoryFinding[] {
    return checkRepository(this.storedContext, options);
  }

  /**
   * The objects that are read in the place of others, ordered by id.
   *
   * @example
   * for (const { id, replacement } of repository.replacements()) console.log(id, replacement);
   */
  replacements(): Replacement[] {
    return listReplacements(this.snapshot);
  }

  /**
   * The stashes, newest first.
   *
   * @throws {GovcError} io-failed
   * @example
   * for (const { id, message } of repository.stashes()) console.log(id, message);
   */
  stashes(): StashEntry[] {
    return listStashes(this.context);
  }

  /**
   * A stash with its parts, by its position or as a commit.
   *
   * @throws {GovcError} stash-missing, replay-invalid, revision-invalid
   * @example
   * const { id } = repository.stashAt(1);
   */
  stashAt(stash: number | string = 0): Stash {
    return readStash(this.context, stash);
  }

  /**
   * Checks the signature of a commit or tag.
   *
   * @throws {GovcError} revision-invalid, object-missing, object-type-mismatch; signature-failed: the check could not be made.
   * @example
   * const { state, signer } = await repository.verifySignature('v1.0', new SshVerifier(allowedSigners));
   */
  verifySignature(revision: string, verifier: Verifier): Promise<SignatureCheck> {
    return verifyObject(this.snapshot, resolveText(this.context, revision), verifier);
  }

  #treeOf(snapshot: Snapshot, revision: string): ObjectId {
    if (revision === 'HEAD' && findRefId(snapshot.refs, HEAD) === undefined) return snapshot.algorithm.emptyTreeId;
    return peelToTree(snapshot, resolveText(this.context, revision, 'treeish'));
  }

  #named(prefix: string): NamedRef[] {
    const found: NamedRef[] = [];
    const { refs } = this.snapshot;
    for (const [name] of refs.entries(prefix)) {
      const id = findRefId(refs, name as RefName);
      if (id !== undefined) found.push({ name: name.slice(prefix.length), ref: name as RefName, id });
    }
    return found;
  }
}

/** The error for a ref that does not exist. */
export function missingRef(name: string): GovcError {
  return new GovcError('ref-missing', `There is no ref "${name.slice(0, 200)}".`, { name: name.slice(0, 4096) });
}
