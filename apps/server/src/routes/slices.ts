import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE_MS = 5;

/** Collects what an iterable gives, letting other requests run every few milliseconds. */
export async function collect<Value>(values: Iterable<Value>, signal: AbortSignal): Promise<Value[]> {
  const found: Value[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const value of values) {
    found.push(value);
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    signal.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return found;
}

/** Drives a generator to its end and gives what it returns, letting other requests run every few milliseconds. */
export async function finish<Result>(work: Generator<unknown, Result, void>, signal: AbortSignal): Promise<Result> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    if (performance.now() < sliceEnd) continue;
    await nextTurn();
    signal.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  }
}
