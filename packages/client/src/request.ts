/** Any operation of the server by its method and path template, with the types that the OpenAPI document gives it. */
import type { paths } from './api.js';
import { clientError } from './errors.js';
import type { CallOptions, Upload } from './transport.js';

/** The methods that the server has. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The path templates that have a method, such as `/api/v1/repos/{id}`. */
export type PathOf<M extends Method> = { [P in keyof paths]: Lowercase<M> extends keyof paths[P] ? P : never }[keyof paths];

/** What the document says of one operation. */
export type OperationOf<M extends Method, P extends PathOf<M>> = paths[P][Lowercase<M> & keyof paths[P]];

type At<T, K extends PropertyKey> = K extends keyof T ? NonNullable<T[K]> : never;
type Json<T> = At<At<T, 'content'>, 'application/json'>;
/** What may be left out may be `undefined` too. */
type Loose<T> = { readonly [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };
type Success = 200 | 201 | 202 | 206;

/** The JSON of the successful answers of an operation. */
export type AnswerOf<M extends Method, P extends PathOf<M>> =
  { [S in Success]: Json<At<At<OperationOf<M, P>, 'responses'>, S>> }[Success];

/** The JSON that an operation takes. */
export type BodyOf<M extends Method, P extends PathOf<M>> = Json<At<OperationOf<M, P>, 'requestBody'>>;

/** The query of an operation. */
export type QueryOf<M extends Method, P extends PathOf<M>> = Loose<At<At<OperationOf<M, P>, 'parameters'>, 'query'>>;

/** The values of the placeholders of an operation's path. */
export type ParamsOf<M extends Method, P extends PathOf<M>> = At<At<OperationOf<M, P>, 'parameters'>, 'path'>;

type Given<Name extends string, Value> = [Value] extends [never]
  ? { readonly [N in Name]?: undefined }
  : object extends Value ? { readonly [N in Name]?: Value | undefined } : { readonly [N in Name]: Value };

/** What a request to an operation is made of: `params` and `body` where it has them, `query` where one wants. */
export type RequestOf<M extends Method, P extends PathOf<M>> =
  & Given<'params', ParamsOf<M, P>>
  & Given<'query', QueryOf<M, P>>
  & (OperationOf<M, P> extends { readonly requestBody: object }
    ? { readonly body: BodyOf<M, P> } | { readonly upload: Upload }
    : { readonly body?: BodyOf<M, P> | undefined; readonly upload?: Upload | undefined })
  & CallOptions;

/** The arguments after method and path: none are needed where nothing in them is. */
export type RequestArguments<M extends Method, P extends PathOf<M>> =
  object extends RequestOf<M, P> ? [request?: RequestOf<M, P>] : [request: RequestOf<M, P>];

/** A request without its types. */
export interface LooseRequest extends CallOptions {
  readonly params?: object | undefined;
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly upload?: Upload | undefined;
}

/** Placeholders whose values keep their slashes, because they are paths. */
const WITH_SLASHES = new Set(['path', 'ref']);

/** The path of a template with its values, and the query. @throws {GovcApiError} client-parameter-invalid */
export function targetOf(template: string, params: object = {}, query: object = {}): string {
  const values = params as Readonly<Record<string, unknown>>;
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => placed(name, values[name]));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, string | number | boolean | undefined][]) {
    if (value !== undefined) search.append(name, String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

function placed(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  const parts = WITH_SLASHES.has(name) ? text.split('/') : [text];
  // "." and ".." would be taken out of the URL together with what stands before them, and lead to another route.
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw clientError('client-parameter-invalid', `"${text}" cannot be the ${name} of a request.`);
  }
  return parts.map(encodeURIComponent).join('/');
}
