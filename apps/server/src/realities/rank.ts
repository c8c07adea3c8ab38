import type { KeptReality } from './realities.js';

/** A reality with what it is compared by. */
export interface RankedReality {
  readonly kept: KeptReality;
  readonly score: number;
}

/** The realities that have a score of that name, the best first; equal ones in the order in which they were made. */
export function rankRealities(
  all: readonly KeptReality[], { by, order }: { readonly by: string; readonly order: 'highest' | 'lowest' },
): RankedReality[] {
  const ranked = all.flatMap((kept) => {
    const score = kept.scores.get(by);
    return score === undefined ? [] : [{ kept, score }];
  });
  return ranked.sort((a, b) => order === 'highest' ? b.score - a.score : a.score - b.score);
}
