import type { Writable } from 'node:stream';

import { type LogLevel, levelRank } from './level.js';
import { type LogFields, type LogFormat, renderRecord } from './record.js';
import { type RepeatFilter, type RepeatLimit, createRepeatFilter, kindOf } from './repeats.js';
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
  /**
   * Starts the clock of an operation; the returned function writes a record of it with `duration_ms`. Default level `INFO`; further
   * calls of that function write nothing.
   */
  timer(message: string, fields?: LogFields): (end?: { readonly level?: LogLevel | undefined; readonly fields?: LogFields | undefined }) => void;
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
  /** Fields of whatever the program works on now, weaker than all others; see `LogContext.fields`. Default none. */
  readonly context?: (() => LogFields | undefined) | undefined;
  /** Milliseconds that never go back, for timers. Default: `clock`. */
  readonly ticks?: (() => number) | undefined;
  /** How often a warning or error may repeat itself. Default: without limit. */
  readonly repeats?: RepeatLimit | undefined;
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
  const { context = (): undefined => undefined, ticks = clock, repeats } = options;
  const filter = repeats === undefined ? undefined : createRepeatFilter(repeats);
  return bind({ sink, clock, ticks, format, rankMin: levelRank(level), context, filter }, fields);
}

const ALL = { suppressed: 0 } as const;

interface Output {
  readonly sink: Sink;
  readonly clock: () => number;
  readonly format: LogFormat;
  readonly rankMin: number;
  readonly ticks: () => number;
  readonly context: () => LogFields | undefined;
  readonly filter: RepeatFilter | undefined;
}

/** Records of requests are of lower levels and all wanted. */
const REPEATING_RANK = levelRank('WARN');

function bind(output: Output, inherited: LogFields): Logger {
  const { sink, clock, ticks, format, rankMin, context, filter } = output;
  const isEnabled = (level: LogLevel): boolean => levelRank(level) >= rankMin;
  const write = (level: LogLevel, message: string, fields: LogFields): void =>
    sink.write(level, renderRecord({ timeMs: clock(), level, message, fields }, format));
  const log = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (!isEnabled(level)) return;
    const dropped = sink.takeDropped();
    if (dropped > 0) write('WARN', 'log records were dropped because their destination is too slow', { dropped });
    const admitted = filter === undefined || levelRank(level) < REPEATING_RANK ? ALL : filter.admit(kindOf(level, message, fields), clock());
    if (admitted === undefined) return;
    const suppressed = admitted.suppressed === 0 ? undefined : { suppressed: admitted.suppressed };
    write(level, message, { ...context(), ...inherited, ...fields, ...suppressed });
  };
  const timer: Logger['timer'] = (message, fields) => {
    const beginMs = ticks();
    let isOver = false;
    return ({ level = 'INFO', fields: more } = {}) => {
      if (isOver) return;
      isOver = true;
      log(level, message, { ...fields, ...more, duration_ms: Math.round((ticks() - beginMs) * 1000) / 1000 });
    };
  };
  return {
    debug: (message, fields) => log('DEBUG', message, fields),
    info: (message, fields) => log('INFO', message, fields),
    warn: (message, fields) => log('WARN', message, fields),
    error: (message, fields) => log('ERROR', message, fields),
    fatal: (message, fields) => log('FATAL', message, fields),
    log,
    isEnabled,
    timer,
    child: (fields) => bind(output, { ...inherited, ...fields }),
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}
