import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sealPack } from '../../test/hand-made-pack.js';
import { SHA1 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import { runJob } from '../job/job.js';
import { buildPack } from './build-pack.js';
import { bufferSource, chunkedSource, MemorySpool } from './byte-source.js';
import { indexPack } from './index-pack.js';
import { Pack } from './pack.js';
import { PackIndex } from './pack-index.js';
import { PackReceiver } from './pack-receiver.js';

const line = fc.constantFrom('one line\n', 'another line\n', 'yet another, rather longer line\n', '\0\u00ff\n', '-\n');
const body = fc.oneof(
  fc.array(line, { maxLength: 60 }).map((lines) => new Uint8Array(Buffer.from(lines.join(''), 'latin1'))),
  fc.uint8Array({ maxLength: 200 }),
);
const objects = fc
  .array(fc.record({ type: fc.constantFrom('commit' as const, 'tree' as const, 'blob' as const), body }), { maxLength: 12 })
  .map((list) => list.map((object) => ({ ...object, id: hashObject(object.type, object.body, SHA1) })));
const options = { algorithm: SHA1 };

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

/** The code of what is thrown, where that is an error of ours; anything else fails the test. */
function attempt(action: () => void): string {
  try {
    action();
    return 'accepted';
  } catch (error) {
    const { name, code } = error as { name?: unknown; code?: unknown };
    if (name !== 'GovcError') throw error;
    return String(code);
  }
}

describe('a pack that was built', () => {
  it('reads back, and has the same index however it arrives', () => {
    fc.assert(
      fc.property(objects, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (list, places, deltas) => {
        const built = buildPack(list, { ...options, deltas });
        const chunks = cut(built.pack, places);
        const indexed = runJob(indexPack(chunkedSource(chunks), options));
        expect(Buffer.compare(indexed.indexBytes, built.index)).toBe(0);
        const receiver = new PackReceiver(new MemorySpool(), options);
        for (const chunk of chunks) receiver.write(chunk);
        const received = runJob(receiver.finish());
        expect(Buffer.compare(received.indexBytes, built.index)).toBe(0);
        const pack = new Pack({ source: chunkedSource(chunks), index: new PackIndex(built.index, SHA1), ...options });
        for (const object of list) {
          expect(pack.find(object.id)!.type).toBe(object.type);
          expect(Buffer.compare(pack.find(object.id)!.body, object.body)).toBe(0);
          expect(pack.findHeader(object.id)).toEqual({ type: object.type, size: object.body.length });
        }
      }),
    );
  });

  it('is refused with an error of ours, or accepted, after any change of its bytes', () => {
    fc.assert(
      fc.property(
        objects,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 4 }),
        (list, changes, places) => {
          const built = buildPack(list, options);
          const content = built.pack.slice(0, built.pack.length - 20);
          for (const [place, value] of changes) content[place % content.length] = value;
          // With a right checksum, so that the damage is met where it is.
          const broken = sealPack(content);
          const whole = attempt(() => runJob(indexPack(bufferSource(broken), options)));
          const inPieces = attempt(() => {
            const receiver = new PackReceiver(new MemorySpool(), options);
            for (const chunk of cut(broken, places)) receiver.write(chunk);
            runJob(receiver.finish());
          });
          expect(inPieces).toBe(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that is damaged behind its index throws nothing but errors of ours when it is read', () => {
    fc.assert(
      fc.property(objects, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (list, changes) => {
        const built = buildPack(list, options);
        const broken = built.pack.slice();
        for (const [place, value] of changes) broken[place % broken.length] = value;
        attempt(() => {
          const pack = new Pack({ source: bufferSource(broken), index: new PackIndex(built.index, SHA1), ...options });
          for (const { id } of list) {
            attempt(() => pack.find(id));
            attempt(() => pack.findHeader(id));
            attempt(() => [...pack.findChunks(id)!]);
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('with a damaged index throws nothing but errors of ours when it is read', () => {
    fc.assert(
      fc.property(objects, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), (list, changes) => {
        const built = buildPack(list, options);
        const broken = built.index.slice();
        for (const [place, value] of changes) broken[1000 + (place % (broken.length - 1000))] = value;
        attempt(() => {
          const pack = new Pack({ source: bufferSource(built.pack), index: new PackIndex(broken, SHA1), ...options });
          for (const { id } of list) {
            attempt(() => pack.find(id));
            attempt(() => pack.findHeader(id));
            attempt(() => pack.packedSizeAt(pack.index.findOffset(id) ?? 0));
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});
