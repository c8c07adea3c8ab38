import { GovcError } from '../errors.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job, Progress } from '../job/job.js';
import type { PackSource, PackTarget } from '../pack/byte-source.js';
import { Pack } from '../pack/pack.js';
import { PackList } from '../pack/pack-list.js';
import { PackReceiver } from '../pack/pack-receiver.js';
import { planPack } from '../pack/plan-pack.js';
import { writePack } from '../pack/write-pack.js';
import type { RefName } from '../ref/ref-name.js';
import type { Draft } from '../store/draft.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { findReached } from '../walk/ancestry.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { checkConnectivity } from '../walk/connectivity.js';
import { enumerateObjects } from '../walk/enumerate.js';
import type { ObjectFilter } from '../walk/filter.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import {
  BundleHeaderReader, serializeBundleHeader, type BundleHeader, type BundlePrerequisite, type BundleRef,
} from './bundle-header.js';
import { PrettyCommit } from './pretty-commit.js';
import { revListJob } from './rev-list.js';

/** What {@link writeBundle} puts into a bundle. */
export interface BundleRequest {
  readonly snapshot: Snapshot;
  readonly graph?: CommitGraph | undefined;
  /** The refs to bring, each with what it names. */
  readonly refs: readonly BundleRef[];
  /** Objects that the receiver has with all they reach. */
  readonly exclude: readonly ObjectId[];
  /** Lines of history end at commits older than this, in seconds since 1970: `--since`. Default: none. */
  readonly sinceSeconds?: number | undefined;
  /** At most so many commits are walked, and history ends below them: `-<n>`. Default: all. */
  readonly maxCount?: number | undefined;
  /** Objects to leave out, which makes a bundle of version 3. Default: none. */
  readonly filter?: ObjectFilter | undefined;
  /** Default: 2, or 3 where the hash or a filter needs it. */
  readonly version?: 2 | 3 | undefined;
  /** Deflate level of what is not copied. Default: -1. */
  readonly level?: number | undefined;
}

/** What {@link writeBundle} wrote. */
export interface WrittenBundle {
  readonly header: BundleHeader;
  readonly objectCount: number;
  /** Refs that were asked for, but whose objects are all excluded. */
  readonly omitted: readonly BundleRef[];
}

/**
 * The bytes of a bundle in pieces, with progress between them; what `git bundle create` writes, but for the choice of
 * deltas.
 *
 * @throws {GovcError} bundle-empty: nothing is left to bring; object-missing, object-corrupt
 */
export function* writeBundle(request: BundleRequest): Generator<Uint8Array | Progress, WrittenBundle, void> {
  const { snapshot, filter } = request;
  const { objects, algorithm } = snapshot;
  const graph = request.graph ?? new CommitGraph(algorithm);
  const { prerequisites, shown } = yield* findRange(request, graph);
  const exclude = [...request.exclude, ...prerequisites.map(({ id }) => id)];
  const refs: BundleRef[] = [];
  const omitted: BundleRef[] = [];
  for (const ref of request.refs) (isBrought(request, ref, shown) ? refs : omitted).push(ref);
  if (refs.length === 0) throw new GovcError('bundle-empty', 'Every ref of the bundle is excluded, so there is nothing to write.', { omitted });
  const needs3 = filter !== undefined || algorithm.name !== 'sha1';
  const header: BundleHeader = {
    version: needs3 ? 3 : (request.version ?? 2), algorithm, filter, prerequisites, refs,
  };
  yield serializeBundleHeader(header);
  const { objects: list, edges } = yield* enumerateObjects({
    objects, algorithm, graph, wants: refs.map(({ id }) => id), haves: exclude, shallow: snapshot.shallow, filter,
  });
  const packList = new PackList(algorithm);
  for (let i = 0; i < list.count; i++) packList.addBytes(list.rawIds, i * algorithm.size, list.nameHashAt(i));
  const plan = yield* planPack(packList, { source: objects, isBaseKnown: (id) => edges.has(id), level: request.level });
  yield* writePack(plan);
  return { header, objectCount: packList.count, omitted };
}

interface BundleRange {
  /** Where the history that is brought ends, in Git's order. */
  readonly prerequisites: BundlePrerequisite[];
  readonly shown: ReadonlySet<ObjectId>;
}

/** The commits of the bundle, by the same walk as Git's, so that skewed clocks give the same. */
function* findRange(request: BundleRequest, graph: CommitGraph): Job<BundleRange> {
  const { snapshot, sinceSeconds, maxCount } = request;
  const { objects, algorithm, shallow } = snapshot;
  const starts = commitsOf(request, request.refs.map(({ id }) => id)).map((id) => ({ id, isExcluded: false }));
  for (const id of commitsOf(request, request.exclude)) starts.push({ id, isExcluded: true });
  const shown = new Set<ObjectId>();
  const prerequisites: BundlePrerequisite[] = [];
  if (starts.length === 0) return { prerequisites, shown };
  for (const { id, isBoundary } of yield* revListJob({ graph, objects, shallow, starts, options: { boundary: true, sinceSeconds, maxCount } })) {
    if (!isBoundary) {
      shown.add(id);
      continue;
    }
    const object = objects.find(id);
    prerequisites.push({ id, comment: object === undefined ? '' : new PrettyCommit(id, object.body, algorithm).subject });
  }
  return { prerequisites, shown };
}

