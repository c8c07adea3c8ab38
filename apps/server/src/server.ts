import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { createApp } from './app.js';
import { compose, type Composition, type Surroundings } from './compose.js';
import type { ServerConfig } from './config.js';
import { ServerError } from './errors.js';
import { holdBody } from './http/admit-body.js';
import { isLoopbackHost } from './http/loopback-guard.js';

/** A server that listens. */
export interface RunningServer {
  /** Where it can be reached, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no more requests, lets those under way end (for the configured grace), makes everything durable and lets go of
   * everything. Further calls wait for the first.
   */
  stop(): Promise<void>;
}

/** Proxies and clients keep connections for up to a minute; the server must not be the first to close one. */
const KEEP_ALIVE_MS = 75_000;
const ABORT_GRACE_MS = 2000;

/**
 * Starts a server.
 *
 * @param announce takes what whoever started it must know, in lines
 * @throws {ServerError} address-in-use
 */
export async function startServer(config: ServerConfig, surroundings: Surroundings, announce: (line: string) => void): Promise<RunningServer> {
  const composition = await compose(config, surroundings);
  const app = createApp(composition.parts);
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: KEEP_ALIVE_MS + 5000,
    // A push may take hours; what bounds it is silence.
    requestTimeout: 0,
    highWaterMark: 256 * 1024,
  }, app);
  server.timeout = config.idleTimeoutMs;
  server.on('checkContinue', (request, response) => {
    holdBody(request);
    app(request, response);
  });
  try {
    await listen(server, config);
  } catch (error) {
    await release(composition);
    throw error;
  }
  const cleanup = setInterval(() => {
    Promise.all([composition.repositories.cleanup(), composition.parts.gate.accounts?.sessions.prune(), composition.parts.gate.accounts?.revocations.prune()]).catch((error: unknown) => composition.logger.error('cleanup failed', { error }));
  }, config.pool.cleanupMs);
  cleanup.unref();
  const { port } = server.address() as AddressInfo;
  const url = `http://${urlHost(config.host)}:${port}`;
  greet({ config, composition, url, port, announce });
  let stopping: Promise<void> | undefined;
  return {
    url,
    port,
    stop: () => (stopping ??= stop(server, { config, composition, cleanup })),
  };
}

function listen(server: Server, { host, port }: ServerConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE'
        ? new ServerError('address-in-use', `Another program listens on ${host}:${port} already; choose another port with --port.`, { host, port }, { cause: error })
        : error);
    });
    server.listen({ host, port }, resolve);
  });
}

async function stop(server: Server, parts: { readonly config: ServerConfig; readonly composition: Composition; readonly cleanup: NodeJS.Timeout }): Promise<void> {
  const { config, composition, cleanup } = parts;
  const { control, logger } = composition;
  clearInterval(cleanup);
  control.isReady = false;
  logger.info('the server stops');
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const ended = new AbortController();
  const giveUp = async (): Promise<void> => {
    await wait(config.graceMs, undefined, { signal: ended.signal });
    logger.warn('requests are given up because they take too long to end');
    control.abort.abort();
    await wait(ABORT_GRACE_MS, undefined, { signal: ended.signal });
    server.closeAllConnections();
  };
  const deadline = giveUp().catch((error: unknown) => {
    if ((error as Error).name !== 'AbortError') throw error;
  });
  await closed;
  ended.abort();
  await deadline;
  await release(composition);
}

async function release({ parts, repositories, logger, metrics }: Composition): Promise<void> {
  try {
    await parts.gate.accounts?.system.close();
  } finally {
    await closeRest({ repositories, logger, metrics });
  }
}

async function closeRest({ repositories, logger, metrics }: Pick<Composition, 'repositories' | 'logger' | 'metrics'>): Promise<void> {
  try {
    await repositories.close(AbortSignal.timeout(ABORT_GRACE_MS));
  } finally {
    metrics.close();
    await logger.close();
  }
}

interface Greeting {
  readonly config: ServerConfig;
  readonly composition: Composition;
  readonly url: string;
  readonly port: number;
  readonly announce: (line: string) => void;
}

function greet({ config, composition, url, port, announce }: Greeting): void {
  const { parts, logger, repositories, generatedPassword } = composition;
  const shown = isLoopbackHost(config.host) ? `http://localhost:${port}` : url;
  announce(`govc ${parts.version} listens on ${url}/`);
  announce(`Repositories: ${repositories.place}`);
  announce(`Clone:        git clone ${shown}/<repository>.git`);
  if (config.auth.kind === 'open') {
    announce('');
    announce('DEVELOPMENT MODE: nobody needs to sign in, and everybody on this machine may do everything.');
    announce('To serve others, set GOVC_JWT_SECRET (32 bytes or more) and GOVC_ADMIN_PASSWORD.');
    logger.warn('development mode: anonymous requests may do everything');
  } else if (generatedPassword !== undefined) {
    announce('');
    announce(`Administrator: ${config.auth.adminName}, password ${generatedPassword}`);
    announce('The password is not shown again; set GOVC_ADMIN_PASSWORD to choose one.');
    if (config.storage.kind !== 'data') announce('Users, roles and keys are in memory and end with the server.');
  }
  logger.info('the server listens', { url, storage: config.storage.kind, version: parts.version });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host;
}
