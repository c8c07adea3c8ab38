import { describe, expect, it } from '@jest/globals';

import { loadConfig } from './config.js';
import type { Environment } from './config-sources.js';
import { MASK, printConfig } from './print-config.js';

const FILE = `
server:
  port: 8081
  host: "127.0.0.2"
auth:
  jwt:
    secret: "a secret of the file, which is long enough"
    issuer: "file"
    ttl: "12h"
pool:
  max_repositories: 7
  max_idle_time: "30m"
  cleanup_interval: "5m"
logging:
  level: "WARN"
  format: "json"
metrics:
  enabled: true
  path: "/numbers"
`;
const SECRET = 'x'.repeat(32);

function load(flags: readonly string[], env: Environment = {}, files: Readonly<Record<string, string>> = {}) {
  return loadConfig({
    flags,
    env,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`there is no ${path}`);
      return text;
    },
  });
}

function codeOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('loadConfig', () => {
  it('has defaults for everything: development mode on the loopback, in memory', () => {
    expect(load([])).toMatchObject({
      host: '127.0.0.1', port: 8080, storage: { kind: 'memory' }, auth: { kind: 'open' },
      pool: { countMax: 1000, idleMs: 1_800_000, cleanupMs: 300_000 },
      logging: { level: 'INFO', format: 'json' }, metricsPath: '/metrics', warnings: [],
    });
  });

  it('reads the file of the README', () => {
    expect(load(['--config', 'f'], {}, { f: FILE })).toMatchObject({
      host: '127.0.0.2', port: 8081, auth: { kind: 'users', jwtIssuer: 'file', jwtTtlMs: 43_200_000 },
      pool: { countMax: 7 }, logging: { level: 'WARN' }, metricsPath: '/numbers',
    });
  });

  it('lets the environment win over the file, and options over both', () => {
    const env = { GOVC_CONFIG: 'f', GOVC_PORT: '8082', GOVC_POOL_IDLE_TIME: '1h', GOVC_LOG_LEVEL: 'debug' };
    expect(load(['--port=8083'], env, { f: FILE })).toMatchObject({
      host: '127.0.0.2', port: 8083, pool: { countMax: 7, idleMs: 3_600_000 }, logging: { level: 'DEBUG' },
    });
  });

  it('reads the variables of the README', () => {
    expect(load([], {
      GOVC_PORT: '8080', GOVC_HOST: '0.0.0.0', GOVC_JWT_SECRET: SECRET, GOVC_JWT_ISSUER: 'govc-server', GOVC_JWT_TTL: '24h',
      GOVC_POOL_MAX_REPOS: '1000', GOVC_POOL_IDLE_TIME: '30m', GOVC_POOL_CLEANUP_INTERVAL: '5m', GOVC_LOG_LEVEL: 'INFO', GOVC_LOG_FORMAT: 'json',
    })).toMatchObject({ host: '0.0.0.0', warnings: [] });
  });

  it('refuses to be reached from outside without a secret', () => {
    expect(codeOf(() => load(['--host', '0.0.0.0']))).toBe('jwt-secret-missing');
    expect(codeOf(() => load(['--host', '0.0.0.0'], { GOVC_JWT_SECRET: 'x'.repeat(31) }))).toBe('jwt-secret-short');
    expect(codeOf(() => load([], { GOVC_ADMIN_PASSWORD: 'p' }))).toBe('jwt-secret-missing');
    expect(load(['--host', '::1'])).toMatchObject({ auth: { kind: 'open' } });
    expect(load(['--host', '::'], { GOVC_JWT_SECRET: SECRET })).toMatchObject({ auth: { kind: 'users', adminPassword: undefined } });
  });

  it('knows where repositories are', () => {
    expect(load(['--data', 'd']).storage).toEqual({ kind: 'data', path: 'd' });
    expect(load([], { GOVC_STORAGE_DISK_PATH: 'd' }).storage).toEqual({ kind: 'data', path: 'd' });
    expect(load(['--root', 'r']).storage).toEqual({ kind: 'root', path: 'r', exportAll: false });
    expect(load(['--root', 'r', '--export-all']).storage).toEqual({ kind: 'root', path: 'r', exportAll: true });
    expect(load(['--root', 'r'], { GIT_HTTP_EXPORT_ALL: '' }).storage).toEqual({ kind: 'root', path: 'r', exportAll: true });
    expect(codeOf(() => load(['--root', 'r', '--data', 'd']))).toBe('config-value-invalid');
  });

  it.each([
    [['--port', '65536'], 'config-value-invalid'], [['--port', 'x'], 'config-value-invalid'], [['--port'], 'option-unknown'],
    [['--prot', '1'], 'option-unknown'], [['extra'], 'option-unknown'], [['--config', 'none'], 'config-file-invalid'],
    [['--log-level', 'loud'], 'config-value-invalid'], [['--log-format', 'xml'], 'config-value-invalid'],
  ])('refuses %j with %s', (flags, code) => {
    expect(codeOf(() => load(flags))).toBe(code);
  });

  it.each(['server: [1]', 'sever: {}', 'server: {prot: 1}', '- a', 'server: {port: [1]}', 'a: &a [*a]', '{'])('refuses the file %j', (text) => {
    expect(codeOf(() => load(['--config', 'f'], {}, { f: text }))).toBe('config-file-invalid');
  });

  it('takes an empty file and passes over empty variables', () => {
    expect(load(['--config', 'f'], { GOVC_PORT: '' }, { f: '' }).port).toBe(8080);
  });

  it('refuses variables that are nearly settings, and warns of others', () => {
    expect(() => load([], { GOVC_PROT: '1' })).toThrow(expect.objectContaining({ code: 'config-value-invalid', data: { name: 'GOVC_PROT', near: 'GOVC_PORT' } }));
    expect(load([], { GOVC_SERVICE_HOST: '1' }).warnings).toEqual(['the variable GOVC_SERVICE_HOST of the environment is no setting and was ignored']);
  });

  it('names what an unknown option or key may have meant', () => {
    expect(() => load(['--prot', '1'])).toThrow('unknown option "--prot"; did you mean "--port"?');
    expect(() => load(['--config', 'f'], {}, { f: 'server: {prot: 1}' })).toThrow('there is no setting "server.prot"; did you mean "server.port"?');
    expect(() => load(['--config', 'f'], {}, { f: 'pol: {max_repositories: 1}' })).toThrow('there is no setting "pol"; did you mean "pool"?');
    expect(() => load(['--config', 'f'], {}, { f: 'pool: {max_repositories: x}' })).toThrow('pool.max_repositories is "x"; it must be a whole number');
  });

  it('reads secrets from files of their own', () => {
    const files = { s: `${SECRET}\n`, p: 'a password', f: 'auth: {admin: {password_file: p}, jwt: {secret_file: s}}' };
    expect(load([], { GOVC_JWT_SECRET_FILE: 's', GOVC_ADMIN_PASSWORD_FILE: 'p' }, files).auth).toMatchObject({ jwtSecret: SECRET, adminPassword: 'a password' });
    expect(load(['--config', 'f'], {}, files).auth).toMatchObject({ jwtSecret: SECRET, adminPassword: 'a password' });
    expect(load(['--config', 'f'], { GOVC_ADMIN_PASSWORD: 'other' }, files).auth).toMatchObject({ adminPassword: 'other' });
    expect(() => load([], { GOVC_JWT_SECRET_FILE: 's', GOVC_JWT_SECRET: SECRET }, files)).toThrow('exclude each other');
    expect(() => load([], { GOVC_JWT_SECRET_FILE: 'gone' }, files)).toThrow('GOVC_JWT_SECRET_FILE');
  });

  it('has bounds that are none where zero is written, and those of strangers only where there are strangers', () => {
    expect(load([])).toMatchObject({ rateLimits: { address: undefined, identity: undefined, login: 120 }, push: { packSizeMax: undefined }, quota: { bytes: undefined } });
    expect(load([], { GOVC_JWT_SECRET: SECRET }).rateLimits).toMatchObject({ windowMs: 60_000, address: 12_000, identity: 12_000 });
    expect(load([], { GOVC_RATE_LIMIT_ADDRESS: '10', GOVC_QUOTA_BYTES: '1m', GOVC_PACK_SIZE_MAX: '2m', GOVC_STORAGE_MAX_MEMORY_MB: '3' })).toMatchObject({
      rateLimits: { address: 10 }, quota: { bytes: 1_048_576 }, push: { packSizeMax: 2_097_152 }, pool: { bytesMax: 3_145_728 },
    });
  });

  it('refuses settings that contradict each other', () => {
    expect(codeOf(() => load([], { GOVC_STORAGE_TYPE: 'disk' }))).toBe('config-value-invalid');
    expect(codeOf(() => load(['--data', 'd'], { GOVC_STORAGE_TYPE: 'memory' }))).toBe('config-value-invalid');
    expect(codeOf(() => load([], { GOVC_TLS_CERT_FILE: 'c' }))).toBe('config-value-invalid');
    expect(codeOf(() => load(['--host', '0.0.0.0'], { GOVC_AUTH_ENABLED: 'false', GOVC_JWT_SECRET: SECRET }))).toBe('config-value-invalid');
    expect(codeOf(() => load([], { GOVC_AUTH_ENABLED: 'true' }))).toBe('jwt-secret-missing');
    expect(load([], { GOVC_AUTH_ENABLED: 'false', GOVC_JWT_SECRET: SECRET }).auth).toEqual({ kind: 'open' });
  });

  it('logs more where debugging is asked for and no level is', () => {
    expect(load([], { GOVC_DEBUG: 'true' }).logging.level).toBe('DEBUG');
    expect(load(['--log-level', 'INFO'], { GOVC_DEBUG: 'true' }).logging.level).toBe('INFO');
  });
});

