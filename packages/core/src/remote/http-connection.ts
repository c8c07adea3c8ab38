import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { bytesFromText } from '../bytes/text.js';
import { concatBytes } from '../bytes/compare.js';
import { GovcError } from '../errors.js';
import type { ConnectRequest, Connection } from './connection.js';
import type { Credential, CredentialQuestion, CredentialSource } from './credential.js';
import type { HttpClient, HttpResponse } from './http-client.js';
import { PieceQueue } from './piece-queue.js';
import { withoutCredentials, type RemoteUrl } from './remote-url.js';

/** How a repository is reached over HTTP. */
export interface HttpOptions {
  readonly client: HttpClient;
  readonly url: RemoteUrl & { readonly kind: 'http' };
  /** Sent with each request: `http.extraHeader`, cookies, the agent. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: CredentialSource | undefined;
  /** `http.followRedirects`. */
  readonly redirects: 'initial' | 'always' | 'never';
  /** Bytes of a request from which on it is sent in chunks (`http.postBuffer`). */
  readonly postBufferBytes: number;
  readonly usesHttpPath: boolean;
}

const REDIRECTS_MAX = 20;
const MESSAGE_SIZE_MAX = 64 * 1024;
const GZIP_SIZE_MIN = 1024;

/**
 * A conversation over smart HTTP (gitprotocol-http). The first thing read is the advertisement; what is sent afterwards is
 * collected until something is read, and is then one POST.
 *
 * @throws {GovcError} remote-failed, remote-unauthorized, aborted
 */
export function connectHttp(options: HttpOptions, request: ConnectRequest): Promise<Connection> {
  return HttpConnection.open(options, request);
}

class HttpConnection implements Connection {
  readonly isStateless = true;
  readonly input: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => this.#read() }) };
  readonly #options: HttpOptions;
  readonly #request: ConnectRequest;
  #base: string;
  #credential: Credential | undefined;
  #isProven = false;
  #parts: Uint8Array[] = [];
  #size = 0;
  #stream: { readonly queue: PieceQueue; readonly response: Promise<HttpResponse> } | undefined;
  #body: AsyncIterator<Uint8Array> | undefined;

  private constructor(options: HttpOptions, request: ConnectRequest) {
    this.#options = options;
    this.#request = request;
    this.#base = options.url.text;
    const { username, password } = options.url;
    if (username !== undefined && password !== undefined) this.#credential = { username, password };
  }

  static async open(options: HttpOptions, request: ConnectRequest): Promise<Connection> {
    const connection = new HttpConnection(options, request);
    await connection.#advertise();
    return connection;
  }

