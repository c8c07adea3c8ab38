import { SHA1, type HashAlgorithm } from '../src/hash/algorithm.js';
import type { ObjectId } from '../src/hash/object-id.js';
import { makeCommit, serializeCommit } from '../src/object/commit.js';
import { YoungWriter } from '../src/store/young-objects.js';

/** One commit of a history that is described by numbers. */
export interface PlannedCommit {
  /** Indexes of earlier commits. */
  readonly parents: readonly number[];
  readonly timeSeconds: number;
}

/** Makes commits of the empty tree. */
export function makeHistory(
  plan: readonly PlannedCommit[], algorithm: HashAlgorithm = SHA1,
): { readonly objects: YoungWriter; readonly ids: readonly ObjectId[] } {
  const objects = new YoungWriter(algorithm);
  const ids: ObjectId[] = [];
  for (const [index, { parents, timeSeconds }] of plan.entries()) {
    const person = { name: 'A', email: 'a@example.com', timeSeconds, timezone: '+0000' };
    ids.push(objects.write('commit', serializeCommit(makeCommit({
      tree: algorithm.emptyTreeId, parents: parents.map((parent) => ids[parent]!),
      author: person, committer: person, message: `${index}\n`,
    }))));
  }
  return { objects, ids };
}

/** Numbers from 0 up to a bound, the same for the same seed. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** How a random history looks. */
export interface HistoryShape {
  readonly count: number;
  /** How many of the latest commits a new one may follow. */
  readonly width: number;
  /** One in so many commits is a merge. */
  readonly mergeEvery: number;
  /** One in so many has a clock that is far off; 0: none. */
  readonly skewEvery: number;
}

/** A history with branches, merges, criss-crosses, several roots, equal times and skewed clocks. */
export function planHistory(seed: number, { count, width, mergeEvery, skewEvery }: HistoryShape): PlannedCommit[] {
  const random = seededRandom(seed);
  const plan: PlannedCommit[] = [];
  for (let index = 0; index < count; index++) {
    const parents = new Set<number>();
    const pick = (): number => Math.max(0, index - 1 - random(width));
    if (index > 0 && random(40) > 0) parents.add(pick());
    if (parents.size > 0 && random(mergeEvery) === 0) {
      parents.add(pick());
      if (random(4) === 0) parents.add(pick());
    }
    const skew = skewEvery > 0 && random(skewEvery) === 0 ? random(4000) - 2000 : 0;
    plan.push({ parents: [...parents], timeSeconds: 1_600_000_000 + 10 * (index - random(2)) + skew });
  }
  return plan;
}

/** For each commit, the indexes of all it reaches, itself included. */
export function reachedSets(plan: readonly PlannedCommit[]): ReadonlySet<number>[] {
  const sets: Set<number>[] = [];
  for (const [index, { parents }] of plan.entries()) {
    const reached = new Set([index]);
    for (const parent of parents) for (const each of sets[parent]!) reached.add(each);
    sets.push(reached);
  }
  return sets;
}

/** A stream for `git fast-import` that makes the same history; each commit changes a file or two. */
export function fastImportStream(plan: readonly PlannedCommit[], seed = 1): string {
  const random = seededRandom(seed);
  const lines: string[] = [];
  for (const [index, { parents, timeSeconds }] of plan.entries()) {
    lines.push(`commit refs/heads/c${index}`, `mark :${index + 1}`);
    lines.push(`author A${random(3)} <a@example.com> ${timeSeconds - random(100)} +0100`);
    lines.push(`committer C${random(3)} <c@example.com> ${timeSeconds} +0000`);
    const message = `${['Add', 'Mend', 'change', 'Fix (two)'][random(4)]!} ${index}\n`;
    lines.push(`data ${message.length}`, message);
    for (const [order, parent] of parents.entries()) lines.push(`${order === 0 ? 'from' : 'merge'} :${parent + 1}`);
    for (let files = random(3); files > 0; files--) {
      const path = `${['', 'd/', 'd/e/', 'f/'][random(4)]!}${['a', 'b', 'c.txt'][random(3)]!}`;
      if (random(6) === 0) lines.push(`D ${path}`);
      else lines.push(`M 100644 inline ${path}`, 'data 2', `${random(4)}\n`);
    }
    lines.push('');
  }
  return lines.join('\n');
}
