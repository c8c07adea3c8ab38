/**
 * A job is long work as a generator: it yields now and then, so that whoever drives it can let others
 * run, report progress or stop. It never awaits.
 */

/** What a job tells at a yield: the phase it is in and how far it has come. */
export interface Progress {
  /** A stable phase name for programs and people, for example "Resolving deltas". */
  readonly phase: string;
  readonly done: number;
  /** The expected total, or `undefined` while it is not known. */
  readonly total: number | undefined;
}

/** Work that yields progress and returns its result. Ended early with `return()`, it frees what it holds. */
export type Job<Result> = Generator<Progress, Result, void>;

/** Drives a job to its end at once, blocking, and gives its result. */
export function runJob<Result>(job: Job<Result>): Result {
  for (;;) {
    const step = job.next();
    if (step.done === true) return step.value;
  }
}
