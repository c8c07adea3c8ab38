import { describe, expect, it } from '@jest/globals';

import { cellText, factsText, tableText, timeText } from './table.js';

describe('tables', () => {
  const rows = [['a', 'one', true], ['long', '日本', false]] as const;

  it('have columns as wide as what is in them, as a terminal shows it', () => {
    expect(tableText({}, ['ID', 'NAME', 'ON'], { rows: [...rows, ['b', 'x', undefined]], empty: '' })).toBe('ID    NAME  ON\na     one   yes\nlong  日本  no\nb     x\n');
  });

  it('say so where there is nothing', () => {
    expect(tableText({}, ['ID'], { rows: [], empty: 'There is nothing.' })).toBe('There is nothing.\n');
  });

  it('are cut at the width of a terminal, and nowhere else', () => {
    const wide = { rows: [['x'.repeat(30), '日本語日本語']], empty: '' };
    const io = { isTerminal: () => true, columns: 20 };
    expect(tableText(io, ['A', 'B'], wide).split('\n')[1]).toBe(`${'x'.repeat(19)}…`);
    expect(tableText({ columns: 20 }, ['A', 'B'], wide)).toContain('日本語日本語');
  });

  it('let nothing through that moves the cursor or turns text around', () => {
    expect(cellText('a\x1b[2Jb\r\nc\u202ed\u009b')).toBe('a [2Jb c d');
    expect(factsText({ Name: 'x\ny', Empty: '', None: undefined, Count: 0 })).toBe('Name:  x y\nCount: 0\n');
  });

  it('show moments to the second', () => {
    expect(timeText('2026-01-02T03:04:05.678Z')).toBe('2026-01-02 03:04:05Z');
    expect(timeText('1767322800')).toBe('2026-01-02 03:00:00Z');
    expect([timeText(''), timeText(undefined), timeText('soon')]).toEqual(['', '', 'soon']);
  });
});
