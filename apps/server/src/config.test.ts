import { describe, expect, it } from '@jest/globals';

import { loadConfig, type Environment } from './config.js';

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

  it('warns of variables that are no settings', () => {
    expect(load([], { GOVC_PROT: '1' }).warnings).toEqual(['the variable GOVC_PROT of the environment is no setting and was ignored']);
  });
});
