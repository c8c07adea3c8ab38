/** Calls back later; tests bring their own. */
export interface Timers {
  /** Calls `work` once after some milliseconds; gives the function that takes that back. It keeps no process running. */
  after(ms: number, work: () => void): () => void;
}

/** The timers of the machine. */
export const SYSTEM_TIMERS: Timers = {
  after(ms, work) {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
