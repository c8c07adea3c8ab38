import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../../src/bytes/text.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { runJob } from '../../src/job/job.js';
import type { ObjectSource } from '../../src/pack/object-source.js';
import { SparsePatterns } from '../../src/pattern/sparse.js';
import { findReached, isAncestor } from '../../src/walk/ancestry.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { checkConnectivity } from '../../src/walk/connectivity.js';
import { enumerateObjects } from '../../src/walk/enumerate.js';
import { parseFilter } from '../../src/walk/filter.js';
import { limitCommits } from '../../src/walk/limit-commits.js';
import type { ObjectList } from '../../src/walk/object-list.js';
import { branchyHistory, loadObjects } from './git-objects.js';
import { RealGit } from './real-git.js';

const NONE: ReadonlySet<ObjectId> = new Set();

function idsOf(list: ObjectList): Set<string> {
  return new Set(Array.from({ length: list.count }, (_, i) => list.idAt(i)));
}

describe.each([1, 2, 3])('walks over the history of seed %d, compared with git', (seed) => {
  const git = new RealGit();
  let objects: ObjectSource;
  let commits: ObjectId[];
  const lines = (args: readonly string[]): string[] => git.read(args).toString().split('\n').filter((line) => line !== '');

  beforeAll(() => {
    git.read(['init', '-q', '--bare']);
    git.read(['fast-import', '--quiet', '--force'], branchyHistory(seed, 150));
    objects = loadObjects(git);
    commits = lines(['rev-list', '--all']) as ObjectId[];
  });
  afterAll(() => {
    git.remove();
  });

  const pairs = (): [ObjectId, ObjectId][] =>
    Array.from({ length: 25 }, (_, i) => [commits[(i * 7) % commits.length]!, commits[(i * 31 + 5) % commits.length]!]);

  it('lists the same commits between two, in the same order', () => {
    for (const [want, have] of pairs()) {
      const graph = new CommitGraph(SHA1);
      const { commits: found } = runJob(limitCommits({ graph, objects, wants: [want], haves: [have], shallow: NONE }));
      expect(found.map((commit) => graph.idAt(commit))).toEqual(lines(['rev-list', want, `^${have}`]));
    }
  });

  it('lists the same objects for everything', () => {
    const tag = git.read(['rev-parse', 'v1']).toString().trim() as ObjectId;
    const { objects: list } = runJob(enumerateObjects({
      objects, algorithm: SHA1, wants: [...commits.slice(0, 3), tag], haves: [], shallow: NONE,
    }));
    const expected = lines(['rev-list', '--objects', ...commits.slice(0, 3), tag]).map((line) => line.slice(0, 40));
    expect(idsOf(list)).toEqual(new Set(expected));
  });

  it('lists no less than git between two commits, and nothing that both reach by their edges', () => {
    for (const [want, have] of pairs()) {
      const { objects: list } = runJob(enumerateObjects({
        objects, algorithm: SHA1, wants: [want], haves: [have], shallow: NONE,
      }));
      const needed = lines(['rev-list', '--objects', want, `^${have}`]).map((line) => line.slice(0, 40));
      expect(idsOf(list)).toEqual(new Set(needed));
    }
  });

  it('leaves out what each filter leaves out', () => {
    const want = commits[0]!;
    for (const filter of ['blob:none', 'blob:limit=20', 'blob:limit=0', 'tree:0', 'tree:1', 'tree:2', 'tree:3',
      'object:type=blob', 'object:type=tree', 'object:type=commit', 'combine:tree:3+blob:limit=10']) {
      const { objects: list } = runJob(enumerateObjects({
        objects, algorithm: SHA1, wants: [want], haves: [], shallow: NONE, filter: parseFilter(filter),
      }));
      const expected = lines(['rev-list', '--objects', `--filter=${filter}`, want]).map((line) => line.slice(0, 40));
      expect([filter, idsOf(list)]).toEqual([filter, new Set(expected)]);
    }
  });

  it('leaves out what is not in a sparse definition', () => {
    for (const text of ['/*\n!/d/\n', 'c.txt*\n', 'd/d/\n!d/d/d/\n', '/a*\n/d/b*\n']) {
      const blob = git.read(['hash-object', '-w', '--stdin'], text).toString().trim();
      const { objects: list } = runJob(enumerateObjects({
        objects, algorithm: SHA1, wants: [commits[0]!], haves: [], shallow: NONE, filter: parseFilter(`sparse:oid=${blob}`),
        findSparse: () => SparsePatterns.parse(bytesFromText(text)),
      }));
      const expected = lines(['rev-list', '--objects', `--filter=sparse:oid=${blob}`, commits[0]!]).map((line) => line.slice(0, 40));
      expect([text, idsOf(list)]).toEqual([text, new Set(expected)]);
    }
  });

  it('knows which commit reaches which', () => {
    const graph = new CommitGraph(SHA1);
    for (const [a, b] of pairs()) {
      const expected = git.run(['merge-base', '--is-ancestor', a, b]).status === 0;
      expect(runJob(isAncestor({ graph, objects, shallow: NONE }, a, b))).toBe(expected);
    }
    const reached = runJob(findReached({ graph, objects, shallow: NONE }, [commits[0]!], new Set(commits)));
    expect(new Set(reached)).toEqual(new Set(lines(['rev-list', commits[0]!])));
  });

  it('finds everything connected, and names what is missing', () => {
    expect(runJob(checkConnectivity({ objects, algorithm: SHA1, tips: commits.slice(0, 4), known: [], shallow: NONE }))).toEqual({ ok: true });
    const all = lines(['rev-list', '--objects', commits[0]!]).map((line) => line.slice(0, 40) as ObjectId);
    for (let i = 0; i < all.length; i += 37) {
      const gone = all[i]!;
      const holed: ObjectSource = {
        has: (id) => id !== gone && objects.has(id),
        find: (id) => (id === gone ? undefined : objects.find(id)),
        findHeader: (id) => (id === gone ? undefined : objects.findHeader(id)),
        findChunks: (id) => (id === gone ? undefined : objects.findChunks(id)),
        findEntry: () => undefined,
        ids: () => objects.ids(),
        idsWithPrefix: (prefix) => objects.idsWithPrefix(prefix),
      };
      const result = runJob(checkConnectivity({ objects: holed, algorithm: SHA1, tips: [commits[0]!], known: [], shallow: NONE }));
      expect(result).toMatchObject({ ok: false, missing: gone });
    }
  });
});
