import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { bytesFromHex } from '../bytes/hex.js';
import { hashAlgorithm, objectIdAt, SHA1, SHA256 } from './algorithm.js';
import { createObjectHasher, hashObject } from './hash-object.js';
import { IdTable } from './id-table.js';
import { findObjectId, isObjectId, parseObjectId, type ObjectId } from './object-id.js';

describe('hashObject', () => {
  it('gives the ids that Git documents for the empty objects', () => {
    const nothing = new Uint8Array(0);
    expect(hashObject('blob', nothing, SHA1)).toBe(SHA1.emptyBlobId);
    expect(hashObject('tree', nothing, SHA1)).toBe(SHA1.emptyTreeId);
    expect(hashObject('blob', nothing, SHA256)).toBe(SHA256.emptyBlobId);
    expect(hashObject('tree', nothing, SHA256)).toBe(SHA256.emptyTreeId);
  });

  it('is the hash of header and body at every size, also around the scratch buffer', () => {
    for (const size of [0, 1, 100, 65_520, 65_526, 65_527, 65_528, 65_536, 70_000]) {
      const body = new Uint8Array(size).fill(7);
      const expected = createHash('sha1').update(`blob ${size}\0`).update(body).digest('hex');
      expect(hashObject('blob', body, SHA1)).toBe(expected);
      const hasher = createObjectHasher('blob', size, SHA1);
      hasher.update(body.subarray(0, size >> 1));
      hasher.update(body.subarray(size >> 1));
      expect(hasher.digestHex()).toBe(expected);
    }
  });
});

describe('object ids', () => {
  it('are full hex of the right length; upper case is lowered', () => {
    const text = 'ABCDEF0123456789abcdef0123456789abcdef01';
    expect(parseObjectId(text, SHA1)).toBe(text.toLowerCase());
    expect(isObjectId(text, SHA1)).toBe(false);
    expect(findObjectId(text.slice(1), SHA1)).toBeUndefined();
    expect(findObjectId(text, SHA256)).toBeUndefined();
    expect(() => parseObjectId('xyz', SHA1)).toThrow(expect.objectContaining({ code: 'object-id-invalid' }));
  });

  it('know only the two hashes of Git', () => {
    expect(hashAlgorithm('sha256')).toBe(SHA256);
    expect(() => hashAlgorithm('md5')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});

describe('IdTable', () => {
  it('behaves as a map from id to number, whatever is added in whatever order', () => {
    for (const algorithm of [SHA1, SHA256]) {
      fc.assert(fc.property(fc.array(fc.nat(400), { maxLength: 600 }), (picks) => {
        const table = new IdTable(algorithm, 1);
        const model = new Map<ObjectId, number>();
        for (const pick of picks) {
          const id = hashObject('blob', bytesFromText(String(pick)), algorithm);
          const before = model.get(id);
          const added = table.addId(id);
          expect(added).toBe(before === undefined ? model.size : -1 - before);
          if (before === undefined) model.set(id, model.size);
        }
        expect(table.count).toBe(model.size);
        for (const [id, number] of model) {
          expect(table.findId(id)).toBe(number);
          expect(table.idAt(number)).toBe(id);
          expect(objectIdAt(table.rawIds, number * algorithm.size, algorithm)).toBe(id);
          expect(table.find(bytesFromHex(id), 0)).toBe(number);
        }
        expect(table.has(hashObject('tree', bytesFromText('x'), algorithm))).toBe(false);
      }), { numRuns: 30 });
    }
  });

  it('finds ids that share their leading bytes, however many', () => {
    const table = new IdTable(SHA1);
    const ids = Array.from({ length: 20_000 }, (_, i) => ('00000000' + i.toString(16).padStart(32, '0')) as ObjectId);
    for (const id of ids) expect(table.addId(id)).toBeGreaterThanOrEqual(0);
    for (const [i, id] of ids.entries()) if (i % 7 === 0) expect(table.addId(id)).toBe(-1 - i);
    expect(table.has('ffffffff00000000000000000000000000000000' as ObjectId)).toBe(false);
    expect(table.has('00000000ffffffffffffffffffffffffffffffff' as ObjectId)).toBe(false);
    ids.forEach((id, i) => {
      expect(table.findId(id)).toBe(i);
    });
  });
});
