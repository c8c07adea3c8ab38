import { describe, expect, it } from '@jest/globals';
import { GovcError } from '../errors.js';
import { SHA1 } from '../hash/algorithm.js';
import type { GitObject } from '../object/object.js';
import type { ObjectSource } from '../pack/object-source.js';
import { ObjectStack } from './object-stack.js';

const ID = SHA1.emptyBlobId;
const OBJECT: GitObject = { type: 'blob', body: new Uint8Array(0) };

function source(find: () => GitObject | undefined): ObjectSource {
  return {
    has: () => true, find, findHeader: () => undefined, findChunks: () => undefined, findEntry: () => undefined, ids: () => [], idsWithPrefix: () => [],
  };
}

const failing = (code: 'io-failed' | 'object-corrupt'): ObjectSource => source(() => {
  throw new GovcError(code, 'no');
});

describe('a stack of sources', () => {
  it('asks the next source when one is gone', () => {
    expect(new ObjectStack([failing('io-failed'), source(() => OBJECT)]).find(ID)).toBe(OBJECT);
  });

  it('fails as the first source that is gone when no other has the object', () => {
    const stack = new ObjectStack([failing('io-failed'), source(() => undefined)]);
    expect(() => stack.find(ID)).toThrow(expect.objectContaining({ code: 'io-failed' }));
  });

  it('does not pass over damage', () => {
    const stack = new ObjectStack([failing('object-corrupt'), source(() => OBJECT)]);
    expect(() => stack.find(ID)).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
  });
});
