/** Which directories changed most: `--dirstat` of git-diff(1). */
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { isBinarySide, hasSameId, readSide, type DiffSource } from './diff-source.js';
import { fileStats, type StatOptions } from './file-stats.js';
import { targetPath } from './select-changes.js';
import { countChanges, makeSpans } from './similarity.js';
import type { DiffEntry, FileChange } from './tree-diff.js';

/** What is counted, and what is shown. */
export interface DirstatOptions extends StatOptions {
  /** `changes`: bytes added and removed, as renames are estimated; `lines`; `files`. Default: `changes`. */
  readonly count?: 'changes' | 'lines' | 'files' | undefined;
  /** Whether what a directory is shown for counts for those above it too. Default: false. */
  readonly isCumulative?: boolean | undefined;
  /** Directories with less are not shown. Percent, of which the first decimal counts. Default: 3. */
  readonly limitPercent?: number | undefined;
}

/** The share of each directory in all changes. @throws {GovcError} object-missing */
export function formatDirstat(changes: readonly FileChange[], source: DiffSource, options: DirstatOptions = {}): Uint8Array {
  const files = (options.count === 'lines' ? lineDamages(changes, source, options) : damages(changes, source, options.count))
    .map(({ path, damage }) => ({ path: latin1FromBytes(bytesFromLosslessText(path)), damage }))
    .sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  return bytesFromLatin1(gather(files, options));
}

interface Damage {
  readonly path: string;
  readonly damage: number;
}

function lineDamages(changes: readonly FileChange[], source: DiffSource, options: DirstatOptions): Damage[] {
  return fileStats(changes, source, options).map(({ change, added, deleted, isBinary }) => ({
    path: targetPath(change),
    // Of a binary file 64 bytes are taken for a line.
    damage: isBinary ? Math.ceil((added + deleted) / 64) : added + deleted,
  }));
}

function damages(changes: readonly FileChange[], source: DiffSource, count: 'changes' | 'files' | undefined): Damage[] {
  return changes.map((change) => {
    const path = targetPath(change);
    if (hasSameId(change)) return { path, damage: 0 };
    return { path, damage: count === 'files' ? 1 : Math.max(1, damageOf(change, source)) };
  });
}

function damageOf({ old, new: new_ }: FileChange, source: DiffSource): number {
  const before = readSide(source, old);
  const after = readSide(source, new_);
  if (old === undefined) return after.length;
  if (new_ === undefined) return before.length;
  const spans = (entry: DiffEntry, bytes: Uint8Array): ReturnType<typeof makeSpans> =>
    makeSpans(bytes, !isBinarySide(source, entry, bytes));
  const { copied, added } = countChanges(spans(old, before), spans(new_, after));
  return before.length - copied + added;
}

/** Adds files up to directories; `files` is sorted, so that a directory's files stand together. */
function gather(files: readonly Damage[], options: DirstatOptions): string {
  const whole = files.reduce((sum, { damage }) => sum + damage, 0);
  if (whole === 0) return '';
  const limit = Math.trunc(Number(((options.limitPercent ?? 3) * 10).toFixed(6)));
  // `sources` is 1 when all came from one directory below, which then was shown already.
  const open = [{ prefix: '', sum: 0, sources: 0 }];
  let text = '';
  for (let at = 0; open.length > 0; ) {
    const directory = open.at(-1)!;
    const file = files[at];
    if (file?.path.startsWith(directory.prefix) === true) {
      const slash = file.path.indexOf('/', directory.prefix.length);
      if (slash >= 0) {
        open.push({ prefix: file.path.slice(0, slash + 1), sum: 0, sources: 0 });
      } else {
        directory.sum += file.damage;
        directory.sources += 2;
        at++;
      }
      continue;
    }
    open.pop();
    const permille = Math.trunc((directory.sum * 1000) / whole);
    const isShown = directory.prefix !== '' && directory.sources !== 1 && directory.sum > 0 && permille >= limit;
    if (isShown) text += `${String(Math.trunc(permille / 10)).padStart(4)}.${permille % 10}% ${directory.prefix}\n`;
    const above = open.at(-1);
    if (above === undefined) break;
    above.sum += isShown && options.isCumulative !== true ? 0 : directory.sum;
    above.sources++;
  }
  return text;
}
