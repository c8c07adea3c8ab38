import type { ReplayResolution } from '@govc/core';

import { ServerError } from '../errors.js';
import { matchedId } from '../http/conditions.js';
import { reply, type Call, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { branchTip, currentBranch } from '../realities/branch-tip.js';
import { headMoved } from '../realities/publish.js';
import type { KeptReality } from '../realities/realities.js';
import type { StoppedWork } from '../realities/stopped-work.js';
import { publishReality } from './changes.js';
import { resolutionsOf, type ResolutionsBody } from './conflicts.js';
import { readRepository, type RouteParts } from './parts.js';

/** What becomes of work that stops. */
export type OnConflict = 'refuse' | 'stop';

/** The schema of {@link OnConflict}. */
export const ON_CONFLICT: Schema = {
  type: 'string', enum: ['refuse', 'stop'], default: 'refuse',
  description: 'What happens where it stops: 409 and nothing is changed, or 202 and it is kept, to be gone on with under R/sequences/{sequence}.',
};

/** Begins work whose stops are kept. Nothing shows in the repository until it is finished. */
export function beginSequence(
  parts: RouteParts, call: Call, options: { readonly branch: string | undefined; readonly expectedHead: string | undefined }, work: (kept: KeptReality) => StoppedWork,
): Promise<Reply> {
  const { live: { realities }, random } = parts;
  return readRepository(parts, call, async (hosted) => {
    const branch = options.branch ?? currentBranch(hosted.repository);
    const id = `seq_${Buffer.from(random(16)).toString('hex')}`;
    const kept = realities.open(hosted, { kind: 'sequence', id, branch, ownerId: call.context.principal?.userId });
    try {
      const expected = options.expectedHead ?? matchedId(call);
      if (expected !== undefined && expected !== kept.base) {
        throw new ServerError('head-moved', `"${branch}" is at ${kept.base ?? 'no commit'}, not at ${expected}.`, { branch, expected_head: expected, actual_head: kept.base ?? null });
      }
      return await settleSequence(parts, call, { kept, done: work(kept) });
    } catch (error) {
      realities.end(kept);
      throw error;
    }
  });
}

/** Keeps what stopped, and publishes what is finished; what may not be published stays finished. */
export async function settleSequence(parts: RouteParts, call: Call, { kept, done }: { readonly kept: KeptReality; readonly done: StoppedWork }): Promise<Reply> {
  kept.stopped = done;
  if (done.kind !== 'finished') return reply(202, { ...done.body, sequence: sequenceLink(kept) });
  const { hosted, reality, batches, branch } = kept;
  const before = branchTip(hosted.repository.snapshot, branch);
  if (before !== kept.base) throw headMoved(kept, { target: branch, before, tip: branchTip(reality.snapshot, branch) });
  const moved = new Set(batches.flatMap(({ refs }) => refs.map(({ name }) => name as string)));
  await publishReality(parts, call, { hosted, reality, moved, batches });
  parts.live.realities.end(kept);
  return reply(200, done.body);
}

/** Where a stopped one can be gone on with. */
export function sequenceLink({ id, branch, stopped, createdMs, expiresMs, ownerId }: KeptReality) {
  return {
    id, kind: stopped?.kind === 'finished' ? stopped.of : (stopped?.kind ?? 'rebase'), branch,
    created_at: new Date(createdMs).toISOString(), expires_at: new Date(expiresMs).toISOString(),
    ...(ownerId === undefined ? {} : { owner: ownerId }),
  };
}

/** What a request says about the paths of a stop; paths that it does not name stay in conflict. */
export function resolutionFor(given: ResolutionsBody | undefined, conflicts: Parameters<typeof resolutionsOf>[1]): ReplayResolution {
  return { paths: resolutionsOf(given ?? {}, conflicts) as NonNullable<ReplayResolution['paths']> };
}
