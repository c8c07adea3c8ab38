import { ServerError } from './errors.js';
import { isLoopbackHost } from './http/loopback-guard.js';
import type { BuildsConfig } from './containers/containers.js';
import { findSettings, type ConfigSources, type Environment } from './config-sources.js';
import { SETTINGS, type Setting, type SettingValues } from './settings.js';

/** Who may do what. */
export type AuthConfig =
  | {
      /** Development mode: nobody signs in, everybody may do everything. */
      readonly kind: 'open';
    }
  | {
      readonly kind: 'users';
      /** Signs tokens, unless a key file does. */
      readonly jwtSecret: string | undefined;
      /** Private key in PEM that signs tokens. */
      readonly jwtKeyFile: string | undefined;
      /** What signed tokens before and still verifies them. */
      readonly jwtPreviousSecret: string | undefined;
      readonly jwtPreviousKeyFile: string | undefined;
      readonly jwtIssuer: string;
      readonly jwtTtlMs: number;
      /** How long a session lasts without a refresh. */
      readonly refreshTtlMs: number;
      readonly adminName: string;
      /** `undefined`: one is generated and shown once. */
      readonly adminPassword: string | undefined;
    };

/** Where repositories are. */
export type StorageConfig =
  | { readonly kind: 'memory' }
  | {
      /** Durable repositories of this server. */
      readonly kind: 'data';
      readonly path: string;
    }
  | {
      /** Repositories that others made, under the rules of git http-backend. */
      readonly kind: 'root';
      readonly path: string;
      readonly exportAll: boolean;
    };

/** Everything that can be set about a server, complete and checked. */
export interface ServerConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly storage: StorageConfig;
  readonly auth: AuthConfig;
  /** `undefined`: the repository itself. */
  readonly namespace: string | undefined;
  /** Where users, roles and keys are kept; `undefined`: beside the repositories of `data`, else in memory. */
  readonly systemPath: string | undefined;
  readonly tls: TlsFiles | undefined;
  /** Which proxies are believed: none, this many, or those at these addresses. */
  readonly trustProxy: false | number | readonly string[];
  readonly bodySizeMax: number;
  readonly headerSizeMax: number;
  /** `undefined`: as many as the system allows. */
  readonly connectionsMax: number | undefined;
  readonly idleTimeoutMs: number;
  readonly headerTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly graceMs: number;
  /** Origins whose pages may ask; `undefined`: none. */
  readonly corsOrigins: readonly string[] | undefined;
  readonly rateLimits: RateLimits;
  readonly push: PushLimits;
  readonly quota: Quota;
  /** Repositories that may be made; `undefined`: no bound. */
  readonly repositoriesMax: number | undefined;
  readonly pool: { readonly countMax: number; readonly bytesMax: number | undefined; readonly idleMs: number; readonly cleanupMs: number };
  readonly logging: {
    readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
    readonly format: 'json' | 'text' | 'pretty';
    readonly component: string | undefined;
    /** A warning or error in a minute; `undefined`: no bound. */
    readonly repeatsMax: number | undefined;
  };
  /** Where metrics are served; `undefined`: nowhere. */
  readonly metricsPath: string | undefined;
  readonly isTracing: boolean;
  readonly isProfiling: boolean;
  readonly loopLagMaxMs: number;
  readonly builds: BuildsConfig;
  /** Hosts inside of the network that webhooks and policies may call. */
  readonly webhookAllowHosts: readonly string[];
  /** The environment as it was given: hooks and Git's own configuration depend on it. */
  readonly env: Environment;
  /** What is odd but no error, in sentences. */
  readonly warnings: readonly string[];
}

/** Certificate and key in PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Requests in a window of time; `undefined`: no bound. */
export interface RateLimits {
  readonly windowMs: number;
  readonly address: number | undefined;
  readonly identity: number | undefined;
  readonly login: number | undefined;
}

/** Bounds of one push; `undefined`: no bound of the server. */
export interface PushLimits {
  readonly packSizeMax: number | undefined;
  readonly packObjectsMax: number | undefined;
}

/** Bounds of one repository; `undefined`: no bound. */
export interface Quota {
  readonly bytes: number | undefined;
  readonly objects: number | undefined;
  readonly refs: number | undefined;
}

