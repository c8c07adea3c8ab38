import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { makeHunks } from './hunks.js';
import { diffLines } from './line-diff.js';
import { diffRows, findMovedLines, MOVED, MOVED_ALTERNATE, MOVED_DIM, type DiffRow, type MovedLinesOptions } from './moved-lines.js';

function marks(old: string, new_: string, options?: MovedLinesOptions): string {
  const diff = diffLines(bytesFromText(old), bytesFromText(new_));
  const rows = diffRows(diff, makeHunks(diff));
  const found = findMovedLines(rows, options);
  return rows.map((row, i) => ({ added: '+', deleted: '-', other: '.' })[row.kind] + (row.kind === 'other' ? '' : String(found[i]))).join(' ');
}

const LONG = 'a line with many letters in it\n';
const OTHER = 'another one that has many too\n';
const between = 'k1\nk2\nk3\nk4\n';

describe('findMovedLines', () => {
  it('marks a block that was deleted here and added there', () => {
    expect(marks(LONG + OTHER + between, between + LONG + OTHER, { mode: 'blocks' })).toBe('. -1 -1 . +1 +1');
  });

  it('takes short lines for moved only in the plain mode', () => {
    expect(marks('x\n' + between, between + 'x\n')).toBe('. -0 . +0');
    expect(marks('x\n' + between, between + 'x\n', { mode: 'plain' })).toBe('. -1 . +1');
  });

  it('tells blocks apart that touch, and what lies inside them', () => {
    const row = (kind: DiffRow['kind'], text: string): DiffRow => ({ kind, bytes: bytesFromText(text) });
    const rows = [row('deleted', LONG), row('other', ''), row('deleted', OTHER), row('other', ''), row('added', OTHER), row('added', LONG)];
    expect([...findMovedLines(rows, { mode: 'dimmed-zebra' })]).toEqual([MOVED | MOVED_DIM, 0, MOVED | MOVED_DIM, 0, MOVED, MOVED | MOVED_ALTERNATE]);
  });

  it('lets the indent of a block change as a whole', () => {
    const indented = `  ${LONG}    ${OTHER}`;
    const moved = `${LONG}  ${OTHER}`;
    expect(marks(indented + between, between + moved)).toBe('. -0 -0 . +0 +0');
    expect(marks(indented + between, between + moved, { indentationChange: true })).toBe('. -1 -1 . +1 +1');
    expect(marks(indented + between, between + moved, { whitespace: { allSpace: true } })).toBe('. -1 -1 . +1 +1');
  });
});
