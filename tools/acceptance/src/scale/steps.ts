import { Repository } from '@govc/core';
import type { ObjectId, ObjectType } from '@govc/core/plumbing';

/** One thing that is done to something huge; what it gives is printed. */
export type Step = readonly [name: string, action: () => string | number];

/** Something huge and what is done to it. */
export interface ScaleCase {
  readonly name: string;
  readonly title: string;
  /** The heap that V8 may use. */
  readonly heapMegabytes: number;
  /** The most resident memory that the process may have held in the end. */
  readonly memoryMegabytes: number;
  /** @param commitCount how long a history is to be */
  steps(commitCount: number): Iterable<Step>;
}

/** Writes objects. */
export type Write = (type: ObjectType, body: Uint8Array) => ObjectId;

/** The time of the first commit. */
export const START_SECONDS = 1_000_000_000;

/** Writes a commit; the number says when it was made. */
export function writeCommit(write: Write, commit: { readonly tree: ObjectId; readonly parents: readonly ObjectId[]; readonly number: number }): ObjectId {
  const { tree, parents, number } = commit;
  const person = `A <a@example.com> ${START_SECONDS + number} +0000`;
  return write('commit', Buffer.from(
    `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join('')}author ${person}\ncommitter ${person}\n\n${number}\n`,
  ));
}

/** A repository in memory with what a function writes: it gives the commits of branches. */
export function makeRepository(write: (write: Write) => Readonly<Record<string, ObjectId>>): Repository {
  const repository = Repository.init({ clock: () => (START_SECONDS + 10_000_000) * 1000 });
  repository.propose({ origin: 'scale' }, (draft) => {
    for (const [name, id] of Object.entries(write((type, body) => draft.write(type, body)))) {
      draft.setRef(`refs/heads/${name}` as Parameters<typeof draft.setRef>[0], id);
    }
  });
  return repository;
}

/** Throws unless two values are the same. */
export function mustBe(actual: string | number, expected: string | number): string | number {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
  return actual;
}

/** How many steps an iteration has. */
export function countOf(steps: Iterable<unknown>): number {
  let count = 0;
  for (const _ of steps) count++;
  return count;
}
