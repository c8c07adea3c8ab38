import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import type { ObjectSource } from '../../src/pack/object-source.js';
import { loadObjects } from './git-objects.js';
import { gitMerge, ourMerge, printMerge } from './merge-answer.js';
import { crissCrossCases } from './merge-cases.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('merges with several merge bases, compared with git merge-tree', () => {
  const git = new RealGit();
  const { stream, pairs } = crissCrossCases(5, 50);
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

  it.each(['merge', 'diff3', 'zdiff3'] as const)('gives the same with conflicts in the style %s', (style) => {
    for (const [ours, theirs] of style === 'merge' ? pairs : pairs.slice(0, 20)) {
      const args = ['-c', `merge.conflictStyle=${style}`, 'merge-tree', '--write-tree', '-z', '--messages', '--allow-unrelated-histories', ours, theirs];
      const { status, stdout } = git.run(args);
      // Some of these break an assertion of this git: it ends by a signal and prints nothing.
      if (status !== 0 && status !== 1) continue;
      const result = ourMerge(objects, [ids.get(ours)!, ids.get(theirs)!], [ours, theirs], { style });
      expect({ ours, answer: printMerge(result) }).toEqual({ ours, answer: gitMerge(stdout) });
    }
  });
});
