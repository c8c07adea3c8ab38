/**
 * Work on files that may need programs: the filters of gitattributes(5). It is a generator that asks its driver for
 * each, so that the same work runs at once where no program is needed and waits where one is.
 */
import type { ObjectId } from '../hash/object-id.js';

/** What a filter is asked to do. */
export interface FilterRequest {
  /** The value of the attribute `filter`. */
  readonly driver: string;
  /** `clean`: from the worktree to an object; `smudge`: back. */
  readonly direction: 'clean' | 'smudge';
  readonly path: string;
  readonly content: Uint8Array;
  /** `filter.<driver>.clean` or `.smudge`. */
  readonly command: string | undefined;
  /** `filter.<driver>.process`, which is preferred. */
  readonly process: string | undefined;
  /** The object, where it is known. */
  readonly id: ObjectId | undefined;
}

/** What a filter made of the content; `undefined` where it could not be run or failed. */
export type FilterAnswer = Uint8Array | undefined;

/** Work that asks for filters and gives a result. */
export type FilterSteps<Result> = Generator<FilterRequest, Result, FilterAnswer>;

/** Runs filters. */
export type FilterRunner = (request: FilterRequest) => Promise<FilterAnswer>;

/** Does the work at once, without programs: every filter counts as failed. */
export function runSteps<Result>(steps: FilterSteps<Result>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next(undefined);
  return step.value;
}

/** Does the work with programs; waits only where one is asked for. */
export async function driveSteps<Result>(steps: FilterSteps<Result>, runner: FilterRunner): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await runner(step.value));
  return step.value;
}
