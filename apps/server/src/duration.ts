import { ServerError } from './errors.js';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a duration such as `30m`, `24h`, `1h30m` or `500ms`; a bare number counts seconds.
 *
 * @returns milliseconds
 * @throws {ServerError} config-value-invalid: the text spells no duration.
 */
export function parseDuration(text: string, name: string): number {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return bounded(Number(trimmed) * 1000, text, name);
  let totalMs = 0;
  let rest = trimmed;
  while (rest !== '') {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)/.exec(rest);
    if (match === null) throw invalid(text, name);
    totalMs += Number(match[1]) * UNITS_MS[match[2]!]!;
    rest = rest.slice(match[0].length);
  }
  if (trimmed === '') throw invalid(text, name);
  return bounded(totalMs, text, name);
}

/** Timers count in 31 bits; a longer wait would end at once. */
function bounded(valueMs: number, text: string, name: string): number {
  if (valueMs > 0x7fff_ffff * 10) throw invalid(text, name);
  return Math.round(valueMs);
}

function invalid(text: string, name: string): ServerError {
  return new ServerError(
    'config-value-invalid',
    `${name} is ${JSON.stringify(text.slice(0, 60))}, which is no duration; write one such as 90s, 30m or 24h.`,
    { name, value: text.slice(0, 60) },
  );
}