describe('printConfig', () => {
  const readFile = (): string => FILE;
  const env = { GOVC_ADMIN_PASSWORD: 'hunter2 hunter2', GOVC_POOL_IDLE_TIME: '1h' };

  it('shows where each setting comes from, and no secret', () => {
    const text = printConfig({ flags: ['--config', 'f', '--port=8083'], env, readFile }, 'json');
    expect(text).not.toMatch(/hunter2|long enough/);
    expect(JSON.parse(text)).toMatchObject({
      'server.port': { value: '8083', source: 'option' },
      'server.host': { value: '127.0.0.2', source: 'file' },
      'pool.max_idle_time': { value: '1h', source: 'environment' },
      'pool.cleanup_interval': { value: '5m', source: 'file' },
      'server.idle_timeout': { value: '10m', source: 'default' },
      'auth.jwt.secret': { value: MASK, source: 'file' },
      'auth.admin.password': { value: MASK, source: 'environment' },
      'storage.root': { value: null, source: 'default' },
    });
  });

  it('writes a file that says the same', () => {
    const yaml = printConfig({ flags: ['--config', 'f'], env: {}, readFile }, 'yaml');
    const { env: _before, ...before } = load(['--config', 'f'], {}, { f: FILE.replace(/secret: .*/, `secret: "${SECRET}"`) });
    const { env: _after, ...after } = load(['--config', 'f'], {}, { f: yaml.replace(MASK, SECRET) });
    expect(after).toEqual(before);
  });
});
