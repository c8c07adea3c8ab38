import { ServerError } from '../errors.js';
import { findHook } from '../hooks/run-hook.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { branchTip, currentBranch, refOfBranch } from '../realities/branch-tip.js';
import { readRepository, type RouteParts } from './parts.js';

/** The original's names for hooks, and Git's names of those that a server runs. */
const SERVER_HOOKS: Readonly<Record<string, string>> = {
  'pre-commit': 'pre-receive', 'pre-push': 'pre-receive', 'pre-merge': 'pre-receive', 'pre-receive': 'pre-receive', 'update': 'update',
  'post-commit': 'post-receive', 'post-push': 'post-receive', 'post-merge': 'post-receive', 'post-receive': 'post-receive',
};

interface ExecuteBody {
  readonly script?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly ref?: string;
  readonly new?: string;
}

/**
 * Hooks as the original calls them. What runs on the server is what its operator put there: executables in `hooks` of a repository's
 * directory, and policies; a client can ask what they would say, but sends no scripts.
 */
export function hookRoutes(parts: RouteParts): Endpoint[] {
  const { live, clock } = parts;
  return [
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/hooks/server', summary: 'List the hooks that run on the server', tag: 'webhooks', permission: 'repo:admin',
      answers: {
        200: {
          type: 'object', required: ['executables', 'policies'],
          properties: {
            executables: { type: 'array', items: { type: 'string' } },
            policies: {
              type: 'array',
              items: {
                type: 'object', required: ['id', 'repository', 'refs'],
                properties: { id: { type: 'string' }, repository: { type: 'string' }, refs: { type: 'array', items: { type: 'string' } }, description: { type: 'string' } },
              },
            },
          },
        },
      },
      handle: (call) => readRepository(parts, call, async ({ id, directory, repository }) => {
        const executables = [];
        for (const name of ['pre-receive', 'update', 'proc-receive', 'reference-transaction', 'post-receive', 'post-update', 'push-to-checkout']) {
          const at = directory === undefined ? undefined : { directory, config: () => repository.snapshot.config };
          if (at !== undefined && (await findHook(at as Parameters<typeof findHook>[0], name, undefined)) !== undefined) executables.push(name);
        }
        const policies = [...await live.policies.list('*'), ...await live.policies.list(id)].map(({ id: policy, repository: of, refs, description }) => ({ id: policy, repository: of, refs, description }));
        return reply(200, { executables, policies });
      }),
    }),
    endpoint<ExecuteBody>({
      method: 'post', path: '/api/v1/repos/{id}/hooks/execute/{hook_type}', summary: 'Ask what the policies would say of a change', tag: 'webhooks',
      permission: 'repo:admin', isBodyOptional: true,
      body: {
        type: 'object', additionalProperties: false,
        properties: {
          script: { type: 'string', maxLength: 1_000_000, description: 'Refused: the server runs no scripts of clients.' },
          environment: { type: 'object', additionalProperties: { type: 'string' }, description: 'Comes back as it is.' },
          timeout: { type: 'integer', minimum: 1, maximum: 300 },
          ref: { type: 'string', minLength: 1, maxLength: 4096, description: 'Full name. Default: the current branch.' },
          new: { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$', description: 'What it is to become.' },
        },
      },
      answers: {
        200: {
          type: 'object', required: ['success', 'hook', 'exit_code', 'output', 'duration_ms', 'environment'],
          properties: {
            success: { type: 'boolean' }, hook: { type: 'string' }, exit_code: { type: 'integer' }, output: { type: 'string' }, error: { type: 'string' },
            duration_ms: { type: 'number' }, environment: { type: 'object', additionalProperties: { type: 'string' } },
          },
        },
      },
      handle: (call) => readRepository(parts, call, async (hosted) => {
        const type = call.path['hook_type'] ?? '';
        const hook = Object.hasOwn(SERVER_HOOKS, type) ? SERVER_HOOKS[type] : undefined;
        if (hook === undefined) throw new ServerError('hook-type-unknown', `There is no hook "${type.slice(0, 60)}".`, { known: Object.keys(SERVER_HOOKS) });
        if (call.body.script !== undefined) throw new ServerError('script-refused', 'The server runs no scripts of clients; add a policy, or an executable on its disk.');
        const beginMs = clock();
        const ref = call.body.ref ?? refOfBranch(currentBranch(hosted.repository));
        const old = ref.startsWith('refs/heads/') ? branchTip(hosted.repository.snapshot, ref.slice('refs/heads/'.length)) ?? null : null;
        const refusal = hook === 'post-receive' ? undefined : await live.policies.findRefusal({
          repositoryId: hosted.id, principal: call.context.principal, source: 'rest', changes: [{ ref, old, new: call.body.new ?? null }], isDryRun: true, signal: call.context.signal,
        });
        return reply(200, {
          success: refusal === undefined, hook, exit_code: refusal === undefined ? 0 : 1, output: refusal?.message ?? '',
          ...(refusal === undefined ? {} : { error: refusal.message }), duration_ms: Math.max(0, clock() - beginMs), environment: call.body.environment ?? {},
        });
      }),
    }),
  ];
}
