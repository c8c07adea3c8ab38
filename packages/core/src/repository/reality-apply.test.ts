import { describe, expect, it } from '@jest/globals';

import { directRef } from '../ref/ref-value.js';
import { branchRef } from '../ref/ref-name.js';
import { EMPTY_BATCH, type Batch } from '../store/batch.js';
import { Repository } from './repository.js';

const author = { name: 'Dev', email: 'dev@example.com' };

describe('Reality.apply', () => {
  it('takes a batch that was made elsewhere, and publishes it with the rest', () => {
    const repository = Repository.init({ clock: () => 1_700_000_000_000 });
    repository.add('a', '1');
    const { id } = repository.commit('First', { author });
    const reality = repository.reality();
    const batch: Batch = {
      ...EMPTY_BATCH, refs: [{ name: branchRef('pushed'), value: directRef(id), expected: { kind: 'absent' } }], origin: 'push',
    };
    expect(reality.apply(batch).ok).toBe(true);
    expect(reality.branches().map(({ name }) => name)).toEqual(['main', 'pushed']);
    expect(repository.branches().map(({ name }) => name)).toEqual(['main']);
    // What is expected is no longer so, and nothing changes.
    expect(reality.apply(batch)).toMatchObject({ ok: false, refusals: [{ reason: 'conflict' }] });
    reality.publish();
    expect(repository.branches().map(({ name }) => name)).toEqual(['main', 'pushed']);
    expect(() => reality.apply(batch)).toThrow(expect.objectContaining({ code: 'draft-closed' }));
  });
});
