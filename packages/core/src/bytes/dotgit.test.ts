import { describe, expect, it } from '@jest/globals';
import {
  isDotGitattributesNtfs,
  isDotgitHfs,
  isDotGitignoreNtfs,
  isDotgitLookalike,
  isDotGitmodulesHfs,
  isDotGitmodulesNtfs,
  isDotgitNtfs,
  isDotMailmapHfs,
  isDotMailmapNtfs,
} from './dotgit.js';
import { bytesFromLatin1, bytesFromText } from './text.js';

describe('.git to HFS+', () => {
  it.each(['.git', '.GIT', '.\u200cgit', '.g\u200di\u202et\ufeff', '\u206a.git', '.git/x'])('is %j', (name) => {
    expect(isDotgitHfs(bytesFromText(name))).toBe(true);
  });

  it.each(['', '.', 'git', '.gi', '.gitx', '.git ', '.\u200bgit', '.g\u00eft', '.git\u00e9'])('is not %j', (name) => {
    expect(isDotgitHfs(bytesFromText(name))).toBe(false);
  });

  it('is a name that goes on with malformed UTF-8, which Git takes for its end', () => {
    expect(isDotgitHfs(bytesFromLatin1('.git\xff'))).toBe(true);
    expect(isDotgitHfs(bytesFromLatin1('.git\xe2\x80'))).toBe(true);
    expect(isDotgitHfs(bytesFromLatin1('.g\xffit'))).toBe(false);
  });

  it('has relatives', () => {
    expect(isDotGitmodulesHfs(bytesFromText('.GITmod\u200cules'))).toBe(true);
    expect(isDotGitmodulesHfs(bytesFromText('gitmod~1'))).toBe(false);
    expect(isDotMailmapHfs(bytesFromText('.mailmap'))).toBe(true);
  });
});

describe('.git to NTFS', () => {
  it.each(['.git', '.GIT', 'git~1', 'GIT~1', '.git ', '.git...', '.git. .', '.git:x', '.git::$INDEX_ALLOCATION', '.git\\x', 'git~1 .'])(
    'is %j',
    (name) => {
      expect(isDotgitNtfs(bytesFromText(name))).toBe(true);
    },
  );

  it.each(['', 'git', 'git~2', '.gitx', '.git~1', '.g\u200cit', ' .git'])('is not %j', (name) => {
    expect(isDotgitNtfs(bytesFromText(name))).toBe(false);
  });

  it.each(['.gitmodules', '.GITMODULES ', '.gitmodules:x', 'gitmod~1', 'GITMOD~4', 'gi7eba~1', 'gi7eb~12', 'g~123456', '~1234567', 'gi7eba~9 .'])(
    'has a relative %j',
    (name) => {
      expect(isDotGitmodulesNtfs(bytesFromText(name))).toBe(true);
    },
  );

  it.each(['gitmodules', 'gitmod~5', 'gitmod~0', 'gi7eba~0', 'gi7ebb~1', 'gi7eba~1x', '.gitmodulesx', 'gi7eba', '~', 'gi7eba~'])(
    'has no relative %j',
    (name) => {
      expect(isDotGitmodulesNtfs(bytesFromText(name))).toBe(false);
    },
  );

  it('knows each relative by its own hash', () => {
    expect(isDotGitattributesNtfs(bytesFromText('gi7d29~1'))).toBe(true);
    expect(isDotGitignoreNtfs(bytesFromText('gi250a~1'))).toBe(true);
    expect(isDotMailmapNtfs(bytesFromText('maba30~1'))).toBe(true);
    expect(isDotMailmapNtfs(bytesFromText('mailma~1'))).toBe(true);
  });
});

describe('a name that looks like .git', () => {
  it('may do so after a backslash', () => {
    expect(isDotgitLookalike(bytesFromText('a\\b\\.git'))).toBe(true);
    expect(isDotgitLookalike(bytesFromText('a\\.gitx'))).toBe(false);
    expect(isDotgitLookalike(bytesFromText('readme'))).toBe(false);
    expect(isDotgitLookalike(bytesFromText('.gitignore'))).toBe(false);
  });
});
