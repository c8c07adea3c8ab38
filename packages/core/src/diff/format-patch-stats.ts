/** What `git apply` prints of a patch without applying it: `--stat`, `--numstat` and `--summary`. */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { modeText } from './format-names.js';
import { statTotals } from './format-stat.js';
import type { PatchFileStat } from './patch-stats.js';
import { quotePath } from './quote-path.js';

const NAME_WIDTH_MAX = 50;
const LINE_WIDTH = 70;

/** The names with bars for their lines, and the totals: `git apply --stat`. */
export function formatPatchStat(stats: readonly PatchFileStat[]): Uint8Array {
  let changeMax = 0;
  let widest = 0;
  for (const { path, oldPath, addedCount, deletedCount } of stats) {
    changeMax = Math.max(changeMax, addedCount + deletedCount);
    widest = Math.max(widest, quoted(path).length, oldPath === undefined ? 0 : quoted(oldPath).length);
  }
  const width = Math.min(widest, NAME_WIDTH_MAX);
  const barMax = Math.min(changeMax, LINE_WIDTH - width);
  const scale = (count: number): number => (changeMax === 0 ? 0 : Math.floor((count * barMax + Math.floor(changeMax / 2)) / changeMax));
  let text = '';
  let added = 0;
  let deleted = 0;
  for (const { path, addedCount, deletedCount, isBinary } of stats) {
    added += addedCount;
    deleted += deletedCount;
    const name = shorten(quoted(path), width).padEnd(width);
    const count = addedCount + deletedCount;
    const pluses = scale(addedCount);
    text += isBinary ? ` ${name} |  Bin\n` : ` ${name} |${String(count).padStart(5)} ${'+'.repeat(pluses)}${'-'.repeat(scale(count) - pluses)}\n`;
  }
  return bytesFromLatin1(text + statTotals({ files: stats.length, added, deleted }));
}

/** The lines of each file in numbers: `git apply --numstat`. */
export function formatPatchNumstat(stats: readonly PatchFileStat[], { isNulTerminated = false }: { readonly isNulTerminated?: boolean | undefined } = {}): Uint8Array {
  return bytesFromLatin1(stats.map(({ path, addedCount, deletedCount, isBinary }) =>
    `${isBinary ? '-\t-' : `${addedCount}\t${deletedCount}`}\t${isNulTerminated ? `${raw(path)}\0` : `${quoted(path)}\n`}`).join(''));
}

/** What is made, deleted, renamed, copied, rewritten, and modes that change: `git apply --summary`. Names are not quoted. */
export function formatPatchSummary(stats: readonly PatchFileStat[]): Uint8Array {
  return bytesFromLatin1(stats.map(summaryOf).join(''));
}

function summaryOf({ status, path, oldPath, oldMode, newMode, score = 0 }: PatchFileStat): string {
  const modes = oldMode !== undefined && newMode !== undefined && oldMode !== newMode ? ` mode change ${modeText(oldMode)} => ${modeText(newMode)}` : '';
  const modesLine = modes === '' ? '' : `${modes}\n`;
  switch (status) {
    case 'added':
      return ` create${newMode === undefined ? '' : ` mode ${modeText(newMode)}`} ${raw(path)}\n`;
    case 'deleted':
      return ` delete${oldMode === undefined ? '' : ` mode ${modeText(oldMode)}`} ${raw(path)}\n`;
    case 'renamed':
    case 'copied':
      return ` ${status === 'renamed' ? 'rename' : 'copy'} ${movedName(raw(oldPath ?? ''), raw(path))} (${score}%)\n${modesLine}`;
    case 'modified':
      if (score > 0) return ` rewrite ${raw(path)} (${score}%)\n${modesLine}`;
      return modes === '' ? '' : `${modes} ${raw(path)}\n`;
  }
}

/** Both names, with the folders that both begin with outside of braces. */
function movedName(old: string, new_: string): string {
  let shared = 0;
  for (;;) {
    const oldEnd = old.indexOf('/', shared);
    if (oldEnd < 0 || new_.indexOf('/', shared) !== oldEnd || old.slice(shared, oldEnd) !== new_.slice(shared, oldEnd)) break;
    shared = oldEnd + 1;
  }
  return shared === 0 ? `${old} => ${new_}` : `${old.slice(0, shared)}{${old.slice(shared)} => ${new_.slice(shared)}}`;
}

/** A name cut at its front, if possible at a folder. */
function shorten(name: string, width: number): string {
  if (name.length <= width) return name;
  const start = name.length + '...'.length - width;
  const slash = name.indexOf('/', start);
  return `...${name.slice(slash < 0 ? start : slash)}`;
}

/** One character per byte. */
function quoted(path: string): string {
  return raw(quotePath(path));
}

function raw(path: string): string {
  return latin1FromBytes(bytesFromLosslessText(path));
}
