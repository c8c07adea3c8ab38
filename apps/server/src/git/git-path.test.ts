import { describe, expect, it } from '@jest/globals';

import { parseGitPath } from './git-path.js';
import { parseRange } from './plain-files.js';

describe('parseGitPath', () => {
  it.each([
    ['/a.git/info/refs', 'a.git', 'refs'],
    ['/a/b/c/info/refs', 'a/b/c', 'refs'],
    ['/a%2Fb/info/refs', 'a/b', 'refs'],
    ['/a/info/info/refs', 'a/info', 'refs'],
    ['/a/git-upload-pack', 'a', 'service'],
    ['/a/git-receive-pack', 'a', 'service'],
    ['/a/HEAD', 'a', 'head'],
    ['/a/objects/info/packs', 'a', 'packs'],
    [`/a/objects/ab/${'0'.repeat(38)}`, 'a', 'file'],
    [`/a/objects/pack/pack-${'0'.repeat(64)}.idx`, 'a', 'file'],
  ])('takes %s apart', (path, repository, kind) => {
    expect(parseGitPath(path)).toMatchObject({ repository, target: { kind } });
  });

  it.each(['/', '/info/refs', '/a', '/a/config', '/a/objects/pack/pack-x.pack', '/a/objects/ab/../x', '/%zz/HEAD', '/a/info/refs/x'])(
    'passes %s on', (path) => {
      expect(parseGitPath(path)).toBeUndefined();
    });
});

describe('parseRange', () => {
  it.each([
    [undefined, undefined], ['bytes=0-3', { start: 0, end: 3 }], ['bytes=5-', { start: 5, end: 9 }], ['bytes=-2', { start: 8, end: 9 }],
    ['bytes=-20', { start: 0, end: 9 }], ['bytes=0-100', { start: 0, end: 9 }], ['bytes=10-', 'unsatisfiable'], ['bytes=-0', 'unsatisfiable'],
    ['bytes=3-2', undefined], ['bytes=0-1,3-4', undefined], ['lines=0-1', undefined], ['bytes=-', undefined],
  ] as const)('reads %j', (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected);
  });
});
