/** The commands of our own that are described as data, loaded when they are asked for. */
import type { OwnCommand } from './verb.js';

/** By name, in the order in which they are explained. */
export const OWN_COMMANDS: Readonly<Record<string, () => Promise<OwnCommand>>> = {
  auth: async () => (await import('../commands/auth.js')).AUTH,
  context: async () => (await import('../commands/context.js')).CONTEXT,
  repo: async () => (await import('../commands/repo.js')).REPO,
  user: async () => (await import('../commands/user.js')).USER,
  role: async () => (await import('../commands/role.js')).ROLE,
  apikey: async () => (await import('../commands/apikey.js')).APIKEY,
  webhook: async () => (await import('../commands/webhook.js')).WEBHOOK,
  reality: async () => (await import('../commands/reality.js')).REALITY,
  tx: async () => (await import('../commands/tx.js')).TX,
  events: async () => (await import('../commands/events.js')).EVENTS,
  container: async () => (await import('../commands/container.js')).CONTAINER,
  migrate: async () => (await import('../commands/migrate.js')).MIGRATE,
  completion: async () => (await import('../commands/completion.js')).COMPLETION,
};
