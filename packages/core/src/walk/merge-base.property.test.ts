import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { makeHistory, planHistory, reachedSets, seededRandom } from '../../test/random-history.js';
import { aheadBehind } from './ahead-behind.js';
import { isAncestor } from './ancestry.js';
import { CommitGraph } from './commit-graph.js';
import { independentCommits, mergeBases, octopusBases } from './merge-base.js';

const NONE: ReadonlySet<ObjectId> = new Set();

const world = fc.record({
  seed: fc.nat(), width: fc.integer({ min: 1, max: 12 }), mergeEvery: fc.integer({ min: 1, max: 6 }),
  skewEvery: fc.integer({ min: 0, max: 6 }), count: fc.integer({ min: 1, max: 60 }),
});

/** Those that no other one reaches. */
function heads(commits: Iterable<number>, sets: readonly ReadonlySet<number>[]): number[] {
  const all = [...new Set(commits)];
  return all.filter((one) => !all.some((other) => other !== one && sets[other]!.has(one)));
}

describe('ancestry of random histories with skewed clocks', () => {
  it('is what the sets of reached commits say', () => {
    fc.assert(fc.property(world, ({ seed, ...shape }) => {
      const plan = planHistory(seed, shape);
      const { objects, ids } = makeHistory(plan);
      const sets = reachedSets(plan);
      const request = { graph: new CommitGraph(SHA1), objects, shallow: NONE };
      // Half of them without an order of commits, as long histories that were just opened.
      if (seed % 2 === 0) request.graph.order(NONE).earn(Number.NEGATIVE_INFINITY);
      const random = seededRandom(seed + 1);
      const numbers = (found: readonly ObjectId[]): number[] => found.map((id) => ids.indexOf(id)).sort((a, b) => a - b);
      for (let round = 0; round < 10; round++) {
        const [one, two, three] = [random(ids.length), random(ids.length), random(ids.length)] as const;
        const common = [...sets[one]!].filter((each) => sets[two]!.has(each) || sets[three]!.has(each));
        expect(numbers(runJob(mergeBases(request, ids[one]!, [ids[two]!, ids[three]!]))))
          .toEqual(heads(common, sets).sort((a, b) => a - b));
        const shared = [...sets[one]!].filter((each) => sets[two]!.has(each) && sets[three]!.has(each));
        expect(numbers(runJob(octopusBases(request, [ids[one]!, ids[two]!, ids[three]!]))))
          .toEqual(heads(shared, sets).sort((a, b) => a - b));
        expect(runJob(isAncestor(request, ids[one]!, ids[two]!))).toBe(sets[two]!.has(one));
        expect(runJob(aheadBehind(request, ids[one]!, ids[two]!))).toEqual({
          ahead: [...sets[one]!].filter((each) => !sets[two]!.has(each)).length,
          behind: [...sets[two]!].filter((each) => !sets[one]!.has(each)).length,
        });
        const some = Array.from({ length: 1 + random(14) }, () => random(ids.length));
        expect(runJob(independentCommits(request, some.map((each) => ids[each]!))))
          .toEqual(heads(some, sets).map((each) => ids[each]!));
      }
    }), { numRuns: 60 });
  });

  it('stays so where shallow commits cut it', () => {
    fc.assert(fc.property(world, ({ seed, ...shape }) => {
      const random = seededRandom(seed + 2);
      const whole = planHistory(seed, shape);
      const cut = new Set(whole.flatMap((_, index) => (random(8) === 0 ? [index] : [])));
      const { objects, ids } = makeHistory(whole);
      const sets = reachedSets(whole.map((commit, index) => (cut.has(index) ? { ...commit, parents: [] } : commit)));
      const shallow = new Set([...cut].map((index) => ids[index]!));
      const request = { graph: new CommitGraph(SHA1), objects, shallow };
      if (seed % 2 === 0) request.graph.order(shallow).earn(Number.NEGATIVE_INFINITY);
      for (let round = 0; round < 10; round++) {
        const [one, two] = [random(ids.length), random(ids.length)] as const;
        const common = [...sets[one]!].filter((each) => sets[two]!.has(each));
        expect(runJob(mergeBases(request, ids[one]!, [ids[two]!])).map((id) => ids.indexOf(id)).sort((a, b) => a - b))
          .toEqual(heads(common, sets).sort((a, b) => a - b));
        expect(runJob(isAncestor(request, ids[one]!, ids[two]!))).toBe(sets[two]!.has(one));
        expect(runJob(aheadBehind(request, ids[one]!, ids[two]!))).toEqual({
          ahead: [...sets[one]!].filter((each) => !sets[two]!.has(each)).length,
          behind: [...sets[two]!].filter((each) => !sets[one]!.has(each)).length,
        });
      }
    }), { numRuns: 60 });
  });

  it('gives the same bases in the same order by one scan and by searching', () => {
    fc.assert(fc.property(world, ({ seed, ...shape }) => {
      const { objects, ids } = makeHistory(planHistory(seed, shape));
      const random = seededRandom(seed + 3);
      const scanning = { graph: new CommitGraph(SHA1), objects, shallow: NONE };
      const searching = { graph: new CommitGraph(SHA1), objects, shallow: NONE };
      searching.graph.order(NONE).earn(Number.NEGATIVE_INFINITY);
      for (let round = 0; round < 20; round++) {
        const [one, ...others] = Array.from({ length: 2 + random(3) }, () => ids[random(ids.length)]!) as [ObjectId];
        expect(runJob(mergeBases(scanning, one, others))).toEqual(runJob(mergeBases(searching, one, others)));
      }
    }), { numRuns: 100 });
  });

  it('gives each commit a number above those of its parents', () => {
    fc.assert(fc.property(world, ({ seed, ...shape }) => {
      const plan = planHistory(seed, shape);
      const { objects, ids } = makeHistory(plan);
      const graph = new CommitGraph(SHA1);
      const generations = graph.generations(NONE);
      runJob(generations.cover(ids.map((id) => graph.numberOf(id)), objects));
      for (const [index, { parents, timeSeconds }] of plan.entries()) {
        const of = (each: number): number => graph.findNumber(ids[each]!);
        expect(generations.levelOf(of(index))).toBe(1 + Math.max(0, ...parents.map((each) => generations.levelOf(of(each)))));
        expect(generations.correctedDateOf(of(index)))
          .toBe(Math.max(timeSeconds, ...parents.map((each) => generations.correctedDateOf(of(each)) + 1)));
      }
    }), { numRuns: 30 });
  });
});
