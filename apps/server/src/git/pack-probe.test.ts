import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { PackProbe } from './pack-probe.js';

const HEADER = Buffer.from([0x50, 0x41, 0x43, 0x4b, 0, 0, 0, 2, 0, 0, 1, 44]);

describe('the probe of packs', () => {
  it('finds the number of objects however the bytes are divided', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }), (before, sizes) => {
      const bytes = Buffer.concat([before, Buffer.from('PACKPACK\0'), HEADER, Buffer.from('rest of the pack')]);
      fc.pre(bytes.indexOf(HEADER.subarray(0, 8)) === before.length + 9);
      const probe = new PackProbe();
      let at = 0;
      for (const size of sizes) {
        probe.look(bytes.subarray(at, at + size));
        at += size;
      }
      probe.look(bytes.subarray(at));
      expect(probe.objects).toBe(300);
    }));
  });

  it('counts nothing where there is no pack', () => {
    const probe = new PackProbe();
    for (let index = 0; index < 100; index++) probe.look(Buffer.from('0008NAK\nPACK'));
    expect(probe.objects).toBe(0);
  });
});
