import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFilter, serializeFilter, simpleFilters, type ObjectFilter } from './filter.js';

const simple: fc.Arbitrary<ObjectFilter> = fc.oneof(
  fc.constant({ kind: 'blob:none' } as const),
  fc.nat().map((sizeBytes) => ({ kind: 'blob:limit', sizeBytes }) as const),
  fc.nat(100).map((depth) => ({ kind: 'tree', depth }) as const),
  fc.constantFrom('commit', 'tree', 'blob', 'tag').map((type) => ({ kind: 'object:type' as const, type })),
  fc.string({ minLength: 1, maxLength: 20, unit: 'binary-ascii' }).map((revision) => ({ kind: 'sparse:oid', revision }) as const),
);

describe('parseFilter', () => {
  it('reads what serializeFilter writes', () => {
    fc.assert(fc.property(fc.array(simple, { minLength: 2, maxLength: 5 }), (filters) => {
      const combined: ObjectFilter = { kind: 'combine', filters };
      expect(parseFilter(serializeFilter(combined))).toEqual(combined);
      expect(simpleFilters(combined)).toEqual(filters);
    }));
  });

  it('reads sizes with units and combinations inside combinations', () => {
    expect(parseFilter('blob:limit=1k')).toEqual({ kind: 'blob:limit', sizeBytes: 1024 });
    expect(parseFilter('blob:limit=2M')).toEqual({ kind: 'blob:limit', sizeBytes: 2 * 1024 * 1024 });
    expect(parseFilter('combine:combine:tree:1%2btree:2+blob:none')).toEqual({
      kind: 'combine', filters: [{ kind: 'tree', depth: 1 }, { kind: 'tree', depth: 2 }, { kind: 'blob:none' }],
    });
  });

  it('throws nothing but protocol errors', () => {
    for (const spec of ['', 'blob:limit=', 'blob:limit=-1', 'tree:x', 'object:type=x', 'sparse:path=a', 'combine:', 'combine:a b',
      'combine:tree:1+%zz', `combine:${'tree:1+'.repeat(200)}tree:1`, 'x'.repeat(100_000), 'combine:%ff']) {
      expect(() => parseFilter(spec)).toThrow(expect.objectContaining({ code: 'protocol-error' }));
    }
    fc.assert(fc.property(fc.string(), (spec) => {
      try {
        parseFilter(spec);
      } catch (error) {
        expect(error).toMatchObject({ code: 'protocol-error' });
      }
    }));
  });
});
