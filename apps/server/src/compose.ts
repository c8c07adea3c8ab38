import { createLogContext, createLogger, type Logger, type LoggerOptions } from '@govc/logging';
import { createServerMetrics, type ServerMetrics } from '@govc/metrics';
import { NO_NAMESPACE, parseNamespace } from '@govc/core/protocol';
import type { Person } from '@govc/core';
import { MemoryBudget } from '@govc/core/storage';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

import { Alerts } from './alerts.js';
import type { AppParts } from './app.js';
import { openAccounts } from './auth/accounts.js';
import { developmentAuth } from './auth/development-auth.js';
import { createOpenGate, createUserGate, type Gate } from './auth/gate.js';
import { openSystemRepository, SYSTEM_FOLDER } from './auth/open-system-repository.js';
import { SystemRepository } from './auth/system-repository.js';
import type { ServerConfig } from './config.js';
import { openContainers } from './containers/containers.js';
import type { Environment } from './config-sources.js';
import type { GitParts } from './git/git-parts.js';
import { createHealthChecks } from './health-checks.js';
import { Hooks } from './hooks/hooks.js';
import { createClientReader } from './http/client-address.js';
import { traceparentOf } from './http/trace-context.js';
import { loadTracer, type Tracer } from './http/tracer.js';
import { createTraffic } from './http/traffic.js';
import type { Timers } from './events/timers.js';
import { createLiveCore, openLive } from './live.js';
import { watchLoopLag } from './loop-lag.js';
import { rememberLines } from './recent-lines.js';
import { ForeignRepositories } from './repositories/foreign-repositories.js';
import type { RepositoryObserver } from './repositories/leases.js';
import { readMachineConfig } from './repositories/machine-config.js';
import { maintainRepositories } from './repositories/maintenance.js';
import { createOpener } from './repositories/open.js';
import { OWN_DEFAULTS, ownDefaultsConfig } from './repositories/own-defaults.js';
import { OwnRepositories } from './repositories/own-repositories.js';
import type { Repositories } from './repositories/repositories.js';
import type { SystemFacts } from './routes/health.js';

/** What a server needs of the machine. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that never go back. */
  readonly ticks: () => number;
  readonly random: (sizeBytes: number) => Uint8Array;
  /** Takes the log. */
  readonly logDestination: Writable;
  /** Where temporary files may be. */
  readonly temporaryPath: string;
  /** The bytes of a file, or `undefined` where there is none. */
  readonly readFile: (path: string) => Uint8Array | undefined;
  readonly system: () => SystemFacts;
  /** The user that the process runs as; 0: root. `undefined`: there are none. */
  readonly userId: number | undefined;
  /** What programs of the machine are made for, in the words of Node. */
  readonly architecture: string;
  /** Loads an optional module by its name. Default: there are none. */
  readonly loadModule?: (name: string) => Promise<unknown>;
  readonly version: string;
  /** Default: those of the machine. */
  readonly timers?: Timers | undefined;
}

/** The connected parts of a server that does not listen yet. */
export interface Composition {
  readonly parts: AppParts;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  readonly repositories: Repositories;
  readonly control: ServerControl;
  /** Ends what watches the process. */
  readonly close: () => void;
  /** Shown once to whoever started the server; `undefined` when the administrator's password was given. */
  readonly generatedPassword: string | undefined;
}

/** What changes while a server runs. */
export interface ServerControl {
  isReady: boolean;
  /** Gives up the requests that are still under way. */
  readonly abort: AbortController;
}

