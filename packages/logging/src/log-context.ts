import { AsyncLocalStorage } from 'node:async_hooks';

import type { LogFields } from './record.js';

/**
 * Fields that belong to whatever runs on behalf of one request, wherever in the program it logs: what is begun inside of `run`,
 * also after it has returned, finds them.
 */
export interface LogContext {
  /**
   * Runs `work` with these fields in every record that is written on its behalf. A function is asked at each record, so that what
   * becomes known later (who asks) is in later records.
   */
  run<Result>(fields: LogFields | (() => LogFields), work: () => Result): Result;
  /** The fields of whatever runs now; `undefined` outside of every `run`. */
  fields(): LogFields | undefined;
}

/** A context that nothing runs in yet. Cost: one entry and one look-up of an `AsyncLocalStorage`. */
export function createLogContext(): LogContext {
  const storage = new AsyncLocalStorage<LogFields | (() => LogFields)>();
  return {
    run: (fields, work) => storage.run(fields, work),
    fields() {
      const found = storage.getStore();
      return typeof found === 'function' ? found() : found;
    },
  };
}
