import type { Endpoint } from './endpoint.js';
import type { Schema } from './validate.js';

const FAILURE: Schema = {
  type: 'object',
  required: ['error', 'code', 'request_id'],
  properties: {
    error: { type: 'string', description: 'What went wrong, for people.' },
    code: { type: 'string', description: 'What went wrong, for programs.', examples: ['REPO_NOT_FOUND'] },
    details: { type: 'object' },
    request_id: { type: 'string', description: 'The id under which the logs have this request.' },
  },
};

/** The OpenAPI 3.1 document of these endpoints. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const each of endpoints) {
    const path = each.path.replaceAll('*}', '}');
    (paths[path] ??= {})[each.method] = operation(each);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'govc',
      version,
      description: 'REST interface of a memory-first Git server. A repository id with slashes is written percent-encoded ' +
        '(team%2Fapp) or, where no part after the first is the name of a route, as it is.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Failure: FAILURE },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
}

function operation(endpoint: Endpoint): Schema {
  const answers = Object.entries(endpoint.answers).map(([status, schema]) => [status, {
    description: 'Success.',
    ...contentOf(endpoint, status, schema),
  }]);
  return {
    summary: endpoint.summary,
    operationId: operationId(endpoint),
    tags: [endpoint.tag],
    parameters: [...pathParameters(endpoint.path), ...queryParameters(endpoint.query)],
    ...requestBody(endpoint),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'An error.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } } },
    },
    security: endpoint.permission === 'public' || endpoint.permission === 'credentials' ? [] : [{ basic: [] }, { bearer: [] }, { apiKey: [] }],
  };
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

function requestBody({ body, uploads = [], isBodyOptional }: Endpoint): Schema {
  if (body === undefined && uploads.length === 0) return {};
  const content = {
    ...(body === undefined ? {} : { 'application/json': { schema: body } }),
    ...Object.fromEntries(uploads.map((type) => [type, { schema: BYTES }])),
  };
  return { requestBody: { required: isBodyOptional !== true, content } };
}

function operationId({ method, path }: Endpoint): string {
  const words = path.replace('/api/v1', '').replace('/api/', '').split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function pathParameters(path: string): Schema[] {
  return [...path.matchAll(/\{(\w+)\*?\}/g)].map((match) => ({
    name: match[1], in: 'path', required: true, schema: { type: 'string' },
  }));
}

function queryParameters(query: Schema | undefined): Schema[] {
  const properties = (query?.['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}
