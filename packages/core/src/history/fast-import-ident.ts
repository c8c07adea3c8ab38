import { findDate } from '../walk/parse-date.js';

/** How the dates of a stream are written: `git fast-import --date-format`. */
export type ImportDateFormat = 'raw' | 'raw-permissive' | 'rfc2822' | 'now';

/** The date format that a name stands for, or `undefined`. */
export function findDateFormat(name: string): ImportDateFormat | undefined {
  return name === 'raw' || name === 'raw-permissive' || name === 'rfc2822' || name === 'now' ? name : undefined;
}

/**
 * The identity of a commit or tag from its line in a stream, one character per byte.
 *
 * @returns the reason in place of it where the line breaks the rules
 */
export function importIdent(
  text: string, format: ImportDateFormat, nowSeconds: number,
): { readonly ident: string } | { readonly reason: string } {
  const match = /^(|[^<>]* )<([^<>]*)> ([^]*)$/.exec(text);
  if (match === null) return { reason: `"${text.slice(0, 80)}" is no name with <address> and date` };
  const [, name, address, when] = match as unknown as readonly [string, string, string, string];
  const date = importDate(when, format, nowSeconds);
  if (date === undefined) return { reason: `"${when.slice(0, 80)}" is no date in the format ${format}` };
  // Git keeps the space before an address without a name.
  return { ident: `${name === '' ? ' ' : name}<${address}> ${date}` };
}

function importDate(when: string, format: ImportDateFormat, nowSeconds: number): string | undefined {
  if (format === 'now') return when === 'now' ? `${nowSeconds} +0000` : undefined;
  if (format === 'rfc2822') {
    const found = findDate(when, { nowSeconds });
    if (found === undefined) return undefined;
    const minutes = Math.abs(found.offsetMinutes);
    const zone = String(Math.floor(minutes / 60) * 100 + (minutes % 60)).padStart(4, '0');
    return `${found.timeSeconds} ${found.offsetMinutes < 0 ? '-' : '+'}${zone}`;
  }
  const raw = /^\d{1,20} [+-](\d{1,20})$/.exec(when);
  if (raw === null || (format === 'raw' && Number(raw[1]) > 1400)) return undefined;
  return when;
}
