/** How many bytes are the same from two places on: growing native comparisons, then a loop over the last few. */
export function commonPrefix(left: Buffer, leftStart: number, right: Buffer, rightStart: number): number {
  const size = Math.min(left.length - leftStart, right.length - rightStart);
  let same = 0;
  let step = 256;
  for (;;) {
    const end = Math.min(size, same + step);
    if (same === end) return same;
    if (left.compare(right, rightStart + same, rightStart + end, leftStart + same, leftStart + end) === 0) {
      same = end;
      step *= 4;
    } else if (step <= 256) {
      break;
    } else {
      step = Math.max(256, step >> 3);
    }
  }
  while (same < size && left[leftStart + same] === right[rightStart + same]) same++;
  return same;
}
