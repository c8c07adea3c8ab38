import type { ServerResponse } from 'node:http';

import type { Permission } from '@govc/auth';

import type { RequestContext } from './context.js';
import type { Schema } from './validate.js';

/** A request to a route, validated and authorized. */
export interface Call<Body = unknown, Query = unknown> {
  /** The values of the placeholders of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Scheme and authority under which the client reached the server, such as `http://localhost:8080`. */
  readonly origin: string;
  /** What the request brought to say who sends it. */
  readonly credentials: { readonly authorization: string | undefined; readonly apiKey: string | undefined; readonly address: string | undefined };
  readonly context: RequestContext;
  /** Path and query as the client wrote them. */
  readonly url: string;
  /** The body, where it is bytes of a type that the route takes instead of JSON; `body` is then `undefined`. */
  readonly upload: Upload | undefined;
  /** The permission that was asked for, where the route needs one. */
  readonly permission: Permission | undefined;
}

/** A body that is taken as it is. */
export interface Upload {
  /** Of the content type, without parameters, in small letters. */
  readonly type: string;
  /** Everything. @throws {ServerError} request-too-large */
  read(): Promise<Uint8Array>;
  /** Piece by piece. @throws {ServerError} request-too-large */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** An answer: JSON, or bytes with their type; nothing where `body` is `undefined`. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Bytes or text that are sent as they are. */
export class RawBody {
  constructor(readonly contentType: string, readonly bytes: Uint8Array | string) {}
}

/** Bytes that are sent while they are made, in slices. */
export class StreamBody {
  /** @param options.size in bytes, where it is known; `options.close` is called when the answer has ended, however it ended. */
  constructor(
    readonly contentType: string, readonly pieces: Iterable<Uint8Array>,
    readonly options: { readonly size?: number; readonly close?: () => void } = {},
  ) {}
}

/** An answer that goes on for as long as there is something to tell; `run` writes it and resolves when it is over. */
export class LiveBody {
  constructor(readonly contentType: string, readonly run: (response: ServerResponse) => Promise<void>) {}
}

/**
 * Who may use a route: who has the permission (in the repository that `{id}` or `{repo_id}` of the path names); `public`: everybody;
 * `signed-in`: whoever is known; `credentials`: everybody, and the route itself reads what they bring.
 */
export type Access = Permission | 'public' | 'signed-in' | 'credentials';

/** A route: what it reads, what it needs, what it answers. OpenAPI is generated from it. */
export interface Endpoint {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI's template; a placeholder that ends with `*` takes the rest of the path. */
  readonly path: string;
  /** One line for the OpenAPI document. */
  readonly summary: string;
  /** The noun under which the document lists it. */
  readonly tag: string;
  readonly permission: Access;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Whether a request without a body is one with `{}`. Default: false. */
  readonly isBodyOptional?: boolean;
  /** Types of bodies that are taken as they are. Default: none. */
  readonly uploads?: readonly string[];
  /** Types besides JSON in which it may answer. Default: none. */
  readonly media?: readonly string[];
  /** Schemas of the successful answers by status. */
  readonly answers: Readonly<Record<number, Schema>>;
  readonly handle: (call: Call) => Promise<Reply> | Reply;
}

/** Ties the types of a handler to an endpoint whose schemas have checked them. */
export function endpoint<Body, Query = unknown>(
  definition: Omit<Endpoint, 'handle'> & { readonly handle: (call: Call<Body, Query>) => Promise<Reply> | Reply },
): Endpoint {
  return { ...definition, handle: (call) => definition.handle(call as Call<Body, Query>) };
}

/** An answer in JSON. */
export function reply(status: number, body: unknown): Reply {
  return { status, body };
}
