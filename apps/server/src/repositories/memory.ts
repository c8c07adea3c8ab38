import type { Batch, Snapshot } from '@govc/core';
import { memoryBytesOf, Pack } from '@govc/core/plumbing';
import type { MemoryBudget } from '@govc/core/storage';

import { ServerError } from '../errors.js';

/** Bytes of memory that a batch adds to a repository in memory; packs in files take none. */
function bytesOf({ objects, packs }: Batch): number {
  let bytes = 0;
  for (const { body } of objects) bytes += body.length;
  for (const pack of packs) if (pack instanceof Pack) bytes += pack.index.bytes.length + memoryBytesOf(pack.source);
  return bytes;
}

/**
 * Lets a repository in memory grow only as far as the memory of the server goes. What adds nothing always passes, so that a full one can be
 * emptied.
 *
 * @throws {ServerError} quota-exceeded
 */
export function admitWithin(budget: MemoryBudget, batch: Batch): void {
  const added = bytesOf(batch);
  if (added === 0 || budget.hasRoomFor(added)) return;
  const { heldBytes, holdableBytes: max } = budget;
  throw new ServerError(
    'quota-exceeded',
    `This is refused because repositories in memory would hold ${heldBytes + added} bytes, and the server may hold ${max} of its ` +
      'GOVC_STORAGE_MAX_MEMORY_MB; delete some of them, keep some on a disk, or give it more.',
    { quota: 'memory', max, wanted: heldBytes + added },
  );
}

/** The guard of a repository in memory: the budget of the server, then the quota of the repository. */
export function guardMemory(
  budget: MemoryBudget | undefined, admit: ((batch: Batch, current: Snapshot) => void) | undefined,
): ((batch: Batch, current: Snapshot) => void) | undefined {
  if (budget === undefined) return admit;
  return (batch, current) => {
    admitWithin(budget, batch);
    admit?.(batch, current);
  };
}
