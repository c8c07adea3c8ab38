import type { LogLevel } from './level.js';
import { type PlainValue, toPlainText, toPlainValue } from './plain-value.js';
import { REDACTED, isSecretName } from './redact.js';

/**
 * One line of the log.
 *
 *     {"timestamp":"2024-01-15T10:30:00.000Z","level":"INFO","message":"HTTP request processed","request_id":"req-1", ...}
 *
 * `timestamp` (RFC 3339, UTC, milliseconds), `level` and `message` come first and cannot be replaced by a field of that name.
 */

/** Named facts about an event. Values are converted to bounded plain data; names of secrets are redacted. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What one call of a logger says, before it is written out. */
export interface LogRecord {
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** How records become text: `json` is one object a line; `text` and `pretty`, which are the same, are for a terminal. */
export type LogFormat = 'json' | 'text' | 'pretty';

const RESERVED = new Set(['timestamp', 'level', 'message']);

/** The record as one line without its end; never throws, whatever the fields hold. */
export function renderRecord(record: LogRecord, format: LogFormat): string {
  const timestamp = new Date(record.timeMs).toISOString();
  const message = toPlainText(record.message);
  const fields = plainFields(record.fields);
  if (format === 'json') return JSON.stringify({ timestamp, level: record.level, message, ...Object.fromEntries(fields) });
  const pairs = fields.map(([name, value]) => ` ${name}=${quoteForTerminal(value)}`).join('');
  return `${timestamp} ${record.level.padEnd(5)} ${escapeControls(message)}${pairs}`;
}

function plainFields(fields: LogFields): (readonly [string, PlainValue])[] {
  const result: (readonly [string, PlainValue])[] = [];
  for (const name of Object.keys(fields)) {
    if (RESERVED.has(name)) continue;
    const value = isSecretName(name) ? REDACTED : toPlainValue(fields[name]);
    if (value !== undefined) result.push([name, value]);
  }
  return result;
}

function quoteForTerminal(value: PlainValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=\p{Cc}]+$/u.test(text) ? text : escapeControls(JSON.stringify(value));
}

/** Keeps what others choose (paths, names) from moving the cursor or starting a line of its own. */
function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
