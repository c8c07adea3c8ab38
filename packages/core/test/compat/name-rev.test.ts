import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NameRevOptions } from '../../src/history/name-rev.js';
import { Repository } from '../../src/repository/repository.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

const CASES: readonly (readonly [flags: readonly string[], options: NameRevOptions])[] = [
  [[], {}], [['--tags'], { tags: true }], [['--refs=a*'], { refs: ['a*'] }], [['--refs=refs/tags/a*'], { refs: ['refs/tags/a*'] }],
  [['--exclude=a*'], { exclude: ['a*'] }], [['--refs=*4', '--refs=refs/heads/*', '--exclude=*9'], { refs: ['*4', 'refs/heads/*'], exclude: ['*9'] }],
];

describeWithGit('git name-rev', () => {
  const git = new RealGit();
  let repository: Repository;
  let asked: string[];

  beforeAll(async () => {
    git.read(['init', '-q', '--bare', 'r.git']);
    git.read(['-C', 'r.git', 'fast-import', '--quiet', '--force'], branchyHistory(4, 150));
    const commits = git.read(['-C', 'r.git', 'rev-list', '--all']).toString().split('\n').filter(Boolean);
    for (let i = 5; i < commits.length; i += 11) {
      const date = `${1_700_000_000 + ((i * 37) % 50) * 1000} +0000`;
      git.read(['-C', 'r.git', 'tag', ...(i % 2 === 0 ? ['-a', '-m', 'x'] : []), `a${i}`, commits[i]!], '', { GIT_COMMITTER_DATE: date });
    }
    git.read(['-C', 'r.git', 'tag', 'blob', `${commits[0]!}^{tree}`]);
    asked = [...commits, `${commits[0]!}^{tree}`, `${commits[1]!}^{tree}`];
    repository = await Repository.open(join(git.folder, 'r.git'));
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  it.each(CASES)('gives the same names with %j', (flags, options) => {
    for (const ids of [asked, asked.slice(0, 20), asked.slice(-30, -2)]) {
      const lines = git.read(['-C', 'r.git', 'name-rev', ...flags, ...ids]).toString().split('\n').slice(0, -1);
      const theirs = lines.map((line) => line.slice(line.indexOf(' ') + 1));
      expect(repository.nameRev(ids, options).map((name) => name ?? 'undefined')).toEqual(theirs);
    }
  });

  it('shortens tags where only names are wanted', () => {
    const theirs = git.read(['-C', 'r.git', 'name-rev', '--tags', '--name-only', ...asked]).toString().split('\n').slice(0, -1);
    expect(repository.nameRev(asked, { tags: true, nameOnly: true }).map((name) => name ?? 'undefined')).toEqual(theirs);
  });
});
