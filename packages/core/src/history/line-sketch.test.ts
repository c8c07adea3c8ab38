import { describe, expect, it } from '@jest/globals';

import { splitLines } from '../diff/lines.js';
import { hashLines, LineSketch } from './line-sketch.js';

const hashesOf = (lines: readonly string[]): Int32Array => hashLines(splitLines(Buffer.from(lines.join(''))));

describe('LineSketch', () => {
  it('knows every line of a text, and most that are not in it', () => {
    const inside = Array.from({ length: 3000 }, (_, index) => `line ${index}\n`);
    const outside = Array.from({ length: 3000 }, (_, index) => `other ${index}\n`);
    const sketch = new LineSketch(hashesOf(inside));
    expect([...hashesOf(inside)].every((hash) => sketch.mayHave(hash))).toBe(true);
    expect([...hashesOf(outside)].filter((hash) => sketch.mayHave(hash)).length).toBeLessThan(600);
  });

  it('tells a line without its end from one with it, and knows nothing of an empty text', () => {
    const [whole, cut] = hashesOf(['a\n', 'a']);
    expect(whole).not.toBe(cut);
    expect(new LineSketch(hashesOf([])).mayHave(whole!)).toBe(false);
  });
});
