import { Writable } from 'node:stream';

import winston from 'winston';

import { LoggingError } from './errors.js';
import { LOG_LEVELS, type LogLevel } from './level.js';

/**
 * The way of a rendered line to its stream. The only file that knows winston.
 *
 * Invariants:
 * 1. Lines arrive in the order in which they were written.
 * 2. At most `queueMax` lines wait; further ones are counted and dropped, and the count is told once there is room again.
 * 3. An error of the stream never reaches the caller of `write`; `flush` tells it.
 */

/** Takes rendered lines. */
export interface Sink {
  write(level: LogLevel, line: string): void;
  /** How many lines were dropped since the last call, because the stream was too slow. */
  takeDropped(): number;
  /** Resolves when the stream has taken every line written so far. */
  flush(): Promise<void>;
  /** Flushes, then takes nothing more. The stream stays open: it belongs to whoever made it. */
  close(): Promise<void>;
}

/** A sink over `destination` that holds back at most `queueMax` lines. */
export function createSink(destination: Writable, queueMax: number): Sink {
  const waiting = new Set<() => void>();
  let pending = 0;
  let dropped = 0;
  let failure: Error | undefined;
  let closed = false;

  const settle = (): void => {
    if (pending > 0 && failure === undefined) return;
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const onError = (error: Error): void => {
    failure ??= error;
    settle();
  };
  destination.on('error', onError);

  const counting = new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      destination.write(line, () => {
        pending--;
        settle();
        done();
      });
    },
  });
  const logger = winston.createLogger({
    levels: Object.fromEntries([...LOG_LEVELS].reverse().map((level, rank) => [level, rank])),
    level: 'DEBUG',
    format: winston.format.printf((info) => info.line as string),
    transports: [new winston.transports.Stream({ stream: counting, eol: '\n' })],
    exitOnError: false,
  });

  const flush = async (): Promise<void> => {
    if (pending > 0 && failure === undefined) await new Promise<void>((resolve) => waiting.add(resolve));
    if (failure === undefined) return;
    throw new LoggingError('log-destination-failed', `the log could not be written: ${failure.message}`, {}, { cause: failure });
  };

  return {
    write(level, line) {
      if (closed || failure !== undefined) return;
      if (pending >= queueMax) {
        dropped++;
        return;
      }
      pending++;
      logger.log({ level, message: '', line });
    },
    takeDropped() {
      if (pending >= queueMax) return 0;
      const count = dropped;
      dropped = 0;
      return count;
    },
    flush,
    async close() {
      closed = true;
      try {
        await flush();
      } finally {
        destination.off('error', onError);
        logger.close();
      }
    },
  };
}
