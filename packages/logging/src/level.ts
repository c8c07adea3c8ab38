import { LoggingError } from './errors.js';

/** How much a record matters, rising from `DEBUG` to `FATAL`; written into records as is. */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

/** All levels, least important first. */
export const LOG_LEVELS: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** The place of a level in {@link LOG_LEVELS}: a larger number matters more. */
export function levelRank(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}

/**
 * Reads a level from configuration text: any letter case, `WARNING` too.
 *
 * @throws {LoggingError} log-level-unknown: the text names no level.
 */
export function parseLevel(text: string): LogLevel {
  const upper = text.trim().toUpperCase();
  const name = upper === 'WARNING' ? 'WARN' : upper;
  const level = LOG_LEVELS.find((candidate) => candidate === name);
  if (level !== undefined) return level;
  throw new LoggingError(
    'log-level-unknown',
    `log level ${JSON.stringify(text.slice(0, 40))} is unknown; use one of ${LOG_LEVELS.join(', ')}`,
    { level: text },
  );
}
