import { findExpiryDate } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { Session } from './session.js';

/** The moment that an option names before which something expires, in seconds since 1970. @throws {Failure} it is none */
export function expiryDate({ io }: Session, text: string): number {
  return findExpiryDate(text, { nowSeconds: Math.floor(io.clock() / 1000), zone: io.zone }) ?? die(`malformed expiration date '${text}'`, 129);
}
