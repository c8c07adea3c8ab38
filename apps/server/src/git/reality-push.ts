import { ACCEPTED, type PushHandlers } from '@govc/core/protocol';
import { TemporaryFileSpool, type IncomingPack, type Spool } from '@govc/core/storage';

import type { KeptReality } from '../realities/realities.js';
import { WorkingFiles } from '../routes/working-files.js';
import type { GitParts } from './git-parts.js';

/**
 * A push to a reality: it takes effect there and nowhere else, so neither hooks nor rules are asked; they are when the reality is
 * published. What is pushed counts against the size of the reality, and is in a file without a name until then.
 */
export function realityPushHandlers({ live: { realities }, temporaryPath }: GitParts, kept: KeptReality): PushHandlers {
  const { reality } = kept;
  const { algorithm } = reality.snapshot;
  return {
    spool: countingSpool(new TemporaryFileSpool({ algorithm, path: temporaryPath }), (size) => realities.grow(kept, size)),
    async decide(decision) {
      if (decision.kind !== 'proc-receive') return ACCEPTED;
      return { kind: 'proc-receive', reports: [], error: "cannot find hook 'proc-receive'", problems: [] };
    },
    async apply(batch) {
      if (!reality.isOpen) return { kind: 'apply-failed', message: 'the reality has ended' };
      const result = reality.apply(batch);
      kept.files = new WorkingFiles(reality);
      return { kind: 'applied', result };
    },
  };
}

function countingSpool(spool: Spool, grow: (sizeBytes: number) => void): Spool {
  return {
    async open(): Promise<IncomingPack> {
      const pack = await spool.open();
      const write = pack.write.bind(pack);
      pack.write = async (chunk) => {
        grow(chunk.length);
        await write(chunk);
      };
      return pack;
    },
  };
}
