import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { ObjectNames } from './fsck-names.js';

const id = (digit: string): ObjectId => digit.repeat(40) as ObjectId;

function commit(...parents: readonly ObjectId[]): Uint8Array {
  const lines = parents.map((parent) => `parent ${parent}\n`).join('');
  return bytesFromText(`tree ${id('a')}\n${lines}author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n`);
}

describe('names of objects', () => {
  it('count the generations of first parents, and number the others', () => {
    const names = new ObjectNames();
    names.name(id('1'), 'main');
    names.nameLinks(id('1'), { type: 'commit', body: commit(id('2'), id('3')), algorithm: SHA1 });
    names.nameLinks(id('2'), { type: 'commit', body: commit(id('4')), algorithm: SHA1 });
    names.nameLinks(id('4'), { type: 'commit', body: commit(id('5')), algorithm: SHA1 });
    names.nameLinks(id('3'), { type: 'commit', body: commit(id('6')), algorithm: SHA1 });
    expect(['2', '3', '4', '5', '6', 'a'].map((digit) => names.find(id(digit))))
      .toEqual(['main^', 'main^2', 'main~2', 'main~3', 'main^2^', 'main:']);
  });

  it('stay what they were first, and come to nothing from what has none', () => {
    const names = new ObjectNames();
    names.name(id('1'), 'main');
    names.name(id('1'), 'other');
    names.nameLinks(id('9'), { type: 'commit', body: commit(id('2')), algorithm: SHA1 });
    expect([names.find(id('1')), names.find(id('2'))]).toEqual(['main', undefined]);
  });
});
