import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { findIntroducedErrors } from './whitespace-errors.js';
import { DEFAULT_WHITESPACE_RULE } from './whitespace-rule.js';

function errors(old: string, new_: string): string[] {
  const found = findIntroducedErrors(bytesFromText(old), bytesFromText(new_), { rule: DEFAULT_WHITESPACE_RULE });
  return found.map(({ line, kinds }) => `${line} ${kinds.join()}`);
}

describe('findIntroducedErrors', () => {
  it('finds errors of added lines only', () => {
    expect(errors('old \n', 'old \nnew \n \tx\n')).toEqual(['1 blank-at-eol', '2 space-before-tab']);
  });

  it('finds conflict markers', () => {
    expect(errors('', '<<<<<<< a\n=======\n>>>>>>>\n<<<<<<<b\n<<<<<<\n')).toEqual(['0 conflict-marker', '1 conflict-marker', '2 conflict-marker']);
    expect(errors('', '=======')).toEqual(['0 conflict-marker']);
  });

  it('finds blank lines that were added at the end', () => {
    expect(errors('a\n', 'a\n\n\n')).toEqual(['1 blank-at-eof']);
    expect(errors('a\n\n', 'b\n\n')).toEqual([]);
  });
});
