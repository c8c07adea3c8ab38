import { afterAll, expect, it } from '@jest/globals';
import { modeText } from '../../src/diff/format-names.js';
import { parsePatch } from '../../src/diff/parse-patch.js';
import { patchStats, type PatchFileStat } from '../../src/diff/patch-stats.js';
import { quotePath } from '../../src/diff/quote-path.js';
import { renameName } from '../../src/diff/rename-name.js';
import { DiffLab } from './diff-lab.js';
import { describeWithGit } from './real-git.js';

describeWithGit('what patches do, compared with git apply', () => {
  const lab = new DiffLab(31, 60);
  afterAll(() => lab.git.remove());

  it.each([[['-p', '--binary', '-C']], [['-p', '-B', '-M']], [['-p', '--no-renames']]])('of diffs %j', (args) => {
    const pairs = lab.pairs().filter((_pair, index) => index % 4 === 0);
    const patch = Buffer.concat(pairs.map(([old, new_]) => lab.git.read(['diff-tree', ...args, old, new_])));
    const stats = patchStats(parsePatch(patch));
    expect(stats.map(numstat).join('')).toBe(lab.git.read(['apply', '--numstat'], patch).toString('latin1'));
    const summary = lab.git.read(['apply', '--summary'], patch).toString('latin1');
    // The names of renames are cut at folders that both begin with; how is no matter of data.
    const plain = (text: string): string => text.replace(/^ (rename|copy) .* \((\d+)%\)$/gm, ' $1 $2');
    expect(plain(Buffer.from(stats.map(summaryOf).join('')).toString('latin1'))).toBe(plain(summary));
    expect(new Set(stats.map(({ status }) => status)).size).toBeGreaterThan(2);
  });
});

function numstat({ path, addedCount, deletedCount, isBinary }: PatchFileStat): string {
  return `${isBinary ? '-\t-' : `${addedCount}\t${deletedCount}`}\t${quotePath(path, {})}\n`;
}

function summaryOf({ status, path, oldPath, oldMode, newMode, score }: PatchFileStat): string {
  const mode = oldMode !== undefined && newMode !== undefined && oldMode !== newMode ? ` mode change ${modeText(oldMode)} => ${modeText(newMode)}` : '';
  switch (status) {
    case 'added': return ` create mode ${modeText(newMode)} ${path}\n`;
    case 'deleted': return ` delete mode ${modeText(oldMode)} ${path}\n`;
    case 'renamed':
    case 'copied': return ` ${status === 'renamed' ? 'rename' : 'copy'} ${renameName(oldPath!, path, {})} (${score ?? 0}%)\n${mode === '' ? '' : `${mode}\n`}`;
    case 'modified': return score === undefined ? (mode === '' ? '' : `${mode} ${path}\n`) : ` rewrite ${path} (${score}%)\n${mode === '' ? '' : `${mode}\n`}`;
  }
}