/**
 * The configuration: defaults, then the file that `--config` or `GOVC_CONFIG` names, then the environment, then options.
 *
 * @throws {ServerError} option-unknown, config-file-invalid, config-value-invalid, jwt-secret-missing, jwt-secret-short
 */
export function loadConfig(sources: ConfigSources): ServerConfig {
  const { settings, warnings } = findSettings(sources);
  const values: Record<string, unknown> = {};
  for (const { name, label, text } of settings) {
    const setting: Setting<unknown> = SETTINGS[name];
    if (text !== undefined) values[name] = setting.read(text, label);
  }
  const isLevelSet = settings.some(({ name, source }) => name === 'logLevel' && source !== 'default');
  return complete(values as SettingValues, { env: sources.env, warnings, isLevelSet });
}

interface Found {
  readonly env: Environment;
  readonly warnings: readonly string[];
  readonly isLevelSet: boolean;
}

/** Zero stands for no bound where a bound of zero would make no sense. */
const bound = (value: number): number | undefined => (value === 0 ? undefined : value);

function complete(values: SettingValues, { env, warnings, isLevelSet }: Found): ServerConfig {
  const auth = completeAuth(values, values.host);
  return {
    host: values.host,
    port: values.port,
    storage: completeStorage(values, env),
    auth,
    namespace: values.namespace,
    systemPath: values.systemPath,
    tls: completeTls(values),
    trustProxy: values.trustProxy,
    bodySizeMax: values.bodySizeMax,
    headerSizeMax: values.headerSizeMax,
    connectionsMax: bound(values.connectionsMax),
    idleTimeoutMs: values.idleTimeoutMs,
    headerTimeoutMs: values.headerTimeoutMs,
    readTimeoutMs: values.readTimeoutMs,
    writeTimeoutMs: values.writeTimeoutMs,
    graceMs: values.graceMs,
    corsOrigins: values.corsEnabled ? values.corsOrigins : undefined,
    rateLimits: completeRateLimits(values, auth),
    push: { packSizeMax: bound(values.packSizeMax), packObjectsMax: bound(values.packObjectsMax) },
    quota: { bytes: bound(values.quotaBytes), objects: bound(values.quotaObjects), refs: bound(values.quotaRefs) },
    repositoriesMax: bound(values.repositoriesMax),
    pool: {
      countMax: values.poolCountMax,
      bytesMax: bound(values.memoryMaxMb * 1024 * 1024),
      idleMs: values.poolIdleMs,
      cleanupMs: Math.max(1000, values.poolCleanupMs),
    },
    logging: {
      level: values.debug && !isLevelSet ? 'DEBUG' : values.logLevel,
      format: values.logFormat,
      component: values.logComponent,
      repeatsMax: bound(values.logRepeatsMax),
    },
    metricsPath: values.metricsEnabled ? values.metricsPath : undefined,
    isTracing: values.tracingEnabled,
    isProfiling: values.profilerEnabled,
    loopLagMaxMs: values.loopLagMaxMs,
    webhookAllowHosts: values.webhookAllowHosts ?? [],
    builds: completeBuilds(values),
    env,
    warnings,
  };
}

function completeBuilds(values: SettingValues): BuildsConfig {
  return {
    engine: values.buildsEngine,
    isolation: values.buildsIsolation,
    concurrency: values.buildsConcurrency,
    queueMax: values.buildsQueueMax,
    timeoutMs: values.buildsTimeoutMs,
    memoryBytesMax: bound(values.buildsMemoryMax),
    sizeBytesMax: values.buildsSizeMax,
    policy: {
      allowedBases: values.buildsAllowedBases ?? [], sizeBytesMax: bound(values.buildsImageSizeMax),
      requiredLabels: values.buildsRequiredLabels ?? [], prohibitedPackages: values.buildsProhibitedPackages ?? [],
    },
  };
}

function completeTls({ tlsCertFile, tlsKeyFile }: SettingValues): TlsFiles | undefined {
  if (tlsCertFile === undefined && tlsKeyFile === undefined) return undefined;
  if (tlsCertFile !== undefined && tlsKeyFile !== undefined) return { certFile: tlsCertFile, keyFile: tlsKeyFile };
  const [name, missing] = tlsCertFile === undefined ? ['server.tls.key_file', 'server.tls.cert_file'] : ['server.tls.cert_file', 'server.tls.key_file'];
  throw new ServerError('config-value-invalid', `${name} is set, but ${missing} is not; TLS needs both.`, { name: missing });
}

