import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import { createApp } from './app.js';
import { compose, type Composition, type Surroundings } from './compose.js';
import type { ServerConfig, TlsFiles } from './config.js';
import { ServerError } from './errors.js';
import { holdBody } from './http/admit-body.js';
import { clientErrorListener } from './http/client-error.js';
import { upgradeListener } from './http/upgrade.js';
import { isLoopbackHost } from './http/loopback-guard.js';
import { isSameIdentity, readTlsIdentity } from './tls.js';

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
  /** Reads certificate and key again, if the server has any. What is there and cannot be used is logged, and the earlier ones stay. */
  reload(): void;
}

/** Proxies and clients keep connections for up to a minute; the server must not be the first to close one. */
const KEEP_ALIVE_MS = 75_000;
const ABORT_GRACE_MS = 2000;
/** How often a new certificate is looked for. */
const CERTIFICATE_CHECK_MS = 30_000;

/**
 * Starts a server.
 *
 * @param announce takes what whoever started it must know, in lines
 * @throws {ServerError} address-in-use
 */
export async function startServer(config: ServerConfig, surroundings: Surroundings, announce: (line: string) => void): Promise<RunningServer> {
  const composition = await compose(config, surroundings);
  const app = createApp(composition.parts);
  const { server, reload } = await openServer(config, { app, composition, surroundings });
  try {
    await listen(server, config);
  } catch (error) {
    await release(composition);
    throw error;
  }
  await composition.parts.live.start();
  const cleanup = setInterval(() => {
    composition.parts.live.realities.sweep();
    Promise.all([composition.repositories.cleanup(), composition.parts.gate.accounts.sessions.prune(), composition.parts.gate.accounts.revocations.prune(), composition.parts.gate.accounts.lockout.prune()]).catch((error: unknown) => composition.logger.error('cleanup failed', { error }));
  }, config.pool.cleanupMs);
  cleanup.unref();
  const certificates = setInterval(reload, CERTIFICATE_CHECK_MS);
  certificates.unref();
  const { port } = server.address() as AddressInfo;
  const scheme = config.tls === undefined ? 'http' : 'https';
  const url = `${scheme}://${urlHost(config.host)}:${port}`;
  greet({ config, composition, url, port, announce });
  let stopping: Promise<void> | undefined;
  return {
    url,
    port,
    reload,
    stop() {
      clearInterval(certificates);
      return (stopping ??= stop(server, { config, composition, cleanup }));
    },
  };
}

interface ServerParts {
  readonly app: RequestListener;
  readonly composition: Composition;
  readonly surroundings: Surroundings;
}

/** A server of HTTP/1.1, over TLS where there is a certificate, with its bounds. */
async function openServer(config: ServerConfig, { app, composition, surroundings }: ServerParts): Promise<{ readonly server: Server; readonly reload: () => void }> {
  const options: ServerOptions = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: config.headerTimeoutMs,
    maxHeaderSize: config.headerSizeMax,
    connectionsCheckingInterval: Math.min(30_000, Math.max(100, Math.floor(config.headerTimeoutMs / 2))),
    // A push may take hours; what bounds it is silence.
    requestTimeout: 0,
    highWaterMark: 256 * 1024,
  };
  try {
    const { server, reload } = config.tls === undefined
      ? { server: createServer(options, app), reload: () => undefined }
      : secureServer(options, { app, composition, surroundings, files: config.tls, handshakeTimeoutMs: config.headerTimeoutMs });
    server.timeout = config.idleTimeoutMs;
    if (config.connectionsMax !== undefined) server.maxConnections = config.connectionsMax;
    const responses = new WeakMap<Duplex, ServerResponse>();
    server.on('clientError', clientErrorListener({ logger: composition.logger, makeId: composition.parts.makeId, responseOn: (socket) => responses.get(socket) }));
    server.on('request', (request, response) => {
      const { socket } = request;
      responses.set(socket, response);
      const setTimeoutOf = (timeoutMs: number) => () => void socket.setTimeout(timeoutMs);
      request.once('end', setTimeoutOf(config.writeTimeoutMs));
      response.once('close', setTimeoutOf(config.idleTimeoutMs));
    });
    server.on('checkContinue', (request, response) => {
      holdBody(request);
      app(request, response);
    });
    server.on('upgrade', upgradeListener(app));
    return { server, reload };
  } catch (error) {
    await release(composition);
    throw error;
  }
}

function secureServer(
  options: ServerOptions,
  { app, composition, surroundings, files, handshakeTimeoutMs }: ServerParts & { readonly files: TlsFiles; readonly handshakeTimeoutMs: number },
): { readonly server: SecureServer; readonly reload: () => void } {
  const { logger } = composition;
  let identity = readTlsIdentity(files, surroundings.readFile);
  const secure = { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] } as const;
  let server: SecureServer;
  try {
    server = createSecureServer({ ...options, ...secure, ...identity, handshakeTimeout: handshakeTimeoutMs }, app);
  } catch (error) {
    throw new ServerError('config-value-invalid', `The certificate ${files.certFile} and the key ${files.keyFile} cannot be used: ${(error as Error).message}`, {
      name: 'server.tls',
    }, { cause: error });
  }
  server.on('tlsClientError', (error) => logger.debug('a TLS connection was refused', { error }));
  const reload = (): void => {
    try {
      const next = readTlsIdentity(files, surroundings.readFile);
      if (isSameIdentity(identity, next)) return;
      server.setSecureContext({ ...secure, ...next });
      identity = next;
      logger.info('the certificate was read again', { path: files.certFile });
    } catch (error) {
      logger.error('the certificate cannot be read again, so the earlier one stays', { path: files.certFile, error });
    }
  };
  return { server, reload };
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
  await composition.parts.live.stop();
  await composition.parts.containers.stop();
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

async function release({ parts, repositories, logger, metrics, close }: Composition): Promise<void> {
  close();
  try {
    await parts.gate.accounts.lockout.flush();
    await parts.gate.accounts.system.close();
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
  const shown = isLoopbackHost(config.host) ? url.replace(/\/\/[^/]*$/, `//localhost:${port}`) : url;
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
    if (config.storage.kind !== 'data' && config.systemPath === undefined) announce('Users, roles and keys are in memory and end with the server.');
  }
  logger.info('the server listens', { url, storage: config.storage.kind, version: parts.version });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host;
}