  async send(bytes: Uint8Array): Promise<void> {
    await this.#dropBody();
    if (this.#stream !== undefined) {
      await this.#stream.queue.push(bytes);
      return;
    }
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#size <= this.#options.postBufferBytes) return;
    // What is sent in chunks cannot be said twice, so whether it will be let in is found out before.
    await this.#probe();
    const queue = new PieceQueue();
    const response = this.#post(queue, false);
    // Its failure is met where the answer is read; until then it must not count as unhandled.
    response.catch(() => {
      queue.cancel();
    });
    this.#stream = { queue, response };
    for (const part of this.#takeParts()) await queue.push(part);
  }

  async close(): Promise<void> {
    this.#stream?.queue.cancel();
    await this.#dropBody();
  }

  async #read(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#stream !== undefined) {
      const { queue, response } = this.#stream;
      queue.end();
      this.#stream = undefined;
      this.#body = (await this.#mustBeResult(await response)).body[Symbol.asyncIterator]();
    } else if (this.#size > 0) {
      this.#body = (await this.#mustBeResult(await this.#postParts())).body[Symbol.asyncIterator]();
    }
    const step = await this.#body?.next();
    if (step === undefined || step.done === true) {
      this.#body = undefined;
      return { done: true, value: undefined };
    }
    return { done: false, value: step.value };
  }

  #takeParts(): Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#size = 0;
    return parts;
  }

  async #postParts(): Promise<HttpResponse> {
    const bytes = concatBytes(this.#takeParts());
    const isLong = bytes.length > GZIP_SIZE_MIN && this.#request.service === 'git-upload-pack';
    return this.#admitted(() => this.#post(bytes, isLong));
  }

  /** Four bytes that ask for nothing, to learn whether credentials are wanted. */
  async #probe(): Promise<void> {
    if (this.#isProven) return;
    const response = await this.#admitted(() => this.#post(bytesFromText('0000'), false));
    await drop(response);
    this.#isProven = true;
  }

  #post(body: Uint8Array | PieceQueue, isCompressed: boolean): Promise<HttpResponse> {
    const { service } = this.#request;
    return this.#send({
      method: 'POST', url: `${this.#base}/${service}`, body, isCompressed,
      headers: { 'content-type': `application/x-${service}-request`, 'accept': `application/x-${service}-result` },
    });
  }

  async #advertise(): Promise<void> {
    const { service } = this.#request;
    const suffix = `/info/refs?service=${service}`;
    let url = `${this.#base}${this.#base.includes('?') ? suffix.replace('?', '&') : suffix}`;
    for (let count = 0; ; count++) {
      const response = await this.#admitted(() => this.#send({ method: 'GET', url, body: undefined, isCompressed: false, headers: { accept: '*/*' } }));
      const { location } = response.headers;
      if (response.status >= 300 && response.status < 400 && location !== undefined) {
        await drop(response);
        url = this.#redirect(url, location, suffix, count);
        continue;
      }
      await this.#mustSucceed(response);
      const type = response.headers['content-type']?.split(';')[0]?.trim();
      if (type !== `application/x-${service}-advertisement`) {
        await drop(response);
        throw new GovcError('remote-failed', `${this.#shown}/info/refs not valid: is this a git repository? It does not speak smart HTTP.`, { url: this.#shown });
      }
      this.#isProven = this.#credential !== undefined;
      this.#body = response.body[Symbol.asyncIterator]();
      return;
    }
  }

  /** Where a redirect of the advertisement leads; the repository itself has moved as far as the end of the URL is the same. */
  #redirect(from: string, location: string, suffix: string, count: number): string {
    const to = new URL(location, from).href;
    const shown = withoutCredentials(to);
    const { redirects } = this.#options;
    if (redirects === 'never') throw new GovcError('remote-failed', `unable to update url base from redirection: redirects are not followed (to ${shown})`, { url: shown });
    if (count >= REDIRECTS_MAX) throw new GovcError('remote-failed', `${this.#shown} redirects again and again`, { url: this.#shown });
    if (!/^https?:/.test(to) || (from.startsWith('https:') && to.startsWith('http:'))) {
      throw new GovcError('remote-failed', `a redirect from ${this.#shown} to ${shown} is not followed`, { url: shown });
    }
    if (!to.endsWith(suffix)) throw new GovcError('remote-failed', `unable to update url base from redirection:\n  asked for: ${withoutCredentials(from)}\n   redirect: ${shown}`, { url: shown });
    // Credentials of one host are not for another.
    if (new URL(to).origin !== new URL(from).origin) this.#credential = undefined;
    this.#base = to.slice(0, -suffix.length);
    return to;
  }

  get #shown(): string {
    return withoutCredentials(this.#base);
  }

  async #send(request: Omit<Parameters<HttpClient>[0], 'signal'>): Promise<HttpResponse> {
    const headers: Record<string, string> = { ...this.#options.headers, 'accept-encoding': 'deflate, gzip', ...request.headers };
    if (this.#request.version > 0) headers['git-protocol'] = `version=${this.#request.version}`;
    if (this.#credential !== undefined) {
      const { username, password } = this.#credential;
      headers['authorization'] = `Basic ${btoaText(`${username}:${password}`)}`;
    }
    return this.#options.client({ ...request, headers, signal: this.#request.signal });
  }

  /** Makes a request, and once more with credentials where they are wanted. */
  async #admitted(send: () => Promise<HttpResponse>): Promise<HttpResponse> {
    let response = await send();
    for (let attempt = 0; response.status === 401 && attempt < 3; attempt++) {
      await drop(response);
      const question = this.#question();
      if (this.#credential !== undefined) await this.#options.credentials?.reject(question, this.#credential);
      this.#credential = await this.#options.credentials?.fill(question);
      if (this.#credential === undefined) break;
      response = await send();
    }
    if (response.status === 401) {
      throw new GovcError('remote-unauthorized', `Authentication failed for '${this.#shown}/'`, { url: this.#shown });
    }
    if (this.#credential !== undefined && response.status < 400) await this.#options.credentials?.approve(this.#question(), this.#credential);
    return response;
  }

  #question(): CredentialQuestion {
    const url = new URL(this.#base);
    return {
      protocol: url.protocol.slice(0, -1), host: url.host,
      path: this.#options.usesHttpPath ? url.pathname.slice(1) : undefined,
      username: this.#options.url.username,
    };
  }

  async #mustBeResult(response: HttpResponse): Promise<HttpResponse> {
    await this.#mustSucceed(response);
    const expected = `application/x-${this.#request.service}-result`;
    const type = response.headers['content-type']?.split(';')[0]?.trim();
    if (type === expected) return response;
    await drop(response);
    throw new GovcError('remote-failed', `RPC failed: expected content type ${expected}, got ${type ?? 'none'}`, { url: this.#shown });
  }

  async #mustSucceed(response: HttpResponse): Promise<void> {
    const { status } = response;
    if (status >= 200 && status < 300) return;
    const text = await readMessage(response);
    const said = text === '' ? '' : `\nremote: ${text}`;
    if (status === 404) throw new GovcError('remote-failed', `repository '${this.#shown}/' not found${said}`, { url: this.#shown, status });
    throw new GovcError('remote-failed', `unable to access '${this.#shown}/': The requested URL returned error: ${status}${said}`, { url: this.#shown, status });
  }

  async #dropBody(): Promise<void> {
    const body = this.#body;
    this.#body = undefined;
    await body?.return?.();
  }
}

async function drop({ body }: HttpResponse): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}

/** What the server says to a person, where it is plain text; as Git shows it. */
async function readMessage(response: HttpResponse): Promise<string> {
  if (!/^text\/plain\b/.test(response.headers['content-type'] ?? '')) {
    await drop(response);
    return '';
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body) {
    parts.push(part);
    size += part.length;
    if (size > MESSAGE_SIZE_MAX) break;
  }
  return losslessTextFromBytes(concatBytes(parts)).trim();
}

function btoaText(text: string): string {
  return btoa(String.fromCharCode(...bytesFromText(text)));
}
