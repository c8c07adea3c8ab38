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
        if (step.done === true) return step.value;
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
