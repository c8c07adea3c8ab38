/**
 * The history beside a log as lines (git-log(1), "--graph"): the same characters in the same places as Git's.
 *
 * Each commit takes a few rows, one state after the other:
 *
 *     skip ──▶ before (room for an octopus) ──▶ commit ──▶ merge (its edges) ──▶ collapsing ──▶ padding
 *
 * A `mapping` says for each character of a row which column of the next commit the edge there leads to; columns are two
 * characters wide. Edges move left by a character a row until all stand where they belong.
 */
import type { ObjectId } from '@govc/core';

const COLOR = new RegExp(String.fromCharCode(27) + '\\[[0-9;]*m', 'g');

type State = 'padding' | 'skip' | 'before' | 'commit' | 'merge' | 'collapsing';

interface Column {
  readonly id: ObjectId;
  readonly color: number;
}

/** A commit as the graph sees it. */
export interface GraphCommit {
  readonly id: ObjectId;
  /** Only parents that are shown, too. */
  readonly parents: readonly ObjectId[];
  /** `*` or another character. */
  readonly mark: string;
}

/** The graph of one log. */
export class HistoryGraph {
  readonly #colors: readonly string[];
  #commit: GraphCommit | undefined;
  #width = 0;
  #expansionRow = 0;
  #state: State = 'padding';
  #lastState: State = 'padding';
  #index = 0;
  #lastIndex = 0;
  /** 0: edges of a merge begin at its left; 1: below it. */
  #layout = 0;
  #edgesAdded = 0;
  #lastEdgesAdded = 0;
  #columns: Column[] = [];
  #next: Column[] = [];
  #mapping: number[] = [];
  #lastMapping: number[] = [];
  #color: number;

  /** @param colors codes that columns take in turn; empty for none */
  constructor(colors: readonly string[]) {
    this.#colors = colors;
    this.#color = Math.max(0, colors.length - 1);
  }

  /** Whether all rows of the commit were given. */
  get isFinished(): boolean {
    return this.#state === 'padding';
  }

  /** Goes on to the next commit. */
  update(commit: GraphCommit): void {
    this.#commit = commit;
    this.#lastIndex = this.#index;
    this.#updateColumns(commit);
    this.#expansionRow = 0;
    this.#state = this.#state !== 'padding' ? 'skip' : this.#needsRoom() ? 'before' : 'commit';
  }

  /** The rows up to that of the commit, which has no line feed. */
  commitRows(): string {
    if (this.isFinished) return this.padding();
    let text = '';
    while (!this.isFinished) {
      const isCommit = this.#state === 'commit';
      text += this.row();
      if (isCommit) break;
      text += '\n';
    }
    return text;
  }

  /** The rows that are left, with line feeds between them; `''` where none is. */
  remainder(): string {
    const rows: string[] = [];
    while (!this.isFinished) rows.push(this.row());
    return rows.join('\n');
  }

  /** A text with a row before each line but the first, and what is left of the rows behind it. */
  message(text: string): string {
    const isComplete = text.endsWith('\n');
    const lines = (isComplete ? text.slice(0, -1) : text).split('\n');
    let result = lines.map((line, index) => (index === 0 ? line : this.row() + line)).join('\n');
    if (isComplete) result += '\n';
    if (this.isFinished) return result;
    return `${result}${isComplete ? '' : '\n'}${this.remainder()}${isComplete ? '\n' : ''}`;
  }

