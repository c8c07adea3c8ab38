import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits.js';
import { checkTreePath, isSafeComponent } from './safe-path.js';

describe('checkTreePath', () => {
  it.each(['a', 'a/b', '.gitignore', '.gitmodules', 'a b', '...', '.g', 'git', 'é/ü', 'a\\b', '\udcff', 'a:b', '~', 'CON'])('accepts %j', (path) => {
    expect(checkTreePath(path)).toBe(path);
  });

  it.each([
    ['', 'empty'], ['/a', 'leading-slash'], ['a/', 'trailing-slash'], ['/', 'leading-slash'], ['a//b', 'empty-component'], ['.', 'dot'], ['a/./b', 'dot'], ['..', 'dot-dot'], ['a/..', 'dot-dot'],
    ['.git', 'dot-git'], ['.GIT/config', 'dot-git'], ['a/.Git', 'dot-git'], ['git~1', 'dot-git'], ['.git. ', 'dot-git'], ['.git::$INDEX', 'dot-git'], ['.g\u200cit', 'dot-git'], ['x\\.git', 'dot-git'],
    ['a\0b', 'nul'], ['\ud800', 'not-unicode'], ['x\udc00', 'not-unicode'],
  ])('refuses %j: %s', (path, rule) => {
    expect(() => checkTreePath(path)).toThrow(expect.objectContaining({ code: 'path-invalid', data: { path, rule } }));
  });

  it('bounds length, components and depth', () => {
    const name = 'a'.repeat(LIMITS.treeEntryNameSize.value);
    expect(checkTreePath(name)).toBe(name);
    expect(() => checkTreePath(`${name}a`)).toThrow(expect.objectContaining({ data: expect.objectContaining({ rule: 'component-too-long' }) }));
    const deep = 'a/'.repeat(LIMITS.treeDepth.value - 1);
    expect(checkTreePath(`${deep}a`)).toBe(`${deep}a`);
    expect(() => checkTreePath(`${deep}a/a`)).toThrow(expect.objectContaining({ data: expect.objectContaining({ rule: 'too-deep' }) }));
    const long = `${'a'.repeat(1023)}/`.repeat(LIMITS.treePathSize.value / 1024);
    expect(checkTreePath(long.slice(0, -1))).toBe(long.slice(0, -1));
    expect(() => checkTreePath(`${long}bb`)).toThrow(expect.objectContaining({ data: expect.objectContaining({ rule: 'too-long' }) }));
    expect(() => checkTreePath('é'.repeat(LIMITS.treePathSize.value / 2 + 1))).toThrow(expect.objectContaining({ data: expect.objectContaining({ rule: 'too-long' }) }));
  });
});

describe('isSafeComponent', () => {
  it('decides about raw names', () => {
    expect(isSafeComponent(Uint8Array.of(0xff))).toBe(true);
    for (const name of ['', '.', '..', '.git', 'a/b', 'a\0']) expect(isSafeComponent(Buffer.from(name))).toBe(false);
  });
});
