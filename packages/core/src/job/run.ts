import { GovcError } from '../errors.js';
import type { Job, Progress } from './job.js';

/** How {@link driveJob} shares the thread. */
export interface DriveOptions {
  /** Stops the job at its next yield. Default: never. */
  readonly signal?: AbortSignal | undefined;
  /** How long the job may hold the thread before others run. Default: 4 ms. */
  readonly sliceMs?: number | undefined;
  /** Told at the end of a slice, at most once per slice. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Drives a job to its end in slices of a few milliseconds, giving the event loop a turn after each.
 *
 * @throws {GovcError} aborted: `signal` was raised; the job was ended and its `finally` blocks ran.
 */
export async function driveJob<Result>(job: Job<Result>, options: DriveOptions = {}): Promise<Result> {
  const { signal, sliceMs = 4, onProgress } = options;
  try {
    for (;;) {
      throwIfAborted(signal);
      const sliceEnd = performance.now() + sliceMs;
      let progress: Progress | undefined;
      do {
        const step = job.next();
        if (step.done === true) {
          // What comes next is often another job: together they must not take longer than a slice.
          if (performance.now() >= sliceEnd) await nextTurn();
          return step.value;
        }
        progress = step.value;
      } while (performance.now() < sliceEnd);
      onProgress?.(progress);
      await nextTurn();
    }
  } finally {
    job.return(undefined as never);
  }
}

/**
 * As {@link driveJob} for work that gives pieces of bytes besides progress: each is waited for until it was taken.
 *
 * @param take what becomes of a piece; others get their turn while it is waited for
 * @throws {GovcError} aborted, and what `take` throws; the work was ended.
 */
export async function drivePieces<Result>(
  work: Generator<Uint8Array | Progress, Result, void>, take: (piece: Uint8Array) => Promise<void>, options: DriveOptions = {},
): Promise<Result> {
  const { signal, sliceMs = 4, onProgress } = options;
  try {
    for (let sliceEnd = performance.now() + sliceMs; ;) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (step.value instanceof Uint8Array) {
        await take(step.value);
      } else if (performance.now() >= sliceEnd) {
        onProgress?.(step.value);
        await nextTurn();
      } else {
        continue;
      }
      throwIfAborted(signal);
      sliceEnd = performance.now() + sliceMs;
    }
  } finally {
    work.return(undefined as never);
  }
}

/**
 * Resolves after the event loop has served waiting input and timers once.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** @throws {GovcError} aborted: when `signal` was raised. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new GovcError('aborted', 'The work was stopped by its caller.', {}, { cause: signal.reason });
  }
}
