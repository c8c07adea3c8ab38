/** The best sources for each target, as Git keeps them: four for each, and all of them from best to worst. */

/** A source that may be that of a target. */
export interface Candidate<Source, Target> {
  readonly source: Source;
  readonly target: Target;
  readonly score: number;
  /** 1 when both have the same base name: it decides between equal scores. */
  readonly nameScore: number;
}

const CANDIDATES_PER_TARGET = 4;

/** Scores every source for every target. O(sources * targets). */
export function rankCandidates<Source, Target>(
  targets: readonly Target[],
  sources: readonly Source[],
  score: (source: Source, target: Target) => { readonly score: number; readonly nameScore: number },
): Candidate<Source, Target>[] {
  const all: Candidate<Source, Target>[] = [];
  for (const target of targets) {
    const kept: (Candidate<Source, Target> | undefined)[] = new Array<undefined>(CANDIDATES_PER_TARGET).fill(undefined);
    for (const source of sources) {
      const candidate = { source, target, ...score(source, target) };
      const worst = indexOfWorst(kept);
      const current = kept[worst];
      if (current === undefined || compare(current, candidate) > 0) kept[worst] = candidate;
    }
    for (const candidate of kept) if (candidate !== undefined) all.push(candidate);
  }
  return all.sort(compare);
}

/** The first of the worst; an empty place is worse than any candidate. */
function indexOfWorst(kept: readonly (Candidate<unknown, unknown> | undefined)[]): number {
  let worst = 0;
  for (let i = 1; i < kept.length && kept[worst] !== undefined; i++) {
    const candidate = kept[i];
    if (candidate === undefined || compare(candidate, kept[worst]!) > 0) worst = i;
  }
  return worst;
}

function compare(left: Candidate<unknown, unknown>, right: Candidate<unknown, unknown>): number {
  return right.score - left.score || right.nameScore - left.nameScore;
}
