import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { bloomKey, DEFAULT_BLOOM, makeBloomFilter, mayContain, murmur3 } from './bloom-filter.js';

describe('murmur3', () => {
  it('gives the published values', () => {
    expect(murmur3(0, bytesFromText(''), 1)).toBe(0);
    expect(murmur3(0, bytesFromText('Hello world!'), 1)).toBe(0x627b0c2c);
    expect(murmur3(0, bytesFromText('The quick brown fox jumps over the lazy dog'), 1)).toBe(0x2e4ff723);
  });

  it('takes high bytes as negative in version 1 only', () => {
    const bytes = bytesFromText('ä');
    expect(murmur3(0, bytes, 1)).not.toBe(murmur3(0, bytes, 2));
  });
});

describe('a Bloom filter', () => {
  it('never denies a path that it holds', () => {
    const paths = Array.from({ length: 200 }, (_, i) => bytesFromText(`folder/${i}`));
    const filter = makeBloomFilter(paths, DEFAULT_BLOOM);
    expect(filter.length).toBe(250);
    for (const path of paths) expect(mayContain(filter, 0, filter.length, bloomKey(path, DEFAULT_BLOOM))).toBe(true);
    const others = Array.from({ length: 1000 }, (_, i) => bytesFromText(`other/${i}`));
    const taken = others.filter((path) => mayContain(filter, 0, filter.length, bloomKey(path, DEFAULT_BLOOM)));
    expect(taken.length).toBeLessThan(50);
  });

  it('says nothing of a commit with too many paths, and denies all of one without', () => {
    const key = bloomKey(bytesFromText('a'), DEFAULT_BLOOM);
    expect([...makeBloomFilter(undefined, DEFAULT_BLOOM)]).toEqual([0xff]);
    expect([...makeBloomFilter([], DEFAULT_BLOOM)]).toEqual([0]);
    expect(mayContain(new Uint8Array([0xff]), 0, 1, key)).toBe(true);
    expect(mayContain(new Uint8Array([0]), 0, 1, key)).toBe(false);
    expect(mayContain(new Uint8Array(0), 0, 0, key)).toBe(true);
  });
});
