import { describe, expect, it } from '@jest/globals';
import { ascii, HandMadePack, handMadeDelta } from '../../test/hand-made-pack.js';
import { concatBytes } from '../bytes/compare.js';
import { SHA1 } from '../hash/algorithm.js';
import { hashObject, type ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { buildPack } from './build-pack.js';
import { bufferSource } from './byte-source.js';
import { indexPack, type IndexedPack } from './index-pack.js';
import type { ObjectSource } from './object-source.js';
import { Pack } from './pack.js';
import { PackIndex } from './pack-index.js';
import { PackList, packNameHash } from './pack-list.js';
import { planPack, type PlanPackOptions } from './plan-pack.js';
import { writePack } from './write-pack.js';

const index = (bytes: Uint8Array, findBase?: (id: ObjectId) => { type: ObjectType; body: Uint8Array } | undefined): IndexedPack =>
  runJob(indexPack(bufferSource(bytes), { algorithm: SHA1, findBase }));
const open = (bytes: Uint8Array): Pack => new Pack({ source: bufferSource(bytes), index: index(bytes).index, algorithm: SHA1 });
const idOf = (body: Uint8Array) => hashObject('blob', body, SHA1);
const append = (size: number, text: string) => handMadeDelta(size, size + text.length, [[0, size], ascii(text)]);

/** Several sources, the first that has an object wins. */
function stack(...sources: readonly ObjectSource[]): ObjectSource {
  const first = <Result>(get: (source: ObjectSource) => Result | undefined): Result | undefined => {
    for (const source of sources) {
      const found = get(source);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    has: (id) => sources.some((source) => source.has(id)),
    find: (id) => first((source) => source.find(id)),
    findHeader: (id) => first((source) => source.findHeader(id)),
    findChunks: (id) => first((source) => source.findChunks(id)),
    findEntry: (id) => first((source) => source.findEntry(id)),
    ids: () => sources.flatMap((source) => [...source.ids()]),
    idsWithPrefix: (prefix) => sources.flatMap((source) => [...source.idsWithPrefix(prefix)]),
  };
}

function loose(...bodies: readonly Uint8Array[]): ObjectSource {
  const held = new Map(bodies.map((body) => [idOf(body), body]));
  return {
    has: (id) => held.has(id),
    find: (id) => (held.has(id) ? { type: 'blob', body: held.get(id)! } : undefined),
    findHeader: (id) => (held.has(id) ? { type: 'blob', size: held.get(id)!.length } : undefined),
    findChunks: (id) => (held.has(id) ? [held.get(id)!] : undefined),
    findEntry: () => undefined,
    ids: () => held.keys(),
    idsWithPrefix: () => [],
  };
}

function write(ids: readonly ObjectId[], options: PlanPackOptions, known: readonly ObjectId[] = []): Uint8Array {
  const list = new PackList(SHA1);
  for (const id of ids) list.add(id, 1);
  for (const id of known) list.addKnown(id, 1);
  const writer = writePack(runJob(planPack(list, options)));
  const chunks: Uint8Array[] = [];
  for (;;) {
    const step = writer.next();
    if (step.done === true) {
      const whole = concatBytes(chunks);
      expect(step.value.size).toBe(whole.length);
      return whole;
    }
    if (step.value instanceof Uint8Array) chunks.push(step.value);
  }
}

function noise(seed: number, size: number): Uint8Array {
  let state = seed;
  return new Uint8Array(size).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
}
const large = noise(1, 5000);
const texts = [large, concatBytes([large, ascii('one')]), concatBytes([ascii('two'), large]), concatBytes([large, large])];
const ids = texts.map(idOf);

const chained = (() => {
  const pack = new HandMadePack();
  const first = pack.object('blob', large);
  const second = pack.ofsDelta(first, append(5000, 'one'));
  pack.ofsDelta(second, handMadeDelta(5003, 10_000, [[0, 5000], [0, 5000]]));
  pack.object('blob', texts[2]!);
  return pack.finish();
})();

describe('writing a pack', () => {
  it('copies a whole pack byte for byte', () => {
    expect(Buffer.compare(write(ids, { source: open(chained) }), chained)).toBe(0);
  });

  it('looks for deltas among objects that are not packed', () => {
    const pack = write(ids, { source: loose(...texts) });
    expect(pack.length).toBeLessThan(large.length * 1.4);
    const opened = open(pack);
    texts.forEach((text, i) => expect(Buffer.compare(opened.find(ids[i]!)!.body, text)).toBe(0));
    const plain = write(ids, { source: loose(...texts), window: 0 });
    expect(plain.length).toBeGreaterThan(large.length * 2);
    expect(open(plain).objectCount).toBe(4);
  });

  it('names bases by id for a receiver that knows nothing else', () => {
    const pack = open(write(ids, { source: open(chained), ofsDelta: false }));
    const types = ids.map((id) => pack.entryAt(pack.index.findOffset(id)!).type);
    expect(types).toEqual(['blob', 'ref-delta', 'blob', 'ref-delta']);
  });

  it('makes an object whole when its base does not go along', () => {
    const pack = open(write([ids[1]!, ids[3]!], { source: open(chained), window: 0 }));
    expect(pack.entryAt(pack.index.findOffset(ids[1]!)!).type).toBe('blob');
    expect(pack.entryAt(pack.index.findOffset(ids[3]!)!).type).toBe('ofs-delta');
    expect(Buffer.compare(pack.find(ids[3]!)!.body, texts[3]!)).toBe(0);
  });

  it('sends deltas on what the receiver has in a thin pack', () => {
    const source = open(chained);
    const stored = write([ids[1]!], { source, isBaseKnown: (id) => id === ids[0] });
    const found = write([ids[2]!], { source: loose(...texts) }, [ids[0]!]);
    for (const [thin, text] of [[stored, texts[1]!], [found, texts[2]!]] as const) {
      expect(thin.length).toBeLessThan(150);
      expect(() => index(thin)).toThrow(expect.objectContaining({ code: 'pack-corrupt' }));
      expect(index(thin, (id) => source.find(id)).index.findOffset(idOf(text))).toBe(12);
    }
  });

  it('cuts circles of deltas from several packs', () => {
    const one = new HandMadePack();
    const base = one.object('blob', texts[0]!);
    one.ofsDelta(base, append(5000, 'one'));
    const two = new HandMadePack();
    const other = two.object('blob', texts[1]!);
    two.ofsDelta(other, handMadeDelta(5003, 5000, [[0, 5000]]));
    const packs = [open(one.finish()), open(two.finish())] as const;
    // Each object is found where it is a delta on the other.
    const source: ObjectSource = { ...stack(...packs), findEntry: (id) => packs[id === ids[1] ? 0 : 1].findEntry(id) };
    const written = open(write([ids[0]!, ids[1]!], { source, window: 0 }));
    expect(Buffer.compare(written.find(ids[0]!)!.body, texts[0]!)).toBe(0);
    expect(Buffer.compare(written.find(ids[1]!)!.body, texts[1]!)).toBe(0);
  });

  it('takes young objects and objects of several packs together', () => {
    const second = buildPack([{ id: ids[2]!, type: 'blob', body: texts[2]! }], { algorithm: SHA1 });
    const young = noise(9, 3000);
    const source = stack(loose(young), open(second.pack), open(chained));
    const written = open(write([idOf(young), ...ids], { source }));
    expect(written.objectCount).toBe(5);
    expect(Buffer.compare(written.find(idOf(young))!.body, young)).toBe(0);
  });

  it('streams an object of several megabytes', () => {
    const body = noise(3, 3_000_000);
    const written = open(write([idOf(body)], { source: loose(body), deltaSizeMax: 1000 }));
    expect(written.findHeader(idOf(body))).toEqual({ type: 'blob', size: 3_000_000 });
  });

  it('writes an empty pack', () => {
    expect(index(write([], { source: loose() })).objectCount).toBe(0);
  });

  it.each([0, 10])('refuses to pack what is not there, with a window of %i', (window) => {
    expect(() => write([ids[0]!], { source: loose(), window })).toThrow(expect.objectContaining({ code: 'object-missing' }));
  });
});

describe('building a pack', () => {
  it('gives an index that is right', () => {
    const built = buildPack(
      [...texts, texts[0]!].map((body) => ({ id: idOf(body), type: 'blob', body })),
      { algorithm: SHA1 },
    );
    const indexed = index(built.pack);
    expect(indexed.id).toBe(built.id);
    expect(Buffer.compare(indexed.indexBytes, built.index)).toBe(0);
    expect(new PackIndex(built.index, SHA1).count).toBe(4);
  });
});

describe('the hash of a name', () => {
  it('is alike for names with the same end', () => {
    expect(packNameHash(ascii('a/b/Makefile')) >>> 20).toBe(packNameHash(ascii('quite/another/Makefile')) >>> 20);
    expect(packNameHash(ascii(''))).toBe(0);
    expect(packNameHash(ascii('a b'))).toBe(packNameHash(ascii('ab')));
  });
});
