import { Repository } from '@govc/core';

import { mustBe, type ScaleCase, type Step } from './steps.js';

const FOLDER_COUNT = 100;
const FILE_COUNT = 1000;
const CLASH_EVERY = 100;
const AUTHOR = { name: 'A', email: 'a@example.com' };

/** Both sides change a hundred thousand files; most merge, some conflict; one side moves them all. */
export const wideMerge: ScaleCase = {
  name: 'merge',
  title: 'a merge of 100,000 changed paths',
  heapMegabytes: 1536,
  memoryMegabytes: 2048,
  *steps(): Generator<Step, void, void> {
    const repository = Repository.init({ clock: () => 1e12 });
    const count = FOLDER_COUNT * FILE_COUNT;
    const write = (branch: string, folder: string, first: string, last: string): void => {
      for (let index = 0; index < count; index++) {
        repository.add(`${folder}${index % FOLDER_COUNT}/${index}`, `${index % CLASH_EVERY === 0 ? `${first}${last}` : first}\n${index}\nb\nc\nd\ne\n${last}\n`);
      }
      repository.setHead(branch);
      repository.commit(branch, { author: AUTHOR });
    };
    yield ['write', () => {
      write('main', 'd', 'a', 'z');
      repository.branch('side');
      repository.branch('moved');
      write('main', 'd', 'A', 'z');
      write('side', 'd', 'a', 'Z');
      for (let folder = 0; folder < FOLDER_COUNT; folder++) repository.remove(`d${folder}`);
      write('moved', 'e', 'a', 'z');
      repository.setHead('main');
      return count;
    }];
    yield ['diff', () => mustBe(repository.diff('main~1', 'main').files.length, count)];
    yield ['diff with renames', () => mustBe(repository.diff('main~1', 'moved').files.filter(({ status }) => status === 'renamed').length, count)];
    yield ['merge', () => mustBe(repository.mergeTree('main', 'side').conflicts.length, count / CLASH_EVERY)];
    yield ['merge with moved folders', () => mustBe(String(repository.mergeTree('main', 'moved').isClean), 'true')];
    yield ['patch', () => repository.diffPatch('main~1', 'main').length];
  },
};
