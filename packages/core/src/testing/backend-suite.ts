import { Config } from '../config/config.js';
import type { ObjectId } from '../hash/object-id.js';
import { buildPack } from '../pack/build-pack.js';
import { bufferSource } from '../pack/byte-source.js';
import { Pack } from '../pack/pack.js';
import { PackIndex } from '../pack/pack-index.js';
import { expectValue } from '../ref/ref-edit.js';
import { HEAD, parseRefName, type RefName } from '../ref/ref-name.js';
import { directRef, symbolicRef, type RefValue } from '../ref/ref-value.js';
import { READ_ONCE, type Backend, type LogEntry, type Position } from '../storage/backend.js';
import { batchOfSnapshot } from '../storage/snapshot-batch.js';
import { Writer } from '../storage/writer.js';
import { apply } from '../store/apply.js';
import { EMPTY_BATCH, type Batch } from '../store/batch.js';
import { Draft } from '../store/draft.js';
import { emptySnapshot, type Snapshot } from '../store/snapshot.js';
import { YoungWriter } from '../store/young-objects.js';
import { expectCode, expectEqual, expectTrue, type Check } from './check.js';

/** How the suite gets at an implementation. */
export interface BackendMaker {
  /** A backend on a new repository whose HEAD names `refs/heads/main`, which does not exist yet. */
  make(): Promise<Backend>;
  /** Another backend on the same repository; the same one where there can be only one, as in memory. */
  openAgain(backend: Backend): Promise<Backend>;
}

const MAIN = parseRefName('refs/heads/main');
const SIDE = parseRefName('refs/heads/side');

/**
 * What every {@link Backend} must do, as checks for any test framework; each makes backends of its own and closes them.
 *
 * @example
 * for (const check of backendSuite(maker)) it(check.name, () => check.run());
 */
export function backendSuite(maker: BackendMaker): Check[] {
  return Object.entries(CHECKS).map(([name, check]) => ({
    name,
    run: async () => {
      const backends: Backend[] = [];
      const keep = (backend: Backend): Backend => {
        backends.push(backend);
        return backend;
      };
      const backend = keep(await maker.make());
      try {
        await check(backend, async () => keep(await maker.openAgain(backend)));
      } finally {
        for (const each of backends) await each.close();
      }
    },
  }));
}

type CheckAction = (backend: Backend, openAgain: () => Promise<Backend>) => Promise<void>;

