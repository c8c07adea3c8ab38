import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import { compareTreeEntries, parseTree, serializeTree, type TreeEntry } from '../object/tree.js';
import { TreeMemory } from './tree-memory.js';

function treeOf(files: ReadonlyMap<number, number>): Uint8Array {
  const entries: TreeEntry[] = [...files].map(([name, content]) => ({
    mode: name % 5 === 0 ? 0o40000 : 0o100644,
    name: bytesFromText(`file-number-${name}`),
    id: hashObject('blob', bytesFromText(String(content)), SHA1),
  }));
  return serializeTree(entries.sort(compareTreeEntries));
}

const key = ({ name, id }: TreeEntry): string => `${Buffer.from(name).toString()} ${id}`;

describe('TreeMemory', () => {
  it('never passes over an entry that no tree before had', () => {
    const change = fc.record({ name: fc.nat(60), content: fc.option(fc.nat(3)) });
    fc.assert(fc.property(fc.array(fc.array(change, { maxLength: 8 }), { minLength: 1, maxLength: 8 }), (rounds) => {
      const memory = new TreeMemory(SHA1);
      const files = new Map(Array.from({ length: 40 }, (_, i) => [i, 0]));
      const seen = new Set<string>();
      for (const round of rounds) {
        for (const { name, content } of round) {
          if (content === null) files.delete(name);
          else files.set(name, content);
        }
        const body = treeOf(files);
        const all = parseTree(body, SHA1).map(key);
        const taken = parseTree(memory.takeNew(7, body), SHA1).map(key);
        const fresh = all.filter((entry) => !seen.has(entry));
        expect(taken).toEqual(expect.arrayContaining(fresh));
        expect(all).toEqual(expect.arrayContaining(taken));
        for (const entry of all) seen.add(entry);
      }
    }));
  });

  it('gives just what changed along two lines of history that are walked in turn', () => {
    const memory = new TreeMemory(SHA1);
    const lines = [new Map(Array.from({ length: 40 }, (_, i) => [i, 0])), new Map(Array.from({ length: 35 }, (_, i) => [i, 1]))];
    for (let round = 0; round < 20; round++) {
      for (const files of lines) {
        files.set((round * 7) % 30, round + 2);
        const taken = parseTree(memory.takeNew(7, treeOf(files)), SHA1);
        if (round > 0) expect(taken.map(({ name }) => Buffer.from(name).toString())).toEqual([`file-number-${(round * 7) % 30}`]);
      }
    }
  });

  it('refuses what is no tree', () => {
    const memory = new TreeMemory(SHA1);
    for (const body of [new Uint8Array(300), new Uint8Array(300).fill(0x20), bytesFromText(`100644 ${'a'.repeat(300)}`)]) {
      expect(() => memory.takeNew(1, body)).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
    }
  });
});
