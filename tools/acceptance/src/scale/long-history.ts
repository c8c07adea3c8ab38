import type { Repository } from '@govc/core';
import { makeTree, MODE_BLOB, serializeTree, type ObjectId } from '@govc/core/plumbing';

import { countOf, makeRepository, mustBe, writeCommit, type ScaleCase, type Step, type Write } from './steps.js';

const SIDE_COUNT = 1000;

/** A million commits in a row (unless told otherwise), and a side branch from the middle. */
export const longHistory: ScaleCase = {
  name: 'history',
  title: 'a long history',
  heapMegabytes: 1536,
  memoryMegabytes: 2048,
  *steps(count: number): Generator<Step, void, void> {
    const fork = Math.floor(count / 2);
    let repository = undefined as unknown as Repository;
    yield ['write', () => {
      repository = makeRepository((write) => writeHistory(write, { count, fork }));
      repository.tag('first', { target: `main~${count - 1}`, message: 'The first', tagger: { name: 'A', email: 'a@example.com' } });
      return count;
    }];
    yield ['log', () => mustBe(countOf(repository.log()), count)];
    yield ['rev-list --topo-order', () => mustBe(countOf(repository.revList({ order: 'topo' })), count)];
    yield ['rev-list --topo-order --reverse of two branches', () =>
      mustBe(countOf(repository.revList({ revisions: ['main', 'side'], order: 'topo', reverse: true })), count + SIDE_COUNT)];
    yield ['rev-list with a path', () => mustBe(countOf(repository.revList({ paths: ['f'] })), count)];
    yield ['rev-list --count main...side', () => {
      const { left, right } = repository.countRevisions({ revisions: ['main...side'] });
      return mustBe(`${left} ${right}`, `${count - fork - 1} ${SIDE_COUNT}`);
    }];
    yield ['merge-base', () => mustBe(repository.mergeBase(['main', 'side']).join(), repository.resolve(`main~${count - fork - 1}`))];
    yield ['ahead and behind', () => {
      const { ahead, behind } = repository.aheadBehind('main', 'side');
      return mustBe(`${ahead} ${behind}`, `${count - fork - 1} ${SIDE_COUNT}`);
    }];
    yield ['describe', () => mustBe(repository.describe('main').text.replace(/-g.*/, ''), `first-${count - 1}`)];
    yield ['name-rev', () => mustBe(repository.nameRev([`main~${count - 1 - fork + 7}`])[0] ?? '', `side~${SIDE_COUNT + 7}`)];
    yield ['bisect', () => {
      const { step } = repository.bisect({ bad: 'main', good: [`main~${count - 1}`] });
      return step.kind;
    }];
    yield ['last change of each entry', () => repository.lastModified().size];
    yield ['shortlog', () => mustBe(repository.shortlog({ summary: true })[0]?.count ?? 0, count)];
    yield ['fast-export', () => {
      let size = 0;
      for (const piece of repository.fastExport(['main'])) if (piece instanceof Uint8Array) size += piece.length;
      return `${size} bytes`;
    }];
    yield ['plan of a rebase', () => mustBe(repository.planRebase('side', { branch: 'main' }).todo.length, count - fork - 1)];
  },
};

function writeHistory(write: Write, { count, fork }: { readonly count: number; readonly fork: number }): Record<string, ObjectId> {
  const trees = ['0\n', '1\n'].map((text) => write('tree', serializeTree(makeTree([
    { mode: MODE_BLOB, name: Buffer.from('f'), id: write('blob', Buffer.from(text)) },
  ]))));
  let side: ObjectId | undefined;
  let last: ObjectId | undefined;
  for (let number = 0; number < count; number++) {
    last = writeCommit(write, { tree: trees[number % 2]!, parents: last === undefined ? [] : [last], number });
    if (number === fork) side = last;
  }
  for (let number = 0; number < SIDE_COUNT; number++) {
    const tree = write('tree', serializeTree(makeTree([
      { mode: MODE_BLOB, name: Buffer.from('g'), id: write('blob', Buffer.from(`${number}\n`)) },
    ])));
    side = writeCommit(write, { tree, parents: [side!], number: count + number });
  }
  return { main: last!, side: side! };
}