/** Connects the packages by a configuration. The only place that knows them all. */
export async function compose(config: ServerConfig, surroundings: Surroundings): Promise<Composition> {
  const { clock, ticks, random, version } = surroundings;
  const tracer = await openTracer(config, surroundings);
  const logContext = createLogContext();
  const recentLines = rememberLines(surroundings.logDestination);
  const logger = createLogger({ ...loggerSettings(config), destination: recentLines.destination, clock, ticks, context: () => logContext.fields() });
  for (const warning of config.warnings) logger.warn(warning);
  const hooks = new Hooks({ env: config.env, logger });
  const actors = new AsyncLocalStorage<Person>();
  const liveOptions = { clock, random, actors, logger, isForeign: config.storage.kind === 'root', timers: surroundings.timers, trace: () => traceparentOf(logContext.fields()) };
  const liveCore = createLiveCore(liveOptions);
  const budget = config.pool.bytesMax === undefined ? undefined : new MemoryBudget(config.pool.bytesMax);
  const observer = maintainRepositories(liveCore.observer, { logger, budget, timers: surroundings.timers });
  const repositories = await openRepositories(config, { surroundings, logger, hooks, observer, budget });
  const { gate, generatedPassword } = await openGate(config, { surroundings, actors, logger });
  const metrics = createServerMetrics({
    clock: ticks, wallClock: clock, version, repositories: () => repositories.count, transactionsActive: () => liveCore.realities.count('transaction'), realitiesActive: () => liveCore.realities.count('reality'),
    goNames() {
      const { memory, activeResources = 0 } = surroundings.system();
      return { heapUsedBytes: memory.heapUsed, activeResources };
    },
  });
  metrics.poolStats(() => repositories.poolStats());
  const loopLag = watchLoopLag();
  const dataPath = config.storage.kind === 'data' ? config.storage.path : undefined;
  // Those who sign in for development are not those of the folder.
  const system = gate.isOpen ? new SystemRepository(await openSystemRepository(systemPathOf(config), clock), actors) : gate.accounts.system;
  const live = await openLive(liveCore, {
    ...liveOptions, repositories, system, metrics, version,
    deliveryPath: dataPath === undefined ? undefined : join(dataPath, '.govc-webhooks'),
    allowedHosts: config.webhookAllowHosts,
  });
  const control: ServerControl = { isReady: true, abort: new AbortController() };
  // Every request under way listens.
  setMaxListeners(0, control.abort.signal);
  let requestCount = 0;
  const processId = Buffer.from(random(6)).toString('hex');
  const containers = await openContainers({
    config: config.builds, env: config.env, dataPath, temporaryPath: surroundings.temporaryPath, processId, userId: surroundings.userId, architecture: surroundings.architecture,
    version, repositories, system, live: liveCore, clock, random, logger, metrics,
  });
  const parts: AppParts = {
    repositories, gate, actors, random, logger, metrics, hooks, clock, ticks, version, live, containers,
    logContext, tracer,
    readClient: createClientReader(config.trustProxy),
    traffic: createTraffic({ limits: config.rateLimits, metrics, ticks }),
    corsOrigins: config.corsOrigins,
    readTimeoutMs: config.readTimeoutMs,
    pushLimits: config.push,
    quota: config.quota,
    poolSettings: config.pool,
    alerts: new Alerts(),
    recentLog: () => recentLines.read(),
    isProfiling: config.isProfiling,
    loopLagMs: () => loopLag.read(),
    health: createHealthChecks({
      repositories, gate, logger, clock, ticks,
      residentBytes: () => surroundings.system().memory.rss,
      loopLagMs: () => loopLag.read(),
      loopLagMaxMs: config.loopLagMaxMs,
      poolCountMax: config.pool.countMax,
    }),
    metricsPath: config.metricsPath,
    namespace: config.namespace === undefined ? NO_NAMESPACE : parseNamespace(config.namespace),
    namespaceName: config.namespace,
    committer: config.storage.kind === 'root' ? committerOf(config.env) : { name: undefined, email: undefined },
    makeId: () => `req-${processId}-${++requestCount}`,
    signal: control.abort.signal,
    temporaryPath: surroundings.temporaryPath,
    bodySizeMax: config.bodySizeMax,
    isReady: () => control.isReady,
    startMs: clock(),
    system: surroundings.system,
  };
  return { parts, logger, metrics, repositories, control, close: () => loopLag.close(), generatedPassword };
}

