import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { MemorySpool } from './byte-source.js';
import { GrowingPack } from './growing-pack.js';
import { Pack } from './pack.js';
import { PackIndex } from './pack-index.js';

const line = (i: number): string => `line ${i} of a text that goes on for a while ${i * 7919}\n`;
const textOf = (version: number): string => Array.from({ length: 300 }, (_, i) => line(i === version ? -version : i)).join('');

describe('a pack that grows', () => {
  it('reads back what waits and what was taken, and is a pack at the end', () => {
    const spool = new MemorySpool();
    const pack = new GrowingPack({ algorithm: SHA1, source: spool });
    const ids: ObjectId[] = [];
    for (let i = 0; i < 120; i++) {
      ids.push(pack.write('blob', bytesFromText(textOf(i)), { base: ids.at(-1) }));
      if (i % 17 === 0) for (const chunk of pack.take()) spool.append(chunk);
      const probe = (i * 31) % ids.length;
      expect(textFromBytes(pack.find(ids[probe]!)!.body)).toBe(textOf(probe));
    }
    expect(pack.write('blob', bytesFromText(textOf(5)))).toBe(ids[5]);
    for (const chunk of pack.take()) spool.append(chunk);
    const { header, packChecksum, indexBytes } = runJob(pack.finish());
    spool.overwrite(0, header);
    spool.append(packChecksum);
    // Most are deltas: all bodies together have two megabytes.
    expect(spool.size).toBeLessThan(60_000);
    const whole = new Pack({ source: spool, index: new PackIndex(indexBytes, SHA1), algorithm: SHA1 });
    expect(whole.index.count).toBe(120);
    for (const [i, id] of ids.entries()) expect(textFromBytes(whole.find(id)!.body)).toBe(textOf(i));
  });

  it('adds nothing that is known elsewhere, and knows types and sizes', () => {
    const pack = new GrowingPack({ algorithm: SHA1, source: new MemorySpool() });
    const id = pack.write('blob', bytesFromText('x'), { isKnown: () => true });
    expect([pack.count, pack.has(id), pack.find(id)]).toEqual([0, false, undefined]);
    expect(pack.write('tag', bytesFromText('abc'), { base: id })).toBe(pack.write('tag', bytesFromText('abc')));
    expect(pack.findHeader(pack.write('tag', bytesFromText('abc')))).toEqual({ type: 'tag', size: 3 });
  });
});
