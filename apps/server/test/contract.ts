import { Ajv, type ValidateFunction } from 'ajv';

/** A JSON schema with its references resolved. */
type Shape = Readonly<Record<string, unknown>>;

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Shape }>>;
}

/** One operation of an OpenAPI document. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Shape }[];
  readonly requestBody?: Content & { readonly required: boolean };
  readonly responses: Readonly<Record<string, Content>>;
}

/** A request with its answer. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly requestType: string | undefined;
  /** JSON, or `undefined` where the body is none or something else. */
  readonly requestBody: unknown;
  readonly status: number;
  readonly answerType: string | undefined;
  /** JSON; `undefined` where the body is none or something else. */
  readonly answerBody: unknown;
}

/** What an OpenAPI document promises, and which of its operations have succeeded. */
export class Contract {
  readonly operations: readonly Operation[];
  /** The ids of operations that answered 2xx or 304. */
  readonly succeeded = new Set<string>();
  readonly #patterns: readonly { readonly operation: Operation; readonly pattern: RegExp }[];
  readonly #strict = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  readonly #texts = new Ajv({ strict: false, validateFormats: false, allErrors: true, coerceTypes: true });
  readonly #compiled = new Map<object, ValidateFunction>();

  constructor(document: unknown) {
    const { paths } = resolved(document, document) as { paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>> };
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })));
    const rank = ({ path }: Operation): number => (path.match(/\{/g) ?? []).length * 1000 - path.length;
    this.#patterns = [...this.operations].sort((one, other) => rank(one) - rank(other)).map((operation) => ({ operation, pattern: patternOf(operation.path) }));
  }

  /** The operation that a request is to. @throws where the document has none */
  find(method: string, pathname: string): Operation {
    const found = this.#patterns.find(({ operation, pattern }) => operation.method === method.toLowerCase() && pattern.test(pathname));
    if (found === undefined) throw new Error(`The document has no ${method} ${pathname}.`);
    return found.operation;
  }

  /** Checks both sides of an exchange; of a request only where it was taken, because wrong ones are sent on purpose. @throws what does not fit */
  check(exchange: Exchange): void {
    const { status, method, url } = exchange;
    const operation = this.find(method, url.pathname);
    const isSuccess = status < 300 || status === 304;
    if (isSuccess) this.#checkRequest(operation, exchange);
    this.#checkAnswer(operation, exchange);
    if (isSuccess) this.succeeded.add(operation.operationId);
  }

  #checkRequest({ method, path, parameters, requestBody }: Operation, exchange: Exchange): void {
    const place = `${method} ${path}`;
    const query = Object.fromEntries(exchange.url.searchParams);
    const known = parameters.filter((each) => each.in === 'query');
    const shape = {
      type: 'object', additionalProperties: false,
      required: known.filter(({ required }) => required).map(({ name }) => name),
      properties: Object.fromEntries(known.map(({ name, schema }) => [name, schema])),
    };
    this.#mustFit(this.#texts, shape, query, `the query of ${place}`);
    const { requestType, requestBody: body } = exchange;
    if (requestType === undefined) {
      if (requestBody?.required === true) throw new Error(`${place} wants a body and took none.`);
      return;
    }
    const content = requestBody?.content?.[requestType];
    if (content === undefined) throw new Error(`${place} took ${requestType}, which the document does not say.`);
    if (requestType === 'application/json') this.#mustFit(this.#strict, content.schema, body, `the body of ${place}`);
  }

  #checkAnswer({ method, path, responses }: Operation, { status, answerType, answerBody }: Exchange): void {
    const place = `${method} ${path}, ${status}`;
    const said = responses[String(status)] ?? (status >= 400 ? responses['default'] : undefined);
    if (said === undefined) throw new Error(`${place}: the document does not say that status.`);
    if (answerType === undefined) {
      if (said.content !== undefined && status < 300) throw new Error(`${place}: the document says a body, and there is none.`);
      return;
    }
    const content = said.content?.[answerType] ?? (answerType === 'application/json' ? undefined : said.content?.['application/octet-stream']);
    if (content === undefined) throw new Error(`${place} is ${answerType}, which the document does not say.`);
    if (answerType !== 'application/json') return;
    this.#mustFit(this.#strict, content.schema, answerBody, place);
    mustSayAll(content.schema, answerBody, place);
  }

  #mustFit(ajv: Ajv, schema: Shape, value: unknown, place: string): void {
    const validate = this.#compiled.get(schema) ?? ajv.compile(schema);
    this.#compiled.set(schema, validate);
    if (!validate(value)) throw new Error(`${place}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 500)}`);
  }
}

/** As `fetch`; what it sends and gets must be what the document says. @param told is told what does not fit. Default: throws */
export function checkedFetch(contract: Contract, told = fail): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    const requestType = typeOf(new Headers(init?.headers));
    const answerType = typeOf(response.headers);
    const hasBody = init?.body !== undefined && init.body !== null;
    const exchange: Exchange = {
      method: init?.method ?? 'GET', url, status: response.status,
      requestType: hasBody ? requestType : undefined,
      requestBody: hasBody && requestType === 'application/json' ? JSON.parse(init.body as string) as unknown : undefined,
      answerType,
      answerBody: answerType === 'application/json' ? await response.clone().json() : undefined,
    };
    try {
      contract.check(exchange);
    } catch (error) {
      told((error as Error).message);
    }
    return response;
  };
}

function fail(message: string): void {
  throw new Error(message);
}

function typeOf(headers: Headers): string | undefined {
  return headers.get('content-type')?.split(';', 1)[0]!.trim();
}

/** These may take several parts, at the end of a path. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{(path|branch|tag|ref|basehead)\}$/, '.+').replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** Every field of the answer is in the document. */
function mustSayAll(schema: Shape, body: unknown, place: string): void {
  const { properties, items, additionalProperties } = schema as { properties?: Record<string, Shape>; items?: Shape; additionalProperties?: unknown };
  if (Array.isArray(body)) {
    if (items !== undefined) for (const item of body) mustSayAll(items, item, `${place}[]`);
    return;
  }
  if (typeof body !== 'object' || body === null || (properties === undefined && schema['type'] !== 'object')) return;
  if (properties === undefined && additionalProperties !== undefined) return;
  for (const [name, value] of Object.entries(body)) {
    const said = properties?.[name];
    if (said === undefined) throw new Error(`${place} answers "${name}", which the document does not say.`);
    mustSayAll(said, value, `${place}.${name}`);
  }
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
