import type { Access, Endpoint } from './endpoint.js';
import { SchemaShelf } from './schema-shelf.js';
import type { Schema } from './validate.js';

const FAILURE: Schema = {
  title: 'Failure',
  type: 'object',
  required: ['error', 'code', 'request_id'],
  properties: {
    error: { type: 'string', description: 'What went wrong, for people.' },
    code: { type: 'string', description: 'What went wrong, for programs.', examples: ['REPO_NOT_FOUND'] },
    details: { type: 'object', description: 'What went wrong, as data; each code has its own.' },
    request_id: { type: 'string', description: 'The id under which the logs have this request.' },
  },
};

const DESCRIPTION = 'REST interface of a memory-first Git server. A repository id with slashes is written percent-encoded ' +
  '(team%2Fapp) or, where no part after the first is the name of a route, as it is. Every GET may be asked as HEAD too. Some routes have ' +
  'two names; both do the same.';

/** Which nouns there are, in the order of the document. */
const TAGS: Readonly<Record<string, string>> = {
  'authentication': 'Signing in and out, tokens, and who is signed in.',
  'users': 'Who may sign in, and what each may do.',
  'roles': 'Sets of permissions under a name.',
  'API keys': 'Secrets that programs and Git clients sign in with.',
  'repositories': 'Repositories themselves: make, rename, fork, import, export, delete.',
  'files': 'Files of a branch, read and changed one at a time or many as one commit.',
  'commits': 'History: log, one commit, comparison, description.',
  'branches': 'Branches, and where HEAD stands.',
  'tags': 'Lightweight and annotated tags.',
  'diff': 'Differences between two states, in every format.',
  'merging': 'Merge, cherry-pick, revert, rebase and reset, with conflicts as data.',
  'stash': 'Changes that are put away.',
  'search': 'Commits, contents and names of files.',
  'notes': 'Notes on objects.',
  'git database': 'Blobs, trees, commits, tags and refs as they are stored.',
  'transactions': 'Changes that are collected over several requests and become one commit, or nothing.',
  'realities': 'Drafts of a repository, as many at once as one likes, of which one may win.',
  'time travel': 'A repository as it was at some time.',
  'events': 'What happens, as it happens and as a list.',
  'webhooks': 'Servers that are told of what happens, and programs that are asked before it does.',
  'policies': 'Servers that are asked whether a change may be.',
  'rules': 'Protected branches, immutable tags, paths that only some may change.',
  'containers': 'Images and containers of repositories.',
  'monitoring': 'Health, metrics, audit and the document that this is.',
};

/** The OpenAPI 3.1 document of these endpoints. Schemas with a title become components under that name. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): Schema {
  const shelf = new SchemaShelf();
  const failure = shelf.put(FAILURE);
  const ids = operationIds(endpoints);
  const paths: Record<string, Record<string, Schema>> = {};
  for (const each of endpoints) {
    const path = documentPath(each);
    (paths[path] ??= {})[each.method] = operation(each, { id: ids.get(each)!, shelf, failure });
  }
  const used = new Set(endpoints.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: {
      title: 'govc', version, description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The server that gave this document.' }],
    tags: [...used].sort(byPlace).map((name) => ({ name, description: TAGS[name] ?? name })),
    paths,
    components: {
      schemas: shelf.schemas(),
      responses: { Failure: { description: 'An error.', content: { 'application/json': { schema: failure } } } },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'A user name with its password; or any name with an API key or a token as the password.' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of a sign-in, or an API key.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' },
      },
    },
  };
}

function byPlace(one: string, other: string): number {
  const place = (name: string): number => {
    const at = Object.keys(TAGS).indexOf(name);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  return place(one) - place(other);
}

/** The path as OpenAPI writes it. */
function documentPath({ path }: Endpoint): string {
  return path.replaceAll('*}', '}');
}

interface OperationParts {
  readonly id: string;
  readonly shelf: SchemaShelf;
  readonly failure: Schema;
}

function operation(endpoint: Endpoint, { id, shelf }: OperationParts): Schema {
  const answers = Object.entries(endpoint.answers).map(([status, schema]) => [status, {
    description: MEANINGS[status] ?? 'Success.',
    ...contentOf(endpoint, status, Object.keys(schema).length === 0 ? schema : shelf.put(schema)),
  }]);
  return {
    summary: endpoint.summary,
    description: whoMay(endpoint.permission),
    operationId: id,
    tags: [endpoint.tag],
    parameters: [...pathParameters(endpoint.path), ...queryParameters(endpoint.query, shelf)],
    ...requestBody(endpoint, shelf),
    responses: {
      ...Object.fromEntries(answers),
      ...Object.fromEntries(failuresOf(endpoint).map((status) => [status, { $ref: '#/components/responses/Failure' }])),
      default: { $ref: '#/components/responses/Failure' },
    },
    security: isOpen(endpoint.permission) ? [] : [{ basic: [] }, { bearer: [] }, { apiKey: [] }],
  };
}

