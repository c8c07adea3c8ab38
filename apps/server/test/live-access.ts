/** What the routes of transactions, realities, time travel, events and webhooks demand. */
const below = (path: string, routes: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(routes).map(([route, access]) => {
    const [method = '', rest = ''] = route.split(' ');
    return [`${method} /api/v1/repos/{id}/${path}${rest}`, access];
  }));

const TRANSACTIONS: Readonly<Record<string, string>> = {
  'post ': 'repo:write', 'get ': 'repo:write', 'post /{tx_id}/add': 'repo:write', 'post /{tx_id}/remove': 'repo:write', 'post /{tx_id}/changes': 'repo:write',
  'get /{tx_id}': 'repo:write', 'get /{tx_id}/status': 'repo:write', 'get /{tx_id}/files/{path}': 'repo:write', 'get /{tx_id}/read/{path}': 'repo:write',
  'get /{tx_id}/tree': 'repo:write', 'get /{tx_id}/tree/{path}': 'repo:write', 'get /{tx_id}/diff': 'repo:write', 'post /{tx_id}/validate': 'repo:write',
  'post /{tx_id}/commit': 'repo:write', 'post /{tx_id}/rollback': 'repo:write', 'delete /{tx_id}': 'repo:write',
};

const REALITIES: Readonly<Record<string, string>> = {
  'post ': 'repo:write', 'get ': 'repo:read', 'delete ': 'repo:write', 'post /{reality}/apply': 'repo:write', 'post /{reality}/publish': 'repo:write',
  'delete /{reality}': 'repo:write', 'get /{reality}': 'repo:read', 'get /{reality}/files/{path}': 'repo:read', 'get /{reality}/read/{path}': 'repo:read',
  'get /{reality}/tree': 'repo:read', 'get /{reality}/tree/{path}': 'repo:read', 'get /{reality}/diff': 'repo:read', 'get /{reality}/log': 'repo:read',
  'post /{reality}/grep': 'repo:read', 'post /{reality}/validate': 'repo:read', 'post /{reality}/scores': 'repo:write',
  'post /{reality}/benchmark': 'repo:write', 'get /{reality}/benchmark': 'repo:read',
};

const WEBHOOKS: Readonly<Record<string, string>> = {
  'post ': 'webhook:write', 'get ': 'webhook:read', 'get /{hook_id}': 'webhook:read', 'patch /{hook_id}': 'webhook:write', 'put /{hook_id}': 'webhook:write',
  'delete /{hook_id}': 'webhook:delete', 'post /{hook_id}/ping': 'webhook:write', 'post /{hook_id}/pings': 'webhook:write', 'post /{hook_id}/test': 'webhook:write',
  'get /{hook_id}/deliveries': 'webhook:read', 'get /{hook_id}/deliveries/{delivery_id}': 'webhook:read',
  'post /{hook_id}/deliveries/{delivery_id}/redeliver': 'webhook:write', 'post /{hook_id}/deliveries/{delivery_id}/attempts': 'webhook:write',
};

const CONTAINERS: Readonly<Record<string, string>> = {
  'get /definitions': 'repo:read', 'post /definitions': 'repo:write', 'get /definitions/{path}': 'repo:read', 'put /definitions/{path}': 'repo:write',
  'delete /definitions/{path}': 'repo:write', 'post /build': 'repo:write', 'post /builds': 'repo:write', 'get /builds': 'repo:read',
  'get /builds/{build_id}': 'repo:read', 'delete /builds/{build_id}': 'repo:write', 'get /builds/{build_id}/logs': 'repo:read',
};

/** By method and path. */
export const LIVE_ROUTES: Readonly<Record<string, string>> = {
  ...below('transactions', TRANSACTIONS), ...below('transaction', TRANSACTIONS), ...below('realities', REALITIES), ...below('parallel-realities', REALITIES),
  ...below('webhooks', WEBHOOKS), ...below('hooks', WEBHOOKS), ...below('containers', CONTAINERS),
  ...below('hooks', { 'get /server': 'repo:admin', 'post /execute/{hook_type}': 'repo:admin' }),
  ...below('policies', { 'get ': 'repo:admin', 'post ': 'repo:admin', 'delete /{policy_id}': 'repo:admin' }),
  ...below('time-travel/{timestamp}', { 'get ': 'repo:read', 'get /read/{path}': 'repo:read', 'get /files/{path}': 'repo:read', 'get /tree': 'repo:read', 'get /tree/{path}': 'repo:read', 'get /log': 'repo:read' }),
  ...below('events', { 'get ': 'repo:read', 'get /stream': 'repo:read', 'get /history': 'repo:read' }), ...below('watch', { 'get ': 'repo:read' }),
  'get /api/v1/policies': 'system:admin', 'post /api/v1/policies': 'system:admin', 'delete /api/v1/policies/{policy_id}': 'system:admin',
};
