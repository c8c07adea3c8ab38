import { jsonOf } from './answer.js';
import type { Deadline } from './deadline.js';
import { clientError } from './errors.js';
import { Listing, nextCursor } from './listing.js';
import { targetOf, type AnswerOf, type LooseRequest, type Method, type PathOf, type RequestArguments } from './request.js';
import type { Transport } from './transport.js';

/** Bytes that arrive while they are read. */
export interface Download {
  readonly status: number;
  /** The content type. */
  readonly type: string;
  /** In bytes, where the server says so. */
  readonly sizeBytes: number | undefined;
  readonly etag: string | undefined;
  readonly headers: Headers;
  /** Must be read to its end or cancelled. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Reads everything. */
  bytes(): Promise<Uint8Array>;
  /** Reads everything as UTF-8. */
  text(): Promise<string>;
}

/** Every operation of the server by method and path, with its types. The verbs of the groups are made of these three. */
export class Requests {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends a request to an operation of the OpenAPI document and gives the JSON of the answer (`undefined` where it has none).
   *
   * @param path as the document writes it, such as `/api/v1/repos/{id}`
   * @throws {GovcApiError} what the server answers, client-not-connected, client-timed-out, client-answer-invalid, client-parameter-invalid
   * @example
   * const { branches } = await client.request('GET', '/api/v1/repos/{id}/branches', { params: { id: 'team/app' } });
   */
  async request<M extends Method, P extends PathOf<M>>(method: M, path: P, ...[request]: RequestArguments<M, P>): Promise<AnswerOf<M, P>> {
    return await this.#json(method, path, request ?? {}, async (response) => await jsonOf(response) as AnswerOf<M, P>);
  }

  /**
   * A list that comes in pages.
   *
   * @param itemsOf the items of a page
   */
  list<P extends PathOf<'GET'>, Item>(path: P, itemsOf: (page: AnswerOf<'GET', P>) => readonly Item[], ...[request]: RequestArguments<'GET', P>): Listing<Item, AnswerOf<'GET', P>> {
    const loose: LooseRequest = request ?? {};
    return new Listing((cursor) => {
      const query = cursor === undefined ? loose.query : { ...loose.query, cursor, offset: undefined, page: undefined };
      return this.#json('GET', path, { ...loose, query }, async (response) => {
        const page = await jsonOf(response) as AnswerOf<'GET', P>;
        return { page, next: nextCursor(response.headers, page) };
      });
    }, itemsOf);
  }

  /** As {@link request}, for answers that are bytes: they are not collected, and the time limit ends when they begin. */
  async download<M extends Method, P extends PathOf<M>>(method: M, path: P, ...[request]: RequestArguments<M, P>): Promise<Download> {
    const { params, query, ...rest }: LooseRequest = request ?? {};
    const headers = { accept: '*/*', ...rest.headers };
    return this.#transport.send({ ...rest, headers, method, target: targetOf(path, params, query) }, async (response, deadline) => {
      deadline.extend(0);
      return downloadOf(response, { deadline, idleMs: rest.idleMs ?? 0 });
    });
  }

  async #json<Result>(method: string, path: string, request: LooseRequest, read: (response: Response) => Promise<Result>): Promise<Result> {
    const { params, query, ...rest } = request;
    return this.#transport.send({ ...rest, method, target: targetOf(path, params, query) }, async (response, deadline) => {
      const result = await read(response);
      deadline.clear();
      return result;
    });
  }
}

/** The time limits of an answer that is streamed. */
interface StreamLimits {
  readonly deadline: Deadline;
  /** 0: none. */
  readonly idleMs: number;
}

function downloadOf(response: Response, limits: StreamLimits): Download {
  const { status, headers, body } = response;
  const size = headers.get('content-length');
  if (body === null) limits.deadline.clear();
  const stream = body === null ? emptyStream() : limited(body, limits);
  return {
    status, headers, stream,
    type: headers.get('content-type') ?? 'application/octet-stream',
    // What is compressed on the way has another size when it arrives.
    sizeBytes: size === null || headers.has('content-encoding') ? undefined : Number(size),
    etag: headers.get('etag') ?? undefined,
    bytes: async () => new Uint8Array(await new Response(stream).arrayBuffer()),
    text: () => new Response(stream).text(),
  };
}

/** The same stream, that lets go of the caller's signals when it is over, and whose errors are ours. */
function limited(body: ReadableStream<Uint8Array>, { deadline, idleMs }: StreamLimits): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      deadline.extend(idleMs);
      try {
        const { done, value } = await reader.read();
        if (!done) {
          deadline.extend(0);
          controller.enqueue(value);
          return;
        }
        deadline.clear();
        controller.close();
      } catch (error) {
        deadline.clear();
        controller.error(deadline.signal.aborted
          ? deadline.signal.reason
          : clientError('client-not-connected', 'The connection ended before the answer did.', { cause: error }));
      }
    },
    cancel(reason) {
      deadline.clear();
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
