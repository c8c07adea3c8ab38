import { describe, expect, it } from '@jest/globals';

import { parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['24h', 86_400_000], ['30m', 1_800_000], ['5m', 300_000], ['90s', 90_000], ['500ms', 500], ['1h30m', 5_400_000], ['1.5h', 5_400_000],
    ['7', 7000], ['2d', 172_800_000], ['0', 0],
  ])('reads %s', (text, expected) => {
    expect(parseDuration(text, 'x')).toBe(expected);
  });

  it.each(['', 'h', '-1h', '1x', '1h 30m', '1e3', 'Infinity', '9999999999h'])('refuses %j', (text) => {
    expect(() => parseDuration(text, 'x')).toThrow(expect.objectContaining({ code: 'config-value-invalid' }));
  });
});
