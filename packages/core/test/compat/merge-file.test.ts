import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mergeFile, type ConflictStyle, type MergeFavor, type MergeFileOptions } from '../../src/merge/merge-file.js';
import { editText, randomNumbers, randomText } from './blob-pairs.js';
import { RealGit, describeWithGit } from './real-git.js';

interface Sides {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

const random = randomNumbers(20_051_126);
const cases: Sides[] = Array.from({ length: 100 }, (_, i) => {
  const base = randomText(random, 40);
  const ours = editText(random, base);
  // Every third time theirs starts from ours, so that both sides have changes in common.
  return { base, ours, theirs: editText(random, i % 3 === 0 ? ours : base) };
});

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function ourMerge(sides: Sides, options: MergeFileOptions): string {
  return Buffer.from(mergeFile(bytes(sides.base), bytes(sides.ours), bytes(sides.theirs), options).content).toString('latin1');
}

describeWithGit('merging files', () => {
  let git: RealGit;

  beforeAll(() => {
    git = new RealGit();
    cases.forEach((sides, i) => {
      for (const side of ['base', 'ours', 'theirs'] as const) writeFileSync(join(git.folder, `${side}-${i}`), sides[side]);
    });
  });
  afterAll(() => git.remove());

  it('gives what git merge-file gives', () => {
    const variants: readonly (readonly [string, { style?: ConflictStyle; favor?: MergeFavor }])[] = [
      ['--', {}], ['--diff3', { style: 'diff3' }], ['--zdiff3', { style: 'zdiff3' }],
      ['--ours', { favor: 'ours' }], ['--theirs', { favor: 'theirs' }], ['--union', { favor: 'union' }],
    ];
    const labels = { ours: 'O', base: 'B', theirs: 'T' };
    let conflicts = 0;
    const different = cases.slice(0, 40).flatMap((sides, i) => variants.flatMap(([flag, options]) => {
      const names = [`ours-${i}`, `base-${i}`, `theirs-${i}`];
      const { stdout, status } = git.run(['merge-file', '-p', '-q', '-L', 'O', '-L', 'B', '-L', 'T', '--marker-size=5', flag, ...names]);
      const own = mergeFile(bytes(sides.base), bytes(sides.ours), bytes(sides.theirs), { ...options, labels, markerSize: 5 });
      conflicts += own.conflictCount;
      expect(own.conflicts).toHaveLength(own.conflictCount);
      const text = Buffer.from(own.content).toString('latin1');
      return text === stdout.toString('latin1') && own.conflictCount === status ? [] : [{ sides, flag, text, expected: stdout.toString('latin1') }];
    }));
    expect(different).toEqual([]);
    expect(conflicts).toBeGreaterThan(30);
  });

  it.each<ConflictStyle>(['merge', 'diff3', 'zdiff3'])('gives what a merge of commits gives: %s', (style) => {
    const lab = new MergeLab(cases);
    try {
      for (const [flags, options] of WHITESPACE_FLAGS) {
        const expected = lab.merge(style, flags);
        const settings: MergeFileOptions = {
          level: 'zealous', algorithm: 'histogram', style, labels: { ours: 'HEAD', theirs: 'theirs', base: lab.baseLabel }, ...options,
        };
        const different = cases.flatMap((sides, i) => {
          const own = ourMerge(sides, settings);
          return own === expected(i) ? [] : [{ sides, flags, own, expected: expected(i) }];
        });
        expect(different).toEqual([]);
      }
    } finally {
      lab.remove();
    }
  });
});

const WHITESPACE_FLAGS: readonly (readonly [string[], MergeFileOptions])[] = [
  [[], {}],
  [['-Xours'], { favor: 'ours' }],
  [['-Xignore-all-space'], { whitespace: { allSpace: true } }],
  [['-Xignore-space-change'], { whitespace: { spaceChange: true } }],
  [['-Xignore-cr-at-eol'], { whitespace: { crAtEol: true } }],
];

/** A repository in which one merge of two commits merges all cases. */
class MergeLab {
  readonly #git = new RealGit();
  readonly #count: number;
  readonly #base: string;
  readonly baseLabel: string;

  constructor(sides: readonly Sides[]) {
    const git = this.#git;
    this.#count = sides.length;
    git.read(['init', '-q', '-b', 'ours']);
    const commit = (side: keyof Sides, parents: readonly string[]): string => {
      sides.forEach((one, i) => writeFileSync(join(git.folder, `f${i}`), one[side]));
      git.read(['add', '-A']);
      const tree = git.read(['write-tree']).toString().trim();
      return git.read(['commit-tree', '-m', side, ...parents.flatMap((parent) => ['-p', parent]), tree]).toString().trim();
    };
    this.#base = commit('base', []);
    this.baseLabel = this.#base.slice(0, 7);
    git.read(['update-ref', 'refs/heads/theirs', commit('theirs', [this.#base])]);
    git.read(['update-ref', 'refs/heads/ours', commit('ours', [this.#base])]);
  }

  /** The merged texts by index. */
  merge(style: ConflictStyle, flags: readonly string[]): (index: number) => string {
    const git = this.#git;
    git.read(['reset', '-q', '--hard', 'ours']);
    git.run(['-c', `merge.conflictStyle=${style}`, 'merge', '-q', '--no-commit', '--no-ff', ...flags, 'theirs']);
    git.read(['add', '-A']);
    const tree = git.read(['write-tree']).toString().trim();
    const names = Array.from({ length: this.#count }, (_, i) => `${tree}:f${i}`);
    const batch = git.read(['cat-file', '--batch'], `${names.join('\n')}\n`).toString('latin1');
    git.run(['merge', '--abort']);
    const texts: string[] = [];
    for (let at = 0; at < batch.length; ) {
      const lineEnd = batch.indexOf('\n', at);
      const size = Number(batch.slice(at, lineEnd).split(' ')[2]);
      texts.push(batch.slice(lineEnd + 1, lineEnd + 1 + size));
      at = lineEnd + 1 + size + 1;
    }
    return (index) => texts[index] ?? '';
  }

  remove(): void {
    this.#git.remove();
  }
}
