import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { CLEAN_ENVIRONMENT } from './programs.js';

/** A web server that hands every request to `git http-backend`, for comparison. */
export interface ReferenceServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the bare repositories below a folder; anyone may push. */
export async function startHttpBackend(root: string): Promise<ReferenceServer> {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const child = spawn('git', ['http-backend'], {
      env: {
        ...CLEAN_ENVIRONMENT,
        GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', REMOTE_USER: 'tester', REMOTE_ADDR: '127.0.0.1',
        REQUEST_METHOD: request.method ?? 'GET', PATH_INFO: decodeURIComponent(pathname), QUERY_STRING: search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: request.headers['content-length'] }),
        ...(request.headers['content-encoding'] === undefined ? {} : { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] }),
        ...(request.headers['git-protocol'] === undefined ? {} : { GIT_PROTOCOL: String(request.headers['git-protocol']) }),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    let head = Buffer.alloc(0);
    let begun = false;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!begun) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        begun = true;
        const headers: Record<string, string> = {};
        let status = 200;
        for (const line of head.toString('latin1', 0, end).split('\r\n')) {
          const colon = line.indexOf(':');
          const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
          if (name.toLowerCase() === 'status') status = Number(value.slice(0, 3));
          else headers[name] = value;
        }
        response.writeHead(status, headers);
        chunk = head.subarray(end + 4);
      }
      if (!response.write(chunk)) {
        child.stdout.pause();
        response.once('drain', () => child.stdout.resume());
      }
    });
    child.stdout.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => {
        resolve();
      });
    }),
  };
}

/** Watches processes by what their command line holds, and gives the most memory they held together, in MiB (Linux). */
export function watchMemory(pattern: RegExp): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    let sum = 0;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (!pattern.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' '))) continue;
        const status = readFileSync(`/proc/${pid}/status`, 'latin1');
        sum += Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
      } catch {
        // The process ended between the two looks.
        continue;
      }
    }
    peak = Math.max(peak, sum);
  }, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
