import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectSource } from '../pack/object-source.js';
import { orderByIdJob } from '../pack/write-index.js';
import { bytesFromHex } from '../bytes/hex.js';
import { DEFAULT_BLOOM, makeBloomFilter } from './bloom-filter.js';
import { changedPaths } from './changed-paths.js';
import type { CommitGraph } from './commit-graph.js';
import { CommitFlags } from './commit-graph.js';
import type { CommitGraphFile } from './commit-graph-file.js';
import { PARENT_NONE, TOP_BIT, type ChunkName } from './commit-graph-layer.js';
import { TreeCache } from './indexed-tree.js';

/** What {@link writeCommitGraph} writes about. */
export interface CommitGraphRequest {
  readonly graph: CommitGraph;
  readonly objects: ObjectSource;
  /** Commits, with all they reach. */
  readonly tips: readonly ObjectId[];
  /** Whether each commit gets a Bloom filter of the paths that it changed. Reads all trees. Default: false. */
  readonly changedPaths?: boolean | undefined;
  /** The chain on which the new file is to stand; its commits are not written again. Default: none. */
  readonly base?: CommitGraphFile | undefined;
}

const OFFSET_MAX = 0x7fffffff;
const LEVEL_MAX = 0x3fffffff;

/** So many rows are written in a fraction of a millisecond. */
const SLICE = 2048;

/**
 * The bytes of a commit-graph file, the same that `git commit-graph write --reachable` makes of the same commits.
 *
 * @returns `undefined` when there is no commit to write about.
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function* writeCommitGraph(request: CommitGraphRequest): Job<Uint8Array | undefined> {
  const { graph, objects, base } = request;
  const commits = yield* listCommits(request);
  if (commits.length === 0) return undefined;
  const generations = graph.generations(new Set());
  yield* generations.cover(commits, objects);
  const positions = new Map<number, number>();
  for (const [index, commit] of commits.entries()) {
    positions.set(commit, (base?.count ?? 0) + index);
    if (index % SLICE === SLICE - 1) yield { phase: 'Writing commit-graph', done: index, total: commits.length };
  }
  const { size } = graph.algorithm;
  const positionOf = (commit: number): number => {
    const known = positions.get(commit) ?? base?.find(graph.rawIds, commit * size) ?? -1;
    if (known < 0) throw new GovcError('object-missing', `The commit ${graph.idAt(commit)} is not in the graph.`, {});
    return known;
  };
  const chunks: { name: ChunkName; bytes: Uint8Array }[] = [
    { name: 'OIDF', bytes: writeFanout(graph, commits) },
    { name: 'OIDL', bytes: yield* writeIds(graph, commits) },
  ];
  const { data, edges } = yield* writeData(graph, commits, positionOf);
  chunks.push({ name: 'CDAT', bytes: data });
  if (base?.hasDates !== false) {
    const { offsets, overflow } = yield* writeDates(graph, commits);
    chunks.push({ name: 'GDA2', bytes: offsets });
    if (overflow.length > 0) chunks.push({ name: 'GDO2', bytes: overflow });
  }
  if (edges.length > 0) chunks.push({ name: 'EDGE', bytes: edges });
  if (request.changedPaths === true) {
    const { ends, filters } = yield* writeFilters(request, commits);
    chunks.push({ name: 'BIDX', bytes: ends }, { name: 'BDAT', bytes: filters });
  }
  const names = base?.layers.map((layer) => layer.name) ?? [];
  if (names.length > 255) throw new GovcError('limit-exceeded', 'A chain of commit-graph files has at most 256 files.', {});
  if (names.length > 0) chunks.push({ name: 'BASE', bytes: bytesFromHex(names.join('')) });
  return assemble(chunks, graph, names.length);
}

/** All commits that are reached and not in the base, in the order of their ids. */
function* listCommits({ graph, objects, tips, base }: CommitGraphRequest): Job<number[]> {
  const { size } = graph.algorithm;
  const seen = new CommitFlags();
  const commits: number[] = [];
  const waiting = tips.map((id) => graph.numberOf(id));
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (seen.get(commit) !== 0) continue;
    seen.add(commit, 1);
    if (base !== undefined && base.find(graph.rawIds, commit * size) >= 0) continue;
    graph.mustRead(commit, objects);
    commits.push(commit);
    if (commits.length % 256 === 0) yield { phase: 'Collecting commits', done: commits.length, total: undefined };
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) waiting.push(graph.parentOf(commit, i));
  }
  const ids = yield* writeIds(graph, commits);
  const order = yield* orderByIdJob({ count: commits.length, ids }, size);
  return Array.from(order, (row) => commits[row]!);
}

function writeFanout(graph: CommitGraph, commits: readonly number[]): Uint8Array {
  const { size } = graph.algorithm;
  const raw = graph.rawIds;
  const writer = new ByteWriter(1024);
  let count = 0;
  for (let first = 0; first < 256; first++) {
    while (count < commits.length && raw[commits[count]! * size] === first) count++;
    writer.u32(count);
  }
  return writer.finish();
}

