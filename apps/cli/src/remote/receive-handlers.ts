import { GovcError } from '@govc/core';
import type { Decision, PushHandlers } from '@govc/core/protocol';
import { EMPTY_BATCH, locateGitDirectory } from '@govc/core/storage';
import { Hooks, type HookSurroundings } from '@govc/server';

import type { Session } from '../session/session.js';

/** Decisions whose hooks come after `pre-receive` and find what was pushed in the repository itself. */
const MIGRATING: ReadonlySet<Decision['kind']> = new Set(['proc-receive', 'update', 'update-worktree']);

/** What a push into a repository of this machine needs: a place for its pack, and Git's hooks to ask. */
export function receiveHandlers(session: Session): PushHandlers {
  const { repository, io } = session;
  const { name, email } = session.identity('committer', { isStrict: false });
  const hooks = new Hooks({ env: io.env, logger: { info: ignore } });
  const surroundings: HookSurroundings = {
    directory: locateGitDirectory(session.gitDirectory), config: () => session.config, namespace: io.env['GIT_NAMESPACE'],
    committer: { name, email }, remoteUser: undefined, remoteAddress: undefined, signal: io.signal,
  };
  const known = new Set(repository.snapshot.packs);
  let isMigrated = false;

  async function migrate(decision: Decision): Promise<void> {
    if (isMigrated) return;
    isMigrated = true;
    const packs = decision.push.view.packs.filter((pack) => !known.has(pack));
    if (packs.length === 0) return;
    const batch = { ...EMPTY_BATCH, packs, origin: 'push' };
    repository.apply(batch);
    await repository.flush(batch);
  }

  return {
    spool: repository.spool,
    async decide(decision, tell) {
      if (MIGRATING.has(decision.kind) && (await hooks.has(surroundings, decision.kind))) await migrate(decision);
      return hooks.decide(decision, surroundings, tell);
    },
    async apply(batch) {
      try {
        const result = repository.apply(batch);
        if (result.ok) await repository.flush(batch);
        return { kind: 'applied', result };
      } catch (error) {
        if (!(error instanceof GovcError)) throw error;
        return { kind: 'apply-failed', message: error.message };
      }
    },
  };
}

function ignore(): void {
  // What a hook says goes to the client, not to a log.
}
