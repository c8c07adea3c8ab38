import { describe, expect, it } from '@jest/globals';

import { StreamCount } from './stream-count.js';

describe('open streams', () => {
  it('are bounded for each owner and for all', () => {
    const streams = new StreamCount({ countMax: 3, ownerCountMax: 2 });
    const endFirst = streams.open('ann');
    streams.open('ann');
    expect(() => streams.open('ann')).toThrow(expect.objectContaining({ code: 'streams-exhausted', data: { open: 2, yours: 2 } }));
    streams.open('ben');
    expect(() => streams.open('carl')).toThrow(expect.objectContaining({ code: 'streams-exhausted', data: { open: 3, yours: 0 } }));
    endFirst();
    // An end counts once.
    endFirst();
    expect(streams.count).toBe(2);
    streams.open('ann');
    expect(() => streams.open('ben')).toThrow(expect.objectContaining({ code: 'streams-exhausted' }));
  });
});
