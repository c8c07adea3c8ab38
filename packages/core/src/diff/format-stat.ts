/** Counts of changed lines: `--stat`, `--shortstat` and `--numstat` of git-diff(1). */
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { textWidth } from '../bytes/text-width.js';
import { MODE_SYMLINK } from '../object/tree.js';
import type { FileStat } from './file-stats.js';
import { shownPath, type NameFormat } from './format-names.js';
import { quotePath } from './quote-path.js';
import { renameName } from './rename-name.js';
import type { FileChange } from './tree-diff.js';

/** How wide a `--stat` is. Columns. */
export interface StatFormat extends NameFormat {
  /** Of all. Default: 80. */
  readonly width?: number | undefined;
  /** Of names at most. Default: what the others leave. */
  readonly nameWidth?: number | undefined;
  /** Of the graph at most (`diff.statGraphWidth`). Default: no limit. */
  readonly graphWidth?: number | undefined;
  /** How many files are listed. Default: all. */
  readonly count?: number | undefined;
  /** Whether new, deleted and mode-changed files are marked behind their name (`--compact-summary`). Default: false. */
  readonly isCompactSummary?: boolean | undefined;
}

/** Counts as `--numstat`. */
export function formatNumstat(stats: readonly FileStat[], format: NameFormat = {}): Uint8Array {
  let text = '';
  for (const { change, added, deleted, isBinary } of stats) {
    text += isBinary ? '-\t-\t' : `${added}\t${deleted}\t`;
    const { old, new: new_ } = shownPaths(change, format);
    if (format.isNulTerminated === true) text += old === undefined ? `${new_}\0` : `\0${old}\0${new_}\0`;
    else text += `${old === undefined ? quotePath(new_, format) : renameName(old, new_, format)}\n`;
  }
  return bytesFromLosslessText(text);
}

/** Counts as `--shortstat`: the last line of `--stat`. */
export function formatShortstat(stats: readonly FileStat[]): Uint8Array {
  return bytesFromLosslessText(stats.length === 0 ? '' : summaryLine(stats));
}

/** Counts as `--stat`. */
export function formatStat(stats: readonly FileStat[], format: StatFormat = {}): Uint8Array {
  if (stats.length === 0) return new Uint8Array(0);
  const shown = stats.slice(0, format.count === undefined || format.count === 0 ? stats.length : format.count);
  const rows = shown.map((stat) => ({ stat, name: rowName(stat.change, format) }));
  const widths = measure(rows, format);
  let text = '';
  for (const { stat, name } of rows) text += rowText(stat, name, widths);
  if (stats.slice(shown.length).some(isCounted)) text += ' ...\n';
  return bytesFromLosslessText(text + summaryLine(stats));
}

function isCounted({ change }: FileStat): boolean {
  return change.status !== 'unmerged';
}

function summaryLine(stats: readonly FileStat[]): string {
  let insertions = 0;
  let deletions = 0;
  let files = 0;
  for (const stat of stats) {
    if (!isCounted(stat)) continue;
    files++;
    if (stat.isBinary) continue;
    insertions += stat.added;
    deletions += stat.deleted;
  }
  return statTotals({ files, added: insertions, deleted: deletions });
}

/** The last line of a `--stat`. */
export function statTotals({ files, added, deleted }: { readonly files: number; readonly added: number; readonly deleted: number }): string {
  if (files === 0) return ' 0 files changed\n';
  let line = ` ${files} file${files === 1 ? '' : 's'} changed`;
  if (added > 0 || deleted === 0) line += `, ${added} insertion${added === 1 ? '' : 's'}(+)`;
  if (deleted > 0 || added === 0) line += `, ${deleted} deletion${deleted === 1 ? '' : 's'}(-)`;
  return `${line}\n`;
}

interface Row {
  readonly stat: FileStat;
  readonly name: string;
}

interface Widths {
  readonly name: number;
  readonly number: number;
  readonly graph: number;
  readonly changeMax: number;
}

// What stands between name, number and graph: " ", " | " and " ", and a column at the end.
const FIXED_WIDTH = 6;
const UNMERGED = 'Unmerged';

