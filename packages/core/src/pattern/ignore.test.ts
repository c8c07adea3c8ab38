import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits.js';
import { IgnoreRules, makeIgnoreList, parseIgnore } from './ignore.js';

const list = (text: string, source = '.gitignore') => parseIgnore(Buffer.from(text), source);
const root = (text: string) => new IgnoreRules({ inDirectory: (directory) => (directory === '' ? list(text) : undefined) });

describe('parseIgnore', () => {
  it('passes over comments and empty lines, and counts them', () => {
    expect(list('# c\n\na\r\n!b/ \n\\#d').map(({ text, line, isNegated, isForDirectory }) => [text, line, isNegated, isForDirectory])).toEqual([
      ['a', 3, false, false], ['!b/', 4, true, true], ['\\#d', 5, false, false],
    ]);
  });

  it('keeps spaces at the end that a backslash protects', () => {
    expect(list('a  \nb\\  \nc\\\\ \n d').map((pattern) => pattern.text)).toEqual(['a', 'b\\ ', 'c\\\\', ' d']);
  });

  it('skips a byte order mark', () => {
    expect(list('\ufeffa')[0]?.text).toBe('a');
  });

  it('refuses a file over the limit', () => {
    expect(() => parseIgnore(new Uint8Array(LIMITS.patternFileSize.value + 1), 'x')).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });
});

describe('IgnoreRules', () => {
  it('lets the last matching pattern decide', () => {
    const rules = root('*.log\n!keep.log\n/top\nfolder/\nx/y\n');
    expect(rules.isIgnored('a.log', false)).toBe(true);
    expect(rules.isIgnored('d/a.log', false)).toBe(true);
    expect(rules.isIgnored('d/keep.log', false)).toBe(false);
    expect(rules.findMatch('d/keep.log', false)).toMatchObject({ text: '!keep.log', line: 2, source: '.gitignore' });
    expect([rules.isIgnored('top', false), rules.isIgnored('d/top', false)]).toEqual([true, false]);
    expect([rules.isIgnored('folder', false), rules.isIgnored('folder', true)]).toEqual([false, true]);
    expect([rules.isIgnored('x/y', false), rules.isIgnored('d/x/y', false)]).toEqual([true, false]);
  });

  it('ignores everything below an ignored directory, whatever it says itself', () => {
    const asked: string[] = [];
    const rules = new IgnoreRules({
      inDirectory: (directory) => {
        asked.push(directory);
        return list(directory === '' ? 'out/\n!out/keep\n' : '!*\n');
      },
    });
    expect(rules.findMatch('out/keep', false)).toMatchObject({ text: 'out/' });
    expect(rules.isIgnored('out/a/b', false)).toBe(true);
    expect(rules.isIgnored('in/a', false)).toBe(false);
    expect(asked).toEqual(['', 'in']);
  });

  it('ranks command line, directories and files', () => {
    const rules = new IgnoreRules({
      commandLine: [makeIgnoreList(['a'], 'cli')],
      inDirectory: (directory) => (directory === 'd' ? list('!a\nb\n', 'd/.gitignore') : list('!b\nc\n')),
      files: [list('c\ne\n', 'global'), list('!c\n!e\n', 'info')],
    });
    expect(['a', 'b', 'c', 'e'].map((name) => rules.findMatch(`d/${name}`, false)?.source)).toEqual(['cli', 'd/.gitignore', '.gitignore', 'info']);
    expect(rules.findMatch('none', false)).toBeUndefined();
  });

  it('gives the same answers in any order of paths, as text or bytes', () => {
    const rules = new IgnoreRules({ inDirectory: (directory) => list(directory === 'a/b' ? '!x' : directory === '' ? 'x' : '') });
    for (let round = 0; round < 2; round++) {
      expect(['a/b/x', 'x', 'a/x', 'a/b/c/x', 'ab/x'].map((path) => rules.isIgnored(path, false))).toEqual([false, true, true, false, true]);
      expect(rules.isIgnored(Buffer.from('a/b/x'), false)).toBe(false);
    }
  });

  it('can ignore case', () => {
    expect(new IgnoreRules({ files: [list('A*.C')], ignoresCase: true }).isIgnored('abc.c', false)).toBe(true);
    expect(new IgnoreRules({ files: [list('A*.C')] }).isIgnored('abc.c', false)).toBe(false);
  });
});
