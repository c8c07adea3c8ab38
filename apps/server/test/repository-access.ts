/** What every route of a repository demands, said once more so that a change of a route is a change here. */
const BY_ACCESS: Readonly<Record<string, readonly string[]>> = {
  'public': [
    'get /api/v2/repos',
  ],
  'repo:read': [
    'post /api/v1/repos/{id}/search/fulltext', 'get /api/v1/repos/{id}/search/suggestions', 'get /api/v1/repos/{id}/search/statistics',
    'post /api/v1/repos/{id}/search/aggregate', 'post /api/v1/repos/{id}/search/sql',
    'get /api/v1/repos/{id}/files', 'get /api/v1/repos/{id}/compare/{basehead}', 'get /api/v1/repos/{id}/show/{commit}',
    'get /api/v1/repos/{id}/commits/{commit}/patch', 'get /api/v1/repos/{id}/diff/working', 'get /api/v1/repos/{id}/diff/file/{path}',
    'get /api/v1/repos/{id}/diff/{from}/{to}', 'get /api/v1/repos/{id}/diff', 'get /api/v1/repos/{id}/branches/{branch}',
    'get /api/v1/repos/{id}/tags/{tag}', 'get /api/v1/repos/{id}/stash', 'get /api/v1/repos/{id}/stash/{stash_id}', 'get /api/v1/repos/{id}/stashes',
    'get /api/v1/repos/{id}/stashes/{stash_id}', 'get /api/v1/repos/{id}/git/blobs/{sha}', 'get /api/v1/repos/{id}/git/commits/{sha}',
    'get /api/v1/repos/{id}/git/tags/{sha}', 'get /api/v1/repos/{id}/git/trees/{sha}', 'get /api/v1/repos/{id}/git/refs',
    'get /api/v1/repos/{id}/git/matching-refs/{ref}', 'get /api/v1/repos/{id}/git/ref/{ref}', 'get /api/v1/repos/{id}/git/refs/{ref}',
    'get /api/v1/repos/{id}/notes', 'get /api/v1/repos/{id}/notes/{object}', 'get /api/v1/repos/{id}/blame/{path}',
    'get /api/v1/repos/{id}/search/commits', 'get /api/v1/repos/{id}/search/content', 'get /api/v1/repos/{id}/search/files',
    'post /api/v1/repos/{id}/grep', 'get /api/v1/repos/{id}/describe', 'get /api/v1/repos/{id}/merge-base', 'get /api/v1/repos/{id}/archive',
    'get /api/v1/repos/{id}/archive/{ref}', 'get /api/v1/repos/{id}/bundle', 'post /api/v1/repos/{id}/fork', 'get /api/v2/repos/{id}',
    'get /api/v2/repos/{id}/files', 'get /api/v2/repos/{id}/tree', 'get /api/v2/repos/{id}/status', 'get /api/v2/repos/{id}/commits',
    'get /api/v2/repos/{id}/stashes', 'get /api/v2/repos/{id}/stashes/{stash_id}',
  ],
  'repo:write': [
    'post /api/v1/repos/{id}/search/rebuild', 'get /api/v1/repos/{id}/sequences', 'get /api/v1/repos/{id}/sequences/{sequence}',
    'post /api/v1/repos/{id}/sequences/{sequence}/continue', 'post /api/v1/repos/{id}/sequences/{sequence}/skip',
    'post /api/v1/repos/{id}/sequences/{sequence}/abort', 'delete /api/v1/repos/{id}/sequences/{sequence}',
    'put /api/v1/repos/{id}/files', 'delete /api/v1/repos/{id}/files', 'post /api/v1/repos/{id}/write', 'put /api/v1/repos/{id}/files/{path}',
    'delete /api/v1/repos/{id}/files/{path}', 'delete /api/v1/repos/{id}/remove/{path}', 'post /api/v1/repos/{id}/move',
    'post /api/v1/repos/{id}/files/move', 'patch /api/v1/repos/{id}/branches/{branch}', 'post /api/v1/repos/{id}/merge',
    'post /api/v1/repos/{id}/cherry-pick', 'post /api/v1/repos/{id}/revert', 'post /api/v1/repos/{id}/rebase', 'post /api/v1/repos/{id}/reset',
    'post /api/v1/repos/{id}/checkout', 'post /api/v1/repos/{id}/stash', 'delete /api/v1/repos/{id}/stash/{stash_id}',
    'post /api/v1/repos/{id}/stash/{stash_id}/apply', 'post /api/v1/repos/{id}/stash/{stash_id}/pop',
    'post /api/v1/repos/{id}/stash/{stash_id}/branch', 'post /api/v1/repos/{id}/stashes', 'delete /api/v1/repos/{id}/stashes/{stash_id}',
    'post /api/v1/repos/{id}/stashes/{stash_id}/apply', 'post /api/v1/repos/{id}/stashes/{stash_id}/pop',
    'post /api/v1/repos/{id}/stashes/{stash_id}/branch', 'post /api/v1/repos/{id}/git/blobs', 'post /api/v1/repos/{id}/git/commits',
    'post /api/v1/repos/{id}/git/tags', 'post /api/v1/repos/{id}/git/trees', 'post /api/v1/repos/{id}/git/refs',
    'patch /api/v1/repos/{id}/git/refs/{ref}', 'delete /api/v1/repos/{id}/git/refs/{ref}', 'put /api/v1/repos/{id}/notes/{object}',
    'post /api/v1/repos/{id}/notes/{object}', 'delete /api/v1/repos/{id}/notes/{object}', 'post /api/v1/repos/{id}/bundle', 'post /api/v1/repos/{id}/import', 'post /api/v2/repos',
    'post /api/v2/repos/{id}/files', 'put /api/v2/repos/{id}/files', 'delete /api/v2/repos/{id}/files', 'post /api/v2/repos/{id}/files/move',
    'post /api/v2/repos/{id}/commits', 'post /api/v2/repos/{id}/branches', 'post /api/v2/repos/{id}/checkout', 'post /api/v2/repos/{id}/merge',
    'post /api/v2/repos/{id}/tags', 'post /api/v2/repos/{id}/stashes', 'delete /api/v2/repos/{id}/stashes/{stash_id}',
    'post /api/v2/repos/{id}/stashes/{stash_id}/apply',
  ],
  'repo:delete': [
    'delete /api/v2/repos/{id}',
  ],
  'webhook:read': ['get /api/v2/repos/{id}/hooks', 'get /api/v2/repos/{id}/hooks/{hook_id}'],
  'webhook:write': ['post /api/v2/repos/{id}/hooks'],
  'webhook:delete': ['delete /api/v2/repos/{id}/hooks/{hook_id}'],
  'repo:admin': [
    'patch /api/v1/repos/{id}', 'post /api/v2/repos/{id}/hooks/execute/{hook_type}',
  ],
};

/** The permission by route. */
export const REPOSITORY_ROUTES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(BY_ACCESS).flatMap(([access, routes]) => routes.map((route) => [route, access])),
);
