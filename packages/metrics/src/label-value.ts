/**
 * Values of labels, which must come from small sets: every new value is a time series that lives as long as the process.
 *
 * Clients choose methods, statuses and paths, so each is mapped into a closed set and everything else becomes `other`.
 */

/** Stands for every value outside the closed set. */
export const OTHER = 'other';

const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/** An HTTP method of RFC 9110 or 5789 in upper case, or `other`. */
export function methodLabel(method: string): string {
  const upper = method.length > 16 ? '' : method.toUpperCase();
  return METHODS.has(upper) ? upper : OTHER;
}

/** A status from 100 to 599 as text, or `other`. */
export function statusLabel(status: number): string {
  return Number.isInteger(status) && status >= 100 && status <= 599 ? String(status) : OTHER;
}

/** Admits the first `countMax` distinct values of at most `lengthMax` UTF-16 units; later and longer ones are `other`. */
export function createLabelSet(countMax: number, lengthMax: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (value.length > lengthMax || known.size >= countMax) return OTHER;
    known.add(value);
    return value;
  };
}
