import type { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { expandShortRefName } from '../ref/ref-name.js';
import type { Snapshot } from '../store/snapshot.js';
import { findReached, type AncestryRequest } from '../walk/ancestry.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { cutHistory, type ShallowCut } from '../walk/shallow.js';
import { protocolError } from './conversation.js';
import { INFINITE_DEPTH, shown, type FetchRequest } from './fetch-request.js';
import type { ShallowChange } from './fetch-response.js';
import { peelObject } from './peel.js';
import type { VisibleRefs } from './visible-refs.js';

/** What the shallow and deepen lines of a fetch come to. */
export interface ShallowPlan {
  /** What the client is told; `undefined`: no list is due, not even an empty one. */
  readonly change: ShallowChange | undefined;
  /** Commits without parents while the pack is put together. */
  readonly shallow: ReadonlySet<ObjectId>;
  /** To be sent besides the wants: parents that the client lacks. */
  readonly extraWants: readonly ObjectId[];
  /** What the client has besides the haves: commits that it held without their parents. */
  readonly extraHaves: readonly ObjectId[];
}

/** What {@link planShallow} works on. */
export interface ShallowQuestion {
  readonly snapshot: Snapshot;
  readonly graph: CommitGraph;
  readonly refs: VisibleRefs;
  readonly request: FetchRequest;
  readonly wants: readonly ObjectId[];
  /** Version 2: a shallow repository tells its own boundary in each answer, as versions 0 and 1 do when they advertise. */
  readonly tellsOwnBoundary: boolean;
}

/**
 * Works out the new boundary of the client's history (`send_shallow_list` of Git).
 *
 * @throws {GovcError} protocol-error: lines that contradict each other, a `deepen-not` that is no ref, a shallow line
 *   that names no commit, or a range without commits.
 */
export function* planShallow(question: ShallowQuestion): Job<ShallowPlan> {
  const { request, snapshot } = question;
  const clientShallow = knownCommits(question, request.shallows);
  const ranged = request.deepenSince !== undefined || request.deepenNot.length > 0;
  if (request.depth > 0 && ranged) {
    throw protocolError('git upload-pack: deepen and deepen-since (or deepen-not) cannot be used together');
  }
  const isOwnBoundaryDue = question.tellsOwnBoundary && snapshot.shallow.size > 0;
  if (!request.isDeepening && !isOwnBoundaryDue) {
    const isShallowMet = question.tellsOwnBoundary && request.shallows.count > 0;
    return {
      change: isShallowMet ? { shallow: [], unshallow: [] } : undefined,
      shallow: union(snapshot.shallow, clientShallow),
      extraWants: [],
      extraHaves: [],
    };
  }
  const change = yield* findChange(question, clientShallow);
  const extraWants = [...change.unshallow].flatMap((id) => parentsOf(question, id));
  return {
    change,
    shallow: union(snapshot.shallow, clientShallow, change.shallow),
    extraWants,
    extraHaves: change.unshallow,
  };
}

function* findChange(question: ShallowQuestion, clientShallow: ReadonlySet<ObjectId>): Job<ShallowChange> {
  const { request, snapshot } = question;
  const depth = request.isDeepening ? request.depth : INFINITE_DEPTH;
  if (depth === INFINITE_DEPTH && snapshot.shallow.size === 0) {
    return { shallow: [], unshallow: [...clientShallow] };
  }
  const cut = yield* findCut(question, clientShallow, depth);
  const shallow: ObjectId[] = [];
  for (const id of cut.boundary) if (!clientShallow.has(id) && !cut.isInside(id)) shallow.push(id);
  return { shallow, unshallow: [...clientShallow].filter((id) => cut.isInside(id)) };
}

function* findCut(
  question: ShallowQuestion,
  clientShallow: ReadonlySet<ObjectId>,
  depth: number,
): Job<ShallowCut> {
  const { request } = question;
  const ancestry = ancestryOf(question);
  const tips = commitsOf(question, question.wants);
  if (depth > 0 && request.deepenRelative && depth !== INFINITE_DEPTH) {
    // Every boundary that the wants reach moves down by so many commits.
    const reached = yield* findReached(ancestry, tips, clientShallow);
    return yield* cutHistory(ancestry, [...reached], { kind: 'depth', depth: depth + 1 });
  }
  if (depth > 0) return yield* cutHistory(ancestry, tips, { kind: 'depth', depth });
  const not = commitsOf(question, request.deepenNot.map((name) => resolveDeepenNot(question, name)));
  return yield* cutHistory(ancestry, tips, { kind: 'range', sinceSeconds: request.deepenSince, not });
}

function resolveDeepenNot({ refs }: ShallowQuestion, text: string): ObjectId {
  const found = expandShortRefName(text).map((name) => (name === 'HEAD' ? refs.findHead()?.id : refs.findId(name)));
  const ids = found.filter((id) => id !== undefined);
  if (ids.length > 1) throw protocolError(`git upload-pack: ambiguous deepen-not: deepen-not ${shown(text)}`);
  const [id] = ids;
  if (id === undefined) throw protocolError(`git upload-pack: deepen-not is not a ref: deepen-not ${shown(text)}`);
  return id;
}

/** Those of the client's shallow commits that exist here. */
function knownCommits({ snapshot }: ShallowQuestion, table: IdTable): Set<ObjectId> {
  const known = new Set<ObjectId>();
  for (let i = 0; i < table.count; i++) {
    const id = table.idAt(i);
    const type = snapshot.objects.findHeader(id)?.type;
    if (type === undefined) continue;
    if (type !== 'commit') throw protocolError(`invalid shallow object ${id}`);
    known.add(id);
  }
  return known;
}

/** The commits that ids name, through tags; what is no commit has no history to cut. */
function commitsOf({ snapshot }: ShallowQuestion, ids: readonly ObjectId[]): ObjectId[] {
  const commits = new Set<ObjectId>();
  for (const id of ids) {
    const peeled = peelObject(snapshot.objects, snapshot.algorithm, id);
    if (peeled?.type === 'commit') commits.add(peeled.id);
  }
  return [...commits];
}

function parentsOf({ graph, snapshot }: ShallowQuestion, id: ObjectId): ObjectId[] {
  const commit = graph.numberOf(id);
  graph.mustRead(commit, snapshot.objects);
  const parents: ObjectId[] = [];
  for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) {
    parents.push(graph.idAt(graph.parentOf(commit, i)));
  }
  return parents;
}

function ancestryOf({ graph, snapshot }: ShallowQuestion): AncestryRequest {
  return { graph, objects: snapshot.objects, shallow: snapshot.shallow };
}

function union(...sets: readonly Iterable<ObjectId>[]): Set<ObjectId> {
  const all = new Set<ObjectId>();
  for (const set of sets) for (const id of set) all.add(id);
  return all;
}
