import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GovcError } from '../../errors.js';
import type { ObjectId } from '../../hash/object-id.js';
import { SHA1 } from '../../hash/algorithm.js';
import type { RefName } from '../../ref/ref-name.js';
import { apply } from '../../store/apply.js';
import { Draft } from '../../store/draft.js';
import { emptySnapshot, type Snapshot } from '../../store/snapshot.js';
import { Config } from '../../config/config.js';
import { CommitGraph } from '../commit-graph.js';
import { resolveRange } from './resolve-range.js';
import { resolveRevision } from './resolve-revision.js';
import type { RevisionContext } from './revision-context.js';

/** A line of commits on `main`, the newest first. */
function makeHistory(count: number): { readonly snapshot: Snapshot; readonly ids: ObjectId[] } {
  const draft = new Draft(emptySnapshot(SHA1, Config.empty));
  const tree = draft.write('tree', new Uint8Array(0));
  const ids: ObjectId[] = [];
  for (let i = 0; i < count; i++) {
    const parent = ids[0] === undefined ? '' : `parent ${ids[0]}\n`;
    ids.unshift(draft.write('commit', Buffer.from(
      `tree ${tree}\n${parent}author A <a@x> ${i} +0000\ncommitter A <a@x> ${i} +0000\n\ncommit ${i}\n`,
    )));
  }
  draft.setRef('refs/heads/main' as RefName, ids[0]!);
  const result = apply(draft.base, draft.finish({ origin: 'test' }));
  if (!result.ok) throw new Error('The history does not apply.');
  return { snapshot: result.snapshot, ids };
}

const { snapshot, ids } = makeHistory(30);
const context: RevisionContext = { snapshot, graph: new CommitGraph(SHA1), reflogs: { find: () => [] }, nowSeconds: 1_700_000_000, prefix: '' };

describe('resolveRevision', () => {
  it('finds the ancestors of a line of commits, however they are spelt', () => {
    const step = fc.oneof(fc.constant('^'), fc.constant('~'), fc.constant('^1'), fc.constant('^0'), fc.nat(4).map((count) => `~${count}`), fc.constant('^{commit}'), fc.constant('^{}'));
    fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let distance = 0;
      for (const text of steps) distance += text === '^' || text === '~' || text === '^1' ? 1 : text.startsWith('~') ? Number(text.slice(1)) : 0;
      const resolve = (): ObjectId => resolveRevision(context, `main${steps.join('')}`);
      if (distance < ids.length) expect(resolve()).toBe(ids[distance]);
      else expect(resolve).toThrow(expect.objectContaining({ code: 'revision-invalid' }));
    }));
  });

  it('throws nothing but an error of ours, whatever the text', () => {
    const token = fc.constantFrom('main', '^', '~', '@', '{', '}', '@{', '^{', ':', '/', '!', '-', '..', '...', '^@', '^!', '^-', '1', '99', 'u', 'push', 'commit', '*', '(', '\\', '\0', '\ud800', 'é', ids[0]!.slice(0, 6));
    fc.assert(fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
      for (const resolve of [resolveRevision, resolveRange]) {
        try {
          resolve(context, tokens.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(GovcError);
        }
      }
    }), { numRuns: 1000 });
  });

  it('ends soon on long texts', () => {
    for (const text of ['^{/a', '^{}', '~1', '@{', '^', '{', ':', '-g', '^{/(a*)*b}', '../']) {
      expect(() => resolveRevision(context, `main${text.repeat(60_000 / text.length)}`)).toThrow(expect.objectContaining({ code: 'revision-invalid' }));
    }
  });
});
