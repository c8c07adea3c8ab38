/**
 * The known word that is nearest to a mistyped one, or `undefined` when none is near: letters left out, added, changed, or two that
 * changed places count one each.
 *
 * @param distanceMax how many such mistakes are put up with; shorter words at most a third of their length
 */
export function findNearMatch(word: string, known: Iterable<string>, distanceMax = 2): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(distanceMax, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edit distance with transpositions (optimal string alignment); O(length × length), for names of settings. */
function distanceOf(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let value = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      const isSwapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwapped) value = Math.min(value, before[column - 2]! + 1);
      current.push(value);
    }
    before = last;
    last = current;
  }
  return last[other.length]!;
}
