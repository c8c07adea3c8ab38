import { errorAt } from '../errors.js';

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A duration as Go writes them (`1m30s`) in nanoseconds. @throws {ContainersError} instruction-invalid */
export function parseNanoseconds(text: string, line: number): number {
  if (text === '0') return 0;
  let total = 0;
  let rest = text;
  while (rest !== '') {
    const match = /^(\d{1,9}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h)/.exec(rest);
    if (match === null) throw errorAt(line, 'instruction-invalid', `${JSON.stringify(text.slice(0, 40))} is no duration such as 30s or 1m30s`);
    total += Number(match[1]) * UNITS[match[2]!]!;
    rest = rest.slice(match[0].length);
  }
  if (text === '' || !Number.isSafeInteger(Math.round(total))) throw errorAt(line, 'instruction-invalid', 'a duration is missing or too long');
  return Math.round(total);
}
