import { Ajv, type ValidateFunction } from 'ajv';

import { ask as plainAsk, type JsonAnswer } from './harness.js';
import type { RunningServer } from '../src/server.js';

interface Operation {
  readonly pattern: RegExp;
  readonly method: string;
  readonly path: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}

const known = new WeakMap<RunningServer, Promise<Operation[]>>();
const compiled = new WeakMap<object, ValidateFunction>();
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });

/** As `ask` of the harness; what the server answers must be what its OpenAPI document says of the route. */
export async function ask(server: RunningServer, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<JsonAnswer> {
  const answer = await plainAsk(server, method, path, body, headers);
  if (answer.status >= 300) return answer;
  if (!known.has(server)) known.set(server, readOperations(server));
  const operations = await known.get(server)!;
  const bare = path.split('?', 1)[0]!;
  const operation = operations.find((each) => each.method === method.toLowerCase() && each.pattern.test(bare));
  if (operation === undefined) throw new Error(`The document has no ${method} ${bare}.`);
  const said = operation.responses[String(answer.status)];
  if (said === undefined) throw new Error(`${method} ${operation.path} answered ${answer.status}, which the document does not say.`);
  const schema = said.content?.['application/json']?.schema;
  if (schema === undefined) return answer;
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (!validate(answer.body)) throw new Error(`${method} ${operation.path}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(answer.body).slice(0, 500)}`);
  mustSayAll(schema, answer.body, `${method} ${operation.path}`);
  return answer;
}

/** Every field of the answer is in the document. */
function mustSayAll(schema: object, body: unknown, place: string): void {
  const { properties, items, additionalProperties } = schema as { properties?: Record<string, object>; items?: object; additionalProperties?: unknown };
  if (Array.isArray(body)) {
    if (items !== undefined) for (const item of body) mustSayAll(items, item, `${place}[]`);
    return;
  }
  if (typeof body !== 'object' || body === null || (properties === undefined && additionalProperties !== undefined)) return;
  for (const [name, value] of Object.entries(body)) {
    const said = properties?.[name];
    if (said === undefined) throw new Error(`${place} answers "${name}", which the document does not say.`);
    mustSayAll(said, value, `${place}.${name}`);
  }
}

async function readOperations(server: RunningServer): Promise<Operation[]> {
  const document = (await plainAsk(server, 'GET', '/openapi.json')).body;
  const { paths } = resolved(document, document) as { paths: Record<string, Record<string, Pick<Operation, 'responses'>>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { responses }]) => ({
    method, path, responses,
    // These may take several parts, at the end of a path.
    pattern: new RegExp(`^${path.replace(/\{(path|branch|tag|ref|basehead)\}$/, '.+').replace(/\{\w+\}/g, '[^/]+')}$`),
  })));
  const rank = ({ path }: Operation): number => (path.match(/\{/g) ?? []).length * 1000 - path.length;
  return operations.sort((one, other) => rank(one) - rank(other));
}

/** The document with what each reference means in its place. */
function resolved(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, document));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref: reference, ...rest } = value as { readonly $ref?: unknown };
  if (typeof reference === 'string') {
    const target = reference.split('/').slice(1).reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
    return { ...(resolved(target, document) as object), ...rest };
  }
  return Object.fromEntries(Object.entries(rest).map(([name, each]) => [name, resolved(each, document)]));
}
