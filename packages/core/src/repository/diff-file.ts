import { functionPatternOf, hasSameId, readContents, type ChangedContents, type DiffSource } from '../diff/diff-source.js';
import { fileStats, type FileStat } from '../diff/file-stats.js';
import { makeHunks, type HunkOptions } from '../diff/hunks.js';
import { diffLines, type LineDiffOptions } from '../diff/line-diff.js';
import { lineRange, type Lines } from '../diff/lines.js';
import type { ChangeStatus, DiffEntry, FileChange } from '../diff/tree-diff.js';

/** One line of a hunk. */
export interface DiffLine {
  readonly kind: 'context' | 'added' | 'deleted';
  /** With its LF, where it has one; a view that must not be written. */
  readonly bytes: Uint8Array;
  /** From 1 on; `undefined` for an added line. */
  readonly oldLine: number | undefined;
  /** From 1 on; `undefined` for a deleted line. */
  readonly newLine: number | undefined;
}

/** Changes that stand close together, with lines around them. Lines count from 1; an empty side begins at the line before. */
export interface DiffHunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** The function or section that it is in, as far as a line before it tells. */
  readonly section: string | undefined;
  readonly lines: readonly DiffLine[];
}

/** A file that differs between two trees. Contents are read when they are first asked for. */
export class DiffFile {
  readonly status: ChangeStatus;
  /** Path, mode and id of the old file; `undefined` when it was added. */
  readonly old: DiffEntry | undefined;
  /** Path, mode and id of the new file; `undefined` when it was deleted. */
  readonly new: DiffEntry | undefined;
  /** In percent: similarity of renames and copies, dissimilarity of rewrites. */
  readonly score: number | undefined;
  readonly #change: FileChange;
  readonly #source: DiffSource;
  readonly #options: { readonly lines: LineDiffOptions; readonly hunks: HunkOptions };
  #contents: ChangedContents | undefined;
  #stat: FileStat | undefined;

  constructor(
    change: FileChange, source: DiffSource, options: { readonly lines: LineDiffOptions; readonly hunks: HunkOptions },
  ) {
    this.status = change.status;
    this.old = change.old;
    this.new = change.new;
    this.score = change.score;
    this.#change = change;
    this.#source = source;
    this.#options = options;
  }

  /** The new path, or that of a deleted file. */
  get path(): string {
    return (this.new ?? this.old)?.path ?? '';
  }

  /** Whether one side is binary: such a file has no hunks. @throws {GovcError} object-missing */
  get isBinary(): boolean {
    return this.#read().isBinary;
  }

  /** How many lines were added; 0 for a binary file. @throws {GovcError} object-missing */
  get addedCount(): number {
    const { added, isBinary } = this.#count();
    return isBinary ? 0 : added;
  }

  /** How many lines were deleted; 0 for a binary file. @throws {GovcError} object-missing */
  get deletedCount(): number {
    const { deleted, isBinary } = this.#count();
    return isBinary ? 0 : deleted;
  }

  /** The hunks, compared anew at each call. @throws {GovcError} object-missing */
  *hunks(): Generator<DiffHunk, void, void> {
    const { old, new: new_, isBinary } = this.#read();
    if (isBinary || hasSameId(this.#change)) return;
    const { lines, hunks } = this.#options;
    const trimsTail = hunks.contextLines === 0 && hunks.functionContext !== true;
    const diff = diffLines(old, new_, trimsTail ? { ...lines, trimsTail } : lines);
    const functionPattern = hunks.functionPattern ?? functionPatternOf(this.#source, this.#change);
    for (const hunk of makeHunks(diff, { ...hunks, functionPattern })) {
      const { oldStart, oldCount, newStart, newCount, section } = hunk;
      const shown: DiffLine[] = [];
      let oldAt = oldStart;
      let newAt = newStart;
      const addContext = (end: number): void => {
        for (; newAt < end; newAt++, oldAt++) shown.push(lineAt('context', diff.new, { at: newAt, oldAt, newAt }));
      };
      for (const change of hunk.changes) {
        addContext(change.newStart);
        for (let i = 0; i < change.oldCount; i++, oldAt++) {
          shown.push(lineAt('deleted', diff.old, { at: oldAt, oldAt, newAt: undefined }));
        }
        for (let i = 0; i < change.newCount; i++, newAt++) {
          shown.push(lineAt('added', diff.new, { at: newAt, oldAt: undefined, newAt }));
        }
      }
      addContext(newStart + newCount);
      yield {
        oldStart: oldCount === 0 ? oldStart : oldStart + 1, oldCount,
        newStart: newCount === 0 ? newStart : newStart + 1, newCount, section, lines: shown,
      };
    }
  }

  #read(): ChangedContents {
    return (this.#contents ??= readContents(this.#source, this.#change));
  }

  #count(): FileStat {
    const nothing = { change: this.#change, added: 0, deleted: 0, isBinary: false };
    return (this.#stat ??= fileStats([this.#change], this.#source, this.#options)[0] ?? nothing);
  }
}

function lineAt(
  kind: DiffLine['kind'], lines: Lines,
  { at, oldAt, newAt }: { readonly at: number; readonly oldAt: number | undefined; readonly newAt: number | undefined },
): DiffLine {
  return {
    kind,
    bytes: lineRange(lines, at, at + 1),
    oldLine: oldAt === undefined ? undefined : oldAt + 1,
    newLine: newAt === undefined ? undefined : newAt + 1,
  };
}
