import { afterAll, expect, it } from '@jest/globals';
import { findCombinedChanges, type CombinedChange } from '../../src/diff/combined-changes.js';
import type { ChangeOptions } from '../../src/diff/find-changes.js';
import {
  formatCombinedNameStatus, formatCombinedPatch, formatCombinedRaw, type CombinedPatchFormat,
} from '../../src/diff/format-combined.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { DiffLab } from './diff-lab.js';
import { describeWithGit } from './real-git.js';

type Case = readonly [args: readonly string[], options: ChangeOptions, format: (changes: readonly CombinedChange[]) => Uint8Array];

describeWithGit('combined diffs of merges', () => {
  const lab = new DiffLab(41, 200);
  const { objects } = lab;
  afterAll(() => lab.git.remove());

  const patch = (format: Partial<CombinedPatchFormat> = {}) => (changes: readonly CombinedChange[]): Uint8Array =>
    formatCombinedPatch(changes, { objects }, { algorithm: SHA1, density: 'dense', abbreviate: lab.shorten, ...format });
  const cases: readonly Case[] = [
    [['-r', '-c'], { renames: 'off' }, (changes) => formatCombinedRaw(changes, { algorithm: SHA1 })],
    [['-r', '-c', '-M', '--combined-all-paths'], {}, (changes) => formatCombinedRaw(changes, { algorithm: SHA1, includesAllPaths: true })],
    [['-r', '-c', '--name-status', '-C'], { renames: 'copies' }, (changes) => formatCombinedNameStatus(changes, { algorithm: SHA1 })],
    [['-c', '-p'], { renames: 'off' }, patch({ density: 'full' })],
    [['-c', '-p', '-M', '-U1'], {}, patch({ density: 'full', hunks: { contextLines: 1 } })],
    [['--cc'], { renames: 'off' }, patch()],
    [['--cc', '-M', '--combined-all-paths', '--full-index'], {}, patch({ includesAllPaths: true, abbreviate: undefined })],
    [['--cc', '-U0'], { renames: 'off' }, patch({ hunks: { contextLines: 0 } })],
    [['--cc', '-w'], { renames: 'off' }, patch({ lines: { whitespace: { allSpace: true } } })],
    [['-c', '-p', '-b'], { renames: 'off' }, patch({ density: 'full', lines: { whitespace: { spaceChange: true } } })],
  ];

  it.each(cases)('are those of git diff-tree %p', (args, options, format) => {
    const merges = lab.commits.filter(({ parents }) => parents.length > 1);
    expect(merges.length).toBeGreaterThan(20);
    const theirs = lab.diffTree(args, merges.map(({ id }) => id));
    const ours = merges.map(({ tree, parents }) => {
      const changes = findCombinedChanges({ objects, algorithm: SHA1, parents: parents.map((id) => lab.treeOf(id)), tree, options });
      return Buffer.from(format(changes)).toString('latin1');
    });
    expect(ours).toEqual(theirs);
  });
});
