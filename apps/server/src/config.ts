import { ServerError } from './errors.js';
import { isLoopbackHost } from './http/loopback-guard.js';
import { parseConfigFile } from './config-file.js';
import { SETTING_NAMES, SETTINGS, type Setting, type SettingName, type SettingValues } from './settings.js';

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
  readonly bodySizeMax: number;
  readonly idleTimeoutMs: number;
  readonly graceMs: number;
  readonly pool: { readonly countMax: number; readonly idleMs: number; readonly cleanupMs: number };
  readonly logging: { readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'; readonly format: 'json' | 'text' };
  /** Where metrics are served; `undefined`: nowhere. */
  readonly metricsPath: string | undefined;
  /** The environment as it was given: hooks and Git's own configuration depend on it. */
  readonly env: Environment;
  /** What is odd but no error, in sentences. */
  readonly warnings: readonly string[];
}

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from. */
export interface ConfigSources {
  /** Options of the command line, without the program and the command. */
  readonly flags: readonly string[];
  readonly env: Environment;
  /** The text of a file. Throws when there is none. */
  readonly readFile: (path: string) => string;
}

/**
 * The configuration: defaults, then the file that `--config` or `GOVC_CONFIG` names, then the environment, then options.
 *
 * @throws {ServerError} option-unknown, config-file-invalid, config-value-invalid, jwt-secret-missing, jwt-secret-short
 */
export function loadConfig(sources: ConfigSources): ServerConfig {
  const flags = parseFlags(sources.flags);
  const path = flags.configPath ?? emptyAsMissing(sources.env['GOVC_CONFIG']);
  const file = path === undefined ? new Map<SettingName, string>() : readConfigFile(path, sources.readFile);
  const values: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const setting: Setting<unknown> = SETTINGS[name];
    const fromFlag = flags.values.get(name);
    const fromEnv = emptyAsMissing(sources.env[setting.env]);
    const fromFile = file.get(name);
    if (fromFlag !== undefined) values[name] = setting.read(fromFlag, setting.flag ?? name);
    else if (fromEnv !== undefined) values[name] = setting.read(fromEnv, setting.env);
    else if (fromFile !== undefined) values[name] = setting.read(fromFile, setting.key);
  }
  return complete(values, sources.env);
}

function complete(values: SettingValues, env: Environment): ServerConfig {
  const host = values.host ?? '127.0.0.1';
  return {
    host,
    port: values.port ?? 8080,
    storage: completeStorage(values, env),
    auth: completeAuth(values, host),
    namespace: values.namespace,
    bodySizeMax: values.bodySizeMax ?? 64 * 1024 * 1024,
    idleTimeoutMs: values.idleTimeoutMs ?? 10 * 60_000,
    graceMs: values.graceMs ?? 30_000,
    pool: {
      countMax: values.poolCountMax ?? 1000,
      idleMs: values.poolIdleMs ?? 30 * 60_000,
      cleanupMs: Math.max(1000, values.poolCleanupMs ?? 5 * 60_000),
    },
    logging: { level: values.logLevel ?? 'INFO', format: values.logFormat ?? 'json' },
    metricsPath: values.metricsEnabled === false ? undefined : (values.metricsPath ?? '/metrics'),
    env,
    warnings: unknownVariables(env).map((name) => `the variable ${name} of the environment is no setting and was ignored`),
  };
}

function completeStorage(values: SettingValues, env: Environment): StorageConfig {
  const { data, root } = values;
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
  const { jwtSecret, jwtKeyFile, jwtPreviousSecret, jwtPreviousKeyFile, adminPassword } = values;
  if (jwtSecret === undefined && jwtKeyFile === undefined) {
    if (isLoopbackHost(host) && adminPassword === undefined) return { kind: 'open' };
    const reason = isLoopbackHost(host) ? 'GOVC_ADMIN_PASSWORD is set' : `the server would be reachable from outside (host ${host})`;
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
    jwtIssuer: values.jwtIssuer ?? 'govc-server',
    jwtTtlMs: values.jwtTtlMs ?? 24 * 3_600_000,
    refreshTtlMs: values.refreshTtlMs ?? 30 * 24 * 3_600_000,
    adminName: values.adminName ?? 'admin',
    adminPassword,
  };
}

interface Flags {
  readonly configPath: string | undefined;
  readonly values: ReadonlyMap<SettingName, string>;
}

function parseFlags(args: readonly string[]): Flags {
  const byFlag = new Map<string, SettingName>();
  for (const name of SETTING_NAMES) {
    const { flag }: Setting<unknown> = SETTINGS[name];
    if (flag !== undefined) byFlag.set(flag, name);
  }
  const values = new Map<SettingName, string>();
  let configPath: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const flag = equals < 0 ? arg : arg.slice(0, equals);
    const name = byFlag.get(flag);
    if (name === undefined && flag !== '--config') {
      throw new ServerError('option-unknown', `unknown option "${arg.slice(0, 60)}"`, { option: flag });
    }
    const setting: Setting<unknown> | undefined = name === undefined ? undefined : SETTINGS[name];
    const isSwitch = setting !== undefined && setting.takes === undefined;
    const value = equals >= 0 ? arg.slice(equals + 1) : isSwitch ? 'true' : args[++index];
    if (value === undefined) throw new ServerError('option-unknown', `the option "${flag}" lacks its value`, { option: flag });
    if (name === undefined) configPath = value;
    else values.set(name, value);
  }
  return { configPath, values };
}

function readConfigFile(path: string, readFile: ConfigSources['readFile']): ReadonlyMap<SettingName, string> {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    throw new ServerError('config-file-invalid', `The configuration file ${path} cannot be read: ${(error as Error).message}`, { path }, { cause: error });
  }
  return parseConfigFile(text, path);
}

/** A mistyped name would otherwise be a setting that silently does nothing. */
function unknownVariables(env: Environment): string[] {
  const known = new Set<string>(['GOVC_CONFIG', ...SETTING_NAMES.map((name) => SETTINGS[name].env)]);
  return Object.keys(env).filter((name) => name.startsWith('GOVC_') && !known.has(name)).sort();
}

function emptyAsMissing(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
