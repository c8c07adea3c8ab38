import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { lastModified } from '../../src/history/last-modified.js';
import { runJob } from '../../src/job/job.js';
import type { ObjectSource } from '../../src/pack/object-source.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { CommitGraphFile } from '../../src/walk/commit-graph-file.js';
import { writeCommitGraph } from '../../src/walk/write-commit-graph.js';
import { branchyHistory, loadObjects } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('last changes compared with git log', () => {
  describe.each([1, 2])('over the history of seed %d', (seed) => {
    const git = new RealGit();
    let objects: ObjectSource;
    const heads = ['main', 'topic', 'side'];
    const idOf = (revision: string): ObjectId => git.read(['rev-parse', revision]).toString().trim() as ObjectId;

    beforeAll(() => {
      git.read(['init', '-q', '--bare']);
      git.read(['fast-import', '--quiet', '--force'], branchyHistory(seed, 150));
      objects = loadObjects(git);
    });
    afterAll(() => git.remove());

    it.each([false, true])('gives the commit of git log -1 for each entry (with changed paths recorded: %s)', (isRecorded) => {
      const graph = new CommitGraph(SHA1);
      if (isRecorded) {
        const tips = heads.map(idOf);
        const bytes = runJob(writeCommitGraph({ graph: new CommitGraph(SHA1), objects, tips, changedPaths: true }))!;
        graph.useFile(() => CommitGraphFile.read([bytes], SHA1, () => undefined));
      }
      for (const head of heads) {
        for (const [folder, recursive] of [['', false], ['', true], ['d', false], ['d/d', true]] as const) {
          const found = runJob(lastModified({ graph, objects, shallow: new Set(), start: idOf(head), folder, recursive }));
          const listing = ['ls-tree', '--name-only', ...(recursive ? ['-r'] : []), head, ...(folder === '' ? [] : [`${folder}/`])];
          const names = git.read(listing).toString().split('\n').slice(0, -1);
          expect([...found.keys()]).toEqual(names);
          // Each comparison is a process of git: a part of the names is enough.
          for (const name of names.filter((_, i) => i % 3 === seed % 3)) {
            expect([name, found.get(name)]).toEqual([name, git.read(['log', '-1', '--format=%H', head, '--', name]).toString().trim()]);
          }
        }
      }
    });
  });
});
