import type { Endpoint, Reply } from '../http/endpoint.js';

/** What `/api/v2` has; each is the route of `/api/v1` under the same path, where nothing else is said. */
const ROUTES: readonly (readonly [method: Endpoint['method'], path: string])[] = [
  ['post', '/repos'], ['get', '/repos'], ['get', '/repos/{id}'], ['delete', '/repos/{id}'],
  ['post', '/repos/{id}/files'], ['get', '/repos/{id}/files'], ['put', '/repos/{id}/files'], ['delete', '/repos/{id}/files'],
  ['post', '/repos/{id}/files/move'], ['get', '/repos/{id}/tree'], ['get', '/repos/{id}/status'],
  ['post', '/repos/{id}/commits'], ['get', '/repos/{id}/commits'],
  ['post', '/repos/{id}/branches'], ['post', '/repos/{id}/checkout'], ['post', '/repos/{id}/merge'], ['post', '/repos/{id}/tags'],
  ['post', '/repos/{id}/stashes'], ['get', '/repos/{id}/stashes'], ['get', '/repos/{id}/stashes/{stash_id}'],
  ['post', '/repos/{id}/stashes/{stash_id}/apply'], ['delete', '/repos/{id}/stashes/{stash_id}'],
  ['post', '/repos/{id}/hooks'], ['get', '/repos/{id}/hooks'], ['get', '/repos/{id}/hooks/{hook_id}'], ['delete', '/repos/{id}/hooks/{hook_id}'],
  ['post', '/repos/{id}/hooks/execute/{hook_type}'],
];

/**
 * The second version of the original's API: the same routes again, of which the log also says how many commits it gives as `total`.
 *
 * @param v1 the routes of the first version
 */
export function secondVersion(v1: readonly Endpoint[]): Endpoint[] {
  return ROUTES.map(([method, path]) => {
    const found = v1.find((each) => each.method === method && each.path === `/api/v1${path}`);
    if (found === undefined) throw new Error(`Invariant broken in @govc/server: there is no ${method} /api/v1${path}.`);
    const again: Endpoint = { ...found, path: `/api/v2${path}` };
    return method === 'get' && path.endsWith('/commits') ? withTotal(again) : again;
  });
}

function withTotal(endpoint: Endpoint): Endpoint {
  const said = endpoint.answers[200] ?? {};
  return {
    ...endpoint,
    answers: { ...endpoint.answers, 200: { ...said, title: 'LogWithTotal', properties: { ...(said['properties'] as object), total: { type: 'integer' } } } },
    async handle(call): Promise<Reply> {
      const given = await endpoint.handle(call);
      const body = given.body as { readonly count: number };
      return { ...given, body: { ...body, total: body.count } };
    },
  };
}