const MEANINGS: Readonly<Record<string, string>> = {
  201: 'Created.', 202: 'Accepted.', 204: 'Done; there is nothing to tell.', 206: 'The part that was asked for.', 304: 'What the client has is still so.', 503: 'Not well.',
};

function isOpen(permission: Access): boolean {
  return permission === 'public' || permission === 'credentials';
}

/** One sentence for the reader of the document. */
function whoMay(permission: Access): string {
  switch (permission) {
    case 'public':
      return 'Everybody may.';
    case 'credentials':
      return 'Everybody may; what is sent is checked.';
    case 'signed-in':
      return 'Whoever is signed in may.';
    default:
      return `Needs the permission ${permission}.`;
  }
}

/** The refusals that a caller of the route must count on. */
function failuresOf({ permission, path, body, query, uploads = [], answers }: Endpoint): string[] {
  const statuses = [
    ...(body === undefined && query === undefined && uploads.length === 0 ? [] : ['400']),
    ...(permission === 'public' ? [] : ['401']),
    ...(isOpen(permission) ? [] : ['403']),
    ...(path.includes('{') ? ['404'] : []),
    '429',
  ];
  return statuses.filter((status) => !(status in answers));
}

const BYTES: Schema = { type: 'string', format: 'binary' };

/** What an answer holds: JSON where it has a schema, else bytes, else nothing. */
function contentOf({ media = [] }: Endpoint, status: string, schema: Schema): Schema {
  if (status === '204' || status === '304') return {};
  const isJson = Object.keys(schema).length > 0;
  const types = status.startsWith('2') ? media : [];
  if (!isJson && types.length === 0) return {};
  return {
    content: {
      ...(isJson ? { 'application/json': { schema } } : {}),
      ...Object.fromEntries(types.map((type) => [type, { schema: BYTES }])),
    },
  };
}

function requestBody({ body, uploads = [], isBodyOptional }: Endpoint, shelf: SchemaShelf): Schema {
  if (body === undefined && uploads.length === 0) return {};
  const content = {
    ...(body === undefined ? {} : { 'application/json': { schema: shelf.put(body) } }),
    ...Object.fromEntries(uploads.map((type) => [type, { schema: BYTES }])),
  };
  return { requestBody: { required: isBodyOptional !== true, content } };
}

/** A name for each, that no other has: the method and the words of the path, without the prefix where that is enough. */
function operationIds(endpoints: readonly Endpoint[]): Map<Endpoint, string> {
  const ids = new Map<Endpoint, string>();
  const taken = new Set<string>();
  for (const each of endpoints) {
    const short = wordsOf(each.method, each.path.replace('/api/v1/', '/').replace('/api/', '/'));
    const id = taken.has(short) ? wordsOf(each.method, each.path) : short;
    if (taken.has(id)) throw new Error(`Invariant broken in @govc/server: two routes are ${id}.`);
    taken.add(id);
    ids.set(each, id);
  }
  return ids;
}

function wordsOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method + (words.length === 0 ? 'Root' : words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join(''));
}

function pathParameters(path: string): Schema[] {
  return [...path.matchAll(/\{(\w+)(\*?)\}/g)].map(([, name = '', rest]) => ({
    name, in: 'path', required: true, description: `${PLACEHOLDERS[name] ?? 'Which one is meant'}${rest === '*' ? '; may hold slashes' : ''}.`, schema: { type: 'string' },
  }));
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  basehead: 'Two revisions with two or three dots between them: main...topic',
  branch: 'The name of a branch',
  commit: 'A revision: an object id or what stands for one',
  from: 'The revision to compare from',
  id: 'The id of a repository',
  object: 'A revision: an object id or what stands for one',
  path: 'The path of a file or folder',
  permission: 'The name of a permission',
  reality: 'The id or the name of a reality',
  ref: 'The name of a ref, with or without refs/ before it',
  repo_id: 'The id of a repository',
  role_name: 'The name of a role',
  sha: 'An object id',
  tag: 'The name of a tag',
  timestamp: 'A time by RFC 3339, or seconds since 1970',
  to: 'The revision to compare with',
  user_id: 'The id of a user, or the name',
};

function queryParameters(query: Schema | undefined, shelf: SchemaShelf): Schema[] {
  const properties = (query?.['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (query?.['required'] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name, in: 'query', required: required.includes(name), ...(description === undefined ? {} : { description }), schema: shelf.put(schema),
  }));
}
