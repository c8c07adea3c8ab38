import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { join, normalize, sep } from 'node:path';

import { findRepositoryId, parseRepositoryId } from './repository-id.js';

describe('a repository id', () => {
  it('never leads out of the folder it is joined to, whatever the text', () => {
    const component = fc.oneof(fc.constantFrom('.', '..', '', '.git', 'a', 'con', '-x', 'a.git'), fc.string());
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(component).map((parts) => parts.join('/'))), (text) => {
      const id = findRepositoryId(text);
      if (id === undefined) {
        expect(() => parseRepositoryId(text)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^repository-id-/) }));
        return;
      }
      const path = `${join('/data', ...id.split('/'))}.git`;
      expect(normalize(path)).toBe(path);
      expect(path.startsWith(`/data${sep}`)).toBe(true);
      expect(findRepositoryId(`${id}.git`)).toBe(id);
    }));
  });

  it('is bounded in length', () => {
    expect(findRepositoryId('a'.repeat(100))).toBeDefined();
    expect(findRepositoryId('a'.repeat(101))).toBeUndefined();
    expect(findRepositoryId(Array.from({ length: 17 }, () => 'a').join('/'))).toBeUndefined();
  });
});
