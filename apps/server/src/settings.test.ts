import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { findNearMatch } from './near-match.js';
import { fileNamesOf, helpOf, SETTING_NAMES, SETTINGS, type Setting } from './settings.js';

const settings: readonly Setting<unknown>[] = SETTING_NAMES.map((name) => SETTINGS[name]);

function row({ flag, takes, env, key, help, fallback }: Setting<unknown>): string {
  const option = flag === undefined ? '' : `\`${takes === undefined ? flag : `${flag} ${takes}`}\``;
  return `| ${option} | \`${env}\` | \`${key}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${help} |`;
}

describe('the table of settings', () => {
  it('is the one that the documentation shows', () => {
    const text = readFileSync(join(__dirname, '../../../docs/server.md'), 'utf8');
    const rows = text.split('\n').filter((line) => /^\| .*\| `GOVC_\w+` \| `\w+\./.test(line));
    expect(rows).toEqual(settings.map(row));
  });

  it('has every name once', () => {
    for (const names of [settings.map(({ key }) => key), settings.map(({ env }) => env), settings.flatMap(({ flag }) => flag ?? [])]) {
      expect(new Set(names).size).toBe(names.length);
    }
    const files = settings.filter(({ secret }) => secret).map((setting) => fileNamesOf(setting).env);
    expect(files.filter((name) => settings.some(({ env }) => env === name))).toEqual([]);
  });

  it('has every name of the Go original', () => {
    const env = new Set(settings.map((setting) => setting.env));
    for (const name of [
      'HOST', 'PORT', 'READ_TIMEOUT', 'WRITE_TIMEOUT', 'MAX_REPOS', 'AUTH_ENABLED', 'JWT_SECRET', 'JWT_ISSUER', 'JWT_TTL', 'POOL_MAX_REPOS', 'POOL_IDLE_TIME',
      'POOL_CLEANUP_INTERVAL', 'LOG_LEVEL', 'LOG_FORMAT', 'LOG_COMPONENT', 'METRICS_ENABLED', 'METRICS_PATH', 'STORAGE_TYPE', 'STORAGE_DISK_PATH',
      'STORAGE_MAX_MEMORY_MB', 'DEBUG', 'PROFILER_ENABLED', 'CORS_ENABLED',
    ]) expect(env).toContain(`GOVC_${name}`);
  });

  it('reads its own defaults', () => {
    for (const { fallback, read, key } of settings) if (fallback !== undefined) expect(() => read(fallback, key)).not.toThrow();
  });

  it('says the default in help', () => {
    expect(helpOf(SETTINGS.port)).toBe('Port to listen on; 0 takes a free one. Default: 8080.');
  });

  it.each([
    ['trustProxy', '2', 2], ['trustProxy', 'false', false], ['trustProxy', 'loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
    ['corsOrigins', 'https://a.example, http://b:81', ['https://a.example', 'http://b:81']], ['corsOrigins', '*', ['*']],
    ['bodySizeMax', '2g', 2 * 1024 ** 3], ['debug', 'ON', true], ['storageType', 'disk', 'disk'],
  ] as const)('reads %s from %j', (name, text, value) => {
    expect(SETTINGS[name].read(text, name)).toEqual(value);
  });

  it.each([
    ['trustProxy', 'true'], ['trustProxy', '1.2.3'.repeat(20)], ['corsOrigins', 'https://a.example/path'], ['corsOrigins', 'nonsense'], ['bodySizeMax', '64mb'],
    ['bodySizeMax', '999999999999t'], ['debug', 'maybe'], ['storageType', 'redis'], ['readTimeoutMs', '5 parsecs'], ['metricsPath', 'metrics'],
  ] as const)('refuses %s as %j, with its name', (name, text) => {
    expect(() => SETTINGS[name].read(text, 'the.name')).toThrow(expect.objectContaining({ code: 'config-value-invalid', message: expect.stringContaining('the.name') }));
  });
});

describe('findNearMatch', () => {
  it('finds what is one or two slips away', () => {
    const known = ['--port', '--host', '--log-level'];
    expect(['--prot', '--hots', '--loglevel', '--log-levle', '--data', '--x'].map((word) => findNearMatch(word, known)))
      .toEqual(['--port', '--host', '--log-level', '--log-level', undefined, undefined]);
  });
});