const RATE_DEFAULT = 12_000;

/** Whoever tries the server out on their own machine must not run into bounds that keep strangers at bay. */
function completeRateLimits({ rateWindowMs, rateAddress, rateIdentity, rateLogin }: SettingValues, { kind }: AuthConfig): RateLimits {
  const fallback = kind === 'open' ? 0 : RATE_DEFAULT;
  return {
    windowMs: Math.max(1000, rateWindowMs),
    address: bound(rateAddress ?? fallback),
    identity: bound(rateIdentity ?? fallback),
    login: bound(rateLogin),
  };
}

function completeStorage(values: SettingValues, env: Environment): StorageConfig {
  const { data, root, storageType } = values;
  if (storageType === 'disk' && data === undefined && root === undefined) {
    throw new ServerError('config-value-invalid', 'storage.type is "disk", but no folder is set: give --data DIR (GOVC_STORAGE_DISK_PATH).', { name: 'storage.type' });
  }
  if (storageType === 'memory' && (data !== undefined || root !== undefined)) {
    throw new ServerError('config-value-invalid', 'storage.type is "memory", but a folder is set, too; leave one of them out.', { name: 'storage.type' });
  }
  if (data !== undefined && root !== undefined) {
    throw new ServerError('config-value-invalid', '--data and --root exclude each other: the first keeps repositories of this server, ' +
      'the second serves those that others made.', { name: 'storage' });
  }
  // As with git http-backend, the variable counts even when it is empty.
  const exportAll = values.exportAll ?? env['GIT_HTTP_EXPORT_ALL'] !== undefined;
  if (root !== undefined) return { kind: 'root', path: root, exportAll };
  return data === undefined ? { kind: 'memory' } : { kind: 'data', path: data };
}

const SECRET_SIZE_MIN = 32;

function completeAuth(values: SettingValues, host: string): AuthConfig {
  const { jwtSecret, jwtKeyFile, jwtPreviousSecret, jwtPreviousKeyFile, adminPassword, authEnabled } = values;
  if (authEnabled === false) {
    if (isLoopbackHost(host)) return { kind: 'open' };
    throw new ServerError('config-value-invalid', `auth.enabled is false, but the server would be reachable from outside (host ${host}): ` +
      'everybody could do everything. Listen on 127.0.0.1, or let users sign in.', { name: 'auth.enabled' });
  }
  if (jwtSecret === undefined && jwtKeyFile === undefined) {
    if (isLoopbackHost(host) && adminPassword === undefined && authEnabled === undefined) return { kind: 'open' };
    const reason = !isLoopbackHost(host)
      ? `the server would be reachable from outside (host ${host})`
      : adminPassword === undefined ? 'auth.enabled is true' : 'GOVC_ADMIN_PASSWORD is set';
    throw new ServerError('jwt-secret-missing', `GOVC_JWT_SECRET is not set, but ${reason}: set it to ${SECRET_SIZE_MIN} or more ` +
      'random bytes (openssl rand -base64 48), or listen on 127.0.0.1 without an administrator for development.', { host });
  }
  for (const secret of [jwtSecret, jwtPreviousSecret]) {
    const sizeBytes = secret === undefined ? SECRET_SIZE_MIN : Buffer.byteLength(secret);
    if (sizeBytes >= SECRET_SIZE_MIN) continue;
    throw new ServerError('jwt-secret-short', `GOVC_JWT_SECRET has ${sizeBytes} bytes; ${SECRET_SIZE_MIN} are the least ` +
      '(openssl rand -base64 48).', { sizeBytes });
  }
  return {
    kind: 'users',
    jwtSecret,
    jwtKeyFile,
    jwtPreviousSecret,
    jwtPreviousKeyFile,
    jwtIssuer: values.jwtIssuer,
    jwtTtlMs: values.jwtTtlMs,
    refreshTtlMs: values.refreshTtlMs,
    adminName: values.adminName,
    adminPassword,
  };
}
