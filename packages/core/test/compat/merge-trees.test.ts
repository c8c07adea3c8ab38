import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import type { ObjectSource } from '../../src/pack/object-source.js';
import { loadObjects } from './git-objects.js';
import { gitMerge, ourMerge, printMerge } from './merge-answer.js';
import { folderCases, treeCases, type MergeCase } from './merge-cases.js';
import { describeWithGit, RealGit } from './real-git.js';

const SUITES: readonly (readonly [string, MergeCase])[] = [
  ['changes of every kind', treeCases(1, 90)],
  ['renamed folders', folderCases(2, 70)],
];

for (const [name, { stream, pairs }] of SUITES) {
  describeWithGit(`merges of ${name}, compared with git merge-tree`, () => {
    const git = new RealGit();
    let objects: ObjectSource;
    let ids: ReadonlyMap<string, ObjectId>;

    beforeAll(() => {
      git.read(['init', '-q', '--bare']);
      git.read(['fast-import', '--quiet', '--force'], Buffer.from(stream, 'latin1'));
      objects = loadObjects(git);
      const refs = git.read(['for-each-ref', '--format=%(refname:short) %(objectname)']).toString().trim().split('\n');
      ids = new Map(refs.map((line) => line.split(' ') as [string, ObjectId]));
    });
    afterAll(() => {
      git.remove();
    });

    it('gives the same trees, conflicts and messages', () => {
      const kinds = new Set<string>();
      for (const [ours, theirs] of pairs) {
        const theirAnswer = gitMerge(git.run(['merge-tree', '--write-tree', '-z', '--messages', ours, theirs]).stdout);
        const result = ourMerge(objects, [ids.get(ours)!, ids.get(theirs)!], [ours, theirs]);
        expect({ ours, answer: printMerge(result) }).toEqual({ ours, answer: theirAnswer });
        for (const { kind } of result.messages) kinds.add(kind);
      }
      expect(kinds.size).toBeGreaterThan(5);
    });
  });
}
