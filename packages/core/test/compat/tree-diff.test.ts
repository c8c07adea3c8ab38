import { afterAll, expect, it } from '@jest/globals';
import { formatNames, formatRaw } from '../../src/diff/format-names.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { parsePathspec } from '../../src/pattern/pathspec.js';
import type { ChangeOptions } from '../../src/diff/find-changes.js';
import { DiffLab } from './diff-lab.js';
import { describeWithGit } from './real-git.js';

describeWithGit('differences of trees', () => {
  const lab = new DiffLab(3, 120);
  afterAll(() => lab.git.remove());

  const cases: readonly [args: readonly string[], options: ChangeOptions][] = [
    [['-r'], {}],
    [['-r', '-t'], { includeTrees: true }],
    [[], { recursive: false }],
    [['-r', '-R'], { isReversed: true }],
    [['-r', '--ignore-submodules'], { ignoreSubmodules: 'all' }],
    [['-r', '--', 'lib', '*.txt'], { pathspec: parsePathspec(['lib', '*.txt']) }],
    [['-r', '--', ':!lib', 'sub1/'], { pathspec: parsePathspec([':!lib', 'sub1/']) }],
    [['--', 'lib/a.c'], { recursive: false, pathspec: parsePathspec(['lib/a.c']) }],
    [['--', '*.c'], { recursive: false, pathspec: parsePathspec(['*.c']) }],
  ];

  it.each(cases)('are those of git diff-tree %p', (args, options) => {
    const { ours, theirs } = lab.compare(args, { renames: 'off', ...options }, (changes) => formatRaw(changes, { algorithm: SHA1 }));
    expect(ours).toEqual(theirs);
  });

  it('have the names of git diff-tree --name-only', () => {
    const { ours, theirs } = lab.compare(['-r', '--name-only'], { renames: 'off' }, (changes) => formatNames(changes));
    expect(ours).toEqual(theirs);
    expect(theirs.join('')).toContain('"lib/\\303\\244-\\303\\266.txt"');
  });
});