function openTracer({ isTracing }: ServerConfig, { loadModule, version }: Surroundings): Promise<Tracer | undefined> {
  if (!isTracing) return Promise.resolve(undefined);
  return loadTracer(loadModule ?? ((name) => Promise.reject(new Error(`there is no module ${name} here`))), version);
}

const REPEATS_WINDOW_MS = 60_000;

function loggerSettings({ logging }: ServerConfig): Pick<LoggerOptions, 'level' | 'format' | 'fields' | 'repeats'> {
  const { level, format, component, repeatsMax } = logging;
  return {
    level,
    format,
    fields: component === undefined ? undefined : { component },
    repeats: repeatsMax === undefined ? undefined : { countMax: repeatsMax, windowMs: REPEATS_WINDOW_MS },
  };
}

/** What the environment says of who commits; what cannot stand in an identity is left out, as Git does. */
function committerOf(env: Environment): GitParts['committer'] {
  const read = (name: string): string | undefined => {
    const text = env[name]?.replace(/[\p{Cc}<>]/gu, '').trim();
    return text === '' ? undefined : text;
  };
  return { name: read('GIT_COMMITTER_NAME'), email: read('GIT_COMMITTER_EMAIL') };
}

interface RepositoryParts {
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  readonly hooks: Hooks;
  readonly observer: RepositoryObserver;
  readonly budget: MemoryBudget | undefined;
}

async function openRepositories(config: ServerConfig, { surroundings, logger, hooks, observer, budget }: RepositoryParts): Promise<Repositories> {
  const { clock, ticks, temporaryPath, readFile } = surroundings;
  const { storage, env } = config;
  const isForeign = storage.kind === 'root';
  const openDirectory = createOpener({
    logger,
    clock,
    quota: config.quota,
    budget,
    baseConfig: isForeign ? readMachineConfig(env, readFile) : ownDefaultsConfig(),
    home: env['HOME'],
    observe: (gitPath, read) => hooks.observe(gitPath, read),
  });
  const { countMax, bytesMax, idleMs } = config.pool;
  const leases = { countMax, bytesMax, idleMs, ticks, logger, observer };
  if (isForeign) return ForeignRepositories.start({ ...leases, rootPath: storage.path, exportAll: storage.exportAll, openDirectory });
  const dataPath = storage.kind === 'data' ? storage.path : undefined;
  const { repositoriesMax } = config;
  return OwnRepositories.start({ ...leases, repositoriesMax, budget, quota: config.quota, dataPath, temporaryPath, openDirectory, defaults: OWN_DEFAULTS, clock });
}

/** Where the system repository is; `undefined`: in memory. */
function systemPathOf({ storage, systemPath }: Pick<ServerConfig, 'storage' | 'systemPath'>): string | undefined {
  return systemPath ?? (storage.kind === 'data' ? join(storage.path, SYSTEM_FOLDER) : undefined);
}

interface GateParts {
  readonly surroundings: Surroundings;
  readonly actors: AsyncLocalStorage<Person>;
  readonly logger: Logger;
}

async function openGate(
  { auth, storage, systemPath }: ServerConfig, parts: GateParts,
): Promise<{ gate: Gate; generatedPassword: string | undefined }> {
  const { clock, random, readFile } = parts.surroundings;
  const path = auth.kind === 'open' ? undefined : systemPathOf({ storage, systemPath });
  const system = new SystemRepository(await openSystemRepository(path, clock), parts.actors);
  const { accounts, generatedPassword } = await openAccounts({
    config: auth.kind === 'open' ? developmentAuth(random) : auth, system, actors: parts.actors, clock, random, readFile,
    onLockoutFailed: (error) => parts.logger.error('failed sign-ins could not be noted', { error }),
  });
  const gate = createUserGate({ accounts, clock, random });
  return { gate: auth.kind === 'open' ? createOpenGate(gate) : gate, generatedPassword };
}
