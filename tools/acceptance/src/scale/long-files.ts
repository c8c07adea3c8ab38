import { Repository } from '@govc/core';
import { diffLines, mergeFile, type DiffAlgorithm } from '@govc/core/plumbing';

import { countOf, mustBe, type ScaleCase, type Step } from './steps.js';

const LINE_COUNT = 1_000_000;
const SAME_COUNT = 200_000;
const ALGORITHMS: readonly DiffAlgorithm[] = ['myers', 'minimal', 'patience', 'histogram'];
const AUTHOR = { name: 'A', email: 'a@example.com' };

/** A file of a million lines with one change, and one whose lines are all the same. */
export const longFiles: ScaleCase = {
  name: 'files',
  title: 'a file of 1,000,000 lines and one of 200,000 equal lines',
  heapMegabytes: 1024,
  memoryMegabytes: 1536,
  *steps(): Generator<Step, void, void> {
    yield* oneChange();
    yield* equalLines();
  },
};

function* oneChange(): Generator<Step, void, void> {
  const base = Array.from({ length: LINE_COUNT }, (_, index) => `line ${index}\n`);
  const texts = [base, base.with(LINE_COUNT / 2, 'changed\n'), base.with(10, 'theirs\n')].map((lines) => Buffer.from(lines.join('')));
  const [old, new_, theirs] = [texts[0]!, texts[1]!, texts[2]!];
  const repository = Repository.init({ clock: () => 1e12 });
  repository.setConfig('user.name', AUTHOR.name);
  repository.setConfig('user.email', AUTHOR.email);
  for (const [number, text] of [old, new_].entries()) {
    repository.add('f', text);
    repository.commit(`${number}`, { author: AUTHOR });
  }
  for (const algorithm of ALGORITHMS) {
    yield [`diff of a million lines, ${algorithm}`, () => mustBe(diffLines(old, new_, { algorithm }).changes.length, 1)];
  }
  let patch: Uint8Array = new Uint8Array(0);
  yield ['patch', () => (patch = repository.diffPatch('HEAD~1', 'HEAD')).length];
  yield ['numbers', () => repository.diff('HEAD~1', 'HEAD').files.map(({ addedCount }) => addedCount).join()];
  yield ['blame', () => mustBe(repository.blame('f').ranges.length, 3)];
  yield ['blame -M', () => mustBe(repository.blame('f', { moveScore: 20 }).ranges.length, 3)];
  yield ['blame with every eighth line changed', () => {
    repository.add('f', base.map((line, index) => (index % 8 === 0 ? `new ${line}` : line)).join(''));
    repository.commit('2', { author: AUTHOR });
    return mustBe(repository.blame('f').ranges.length, LINE_COUNT / 4);
  }];
  yield ['lines of the log', () => mustBe(countOf(repository.lineLog([{ path: 'f', lines: '1,1000000' }])), 3)];
  yield ['apply a patch', () => {
    const fork = repository.reality();
    fork.reset('HEAD~2');
    const { outcome } = fork.applyPatch(patch);
    fork.discard();
    return mustBe(outcome, 'applied');
  }];
  yield ['merge', () => mustBe(mergeFile(old, new_, theirs).conflictCount, 0)];
}

function* equalLines(): Generator<Step, void, void> {
  const same = (count: number): Buffer => Buffer.from('same\n'.repeat(count));
  const old = same(SAME_COUNT);
  const fewer = same(SAME_COUNT - 777);
  const mixed = Buffer.concat([same(SAME_COUNT / 2), Buffer.from('other\n'), same(SAME_COUNT / 2)]);
  for (const algorithm of ALGORITHMS) {
    yield [`diff of equal lines, ${algorithm}`, () =>
      `${diffLines(old, fewer, { algorithm }).changes.length} ${diffLines(old, mixed, { algorithm }).changes.length} ` +
      `${diffLines(mixed, fewer, { algorithm }).changes.length}`];
  }
  for (const style of ['merge', 'zdiff3'] as const) {
    yield [`merge of equal lines, ${style}`, () => mergeFile(old, fewer, mixed, { style }).conflictCount];
  }
}
