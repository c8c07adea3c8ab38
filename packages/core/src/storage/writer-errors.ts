import { GovcError, hasCode } from '../errors.js';
import type { Refusal } from '../store/apply.js';

/** Errors of an append that are about its batches, not about the storage: only these batches are undone. */
const REFUSALS = [
  'config-invalid', 'lock-held', 'ref-conflict', 'ref-invalid', 'ref-name-clash', 'ref-name-invalid', 'ref-refused',
  'transaction-refused', 'unsupported',
] as const;

/** Whether an append failed because of its batches. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.some((code) => hasCode(error, code));
}

/** The error for a batch that cannot be applied: `ref-conflict` where that is all, else `transaction-refused`. */
export function refusalError(refusals: readonly Refusal[]): GovcError {
  const [first] = refusals;
  const isConflict = refusals.every((refusal) => refusal.reason === 'conflict');
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : '';
  return new GovcError(
    isConflict ? 'ref-conflict' : 'transaction-refused',
    `${first?.message ?? 'The batch was refused.'}${more}`,
    { refusals },
  );
}

/** What a writer says from when its storage failed until it is reloaded. */
export function failedError(cause: unknown): GovcError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new GovcError(
    'writer-failed',
    `What was not durable yet could not be written (${reason}); reload the repository to go on writing.`,
    // Which of the errors of the system it was: ENOSPC is for someone else to mend than EIO.
    { code: hasCode(cause, 'io-failed') ? (cause as GovcError).data['code'] : undefined },
    { cause },
  );
}

/** What a closed writer says. */
export function closedError(): GovcError {
  return new GovcError('backend-closed', 'The repository was closed.');
}

/** What was thrown, as an error. */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Throws what a listener threw where no caller has to do with it. */
export function throwOutside(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
