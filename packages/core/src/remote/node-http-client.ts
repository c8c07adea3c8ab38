/** HTTP by Node's own modules: with proxies, certificates and connections that are kept. */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import { createGunzip, createInflate, gzipSync } from 'node:zlib';
import { GovcError } from '../errors.js';
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.js';
import { withoutCredentials } from './remote-url.js';

/** What connections are made with. */
export interface NodeHttpOptions {
  /** `http://[user[:password]@]host:port`, for a URL; `undefined`: none. */
  readonly proxyFor?: ((url: string) => string | undefined) | undefined;
  /** PEM: certificates that are trusted instead of those of the machine. */
  readonly ca?: string | undefined;
  /** PEM: the client's own certificate and its key. */
  readonly certificate?: { readonly cert: string; readonly key: string; readonly passphrase: string | undefined } | undefined;
  /** Whether the server's certificate is checked (`http.sslVerify`). Default: `true`. */
  readonly verifiesCertificate?: boolean | undefined;
  /** Asked before a connection is made to an address, and may throw: a guard against addresses that must not be reached. */
  readonly lookup?: RequestOptions['lookup'];
}

/** A client with connections of its own, which are kept for a while. */
export function createNodeHttpClient(options: NodeHttpOptions = {}): HttpClient {
  const tls = {
    ca: options.ca, cert: options.certificate?.cert, key: options.certificate?.key, passphrase: options.certificate?.passphrase,
    rejectUnauthorized: options.verifiesCertificate ?? true,
  };
  const { lookup } = options;
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true, ...tls }) };
  return async (request) => {
    const url = new URL(request.url);
    const proxy = options.proxyFor?.(request.url);
    const isSecure = url.protocol === 'https:';
    const base: RequestOptions = { method: request.method, headers: { ...request.headers }, signal: request.signal, ...(lookup === undefined ? {} : { lookup }) };
    try {
      if (proxy === undefined) {
        const started = isSecure
          ? httpsRequest(url, { ...base, ...tls, agent: agents.https })
          : httpRequest(url, { ...base, agent: agents.http });
        return await exchange(started, request);
      }
      if (!isSecure) return await exchange(throughProxy(url, proxy, base), request);
      const socket = await tunnel(url, proxy, request);
      const secure = connectTls({ ...tls, socket, servername: url.hostname });
      return await exchange(httpsRequest(url, { ...base, agent: false, createConnection: (): TLSSocket => secure }), request);
    } catch (error) {
      throw error instanceof GovcError ? error : unreachable(request, error);
    }
  };
}

function throughProxy(url: URL, proxy: string, base: RequestOptions): ClientRequest {
  const by = new URL(proxy);
  return httpRequest({
    ...base, host: by.hostname, port: by.port === '' ? 80 : by.port, path: url.href,
    headers: { ...(base.headers as Readonly<Record<string, string>>), host: url.host, ...proxyAuthorization(by) },
  });
}

/** Asks a proxy for a line to a host (RFC 9110, CONNECT). */
function tunnel(url: URL, proxy: string, { signal }: HttpRequest): Promise<Duplex> {
  const by = new URL(proxy);
  if (!/^https?:$/.test(by.protocol)) throw new GovcError('unsupported', `A proxy of the kind "${by.protocol}" cannot be used; only http and https can.`);
  const authority = `${url.hostname}:${url.port === '' ? '443' : url.port}`;
  return new Promise((resolve, reject) => {
    const request = (by.protocol === 'https:' ? httpsRequest : httpRequest)({
      method: 'CONNECT', host: by.hostname, port: by.port === '' ? 80 : by.port, path: authority, signal,
      headers: { host: authority, ...proxyAuthorization(by) },
    });
    request.on('connect', (response, socket) => {
      if (response.statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new GovcError('remote-failed', `The proxy ${by.host} refused a connection to ${authority} with ${response.statusCode ?? 0}.`));
    });
    request.on('error', reject);
    request.end();
  });
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

async function exchange(started: ClientRequest, request: HttpRequest): Promise<HttpResponse> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    started.on('response', resolve);
    started.on('error', reject);
  });
  answered.catch(() => undefined);
  await writeBody(started, request, answered);
  const response = await answered;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: response.statusCode ?? 0, headers, body: readBody(response, request) };
}

async function writeBody(started: ClientRequest, { body, isCompressed }: HttpRequest, answered: Promise<IncomingMessage>): Promise<void> {
  if (body === undefined) {
    started.end();
    return;
  }
  if (body instanceof Uint8Array) {
    const bytes = isCompressed ? gzipSync(body) : body;
    if (isCompressed) started.setHeader('content-encoding', 'gzip');
    started.setHeader('content-length', bytes.length);
    started.end(bytes);
    return;
  }
  // An early answer, or a line that broke, ends the sending.
  const state = { isOver: false };
  const over = answered.then(() => undefined, () => undefined).then(() => {
    state.isOver = true;
  });
  for await (const piece of body) {
    if (state.isOver) break;
    if (!started.write(piece)) {
      await Promise.race([over, new Promise<void>((resolve) => {
        started.once('drain', resolve);
      })]);
    }
  }
  started.end();
}

async function* readBody(response: IncomingMessage, request: HttpRequest): AsyncGenerator<Uint8Array, void, undefined> {
  const encoding = response.headers['content-encoding'];
  const decoder = encoding === 'gzip' || encoding === 'x-gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : undefined;
  if (decoder !== undefined) response.on('error', (error) => decoder.destroy(error));
  try {
    for await (const chunk of decoder === undefined ? response : response.pipe(decoder)) yield chunk as Uint8Array;
    if (!response.complete) throw new Error('the connection ended before the answer did');
  } catch (error) {
    throw unreachable(request, error);
  } finally {
    decoder?.destroy();
    if (!response.complete) response.destroy();
  }
}

function unreachable({ url, signal }: HttpRequest, cause: unknown): GovcError {
  if (signal?.aborted === true) return new GovcError('aborted', 'The exchange with the remote was stopped.', {}, { cause });
  const shown = withoutCredentials(url.replace(/\/info\/refs\?.*$|\/git-(upload|receive)-pack$/, ''));
  const reason = cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause);
  return new GovcError('remote-failed', `unable to access '${shown}/': ${reason}`, { url: shown }, { cause });
}
