import { bytesFromHex } from '../bytes/hex.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import type { ObjectType } from '../hash/hash-object.js';
import { MODE_GITLINK, MODE_TREE, TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import { PackList } from '../pack/pack-list.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { hashName } from '../walk/object-list.js';

/** What {@link listByName} works with. */
export interface ListedObjects {
  /** The objects, in any order. */
  readonly ids: IdTable;
  readonly objects: ObjectSource;
  readonly graph: CommitGraph;
  readonly algorithm: HashAlgorithm;
}

const SLASH = Uint8Array.of(0x2f);

/**
 * Objects in the order in which a pack is read well, with hashes of the names under which they are found, by which similar ones meet:
 * commits, the newest first, tags, then trees and blobs as the trees of those commits lead to them. What no tree leads to comes last.
 *
 * O(objects + entries of the trees among them).
 */
export function* listByName({ ids, objects, graph, algorithm }: ListedObjects): Job<PackList> {
  const list = new PackList(algorithm);
  const commits: number[] = [];
  const rest: ObjectId[] = [];
  for (let i = 0; i < ids.count; i++) {
    const id = ids.idAt(i);
    const type = typeOf(objects, id);
    if (type === 'commit') {
      const number = graph.numberOf(id);
      graph.mustRead(number, objects);
      commits.push(number);
    } else if (type === 'tag') {
      rest.push(id);
    }
    if (i % 256 === 255) yield { phase: 'Counting objects', done: i, total: ids.count };
  }
  commits.sort((left, right) => graph.timeOf(right) - graph.timeOf(left) || left - right);
  for (const commit of commits) list.addBytes(graph.rawIds, commit * algorithm.size);
  for (const id of rest) list.add(id);
  yield { phase: 'Counting objects', done: list.count, total: ids.count };
  for (const commit of commits) {
    yield* walkTree({ ids, objects, graph, algorithm }, list, graph.rawTrees.slice(graph.treeOffsetOf(commit), graph.treeOffsetOf(commit + 1)));
  }
  for (let i = 0; i < ids.count; i++) {
    list.addBytes(ids.rawIds, i * algorithm.size);
    if (i % 4096 === 4095) yield { phase: 'Counting objects', done: list.count, total: ids.count };
  }
  return list;
}

function typeOf(objects: ObjectSource, id: ObjectId): ObjectType | undefined {
  const entry = objects.findEntry(id);
  return entry === undefined ? objects.findHeader(id)?.type : entry.pack.typeAt(entry.offset);
}

/** Adds a tree and what it holds, as far as both are among the objects. */
function* walkTree({ ids, objects, algorithm }: ListedObjects, list: PackList, root: Uint8Array): Job<void> {
  const waiting: { readonly id: Uint8Array; readonly hash: number }[] = [{ id: root, hash: 0 }];
  let entries = 0;
  for (let tree = waiting.pop(); tree !== undefined; tree = waiting.pop()) {
    const number = ids.find(tree.id, 0);
    if (number < 0 || list.ids.find(tree.id, 0) >= 0) continue;
    list.addBytes(tree.id, 0, tree.hash);
    const object = objects.find(ids.idAt(number));
    if (object?.type !== 'tree') continue;
    const cursor = new TreeCursor(object.body, algorithm);
    const prefix = tree.hash === 0 ? 0 : hashName(SLASH, 0, 1, tree.hash);
    while (cursor.next()) {
      if (++entries % 1024 === 0) yield { phase: 'Counting objects', done: list.count, total: ids.count };
      if (cursor.mode === MODE_GITLINK || ids.find(object.body, cursor.idOffset) < 0) continue;
      const hash = hashName(object.body, cursor.nameStart, cursor.nameEnd, prefix);
      if (cursor.mode === MODE_TREE) waiting.push({ id: object.body.slice(cursor.idOffset, cursor.idOffset + algorithm.size), hash });
      else list.addBytes(object.body, cursor.idOffset, hash);
    }
  }
  yield { phase: 'Counting objects', done: list.count, total: ids.count };
}

/** Adds an id as text to a table. */
export function addId(ids: IdTable, id: ObjectId): void {
  ids.add(bytesFromHex(id), 0);
}
