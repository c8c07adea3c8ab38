/**
 * The cheapest way to give every row a column of its own, by the shortest augmenting paths of Jonker and Volgenant
 * (Computing 38, 1987). Among equally cheap ones it is the one that Git finds, so every step goes in Git's order.
 */

/** A square table of whole numbers: the cost of column `c` for row `r` stands at `c + size * r`. */
export interface CostTable {
  readonly size: number;
  readonly costs: Int32Array;
}

const NONE = -1;

/** The row of every column. O(size^3). */
export function assignRows(table: CostTable): Int32Array {
  return table.size < 2 ? new Int32Array(table.size) : new Assignment(table).run();
}

class Assignment {
  readonly #size: number;
  readonly #costs: Int32Array;
  readonly #rowOf: Int32Array;
  readonly #columnOf: Int32Array;
  /** What columns cost less than the table says. */
  readonly #prices: Int32Array;
  #free: number[] = [];

  constructor({ size, costs }: CostTable) {
    this.#size = size;
    this.#costs = costs;
    this.#rowOf = new Int32Array(size).fill(NONE);
    this.#columnOf = new Int32Array(size).fill(NONE);
    this.#prices = new Int32Array(size);
  }

  run(): Int32Array {
    this.#reduceColumns();
    this.#transferReduction();
    if (this.#free.length === 0) return this.#rowOf;
    this.#reduceRows();
    this.#reduceRows();
    for (const row of this.#free) this.#augment(row);
    return this.#rowOf;
  }

  #cost(column: number, row: number): number {
    return this.#costs[column + this.#size * row]! - this.#prices[column]!;
  }

  /** Gives each column, the last first, to its cheapest row; a row that several want is marked by -2 - column. */
  #reduceColumns(): void {
    for (let column = this.#size - 1; column >= 0; column--) {
      let best = 0;
      for (let row = 1; row < this.#size; row++) if (this.#cost(column, best) > this.#cost(column, row)) best = row;
      this.#prices[column] = this.#costs[column + this.#size * best]!;
      const held = this.#columnOf[best]!;
      if (held === NONE) {
        this.#columnOf[best] = column;
        this.#rowOf[column] = best;
      } else if (held >= 0) {
        this.#columnOf[best] = -2 - held;
      }
    }
  }

  #transferReduction(): void {
    for (let row = 0; row < this.#size; row++) {
      const held = this.#columnOf[row]!;
      if (held === NONE) {
        this.#free.push(row);
      } else if (held < NONE) {
        this.#columnOf[row] = -2 - held;
      } else {
        let least = this.#cost(held === 0 ? 1 : 0, row);
        for (let column = 1; column < this.#size; column++) if (column !== held) least = Math.min(least, this.#cost(column, row));
        this.#prices[held] = this.#prices[held]! - least;
      }
    }
  }

  /** Gives each free row its cheapest column, and frees the row that had it. */
  #reduceRows(): void {
    const waiting = this.#free;
    const free: number[] = [];
    for (let next = 0; next < waiting.length; ) {
      const row = waiting[next++]!;
      const { first, second, least, other } = this.#cheapestTwo(row);
      let column = first;
      let owner = this.#rowOf[column]!;
      if (least < other) {
        this.#prices[column] = this.#prices[column]! - (other - least);
      } else if (owner >= 0) {
        column = second;
        owner = this.#rowOf[column]!;
      }
      if (owner >= 0) {
        if (least < other) waiting[--next] = owner;
        else free.push(owner);
      }
      this.#columnOf[row] = column;
      this.#rowOf[column] = row;
    }
    this.#free = free;
  }

  #cheapestTwo(row: number): { first: number; second: number; least: number; other: number } {
    let first = 0;
    let second = NONE;
    let least = this.#cost(0, row);
    let other = 0x7fff_ffff;
    for (let column = 1; column < this.#size; column++) {
      const cost = this.#cost(column, row);
      if (other <= cost) continue;
      if (least < cost) {
        other = cost;
        second = column;
      } else {
        other = least;
        least = cost;
        second = first;
        first = column;
      }
    }
    return second < 0 ? { first, second: first, least, other: least } : { first, second, least, other };
  }

  /** Finds the cheapest path from a free row to a free column, and goes back along it. */
  #augment(start: number): void {
    const { path, end } = this.#findPath(start);
    let column = end;
    for (;;) {
      const row = path[column]!;
      this.#rowOf[column] = row;
      const next = this.#columnOf[row]!;
      this.#columnOf[row] = column;
      column = next;
      if (row === start) return;
    }
  }

  #findPath(start: number): { readonly path: Int32Array; readonly end: number } {
    const size = this.#size;
    const distances = Int32Array.from({ length: size }, (_, column) => this.#cost(column, start));
    const path = new Int32Array(size).fill(start);
    const columns = Int32Array.from({ length: size }, (_, column) => column);
    // Columns before `low` are done, those before `up` are at the least distance, the others are further.
    let low = 0;
    let up = 0;
    let column = NONE;
    for (;;) {
      const done = low;
      let least = distances[columns[up++]!]!;
      for (let at = up; at < size; at++) {
        column = columns[at]!;
        const distance = distances[column]!;
        if (distance > least) continue;
        if (distance < least) {
          up = low;
          least = distance;
        }
        columns[at] = columns[up]!;
        columns[up++] = column;
      }
      let isFound = false;
      for (let at = low; at < up && !isFound; at++) isFound = this.#rowOf[columns[at]!] === NONE;
      // Git goes on with the column that it looked at last, which need not be the free one; so does this.
      while (!isFound && low !== up) {
        const from = columns[low++]!;
        const row = this.#rowOf[from]!;
        const base = this.#cost(from, row) - least;
        for (let at = up; at < size; at++) {
          const next = columns[at]!;
          column = next;
          const distance = this.#cost(next, row) - base;
          if (distance >= distances[next]!) continue;
          distances[next] = distance;
          path[next] = row;
          if (distance !== least) continue;
          isFound = this.#rowOf[next] === NONE;
          if (isFound) break;
          columns[at] = columns[up]!;
          columns[up++] = next;
        }
      }
      if (!isFound) continue;
      for (let at = 0; at < done; at++) {
        const held = columns[at]!;
        this.#prices[held] = this.#prices[held]! + distances[held]! - least;
      }
      return { path, end: this.#rowOf[column] === NONE ? column : this.#freeAmong(columns, low, up) };
    }
  }

  #freeAmong(columns: Int32Array, low: number, up: number): number {
    for (let at = low; at < up; at++) if (this.#rowOf[columns[at]!] === NONE) return columns[at]!;
    return columns[low]!;
  }
}
