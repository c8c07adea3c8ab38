import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import { YoungWriter } from '../store/young-objects.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { Negotiation } from './negotiation.js';

/** A history of commits numbered from 0, each with the numbers of its parents; later ones are younger. */
function makeHistory(parents: readonly (readonly number[])[]): { readonly ids: ObjectId[]; readonly objects: YoungWriter } {
  const objects = new YoungWriter(SHA1);
  const tree = objects.write('tree', new Uint8Array(0));
  const ids: ObjectId[] = [];
  parents.forEach((list, number) => {
    const lines = list.map((parent) => `parent ${ids[parent]!}\n`).join('');
    const who = `A <a@b> ${1000 + number * 10} +0000`;
    ids.push(objects.write('commit', bytesFromText(`tree ${tree}\n${lines}author ${who}\ncommitter ${who}\n\n${number}\n`)));
  });
  return { ids, objects };
}

function negotiate(history: ReturnType<typeof makeHistory>): Negotiation {
  return new Negotiation({ graph: new CommitGraph(SHA1), objects: history.objects, shallow: new Set() });
}

describe('a negotiation', () => {
  it('is ready when every want leads to something common', () => {
    const history = makeHistory([[], [0], [1], [0], [3]]);
    const [root, , tip, , other] = history.ids as [ObjectId, ObjectId, ObjectId, ObjectId, ObjectId];
    const negotiation = negotiate(history);
    negotiation.addWant(tip);
    negotiation.addWant(other);
    expect(runJob(negotiation.isReady())).toBe(false);
    expect(negotiation.addHave('1'.repeat(40) as ObjectId)).toBe(false);
    expect(runJob(negotiation.isReady())).toBe(false);
    expect(negotiation.addHave(history.ids[1]!)).toBe(true);
    expect(runJob(negotiation.isReady())).toBe(true);
    expect(negotiation.common).toEqual([history.ids[1]]);
    negotiation.addHave(root);
    expect(negotiation.common).toEqual([history.ids[1]]);
  });

  it('waits for a want on a line of its own', () => {
    const history = makeHistory([[], [0], [], [2]]);
    const negotiation = negotiate(history);
    negotiation.addWant(history.ids[1]!);
    negotiation.addWant(history.ids[3]!);
    negotiation.addHave(history.ids[0]!);
    expect(runJob(negotiation.isReady())).toBe(false);
    negotiation.addHave(history.ids[2]!);
    expect(runJob(negotiation.isReady())).toBe(true);
  });

  it('looks at commits of tags and not at other objects', () => {
    const history = makeHistory([[], [0]]);
    const tag = history.objects.write('tag', bytesFromText(`object ${history.ids[1]!}\ntype commit\ntag x\n\nx\n`));
    const blob = history.objects.write('blob', bytesFromText('x'));
    const negotiation = negotiate(history);
    negotiation.addWant(tag);
    negotiation.addWant(blob);
    negotiation.addHave(blob);
    expect(negotiation.common).toEqual([blob]);
    expect(runJob(negotiation.isReady())).toBe(false);
    negotiation.addHave(history.ids[0]!);
    expect(runJob(negotiation.isReady())).toBe(true);
  });

  it('looks behind a want that is an ancestor of another, however old', () => {
    const history = makeHistory([[], [], [0], [0, 2], [], [0]]);
    const negotiation = negotiate(history);
    negotiation.addWant(history.ids[3]!);
    negotiation.addWant(history.ids[2]!);
    negotiation.addHave(history.ids[5]!);
    expect(runJob(negotiation.isReady())).toBe(true);
  });

  it('agrees with a simple model, whatever the order of wants, haves and questions', () => {
    const histories = fc.array(fc.array(fc.nat(), { maxLength: 2 }), { minLength: 1, maxLength: 12 })
      .map((lists) => lists.map((list, number) => [...new Set(number === 0 ? [] : list.map((parent) => parent % number))]));
    fc.assert(fc.property(histories, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), fc.array(fc.nat(), { maxLength: 6 }), (parents, wants, haves) => {
      const history = makeHistory(parents);
      const count = parents.length;
      const negotiation = negotiate(history);
      for (const want of wants) negotiation.addWant(history.ids[want % count]!);
      const known = new Set<number>();
      const wanted = new Set(wants.map((want) => want % count));
      let oldest = Number.POSITIVE_INFINITY;
      for (const have of haves.map((number) => number % count)) {
        negotiation.addHave(history.ids[have]!);
        known.add(have);
        for (const parent of parents[have]!) known.add(parent);
        oldest = Math.min(oldest, have);
        const reaches = (start: number): boolean => {
          const seen = new Set<number>();
          const waiting = [start];
          for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
            if (known.has(at)) return true;
            if (seen.has(at) || (!wanted.has(at) && at < oldest)) continue;
            seen.add(at);
            waiting.push(...parents[at]!);
          }
          return false;
        };
        expect(runJob(negotiation.isReady())).toBe(wants.every((want) => reaches(want % count)));
      }
    }), { numRuns: 500 });
  });

  it('reads a long history once, however many haves come', () => {
    const length = 3000;
    const history = makeHistory(Array.from({ length }, (_, number) => (number === 0 ? [] : [number - 1])));
    let reads = 0;
    const find = history.objects.find.bind(history.objects);
    history.objects.find = (id) => {
      reads++;
      return find(id);
    };
    const side = makeHistory([[]]);
    const negotiation = negotiate(history);
    negotiation.addWant(history.ids.at(-1)!);
    for (let number = 0; number < 200; number++) {
      expect(negotiation.addHave(side.ids[0]!)).toBe(true);
      expect(runJob(negotiation.isReady())).toBe(true);
    }
    expect(reads).toBeLessThan(length + 300);
  });
});
