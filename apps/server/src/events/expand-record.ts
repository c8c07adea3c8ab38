import { setImmediate as nextTurn } from 'node:timers/promises';

import type { CommitInfo, ObjectId, Repository } from '@govc/core';
import { diffTrees, driveJob, isAncestor, revListJob } from '@govc/core/plumbing';

import { identityTime } from '../routes/times.js';
import type { EventRecord, EventType, RefMove } from './event-record.js';
import { eventId, type CommitSummary, type ServerEvent } from './server-event.js';

/** What a record is expanded with. */
export interface ExpandRequest {
  readonly repository: Repository;
  readonly repositoryId: string;
  readonly log: string;
  readonly signal: AbortSignal;
}

const COMMITS_LISTED = 50;
const COMMITS_COUNTED = 10_000;
const PATHS_OF_COMMIT = 300;
const PATHS_OF_MOVE = 3000;

/**
 * The events that a record stands for. The same record gives the same events while the repository has the objects; where it has lost them,
 * events without commits.
 */
export async function expandRecord(record: EventRecord, request: ExpandRequest): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const { sequence, timeMs, actor, origin, trace } = record;
  const add = (event: Pick<ServerEvent, 'type' | 'data'> & Partial<Pick<ServerEvent, 'action' | 'ref' | 'paths' | 'people'>>): void => {
    const people = [...actor === undefined ? [] : [actor.name, actor.email], ...event.people ?? []];
    events.push({
      id: eventId(request.log, sequence, events.length), repository: request.repositoryId, timestamp: new Date(timeMs).toISOString(),
      actor: actor ?? null, origin, trace, ...event, paths: 'paths' in event ? event.paths : [], people,
    });
  };
  const { note } = record;
  if (note !== undefined) add({ type: note.type, action: note.action, data: { action: note.action, ...note.data } });
  for (const move of record.moves ?? []) for (const event of await expandMove(move, origin, request)) add(event);
  return events;
}

type MoveEvent = Pick<ServerEvent, 'type' | 'data' | 'ref' | 'paths' | 'people'> & { readonly action?: string };

async function expandMove(move: RefMove, origin: string, request: ExpandRequest): Promise<MoveEvent[]> {
  const { ref, before, after } = move;
  const kind = ref.startsWith('refs/heads/') ? 'branch' : ref.startsWith('refs/tags/') ? 'tag' : ref === 'refs/stash' ? 'stash' : 'ref';
  const action = before === null ? 'created' : after === null ? 'deleted' : 'updated';
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  if (kind === 'stash') return [{ type: 'stash', action, ref, paths: [], people: [], data: { ref, action: action === 'deleted' ? 'dropped' : action, before, after } }];
  if (kind === 'ref') return [{ type: 'ref', action, ref, paths: [], people: [], data: { ref, action, before, after } }];
  if (kind === 'tag') {
    const data = { ref, action, tag: name, tag_name: name, before, after };
    return [pushOf(move, undefined), { type: 'tag', action, ref, paths: [], people: [], data }];
  }
  const news = after === null ? undefined : await findNews(move, request);
  const about = { ref, paths: news === undefined ? [] : news.paths, people: news?.people ?? [] };
  const events: MoveEvent[] = [pushOf(move, news)];
  for (const commit of news?.commits ?? []) {
    const paths = [...commit.added, ...commit.removed, ...commit.modified];
    const people = [commit.author.name, commit.author.email];
    events.push({ type: 'commit', ref, paths: paths.length >= PATHS_OF_COMMIT ? undefined : paths, people, data: { ...commit, ref, branch: name } });
  }
  events.push({ type: 'branch', action, ...about, data: { ref, branch: name, action, before, after, forced: news?.isForced ?? false } });
  const extra = extraOf(origin, move, news);
  if (extra !== undefined) events.push({ ...about, ...extra });
  return events;
}

