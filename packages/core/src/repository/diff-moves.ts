import { findMovedLines, MOVED, MOVED_ALTERNATE, MOVED_DIM, type DiffRow, type MovedLinesOptions } from '../diff/moved-lines.js';

/** How a line was moved. */
export interface MovedLine {
  /** Whether it belongs to every second one of blocks that touch (modes `zebra`, `dimmed-zebra`). */
  readonly isAlternate: boolean;
  /** Whether it lies inside a block, away from its borders (mode `dimmed-zebra`). */
  readonly isDim: boolean;
}

/** What moved lines are looked for in. */
export interface RowSource {
  rows(): DiffRow[];
}

/** Moved lines of all files of a comparison, found when the first is asked for. */
export class MoveSearch {
  readonly #options: MovedLinesOptions;
  #files: readonly RowSource[] = [];
  #found: ReadonlyMap<RowSource, readonly (MovedLine | undefined)[]> | undefined;

  constructor(options: MovedLinesOptions) {
    this.#options = options;
  }

  /** Says in which files to search, in their order. */
  search(files: readonly RowSource[]): void {
    this.#files = files;
  }

  /** For each deleted and added line of a file, in the order of its hunks, how it was moved. @throws {GovcError} object-missing */
  marksOf(file: RowSource): readonly (MovedLine | undefined)[] {
    return (this.#found ??= this.#find()).get(file) ?? [];
  }

  #find(): Map<RowSource, (MovedLine | undefined)[]> {
    const rows: DiffRow[] = [];
    const ends = this.#files.map((file) => {
      for (const row of file.rows()) rows.push(row);
      return rows.length;
    });
    const marks = findMovedLines(rows, this.#options);
    const found = new Map<RowSource, (MovedLine | undefined)[]>();
    let at = 0;
    this.#files.forEach((file, index) => {
      const lines: (MovedLine | undefined)[] = [];
      for (; at < ends[index]!; at++) if (rows[at]!.kind !== 'other') lines.push(movedLine(marks[at]!));
      found.set(file, lines);
    });
    return found;
  }
}

function movedLine(mark: number): MovedLine | undefined {
  if ((mark & MOVED) === 0) return undefined;
  return { isAlternate: (mark & MOVED_ALTERNATE) !== 0, isDim: (mark & MOVED_DIM) !== 0 };
}
