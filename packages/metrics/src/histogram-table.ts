/**
 * Histograms whose series are counted in place: an observation is a walk along the bounds and three additions, so that what it costs
 * is small beside what it measures.
 */

/** One series of a histogram. */
export interface HistogramCell {
  /** Counts a value, in the unit of the metric. */
  observe(value: number): void;
}

/** One line of the page. */
export interface HistogramValue {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

class Cell implements HistogramCell {
  readonly counts: Float64Array;
  sum = 0;

  constructor(readonly labels: Readonly<Record<string, string>>, readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds } = this;
    let index = 0;
    while (index < bounds.length && value > bounds[index]!) index++;
    this.counts[index]!++;
    this.sum += value;
  }
}

/** The series of one histogram. */
export class HistogramTable {
  readonly #bounds: readonly number[];
  readonly #cells: Cell[] = [];

  /** @param bounds upper bounds, rising */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  /** A new series; the caller asks once for each set of labels. */
  cell(labels: Readonly<Record<string, string>>): HistogramCell {
    const cell = new Cell(labels, this.#bounds);
    this.#cells.push(cell);
    return cell;
  }

  /** The lines of the page: counts up to each bound, their sum and their number. */
  *values(name: string): Generator<HistogramValue> {
    for (const { labels, counts, sum } of this.#cells) {
      let total = 0;
      for (const [index, bound] of this.#bounds.entries()) {
        total += counts[index]!;
        yield { metricName: `${name}_bucket`, labels: { le: bound, ...labels }, value: total };
      }
      total += counts[this.#bounds.length]!;
      yield { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: total };
      yield { metricName: `${name}_sum`, labels, value: sum };
      yield { metricName: `${name}_count`, labels, value: total };
    }
  }
}
