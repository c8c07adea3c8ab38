import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import type { DescribeOptions } from '../../src/repository/naming.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit, RealGit } from './real-git.js';

const CASES: readonly (readonly [flags: readonly string[], options: DescribeOptions])[] = [
  [[], {}], [['--tags'], { tags: true }], [['--all'], { all: true }], [['--tags', '--long'], { tags: true, long: true }],
  [['--tags', '--abbrev=0'], { tags: true, abbrev: 0 }], [['--tags', '--abbrev=10'], { tags: true, abbrev: 10 }],
  [['--tags', '--first-parent'], { tags: true, firstParent: true }], [['--all', '--candidates=2'], { all: true, candidates: 2 }],
  [['--tags', '--match=a*'], { tags: true, match: ['a*'] }], [['--all', '--match=a*', '--exclude=*4'], { all: true, match: ['a*'], exclude: ['*4'] }],
  [['--contains'], { contains: true }], [['--contains', '--all'], { contains: true, all: true }],
];

describeWithGit('git describe', () => {
  const git = new RealGit();
  let repository: Repository;
  let commits: string[];

  beforeAll(async () => {
    git.read(['init', '-q', '--bare', 'r.git']);
    git.read(['-C', 'r.git', 'fast-import', '--quiet', '--force'], branchyHistory(9, 400));
    commits = git.read(['-C', 'r.git', 'rev-list', '--all']).toString().split('\n').filter(Boolean);
    for (let i = 3; i < commits.length; i += 5) {
      const isAnnotated = i % 2 === 0;
      const date = `${1_700_000_000 + i * 100} +0000`;
      git.read(['-C', 'r.git', 'tag', ...(isAnnotated ? ['-a', '-m', 'x'] : []), `a${i}`, commits[i]!], '', { GIT_COMMITTER_DATE: date });
      if (i % 3 === 0) git.read(['-C', 'r.git', 'tag', '-a', '-m', 'y', `b${i}`, commits[i]!], '', { GIT_COMMITTER_DATE: '1800000000 +0000' });
    }
    git.read(['-C', 'r.git', 'tag', '-a', '-m', 'z', 'temporary', commits[7]!]);
    git.read(['-C', 'r.git', 'update-ref', 'refs/tags/known-otherwise', git.read(['-C', 'r.git', 'rev-parse', 'temporary']).toString().trim()]);
    git.read(['-C', 'r.git', 'update-ref', '-d', 'refs/tags/temporary']);
    git.read(['-C', 'r.git', 'symbolic-ref', 'HEAD', 'refs/heads/main']);
    repository = await Repository.open(join(git.folder, 'r.git'));
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  it.each(CASES)('gives the same names with %j', (flags, options) => {
    const asked = options.contains === true ? commits.slice(0, 30) : commits;
    // Without a mark of its own, git ends at the first commit that has no name.
    const theirs = options.contains === true
      ? asked.map((id) => git.run(['-C', 'r.git', 'describe', '--always', ...flags, id]).stdout.toString().trim())
      : git.read(['-C', 'r.git', 'describe', '--always', ...flags, ...asked]).toString().split('\n').slice(0, -1);
    const describe = repository.describer({ ...options, always: true });
    expect(asked.map((id) => describe(id).text)).toEqual(theirs);
  });

  it('names blobs after the oldest commit that has them', () => {
    const blobs = git.read(['-C', 'r.git', 'ls-tree', '-r', '--format=%(objectname)', 'HEAD']).toString().trim().split('\n').filter((_blob, i) => i % 3 === 0);
    expect(blobs.length).toBeGreaterThan(3);
    for (const blob of blobs) {
      const theirs = git.run(['-C', 'r.git', 'describe', '--tags', '--always', blob]);
      const text = theirs.stdout.toString().trim();
      if (text === '') expect(() => repository.describe(blob, { tags: true, always: true })).toThrow(expect.objectContaining({ code: 'name-missing' }));
      else expect(repository.describe(blob, { tags: true, always: true }).text).toBe(text);
    }
  });

  it('says why there is no name', () => {
    const orphan = git.read(['-C', 'r.git', 'commit-tree', '-m', 'alone', `${commits[0]!}^{tree}`]).toString().trim();
    expect(() => repository.describe(orphan)).toThrow(expect.objectContaining({ code: 'name-missing', data: expect.objectContaining({ reason: 'no-tags' }) }));
    expect(() => repository.describe(orphan, { candidates: 0 })).toThrow(expect.objectContaining({ data: expect.objectContaining({ reason: 'inexact' }) }));
    expect(repository.describe(orphan, { always: true }).text).toBe(orphan.slice(0, 7));
    expect(() => repository.describe(`${commits[0]!}^{tree}`)).toThrow(expect.objectContaining({ code: 'object-type-mismatch' }));
  });
});
