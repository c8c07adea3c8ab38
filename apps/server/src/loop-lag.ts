import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop runs what is due. */
export interface LoopLag {
  /** The 99th percentile of the last ten seconds or so, in milliseconds. */
  read(): number;
  close(): void;
}

const RESOLUTION_MS = 20;
const WINDOW_MS = 10_000;

/** Watches the event loop of this process from now on. Cost: a timer every 20 ms. */
export function watchLoopLag(): LoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let before = 0;
  const percentile = (): number => (histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS));
  const timer = setInterval(() => {
    before = percentile();
    histogram.reset();
  }, WINDOW_MS);
  timer.unref();
  return {
    // At the beginning of a window it has seen too little.
    read: () => Math.max(before, percentile()),
    close() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
