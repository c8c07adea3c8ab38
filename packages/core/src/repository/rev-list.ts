import { diffTrees } from '../diff/tree-diff.js';
import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { listObjects, type ListedObject, type ListObjectsRequest } from '../history/list-objects.js';
import { patchIdOfChanges } from '../history/patch-id.js';
import { revList, type RevisionCount, countRevisions } from '../history/rev-list.js';
import type { RevListEntry, RevListOptions, RevListRequest, ReflogWalk } from '../history/rev-list-options.js';
import type { Job } from '../job/job.js';
import { parsePathspec, type Pathspec } from '../pattern/pathspec.js';
import { SparsePatterns } from '../pattern/sparse.js';
import { compileTextPattern, type PatternSyntax, type TextPattern } from '../pattern/text-pattern.js';
import { HEAD, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import { parseApproxidate } from '../walk/approxidate.js';
import { parseFilter } from '../walk/filter.js';
import { findRefByShortName } from '../walk/revision/find-ref.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import { resolveRevision } from '../walk/revision/resolve-revision.js';
import type { ReadContext } from './read-context.js';
import { revisionContext } from './resolve.js';
import { readStarts } from './rev-list-starts.js';

/** A moment: seconds since 1970, or text as Git's options read it, such as `2 weeks ago`. */
export type Moment = number | string;

type PlainOptions = Omit<RevListOptions,
  'pathspec' | 'sinceSeconds' | 'sinceFilterSeconds' | 'untilSeconds' | 'authors' | 'committers' | 'grep' | 'grepReflog' |
  'ancestryPath'>;

/** Which commits of a repository are asked for: the options of git-rev-list(1) and git-log(1) that choose and order commits. */
export interface RevListQuery extends PlainOptions {
  /**
   * Revisions and ranges as `git rev-list` takes them (`main`, `^v1.0`, `a..b`, `a...b`), and `--all`, `--branches[=<pattern>]`,
   * `--tags[=…]`, `--remotes[=…]`, `--glob=…`, `--exclude=…`, `--not` among them. Default: `HEAD`.
   */
  readonly revisions?: readonly string[] | undefined;
  /** Revisions that name nothing are passed over. */
  readonly ignoreMissing?: boolean | undefined;
  /** Only commits that change one of these: elements of a pathspec. */
  readonly paths?: readonly string[] | undefined;
  /** Ends lines of history at commits that are older. */
  readonly since?: Moment | undefined;
  /** Leaves out older commits, but walks on below them. */
  readonly sinceAsFilter?: Moment | undefined;
  readonly until?: Moment | undefined;
  /** The author, `name <email>`, matches one of these patterns; a single text is one pattern. */
  readonly author?: string | readonly string[] | undefined;
  readonly committer?: string | readonly string[] | undefined;
  /** A line of the message matches one of these patterns. */
  readonly grep?: string | readonly string[] | undefined;
  /** The message of the reflog entry matches; with `walkReflogs`. */
  readonly grepReflog?: string | readonly string[] | undefined;
  /** How all patterns are written. Default: `basic`. */
  readonly patternSyntax?: PatternSyntax | undefined;
  readonly ignoreCase?: boolean | undefined;
  /** Only commits between these revisions and the tips or on the way to them; `true`: what is left out. */
  readonly ancestryPath?: true | readonly string[] | undefined;
  /** Walks the reflogs of the revisions, which must be refs, instead of parents. */
  readonly walkReflogs?: boolean | undefined;
}

/**
 * The commits that a query asks for. Lazy where Git streams.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing, object-type-mismatch, pathspec-invalid, pattern-invalid
 */
export function listRevisions(context: ReadContext, query: RevListQuery = {}): Generator<RevListEntry, void, void> {
  return revList(readQuery(context, query));
}

/** How many there are. @throws {GovcError} as {@link listRevisions} */
export function countQuery(context: ReadContext, query: RevListQuery = {}): Job<RevisionCount> {
  return countRevisions(readQuery(context, query));
}

/** Which objects of a repository are listed. */
export interface ListObjectsQuery extends RevListQuery {
  /** A filter-spec of git-rev-list(1), such as `blob:none`. Default: nothing is left out. */
  readonly filter?: string | undefined;
  /** Lists trees and blobs right behind their commit. Default: behind all commits. */
  readonly inCommitOrder?: boolean | undefined;
}

/**
 * The objects that a query reaches, as `git rev-list --objects` lists them.
 *
 * @throws {GovcError} as {@link listRevisions}; protocol-error: not a filter-spec, or one that names nothing; limit-exceeded
 */
export function listQueriedObjects(context: ReadContext, query: ListObjectsQuery = {}): Generator<ListedObject, void, void> {
  const { filter, inCommitOrder, ...rest } = query;
  return listObjects({
    ...readQuery(context, rest),
    inCommitOrder,
    filter: filter === undefined ? undefined : parseFilter(filter),
    findSparse: (revision) => {
      const found = context.snapshot.objects.find(resolveRevision(revisionContext(context), revision));
      return found?.type === 'blob' ? SparsePatterns.parse(found.body) : undefined;
    },
  });
}

/** The walk that a query describes. */
export function readQuery(context: ReadContext, query: RevListQuery): RevListRequest & Pick<ListObjectsRequest, 'objectStarts'> {
  const { snapshot, graph } = context;
  const { revisions = [], ignoreMissing = false } = query;
  const request = { graph, objects: snapshot.objects, shallow: snapshot.shallow };
  const options = readOptions(context, query);
  if (query.walkReflogs === true) {
    return { ...request, options, starts: [], objectStarts: [], reflogs: readReflogs(context, revisions.length === 0 ? [HEAD] : revisions) };
  }
  const given = readStarts(context, revisions, { ignoreMissing });
  const isHead = !given.isGiven && findRefId(snapshot.refs, HEAD) !== undefined;
  const { starts, objectStarts } = isHead ? readStarts(context, [HEAD], { ignoreMissing }) : given;
  return {
    ...request,
    options,
    starts,
    objectStarts,
    decorated: query.simplifyByDecoration === true ? decoratedCommits(context) : undefined,
    patchIdOf: query.cherry === undefined ? undefined : (id) => patchIdIn(context, id, options.pathspec),
  };
}

function readOptions(context: ReadContext, query: RevListQuery): RevListOptions {
  const { paths, since, sinceAsFilter, until, author, committer, grep, grepReflog, ancestryPath, ...plain } = query;
  const patterns = (texts: string | readonly string[] | undefined): TextPattern[] | undefined =>
    (typeof texts === 'string' ? [texts] : texts)?.map((text) =>
      compileTextPattern(text, { syntax: query.patternSyntax, ignoreCase: query.ignoreCase }));
  return {
    ...plain,
    pathspec: readPathspec(paths),
    sinceSeconds: secondsOf(context, since),
    sinceFilterSeconds: secondsOf(context, sinceAsFilter),
    untilSeconds: secondsOf(context, until),
    authors: patterns(author),
    committers: patterns(committer),
    grep: patterns(grep),
    grepReflog: patterns(grepReflog),
    ancestryPath: ancestryPath === undefined || ancestryPath === true ? ancestryPath
      : ancestryPath.map((revision) => commitOf(context, revision)),
  };
}

/** The pathspec of elements; `undefined` without any. @throws {GovcError} pathspec-invalid */
export function readPathspec(paths: readonly string[] | undefined): Pathspec | undefined {
  return paths === undefined || paths.length === 0 ? undefined : parsePathspec(paths);
}

function secondsOf(context: ReadContext, moment: Moment | undefined): number | undefined {
  if (typeof moment !== 'string') return moment;
  return parseApproxidate(moment, { nowSeconds: Math.floor(context.clock() / 1000), zone: context.zone });
}

/** The commit that a revision names, through tags. @throws {GovcError} revision-invalid, object-type-mismatch, object-missing */
export function commitOf(context: ReadContext, revision: string): ObjectId {
  const id = resolveRevision(revisionContext(context), revision, { expected: 'committish' });
  const object = findThroughTags(context.snapshot, id);
  if (object?.type === 'commit') return object.id;
  throw new GovcError('object-type-mismatch', `"${revision.slice(0, 200)}" names no commit.`, { id, expected: 'commit' });
}

/** The commits that refs name, through tags. */
function decoratedCommits({ snapshot }: ReadContext): Set<ObjectId> {
  const found = new Set<ObjectId>();
  const add = (name: RefName): void => {
    const id = findRefId(snapshot.refs, name);
    const object = id === undefined ? undefined : findThroughTags(snapshot, id);
    if (object?.type === 'commit') found.add(object.id);
  };
  for (const [name] of snapshot.refs.entries('refs/')) add(name as RefName);
  add(HEAD);
  return found;
}

/** The patch id of what a commit does to the paths that count; merges have none. */
function patchIdIn({ snapshot, graph }: ReadContext, id: ObjectId, pathspec: Pathspec | undefined): string | undefined {
  const { objects, algorithm } = snapshot;
  const commit = graph.numberOf(id);
  graph.mustRead(commit, objects);
  if (graph.parentCountOf(commit) > 1) return undefined;
  let old: ObjectId | undefined;
  if (graph.parentCountOf(commit) === 1 && !snapshot.shallow.has(id)) {
    const parent = graph.parentOf(commit, 0);
    graph.mustRead(parent, objects);
    old = graph.treeIdOf(parent);
  }
  const changes = diffTrees(objects, algorithm, old, graph.treeIdOf(commit), pathspec === undefined ? {} : { pathspec });
  return patchIdOfChanges(changes, { source: { objects }, algorithm });
}

function readReflogs(context: ReadContext, revisions: readonly string[]): ReflogWalk[] {
  return revisions.map((text) => {
    const name = findRefByShortName(context.snapshot.refs, text)?.name;
    if (name === undefined) throw new GovcError('revision-invalid', `"${text.slice(0, 200)}" is no ref, so it has no reflog.`, { revision: text });
    return { name: text, entries: context.reflogs.find(name) ?? [] };
  });
}