  /** A row that only goes on with what is there, as beside a patch. */
  padding(): string {
    if (this.#state !== 'commit') return this.row();
    const cells: string[] = [];
    for (const column of this.#columns) {
      const isWide = column.id === this.#commit!.id && this.#commit!.parents.length > 2;
      cells.push(this.#paint(column, '|'), ' '.repeat(isWide ? (this.#commit!.parents.length - 2) * 2 : 1));
    }
    this.#lastState = 'padding';
    return this.#padded(cells);
  }

  /** The next row. */
  row(): string {
    switch (this.#state) {
      case 'padding': return this.#padded(this.#next.flatMap((column) => [this.#paint(column, '|'), ' ']));
      case 'skip': {
        this.#enter(this.#needsRoom() ? 'before' : 'commit');
        return this.#padded(['...']);
      }
      case 'before': return this.#roomRow(this.#commit!);
      case 'commit': return this.#commitRow(this.#commit!);
      case 'merge': return this.#mergeRow(this.#commit!);
      case 'collapsing': return this.#collapsingRow();
    }
  }

  #enter(state: State): void {
    this.#lastState = this.#state;
    this.#state = state;
  }

  #updateColumns(commit: GraphCommit): void {
    [this.#columns, this.#next] = [this.#next, []];
    const count = commit.parents.length;
    this.#mapping = new Array<number>(2 * (this.#columns.length + count)).fill(-1);
    this.#width = 0;
    this.#lastEdgesAdded = this.#edgesAdded;
    this.#edgesAdded = 0;
    const isKnown = this.#columns.some(({ id }) => id === commit.id);
    const row = isKnown ? this.#columns.map(({ id }) => id) : [...this.#columns.map(({ id }) => id), commit.id];
    for (const [i, id] of row.entries()) {
      if (id !== commit.id) {
        this.#insert(id, -1, count);
        continue;
      }
      this.#index = i;
      this.#layout = -1;
      for (const parent of commit.parents) {
        // A merge and a new column take another colour.
        if (count > 1 || !isKnown) this.#color = this.#colors.length === 0 ? 0 : (this.#color + 1) % this.#colors.length;
        this.#insert(parent, i, count);
      }
      if (count === 0) this.#width += 2;
    }
    while (this.#mapping.length > 1 && this.#mapping.at(-1)! < 0) this.#mapping.pop();
  }

  #insert(id: ObjectId, from: number, parentCount: number): void {
    let i = this.#next.findIndex((column) => column.id === id);
    if (i < 0) {
      i = this.#next.length;
      this.#next.push({ id, color: this.#columns.find((column) => column.id === id)?.color ?? this.#color });
    }
    let at: number;
    if (parentCount > 1 && from > -1 && this.#layout === -1) {
      // The first parent of a merge decides which way its edges lean.
      const distance = from - i;
      const shift = distance > 1 ? 2 * distance - 3 : 1;
      this.#layout = distance > 0 ? 0 : 1;
      this.#edgesAdded = parentCount + this.#layout - 2;
      at = this.#width + (this.#layout - 1) * shift;
      this.#width += 2 * this.#layout;
    } else if (this.#edgesAdded > 0 && i === this.#mapping[this.#width - 2]) {
      // The last edge of a merge joins the column to its right.
      at = this.#width - 2;
      this.#edgesAdded = -1;
    } else {
      at = this.#width;
      this.#width += 2;
    }
    this.#mapping[at] = i;
  }

  /** Whether rows are needed that make room for a merge of many. */
  #needsRoom(): boolean {
    const count = this.#commit?.parents.length ?? 0;
    return count >= 3 && this.#index < this.#columns.length - 1 && this.#expansionRow < (count + this.#edgesAdded - 3) * 2;
  }