const CHECKS: Readonly<Record<string, CheckAction>> = {
  'begins with an unborn branch': async (backend) => {
    const { snapshot } = await replayAll(backend);
    expectEqual([...snapshot.refs.entries()], [['HEAD', symbolicRef(MAIN)]], 'refs');
    expectEqual([...snapshot.shallow], [], 'shallow commits');
  },

  'gives back what was appended, at once and to others': async (backend, openAgain) => {
    const start = await replayAll(backend);
    const { batch, id } = commitBatch(start.snapshot, MAIN, 'one');
    const end = await backend.append(start.position, [batch]);
    expectEqual((await readAll(backend, end)).length, 0, 'batches after the end');
    for (const each of [backend, await openAgain()]) {
      const { snapshot } = await replayAll(each);
      expectEqual(snapshot.refs.get(MAIN), directRef(id), 'the branch');
      for (const object of batch.objects) {
        expectEqual(snapshot.objects.find(object.id), { type: object.type, body: object.body }, `object ${object.id}`);
      }
    }
  },

  'gives who knows an earlier position what came after it': async (backend) => {
    const start = await replayAll(backend);
    const first = commitBatch(start.snapshot, MAIN, 'one');
    const middle = await backend.append(start.position, [first.batch]);
    const known = replay(start.snapshot, await readAll(backend, start.position));
    expectEqual(known.refs.get(MAIN), directRef(first.id), 'the branch after one append');
    const second = commitBatch(known, MAIN, 'two');
    await backend.append(middle, [second.batch]);
    expectEqual(replay(known, await readAll(backend, middle)).refs.get(MAIN), directRef(second.id), 'the branch from the middle');
    expectEqual(replay(start.snapshot, await readAll(backend, start.position)).refs.get(MAIN), directRef(second.id), 'from the start');
  },

  'appends several batches as one': async (backend, openAgain) => {
    const start = await replayAll(backend);
    const first = commitBatch(start.snapshot, MAIN, 'one');
    const between = replay(start.snapshot, [{ position: start.position, batch: first.batch }]);
    const second = commitBatch(between, MAIN, 'two');
    const third = commitBatch(between, SIDE, 'three');
    await backend.append(start.position, [first.batch, second.batch, third.batch]);
    const { snapshot } = await replayAll(await openAgain());
    expectEqual(snapshot.refs.get(MAIN), directRef(second.id), 'main');
    expectEqual(snapshot.refs.get(SIDE), directRef(third.id), 'side');
  },

  'refuses an append to a ref that has moved, and changes nothing': async (backend, openAgain) => {
    const start = await replayAll(backend);
    const other = await openAgain();
    const otherStart = await replayAll(other);
    const winner = commitBatch(start.snapshot, MAIN, 'winner');
    await backend.append(start.position, [winner.batch]);
    const loser = commitBatch(otherStart.snapshot, MAIN, 'loser');
    const bystander = commitBatch(otherStart.snapshot, SIDE, 'bystander');
    await expectCode(() => other.append(otherStart.position, [bystander.batch, loser.batch]), 'backend-moved', 'a stale append');
    for (const each of [backend, other]) {
      const { snapshot } = await replayAll(each);
      expectEqual(snapshot.refs.get(MAIN), directRef(winner.id), 'main');
      expectEqual(snapshot.refs.get(SIDE), undefined, 'side');
    }
  },

  'keeps refs of every kind': async (backend, openAgain) => {
    let at = await replayAll(backend);
    const { batch, id } = commitBatch(at.snapshot, MAIN, 'base');
    await backend.append(at.position, [batch]);
    const steps: (readonly [string, RefValue | undefined])[][] = [
      [['refs/heads/a', directRef(id)], ['refs/tags/v1', directRef(id)], ['refs/notes/x', directRef(id)]],
      [['refs/heads/a', undefined], ['refs/heads/a/b', directRef(id)], ['refs/remotes/o/HEAD', symbolicRef(MAIN)]],
      [['refs/heads/a/b', undefined], ['refs/heads/a', directRef(id)]],
      [['HEAD', symbolicRef(parseRefName('refs/heads/a'))], ['refs/heads/naïve-ü', directRef(id)]],
      [['HEAD', directRef(id)], ['refs/remotes/o/HEAD', undefined], ['refs/tags/v1', undefined]],
    ];
    for (const step of steps) {
      at = await replayAll(backend);
      const { snapshot } = at;
      const refs = step.map(([name, value]) => ({
        name: parseRefName(name), value, expected: expectValue(snapshot.refs.get(name)),
      }));
      await backend.append(at.position, [{ ...EMPTY_BATCH, refs, origin: 'test' }]);
      const expected = replay(snapshot, [{ position: at.position, batch: { ...EMPTY_BATCH, refs } }]).refs;
      for (const each of [backend, await openAgain()]) {
        expectEqual([...(await replayAll(each)).snapshot.refs.entries()], [...expected.entries()], 'refs');
      }
    }
  },

  'keeps objects of every kind byte for byte': async (backend, openAgain) => {
    const start = await replayAll(backend);
    const writer = new YoungWriter(backend.algorithm);
    const ids: ObjectId[] = [];
    for (const body of [[], [0], [0x0a, 0xff, 0x80], new Array<number>(100_000).fill(7)]) ids.push(writer.write('blob', Uint8Array.from(body)));
    ids.push(writer.write('tree', new Uint8Array(0)), writer.write('tag', Buffer.from('not even a tag')));
    await backend.append(start.position, [{ ...EMPTY_BATCH, objects: [...writer.objects()], origin: 'test' }]);
    const { objects } = (await replayAll(await openAgain())).snapshot;
    for (const id of ids) {
      const { type, body } = writer.find(id)!;
      const expected = { type, body };
      expectEqual(objects.find(id), expected, id);
      expectEqual(objects.findHeader(id), { type: expected.type, size: expected.body.length }, `header of ${id}`);
      expectEqual(Buffer.concat(Array.from(objects.findChunks(id)!, (chunk) => Buffer.from(chunk))).toString('latin1'), Buffer.from(expected.body).toString('latin1'), id);
      expectTrue(objects.has(id), `has ${id}`);
      expectTrue([...objects.idsWithPrefix(id.slice(0, 6))].includes(id), `prefix of ${id}`);
    }
    expectEqual(objects.find(backend.algorithm.zeroId), undefined, 'an object that is not there');
  },

  'keeps packs': async (backend, openAgain) => {
    const start = await replayAll(backend);
    const { batch, id } = commitBatch(start.snapshot, MAIN, 'packed');
    const { algorithm } = backend;
    const built = buildPack(batch.objects, { algorithm });
    const pack = new Pack({ source: bufferSource(built.pack), index: new PackIndex(built.index, algorithm), algorithm });
    await backend.append(start.position, [{ ...batch, objects: [], packs: [pack] }]);
    const { snapshot } = await replayAll(await openAgain());
    expectEqual(snapshot.refs.get(MAIN), directRef(id), 'the branch');
    for (const object of batch.objects) expectEqual(snapshot.objects.find(object.id)?.body, object.body, object.id);
  },

  'keeps configuration and shallow commits': async (backend, openAgain) => {
    let at = await replayAll(backend);
    const { batch, id } = commitBatch(at.snapshot, MAIN, 'shallow');
    const config = [{ name: 'core.thing', value: 'one' }, { name: 'remote.a b.url', value: 'x "y"\n#z' }];
    await backend.append(at.position, [{ ...batch, config, shallow: { add: [id], remove: [] } }]);
    const first = (await replayAll(await openAgain())).snapshot;
    expectEqual([first.config.get('core.thing'), first.config.get('remote.a b.url')], ['one', 'x "y"\n#z'], 'configuration');
    expectEqual([...first.shallow], [id], 'shallow commits');
    at = await replayAll(backend);
    const edits = [{ name: 'core.thing', value: undefined }, { name: 'core.other', value: 'two' }];
    await backend.append(at.position, [{ ...EMPTY_BATCH, config: edits, shallow: { add: [], remove: [id] }, origin: 'test' }]);
    const second = (await replayAll(await openAgain())).snapshot;
    expectEqual([second.config.get('core.thing'), second.config.get('core.other')], [undefined, 'two'], 'configuration');
    expectEqual([...second.shallow], [], 'shallow commits');
  },

  'tells followers of what others append, until they have enough': async (backend, openAgain) => {
    const start = await replayAll(backend);
    const other = await openAgain();
    const stop = new AbortController();
    const seen: LogEntry[] = [];
    const following = (async () => {
      for await (const entry of other.read(undefined, { follow: true, signal: stop.signal })) {
        seen.push(entry);
        if (replayFromNothing(other, seen).refs.has(MAIN)) return;
      }
    })();
    const { batch, id } = commitBatch(start.snapshot, MAIN, 'followed');
    await backend.append(start.position, [batch]);
    await following;
    expectEqual(replayFromNothing(other, seen).refs.get(MAIN), directRef(id), 'the branch');
    const idle = (async () => {
      for await (const _ of other.read(seen.at(-1)!.position, { follow: true, signal: stop.signal })) throw new Error('Nothing was appended.');
    })();
    stop.abort();
    await idle;
  },

  'stays the same repository when it is compacted': async (backend, openAgain) => {
    const start = await replayAll(backend);
    await backend.append(start.position, [commitBatch(start.snapshot, MAIN, 'one').batch]);
    const before = await replayAll(backend);
    await backend.compact(before.position, batchOfSnapshot(before.snapshot, 'compact'));
    const after = await replayAll(await openAgain());
    expectEqual([...after.snapshot.refs.entries()], [...before.snapshot.refs.entries()], 'refs');
    const { batch, id } = commitBatch(before.snapshot, MAIN, 'two');
    await backend.append(before.position, [batch]);
    expectEqual((await replayAll(backend)).snapshot.refs.get(MAIN), directRef(id), 'the branch');
  },

  'refuses everything once it is closed': async (backend) => {
    const { position } = await replayAll(backend);
    await backend.close();
    await backend.close();
    await expectCode(() => readAll(backend, undefined), 'backend-closed', 'read');
    await expectCode(() => backend.append(position, [EMPTY_BATCH]), 'backend-closed', 'append');
    await expectCode(() => backend.compact(position, EMPTY_BATCH), 'backend-closed', 'compact');
  },

  'loses no update of two writers': async (backend, openAgain) => {
    const writers = [await Writer.open(backend), await Writer.open(await openAgain())];
    const done: ObjectId[] = [];
    await Promise.all(writers.map(async (writer, number) => {
      for (let i = 0; i < 10;) {
        const { batch, id } = commitBatch(writer.current, MAIN, `${number}-${i}`);
        if (!writer.apply(batch).ok) throw new Error('A batch on the current snapshot was refused.');
        try {
          await writer.flush(batch);
          done.push(id);
          i++;
        } catch (error) {
          // The other was faster: an honest conflict. On a single thread someone always gets on.
          if (!['ref-conflict', 'lock-held', 'backend-moved'].includes(String((error as { code?: unknown }).code))) throw error;
          await writer.refresh();
        }
      }
    }));
    const { snapshot } = await replayAll(backend);
    expectEqual(history(snapshot, MAIN).length, 20, 'commits on the branch');
    expectEqual(history(snapshot, MAIN).sort(), done.sort(), 'the commits that were confirmed');
  },
};

