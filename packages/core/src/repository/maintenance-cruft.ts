import { bytesFromHex } from '../bytes/hex.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { scanCommit } from '../object/commit.js';
import type { GitObject } from '../object/object.js';
import { scanTagTarget } from '../object/tag.js';
import { MODE_GITLINK, TreeCursor } from '../object/tree.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { LooseFacts, PackFacts } from '../storage/directory/directory-maintenance.js';
import type { Snapshot } from '../store/snapshot.js';
import type { ObjectList } from '../walk/object-list.js';
import type { MaintenanceContext } from './maintenance-context.js';

/** Objects that nothing reaches. */
export interface Cruft {
  readonly ids: IdTable;
  /** When each was last needed, in seconds since 1970: when it was written, or when its pack was. */
  readonly times: readonly number[];
  /** Those whose time has come. */
  readonly dropped: IdTable;
}

/** What {@link findCruft} looks at. */
export interface CruftSearch {
  readonly snapshot: Snapshot;
  readonly packs: readonly PackFacts[];
  readonly loose: LooseFacts;
  readonly reached: ObjectList;
  readonly expireBefore: number;
}

/** Finds what nothing reaches, with the newest time of all copies. O(objects). */
export function* findCruft({ keeper }: MaintenanceContext, search: CruftSearch): Job<Cruft> {
  const { snapshot, packs, loose, reached, expireBefore } = search;
  const { algorithm } = snapshot;
  const ids = new IdTable(algorithm);
  const times: number[] = [];
  const kept = packs.filter(({ isKept }) => isKept);
  let done = 0;
  const note = (bytes: Uint8Array, at: number, time: number): void => {
    if (reached.hasRaw(bytes, at)) return;
    const known = ids.find(bytes, at);
    if (known >= 0) {
      times[known] = Math.max(times[known]!, time);
    } else if (!kept.some(({ pack }) => pack.index.findPositionOfBytes(bytes, at) !== undefined)) {
      ids.add(bytes, at);
      times.push(time);
    }
  };
  for (const facts of packs) {
    if (facts.isKept) continue;
    const { index } = facts.pack;
    const cruftTimes = facts.isCruft ? keeper.readCruftTimes(facts) : undefined;
    const packTime = Math.floor(facts.modifiedMs / 1000);
    for (let i = 0; i < index.count; i++) {
      note(index.bytes, index.idBytesAt(i), cruftTimes?.[i] ?? packTime);
      if (++done % 2048 === 0) yield { phase: 'Counting objects', done, total: undefined };
    }
  }
  for (const [i, id] of loose.ids.entries()) {
    note(bytesFromHex(id), 0, Math.floor(loose.timesMs[i]! / 1000));
    if (++done % 1024 === 0) yield { phase: 'Counting objects', done, total: undefined };
  }
  return { ids, times, dropped: yield* findExpired(snapshot, { ids, times, expireBefore }) };
}

/** Those that are older than a time, and to which no newer one leads: a commit that may come back brings its trees. */
function* findExpired(
  snapshot: Snapshot, { ids, times, expireBefore }: { readonly ids: IdTable; readonly times: readonly number[]; readonly expireBefore: number },
): Job<IdTable> {
  const expired = new IdTable(snapshot.algorithm);
  const recent: ObjectId[] = [];
  for (let i = 0; i < ids.count; i++) {
    if (times[i]! < expireBefore) expired.add(ids.rawIds, i * snapshot.algorithm.size);
    else recent.push(ids.idAt(i));
    if (i % 4096 === 4095) yield { phase: 'Counting objects', done: i, total: ids.count };
  }
  if (expired.count === 0 || recent.length === 0) return expired;
  const rescued = new IdTable(snapshot.algorithm);
  yield* follow(snapshot, recent, (bytes, at) => {
    if (expired.find(bytes, at) < 0 || rescued.add(bytes, at) < 0) return false;
    return true;
  });
  const dropped = new IdTable(snapshot.algorithm);
  for (let i = 0; i < expired.count; i++) {
    if (rescued.find(expired.rawIds, i * snapshot.algorithm.size) < 0) dropped.add(expired.rawIds, i * snapshot.algorithm.size);
    if (i % 4096 === 4095) yield { phase: 'Counting objects', done: i, total: expired.count };
  }
  return dropped;
}

/** How many of the objects that are to be dropped new roots lead to. */
export function* findRescued(
  snapshot: Snapshot, { from, dropped, reached }: { readonly from: readonly ObjectId[]; readonly dropped: IdTable; readonly reached: ObjectList },
): Job<number> {
  const seen = new IdTable(snapshot.algorithm);
  let count = 0;
  yield* follow(snapshot, from, (bytes, at) => {
    if (reached.hasRaw(bytes, at) || seen.add(bytes, at) < 0) return false;
    if (dropped.find(bytes, at) >= 0) count++;
    return true;
  });
  return count + from.filter((id) => dropped.has(id)).length;
}

/** Follows what objects refer to, from object to object, as far as `enter` agrees. What is missing is passed over. */
function* follow(snapshot: Snapshot, from: readonly ObjectId[], enter: (bytes: Uint8Array, at: number) => boolean): Job<void> {
  const { objects, algorithm } = snapshot;
  const waiting = [...from];
  let done = 0;
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (++done % 64 === 0) yield { phase: 'Counting objects', done, total: undefined };
    const type = objects.findHeader(id)?.type;
    if (type === undefined || type === 'blob') continue;
    const object = objects.find(id);
    if (object === undefined) continue;
    for (const next of referencesOf(object, algorithm)) {
      if (enter(bytesFromHex(next), 0)) waiting.push(next);
    }
  }
}

function* referencesOf({ type, body }: GitObject, algorithm: HashAlgorithm): Generator<ObjectId, void, void> {
  if (type === 'commit') {
    const { tree, parents } = scanCommit(body, algorithm);
    yield tree;
    yield* parents;
  } else if (type === 'tag') {
    yield scanTagTarget(body, algorithm).id;
  } else if (type === 'tree') {
    const cursor = new TreeCursor(body, algorithm);
    while (cursor.next()) {
      if (cursor.mode !== MODE_GITLINK) yield objectIdAt(body, cursor.idOffset, algorithm);
    }
  }
}
