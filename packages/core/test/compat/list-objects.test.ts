import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import type { ListObjectsQuery } from '../../src/repository/rev-list.js';
import { seededRandom } from '../random-history.js';
import { describeWithGit, RealGit } from './real-git.js';

/** A history in which files move between folders, with tags, tags of tags, and tags of trees and blobs. */
function importStream(seed: number): string {
  const random = seededRandom(seed);
  const lines: string[] = [];
  const names = ['a', 'b.txt', 'dir/a', 'dir/b', 'dir/deep/c', 'dir/deep/er/d', 'lib/a', 'lib/x y', 'zoo/deep/c'];
  for (let i = 0; i < 40; i++) {
    lines.push('commit refs/heads/main', `mark :${i + 1}`, `committer C <c@example.com> ${1_600_000_000 + i * 60} +0000`, 'data 2', 'x', '');
    if (i > 0) lines.push(`from :${i % 7 === 3 ? Math.max(1, i - 4) : i}`);
    if (i > 0 && i % 7 === 3) lines.push(`merge :${i}`);
    for (let j = 0; j < 3; j++) {
      const name = names[random(names.length)]!;
      const text = 'line\n'.repeat(random(9) * 10);
      if (random(6) === 0) lines.push(`D ${name}`);
      else lines.push(`M 100644 inline ${name}`, `data ${text.length}`, text);
    }
    if (i === 5) lines.push(`M 160000 ${'5'.repeat(40)} sub`);
    lines.push('');
  }
  return lines.join('\n');
}

const FILTERS = [
  'blob:none', 'blob:limit=200', 'blob:limit=0', 'tree:0', 'tree:1', 'tree:2', 'tree:3', 'object:type=tree', 'object:type=blob',
  'object:type=commit', 'object:type=tag', 'combine:blob:limit=200+tree:3', 'combine:tree:2+blob:none', 'sparse:oid=main:sparse',
  'combine:sparse:oid=main:sparse+tree:3',
];

const RANGES = [
  ['HEAD'], ['--all'], ['main~5..main'], ['^main~9', 'main~2'], ['main~9...main~3'], ['outer', '--not', 'light'], ['tree'], ['blob', 'main~9'],
  ['main:dir'], ['main:dir/', 'main:dir/a'], ['main', '^tree'], ['--tags'], ['main~3', 'main', 'main^{tree}'],
];

describeWithGit('lists of objects compared with git rev-list --objects', () => {
  describe.each([{ seed: 1 }, { seed: 2 }])('in repository $seed', ({ seed }) => {
    const git = new RealGit();
    let repository: Repository;
    const expectSame = (args: readonly string[], query: ListObjectsQuery): void => {
      const theirs = git.read(['rev-list', '--objects', ...args]).toString();
      const ours = [...repository.listObjects(query)].map(({ type, id, path, entry }) =>
        `${entry?.isBoundary === true ? '-' : ''}${id}${type === 'commit' ? '' : ` ${path}`}\n`).join('');
      expect([args, ours]).toEqual([args, theirs]);
    };

    beforeAll(async () => {
      git.read(['init', '-q', '--bare', '-b', 'main']);
      const sparse = '/dir/\n!/dir/deep/\nlib/a\n';
      git.read(['fast-import', '--quiet'], `${importStream(seed)}\ncommit refs/heads/main\ncommitter C <c@example.com> 1600009000 +0000\n` +
        `data 2\ny\nfrom :40\nM 100644 inline sparse\ndata ${sparse.length}\n${sparse}M 100644 inline dir/a\ndata 2\nz\n\n`);
      git.read(['tag', 'light', 'main~8']);
      git.read(['tag', '-a', '-m', 'm', 'inner', 'main~4']);
      git.read(['tag', '-a', '-m', 'm', 'outer', 'inner']);
      git.read(['tag', '-a', '-m', 'm', 'tree', 'main~6^{tree}']);
      git.read(['tag', 'blob', 'main:sparse']);
      repository = await Repository.open(git.folder);
    });
    afterAll(async () => {
      await repository.close();
      git.remove();
    });

    it.each(RANGES.map((range) => [range.join(' '), range] as const))('gives the same for %s', (_, revisions) => {
      expectSame([...revisions], { revisions });
      expectSame(['--in-commit-order', ...revisions], { revisions, inCommitOrder: true });
    });

    it.each(FILTERS)('leaves out the same by %s', (filter) => {
      for (const revisions of [['--all'], ['main~3..main', 'tree'], ['main', 'main:dir', 'blob']]) {
        expectSame([`--filter=${filter}`, ...revisions], { revisions, filter });
      }
      expectSame([`--filter=${filter}`, '--in-commit-order', 'main'], { revisions: ['main'], filter, inCommitOrder: true });
    });

    it('gives the same with the other options', () => {
      for (const range of [['main'], ['main~9..main']]) {
        expectSame(['--topo-order', ...range], { revisions: range, order: 'topo' });
        expectSame(['--reverse', ...range], { revisions: range, reverse: true });
        expectSame(['--max-count=4', '--skip=1', ...range], { revisions: range, maxCount: 4, skip: 1 });
        expectSame(['--boundary', ...range], { revisions: range, boundary: true });
        expectSame(['--no-walk', 'main'], { revisions: ['main'], noWalk: 'sorted' });
        expectSame(['--since=1600001000', ...range], { revisions: range, since: 1_600_001_000 });
        for (const path of ['dir', 'dir/deep', 'lib/', '*.txt', 'none', 'zoo/deep/c', ':!dir', ':!dir/deep', 'd*/a', 'dir/*', ':(icase)DIR/DEEP', ':(glob)**/c']) {
          expectSame([...range, '--', path], { revisions: range, paths: [path] });
          expectSame(['--full-history', '--in-commit-order', ...range, '--', path, 'a'], {
            revisions: range, paths: [path, 'a'], fullHistory: true, inCommitOrder: true,
          });
        }
      }
    });
  });
});
