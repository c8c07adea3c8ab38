import { describe, expect, it } from '@jest/globals';
import { ascii, handMadeDelta } from '../../test/hand-made-pack.js';
import { applyDelta, readDeltaSizes } from './apply-delta.js';
import { DeltaArena } from './delta-arena.js';

const base = ascii('hello, world');

/** The same delta applied inside one buffer. */
function applyInArena(delta: Uint8Array): Uint8Array {
  const arena = new DeltaArena();
  const { resultSize, instructionsAt } = readDeltaSizes(delta);
  arena.reserve(base.length + delta.length + 64 + resultSize, 0);
  arena.bytes.set(base, 0);
  arena.bytes.set(delta, base.length);
  const resultAt = base.length + delta.length + 32;
  arena.begin(base.length + instructionsAt, base.length + delta.length).on(0, base.length).to(resultAt, resultSize);
  while (!arena.apply(4));
  return arena.bytes.slice(resultAt, resultAt + resultSize);
}

describe.each([
  ['on bytes anywhere', (delta: Uint8Array) => applyDelta(base, delta)],
  ['inside one buffer', applyInArena],
])('a delta applied %s', (_, apply) => {
  it('copies and inserts', () => {
    // Copy 5 bytes from 7, insert "!", copy 5 bytes from 0; only the bytes that are not 0 stand in a copy.
    const delta = Uint8Array.of(12, 11, 0x91, 7, 5, 1, 0x21, 0x90, 5);
    expect(Buffer.from(apply(delta)).toString()).toBe('world!hello');
  });

  it('may be empty', () => {
    expect(apply(Uint8Array.of(12, 0)).length).toBe(0);
  });

  it.each([
    ['copies past the end of its base', handMadeDelta(12, 5, [[8, 5]])],
    ['copies from far outside', handMadeDelta(12, 5, [[0xffffffff, 5]])],
    ['makes more than it promised', handMadeDelta(12, 4, [[0, 5]])],
    ['inserts more than it promised', handMadeDelta(12, 2, [ascii('abc')])],
    ['makes less than it promised', handMadeDelta(12, 6, [[0, 5]])],
    ['goes on after its result is complete', handMadeDelta(12, 5, [[0, 5], [0, 1]])],
    ['ends inside an insertion', Uint8Array.of(12, 5, 5, 65, 66)],
    ['ends inside a copy', Uint8Array.of(12, 5, 0xff, 0, 0)],
    ['holds the reserved instruction', Uint8Array.of(12, 5, 0)],
    ['ends inside its sizes', Uint8Array.of(12, 0x80)],
    ['is empty', new Uint8Array(0)],
    ['promises a size without end', new Uint8Array(40).fill(0xff)],
  ])('is refused when it %s', (_name, delta) => {
    expect(() => apply(delta)).toThrow(expect.objectContaining({ code: 'delta-invalid' }));
  });
});

describe('applying a delta', () => {
  it('reads a copy of size 0 as 65,536 bytes', () => {
    const large = new Uint8Array(70_000).fill(3);
    const delta = Uint8Array.of(0xf0, 0xa2, 0x04, 0x80, 0x80, 0x04, 0x80);
    expect(readDeltaSizes(delta)).toEqual({ baseSize: 70_000, resultSize: 65_536, instructionsAt: 6 });
    expect(applyDelta(large, delta)).toEqual(large.subarray(0, 65_536));
  });

  it('refuses a base of another size', () => {
    expect(() => applyDelta(base, Uint8Array.of(11, 1, 0x90, 1))).toThrow(expect.objectContaining({ code: 'delta-invalid' }));
  });

  it('refuses a result over the bound before it allocates', () => {
    const bomb = handMadeDelta(12, 2 ** 40, [[0, 12]]);
    expect(() => applyDelta(base, bomb)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    const small = handMadeDelta(12, 12, [[0, 12]]);
    expect(applyDelta(base, small, 12)).toEqual(base);
    expect(() => applyDelta(base, small, 11)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });
});
