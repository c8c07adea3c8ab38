import { parseRepositoryId } from '../repositories/repository-id.js';
import { carryOver } from '../auth/carry-over.js';
import { authorize } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { changeRepository } from './changes.js';
import { PAGE_PROPERTIES, pageOf, pageQuery, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { REPOSITORY, repositoryBody } from './repository-body.js';

interface NewRepositoryBody {
  readonly id: string;
  readonly memory_only?: boolean;
  readonly default_branch?: string;
  readonly object_format?: 'sha1' | 'sha256';
  readonly description?: string;
}

const NEW_REPOSITORY: Schema = {
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 300, description: 'May hold slashes: team/app.' },
    memory_only: { type: 'boolean', default: false, description: 'The repository ends with the server.' },
    default_branch: { type: 'string', minLength: 1, maxLength: 250, default: 'main' },
    object_format: { type: 'string', enum: ['sha1', 'sha256'], default: 'sha1' },
    description: { type: 'string', maxLength: 10_000 },
  },
};

const LIST: Schema = {
  type: 'object',
  required: ['repositories', 'count'],
  properties: { repositories: { type: 'array', items: REPOSITORY }, total: { type: 'integer' }, ...PAGE_PROPERTIES },
};

/** `/api/v1/repos`: the repositories themselves. */
export function repoRoutes(parts: RouteParts): Endpoint[] {
  const { repositories, gate } = parts;
  return [
    endpoint<unknown, PageQuery>({
      method: 'get', path: '/api/v1/repos', summary: 'List repositories', tag: 'repositories', permission: 'public',
      query: { type: 'object', properties: pageQuery(1000) },
      answers: { 200: LIST },
      async handle(call) {
        const { context, origin } = call;
        const ids = await repositories.list();
        const visible = ids.filter((id) => gate.permits(context.principal, 'repo:read', id));
        const page = pageOf(call, visible);
        const found = [];
        for (const id of page.items) {
          const lease = await repositories.acquire(id);
          try {
            found.push(repositoryBody(lease.resource, origin));
          } finally {
            lease.release();
          }
        }
        return { ...reply(200, { repositories: found, total: visible.length, ...page.fields }), headers: page.headers };
      },
    }),
    endpoint<NewRepositoryBody>({
      method: 'post', path: '/api/v1/repos', summary: 'Create a repository', tag: 'repositories', permission: 'repo:write',
      body: NEW_REPOSITORY, answers: { 201: REPOSITORY },
      async handle({ body, origin }) {
        const lease = await repositories.create({
          id: parseRepositoryId(body.id),
          isMemoryOnly: body.memory_only ?? false,
          defaultBranch: body.default_branch ?? 'main',
          objectFormat: body.object_format ?? 'sha1',
          description: body.description ?? '',
        });
        try {
          const created = repositoryBody(lease.resource, origin);
          return { status: 201, body: created, headers: { Location: `/api/v1/repos/${encodeURIComponent(created.id)}` } };
        } finally {
          lease.release();
        }
      },
    }),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}', summary: 'Get repository info', tag: 'repositories', permission: 'repo:read',
      answers: { 200: REPOSITORY },
      handle: (call) => readRepository(parts, call, (hosted) => reply(200, repositoryBody(hosted, call.origin))),
    }),
    changing(parts),
    endpoint({
      method: 'delete', path: '/api/v1/repos/{id}', summary: 'Delete a repository', tag: 'repositories', permission: 'repo:delete',
      answers: { 200: { type: 'object', required: ['status'], properties: { status: { const: 'deleted' } } } },
      async handle(call) {
        const { live, logger } = parts;
        const id = await readRepository(parts, call, (hosted) => hosted.id);
        const webhooks = await live.webhooks.list(id);
        await repositories.delete(id);
        const { principal } = call.context;
        // Who deletes does not wait for those who are told.
        live.webhooks.announceDeletion(webhooks, principal === undefined ? null : { name: principal.username, email: principal.email })
          .catch((error: unknown) => logger.error('that a repository was deleted could not be told', { repository: id, error }));
        return reply(200, { status: 'deleted' });
      },
    }),
  ];
}

function changing(parts: RouteParts): Endpoint {
  return endpoint<{ readonly id?: string; readonly default_branch?: string; readonly description?: string }>({
    method: 'patch', path: '/api/v1/repos/{id}', summary: 'Rename a repository, describe it, or put its HEAD on another branch', tag: 'repositories', permission: 'repo:admin',
    body: {
      type: 'object', additionalProperties: false, minProperties: 1,
      properties: {
        id: { type: 'string', minLength: 1, maxLength: 300, description: 'Its new id. Grants, rules, policies and webhooks go along.' },
        default_branch: { type: 'string', minLength: 1, maxLength: 250 },
        description: { type: 'string', maxLength: 10_000 },
      },
    },
    answers: { 200: REPOSITORY },
    async handle(call) {
      const { default_branch: branch, id, description } = call.body;
      const name = call.path['id'] ?? '';
      const to = id === undefined ? undefined : parseRepositoryId(id);
      if (to !== undefined) authorize(parts.gate, call.context.principal, { permission: 'repo:admin', repository: to });
      if (branch !== undefined) await putHead(parts, call, branch);
      if (description !== undefined) await describe(parts, call, description);
      if (to !== undefined && to !== name.replace(/\.git$/, '')) await rename(parts, call, to);
      const asked = to === undefined ? call : { ...call, path: { ...call.path, id: to } };
      return readRepository(parts, asked, (hosted) => reply(200, repositoryBody(hosted, call.origin)));
    },
  });
}

function describe(parts: RouteParts, call: Call, description: string): Promise<void> {
  return readRepository(parts, call, async (hosted) => {
    await parts.repositories.describe(hosted, description.trim());
    await parts.live.events.note(hosted, { type: 'repository', action: 'described', data: { description: hosted.description } });
  });
}

/** Everything that is said of a repository goes along with it. */
async function rename(parts: RouteParts, call: Call, to: string): Promise<void> {
  const { gate, repositories, live, random } = parts;
  const from = await readRepository(parts, call, ({ id }) => id);
  const makeId = (): string => Buffer.from(random(9)).toString('hex');
  const names = { from, to, makeId };
  await mustBeFree(parts, { from, to });
  await live.policies.carryOver(names, () => carryOver(gate.accounts, names, () => repositories.rename(from, to)));
  await live.webhooks.renameOf(from, to);
  await readRepository(parts, { ...call, path: { ...call.path, id: to } }, (hosted) =>
    live.events.note(hosted, { type: 'repository', action: 'renamed', data: { from, to } }));
}

/** What is said of another repository must not be touched. @throws {ServerError} repository-id-taken */
async function mustBeFree({ repositories }: RouteParts, { from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  const taken = (await repositories.list()).find((id) => id.toLowerCase() === to.toLowerCase() && id !== from);
  if (taken !== undefined) throw new ServerError('repository-id-taken', `There is a repository "${taken}" already.`, { id: to });
}

async function putHead(parts: RouteParts, call: Call, branch: string): Promise<void> {
  await changeRepository(parts, call, {}, {
    work(reality) {
      const isThere = reality.snapshot.refs.has(`refs/heads/${branch}`);
      // A repository without commits has no branches to choose from.
      if (!isThere && reality.branches().length > 0) throw new ServerError('branch-unknown', `There is no branch "${branch}".`, { name: branch });
      reality.setHead(branch);
    },
  });
}
