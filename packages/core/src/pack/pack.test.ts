import { describe, expect, it } from '@jest/globals';
import { ascii, HandMadePack, handMadeDelta } from '../../test/hand-made-pack.js';
import { writeHex } from '../bytes/hex.js';
import { SHA1 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { bufferSource } from './byte-source.js';
import { DeltaBaseCache } from './delta-base-cache.js';
import { indexPack } from './index-pack.js';
import { Pack } from './pack.js';
import { PackIndex } from './pack-index.js';
import { serializeIndexV2 } from './write-index.js';

const open = (bytes: Uint8Array, cache?: DeltaBaseCache): Pack =>
  new Pack({ source: bufferSource(bytes), index: runJob(indexPack(bufferSource(bytes), { algorithm: SHA1 })).index, algorithm: SHA1, cache });

/** A pack with an index that says of each offset what the test wants. */
function openAs(bytes: Uint8Array, entries: readonly (readonly [ObjectId, number])[]): Pack {
  const ids = new Uint8Array(entries.length * 20);
  entries.forEach(([id], i) => writeHex(id, ids, i * 20));
  const rows = {
    count: entries.length,
    ids,
    offsets: Float64Array.from(entries, (entry) => entry[1]),
    crcs: new Uint32Array(entries.length),
  };
  const packChecksum = bytes.slice(bytes.length - 20);
  const index = new PackIndex(serializeIndexV2(rows, { algorithm: SHA1, packChecksum }), SHA1);
  return new Pack({ source: bufferSource(bytes), index, algorithm: SHA1 });
}

const idOf = (text: string) => hashObject('blob', ascii(text), SHA1);
const append = (size: number, text: string) => handMadeDelta(size, size + text.length, [[0, size], ascii(text)]);
const texts = ['hello, world', 'hello, world!', 'hello, world!?'];

const sample = (() => {
  const pack = new HandMadePack();
  const first = pack.object('blob', ascii(texts[0]!));
  const second = pack.ofsDelta(first, append(12, '!'));
  const third = pack.refDelta(idOf(texts[1]!), append(13, '?'));
  const large = pack.object('blob', new Uint8Array(2_500_000).fill(65));
  return { bytes: pack.finish(), first, second, third, large };
})();

describe('a pack', () => {
  it('reads objects through chains of deltas, with and without a warm cache', () => {
    const pack = open(sample.bytes);
    for (let round = 0; round < 2; round++) {
      for (const text of [...texts].reverse()) {
        expect(Buffer.from(pack.find(idOf(text))!.body).toString()).toBe(text);
        expect(pack.findHeader(idOf(text))).toEqual({ type: 'blob', size: text.length });
      }
    }
    expect(pack.objectCount).toBe(4);
    expect([...pack.ids()].length).toBe(4);
    expect(pack.find(SHA1.zeroId)).toBeUndefined();
    expect(pack.has(idOf(texts[2]!))).toBe(true);
  });

  it('tells how entries are stored', () => {
    const pack = open(sample.bytes);
    expect(pack.entryAt(sample.first)).toMatchObject({ type: 'blob', size: 12, headerSize: 1 });
    expect(pack.entryAt(sample.second)).toMatchObject({ type: 'ofs-delta', baseOffset: sample.first });
    expect(pack.entryAt(sample.third)).toMatchObject({ type: 'ref-delta', baseId: idOf(texts[1]!) });
    expect(pack.packedSizeAt(sample.first)).toBe(sample.second - sample.first);
    expect(pack.rawAt(sample.large).length).toBe(sample.bytes.length - 20 - sample.large);
    expect(Buffer.concat([...pack.rawChunksAt(sample.second)])).toEqual(Buffer.from(pack.rawAt(sample.second)));
    expect(pack.findEntry(idOf(texts[1]!))).toEqual({ pack, offset: sample.second });
    expect(pack.typeAt(sample.third)).toBe('blob');
  });

  it('gives a body in pieces', () => {
    const pack = open(sample.bytes);
    let size = 0;
    for (const piece of pack.findChunks(hashObject('blob', new Uint8Array(2_500_000).fill(65), SHA1))!) {
      expect(piece.length).toBeLessThanOrEqual(1 << 20);
      size += piece.length;
    }
    expect(size).toBe(2_500_000);
    expect(Buffer.concat([...pack.findChunks(idOf(texts[2]!))!]).toString()).toBe(texts[2]);
  });

  it('refuses an index of another pack, and bytes that are no pack', () => {
    const other = new HandMadePack();
    other.object('blob', ascii('x'));
    const { index } = runJob(indexPack(bufferSource(other.finish()), { algorithm: SHA1 }));
    expect(() => new Pack({ source: bufferSource(sample.bytes), index, algorithm: SHA1 })).toThrow(
      expect.objectContaining({ code: 'pack-index-corrupt' }),
    );
    expect(() => new Pack({ source: bufferSource(ascii('PACK')), index, algorithm: SHA1 })).toThrow(
      expect.objectContaining({ code: 'pack-corrupt' }),
    );
  });

  it('refuses deltas in a circle and bases that are not there', () => {
    const pack = new HandMadePack();
    const a = '11'.repeat(20) as ObjectId;
    const b = '22'.repeat(20) as ObjectId;
    const first = pack.refDelta(b, append(12, '!'));
    const second = pack.refDelta(a, append(12, '!'));
    const circle = openAs(pack.finish(), [[a, first], [b, second]]);
    for (const action of [() => circle.readAt(first), () => circle.headerAt(second), () => circle.typeAt(first)]) {
      expect(action).toThrow(expect.objectContaining({ code: 'pack-corrupt' }));
    }
    const lone = new HandMadePack();
    const only = lone.refDelta(b, append(12, '!'));
    expect(() => openAs(lone.finish(), [[a, only]]).readAt(only)).toThrow(expect.objectContaining({ code: 'pack-corrupt' }));
  });

  it('refuses a size that its bytes cannot have', () => {
    const pack = new HandMadePack();
    const offset = pack.object('blob', ascii('small'), { size: 2 ** 33 });
    expect(() => openAs(pack.finish(), [[SHA1.zeroId, offset]]).readAt(offset)).toThrow(
      expect.objectContaining({ code: 'pack-corrupt' }),
    );
  });

  it('verifies itself, and finds an index that lies', () => {
    runJob(open(sample.bytes).verify());
    const twice = new HandMadePack();
    twice.object('blob', ascii('x'));
    twice.object('blob', ascii('x'));
    runJob(open(twice.finish()).verify());
    const pack = new HandMadePack();
    const offset = pack.object('blob', ascii('x'));
    expect(() => {
      runJob(openAs(pack.finish(), [[idOf('y'), offset]]).verify());
    }).toThrow(expect.objectContaining({ code: 'pack-index-corrupt' }));
  });
});

describe('a cache of bases', () => {
  it('is bounded over all packs, and forgets the least recently used', () => {
    const cache = new DeltaBaseCache(2000);
    const one = cache.slot();
    const two = cache.slot();
    one.add(12, 'blob', new Uint8Array(600));
    two.add(12, 'tree', new Uint8Array(600));
    expect(one.find(12)).toMatchObject({ type: 'blob' });
    two.add(90, 'blob', new Uint8Array(600));
    expect(two.find(12)).toBeUndefined();
    expect(one.find(12)).toBeDefined();
    expect(cache.size).toBeLessThanOrEqual(2000);
    one.add(99, 'blob', new Uint8Array(1900));
    expect(one.find(99)).toBeUndefined();
    one.clear();
    two.clear();
    expect(cache.size).toBe(0);
  });

  it('serves a pack without changing what it reads', () => {
    const pack = open(sample.bytes, new DeltaBaseCache(1));
    expect(Buffer.from(pack.find(idOf(texts[2]!))!.body).toString()).toBe(texts[2]);
    pack.close();
  });
});
