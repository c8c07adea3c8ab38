import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { formatRaw } from '../../src/diff/format-names.js';
import type { ChangeOptions } from '../../src/diff/find-changes.js';
import { parseChangeFilter, parseOrderFile } from '../../src/diff/select-changes.js';
import { bytesFromText } from '../../src/bytes/text.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { DiffLab } from './diff-lab.js';
import { describeWithGit } from './real-git.js';

describeWithGit('renames, copies and rewrites', () => {
  const lab = new DiffLab(17, 150);
  afterAll(() => lab.git.remove());

  const cases: readonly [args: readonly string[], options: ChangeOptions][] = [
    [['-M'], {}],
    [['-M10%'], { renameScore: 10 }],
    [['-M33.3%', '--no-rename-empty'], { renameScore: 33.3, renameEmpty: false }],
    [['-M100%'], { renameScore: 100 }],
    [['-M', '-l1'], { renameLimit: 1 }],
    [['-C'], { renames: 'copies' }],
    [['-C20%', '-l2'], { renames: 'copies', renameScore: 20, renameLimit: 2 }],
    [['-C', '-C'], { renames: 'copies', findCopiesHarder: true }],
    [['-C', '-C', '-l3'], { renames: 'copies', findCopiesHarder: true, renameLimit: 3 }],
    [['-B'], { renames: 'off', breakRewrites: {} }],
    [['-B10%/5%'], { renames: 'off', breakRewrites: { breakScore: 10, mergeScore: 5 } }],
    [['-B', '-M'], { breakRewrites: {} }],
    [['-B30%/20%', '-C', '-C'], { renames: 'copies', findCopiesHarder: true, breakRewrites: { breakScore: 30, mergeScore: 20 } }],
    [['-M', '--diff-filter=RA'], { filter: parseChangeFilter('RA') }],
    [['-B', '-C', '--diff-filter=bm'], { renames: 'copies', breakRewrites: {}, filter: parseChangeFilter('bm') }],
    [['-M', '--diff-filter=R*'], { filter: parseChangeFilter('R*') }],
    [['-M', '-R'], { isReversed: true }],
  ];

  it.each(cases)('are those of git diff-tree %p', (args, options) => {
    const { ours, theirs } = lab.compare(['-r', ...args], options, (changes) => formatRaw(changes, { algorithm: SHA1 }));
    expect(ours).toEqual(theirs);
  });

  it('come in the order of an order file', () => {
    const order = '# first\n*.txt\n\nlib/*\n';
    writeFileSync(join(lab.git.folder, 'order'), order);
    const { ours, theirs } = lab.compare(['-r', '-M', '-Oorder'], { order: parseOrderFile(bytesFromText(order)) }, (changes) =>
      formatRaw(changes, { algorithm: SHA1 }));
    expect(ours).toEqual(theirs);
  });
});
