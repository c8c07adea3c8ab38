import { parseDuration } from './duration.js';
import {
  choice, integer, readBoolean, readHosts, readLevel, readList, readLogFormat, readOrigins, readPath, readSize, readStorageType, readText, readTrustProxy,
} from './setting-readers.js';

/**
 * The table of settings. Each has up to three names, weakest first: a key of the configuration file, a variable of the
 * environment, an option of the command line; and a reader that turns text into a value or says what is wrong with it. A secret can
 * be in a file of its own, too, which the key with `_file` and the variable with `_FILE` name.
 */

/** One setting. */
export interface Setting<Value> {
  /** Path in the YAML file, such as `server.port`. */
  readonly key: string;
  readonly env: string;
  /** Option such as `--port`; `undefined`: cannot be set on the command line. */
  readonly flag?: string;
  /** What the option's value is called in help; `undefined`: the option takes none. */
  readonly takes?: string;
  /** The default as it would be written; `undefined`: not set. */
  readonly fallback?: string;
  /** Whether it must not be shown. */
  readonly secret?: boolean;
  /** One line for help, without the default. */
  readonly help: string;
  /** @throws {ServerError} config-value-invalid */
  readonly read: (text: string, name: string) => Value;
}

/** Every setting by its name in the configuration. */
export const SETTINGS = {
  host: {
    key: 'server.host', env: 'GOVC_HOST', flag: '--host', takes: 'ADDRESS', fallback: '127.0.0.1', read: readText,
    help: 'Address to listen on. Any but a loopback address needs a secret.',
  },
  port: {
    key: 'server.port', env: 'GOVC_PORT', flag: '--port', takes: 'PORT', fallback: '8080', read: integer(0, 65_535),
    help: 'Port to listen on; 0 takes a free one.',
  },
  tlsCertFile: {
    key: 'server.tls.cert_file', env: 'GOVC_TLS_CERT_FILE', read: readText,
    help: 'Certificate in PEM, with those in between; with it the server speaks HTTPS. Read again when it changes and at SIGHUP.',
  },
  tlsKeyFile: {
    key: 'server.tls.key_file', env: 'GOVC_TLS_KEY_FILE', read: readText,
    help: 'Private key in PEM of the certificate.',
  },
  trustProxy: {
    key: 'server.trust_proxy', env: 'GOVC_TRUST_PROXY', fallback: 'false', read: readTrustProxy,
    help: 'Which proxies are believed about addresses and schemes: how many stand before the server, or their addresses.',
  },
  headerTimeoutMs: {
    key: 'server.header_timeout', env: 'GOVC_HEADER_TIMEOUT', fallback: '60s', read: parseDuration,
    help: 'How long the head of a request may take to arrive.',
  },
  headerSizeMax: {
    key: 'server.header_size_max', env: 'GOVC_HEADER_SIZE_MAX', fallback: '32k', read: readSize,
    help: 'Largest head of a request in bytes.',
  },
  readTimeoutMs: {
    key: 'server.read_timeout', env: 'GOVC_READ_TIMEOUT', fallback: '5m', read: parseDuration,
    help: 'How long the body of a REST request may take to arrive; pushes are bounded by silence alone.',
  },
  writeTimeoutMs: {
    key: 'server.write_timeout', env: 'GOVC_WRITE_TIMEOUT', fallback: '10m', read: parseDuration,
    help: 'How long a connection may be silent once the request has arrived.',
  },
  idleTimeoutMs: {
    key: 'server.idle_timeout', env: 'GOVC_IDLE_TIMEOUT', fallback: '10m', read: parseDuration,
    help: 'How long a connection may be silent in the middle of a request.',
  },
  graceMs: {
    key: 'server.shutdown_grace', env: 'GOVC_SHUTDOWN_GRACE', fallback: '30s', read: parseDuration,
    help: 'How long requests may take to end when the server stops.',
  },
  connectionsMax: {
    key: 'server.max_connections', env: 'GOVC_MAX_CONNECTIONS', fallback: '0', read: integer(0, 10_000_000),
    help: 'Connections at one time; 0: as many as the system allows.',
  },
  repositoriesMax: {
    key: 'server.max_repos', env: 'GOVC_MAX_REPOS', fallback: '0', read: integer(0, 10_000_000),
    help: 'Repositories that the server makes at most; 0: no bound.',
  },
  debug: {
    key: 'server.debug', env: 'GOVC_DEBUG', fallback: 'false', read: readBoolean,
    help: 'Log at level DEBUG where no level is set.',
  },
  profilerEnabled: {
    key: 'server.profiler_enabled', env: 'GOVC_PROFILER_ENABLED', fallback: 'false', read: readBoolean,
    help: 'Let administrators take a CPU profile at /debug/profile.',
  },
  storageType: {
    key: 'storage.type', env: 'GOVC_STORAGE_TYPE', read: readStorageType,
    help: 'memory or disk; disk needs a folder. By default what the other settings say.',
  },
  data: {
    key: 'storage.disk_path', env: 'GOVC_STORAGE_DISK_PATH', flag: '--data', takes: 'DIR', read: readText,
    help: 'Keep repositories durably as bare Git directories below DIR.',
  },
  root: {
    key: 'storage.root', env: 'GOVC_ROOT', flag: '--root', takes: 'DIR', read: readText,
    help: 'Serve the existing Git repositories below DIR, as git http-backend does.',
  },
  memoryMaxMb: {
    key: 'storage.max_memory_mb', env: 'GOVC_STORAGE_MAX_MEMORY_MB', fallback: '0', read: integer(0, 1_000_000_000),
    help: 'Megabytes that open repositories may hold together; 0: no bound.',
  },
  exportAll: {
    key: 'http.export_all', env: 'GOVC_EXPORT_ALL', flag: '--export-all', read: readBoolean,
    help: 'With --root: serve repositories without git-daemon-export-ok too.',
  },
  namespace: {
    key: 'http.namespace', env: 'GOVC_NAMESPACE', flag: '--namespace', takes: 'NAME', read: readText,
    help: 'Serve the refs of this Git namespace only.',
  },
  bodySizeMax: {
    key: 'http.body_size_max', env: 'GOVC_BODY_SIZE_MAX', fallback: '64m', read: readSize,
    help: 'Largest body of a REST request in bytes.',
  },
  corsEnabled: {
    key: 'http.cors.enabled', env: 'GOVC_CORS_ENABLED', fallback: 'false', read: readBoolean,
    help: 'Let pages of other sites use REST through browsers.',
  },
  corsOrigins: {
    key: 'http.cors.origins', env: 'GOVC_CORS_ORIGINS', fallback: '*', read: readOrigins,
    help: 'Which sites: * or a list of origins such as https://example.com.',
  },
  packSizeMax: {
    key: 'git.pack_size_max', env: 'GOVC_PACK_SIZE_MAX', fallback: '0', read: readSize,
    help: 'Largest pack of a push in bytes; 0: as receive.maxInputSize of the repository says.',
  },
  packObjectsMax: {
    key: 'git.pack_objects_max', env: 'GOVC_PACK_OBJECTS_MAX', fallback: '0', read: integer(0, 1_000_000_000),
    help: 'Most objects in the pack of a push; 0: no bound of the server.',
  },
  quotaBytes: {
    key: 'quota.bytes', env: 'GOVC_QUOTA_BYTES', fallback: '0', read: readSize,
    help: 'Bytes of the objects of one repository; 0: no bound.',
  },
  quotaObjects: {
    key: 'quota.objects', env: 'GOVC_QUOTA_OBJECTS', fallback: '0', read: integer(0, 1_000_000_000),
    help: 'Objects of one repository; 0: no bound.',
  },
  quotaRefs: {
    key: 'quota.refs', env: 'GOVC_QUOTA_REFS', fallback: '0', read: integer(0, 1_000_000_000),
    help: 'Refs of one repository; 0: no bound.',
  },
  rateWindowMs: {
    key: 'rate_limit.window', env: 'GOVC_RATE_LIMIT_WINDOW', fallback: '1m', read: parseDuration,
    help: 'In which time requests are counted.',
  },
  rateAddress: {
    key: 'rate_limit.address', env: 'GOVC_RATE_LIMIT_ADDRESS', read: integer(0, 1_000_000_000),
    help: 'Requests from one address in that time; 0: no bound. By default 12000, and none in development mode.',
  },
  rateIdentity: {
    key: 'rate_limit.identity', env: 'GOVC_RATE_LIMIT_IDENTITY', read: integer(0, 1_000_000_000),
    help: 'Requests of one user in that time; 0: no bound. By default 12000, and none in development mode.',
  },
  rateLogin: {
    key: 'rate_limit.login', env: 'GOVC_RATE_LIMIT_LOGIN', fallback: '120', read: integer(0, 1_000_000_000),
    help: 'Requests from one address in that time to sign in, refresh, or set a password; 0: no bound.',
  },
  authEnabled: {
    key: 'auth.enabled', env: 'GOVC_AUTH_ENABLED', read: readBoolean,
    help: 'true: users sign in on a loopback address, too; false: nobody does, which only a loopback address allows.',
  },
  systemPath: {
    key: 'auth.system_path', env: 'GOVC_SYSTEM_PATH', read: readText,
    help: 'The Git directory that keeps users, roles and keys. By default .govc-system.git in the folder of --data, else memory.',
  },
  jwtSecret: {
    key: 'auth.jwt.secret', env: 'GOVC_JWT_SECRET', secret: true, read: readText,
    help: 'Signs tokens; 32 bytes or more.',
  },
  jwtIssuer: {
    key: 'auth.jwt.issuer', env: 'GOVC_JWT_ISSUER', fallback: 'govc-server', read: readText,
    help: 'Issuer of tokens.',
  },
  jwtTtlMs: {
    key: 'auth.jwt.ttl', env: 'GOVC_JWT_TTL', fallback: '24h', read: parseDuration,
    help: 'Lifetime of tokens.',
  },
  refreshTtlMs: {
    key: 'auth.jwt.refresh_ttl', env: 'GOVC_JWT_REFRESH_TTL', fallback: '720h', read: parseDuration,
    help: 'How long a session lasts without a refresh.',
  },
  jwtKeyFile: {
    key: 'auth.jwt.key_file', env: 'GOVC_JWT_KEY_FILE', read: readText,
    help: 'Private key in PEM that signs tokens instead of the secret: RSA (RS256), P-256 (ES256) or Ed25519 (EdDSA).',
  },
  jwtPreviousSecret: {
    key: 'auth.jwt.previous_secret', env: 'GOVC_JWT_PREVIOUS_SECRET', secret: true, read: readText,
    help: 'The secret before the last change; its tokens stay valid.',
  },
  jwtPreviousKeyFile: {
    key: 'auth.jwt.previous_key_file', env: 'GOVC_JWT_PREVIOUS_KEY_FILE', read: readText,
    help: 'The key file before the last change; its tokens stay valid.',
  },
  adminName: {
    key: 'auth.admin.username', env: 'GOVC_ADMIN_USERNAME', fallback: 'admin', read: readText,
    help: 'Name of the administrator.',
  },
  adminPassword: {
    key: 'auth.admin.password', env: 'GOVC_ADMIN_PASSWORD', secret: true, read: readText,
    help: 'Password of the administrator; generated when missing.',
  },
  poolCountMax: {
    key: 'pool.max_repositories', env: 'GOVC_POOL_MAX_REPOS', fallback: '1000', read: integer(1, 10_000_000),
    help: 'Repositories open at one time.',
  },
  poolIdleMs: {
    key: 'pool.max_idle_time', env: 'GOVC_POOL_IDLE_TIME', fallback: '30m', read: parseDuration,
    help: 'Close durable repositories unused for this long.',
  },
  poolCleanupMs: {
    key: 'pool.cleanup_interval', env: 'GOVC_POOL_CLEANUP_INTERVAL', fallback: '5m', read: parseDuration,
    help: 'How often to look for them.',
  },
  logLevel: {
    key: 'logging.level', env: 'GOVC_LOG_LEVEL', flag: '--log-level', takes: 'LEVEL', fallback: 'INFO', read: readLevel,
    help: 'Least level that is logged: DEBUG, INFO, WARN, ERROR, FATAL.',
  },
  logFormat: {
    key: 'logging.format', env: 'GOVC_LOG_FORMAT', flag: '--log-format', takes: 'FORMAT', fallback: 'json', read: readLogFormat,
    help: 'json, or pretty (also called text) for a terminal.',
  },
  logComponent: {
    key: 'logging.component', env: 'GOVC_LOG_COMPONENT', read: readText,
    help: 'Stands in every record as component.',
  },
  logRepeatsMax: {
    key: 'logging.max_repeats', env: 'GOVC_LOG_MAX_REPEATS', fallback: '100', read: integer(0, 1_000_000_000),
    help: 'How often one warning or error is written in a minute; 0: no bound.',
  },
  metricsEnabled: {
    key: 'metrics.enabled', env: 'GOVC_METRICS_ENABLED', fallback: 'true', read: readBoolean,
    help: 'Serve metrics.',
  },
  metricsPath: {
    key: 'metrics.path', env: 'GOVC_METRICS_PATH', fallback: '/metrics', read: readPath,
    help: 'Where metrics are.',
  },
  tracingEnabled: {
    key: 'tracing.enabled', env: 'GOVC_TRACING_ENABLED', fallback: 'false', read: readBoolean,
    help: 'Tell OpenTelemetry of requests as spans; needs the package @opentelemetry/api.',
  },
  webhookAllowHosts: {
    key: 'webhooks.allow_hosts', env: 'GOVC_WEBHOOKS_ALLOW_HOSTS', read: readHosts,
    help: 'Hosts inside of the network, such as localhost:9000, that webhooks and policies may call.',
  },
  buildsEngine: {
    key: 'builds.engine', env: 'GOVC_BUILDS_ENGINE', fallback: 'auto', read: choice('auto', 'buildah', 'podman', 'docker', 'embedded'),
    help: 'What carries out RUN: buildah, podman or docker; auto takes the first that is installed, embedded none.',
  },
  buildsIsolation: {
    key: 'builds.isolation', env: 'GOVC_BUILDS_ISOLATION', fallback: 'auto', read: choice('auto', 'oci', 'rootless', 'chroot'),
    help: 'How buildah and podman separate RUN from the machine; auto: as well as it allows.',
  },
  buildsConcurrency: {
    key: 'builds.concurrency', env: 'GOVC_BUILDS_CONCURRENCY', fallback: '2', read: integer(1, 1000),
    help: 'Builds at one time.',
  },
  buildsQueueMax: {
    key: 'builds.max_pending', env: 'GOVC_BUILDS_MAX_PENDING', fallback: '100', read: integer(1, 100_000),
    help: 'Builds that wait at most.',
  },
  buildsTimeoutMs: {
    key: 'builds.timeout', env: 'GOVC_BUILDS_TIMEOUT', fallback: '30m', read: parseDuration,
    help: 'How long a build may take.',
  },
  buildsMemoryMax: {
    key: 'builds.memory', env: 'GOVC_BUILDS_MEMORY', fallback: '2g', read: readSize,
    help: 'Memory of what RUN starts; 0: no bound.',
  },
  buildsSizeMax: {
    key: 'builds.max_files_size', env: 'GOVC_BUILDS_MAX_FILES_SIZE', fallback: '16g', read: readSize,
    help: 'Bytes of the files of an image while it is built, uncompressed.',
  },
  buildsImageSizeMax: {
    key: 'builds.max_image_size', env: 'GOVC_BUILDS_MAX_IMAGE_SIZE', fallback: '0', read: readSize,
    help: 'Bytes of the layers of an image as they are stored; 0: no bound.',
  },
  buildsAllowedBases: {
    key: 'builds.allowed_bases', env: 'GOVC_BUILDS_ALLOWED_BASES', read: readList,
    help: 'Images that builds may begin with, as patterns such as team/*, separated by commas. By default all.',
  },
  buildsRequiredLabels: {
    key: 'builds.required_labels', env: 'GOVC_BUILDS_REQUIRED_LABELS', read: readList,
    help: 'Labels that every image must have, separated by commas.',
  },
  buildsProhibitedPackages: {
    key: 'builds.prohibited_packages', env: 'GOVC_BUILDS_PROHIBITED_PACKAGES', read: readList,
    help: 'Packages that no image may hold, as patterns such as telnet* or openssl=1.*, separated by commas.',
  },
  loopLagMaxMs: {
    key: 'health.max_loop_lag', env: 'GOVC_HEALTH_MAX_LOOP_LAG', fallback: '5s', read: parseDuration,
    help: 'Not ready while the event loop lags behind by more than this.',
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

type ValueOf<Name extends SettingName> = ReturnType<(typeof SETTINGS)[Name]['read']>;

/** The values of settings: those with a default have one, others only when they were set somewhere. */
export type SettingValues = { readonly [Name in SettingName as (typeof SETTINGS)[Name] extends { readonly fallback: string } ? Name : never]: ValueOf<Name> }
  & { readonly [Name in SettingName as (typeof SETTINGS)[Name] extends { readonly fallback: string } ? never : Name]?: ValueOf<Name> };

/** Names in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** What help says of a setting, with its default. */
export function helpOf({ help, fallback }: Setting<unknown>): string {
  return fallback === undefined ? help : `${help} Default: ${fallback}.`;
}

/** The variable and the key that name a file with the value of a secret. */
export function fileNamesOf({ env, key }: Setting<unknown>): { readonly env: string; readonly key: string } {
  return { env: `${env}_FILE`, key: `${key}_file` };
}