/** Whether a ref is written: a commit that was walked, or a tag that is not too old, or anything else. */
function isBrought({ snapshot, exclude, sinceSeconds }: BundleRequest, { id }: BundleRef, shown: ReadonlySet<ObjectId>): boolean {
  if (exclude.includes(id)) return false;
  const object = snapshot.objects.find(id);
  if (object?.type === 'commit') return shown.has(id);
  if (object?.type !== 'tag' || sinceSeconds === undefined) return true;
  const time = /\ntagger [^\n>]*>[ \t]*(\d*)/.exec(latin1FromBytes(object.body))?.[1];
  return time === undefined || Number(time) > sinceSeconds;
}

function commitsOf({ snapshot }: BundleRequest, ids: readonly ObjectId[]): ObjectId[] {
  const commits: ObjectId[] = [];
  for (const id of ids) {
    const peeled = findThroughTags(snapshot, id);
    if (peeled?.type === 'commit') commits.push(peeled.id);
  }
  return commits;
}

/** What stands in the way of taking a bundle in. */
export interface BundleCheck {
  /** Prerequisites that are not in the repository. */
  readonly missing: readonly BundlePrerequisite[];
  /** Prerequisites that are there, but that no ref reaches, so that what they reach may be missing. */
  readonly unreachable: readonly BundlePrerequisite[];
}

/**
 * Checks what a bundle builds on against a repository, as `git bundle verify` does. O(history) at worst.
 *
 * @throws {GovcError} unsupported: the bundle is of another hash; object-missing, object-corrupt
 */
export function* checkBundle(snapshot: Snapshot, header: BundleHeader, graph: CommitGraph): Job<BundleCheck> {
  requireAlgorithm(snapshot.algorithm, header);
  const { objects, refs, shallow } = snapshot;
  const isHere = ({ id }: BundlePrerequisite): boolean => objects.findHeader(id)?.type === 'commit';
  const missing = header.prerequisites.filter((prerequisite) => !isHere(prerequisite));
  const present = header.prerequisites.filter(isHere);
  const starts = new Set<ObjectId>();
  for (const [name] of refs.entries('')) {
    const id = findRefId(refs, name as RefName);
    const peeled = id === undefined ? undefined : findThroughTags(snapshot, id);
    if (peeled?.type === 'commit') starts.add(peeled.id);
  }
  const reached = yield* findReached({ graph, objects, shallow }, [...starts], new Set(present.map(({ id }) => id)));
  return { missing, unreachable: present.filter(({ id }) => !reached.has(id)) };
}

/**
 * Takes the objects of a bundle into a draft; which of its refs to set is for the caller.
 *
 * @param pieces the bytes of the bundle
 * @param spool where the pack is collected; empty
 * @returns the header
 * @throws {GovcError} bundle-invalid, unsupported, limit-exceeded
 * @throws {GovcError} bundle-prerequisite-missing: the repository lacks what the bundle builds on; `data.missing`.
 * @throws {GovcError} pack-corrupt, delta-invalid: its pack is damaged.
 * @throws {GovcError} connectivity-broken: its refs need an object that neither bundle nor repository holds.
 */
export function* unbundle(
  draft: Draft, pieces: Iterable<Uint8Array>, spool: PackSource & PackTarget,
): Job<BundleHeader> {
  const snapshot = draft.view;
  const { algorithm, objects } = snapshot;
  const graph = new CommitGraph(algorithm);
  const reader = new BundleHeaderReader();
  const receiver = new PackReceiver(spool, { algorithm, findBase: (id) => objects.find(id) });
  let isInPack = false;
  for (const piece of pieces) {
    const rest = isInPack ? piece : reader.write(piece);
    if (rest === undefined) continue;
    if (!isInPack) {
      isInPack = true;
      yield* requirePrerequisites(snapshot, reader.header, graph);
    }
    // The caller may use the piece again.
    receiver.write(new Uint8Array(rest));
    yield { phase: 'Receiving objects', ...receiver.progress };
  }
  if (!isInPack) throw new GovcError('bundle-invalid', 'The bundle cannot be read. It ends inside the header.', { reason: 'cut off' });
  const { header } = reader;
  const indexed = yield* receiver.finish();
  if (indexed.objectCount > 0) draft.addPack(new Pack({ source: spool, index: indexed.index, algorithm }));
  if (header.filter === undefined) yield* requireConnected(draft, header, graph);
  return header;
}

function* requirePrerequisites(snapshot: Snapshot, header: BundleHeader, graph: CommitGraph): Job<void> {
  const { missing, unreachable } = yield* checkBundle(snapshot, header, graph);
  const lacking = [...missing, ...unreachable];
  if (lacking.length === 0) return;
  const first = lacking[0]!;
  throw new GovcError(
    'bundle-prerequisite-missing',
    `The repository lacks ${lacking.length} commits that the bundle builds on, for example ${first.id} ${first.comment}.`,
    { missing: lacking.slice(0, 100) },
  );
}

function* requireConnected(draft: Draft, header: BundleHeader, graph: CommitGraph): Job<void> {
  const { objects, algorithm, shallow } = draft.view;
  const tips = header.refs.map(({ id }) => id);
  const known = header.prerequisites.map(({ id }) => id);
  const result = yield* checkConnectivity({ objects, algorithm, graph, tips, known, shallow });
  if (!result.ok) throw new GovcError('connectivity-broken', result.message, { missing: result.missing });
}

function requireAlgorithm(algorithm: HashAlgorithm, header: BundleHeader): void {
  if (algorithm === header.algorithm) return;
  throw new GovcError('unsupported', `The bundle is of ${header.algorithm.name} objects, the repository of ${algorithm.name}.`, {
    bundle: header.algorithm.name, repository: algorithm.name,
  });
}
