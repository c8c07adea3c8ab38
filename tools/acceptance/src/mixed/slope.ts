/** A straight line through points, by least squares. */
export interface Line {
  /** Per unit of `x`. */
  readonly slope: number;
  readonly mean: number;
}

/** The line that fits best. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const count = points.length;
  const meanOf = (index: 0 | 1): number => points.reduce((sum, point) => sum + point[index], 0) / count;
  const meanX = meanOf(0);
  const mean = meanOf(1);
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - mean);
    variance += (x - meanX) ** 2;
  }
  return { slope: variance === 0 ? 0 : covariance / variance, mean };
}
