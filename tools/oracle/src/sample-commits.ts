import type { Repository } from '@govc/core';
import { parseCommit, type ObjectId } from '@govc/core/plumbing';

/** A commit that was picked. */
export interface SampledCommit {
  readonly id: ObjectId;
  readonly tree: ObjectId;
  readonly parents: readonly { readonly id: ObjectId; readonly tree: ObjectId }[];
}

/** Commits of a repository, picked evenly at random from all that its refs reach; the same for the same seed. */
export function sampleCommits(
  repository: Repository, { count, seed }: { readonly count: number; readonly seed: number },
): SampledCommit[] {
  const { snapshot } = repository;
  const known = new Set<ObjectId>();
  const waiting: ObjectId[] = [];
  const add = (id: ObjectId): void => {
    if (known.has(id)) return;
    known.add(id);
    waiting.push(id);
  };
  for (const { target } of repository.tags()) if (snapshot.objects.findHeader(target)?.type === 'commit') add(target);
  for (const { id } of repository.branches()) add(id);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) for (const parent of commitAt(repository, id).parents) add(parent);
  const random = makeRandom(seed);
  return [...known].sort()
    .map((id) => ({ id, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, count)
    .map(({ id }) => {
      const { tree, parents } = commitAt(repository, id);
      return { id, tree, parents: parents.map((parent) => ({ id: parent, tree: commitAt(repository, parent).tree })) };
    });
}

function commitAt(repository: Repository, id: ObjectId): { readonly tree: ObjectId; readonly parents: readonly ObjectId[] } {
  const { objects, algorithm } = repository.snapshot;
  return parseCommit(objects.find(id)!.body, algorithm);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
