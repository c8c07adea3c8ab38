import { findApproxidate } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';

const TEXT_MAX = 100;

/**
 * A moment in seconds since 1970, from RFC 3339, Unix seconds, or a date as people say it (`yesterday`, `2 weeks ago`), as Git reads it.
 *
 * @throws {ServerError} moment-invalid
 */
export function parseMoment(text: string, nowSeconds: number): number {
  const bare = text.trim();
  if (/^\d{1,11}(\.\d{1,9})?$/.test(bare)) return Math.floor(Number(bare));
  const isRfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/.test(bare);
  const ms = isRfc3339 ? Date.parse(bare.replace(' ', 'T').toUpperCase()) : Number.NaN;
  const seconds = isRfc3339 ? Math.floor(ms / 1000) : bare.length > TEXT_MAX ? undefined : findApproxidate(bare, { nowSeconds });
  if (seconds !== undefined && !Number.isNaN(seconds)) return seconds;
  throw new ServerError('moment-invalid', `"${bare.slice(0, TEXT_MAX)}" is no moment: write RFC 3339, Unix seconds, or a date such as "2 days ago".`, {
    timestamp: bare.slice(0, TEXT_MAX),
  });
}
