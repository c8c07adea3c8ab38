import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GovcError } from '../../src/errors.js';
import { SHA1, SHA256, type HashAlgorithm } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { runJob } from '../../src/job/job.js';
import type { ObjectSource } from '../../src/pack/object-source.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { CommitGraphFile } from '../../src/walk/commit-graph-file.js';
import { writeCommitGraph } from '../../src/walk/write-commit-graph.js';
import { fastImportStream, planHistory, seededRandom } from '../random-history.js';
import { loadObjects } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

/** Changes around the number of paths from which on a filter tells nothing, names with high bytes, and trees that become files. */
const LARGE_CHANGES = [500, 511, 512, 513, 600].map((count, i) => {
  const files = Array.from({ length: count }, (_, file) => `M 100644 inline n${i}/f${file}\ndata 1\n${i}\n`);
  return `commit refs/heads/large\ncommitter C <c@example.com> ${1_500_000_000 + i} +0000\ndata 1\nx\n${files.join('')}`;
}).concat([
  'commit refs/heads/large\ncommitter C <c@example.com> 1400000000 +0000\ndata 1\nx\nD n0\nM 100644 inline n0\ndata 1\n0\n',
  'commit refs/heads/large\ncommitter C <c@example.com> 9000000000 +0000\ndata 1\nx\nM 100755 inline "d\\303\\251j\\303\\240/\\377\\200\\201"\ndata 1\n0\n',
  'commit refs/heads/large\ncommitter C <c@example.com> 1 +0000\ndata 1\nx\n',
  'commit refs/heads/old\ncommitter C <c@example.com> 0 +0000\ndata 1\nx\n',
]).join('');

describeWithGit('commit-graph files compared with git', () => {
  describe.each<[string, HashAlgorithm]>([['sha1', SHA1], ['sha256', SHA256]])('with %s', (format, algorithm) => {
    const git = new RealGit();
    const path = join(git.folder, 'objects/info/commit-graph');
    const chainFolder = join(git.folder, 'objects/info/commit-graphs');
    let objects: ObjectSource;
    let tips: ObjectId[];
    const ours = (changedPaths: boolean): Uint8Array =>
      runJob(writeCommitGraph({ graph: new CommitGraph(algorithm), objects, tips, changedPaths }))!;
    const expectSameFacts = (files: readonly Uint8Array[]): void => {
      const file = CommitGraphFile.read(files, algorithm, (problem) => {
        throw problem;
      })!;
      const plain = new CommitGraph(algorithm);
      const quick = new CommitGraph(algorithm);
      quick.useFile(() => file);
      const all = git.read(['rev-list', '--all']).toString().trim().split('\n') as ObjectId[];
      expect(file.count).toBe(all.length);
      for (const graph of [plain, quick]) runJob(graph.generations(new Set()).cover(all.map((id) => graph.numberOf(id)), objects));
      for (const id of all) {
        const [facts, recorded] = [plain, quick].map((graph) => {
          const number = graph.findNumber(id);
          return {
            time: graph.timeOf(number),
            tree: Buffer.from(graph.rawTrees).toString('hex', graph.treeOffsetOf(number), graph.treeOffsetOf(number) + algorithm.size),
            parents: Array.from({ length: graph.parentCountOf(number) }, (_, i) => graph.idAt(graph.parentOf(number, i))),
            level: graph.generations(new Set()).levelOf(number),
            date: graph.generations(new Set()).correctedDateOf(number),
          };
        });
        expect(recorded).toEqual(facts);
      }
    };

    beforeAll(() => {
      git.read(['init', '-q', '--bare', `--object-format=${format}`]);
      const plan = planHistory(7, { count: 250, width: 8, mergeEvery: 3, skewEvery: 5 });
      git.read(['fast-import', '--quiet'], fastImportStream(plan, 7));
      git.read(['fast-import', '--quiet'], LARGE_CHANGES);
      objects = loadObjects(git, algorithm);
      tips = git.read(['for-each-ref', '--format=%(objectname)']).toString().trim().split('\n') as ObjectId[];
    });
    afterAll(() => git.remove());

    it.each([false, true])('writes the same bytes (changed paths: %s)', (changedPaths) => {
      git.read(['commit-graph', 'write', '--reachable', changedPaths ? '--changed-paths' : '--no-changed-paths']);
      expect(Buffer.from(ours(changedPaths)).equals(readFileSync(path))).toBe(true);
      rmSync(path);
      writeFileSync(path, ours(changedPaths));
      expect(git.run(['commit-graph', 'verify']).stderr).toBe('');
      rmSync(path);
    });

    it('reads the facts of a single file', () => {
      expectSameFacts([ours(true)]);
    });

    it('reads and goes on with a chain', () => {
      const half = tips.slice(0, 100);
      git.read(['commit-graph', 'write', '--stdin-commits', '--split=no-merge', '--changed-paths'], half.join('\n'));
      const layers = (): Uint8Array[] => readFileSync(join(chainFolder, 'commit-graph-chain'), 'latin1').trim().split('\n')
        .map((name) => readFileSync(join(chainFolder, `graph-${name}.graph`)));
      const base = CommitGraphFile.read(layers(), algorithm, () => undefined)!;
      const top = runJob(writeCommitGraph({ graph: new CommitGraph(algorithm), objects, tips, changedPaths: true, base }))!;
      git.read(['commit-graph', 'write', '--reachable', '--split=no-merge', '--changed-paths']);
      const [, theirs] = layers();
      expect(Buffer.from(top).equals(theirs!)).toBe(true);
      expectSameFacts(layers());
      rmSync(chainFolder, { recursive: true });
    });

    it('gives right answers or a reason for every damage', () => {
      const file = ours(true);
      const random = seededRandom(3);
      let refused = 0;
      for (let round = 0; round < 300; round++) {
        const damaged = round % 3 === 0 ? file.slice(0, random(file.length)) : file.slice();
        if (damaged.length > 0) damaged[random(damaged.length)]! ^= 1 << random(8);
        // A checksum that matches does not help what is behind it.
        if (round % 2 === 0 && damaged.length > algorithm.size) {
          const size = damaged.length - algorithm.size;
          damaged.set(algorithm.digest(damaged.subarray(0, size)), size);
        }
        const problems: GovcError[] = [];
        const read = CommitGraphFile.read([damaged], algorithm, (problem) => problems.push(problem));
        if (read === undefined) {
          expect(problems.map(({ code }) => code)).toEqual(['commit-graph-invalid']);
          refused++;
          continue;
        }
        for (let position = 0; position < read.count; position++) read.commitAt(position);
      }
      expect(refused).toBeGreaterThan(150);
    });
  });
});
