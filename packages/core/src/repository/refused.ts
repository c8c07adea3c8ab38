import { GovcError, type ErrorCode } from '../errors.js';
import type { Refusal } from '../store/apply.js';

const CODES: Readonly<Record<Refusal['reason'], ErrorCode>> = {
  'conflict': 'ref-conflict',
  'clash': 'ref-name-clash',
  'missing-target': 'object-missing',
  'not-a-commit': 'object-type-mismatch',
  'duplicate': 'transaction-refused',
};

/** The error for a batch that was refused: by its one reason, or `transaction-refused` for several. */
export function refusedError(refusals: readonly Refusal[]): GovcError {
  const first = refusals[0];
  if (first !== undefined && refusals.length === 1) {
    return new GovcError(CODES[first.reason], first.message, { name: first.name, refusals });
  }
  const messages = refusals.slice(0, 10).map((refusal) => refusal.message).join(' ');
  return new GovcError('transaction-refused', `The batch was refused. ${messages}`, { refusals });
}
