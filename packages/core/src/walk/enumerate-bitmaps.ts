import { bytesFromHex } from '../bytes/hex.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { BitmapIndex } from '../pack/bitmap-index.js';
import type { ObjectSource } from '../pack/object-source.js';
import { BitWalk } from './bit-walk.js';
import type { CommitGraph } from './commit-graph.js';
import { CommitQueue } from './commit-queue.js';
import { BLOB_TYPE, COMMIT_TYPE, ObjectList, TAG_TYPE, TREE_TYPE } from './object-list.js';

/** What {@link enumerateByBitmaps} is asked for. */
export interface BitmapRequest {
  readonly bitmaps: BitmapIndex;
  readonly objects: ObjectSource;
  readonly graph: CommitGraph;
  /** Commits; everything that they reach is listed. */
  readonly commits: readonly ObjectId[];
  /** Tag objects to be listed. */
  readonly tags: readonly ObjectId[];
}

// So many commits are walked before a first bitmap is met; where there is none, an ordinary walk is better.
const WALK_MAX = 20_000;

/**
 * Lists every object that commits reach, by bitmaps as far as these go: commits, then tags, trees and blobs, each in the order of
 * the pack. `undefined` where the bitmaps lie too far back to be of use.
 *
 * O(objects / 32 + what is newer than the bitmaps).
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt, pack-index-corrupt
 */
export function* enumerateByBitmaps(request: BitmapRequest): Job<ObjectList | undefined> {
  const { bitmaps, objects, graph } = request;
  const { order } = bitmaps;
  const { size } = graph.algorithm;
  const outside = new ObjectList(graph.algorithm);
  const walk = new BitWalk({ order, objects, outside });
  const queue = new CommitQueue(graph);
  const walked: number[] = [];
  const visit = (commit: number): void => {
    const bit = order.bitOf(graph.rawIds, commit * size);
    const known = bit < 0 || walk.has(bit) ? undefined : bitmaps.find(bit);
    if (known !== undefined) {
      walk.addAll(known);
      return;
    }
    graph.mustRead(commit, objects);
    if (walk.mark(graph.rawIds, commit * size, COMMIT_TYPE, 0)) queue.push(commit);
  };
  for (const id of request.commits) {
    visit(graph.numberOf(id));
    yield { phase: 'Enumerating objects', done: 0, total: undefined };
  }
  let hasMet = queue.size < request.commits.length;
  for (let commit = queue.pop(); commit !== undefined; commit = queue.pop()) {
    walked.push(commit);
    if (walked.length >= WALK_MAX && !hasMet) return undefined;
    for (let i = 0, count = graph.parentCountOf(commit); i < count; i++) {
      const before = queue.size;
      visit(graph.parentOf(commit, i));
      hasMet ||= queue.size === before;
    }
    // Each may decode a bitmap, or read a commit.
    if (walked.length % 16 === 0) yield { phase: 'Enumerating objects', done: walked.length, total: undefined };
  }
  for (let i = walked.length - 1; i >= 0; i--) yield* walk.walkTree(graph.rawTrees, graph.treeOffsetOf(walked[i]!));
  return yield* collect(request, walk, outside);
}

function* collect({ bitmaps, graph, tags }: BitmapRequest, walk: BitWalk, outside: ObjectList): Job<ObjectList> {
  const list = new ObjectList(graph.algorithm, 1024);
  const { size } = graph.algorithm;
  const kinds = [
    [COMMIT_TYPE, bitmaps.commits], [TAG_TYPE, bitmaps.tags], [TREE_TYPE, bitmaps.trees], [BLOB_TYPE, bitmaps.blobs],
  ] as const;
  for (const id of tags) walk.mark(bytesFromHex(id), 0, TAG_TYPE, 0);
  for (const [type, { words }] of kinds) {
    for (let w = 0; w < walk.words.length; w++) {
      for (let word = (walk.words[w]! & (words[w] ?? 0)) >>> 0; word !== 0; word = (word & (word - 1)) >>> 0) {
        const bit = w * 32 + 31 - Math.clz32(word & -word);
        list.add(bitmaps.order.rawIds, bitmaps.order.idBytesOf(bit), type, bitmaps.nameHashOf(bit));
      }
      if (w % 16 === 15) yield { phase: 'Enumerating objects', done: list.count, total: undefined };
    }
    for (let i = 0; i < outside.count; i++) {
      if (outside.typeNumberAt(i) === type) list.add(outside.rawIds, i * size, type, outside.nameHashAt(i));
      if (i % 1024 === 1023) yield { phase: 'Enumerating objects', done: list.count, total: undefined };
    }
  }
  return list;
}
