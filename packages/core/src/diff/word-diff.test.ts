import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { compileTextPattern, type TextPattern } from '../pattern/text-pattern.js';
import { makeHunks } from './hunks.js';
import { diffLines } from './line-diff.js';
import { wordDiffHunks, wordPieces, type WordDiffStyle } from './word-diff.js';

function wordDiff(texts: readonly [old: string, new_: string], style: WordDiffStyle, words?: TextPattern): string {
  const diff = diffLines(bytesFromText(texts[0]), bytesFromText(texts[1]));
  return textFromBytes(wordDiffHunks(diff, makeHunks(diff), { style, words }));
}

describe('word diff', () => {
  it('marks words with brackets', () => {
    expect(wordDiff(['a b c\n', 'a x  c\n'], 'plain')).toBe('@@ -1 +1 @@\na [-b-]{+x+}  c\n');
    expect(wordDiff(['a b\nc\n', 'a\nc\n'], 'plain')).toBe('@@ -1,2 +1,2 @@\na[-b-]\nc\n');
  });

  it('writes a piece a line for programs', () => {
    expect(wordDiff(['z\na b\n', 'z\na x\n'], 'porcelain')).toBe('@@ -1,2 +1,2 @@\n z\n~\n a \n-b\n+x\n~\n');
  });

  it('takes words as told', () => {
    const letters = compileTextPattern('[a-z]|[0-9]+', { syntax: 'extended' });
    expect(wordDiff(['ab12\n', 'ac12\n'], 'plain', letters)).toBe('@@ -1 +1 @@\na[-b-]{+c+}12\n');
  });

  it('gives pieces whose new parts are the new text', () => {
    const diff = diffLines(bytesFromText('one two\nthree\n'), bytesFromText('one 2\nthree\nfour'));
    const pieces = makeHunks(diff).flatMap((hunk) => wordPieces(diff, hunk));
    const kept = pieces.filter((piece) => piece.kind !== 'deleted').map((piece) => textFromBytes(piece.bytes));
    expect(kept.join('')).toBe('one 2\nthree\nfour\n');
    expect(pieces.filter((piece) => piece.kind === 'deleted').map((piece) => textFromBytes(piece.bytes))).toEqual(['two']);
  });
});
