import type { Identity } from '@govc/core';

/** The moment of an identity in RFC 3339, in the zone in which it was recorded; `Z` for UTC and odd zones. */
export function identityTime(identity: Identity): string {
  const { timeSeconds, timezone } = identity;
  const match = /^([+-])(\d{2})(\d{2})$/.exec(timezone);
  const offsetMinutes = match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
  if (offsetMinutes === 0 || Math.abs(offsetMinutes) >= 24 * 60) return isoSeconds(timeSeconds);
  const local = isoSeconds(timeSeconds + offsetMinutes * 60).replace('Z', '');
  return `${local}${match![1]!}${match![2]!}:${match![3]!}`;
}

/** A moment in RFC 3339, in UTC, to the second. */
export function isoSeconds(timeSeconds: number): string {
  const bounded = Math.min(Math.max(timeSeconds, -8.64e12), 8.64e12);
  return new Date(bounded * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