/** What GitHub calls a push: a ref moved, by whatever means. */
function pushOf({ ref, before, after }: RefMove, news: News | undefined): MoveEvent {
  const commits = news?.commits ?? [];
  return {
    type: 'push', ref, paths: news === undefined ? [] : news.paths, people: news?.people ?? [],
    data: {
      ref, before, after, created: before === null, deleted: after === null, forced: news?.isForced ?? false,
      commits, head_commit: commits.at(-1) ?? null, size: news?.count ?? 0, distinct_size: news?.count ?? 0, truncated: news?.isTruncated ?? false,
    },
  };
}

function extraOf(origin: string, { before, after, ref }: RefMove, news: News | undefined): Pick<MoveEvent, 'type' | 'data'> | undefined {
  const branch = ref.replace(/^refs\/heads\//, '');
  const head = news?.commits.at(-1);
  const isMerge = head !== undefined && head.parents.length > 1 && head.parents[0] === before;
  if (isMerge || (origin === 'merge' && after !== null && before !== null)) {
    return { type: 'merge', data: { from: isMerge ? head.parents[1] : after, to: branch, merge_commit: isMerge ? head.id : null, had_conflicts: false } };
  }
  const types: readonly EventType[] = ['reset', 'rebase', 'cherry-pick', 'revert'];
  const type = types.find((each) => each === origin);
  return type === undefined ? undefined : { type, data: { ref, branch, before, after } };
}

interface News {
  /** The newest of them, oldest first. */
  readonly commits: readonly CommitSummary[];
  /** All of them, as far as they were counted. */
  readonly count: number;
  readonly isTruncated: boolean;
  readonly isForced: boolean;
  readonly paths: readonly string[] | undefined;
  readonly people: readonly string[];
}

/** The commits that a branch gained. `undefined` where they are not there any more. */
async function findNews({ before, after, base }: RefMove, { repository, signal }: ExpandRequest): Promise<News | undefined> {
  const { snapshot, commitGraph: graph } = repository;
  const { objects, shallow } = snapshot;
  const known = [before, base].filter((id): id is ObjectId => typeof id === 'string' && objects.has(id));
  if (after === null || objects.findHeader(after)?.type !== 'commit' || (before !== null && !objects.has(before))) return undefined;
  const starts = [{ id: after }, ...known.map((id) => ({ id, isExcluded: true }))];
  const found = await driveJob(revListJob({ graph, objects, shallow, starts, options: { maxCount: COMMITS_COUNTED } }), { signal });
  const isForced = before !== null && !(await driveJob(isAncestor({ graph, objects, shallow }, before, after), { signal }));
  const commits: CommitSummary[] = [];
  const paths = new Set<string>();
  let isCut = found.length > COMMITS_LISTED;
  for (const { id } of found.slice(0, COMMITS_LISTED).reverse()) {
    const summary = summarize(repository, repository.commitAt(id));
    commits.push(summary);
    const touched = [...summary.added, ...summary.removed, ...summary.modified];
    if (touched.length >= PATHS_OF_COMMIT) isCut = true;
    for (const path of touched) if (paths.size < PATHS_OF_MOVE) paths.add(path);
    await nextTurn();
    signal.throwIfAborted();
  }
  const people = [...new Set(commits.flatMap(({ author }) => [author.name, author.email]))];
  return { commits, count: found.length, isTruncated: isCut, isForced, paths: isCut ? undefined : [...paths], people };
}

function summarize(repository: Repository, commit: CommitInfo): CommitSummary {
  const { objects, algorithm } = repository.snapshot;
  const [parent] = commit.parents;
  const old = parent === undefined || !objects.has(parent) ? undefined : repository.commitAt(parent).tree;
  const lists = { added: [] as string[], removed: [] as string[], modified: [] as string[] };
  let count = 0;
  for (const change of diffTrees(objects, algorithm, old, commit.tree)) {
    if (++count > PATHS_OF_COMMIT) break;
    const list = change.old === undefined ? lists.added : change.new === undefined ? lists.removed : lists.modified;
    list.push((change.new ?? change.old)!.path);
  }
  const { id, tree, message, author, committer, parents } = commit;
  return {
    id, tree_id: tree, message: message.replace(/\n$/, '').slice(0, 10_000), timestamp: identityTime(author),
    author: { name: author.name, email: author.email }, committer: { name: committer.name, email: committer.email },
    parents, distinct: true, ...lists,
  };
}
