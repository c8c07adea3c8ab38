import type { Writable } from 'node:stream';

import { type LogLevel, levelRank } from './level.js';
import { type LogFields, type LogFormat, renderRecord } from './record.js';
import { type Sink, createSink } from './sink.js';

/** Writes records at five levels. Calls never throw and never wait; `flush` waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The process cannot go on. Ending it is left to the caller. */
  fatal(message: string, fields?: LogFields): void;
  log(level: LogLevel, message: string, fields?: LogFields): void;
  /** Whether records of this level are written, to spare the making of costly fields. */
  isEnabled(level: LogLevel): boolean;
  /** A logger whose records carry these fields too; a field given at the call wins. It shares stream and level. */
  child(fields: LogFields): Logger;
  /**
   * Resolves when every record so far was taken by the stream.
   *
   * @throws {LoggingError} log-destination-failed: the stream reported an error.
   */
  flush(): Promise<void>;
  /** As `flush`; afterwards this logger, its parent and children write nothing. The stream is left open. */
  close(): Promise<void>;
}

/** What a logger needs to know. */
export interface LoggerOptions {
  /** Takes UTF-8 lines, for example `process.stderr`. */
  readonly destination: Writable;
  /** Milliseconds since 1970, for example `Date.now`. */
  readonly clock: () => number;
  /** The least level that is written. Default `INFO`. */
  readonly level?: LogLevel | undefined;
  /** Default `json`. */
  readonly format?: LogFormat | undefined;
  /** Fields of every record. Default none. */
  readonly fields?: LogFields | undefined;
  /** Lines that may wait for a slow stream; later ones are dropped and counted. Default 10,000. */
  readonly queueMax?: number | undefined;
}

/**
 * A logger that writes one line a record.
 *
 * @example
 * const logger = createLogger({ destination: process.stderr, clock: Date.now });
 * logger.child({ request_id: 'req-1' }).info('repository created', { repository: 'my-repo' });
 */
export function createLogger(options: LoggerOptions): Logger {
  const { destination, clock, level = 'INFO', format = 'json', fields = {}, queueMax = 10_000 } = options;
  const sink = createSink(destination, queueMax);
  return bind({ sink, clock, format, rankMin: levelRank(level) }, fields);
}

interface Output {
  readonly sink: Sink;
  readonly clock: () => number;
  readonly format: LogFormat;
  readonly rankMin: number;
}

function bind(output: Output, inherited: LogFields): Logger {
  const { sink, clock, format, rankMin } = output;
  const isEnabled = (level: LogLevel): boolean => levelRank(level) >= rankMin;
  const write = (level: LogLevel, message: string, fields: LogFields): void =>
    sink.write(level, renderRecord({ timeMs: clock(), level, message, fields }, format));
  const log = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (!isEnabled(level)) return;
    const dropped = sink.takeDropped();
    if (dropped > 0) write('WARN', 'log records were dropped because their destination is too slow', { dropped });
    write(level, message, { ...inherited, ...fields });
  };
  return {
    debug: (message, fields) => log('DEBUG', message, fields),
    info: (message, fields) => log('INFO', message, fields),
    warn: (message, fields) => log('WARN', message, fields),
    error: (message, fields) => log('ERROR', message, fields),
    fatal: (message, fields) => log('FATAL', message, fields),
    log,
    isEnabled,
    child: (fields) => bind(output, { ...inherited, ...fields }),
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}
