import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { abbreviateId } from '../../src/history/abbreviate-id.js';
import { formatRangeDiff, rangeDiff } from '../../src/history/range-diff.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { Repository } from '../../src/repository/repository.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const SERIES = 12;

describeWithGit('ranges of commits compared with git range-diff', () => {
  const git = new RealGit();
  let repository: Repository;
  beforeAll(async () => {
    git.read(['init', '-q']);
    git.read(['fast-import', '--quiet'], stream());
    repository = await Repository.open(git.folder);
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  it.each<[string[], { creationFactor?: number; only?: 'left' | 'right' }]>([
    [[], {}], [['--creation-factor=10'], { creationFactor: 10 }], [['--creation-factor=200'], { creationFactor: 200 }],
    [['--left-only'], { only: 'left' }], [['--right-only'], { only: 'right' }],
  ])('shows the same pairs %j', (args, options) => {
    const { snapshot } = repository;
    const { algorithm, objects } = snapshot;
    for (let i = 0; i < SERIES; i++) {
      const list = (name: string): ObjectId[] =>
        git.read(['rev-list', '--reverse', '--no-merges', '--date-order', `base..${name}`]).toString().split('\n').filter((id) => id !== '') as ObjectId[];
      const ranges = { old: list(`old${i}`), new: list(`new${i}`) };
      const pairs = rangeDiff({ source: { objects }, algorithm, ...ranges, ...options });
      const text = Buffer.from(formatRangeDiff(pairs, ranges, (id) => abbreviateId(objects, id, 7))).toString('latin1');
      expect(text).toBe(git.read(['range-diff', '--no-color', ...args, `base..old${i}`, `base..new${i}`]).toString('latin1'));
    }
  });

  it.each<[string[]]>([
    [['base..old1', 'base..new1']], [['base', 'old2', 'new2']], [['old3...new3']], [['old4~1..old4', 'new4^!']], [['old5', 'new5']], [['base..old6']],
  ])('takes the ranges %j', (ranges) => {
    const theirs = git.run(['range-diff', '--no-color', ...ranges]);
    if (theirs.status !== 0) {
      expect(() => repository.rangeDiff(ranges)).toThrow(expect.objectContaining({ code: 'revision-invalid' }));
      return;
    }
    const pairs = repository.rangeDiff(ranges);
    const side = (kind: 'old' | 'new'): ObjectId[] => pairs.flatMap((pair) => pair[kind]?.id ?? []);
    const shown = formatRangeDiff(pairs, { old: side('old'), new: side('new') }, (id) => abbreviateId(repository.snapshot.objects, id, 7));
    expect(Buffer.from(shown).toString('latin1')).toBe(theirs.stdout.toString('latin1'));
    expect(pairs.length).toBeGreaterThan(0);
  });
});

/** Pairs of branches: the second one with commits of the first, some left out, changed, moved, or new. */
function stream(): string {
  const random = new SeededRandom(3);
  let text = '';
  let time = 1_600_000_000;
  const commit = (branch: string, message: string, files: string): void => {
    time += 1000;
    text += `commit refs/heads/${branch}\nauthor É. Lève <e@x> ${time} +0000\ncommitter C <c@d> ${time} +0000\ndata ${Buffer.byteLength(message)}\n${message}\n${files}\n`;
  };
  const file = (name: string, lines: readonly string[]): string => {
    const content = lines.join('\n');
    return `M 100644 inline ${name}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
  };
  const start = (): Map<string, string[]> => new Map(['a.c', 'dir/b'].map((name) => [name, Array.from({ length: 40 }, (_, i) => (i % 9 === 0 ? `int ${name[0]!}${i}(void)` : `\tline ${i}`)).concat('')]));
  commit('base', 'Base\n', [...start()].map(([name, lines]) => file(name, lines)).join(''));
  for (let i = 0; i < SERIES; i++) {
    const changes = Array.from({ length: random.below(6) + 1 }, (_, k) => ({ k, path: random.pick(['a.c', 'dir/b', `new${k}`]), at: random.below(36), lines: Array.from({ length: random.below(9) + 1 }, () => `\tadded ${random.below(30)}`) }));
    for (const branch of ['old', 'new'] as const) {
      text += `reset refs/heads/${branch}${i}\nfrom refs/heads/base\n\n`;
      const files = start();
      for (const change of changes) {
        if (branch === 'new' && random.below(6) === 0) continue;
        const lines = branch === 'new' && random.below(3) === 0 ? [...change.lines, '\tchanged', random.pick(['x', 'y'])] : change.lines;
        const content = files.get(change.path) ?? [''];
        content.splice(Math.min(change.at, content.length - 1), random.below(2), ...lines);
        files.set(change.path, content);
        const extra = branch === 'new' && random.below(4) === 0 ? '\nMore\ttext  \n' : '';
        commit(`${branch}${i}`, `Change ${change.k}\n\nWhy it\tis so.\n${extra}`, file(change.path, content));
      }
      if (branch === 'new') commit(`${branch}${i}`, 'Only new', file('z', [`${i}`, '']));
    }
  }
  return text;
}
