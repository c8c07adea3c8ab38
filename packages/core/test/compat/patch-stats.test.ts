import { afterAll, expect, it } from '@jest/globals';
import { formatPatchNumstat, formatPatchStat, formatPatchSummary } from '../../src/diff/format-patch-stats.js';
import { parsePatch } from '../../src/diff/parse-patch.js';
import { patchStats } from '../../src/diff/patch-stats.js';
import { DiffLab } from './diff-lab.js';
import { describeWithGit } from './real-git.js';

describeWithGit('what patches do, compared with git apply', () => {
  const lab = new DiffLab(31, 60);
  afterAll(() => lab.git.remove());

  const compare = (patch: Uint8Array): ReturnType<typeof patchStats> => {
    const stats = patchStats(parsePatch(patch));
    const theirs = (...args: string[]): string => lab.git.read(['apply', ...args], patch).toString('latin1');
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
    expect(text(formatPatchNumstat(stats))).toBe(theirs('--numstat'));
    expect(text(formatPatchNumstat(stats, { isNulTerminated: true }))).toBe(theirs('--numstat', '-z'));
    expect(text(formatPatchSummary(stats))).toBe(theirs('--summary'));
    expect(text(formatPatchStat(stats))).toBe(theirs('--stat'));
    return stats;
  };

  it.each([[['-p', '--binary', '-C']], [['-p', '-B', '-M']], [['-p', '--no-renames']]])('of diffs %j', (args) => {
    const pairs = lab.pairs().filter((_pair, index) => index % 4 === 0);
    const patches = pairs.map(([old, new_]) => lab.git.read(['diff-tree', ...args, old, new_]));
    const stats = compare(Buffer.concat(patches));
    for (const patch of patches.filter(({ length }) => length > 0).slice(0, 6)) compare(patch);
    expect(new Set(stats.map(({ status }) => status)).size).toBeGreaterThan(2);
  });

  it('of long names, many lines, moves between folders and traditional diffs', () => {
    const long = `${'folder/'.repeat(9)}${'name'.repeat(12)}`;
    const lines = (count: number): string => '+x\n'.repeat(count);
    const patches = [
      `--- /dev/null\n+++ b/${long}\n@@ -0,0 +1,90 @@\n${lines(90)}--- a/short\n+++ b/short\n@@ -1,2 +1,1 @@\n a\n-b\n`,
      `--- /dev/null\n+++ b/${'n'.repeat(70)}\n@@ -0,0 +1,3 @@\n${lines(3)}`,
      ['a/b/c => a/x/c', 'a/b => a/b/c', 'a/b/c/d => a/b/e', 'x => y/x', 'a//b => a//c'].map((names) => {
        const [from, to] = names.split(' => ');
        return `diff --git a/${from!} b/${to!}\nold mode 100644\nnew mode 100755\nsimilarity index 90%\nrename from ${from!}\nrename to ${to!}\n`;
      }).join(''),
      'diff --git a/m b/m\nold mode 100644\nnew mode 100755\n',
      '--- a/gone\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n',
    ];
    for (const patch of [...patches, patches.join('')]) compare(Buffer.from(patch));
  });
});
