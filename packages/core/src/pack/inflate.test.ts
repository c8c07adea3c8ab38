import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bufferSource } from './byte-source.js';
import { inflateAt, InflateStream, Inflater, type InflateOutcome } from './inflate.js';

const text = new Uint8Array(Buffer.from('all work and no play makes jack a dull boy. '.repeat(30)));
const stream = new Uint8Array(deflateSync(text));

describe.each([
  ['with a kept engine', false],
  ['with public interfaces only', true],
])('inflating %s', (_, isPlain) => {
  const inflater = new Inflater(isPlain);
  const run = (input: Uint8Array, size: number): InflateOutcome => {
    inflater.setInput(input, 0);
    return inflater.inflate(new Uint8Array(size + 1), 0, size);
  };

  it('tells a stream that fits, ends early or late, is cut off, or is none', () => {
    expect(run(stream, text.length)).toBe('done');
    expect(inflater.consumed).toBe(stream.length);
    expect(run(stream, text.length - 1)).toBe('mismatch');
    expect(run(stream, text.length + 1)).toBe('mismatch');
    expect(run(stream.subarray(0, stream.length - 1), text.length)).toBe('starved');
    expect(run(stream.subarray(0, 20), text.length)).toBe('starved');
    expect(run(Uint8Array.of(1, 2, 3, 4, 5), 10)).toBe('corrupt');
    const broken = stream.slice();
    broken[broken.length - 1]! ^= 1;
    expect(run(broken, text.length)).toBe('corrupt');
  });

  it('works again after every kind of failure', () => {
    for (const bad of [stream.subarray(0, 9), Uint8Array.of(9, 9, 9), new Uint8Array(0)]) {
      run(bad, 5);
      expect(run(stream, text.length)).toBe('done');
    }
  });

  it('tells how many bytes a stream takes of what it stands in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.uint8Array({ maxLength: 50 }), (body, after) => {
        const deflated = deflateSync(body);
        const input = new Uint8Array(Buffer.concat([Buffer.from([7, 7, 7]), deflated, after]));
        const output = new Uint8Array(body.length + 6);
        inflater.setInput(input, 3);
        expect(inflater.inflate(output, 5, body.length)).toBe('done');
        expect(inflater.consumed).toBe(deflated.length);
        expect([...output.subarray(5, 5 + body.length)]).toEqual([...body]);
      }),
    );
  });

  it('gives the head of a stream, also of one that is cut off', () => {
    const output = new Uint8Array(20);
    inflater.setInput(stream.subarray(0, 60), 0);
    expect(inflater.inflatePrefix(output, 0, 20)).toBe(20);
    expect([...output]).toEqual([...text.subarray(0, 20)]);
    inflater.setInput(new Uint8Array(deflateSync(text.subarray(0, 3))), 0);
    expect(inflater.inflatePrefix(output, 0, 20)).toBe(3);
    inflater.setInput(Uint8Array.of(1, 2, 3), 0);
    expect(inflater.inflatePrefix(output, 0, 20)).toBeUndefined();
  });
});

describe('a stream that is inflated in pieces', () => {
  const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
  const deflated = new Uint8Array(deflateSync(large));

  it('gives the body, what it took, and its CRC', () => {
    const source = bufferSource(new Uint8Array(Buffer.concat([deflated, Buffer.from('after')])));
    const inflating = new InflateStream(source, 0, large.length);
    const parts: Buffer[] = [];
    let outcome = inflating.next();
    for (; outcome === 'piece'; outcome = inflating.next()) parts.push(Buffer.from(inflating.piece));
    expect(outcome).toBe('done');
    expect(inflating.consumed).toBe(deflated.length);
    expect(Buffer.compare(Buffer.concat(parts), large)).toBe(0);
    inflating.close();
  });

  it.each([
    ['ends early', large.length + 1, new Uint8Array(Buffer.concat([deflated, Buffer.from('after')])), 'mismatch'],
    ['ends late', large.length - 1, deflated, 'mismatch'],
    ['is cut off', large.length, deflated.subarray(0, deflated.length - 1), 'starved'],
    ['is damaged', large.length, deflated.map((byte, i) => (i === 5000 ? byte ^ 0x55 : byte)), 'corrupt'],
  ])('tells when it %s', (_, size, bytes, expected) => {
    const inflating = new InflateStream(bufferSource(bytes), 0, size);
    let outcome = inflating.next();
    while (outcome === 'piece') outcome = inflating.next();
    // Damage may also show as a wrong length.
    expect(expected === 'corrupt' ? ['corrupt', 'mismatch', 'starved'] : [expected]).toContain(outcome);
    inflating.close();
  });

  it('takes a stream that no sane compressor writes', () => {
    // Ten thousand empty stored blocks, then four bytes: far longer than what `deflateBound` allows.
    const empty = Buffer.from([0, 0, 0, 0xff, 0xff]);
    const body = Buffer.from([1, 4, 0, 0xfb, 0xff, 0x67, 0x6f, 0x76, 0x63, 0x04, 0x3c, 0x01, 0xb0]);
    const odd = new Uint8Array(Buffer.concat([Buffer.from([0x78, 0x01]), ...Array.from({ length: 10_000 }, () => empty), body]));
    const output = new Uint8Array(5);
    expect(inflateAt({ source: bufferSource(odd), start: 0 }, output, 0, 4)).toBe(odd.length);
    expect(Buffer.from(output.subarray(0, 4)).toString()).toBe('govc');
  });
});
