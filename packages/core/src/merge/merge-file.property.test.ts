import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { mergeFile, type ConflictStyle, type MergeFavor } from './merge-file.js';

const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ' {', '', 'x\r'), { maxLength: 14 }).chain((lines) =>
  fc.constantFrom('\n', '').map((end) => bytesFromText(lines.join('\n') + end)));
const styles = fc.constantFrom<ConflictStyle>('merge', 'diff3', 'zdiff3');

describe('merging texts', () => {
  it('takes the side that changed something', () => {
    fc.assert(fc.property(texts, texts, styles, (base, side, style) => {
      expect(mergeFile(base, side, base, { style }).content).toEqual(side);
      expect(mergeFile(base, base, side, { style }).content).toEqual(side);
      expect(mergeFile(base, side, side, { style })).toEqual({ content: side, conflictCount: 0, conflicts: [] });
    }));
  });

  it('gives the same for both orders when it is clean', () => {
    fc.assert(fc.property(texts, texts, texts, (base, ours, theirs) => {
      const one = mergeFile(base, ours, theirs);
      const two = mergeFile(base, theirs, ours);
      expect(two.conflictCount > 0).toBe(one.conflictCount > 0);
      if (one.conflictCount === 0) expect(two.content).toEqual(one.content);
    }), { numRuns: 1000 });
  });

  it('tells conflicts that lie within the texts, and as many as there are markers', () => {
    fc.assert(fc.property(texts, texts, texts, styles, (base, ours, theirs, style) => {
      const { content, conflictCount, conflicts } = mergeFile(base, ours, theirs, { style, markerSize: 9 });
      expect(textFromBytes(content).match(/^<{9}\r?$/gm) ?? []).toHaveLength(conflictCount);
      expect(conflicts).toHaveLength(conflictCount);
      let end = 0;
      for (const conflict of conflicts) {
        expect(conflict.ours.start).toBeGreaterThanOrEqual(end);
        end = conflict.ours.start + conflict.ours.count;
        expect(end).toBeLessThanOrEqual(ours.filter((byte) => byte === 0x0a).length + 1);
      }
    }), { numRuns: 1000 });
  });

  it('leaves no conflict where a side is favored', () => {
    fc.assert(fc.property(texts, texts, texts, fc.constantFrom<MergeFavor>('ours', 'theirs', 'union'), (base, ours, theirs, favor) => {
      expect(mergeFile(base, ours, theirs, { favor }).conflictCount).toBe(0);
    }));
  });
});
