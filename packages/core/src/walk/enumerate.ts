import { GovcError, hasCode } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { scanTagTarget } from '../object/tag.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { SparsePatterns } from '../pattern/sparse.js';
import { findBitmaps } from '../pack/bitmap-index.js';
import { CommitGraph } from './commit-graph.js';
import { enumerateByBitmaps } from './enumerate-bitmaps.js';
import { simpleFilters, type ObjectFilter } from './filter.js';
import { limitCommits, type LimitedCommits } from './limit-commits.js';
import { BLOB_TYPE, COMMIT_TYPE, ObjectList, TAG_TYPE, TREE_TYPE } from './object-list.js';
import { TreeWalk } from './tree-walk.js';
import { writeHex } from '../bytes/hex.js';

/** What {@link enumerateObjects} is asked for. */
export interface EnumerateRequest {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  /** A graph to read commits through and keep; default: one for this call. */
  readonly graph?: CommitGraph | undefined;
  /** Objects of any type, with all they reach. */
  readonly wants: readonly ObjectId[];
  /** Objects that the other side has with all they reach; those unknown here count for nothing. */
  readonly haves: readonly ObjectId[];
  /** Commits that are treated as having no parents. */
  readonly shallow: ReadonlySet<ObjectId>;
  readonly filter?: ObjectFilter | undefined;
  /** The patterns that `sparse:oid=<revision>` names; needed only for such filters. */
  readonly findSparse?: ((revision: string) => SparsePatterns | undefined) | undefined;
  /** Look up every blob as well, so that a missing one is noticed. Default: `false`. */
  readonly verifyBlobs?: boolean | undefined;
}

/** The objects of a fetch or push. */
export interface Enumeration {
  /** Commits, newest first; then tags; then trees and blobs in the order of the walk. */
  readonly objects: ObjectList;
  /** Trees and blobs of the commits at the edge, which the other side has: bases for thin packs. */
  readonly edges: ObjectList;
}

/**
 * Lists every object that `wants` reach and `haves` do not, as `git rev-list --objects` does. Like Git
 * it may list objects that the other side has in older commits; it never leaves one out that is needed.
 *
 * O(commits + distinct trees and their entries). Never recursive.
 *
 * @throws {GovcError} object-missing: something that is reached is not there; `data.id` names it.
 * @throws {GovcError} object-corrupt, object-type-mismatch, limit-exceeded, protocol-error (sparse filter)
 */
export function* enumerateObjects(request: EnumerateRequest): Job<Enumeration> {
  const { objects, algorithm } = request;
  const graph = request.graph ?? new CommitGraph(algorithm);
  const list = new ObjectList(algorithm, 1024);
  const edges = new ObjectList(algorithm);
  const wanted = sortByType(objects, algorithm, request.wants, true);
  const had = sortByType(objects, algorithm, request.haves, false);
  const known = yield* findKnown(request, graph, wanted);
  if (known !== undefined) return { objects: known, edges };

  const range: LimitedCommits = yield* limitCommits({
    graph, objects, wants: wanted.commits, haves: had.commits, shallow: request.shallow,
  });
  const filters = request.filter === undefined ? [] : simpleFilters(request.filter);
  const onlyType = filters.find((filter) => filter.kind === 'object:type')?.type;
  const commitsWanted = new Set(wanted.commits);
  for (const [i, commit] of range.commits.entries()) {
    if (i % 4096 === 4095) yield { phase: 'Enumerating objects', done: i, total: undefined };
    if (onlyType === undefined || onlyType === 'commit' || commitsWanted.has(graph.idAt(commit))) {
      list.add(graph.rawIds, commit * algorithm.size, COMMIT_TYPE, 0);
    }
  }
  const hadTags = new Set(had.tags);
  for (const tag of wanted.tags) if (!hadTags.has(tag)) addId(list, tag, TAG_TYPE, algorithm);

  const exclusion = new TreeWalk({ objects, algorithm, list: edges, excluded: undefined, filters: [] });
  for (const edge of range.edges) {
    if (!graph.read(edge, objects)) continue;
    yield* exclusion.walkRaw(graph.rawTrees, graph.treeOffsetOf(edge), 'tolerate-missing');
  }
  for (const id of had.trees) yield* exclusion.walk(id, 'tolerate-missing');
  for (const id of had.blobs) addId(edges, id, BLOB_TYPE, algorithm);

  const walk = new TreeWalk({
    objects, algorithm, list, excluded: edges, filters,
    findSparse: request.findSparse, verifyBlobs: request.verifyBlobs,
  });
  // What was asked for by id is given whatever the filter says.
  for (const id of wanted.trees) {
    addId(list, id, TREE_TYPE, algorithm);
    yield* walk.walk(id, 'must-exist');
  }
  for (const id of wanted.blobs) addId(list, id, BLOB_TYPE, algorithm);
  if (onlyType !== 'commit' && onlyType !== 'tag') {
    for (const commit of range.commits) {
      yield* walk.walkRaw(graph.rawTrees, graph.treeOffsetOf(commit), 'must-exist');
    }
  }
  return { objects: list, edges };
}

/** The whole list where a bitmap says what it is: of all that some commits reach. */
function* findKnown(request: EnumerateRequest, graph: CommitGraph, { commits, tags, trees, blobs }: SortedIds): Job<ObjectList | undefined> {
  const { objects, haves, filter, shallow, verifyBlobs } = request;
  if (haves.length + shallow.size + trees.length + blobs.length > 0 || filter !== undefined || verifyBlobs === true) return undefined;
  const bitmaps = commits.length === 0 ? undefined : findBitmaps(objects);
  if (bitmaps === undefined) return undefined;
  try {
    return yield* enumerateByBitmaps({ bitmaps, objects, graph, commits, tags });
  } catch (error) {
    // A bitmap is a shortcut: one that turns out to be damaged is done without.
    if (!hasCode(error, 'pack-index-corrupt')) throw error;
    return undefined;
  }
}

interface SortedIds {
  readonly commits: ObjectId[];
  readonly tags: ObjectId[];
  readonly trees: ObjectId[];
  readonly blobs: ObjectId[];
}

/** Follows tags to what they name, and sorts all objects on the way by type. */
function sortByType(
  objects: ObjectSource, algorithm: HashAlgorithm, ids: readonly ObjectId[], mustExist: boolean,
): SortedIds {
  const sorted = { commits: [] as ObjectId[], tags: [] as ObjectId[], trees: [] as ObjectId[], blobs: [] as ObjectId[] };
  const seen = new Set<ObjectId>();
  for (const first of ids) {
    let id = first;
    for (let depth = 0; !seen.has(id); depth++) {
      if (depth > LIMITS.tagDepth.value) {
        throw new GovcError('limit-exceeded', `The tag ${first} nests more than ${LIMITS.tagDepth.value} tags.`, { id: first });
      }
      seen.add(id);
      const type = objects.findHeader(id)?.type;
      if (type === undefined) {
        if (!mustExist) break;
        throw new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
      }
      if (type === 'commit') sorted.commits.push(id);
      else if (type === 'tree') sorted.trees.push(id);
      else if (type === 'blob') sorted.blobs.push(id);
      if (type !== 'tag') break;
      sorted.tags.push(id);
      id = scanTagTarget(objects.find(id)!.body, algorithm).id;
    }
  }
  return sorted;
}

function addId(list: ObjectList, id: ObjectId, type: number, algorithm: HashAlgorithm): void {
  const raw = new Uint8Array(algorithm.size);
  writeHex(id, raw, 0);
  list.add(raw, 0, type, 0);
}
