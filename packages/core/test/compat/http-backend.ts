import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GIT_ENVIRONMENT } from './real-git.js';

/** `git http-backend` behind a small server, for all repositories of a folder. */
export class HttpBackend {
  readonly #server: Server;
  /** Method and path of each request. */
  readonly requests: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param password wanted from every request, as that of the user `dev` */
  static async start(folder: string, options: { readonly password?: string } = {}): Promise<HttpBackend> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      backend.requests.push(`${request.method ?? ''} ${url.pathname}`);
      const expected = `Basic ${Buffer.from(`dev:${options.password ?? ''}`).toString('base64')}`;
      if (options.password !== undefined && request.headers.authorization !== expected) {
        request.resume();
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
        return;
      }
      if (url.pathname.startsWith('/moved/')) {
        response.writeHead(301, { Location: `${url.pathname.slice('/moved'.length)}${url.search}` }).end();
        return;
      }
      const header = (name: string): string => String(request.headers[name] ?? '');
      const child = spawn('git', ['http-backend'], {
        env: {
          ...GIT_ENVIRONMENT, HOME: folder, GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: url.pathname, REMOTE_USER: 'dev',
          QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method ?? 'GET', CONTENT_TYPE: header('content-type'),
          HTTP_CONTENT_ENCODING: header('content-encoding'), GIT_PROTOCOL: header('git-protocol'),
          ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: header('content-length') }),
        },
      });
      request.pipe(child.stdin);
      child.stdin.on('error', () => undefined);
      let head: Buffer | undefined = Buffer.alloc(0);
      child.stdout.on('data', (chunk: Buffer) => {
        if (head === undefined) {
          response.write(chunk);
          return;
        }
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        for (const line of head.subarray(0, end).toString().split('\r\n')) {
          const [name = '', value = ''] = line.split(/: (.*)/s);
          if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
          else response.setHeader(name, value);
        }
        response.write(head.subarray(end + 4));
        head = undefined;
      });
      child.on('close', () => response.end());
    });
    const backend = new HttpBackend(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return backend;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
