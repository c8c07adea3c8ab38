import { functionPatternOf, hasSameId, isBinarySide, readContents, wordPatternOf, type ChangedContents } from '../diff/diff-source.js';
import { fileStats, type FileStat } from '../diff/file-stats.js';
import { makeHunks, type Hunk } from '../diff/hunks.js';
import { diffLines, type LineDiff } from '../diff/line-diff.js';
import { lineRange, type Lines } from '../diff/lines.js';
import { diffRows, type DiffRow } from '../diff/moved-lines.js';
import type { ChangeStatus, DiffEntry, FileChange } from '../diff/tree-diff.js';
import { findIntroducedErrors, type IntroducedError } from '../diff/whitespace-errors.js';
import { wordPieces, type WordPiece } from '../diff/word-diff.js';
import type { DiffJob } from './diff-job.js';
import type { MovedLine, MoveSearch } from './diff-moves.js';

/** One line of a hunk. */
export interface DiffLine {
  readonly kind: 'context' | 'added' | 'deleted';
  /** With its LF, where it has one; a view that must not be written. */
  readonly bytes: Uint8Array;
  /** From 1 on; `undefined` for an added line. */
  readonly oldLine: number | undefined;
  /** From 1 on; `undefined` for a deleted line. */
  readonly newLine: number | undefined;
  /** How it was moved, where that was asked for; `undefined` for a line that was not. */
  readonly moved?: MovedLine | undefined;
}

/** Where changes are that stand close together. Lines count from 1; an empty side begins at the line before. */
export interface DiffHunkPlace {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** The function or section that it is in, as far as a line before it tells. */
  readonly section: string | undefined;
}

/** Changes that stand close together, with lines around them. */
export interface DiffHunk extends DiffHunkPlace {
  readonly lines: readonly DiffLine[];
}

/** The same, compared word by word. */
export interface DiffWordHunk extends DiffHunkPlace {
  readonly pieces: readonly WordPiece[];
}

/** What the files of one comparison share. */
export interface DiffFileSettings extends Omit<DiffJob, 'request'> {
  /** Default: lines that were moved are not looked for. */
  readonly moves?: MoveSearch | undefined;
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
  readonly #settings: DiffFileSettings;
  #contents: ChangedContents | undefined;
  #stat: FileStat | undefined;

  constructor(change: FileChange, settings: DiffFileSettings) {
    this.status = change.status;
    this.old = change.old;
    this.new = change.new;
    this.score = change.score;
    this.#change = change;
    this.#settings = settings;
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

  /** What changed as `formatStat` takes it, with sizes for binary files; `undefined` where nothing that counts did. @throws {GovcError} object-missing */
  get stat(): FileStat | undefined {
    return fileStats([this.#change], this.#settings.source, this.#settings)[0];
  }

  /** The hunks, compared anew at each call. @throws {GovcError} object-missing */
  *hunks(): Generator<DiffHunk, void, void> {
    const found = this.#compare();
    if (found === undefined) return;
    const { diff } = found;
    const marks = this.#settings.moves?.marksOf(this);
    let changed = 0;
    const moved = (): MovedLine | undefined => marks?.[changed++];
    for (const hunk of found.hunks) {
      const { oldStart, newStart, newCount } = hunk;
      const shown: DiffLine[] = [];
      let oldAt = oldStart;
      let newAt = newStart;
      const addContext = (end: number): void => {
        for (; newAt < end; newAt++, oldAt++) shown.push(lineAt('context', diff.new, { at: newAt, oldAt, newAt }));
      };
      for (const change of hunk.changes) {
        addContext(change.newStart);
        for (let i = 0; i < change.oldCount; i++, oldAt++) {
          shown.push(lineAt('deleted', diff.old, { at: oldAt, oldAt, newAt: undefined, moved: moved() }));
        }
        for (let i = 0; i < change.newCount; i++, newAt++) {
          shown.push(lineAt('added', diff.new, { at: newAt, oldAt: undefined, newAt, moved: moved() }));
        }
      }
      addContext(newStart + newCount);
      yield { ...placeOf(hunk), lines: shown };
    }
  }

  /**
   * The hunks with changed words instead of changed lines. What a word is says the option `wordRegex`, the driver of the file
   * (its attribute `diff`), or `diff.wordRegex`.
   *
   * @throws {GovcError} object-missing; pattern-invalid: the expression of the driver
   */
  *wordHunks(): Generator<DiffWordHunk, void, void> {
    const found = this.#compare();
    if (found === undefined) return;
    const { source, words } = this.#settings;
    const pattern = words.pattern ?? wordPatternOf(source, this.#change) ?? words.fallback;
    for (const hunk of found.hunks) yield { ...placeOf(hunk), pieces: wordPieces(found.diff, hunk, pattern) };
  }

  /**
   * White space errors and conflict markers in added lines, by the attributes `whitespace` and `conflict-marker-size` and by
   * `core.whitespace`: what `git diff --check` finds. Lines count from 1.
   *
   * @throws {GovcError} object-missing, config-invalid
   */
  introducedErrors(): IntroducedError[] {
    const { source, checkRuleOf } = this.#settings;
    const { old, new: new_ } = this.#read();
    if (this.new === undefined || isBinarySide(source, this.new, new_)) return [];
    const { whitespace, markerSize } = checkRuleOf(this.path);
    return findIntroducedErrors(old, new_, { rule: whitespace, markerSize })
      .map(({ line, kinds }) => ({ line: line + 1, kinds }));
  }

  /** The rows in which moved lines are looked for, one for each changed line and others between. @throws {GovcError} object-missing */
  rows(): DiffRow[] {
    const found = this.#compare();
    return found === undefined ? [] : diffRows(found.diff, found.hunks);
  }

  #compare(): { readonly diff: LineDiff; readonly hunks: readonly Hunk[] } | undefined {
    const { old, new: new_, isBinary } = this.#read();
    if (isBinary || hasSameId(this.#change)) return undefined;
    const { lines, hunks, source } = this.#settings;
    const trimsTail = hunks.contextLines === 0 && hunks.functionContext !== true;
    const diff = diffLines(old, new_, trimsTail ? { ...lines, trimsTail } : lines);
    const functionPattern = hunks.functionPattern ?? functionPatternOf(source, this.#change);
    return { diff, hunks: makeHunks(diff, { ...hunks, functionPattern }) };
  }

  #read(): ChangedContents {
    return (this.#contents ??= readContents(this.#settings.source, this.#change));
  }

  #count(): FileStat {
    const nothing = { change: this.#change, added: 0, deleted: 0, isBinary: false };
    return (this.#stat ??= fileStats([this.#change], this.#settings.source, this.#settings)[0] ?? nothing);
  }
}

function lineAt(
  kind: DiffLine['kind'], lines: Lines,
  { at, oldAt, newAt, moved }: {
    readonly at: number; readonly oldAt: number | undefined; readonly newAt: number | undefined; readonly moved?: MovedLine | undefined;
  },
): DiffLine {
  return {
    kind,
    bytes: lineRange(lines, at, at + 1),
    oldLine: oldAt === undefined ? undefined : oldAt + 1,
    newLine: newAt === undefined ? undefined : newAt + 1,
    moved,
  };
}

function placeOf({ oldStart, oldCount, newStart, newCount, section }: Hunk): DiffHunkPlace {
  return {
    oldStart: oldCount === 0 ? oldStart : oldStart + 1, oldCount,
    newStart: newCount === 0 ? newStart : newStart + 1, newCount, section,
  };
}
