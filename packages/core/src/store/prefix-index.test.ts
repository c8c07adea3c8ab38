import { describe, expect, it } from '@jest/globals';

import { SHA1 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { PrefixIndex } from './prefix-index.js';
import { YoungObjects, YoungWriter } from './young-objects.js';

const IDS = Array.from({ length: 5000 }, (_, index) => hashObject('blob', Buffer.from(String(index)), SHA1));

describe('PrefixIndex', () => {
  it('finds what a look at every id finds, while the list grows', () => {
    const ids: ObjectId[] = [];
    const index = new PrefixIndex(ids);
    for (const [count, id] of IDS.entries()) {
      ids.push(id);
      if (count % 97 !== 0) continue;
      for (const size of [0, 1, 3, 4, 5, 40]) {
        const prefix = IDS[(count * 7) % IDS.length]!.slice(0, size);
        const limit = Math.floor(count / 2);
        expect([...index.find(prefix, limit)].reverse()).toEqual(ids.slice(0, limit).filter((other) => other.startsWith(prefix)));
      }
    }
  });

  it('finds nothing by what no id begins with', () => {
    const index = new PrefixIndex(IDS);
    expect([...index.find('zzzz', IDS.length), ...index.find('ABCDE', IDS.length), ...index.find(`${IDS[0]!}0`, IDS.length)]).toEqual([]);
  });
});

describe('young objects', () => {
  it('are found by a prefix in the version that holds them, and in the writer', () => {
    const writer = new YoungWriter(SHA1);
    const first = writer.write('blob', Buffer.from('first'));
    expect([...writer.idsWithPrefix(first.slice(0, 6))]).toEqual([first]);
    const one = YoungObjects.empty.with(writer.objects());
    const second = writer.write('blob', Buffer.from('second'));
    expect([...writer.idsWithPrefix(second.slice(0, 6))]).toEqual([second]);
    const two = one.with(writer.objects());
    expect([...two.idsWithPrefix(second.slice(0, 6))]).toEqual([second]);
    expect([...one.idsWithPrefix(second.slice(0, 6))]).toEqual([]);
    expect([...two.idsWithPrefix('')].sort()).toEqual([first, second].sort());
  });
});
