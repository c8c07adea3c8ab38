import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runJob } from './job.js';
import { sortJob } from './sort.js';

it('sorts like an array sorts itself, equal items in the order in which they were', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 5000, size: 'max' }), (keys) => {
    const items = keys.map((key, place) => ({ key, place }));
    const compare = (left: { key: number }, right: { key: number }): number => left.key - right.key;
    expect(runJob(sortJob(items, compare))).toEqual([...items].sort(compare));
  }), { numRuns: 30 });
});

it('sorts nothing', () => {
  expect(runJob(sortJob([], () => 0))).toEqual([]);
});
