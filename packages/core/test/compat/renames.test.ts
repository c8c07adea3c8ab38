import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { formatRaw } from '../../src/diff/format-names.js';
import type { ChangeOptions } from '../../src/diff/find-changes.js';
import { parseChangeFilter, parseOrderFile } from '../../src/diff/select-changes.js';
import { bytesFromText } from '../../src/bytes/text.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { DiffLab } from './diff-lab.js';
import { Repository } from '../../src/repository/repository.js';
import { describeWithGit, RealGit } from './real-git.js';

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

  // Git's hash table is built anew where it is full, and then looks at equal files from the last to the first.
  it.each([204, 205, 206])('are copied from the one of %i files that git takes', async (count) => {
    const git = new RealGit();
    git.read(['init', '-q', '--bare', '.']);
    const file = (path: string, text: string): string => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
    const head = (message: string): string => `commit refs/heads/main\ncommitter C <c@d> 1700000000 +0000\ndata ${message.length}\n${message}\n`;
    const files = Array.from({ length: count }, (_, i) => file(`f${String(i).padStart(3, '0')}`, i % 50 === 7 ? 'same text of several files\n' : `text ${i}\n`));
    git.read(['fast-import', '--quiet'], `${head('one')}${files.join('')}\n${head('two')}${file('new/copy', 'same text of several files\n')}\n`);
    const theirs = git.read(['diff-tree', '-r', '-C', '-C', '--name-status', 'main~1', 'main']).toString();
    const repository = await Repository.open(git.folder);
    const ours = repository.diff('main~1', 'main', { renames: 'copies', findCopiesHarder: true }).files.map((change) => `C100\t${change.old?.path ?? ''}\t${change.new?.path ?? ''}\n`);
    await repository.close();
    git.remove();
    expect(ours.join('')).toBe(theirs);
  });

  it('come in the order of an order file', () => {
    const order = '# first\n*.txt\n\nlib/*\n';
    writeFileSync(join(lab.git.folder, 'order'), order);
    const { ours, theirs } = lab.compare(['-r', '-M', '-Oorder'], { order: parseOrderFile(bytesFromText(order)) }, (changes) =>
      formatRaw(changes, { algorithm: SHA1 }));
    expect(ours).toEqual(theirs);
  });
});
