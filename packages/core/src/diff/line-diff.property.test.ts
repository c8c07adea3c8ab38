import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromText } from '../bytes/text.js';
import { diffLines, type DiffAlgorithm, type LineDiff } from './line-diff.js';
import { lineRange } from './lines.js';

const algorithms: readonly DiffAlgorithm[] = ['myers', 'minimal', 'patience', 'histogram'];

function applyChanges(diff: LineDiff): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const change of diff.changes) {
    parts.push(lineRange(diff.old, at, change.oldStart), lineRange(diff.new, change.newStart, change.newStart + change.newCount));
    at = change.oldStart + change.oldCount;
  }
  parts.push(lineRange(diff.old, at, diff.old.count));
  return concatBytes(parts);
}

const texts = fc.array(fc.constantFrom('a', 'b', 'c', ' a', '  b', '', '}'), { maxLength: 40 }).chain((lines) =>
  fc.constantFrom('\n', '').map((end) => bytesFromText(lines.join('\n') + end)));

describe('changes of lines', () => {
  it('turn the old text into the new one', () => {
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(...algorithms), fc.boolean(), (old, new_, algorithm, indentHeuristic) => {
        expect(applyChanges(diffLines(old, new_, { algorithm, indentHeuristic }))).toEqual(new_);
      }),
      { numRuns: 3000 },
    );
  });

  it('are apart by at least one line and in order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, max: 12 }), fc.uint8Array({ maxLength: 300, max: 12 }), fc.constantFrom(...algorithms), (old, new_, algorithm) => {
        let end = -1;
        let newEnd = -1;
        for (const change of diffLines(old, new_, { algorithm }).changes) {
          expect(change.oldStart).toBeGreaterThan(end);
          expect(change.newStart).toBeGreaterThan(newEnd);
          expect(change.oldCount + change.newCount).toBeGreaterThan(0);
          end = change.oldStart + change.oldCount;
          newEnd = change.newStart + change.newCount;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