function measure(rows: readonly Row[], format: StatFormat): Widths {
  let longest = 0;
  let changeMax = 0;
  let binaryWidth = 0;
  let number = 0;
  for (const { stat, name } of rows) {
    longest = Math.max(longest, textWidth(name));
    if (stat.change.status === 'unmerged') {
      binaryWidth = Math.max(binaryWidth, UNMERGED.length);
    } else if (stat.isBinary) {
      binaryWidth = Math.max(binaryWidth, 'Bin  ->  bytes'.length + digits(stat.added) + digits(stat.deleted));
      number = 3;
    } else {
      changeMax = Math.max(changeMax, stat.added + stat.deleted);
    }
  }
  number = Math.max(number, digits(changeMax));
  const graphMax = format.graphWidth ?? 0;
  const width = Math.max(format.width === undefined || format.width === 0 ? 80 : format.width, 16 + FIXED_WIDTH + number);
  let graph = changeMax + 4 > binaryWidth ? changeMax : binaryWidth - 4;
  if (graphMax > 0) graph = Math.min(graph, graphMax);
  const nameMax = format.nameWidth ?? 0;
  let name = nameMax > 0 ? Math.min(nameMax, longest) : longest;
  if (name + number + FIXED_WIDTH + graph > width) {
    graph = Math.min(graph, Math.max(6, Math.trunc((width * 3) / 8) - number - FIXED_WIDTH));
    if (graphMax > 0) graph = Math.min(graph, graphMax);
    const left = width - number - FIXED_WIDTH;
    if (name > left - graph) name = left - graph;
    else graph = left - name;
  }
  return { name, number, graph, changeMax };
}

function digits(value: number): number {
  return String(value).length;
}

function rowText({ change, added, deleted, isBinary }: FileStat, name: string, widths: Widths): string {
  const start = ` ${fitName(name, widths.name)} | `;
  if (change.status === 'unmerged') return `${start}${UNMERGED.padStart(widths.number)}`;
  if (isBinary) {
    const bin = start + 'Bin'.padStart(widths.number);
    return added + deleted === 0 ? `${bin}\n` : `${bin} ${deleted} -> ${added} bytes\n`;
  }
  const total = added + deleted;
  const graph = scaleGraph(added, deleted, widths);
  return `${start}${String(total).padStart(widths.number)}${total > 0 ? ' ' : ''}${'+'.repeat(graph.added)}${'-'.repeat(graph.deleted)}\n`;
}

/** A name in so many columns: padded, or cut at the start, at a slash where there is one. */
function fitName(name: string, width: number): string {
  const size = textWidth(name);
  if (size <= width) return name + ' '.repeat(width - size);
  const left = width - 3;
  // Git leaves out as many bytes as there are columns too many.
  let rest = losslessTextFromBytes(bytesFromLosslessText(name).subarray(size - left));
  const slash = rest.indexOf('/');
  if (slash >= 0) rest = rest.slice(slash);
  return `...${rest}${' '.repeat(Math.max(0, left - textWidth(rest)))}`;
}

function scaleGraph(added: number, deleted: number, { graph, changeMax }: Widths): { added: number; deleted: number } {
  if (graph > changeMax) return { added, deleted };
  const scale = (count: number): number => (count === 0 ? 0 : 1 + Math.trunc((count * (graph - 1)) / changeMax));
  let total = scale(added + deleted);
  if (total < 2 && added > 0 && deleted > 0) total = 2;
  if (added < deleted) {
    const scaled = scale(added);
    return { added: scaled, deleted: Math.max(0, total - scaled) };
  }
  const scaled = scale(deleted);
  return { added: Math.max(0, total - scaled), deleted: scaled };
}

function rowName(change: FileChange, format: StatFormat): string {
  const { old, new: new_ } = shownPaths(change, format);
  const name = old === undefined ? quotePath(new_, format) : renameName(old, new_, format);
  const remark = format.isCompactSummary === true ? compactSummary(change) : undefined;
  return remark === undefined ? name : `${name} (${remark})`;
}

/** The paths of a change as they are shown; the old one only where both differ. */
function shownPaths({ old, new: new_ }: FileChange, { prefixLength = 0 }: NameFormat): { old: string | undefined; new: string } {
  const from = (old ?? new_)?.path ?? '';
  const to = (new_ ?? old)?.path ?? '';
  return { old: from === to ? undefined : shownPath(from, prefixLength), new: shownPath(to, prefixLength) };
}

function compactSummary({ status, old, new: new_ }: FileChange): string | undefined {
  if (old === undefined) return new_?.mode === MODE_SYMLINK ? 'new +l' : isExecutable(new_?.mode) ? 'new +x' : 'new';
  if (new_ === undefined) return status === 'deleted' ? 'gone' : undefined;
  if (old.mode === MODE_SYMLINK && new_.mode !== MODE_SYMLINK) return 'mode -l';
  if (old.mode !== MODE_SYMLINK && new_.mode === MODE_SYMLINK) return 'mode +l';
  if (permissions(old.mode) === 0o644 && permissions(new_.mode) === 0o755) return 'mode +x';
  if (permissions(old.mode) === 0o755 && permissions(new_.mode) === 0o644) return 'mode -x';
  return undefined;
}

function isExecutable(mode: number | undefined): boolean {
  return mode !== undefined && permissions(mode) === 0o755;
}

function permissions(mode: number): number {
  return mode & 0o777;
}
