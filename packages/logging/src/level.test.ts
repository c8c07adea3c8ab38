import { describe, expect, it } from '@jest/globals';

import { levelRank, parseLevel } from './level.js';

describe('parseLevel', () => {
  it('reads any letter case and WARNING', () => {
    expect([parseLevel('debug'), parseLevel(' Info '), parseLevel('WARNING')]).toEqual(['DEBUG', 'INFO', 'WARN']);
  });

  it('refuses other words', () => {
    expect(() => parseLevel('loud')).toThrow(expect.objectContaining({ code: 'log-level-unknown', data: { level: 'loud' } }));
  });

  it('orders levels by how much they matter', () => {
    expect(levelRank('FATAL')).toBeGreaterThan(levelRank('ERROR'));
  });
});
