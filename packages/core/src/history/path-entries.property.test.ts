import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { makeCommit, serializeCommit } from '../object/commit.js';
import { makeTree, MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_TREE, serializeTree, type TreeEntry } from '../object/tree.js';
import { parsePathspec } from '../pattern/pathspec.js';
import { YoungWriter } from '../store/young-objects.js';
import { seededRandom } from '../../test/random-history.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { revList } from './rev-list.js';

const NAMES = ['a', 'a b', 'a.c', 'b', 'dir', 'dir-x'].map((name) => new TextEncoder().encode(name));
const PATHS = ['a', 'dir', 'dir/', 'a/b', 'dir/a', 'dir/dir/a.c', 'a b', 'b/', 'dir/a b/', 'none'];

function randomTree(objects: YoungWriter, random: (below: number) => number, depth: number): ObjectId {
  const entries: TreeEntry[] = [];
  for (const name of NAMES) {
    const kind = random(depth === 0 ? 5 : 8);
    if (kind < 2) continue;
    if (kind > 4) entries.push({ name, mode: MODE_TREE, id: randomTree(objects, random, depth - 1) });
    else if (kind === 4 && random(3) === 0) entries.push({ name, mode: MODE_GITLINK, id: SHA1.emptyTreeId });
    else entries.push({ name, mode: random(4) === 0 ? MODE_EXECUTABLE : MODE_BLOB, id: objects.write('blob', new Uint8Array([random(3)])) });
  }
  return objects.write('tree', serializeTree(makeTree(entries)));
}

/** A tree with some entries of another one. */
function mixed(objects: YoungWriter, trees: readonly ObjectId[], random: (below: number) => number): ObjectId {
  return random(2) === 0 && trees.length > 0 ? trees[random(trees.length)]! : randomTree(objects, random, 2);
}

describe('paths without wildcards', () => {
  it('limit history as they do when whole trees are compared', () => {
    fc.assert(fc.property(fc.nat(), (seed) => {
      const random = seededRandom(seed);
      const objects = new YoungWriter(SHA1);
      const trees: ObjectId[] = [];
      const commits: ObjectId[] = [];
      for (let i = 0; i < 25; i++) {
        trees.push(mixed(objects, trees, random));
        const parents = i === 0 ? [] : [...new Set([commits[i - 1]!, commits[random(i)]!])].slice(0, 1 + random(2));
        const person = { name: 'A', email: 'a@example.com', timeSeconds: 1000 + i, timezone: '+0000' };
        commits.push(objects.write('commit', serializeCommit(makeCommit({
          tree: trees.at(-1)!, parents, author: person, committer: person, message: `${i}\n`,
        }))));
      }
      const graph = new CommitGraph(SHA1);
      const idsOf = (paths: readonly string[], fullHistory: boolean): ObjectId[] => {
        const options = { pathspec: parsePathspec(paths), fullHistory };
        return Array.from(revList({ graph, objects, shallow: new Set(), starts: [{ id: commits.at(-1)! }], options }), ({ id }) => id);
      };
      for (const path of PATHS) {
        // What ignores case is no plain path, and all names here are in lower case.
        for (const isFull of [false, true]) expect(idsOf([path], isFull)).toEqual(idsOf([`:(icase)${path}`], isFull));
      }
      expect(idsOf(['a/b', 'dir/'], true)).toEqual(idsOf([':(icase)a/b', 'dir/'], true));
    }), { numRuns: 40 });
  });

  it('fail on trees that are malformed or missing', () => {
    const objects = new YoungWriter(SHA1);
    const person = { name: 'A', email: 'a@example.com', timeSeconds: 1000, timezone: '+0000' };
    const blob = objects.write('blob', new Uint8Array(1));
    const good = objects.write('tree', serializeTree([{ name: NAMES[0]!, mode: MODE_BLOB, id: blob }]));
    const commit = (tree: ObjectId, parents: readonly ObjectId[]): ObjectId => objects.write('commit', serializeCommit(makeCommit({
      tree, parents: [...parents], author: person, committer: person, message: 'x\n',
    })));
    const bad = objects.write('tree', new TextEncoder().encode('100644 a\0short'));
    for (const [tree, code] of [[bad, 'object-corrupt'], [blob, 'object-type-mismatch'], ['7'.repeat(40) as ObjectId, 'object-missing']] as const) {
      const start = commit(tree, [commit(good, [])]);
      const request = { graph: new CommitGraph(SHA1), objects, shallow: new Set<ObjectId>(), starts: [{ id: start }] };
      expect(() => [...revList({ ...request, options: { pathspec: parsePathspec(['a']) } })])
        .toThrow(expect.objectContaining({ code }));
    }
  });
});
