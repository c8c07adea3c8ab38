import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { runJob } from '../../src/job/job.js';
import type { ObjectSource } from '../../src/pack/object-source.js';
import { aheadBehind } from '../../src/walk/ahead-behind.js';
import { isAncestor, type AncestryRequest } from '../../src/walk/ancestry.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { forkPoint } from '../../src/walk/fork-point.js';
import { independentCommits, mergeBases, octopusBases } from '../../src/walk/merge-base.js';
import { parseReflog } from '../../src/ref/reflog.js';
import { fastImportStream, planHistory, seededRandom } from '../random-history.js';
import { loadObjects } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

describeWithGit('merge bases compared with git', () => {
  describe.each([
    { seed: 1, width: 3, mergeEvery: 2, skewEvery: 0 },
    { seed: 2, width: 6, mergeEvery: 2, skewEvery: 3 },
    { seed: 3, width: 12, mergeEvery: 3, skewEvery: 2 },
  ])('on the criss-cross history $seed', ({ seed, ...shape }) => {
    const git = new RealGit();
    const plan = planHistory(seed, { ...shape, count: 120 });
    let objects: ObjectSource;
    let ids: ObjectId[];
    const lines = (args: readonly string[]): string[] => {
      const { stdout } = git.run(args);
      return stdout.toString().split('\n').filter((line) => line !== '');
    };
    const request = (): AncestryRequest => ({ graph: new CommitGraph(SHA1), objects, shallow: new Set() });
    /** A graph that never has an order of its commits, as a long history that was just opened. */
    const searching = (): AncestryRequest => {
      const graph = new CommitGraph(SHA1);
      graph.order(new Set()).earn(Number.NEGATIVE_INFINITY);
      return { graph, objects, shallow: new Set() };
    };

    beforeAll(() => {
      git.read(['init', '-q', '--bare']);
      git.read(['fast-import', '--quiet'], fastImportStream(plan, seed));
      objects = loadObjects(git);
      ids = git.read(['rev-parse', ...plan.map((_, i) => `c${i}`)]).toString().trim().split('\n') as ObjectId[];
    });
    afterAll(() => git.remove());

    it('gives the same bases in the same order', () => {
      const random = seededRandom(seed);
      let several = 0;
      for (let round = 0; round < 150; round++) {
        const [one, ...others] = Array.from({ length: round % 4 === 0 ? 3 : 2 }, () => ids[random(ids.length)]!) as [ObjectId];
        const expected = lines(['merge-base', '--all', one, ...others]);
        if (expected.length > 1) several++;
        expect(runJob(mergeBases(request(), one, others))).toEqual(expected);
        expect(runJob(mergeBases(searching(), one, others))).toEqual(expected);
      }
      expect(several).toBeGreaterThan(2);
    });

    it('gives the same bases of several and the same independent ones', () => {
      const random = seededRandom(seed + 10);
      for (let round = 0; round < 60; round++) {
        const some = Array.from({ length: 2 + random(4) }, () => ids[random(ids.length)]!);
        expect(runJob(octopusBases(request(), some))).toEqual(lines(['merge-base', '--octopus', '--all', ...some]));
        expect(runJob(octopusBases(searching(), some))).toEqual(lines(['merge-base', '--octopus', '--all', ...some]));
        const more = [...some, ...Array.from({ length: random(12) }, () => ids[random(ids.length)]!)];
        expect(runJob(independentCommits(request(), more))).toEqual(lines(['merge-base', '--independent', ...more]));
        expect(runJob(independentCommits(searching(), more))).toEqual(lines(['merge-base', '--independent', ...more]));
      }
    });

    it('says the same about ancestors and how far ahead', () => {
      const random = seededRandom(seed + 20);
      for (let round = 0; round < 40; round++) {
        const [one, two] = [ids[random(ids.length)]!, ids[random(ids.length)]!] as const;
        expect(runJob(isAncestor(request(), one, two))).toBe(git.run(['merge-base', '--is-ancestor', one, two]).status === 0);
        expect(runJob(isAncestor(searching(), one, two))).toBe(git.run(['merge-base', '--is-ancestor', one, two]).status === 0);
        // Git stops counting too early where clocks are off.
        if (shape.skewEvery > 0) continue;
        const { ahead, behind } = runJob(aheadBehind(request(), one, two));
        expect(`${ahead}\t${behind}`).toBe(git.read(['rev-list', '--count', '--left-right', `${one}...${two}`]).toString().trim());
      }
    });

    it('finds the same fork points', () => {
      const random = seededRandom(seed + 30);
      git.read(['config', 'core.logAllRefUpdates', 'true']);
      let found = 0;
      for (let round = 0; round < 40; round++) {
        const ref = `refs/heads/branch${round}`;
        for (let moves = 1 + random(5); moves > 0; moves--) git.read(['update-ref', ref, ids[random(ids.length)]!]);
        const commit = ids[random(ids.length)]!;
        const entries = parseReflog(readFileSync(join(git.folder, 'logs', ref)), SHA1);
        const tip = git.read(['rev-parse', ref]).toString().trim() as ObjectId;
        const [expected] = lines(['merge-base', '--fork-point', ref, commit]);
        if (expected !== undefined) found++;
        expect(runJob(forkPoint(request(), commit, { entries, tip }))).toBe(expected);
      }
      expect(found).toBeGreaterThan(2);
    });
  });
});
