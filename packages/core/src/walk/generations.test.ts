import { describe, expect, it } from '@jest/globals';
import { runJob } from '../job/job.js';
import { YoungObjects } from '../store/young-objects.js';
import { Generations, type ParentGraph } from './generations.js';
import { RankedQueue } from './ranked-queue.js';

describe('generation numbers', () => {
  it('are computed for a line of a million commits', () => {
    const count = 1_000_000;
    const graph: ParentGraph = {
      count,
      numberOf: () => 0,
      mustRead: () => undefined,
      timeOf: (commit) => (commit % 1000 === 0 ? 5_000_000 : commit),
      parentCountOf: (commit) => (commit === 0 ? 0 : 1),
      parentOf: (commit) => commit - 1,
      recordedNumbersOf: () => undefined,
    };
    const generations = new Generations(graph, new Set());
    runJob(generations.cover([count - 1], YoungObjects.empty));
    expect(generations.levelOf(count - 1)).toBe(count);
    expect(generations.correctedDateOf(count - 1)).toBe(5_000_000 + count - 1);
    expect(generations.levelOf(0)).toBe(1);
  });
});

describe('a ranked queue', () => {
  it('gives the highest first, then the higher second, then the first added', () => {
    const queue = new RankedQueue();
    const items = Array.from({ length: 500 }, (_, commit) => ({ commit, rank: (commit * 7) % 13, second: (commit * 5) % 3 }));
    for (const { commit, rank, second } of items) queue.push(commit, rank, second);
    const sorted = [...items].sort((one, two) => two.rank - one.rank || two.second - one.second || one.commit - two.commit);
    expect(queue.peek()).toBe(sorted[0]!.commit);
    expect(items.map(() => queue.pop())).toEqual(sorted.map(({ commit }) => commit));
    expect([queue.pop(), queue.size]).toEqual([undefined, 0]);
  });
});