  #isSettled(): boolean {
    return this.#mapping.every((target, i) => target < 0 || target === Math.floor(i / 2));
  }

  #roomRow(commit: GraphCommit): string {
    const cells: string[] = [];
    let isBehind = false;
    for (const [i, column] of this.#columns.entries()) {
      if (column.id === commit.id) {
        isBehind = true;
        cells.push(this.#paint(column, '|'), ' '.repeat(this.#expansionRow));
      } else if (isBehind && (this.#expansionRow > 0 || (this.#lastState === 'merge' && this.#lastIndex < i))) {
        cells.push(this.#paint(column, '\\'));
      } else {
        cells.push(this.#paint(column, '|'));
      }
      cells.push(' ');
    }
    this.#expansionRow++;
    if (!this.#needsRoom()) this.#enter('commit');
    return this.#padded(cells);
  }

  /** The columns with the commit among them, or behind them where no child was shown. */
  #row(commit: GraphCommit): (Column | undefined)[] {
    return this.#columns.some(({ id }) => id === commit.id) ? this.#columns : [...this.#columns, undefined];
  }

  #commitRow(commit: GraphCommit): string {
    const cells: string[] = [];
    let isBehind = false;
    for (const [i, column] of this.#row(commit).entries()) {
      if (column === undefined || column.id === commit.id) {
        isBehind = true;
        cells.push(commit.mark);
        if (commit.parents.length > 2) this.#pushOctopus(cells, commit.parents.length);
      } else if (isBehind && this.#edgesAdded > 1) {
        cells.push(this.#paint(column, '\\'));
      } else if (isBehind && this.#edgesAdded === 1) {
        const leans = this.#lastState === 'merge' && this.#lastEdgesAdded > 0 && this.#lastIndex < i;
        cells.push(this.#paint(column, leans ? '\\' : '|'));
      } else {
        const leans = this.#lastState === 'collapsing' && this.#lastMapping[2 * i + 1] === i && (this.#mapping[2 * i] ?? -1) < i;
        cells.push(this.#paint(column, leans ? '/' : '|'));
      }
      cells.push(' ');
    }
    this.#enter(commit.parents.length > 1 ? 'merge' : this.#isSettled() ? 'padding' : 'collapsing');
    return this.#padded(cells);
  }

  #pushOctopus(cells: string[], parentCount: number): void {
    const count = parentCount + this.#layout - 3;
    for (let i = 0; i < count; i++) {
      const column = this.#next[this.#mapping[(this.#index + i + 2) * 2] ?? 0]!;
      cells.push(this.#paint(column, '-'), this.#paint(column, i === count - 1 ? '.' : '-'));
    }
  }

  #mergeRow(commit: GraphCommit): string {
    const cells: string[] = [];
    let isBehind = false;
    let parentColumn: Column | undefined;
    for (const [i, column] of this.#row(commit).entries()) {
      if (column === undefined || column.id === commit.id) {
        isBehind = true;
        let edge = this.#layout;
        for (const [j, parent] of commit.parents.entries()) {
          cells.push(this.#paint(this.#next.find(({ id }) => id === parent)!, '/|\\'[edge]!));
          if (edge < 2) edge++;
          else if (this.#edgesAdded > 0 || j < commit.parents.length - 1) cells.push(' ');
        }
        if (this.#edgesAdded === 0) cells.push(' ');
      } else if (isBehind) {
        cells.push(this.#paint(column, this.#edgesAdded > 0 ? '\\' : '|'), ' ');
      } else {
        cells.push(this.#paint(column, '|'));
        if (this.#layout !== 0 || i !== this.#index - 1) cells.push(parentColumn === undefined ? ' ' : this.#paint(parentColumn, '_'));
      }
      if (column !== undefined && column.id === commit.parents[0]) parentColumn = column;
    }
    this.#enter(this.#isSettled() ? 'padding' : 'collapsing');
    return this.#padded(cells);
  }

  #collapsingRow(): string {
    const old = this.#mapping;
    const mapping = new Array<number>(old.length).fill(-1);
    let [edge, edgeTarget] = [-1, -1];
    const level = (target: number, from: number, at: number): void => {
      if (edge !== -1) return;
      [edge, edgeTarget] = [at, target];
      for (let j = target * 2 + 3; j < from - 2; j += 2) mapping[j] = target;
    };
    for (const [i, target] of old.entries()) {
      if (target < 0) continue;
      if (target * 2 === i) {
        mapping[i] = target;
      } else if (mapping[i - 1]! < 0) {
        mapping[i - 1] = target;
        level(target, i, i);
      } else if (mapping[i - 1] !== target) {
        // An edge that leads elsewhere is crossed.
        mapping[i - 2] = target;
        level(target, i, i - 1);
      }
    }
    this.#lastMapping = [...mapping];
    if (mapping.at(-1)! < 0) mapping.pop();
    this.#mapping = mapping;
    const cells: string[] = [];
    let isLevel = false;
    for (const [i, target] of mapping.entries()) {
      if (target < 0) {
        cells.push(' ');
      } else if (target * 2 === i) {
        cells.push(this.#paint(this.#next[target]!, '|'));
      } else if (target === edgeTarget && i !== edge - 1) {
        // Only the first part of a level edge goes on in the next row.
        if (i !== target * 2 + 3) mapping[i] = -1;
        isLevel = true;
        cells.push(this.#paint(this.#next[target]!, '_'));
      } else {
        if (isLevel && i < edge) mapping[i] = -1;
        cells.push(this.#paint(this.#next[target]!, '/'));
      }
    }
    if (this.#isSettled()) this.#enter('padding');
    return this.#padded(cells);
  }

  #paint({ color }: Column, character: string): string {
    const code = this.#colors[color];
    return code === undefined ? character : `${code}${character}\x1b[m`;
  }

  #padded(cells: readonly string[]): string {
    let width = 0;
    for (const cell of cells) width += cell.startsWith('\x1b') ? 1 : cell.length;
    return cells.join('') + ' '.repeat(Math.max(0, this.#width - width));
  }
}

/** How wide a row is on a terminal. */
export function graphWidth(row: string): number {
  return row.replaceAll(COLOR, '').length;
}
