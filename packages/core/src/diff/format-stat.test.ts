import { describe, expect, it } from '@jest/globals';
import { textWidth } from '../bytes/text-width.js';
import type { ObjectId } from '../hash/object-id.js';
import type { FileStat } from './file-stats.js';
import { formatNumstat, formatShortstat, formatStat } from './format-stat.js';
import { quotePath, quoteTwo } from './quote-path.js';
import { renameName } from './rename-name.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

function stat(path: string, added: number, deleted: number): FileStat {
  const entry = { path, mode: 0o100644, id: '1'.repeat(40) as ObjectId };
  return { change: { status: 'modified', old: entry, new: entry, score: undefined }, added, deleted, isBinary: false };
}

describe('formatStat', () => {
  it('scales the graph and cuts names at a slash', () => {
    expect(text(formatStat([stat('a', 3, 1), stat('some/very/long/directory/name.txt', 400, 0)], { width: 40 }))).toBe(
      ' a                         |   4 +-\n .../directory/name.txt    | 400 ++++++\n 2 files changed, 403 insertions(+), 1 deletion(-)\n',
    );
  });

  it('says nothing about nothing, and counts files, lines and both', () => {
    expect(text(formatStat([]))).toBe('');
    expect(text(formatShortstat([stat('a', 1, 0)]))).toBe(' 1 file changed, 1 insertion(+)\n');
    expect(text(formatShortstat([stat('a', 0, 0)]))).toBe(' 1 file changed, 0 insertions(+), 0 deletions(-)\n');
    expect(text(formatNumstat([stat('ä', 1, 2)]))).toBe('1\t2\t"\\303\\244"\n');
    expect(text(formatNumstat([stat('ä', 1, 2)], { isNulTerminated: true }))).toBe('1\t2\tä\0');
  });
});

describe('quotePath', () => {
  it('quotes what Git quotes', () => {
    expect(quotePath('plain name')).toBe('plain name');
    expect(quotePath('a"b\\c\td\u0001')).toBe('"a\\"b\\\\c\\td\\001"');
    expect(quotePath('\udcff')).toBe('"\\377"');
    expect(quotePath('ä', { quoteNonAscii: false })).toBe('ä');
    expect(quotePath('ä\n\u0085', { quoteNonAscii: false })).toBe('"ä\\n\u0085"');
    expect(quoteTwo('a/', 'b\n')).toBe('"a/b\\n"');
  });
});

describe('renameName', () => {
  it('puts what differs in braces', () => {
    expect(renameName('a/b/c', 'a/x/c')).toBe('a/{b => x}/c');
    expect(renameName('a/c', 'a/b/c')).toBe('a/{ => b}/c');
    expect(renameName('c', 'b/c')).toBe('c => b/c');
    expect(renameName('a', 'b')).toBe('a => b');
  });
});

describe('textWidth', () => {
  it('counts columns', () => {
    expect(textWidth('abc')).toBe(3);
    expect(textWidth('日本')).toBe(4);
    expect(textWidth('e\u0301')).toBe(1);
    expect(textWidth('😀')).toBe(2);
    expect(textWidth('\udc80a')).toBe(2);
  });
});
