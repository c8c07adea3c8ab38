import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LineChange } from '../diff/line-diff.js';
import { makeLineSet, mapLinesBack, uniteLineSets, type LineSet } from './line-set.js';

/** Two texts as what is kept, taken away and put in between, over and over. */
const texts = fc.array(fc.record({ kept: fc.integer({ min: 1, max: 4 }), gone: fc.nat(3), added: fc.nat(3) }), { maxLength: 8 });
const ranges = fc.array(fc.tuple(fc.nat(30), fc.nat(6)), { minLength: 1, maxLength: 5 })
  .map((pairs) => makeLineSet(pairs.map(([start, size]) => ({ start, end: start + size }))));

interface Model {
  readonly changes: readonly LineChange[];
  /** For each line of the new text its number in the old one, if it was there. */
  readonly origins: readonly (number | undefined)[];
}

function modelOf(parts: readonly { readonly kept: number; readonly gone: number; readonly added: number }[]): Model {
  const changes: LineChange[] = [];
  const origins: (number | undefined)[] = [];
  let old = 0;
  for (const { kept, gone, added } of parts) {
    for (let i = 0; i < kept; i++) origins.push(old++);
    if (gone + added > 0) changes.push({ oldStart: old, oldCount: gone, newStart: origins.length, newCount: added });
    for (let i = 0; i < added; i++) origins.push(undefined);
    old += gone;
  }
  // The rest of the text is the same.
  for (let i = 0; i < 50; i++) origins.push(old++);
  return { changes, origins };
}

const linesOf = (set: LineSet): number[] => set.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));

/** Whether a change makes lines of a set, or takes some away between two of its lines. */
function touches({ newStart, newCount }: LineChange, set: LineSet): boolean {
  return set.some(({ start, end }) => newStart + newCount > start && newStart < end);
}

describe('mapLinesBack', () => {
  it('gives where the kept lines stood, and all that the touching changes took away', () => {
    fc.assert(fc.property(texts, ranges, (parts, set) => {
      const { changes, origins } = modelOf(parts);
      // A change that begins where one range ends and reaches into the next is passed over by Git.
      fc.pre(!changes.some((change) => set.some(({ end }) => end === change.newStart) && touches(change, set)));
      const touched = changes.filter((change) => touches(change, set));
      const expected = new Set<number>();
      for (const line of linesOf(set)) {
        const origin = origins[line];
        if (origin !== undefined) expected.add(origin);
      }
      for (const { oldStart, oldCount } of touched) for (let i = 0; i < oldCount; i++) expected.add(oldStart + i);
      const mapped = mapLinesBack(set, changes);
      expect(mapped.touched).toEqual(touched);
      expect(linesOf(mapped.lines)).toEqual([...expected].sort((left, right) => left - right));
    }), { numRuns: 500 });
  });

  it('changes nothing where nothing changed', () => {
    fc.assert(fc.property(ranges, (set) => {
      expect(mapLinesBack(set, [])).toEqual({ lines: set, touched: [] });
    }));
  });
});

describe('uniteLineSets', () => {
  it('gives the lines of both, in ranges that neither overlap nor touch', () => {
    fc.assert(fc.property(ranges, ranges, (left, right) => {
      const united = uniteLineSets(left, right);
      expect(linesOf(united)).toEqual([...new Set([...linesOf(left), ...linesOf(right)])].sort((a, b) => a - b));
      united.forEach(({ start, end }, i) => {
        expect(start).toBeLessThan(end);
        if (i > 0) expect(start).toBeGreaterThan(united[i - 1]!.end);
      });
    }));
  });
});
