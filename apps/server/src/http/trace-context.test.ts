import { describe, expect, it } from '@jest/globals';

import { childOf, formatTraceparent, parseTraceparent } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('parseTraceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, { traceId: TRACE, spanId: SPAN, flags: '01' }],
    [`01-${TRACE}-${SPAN}-00-what-comes-later`, { traceId: TRACE, spanId: SPAN, flags: '00' }],
  ])('reads %s', (text, trace) => {
    expect(parseTraceparent(text)).toEqual(trace);
  });

  it.each([
    undefined, '', 'x', `00-${TRACE}-${SPAN}`, `00-${TRACE}-${SPAN}-01-more`, `ff-${TRACE}-${SPAN}-01`, `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`, `00-${TRACE}-${SPAN}-1`, `01-${TRACE}-${SPAN}-01-${'x'.repeat(600)}`,
  ])('takes %s for nothing', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  it('goes on with a span of its own, never with that of zeros', () => {
    const parent = parseTraceparent(`00-${TRACE}-${SPAN}-01`)!;
    expect(formatTraceparent(childOf(parent, (size) => new Uint8Array(size).fill(1)))).toBe(`00-${TRACE}-0101010101010101-01`);
    expect(childOf(parent, (size) => new Uint8Array(size)).spanId).toBe('0000000000000001');
  });
});
