import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SortedMap } from './sorted-map.js';

type Edit = { readonly key: string; readonly value: number | undefined };

const key = fc.oneof(
  fc.nat(300).map((n) => `refs/heads/b${n}`),
  fc.constantFrom('a', 'a/b', 'a0', 'a\u{10000}', 'a\uffee', 'a\ud7ff', ''),
);
const edit: fc.Arbitrary<Edit> = fc.record({ key, value: fc.option(fc.nat(), { nil: undefined, freq: 3 }) });

function sortedModel(model: ReadonlyMap<string, number>): [string, number][] {
  return [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

describe('SortedMap', () => {
  it('behaves as a sorted map, and no version ever changes', () => {
    fc.assert(fc.property(fc.array(fc.array(edit, { maxLength: 120 }), { maxLength: 6 }), (rounds) => {
      let map = SortedMap.empty<number>();
      const model = new Map<string, number>();
      const versions: [SortedMap<number>, [string, number][]][] = [[map, []]];
      for (const round of rounds) {
        const editor = map.edit();
        for (const { key: name, value } of round) {
          if (value === undefined) {
            editor.delete(name);
            model.delete(name);
          } else {
            editor.set(name, value);
            model.set(name, value);
          }
        }
        map = editor.finish();
        versions.push([map, sortedModel(model)]);
      }
      for (const [version, expected] of versions) {
        expect([...version.entries()]).toEqual(expected);
        expect(version.size).toBe(expected.length);
        for (const [name, value] of expected) expect(version.get(name)).toBe(value);
        expect(version.get('refs/heads/none')).toBeUndefined();
        const prefix = 'refs/heads/b1';
        expect([...version.entries(prefix)]).toEqual(expected.filter(([name]) => name.startsWith(prefix)));
        expect(version.hasPrefix(prefix)).toBe(expected.some(([name]) => name.startsWith(prefix)));
        const from = 'refs/heads/b150';
        expect([...version.entriesFrom(from)]).toEqual(
          expected.filter(([name]) => Buffer.compare(Buffer.from(name), Buffer.from(from)) >= 0),
        );
      }
    }), { numRuns: 60 });
  });

  it('goes on editing after a version was handed out without changing it', () => {
    const editor = SortedMap.from([['a', 1], ['b', 2]]).edit();
    editor.set('c', 3);
    const first = editor.finish();
    editor.delete('a');
    const second = editor.finish();
    expect([...first.entries()].length).toBe(3);
    expect([...second.entries()].map(([name]) => name)).toEqual(['b', 'c']);
  });
});