function* writeIds(graph: CommitGraph, commits: readonly number[]): Job<Uint8Array> {
  const { size } = graph.algorithm;
  const raw = graph.rawIds;
  const bytes = new Uint8Array(commits.length * size);
  for (const [index, commit] of commits.entries()) {
    bytes.set(raw.subarray(commit * size, (commit + 1) * size), index * size);
    if (index % SLICE === SLICE - 1) yield { phase: 'Writing commit-graph', done: index, total: commits.length };
  }
  return bytes;
}

function* writeData(
  graph: CommitGraph, commits: readonly number[], positionOf: (commit: number) => number,
): Job<{ readonly data: Uint8Array; readonly edges: Uint8Array }> {
  const { size } = graph.algorithm;
  const generations = graph.generations(new Set());
  const trees = graph.rawTrees;
  const data = new ByteWriter(commits.length * (size + 16));
  const edges = new ByteWriter();
  for (const [index, commit] of commits.entries()) {
    if (index % SLICE === SLICE - 1) yield { phase: 'Writing commit-graph', done: index, total: commits.length };
    const offset = graph.treeOffsetOf(commit);
    data.bytes(trees.subarray(offset, offset + size));
    const count = graph.parentCountOf(commit);
    data.u32(count === 0 ? PARENT_NONE : positionOf(graph.parentOf(commit, 0)));
    if (count < 2) data.u32(PARENT_NONE);
    else if (count === 2) data.u32(positionOf(graph.parentOf(commit, 1)));
    else {
      data.u32(TOP_BIT + edges.size / 4);
      for (let i = 1; i < count; i++) {
        edges.u32(positionOf(graph.parentOf(commit, i)) + (i === count - 1 ? TOP_BIT : 0));
      }
    }
    const time = graph.timeOf(commit);
    const level = Math.min(generations.levelOf(commit), LEVEL_MAX);
    data.u32(((level << 2) | (Math.floor(time / 2 ** 32) & 3)) >>> 0).u32(time % 2 ** 32);
  }
  return { data: data.finish(), edges: edges.finish() };
}

function* writeDates(
  graph: CommitGraph, commits: readonly number[],
): Job<{ readonly offsets: Uint8Array; readonly overflow: Uint8Array }> {
  const generations = graph.generations(new Set());
  const offsets = new ByteWriter(commits.length * 4);
  const overflow = new ByteWriter();
  for (const [index, commit] of commits.entries()) {
    if (index % SLICE === SLICE - 1) yield { phase: 'Writing commit-graph', done: index, total: commits.length };
    const offset = generations.correctedDateOf(commit) - graph.timeOf(commit);
    if (offset <= OFFSET_MAX) {
      offsets.u32(offset);
    } else {
      offsets.u32(TOP_BIT + overflow.size / 8);
      overflow.u64(offset);
    }
  }
  return { offsets: offsets.finish(), overflow: overflow.finish() };
}

function* writeFilters(
  { graph, objects }: CommitGraphRequest, commits: readonly number[],
): Job<{ readonly ends: Uint8Array; readonly filters: Uint8Array }> {
  const cache = new TreeCache(objects, graph.algorithm);
  const filterOf = new Map<number, Uint8Array>();
  // Neighbours in history share trees; neighbours by id do not.
  const generations = graph.generations(new Set());
  const inOrder = [...commits].sort((left, right) =>
    generations.levelOf(left) - generations.levelOf(right) || graph.timeOf(left) - graph.timeOf(right));
  for (const [done, commit] of inOrder.entries()) {
    if (done % 64 === 63) yield { phase: 'Computing changed paths', done, total: commits.length };
    filterOf.set(commit, makeBloomFilter(changedPaths(graph, cache, commit), DEFAULT_BLOOM));
  }
  const ends = new ByteWriter(commits.length * 4);
  const filters = new ByteWriter();
  filters.u32(DEFAULT_BLOOM.version).u32(DEFAULT_BLOOM.hashCount).u32(DEFAULT_BLOOM.bitsPerEntry);
  const headerSize = filters.size;
  for (const commit of commits) {
    filters.bytes(filterOf.get(commit)!);
    ends.u32(filters.size - headerSize);
  }
  return { ends: ends.finish(), filters: filters.finish() };
}

function assemble(
  chunks: readonly { readonly name: ChunkName; readonly bytes: Uint8Array }[], graph: CommitGraph, baseCount: number,
): Uint8Array {
  const { algorithm } = graph;
  let offset = 8 + (chunks.length + 1) * 12;
  const writer = new ByteWriter(offset + chunks.reduce((sum, { bytes }) => sum + bytes.length, algorithm.size));
  writer.u32(0x43475048).u8(1).u8(algorithm.formatId).u8(chunks.length).u8(baseCount);
  for (const { name, bytes } of chunks) {
    for (let i = 0; i < 4; i++) writer.u8(name.charCodeAt(i));
    writer.u64(offset);
    offset += bytes.length;
  }
  writer.u32(0).u64(offset);
  for (const { bytes } of chunks) writer.bytes(bytes);
  writer.bytes(algorithm.digest(writer.peek()));
  return writer.finish();
}
