import { describe, expect, it } from '@jest/globals';
import { ascii, HandMadePack, handMadeDelta, sealPack } from '../../test/hand-made-pack.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { bufferSource, MemorySpool } from './byte-source.js';
import { completeThinPack, indexPack, type IndexedPack, type IndexPackOptions } from './index-pack.js';
import { Pack } from './pack.js';

const index = (bytes: Uint8Array, options: Partial<IndexPackOptions> = {}): IndexedPack =>
  runJob(indexPack(bufferSource(bytes), { algorithm: SHA1, ...options }));

const codeOf = (bytes: Uint8Array, options: Partial<IndexPackOptions> = {}): unknown => {
  try {
    index(bytes, options);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};

const hello = ascii('hello, world');
const helloId = hashObject('blob', hello, SHA1);
const append = (size: number, text: string) => handMadeDelta(size, size + text.length, [[0, size], ascii(text)]);

describe('indexing a pack', () => {
  it('finds whole objects and deltas of both kinds', () => {
    const pack = new HandMadePack();
    const first = pack.object('blob', hello);
    const second = pack.ofsDelta(first, append(12, '!'));
    pack.refDelta(hashObject('blob', ascii('hello, world!'), SHA1), append(13, '?'));
    pack.ofsDelta(second, append(13, '.'));
    const { index: found, objectCount } = index(pack.finish());
    expect(objectCount).toBe(4);
    for (const text of ['hello, world', 'hello, world!', 'hello, world!?', 'hello, world!.']) {
      expect(found.findOffset(hashObject('blob', ascii(text), SHA1))).toBeDefined();
    }
  });

  it('resolves a ref-delta that stands before its base', () => {
    const pack = new HandMadePack();
    pack.refDelta(helloId, append(12, '!'));
    pack.object('blob', hello);
    expect(index(pack.finish()).index.findOffset(hashObject('blob', ascii('hello, world!'), SHA1))).toBe(12);
  });

  it('tells each object to a listener once', () => {
    const pack = new HandMadePack(SHA256);
    const first = pack.object('commit', hello);
    pack.ofsDelta(first, append(12, '!'));
    const seen: unknown[] = [];
    index(pack.finish(), {
      algorithm: SHA256,
      onObject: (id, type, body) => seen.push([id.length, type, Buffer.from(body!).toString()]),
    });
    expect(seen).toEqual([[64, 'commit', 'hello, world'], [64, 'commit', 'hello, world!']]);
  });

  it('accepts an empty pack and one of version 3', () => {
    expect(index(new HandMadePack().finish()).objectCount).toBe(0);
    expect(index(new HandMadePack().finish({ version: 3 })).objectCount).toBe(0);
  });

  it('keeps or refuses an object that comes twice', () => {
    const pack = new HandMadePack();
    pack.object('blob', hello);
    pack.object('blob', hello);
    pack.refDelta(helloId, append(12, '!'));
    expect(index(pack.finish()).objectCount).toBe(3);
    expect(codeOf(pack.finish(), { duplicates: 'refuse' })).toBe('pack-corrupt');
  });

  it('hashes large objects in pieces, and makes deltas on them', () => {
    const large = new Uint8Array(3_000_000).map((_, i) => (i * i) >> 11);
    const pack = new HandMadePack();
    const first = pack.object('blob', large);
    pack.ofsDelta(first, handMadeDelta(3_000_000, 2_500_003, [[500_000, 2_500_000], ascii('end')]));
    pack.object('tree', large);
    const seen = new Map<string, number | undefined>();
    const { index: found } = index(pack.finish(), { onObject: (id, _type, body) => seen.set(id, body?.length) });
    expect(seen.get(hashObject('blob', large, SHA1))).toBeUndefined();
    expect(seen.get(hashObject('tree', large, SHA1))).toBe(3_000_000);
    const result = new Uint8Array(Buffer.concat([large.subarray(500_000), ascii('end')]));
    expect(seen.get(hashObject('blob', result, SHA1))).toBe(2_500_003);
    const whole = new Pack({ source: bufferSource(pack.finish()), index: found, algorithm: SHA1 });
    expect(Buffer.compare(whole.find(hashObject('blob', result, SHA1))!.body, result)).toBe(0);
    runJob(whole.verify());
  });

  it('gives the same result when all bodies but one must be made again', () => {
    const pack = new HandMadePack();
    const bodies = [new Uint8Array(40_000).map((_, i) => (i * i) >> 5)];
    const offsets = [pack.object('blob', bodies[0]!)];
    let seed = 7;
    for (let i = 1; i < 60; i++) {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      const base = seed % i;
      const text = ascii(`${i}`);
      bodies.push(new Uint8Array(Buffer.concat([bodies[base]!, text])));
      const delta = append(bodies[base]!.length, `${i}`);
      const baseId = hashObject('blob', bodies[base]!, SHA1);
      offsets.push(i % 2 === 0 ? pack.refDelta(baseId, delta) : pack.ofsDelta(offsets[base]!, delta));
    }
    const { index: found } = index(pack.finish(), { cacheSizeMax: 60_000 });
    bodies.forEach((body, i) => expect(found.findOffset(hashObject('blob', body, SHA1))).toBe(offsets[i]));
  });
});

describe('a pack is refused', () => {
  const whole = (() => {
    const pack = new HandMadePack();
    const first = pack.object('blob', hello);
    pack.ofsDelta(first, append(12, '!'));
    return pack.finish();
  })();

  it('wherever it is cut off', () => {
    for (let size = 0; size < whole.length; size++) expect(codeOf(whole.subarray(0, size))).toBe('pack-corrupt');
  });

  it('when bytes follow it', () => {
    expect(codeOf(new Uint8Array(Buffer.concat([whole, Buffer.of(0)])))).toBe('pack-corrupt');
  });

  it('when its checksum is wrong', () => {
    const broken = whole.slice();
    broken[broken.length - 1]! ^= 1;
    expect(codeOf(broken)).toBe('pack-corrupt');
  });

  it('when it promises more or fewer objects than it holds', () => {
    const pack = new HandMadePack();
    pack.object('blob', hello);
    expect(codeOf(pack.finish({ count: 2 }))).toBe('pack-corrupt');
    expect(codeOf(pack.finish({ count: 0 }))).toBe('pack-corrupt');
    expect(codeOf(pack.finish({ count: 0xffff_ffff }))).toBe('limit-exceeded');
    expect(codeOf(pack.finish({ count: 40_000_000 }))).toBe('pack-corrupt');
  });

  it('when its magic or version is not known', () => {
    expect(codeOf(new HandMadePack().finish({ version: 4 }))).toBe('pack-corrupt');
    expect(codeOf(sealPack(ascii('PUCK\0\0\0\x02\0\0\0\0')))).toBe('pack-corrupt');
  });

  it.each([['shorter', 11], ['longer', 13], ['of 4 GiB', 2 ** 32], ['of 2 MiB', 2 ** 21], ['of 2^52 bytes', 2 ** 52]])(
    'when a size in it makes a stream %s than it is',
    (_, size) => {
      const pack = new HandMadePack();
      pack.object('blob', hello, { size });
      expect(['pack-corrupt', 'limit-exceeded']).toContain(codeOf(pack.finish()));
    },
  );

  it('when a delta has its base outside, at itself or between entries', () => {
    for (const base of [-100, 0, 11, 13]) {
      const pack = new HandMadePack();
      pack.object('blob', hello);
      pack.ofsDelta(base, append(12, '!'));
      expect(codeOf(pack.finish())).toBe('pack-corrupt');
    }
    const pack = new HandMadePack();
    pack.ofsDelta(12, append(12, '!'));
    expect(codeOf(pack.finish())).toBe('pack-corrupt');
  });

  it('when ref-deltas form a circle or lack their base, with the ids that are missing', () => {
    const other = 'ab'.repeat(20);
    const pack = new HandMadePack();
    pack.refDelta(helloId, append(12, '!'));
    pack.refDelta(other, append(12, '?'));
    try {
      index(pack.finish());
      throw new Error('accepted');
    } catch (error) {
      expect(error).toMatchObject({ code: 'pack-corrupt', data: { missing: [helloId, other], count: 2 } });
    }
  });

  it('when a delta does not fit its base', () => {
    const pack = new HandMadePack();
    const first = pack.object('blob', hello);
    pack.ofsDelta(first, append(11, '!'));
    expect(codeOf(pack.finish())).toBe('delta-invalid');
  });

  it('when a small delta promises gigabytes', () => {
    const pack = new HandMadePack();
    const first = pack.object('blob', hello);
    pack.ofsDelta(first, handMadeDelta(12, 2 ** 31, [[0, 12]]));
    expect(codeOf(pack.finish())).toBe('limit-exceeded');
  });

  it('when its objects expand beyond the bound', () => {
    const pack = new HandMadePack();
    const first = pack.object('blob', new Uint8Array(100_000));
    for (let i = 0; i < 20; i++) pack.ofsDelta(first, append(100_000, `${i}`));
    expect(codeOf(pack.finish())).toBeUndefined();
    expect(codeOf(pack.finish(), { expandedSizeMax: 1_000_000 })).toBe('limit-exceeded');
  });

  it('not when a large blob is within the bound, which counts once', () => {
    const pack = new HandMadePack();
    pack.object('blob', new Uint8Array(3_000_000));
    expect(codeOf(pack.finish(), { expandedSizeMax: 3_000_000 })).toBeUndefined();
    expect(codeOf(pack.finish(), { expandedSizeMax: 2_999_999 })).toBe('limit-exceeded');
  });

  it('when a chain of deltas is far too long', () => {
    const pack = new HandMadePack();
    const delta = handMadeDelta(12, 12, [[0, 12]]);
    const first = pack.ofsDelta(pack.object('blob', hello), delta);
    const second = pack.ofsDelta(first, delta);
    expect(pack.size - second).toBe(second - first);
    // Entries of one length, each based on the one before: the same bytes again and again.
    const entry = pack.finish().slice(second, pack.size);
    for (let i = 0; i < 200_000; i++) pack.raw(entry);
    expect(codeOf(pack.finish())).toBe('pack-corrupt');
  });
});

describe('a thin pack', () => {
  const outside = new Map([[helloId, { type: 'blob' as const, body: hello }]]);
  const findBase = (id: ObjectId) => outside.get(id);
  const thin = (() => {
    const pack = new HandMadePack();
    pack.refDelta(hashObject('blob', ascii('hello, world!'), SHA1), append(13, '?'));
    pack.refDelta(helloId, append(12, '!'));
    return pack.finish();
  })();

  it('is completed with the bases it lacks', () => {
    const spool = new MemorySpool();
    spool.append(thin);
    const indexed = runJob(indexPack(spool, { algorithm: SHA1, findBase }));
    expect(indexed.objectCount).toBe(3);
    completeThinPack(spool, indexed);
    const completed = spool.read(0, spool.size);
    const again = index(completed);
    expect(again.id).toBe(indexed.id);
    expect(Buffer.compare(again.indexBytes, indexed.indexBytes)).toBe(0);
    expect(again.completion).toBeUndefined();
  });

  it('is refused where nobody has the bases', () => {
    expect(codeOf(thin)).toBe('pack-corrupt');
    expect(codeOf(thin, { findBase: () => undefined })).toBe('pack-corrupt');
  });

  it('is refused where a base is damaged', () => {
    expect(codeOf(thin, { findBase: () => ({ type: 'blob', body: ascii('jello, world') }) })).toBe('object-corrupt');
  });
});
