import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { splitMailbox } from '../../src/history/mail-split.js';
import { Repository } from '../../src/repository/repository.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const CASES = 40;

describeWithGit('mails applied compared with git am', () => {
  const git = new RealGit();
  afterAll(() => git.remove());

  it(`merges, refuses or commits as git am -3 does, in ${CASES} cases`, async () => {
    git.read(['init', '-q']);
    git.read(['fast-import', '--quiet'], stream());
    const script = Array.from({ length: CASES }, (_, i) => [
      `git format-patch --stdout ${i % 3 === 0 ? '-M' : '--no-renames'} base${i}..side${i} ${i % 10 === 9 ? `| sed 's/^index ......./index 1234567/'` : ''} > ${i}.mbox`,
      `git checkout -q -f -B work${i} main${i}`, `git clean -qfd -e '*.mbox' -e '*.txt' -e run.sh`,
      `git am -3 ${i}.mbox > ${i}.out.txt 2>&1; echo $? > ${i}.status.txt`, `git rev-parse HEAD^{tree} HEAD > ${i}.tree.txt`, 'git am --abort 2>/dev/null', 'true',
    ].join('\n')).join('\n');
    git.read(['-c', 'alias.sh=!sh -s', 'sh'], script);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < CASES; i++) {
      const repository = await Repository.open(git.folder, { clock: () => 1_700_000_000_000 });
      const read = (name: string): Buffer => readFileSync(join(git.folder, `${i}.${name}`));
      const [tree, theirs] = read('tree.txt').toString().split('\n');
      const status = read('status.txt').toString().trim();
      const mail = read('mbox');
      repository.setHead(`main${i}`);
      const committer = { name: 'C O Mitter', email: 'committer@example.com' };
      const result = repository.applyMail(splitMailbox(mail)[0]!, { patch: { threeWay: true }, committer });
      outcomes.set(result.outcome, (outcomes.get(result.outcome) ?? 0) + 1);
      const said = read('out.txt').toString();
      const expected = said.includes('No changes -- Patch already applied') ? 'already-applied' : status === '0' ? 'committed'
        : said.includes('Failed to merge in the changes') ? 'conflicts' : 'refused';
      expect([i, result.outcome]).toEqual([i, expected]);
      if (result.outcome === 'committed') expect([i, result.commit.tree, result.commit.id]).toEqual([i, tree, theirs]);
      await repository.close();
    }
    expect([...outcomes.keys()].sort()).toEqual(['already-applied', 'committed', 'conflicts', 'refused']);
  });
});

/** For each case a base, a side whose commit is mailed, and a main branch to which it is applied. */
function stream(): string {
  const random = new SeededRandom(11);
  let text = '';
  const write = (branch: string, from: string | undefined, files: ReadonlyMap<string, readonly string[]>): void => {
    text += `commit refs/heads/${branch}\nauthor A <a@b> 1600000000 +0200\ncommitter C <c@d> 1600000000 +0000\ndata ${branch.length}\n${branch}\n`;
    if (from !== undefined) text += `from refs/heads/${from}\n`;
    text += 'deleteall\n';
    for (const [path, lines] of files) {
      const content = lines.map((line) => `${line}\n`).join('');
      text += `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`;
    }
    text += '\n';
  };
  const edit = (lines: readonly string[], at: number, value: string): string[] => lines.map((line, i) => (i === at ? value : line));
  for (let i = 0; i < CASES; i++) {
    const base = new Map(['a', 'dir/b', 'dir/c'].map((path) => [path, Array.from({ length: 20 }, (_, line) => `${path} ${i} ${line}`)]));
    write(`base${i}`, undefined, base);
    const side = new Map(base);
    const main = new Map(base);
    const at = random.below(20);
    side.set('a', edit(base.get('a')!, at, 'side'));
    if (random.below(3) === 0) side.set('new', ['new', 'file']);
    if (random.below(4) === 0) {
      side.set('renamed', side.get('dir/b')!);
      side.delete('dir/b');
    }
    switch (random.below(7)) {
      case 0: main.set('a', edit(base.get('a')!, at, 'main')); break;
      case 1: main.set('a', edit(base.get('a')!, (at + 2) % 20, 'main')); break;
      case 2: for (const [path, lines] of side) main.set(path, lines); if (!side.has('dir/b')) main.delete('dir/b'); break;
      case 3: main.set('moved', edit(base.get('a')!, (at + 9) % 20, 'main')); main.delete('a'); break;
      case 4: main.set('new', ['other']); break;
      case 5: main.delete('dir/b'); break;
      default: main.set('dir/c', ['changed']);
    }
    write(`side${i}`, `base${i}`, side);
    main.set('only', [String(i)]);
    // A main branch that shares no blob with the base: the patch cannot be merged.
    write(`main${i}`, undefined, main);
  }
  return text;
}
