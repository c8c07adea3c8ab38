import { describe, expect, it } from '@jest/globals';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { YoungObjects, YoungWriter } from '../store/young-objects.js';
import { makeHistory } from '../../test/random-history.js';
import { AncestryOrder, type OrderedGraph } from './ancestry-order.js';
import { aheadBehind } from './ahead-behind.js';
import { CommitGraph } from './commit-graph.js';
import { mergeBases } from './merge-base.js';

const NONE: ReadonlySet<ObjectId> = new Set();

/** A graph of parents by number, in which every commit is there. */
function graphOf(count: number, parentsOf: (commit: number) => readonly number[]): OrderedGraph {
  return {
    count,
    numberOf: (id) => parseInt(id, 16),
    idAt: (number) => number.toString(16).padStart(40, '0') as ObjectId,
    mustRead: () => undefined,
    parentCountOf: (commit) => parentsOf(commit).length,
    parentOf: (commit, index) => parentsOf(commit)[index]!,
  };
}

describe('an ancestry order', () => {
  it('answers for a line of a million commits', () => {
    const count = 1_000_000;
    const order = new AncestryOrder(graphOf(count, (commit) => (commit === 0 ? [] : [commit - 1])), NONE);
    runJob(order.cover([count - 1], YoungObjects.empty));
    expect(order.count).toBe(count);
    expect(order.countSides(count - 1, 7)).toEqual({ ahead: count - 8, behind: 0 });
    expect(order.bestCommon(count - 1, [7, 3])).toEqual([7]);
    expect([order.isReached(0, count - 1), order.isReached(count - 1, 0), order.isReached(5, 5)]).toEqual([true, false, true]);
    expect([...order.reachedAmong([3, 9, 500_000])].sort()).toEqual([3, 9]);
  });

  it('goes on where it was left, and grows at the top', () => {
    const parents = [[], [0], [0], [1, 2], [3], [2, 1], [4, 5]];
    const order = new AncestryOrder(graphOf(parents.length, (commit) => parents[commit]!), NONE);
    expect(runJob(order.tryCover([3], YoungObjects.empty))).toBe(true);
    expect(order.count).toBe(4);
    expect(order.has([4])).toBe(false);
    runJob(order.cover([6, 4], YoungObjects.empty));
    expect(order.bestCommon(3, [5])).toEqual(expect.arrayContaining([1, 2]));
    expect(order.countSides(4, 5)).toEqual({ ahead: 2, behind: 1 });
    expect(order.bestCommon(6, [6])).toEqual([6]);
    expect(order.countSides(6, 6)).toEqual({ ahead: 0, behind: 0 });
  });

  it('reads no more ahead than searches have paid for', () => {
    const count = 5000;
    const order = new AncestryOrder(graphOf(count, (commit) => (commit === 0 ? [] : [commit - 1])), NONE);
    let tries = 0;
    for (; !runJob(order.tryCover([count - 1], YoungObjects.empty)); tries++) order.earn(1000);
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(20);
    expect(order.countSides(count - 1, 0)).toEqual({ ahead: count - 1, behind: 0 });
  });

  it('takes shallow commits for roots', () => {
    const graph = graphOf(10, (commit) => (commit === 0 ? [] : [commit - 1]));
    const order = new AncestryOrder(graph, new Set([graph.idAt(4)]));
    runJob(order.cover([9], YoungObjects.empty));
    expect(order.count).toBe(6);
    runJob(order.cover([2], YoungObjects.empty));
    expect(order.bestCommon(9, [2])).toEqual([]);
    expect(order.isReached(2, 9)).toBe(false);
    expect(order.countSides(9, 2)).toEqual({ ahead: 6, behind: 3 });
  });

  it('refuses a circle, and can be asked again', () => {
    let isCircle = true;
    const order = new AncestryOrder(graphOf(3, (commit) => (commit > 0 ? [commit - 1] : isCircle ? [2] : [])), NONE);
    expect(() => runJob(order.cover([2], YoungObjects.empty))).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
    expect(runJob(order.tryCover([1], YoungObjects.empty))).toBe(false);
    isCircle = false;
    runJob(order.cover([2], YoungObjects.empty));
    expect(order.count).toBe(3);
  });

  it('lets near questions be answered where old history is missing', () => {
    const plan = Array.from({ length: 20 }, (_, i) => ({ parents: i === 0 ? [] : [i - 1], timeSeconds: 1000 + i }));
    const { objects, ids } = makeHistory([...plan, { parents: [18], timeSeconds: 2000 }]);
    const some = new YoungWriter(SHA1);
    for (const id of ids.slice(5)) {
      const { type, body } = objects.find(id)!;
      some.write(type, body);
    }
    const request = { graph: new CommitGraph(SHA1), objects: some, shallow: NONE };
    expect(runJob(mergeBases(request, ids[20]!, [ids[19]!]))).toEqual([ids[18]]);
    expect(() => runJob(aheadBehind(request, ids[20]!, ids[19]!))).toThrow(expect.objectContaining({ code: 'object-missing' }));
    expect(() => runJob(mergeBases(request, ids[20]!, [ids[0]!]))).toThrow(expect.objectContaining({ code: 'object-missing', data: { id: ids[0] } }));
    const whole = { ...request, objects };
    expect(runJob(aheadBehind(whole, ids[20]!, ids[19]!))).toEqual({ ahead: 1, behind: 1 });
  });
});
