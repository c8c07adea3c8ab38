import { LOG_LEVELS, parseLevel, type LogLevel } from '@govc/logging';

import { parseDuration } from './duration.js';
import { ServerError } from './errors.js';

/**
 * The table of settings. Each has up to three names, weakest first: a key of the configuration file, a variable of the
 * environment, an option of the command line; and a reader that turns text into a value or says what is wrong with it.
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
  /** One line for help. */
  readonly help: string;
  /** @throws {ServerError} config-value-invalid */
  readonly read: (text: string, name: string) => Value;
}

/** Every setting by its name in the configuration. */
export const SETTINGS = {
  host: {
    key: 'server.host', env: 'GOVC_HOST', flag: '--host', takes: 'ADDRESS',
    help: 'Address to listen on (127.0.0.1). Any but a loopback address needs a secret.', read: readText,
  },
  port: {
    key: 'server.port', env: 'GOVC_PORT', flag: '--port', takes: 'PORT',
    help: 'Port to listen on (8080); 0 takes a free one.', read: integer(0, 65_535),
  },
  data: {
    key: 'storage.disk_path', env: 'GOVC_STORAGE_DISK_PATH', flag: '--data', takes: 'DIR',
    help: 'Keep repositories durably as bare Git directories below DIR.', read: readText,
  },
  root: {
    key: 'storage.root', env: 'GOVC_ROOT', flag: '--root', takes: 'DIR',
    help: 'Serve the existing Git repositories below DIR, as git http-backend does.', read: readText,
  },
  exportAll: {
    key: 'http.export_all', env: 'GOVC_EXPORT_ALL', flag: '--export-all',
    help: 'With --root: serve repositories without git-daemon-export-ok too.', read: readBoolean,
  },
  namespace: {
    key: 'http.namespace', env: 'GOVC_NAMESPACE', flag: '--namespace', takes: 'NAME',
    help: 'Serve the refs of this Git namespace only.', read: readText,
  },
  bodySizeMax: {
    key: 'http.body_size_max', env: 'GOVC_BODY_SIZE_MAX',
    help: 'Largest JSON body in bytes (64m).', read: readSize,
  },
  idleTimeoutMs: {
    key: 'server.idle_timeout', env: 'GOVC_IDLE_TIMEOUT',
    help: 'How long a connection may be silent in the middle of a request (10m).', read: parseDuration,
  },
  graceMs: {
    key: 'server.shutdown_grace', env: 'GOVC_SHUTDOWN_GRACE',
    help: 'How long requests may take to end when the server stops (30s).', read: parseDuration,
  },
  jwtSecret: { key: 'auth.jwt.secret', env: 'GOVC_JWT_SECRET', help: 'Signs tokens; 32 bytes or more.', read: readText },
  jwtIssuer: { key: 'auth.jwt.issuer', env: 'GOVC_JWT_ISSUER', help: 'Issuer of tokens (govc-server).', read: readText },
  jwtTtlMs: { key: 'auth.jwt.ttl', env: 'GOVC_JWT_TTL', help: 'Lifetime of tokens (24h).', read: parseDuration },
  refreshTtlMs: {
    key: 'auth.jwt.refresh_ttl', env: 'GOVC_JWT_REFRESH_TTL', help: 'How long a session lasts without a refresh (720h).', read: parseDuration,
  },
  jwtKeyFile: {
    key: 'auth.jwt.key_file', env: 'GOVC_JWT_KEY_FILE', help: 'Private key in PEM that signs tokens instead of the secret: RSA (RS256) or P-256 (ES256).',
    read: readText,
  },
  jwtPreviousSecret: {
    key: 'auth.jwt.previous_secret', env: 'GOVC_JWT_PREVIOUS_SECRET', help: 'The secret before the last change; its tokens stay valid.', read: readText,
  },
  jwtPreviousKeyFile: {
    key: 'auth.jwt.previous_key_file', env: 'GOVC_JWT_PREVIOUS_KEY_FILE', help: 'The key file before the last change; its tokens stay valid.',
    read: readText,
  },
  adminName: { key: 'auth.admin.username', env: 'GOVC_ADMIN_USERNAME', help: 'Name of the administrator (admin).', read: readText },
  adminPassword: {
    key: 'auth.admin.password', env: 'GOVC_ADMIN_PASSWORD', help: 'Password of the administrator; generated when missing.', read: readText,
  },
  poolCountMax: {
    key: 'pool.max_repositories', env: 'GOVC_POOL_MAX_REPOS', help: 'Repositories open at one time (1000).',
    read: integer(1, 10_000_000),
  },
  poolIdleMs: {
    key: 'pool.max_idle_time', env: 'GOVC_POOL_IDLE_TIME', help: 'Close durable repositories unused for this long (30m).',
    read: parseDuration,
  },
  poolCleanupMs: {
    key: 'pool.cleanup_interval', env: 'GOVC_POOL_CLEANUP_INTERVAL', help: 'How often to look for them (5m).', read: parseDuration,
  },
  logLevel: {
    key: 'logging.level', env: 'GOVC_LOG_LEVEL', flag: '--log-level', takes: 'LEVEL',
    help: `Least level that is logged (INFO): ${LOG_LEVELS.join(', ')}.`, read: readLevel,
  },
  logFormat: {
    key: 'logging.format', env: 'GOVC_LOG_FORMAT', flag: '--log-format', takes: 'FORMAT',
    help: 'json or text (json).', read: readLogFormat,
  },
  metricsEnabled: { key: 'metrics.enabled', env: 'GOVC_METRICS_ENABLED', help: 'Serve metrics (true).', read: readBoolean },
  metricsPath: { key: 'metrics.path', env: 'GOVC_METRICS_PATH', help: 'Where metrics are (/metrics).', read: readPath },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** The values of those settings that were set somewhere. */
export type SettingValues = { readonly [Name in SettingName]?: ReturnType<(typeof SETTINGS)[Name]['read']> };

/** Names in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

function readText(text: string, name: string): string {
  if (text !== '' && !text.includes('\0')) return text;
  throw invalid(name, text, 'a text that is not empty');
}

function readPath(text: string, name: string): string {
  if (/^\/[A-Za-z0-9/_.-]+$/.test(text)) return text;
  throw invalid(name, text, 'a path such as /metrics');
}

function readBoolean(text: string, name: string): boolean {
  switch (text.trim().toLowerCase()) {
    case 'true': case 'yes': case 'on': case '1':
      return true;
    case 'false': case 'no': case 'off': case '0':
      return false;
    default:
      throw invalid(name, text, 'true or false');
  }
}

function integer(min: number, max: number): (text: string, name: string) => number {
  return (text, name) => {
    const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw invalid(name, text, `a whole number from ${min} to ${max}`);
  };
}

function readSize(text: string, name: string): number {
  const match = /^(\d{1,12})\s*([kmg]?)$/i.exec(text.trim());
  const power = ['', 'k', 'm', 'g'].indexOf(match?.[2]?.toLowerCase() ?? '');
  if (match === null) throw invalid(name, text, 'a size in bytes such as 65536 or 64m');
  return Number(match[1]) * 1024 ** power;
}

function readLevel(text: string, name: string): LogLevel {
  try {
    return parseLevel(text);
  } catch (error) {
    throw new ServerError('config-value-invalid', `${name}: ${(error as Error).message}.`, { name, value: text.slice(0, 60) }, { cause: error });
  }
}

function readLogFormat(text: string, name: string): 'json' | 'text' {
  if (text === 'json' || text === 'text') return text;
  throw invalid(name, text, 'json or text');
}

function invalid(name: string, value: string, wanted: string): ServerError {
  return new ServerError('config-value-invalid', `${name} is ${JSON.stringify(value.slice(0, 60))}; it must be ${wanted}.`, {
    name, value: value.slice(0, 60),
  });
}