/** The first parents of a branch, newest first. */
function history(snapshot: Snapshot, branch: RefName): string[] {
  const found: string[] = [];
  const value = snapshot.refs.get(branch);
  let id = value?.kind === 'direct' ? value.id : undefined;
  while (id !== undefined) {
    found.push(id);
    const body = Buffer.from(snapshot.objects.find(id)!.body).toString();
    id = /^parent ([0-9a-f]+)$/m.exec(body)?.[1] as ObjectId | undefined;
  }
  return found;
}

/** A batch with a commit of an empty tree on top of a branch. */
function commitBatch(base: Snapshot, branch: RefName, message: string): { readonly batch: Batch; readonly id: ObjectId } {
  const draft = new Draft(base);
  const tree = draft.write('tree', new Uint8Array(0));
  const value = base.refs.get(branch);
  const parent = value?.kind === 'direct' ? `parent ${value.id}\n` : '';
  const who = 'Suite <suite@example.com> 1700000000 +0000';
  const id = draft.write('commit', Buffer.from(`tree ${tree}\n${parent}author ${who}\ncommitter ${who}\n\n${message}\n`));
  draft.setRef(branch, id);
  return { batch: draft.finish({ origin: 'test' }), id };
}

interface End {
  readonly snapshot: Snapshot;
  readonly position: Position;
}

async function replayAll(backend: Backend): Promise<End> {
  const entries = await readAll(backend, undefined);
  const last = entries.at(-1);
  if (last === undefined) throw new Error('The log is empty.');
  const snapshot = replayFromNothing(backend, entries);
  if (!snapshot.refs.has(HEAD)) throw new Error('The log does not lead to a repository with a HEAD.');
  return { snapshot, position: last.position };
}

async function readAll(backend: Backend, after: Position | undefined): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of backend.read(after, READ_ONCE)) entries.push(entry);
  return entries;
}

function replayFromNothing(backend: Backend, entries: readonly LogEntry[]): Snapshot {
  return replay(emptySnapshot(backend.algorithm, Config.empty), entries);
}

function replay(start: Snapshot, entries: readonly LogEntry[]): Snapshot {
  let snapshot = start;
  for (const { batch } of entries) {
    const result = apply(snapshot, batch);
    if (!result.ok) throw new Error(`The log does not replay: ${result.refusals[0]!.message}`);
    snapshot = result.snapshot;
  }
  return snapshot;
}
