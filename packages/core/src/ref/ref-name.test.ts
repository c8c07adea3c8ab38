import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits.js';
import {
  branchRef,
  checkRefFormat,
  expandShortRefName,
  HEAD,
  isRefName,
  isSafeRefPath,
  parseRefName,
  shortRefName,
  tagRef,
} from './ref-name.js';

describe('isRefName', () => {
  it.each([
    'HEAD',
    'FETCH_HEAD',
    'refs/heads/main',
    'refs/heads/feature/x',
    'refs/heads/größe',
    'refs/heads/a@b',
    'refs/heads/@',
    'refs/heads/-x',
    'refs/heads/x.lockx',
    'refs/heads/.\u{1F600}'.replace('.', ''),
    'refs/heads/a./b',
    'refs/stash',
    'worktrees/w/HEAD',
  ])('accepts %s', (name) => {
    expect(isRefName(name)).toBe(true);
  });

  it.each([
    ['', 'empty-component'],
    ['/refs/heads/x', 'empty-component'],
    ['refs/heads/', 'empty-component'],
    ['refs//heads', 'empty-component'],
    ['refs/.heads/x', 'leading-dot'],
    ['refs/heads/a..b', 'double-dot'],
    ['refs/heads/a\tb', 'control-character'],
    ['refs/heads/a\0b', 'control-character'],
    ['refs/heads/a\x7fb', 'control-character'],
    ['refs/heads/a b', 'forbidden-character'],
    ['refs/heads/a:b', 'forbidden-character'],
    ['refs/heads/a^', 'forbidden-character'],
    ['refs/heads/a~1', 'forbidden-character'],
    ['refs/heads/a?', 'forbidden-character'],
    ['refs/heads/a[', 'forbidden-character'],
    ['refs/heads/a\\b', 'forbidden-character'],
    ['refs/heads/*', 'asterisk'],
    ['refs/heads/x.lock', 'lock-suffix'],
    ['refs/x.lock/y', 'lock-suffix'],
    ['refs/heads/a@{b', 'at-brace'],
    ['@', 'lone-at'],
    ['refs/heads/a.', 'trailing-dot'],
    ['main', 'one-level'],
    ['Head', 'one-level'],
    ['refs/heads/\ud800', 'not-unicode'],
  ])('refuses %j by the rule %s', (name, rule) => {
    expect(isRefName(name)).toBe(false);
    expect(() => parseRefName(name)).toThrow(expect.objectContaining({ code: 'ref-name-invalid', data: { name, rule } }));
  });

  it('bounds the bytes of a name, not its characters', () => {
    const size = LIMITS.refNameSize.value;
    expect(isRefName('refs/heads/'.padEnd(size, 'x'))).toBe(true);
    expect(isRefName('refs/heads/'.padEnd(size + 1, 'x'))).toBe(false);
    expect(isRefName(`refs/heads/${'é'.repeat((size - 11) >> 1)}`)).toBe(true);
    expect(isRefName(`refs/heads/${'é'.repeat(((size - 11) >> 1) + 1)}`)).toBe(false);
  });
});

describe('checkRefFormat', () => {
  it('accepts one level where asked for, and HEAD is nothing special', () => {
    expect(checkRefFormat('main', { allowOneLevel: true })).toEqual({ valid: true, name: 'main' });
    expect(checkRefFormat('HEAD')).toEqual({ valid: false, rule: 'one-level' });
  });

  it('accepts one asterisk in a pattern', () => {
    expect(checkRefFormat('refs/*/x', { refspecPattern: true }).valid).toBe(true);
    expect(checkRefFormat('refs/a*b/x', { refspecPattern: true }).valid).toBe(true);
    expect(checkRefFormat('refs/*/*', { refspecPattern: true })).toEqual({ valid: false, rule: 'asterisk' });
  });

  it('normalizes slashes at the front and in runs, not at the end', () => {
    expect(checkRefFormat('//refs///heads/x', { normalize: true })).toEqual({ valid: true, name: 'refs/heads/x' });
    expect(checkRefFormat('refs/heads/', { normalize: true })).toEqual({ valid: false, rule: 'empty-component' });
  });
});

describe('branchRef and tagRef', () => {
  it('put names into their folders', () => {
    expect(branchRef('a/b')).toBe('refs/heads/a/b');
    expect(tagRef('v1')).toBe('refs/tags/v1');
  });

  it.each([
    ['-x', 'leading-dash'],
    ['HEAD', 'reserved'],
    ['', 'empty-component'],
    ['a b', 'forbidden-character'],
  ])('refuse %j', (name, rule) => {
    for (const make of [branchRef, tagRef]) {
      expect(() => make(name)).toThrow(expect.objectContaining({ code: 'ref-name-invalid', data: { name, rule } }));
    }
  });
});

describe('names for people', () => {
  it.each([
    ['HEAD', 'HEAD'],
    ['refs/heads/a/b', 'a/b'],
    ['refs/tags/v1', 'v1'],
    ['refs/remotes/origin/x', 'origin/x'],
    ['refs/stash', 'stash'],
    ['worktrees/w/HEAD', 'worktrees/w/HEAD'],
  ])('shorten %s to %s', (name, short) => {
    expect(shortRefName(parseRefName(name))).toBe(short);
  });

  it('expand in the order in which Git looks', () => {
    expect(expandShortRefName('x')).toEqual([
      'refs/x',
      'refs/tags/x',
      'refs/heads/x',
      'refs/remotes/x',
      'refs/remotes/x/HEAD',
    ]);
    expect(expandShortRefName('HEAD')[0]).toBe(HEAD);
    expect(expandShortRefName('a..b')).toEqual([]);
  });
});

describe('isSafeRefPath', () => {
  it('keeps refs out of the other files of a repository', () => {
    expect(isSafeRefPath('HEAD')).toBe(true);
    expect(isSafeRefPath('refs/heads/x')).toBe(true);
    expect(isSafeRefPath('objects/aa')).toBe(false);
    expect(isSafeRefPath('config')).toBe(false);
    expect(isSafeRefPath('refs/../config')).toBe(false);
  });
});
