import { refused, type PushHandlers } from '@govc/core/protocol';

import { contextOf } from '../http/context.js';
import type { GitCall } from './git-routes.js';
import type { GitParts } from './git-parts.js';

/** Handlers that ask the policies first, before any hook, with all commands of the push. */
export function withPolicies({ live, namespace }: GitParts, { hosted, request }: GitCall, handlers: PushHandlers): PushHandlers {
  const { principal, signal } = contextOf(request);
  const idOrNull = (id: string): string | null => /^0+$/.test(id) ? null : id;
  return {
    ...handlers,
    async decide(decision, tell) {
      if (decision.kind === 'pre-receive' && live.policies.concern(hosted.id)) {
        const changes = decision.commands.map(({ name, oldId, newId }) => ({ ref: namespace.prefix + name, old: idOrNull(oldId), new: idOrNull(newId) }));
        const question = { repositoryId: hosted.id, principal, source: 'push' as const, changes, pushOptions: decision.push.options, signal };
        const refusal = await live.policies.findRefusal(question);
        if (refusal !== undefined) {
          await tell(`${refusal.message}\n`);
          return refused(refusal.message);
        }
      }
      return handlers.decide(decision, tell);
    },
  };
}
