import { afterAll, expect, it } from '@jest/globals';
import { fileStats } from '../../src/diff/file-stats.js';
import { formatDirstat } from '../../src/diff/format-dirstat.js';
import { formatNameStatus } from '../../src/diff/format-names.js';
import { formatPatch, type PatchFormat } from '../../src/diff/format-patch.js';
import { formatNumstat, formatShortstat, formatStat } from '../../src/diff/format-stat.js';
import { formatSummary } from '../../src/diff/format-summary.js';
import type { ChangeOptions } from '../../src/diff/find-changes.js';
import type { FileChange } from '../../src/diff/tree-diff.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import { DiffLab } from './diff-lab.js';
import { describeWithGit } from './real-git.js';

type Case = readonly [args: readonly string[], options: ChangeOptions, format: (changes: readonly FileChange[]) => Uint8Array];

describeWithGit('formats of a diff', () => {
  const lab = new DiffLab(29, 120);
  const { objects } = lab;
  afterAll(() => lab.git.remove());

  const patch = (format: Partial<PatchFormat> = {}) => (changes: readonly FileChange[]): Uint8Array =>
    formatPatch(changes, { objects }, { algorithm: SHA1, abbreviate: lab.shorten, ...format });
  const cases: readonly Case[] = [
    [['-r', '--name-status', '-C'], { renames: 'copies' }, (changes) => formatNameStatus(changes)],
    [['--stat', '-M'], {}, (changes) => formatStat(fileStats(changes, { objects }))],
    [['--stat=50,20,3', '-M', '--compact-summary'], {}, (changes) =>
      formatStat(fileStats(changes, { objects }), { width: 50, nameWidth: 20, count: 3, isCompactSummary: true })],
    [['--stat', '--stat-graph-width=7', '-B', '-M'], { breakRewrites: {} }, (changes) =>
      formatStat(fileStats(changes, { objects }), { graphWidth: 7 })],
    [['--numstat', '-M'], {}, (changes) => formatNumstat(fileStats(changes, { objects }))],
    [['--shortstat'], { renames: 'off' }, (changes) => formatShortstat(fileStats(changes, { objects }))],
    [['-r', '--dirstat=0'], { renames: 'off' }, (changes) => formatDirstat(changes, { objects }, { limitPercent: 0 })],
    [['-r', '--dirstat=lines,cumulative,10'], { renames: 'off' }, (changes) =>
      formatDirstat(changes, { objects }, { count: 'lines', isCumulative: true, limitPercent: 10 })],
    [['-r', '-M', '--dirstat=files,5.5'], {}, (changes) => formatDirstat(changes, { objects }, { count: 'files', limitPercent: 5.5 })],
    [['--summary', '-B', '-C'], { renames: 'copies', breakRewrites: {} }, (changes) => formatSummary(changes)],
    [['-p'], { renames: 'off' }, patch()],
    [['-p', '-C', '-C'], { renames: 'copies', findCopiesHarder: true }, patch()],
    [['-p', '-B20%/10%', '-M'], { breakRewrites: { breakScore: 20, mergeScore: 10 } }, patch()],
    [['-p', '-R'], { renames: 'off', isReversed: true }, patch({ oldPrefix: 'b/', newPrefix: 'a/' })],
    [['-p', '--full-index', '-D', '-M'], {}, patch({ abbreviate: undefined, isIrreversible: true })],
    [['-p', '-a', '--no-prefix', '-U0'], { renames: 'off' }, patch({ isText: true, oldPrefix: '', newPrefix: '', hunks: { contextLines: 0 } })],
    [['-p', '--ignore-cr-at-eol', '-M'], {}, patch({ lines: { whitespace: { crAtEol: true } } })],
    [['-p', '--binary', '-M'], {}, patch({ includesBinary: true })],
    [['-p', '-w', '--ignore-blank-lines', '-M'], {}, patch({ lines: { whitespace: { allSpace: true, blankLines: true } } })],
  ];

  it.each(cases)('are those of git diff-tree %p', (args, options, format) => {
    const { ours, theirs } = lab.compare(args, options, format);
    expect(ours).toEqual(theirs);
  });
});
