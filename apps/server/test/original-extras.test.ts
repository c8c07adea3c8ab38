import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Alerts } from '../src/alerts.js';
import { ask } from './checked-ask.js';
import { startTestServer, type TestServer } from './harness.js';

let server: TestServer;
const R = '/api/v1/repos/app';

async function select(query: string, ref?: string): Promise<unknown> {
  const { status, body } = await ask(server, 'POST', `${R}/search/sql`, { query, ...(ref === undefined ? {} : { ref }) });
  return status === 200 ? body['rows'] : body['code'];
}

beforeAll(async () => {
  server = await startTestServer();
  await ask(server, 'POST', '/api/v1/repos', { id: 'app', memory_only: true });
});

afterAll(async () => {
  await server.stop();
});

describe('SQL', () => {
  it('asks an empty repository', async () => {
    expect(await select('SELECT COUNT(*) FROM files')).toEqual([[0]]);
    expect(await select('SELECT hash FROM commits')).toEqual([]);
  });

  it('asks files, lines, commits, branches and tags', async () => {
    const commit = async (message: string, name: string, files: readonly { path: string; content: string }[], branch = 'main'): Promise<string> => {
      const { body } = await ask(server, 'POST', `${R}/commits`, {
        message, branch, files, author: { name, email: `${name.toLowerCase()}@example.com`, date: '2026-01-02T03:04:05Z' },
      });
      return String(body['hash']);
    };
    const first = await commit('Begin\n\nAt the beginning.', 'Ann', [{ path: 'src/main.ts', content: 'one\ntwo todo\n' }, { path: 'README', content: 'TODO: say what it is\r\nlast' }]);
    await commit('Go on', 'Ben', [{ path: 'src/side.ts', content: 'x' }]);
    await ask(server, 'POST', `${R}/tags`, { name: 'v1', message: 'One', target: first, tagger: { name: 'Ann', email: 'ann@example.com' } });
    await ask(server, 'POST', `${R}/branches`, { name: 'topic', from: first });

    expect(await select("SELECT path, size, mode FROM files WHERE extension = 'ts' ORDER BY size")).toEqual([['src/side.ts', 1, '100644'], ['src/main.ts', 13, '100644']]);
    expect(await select("SELECT folder, COUNT(*) FROM files GROUP BY folder ORDER BY folder")).toEqual([['', 1], ['src', 2]]);
    expect(await select("SELECT path, line, content FROM content WHERE content CONTAINS 'todo' ORDER BY path")).toEqual([
      ['README', 1, 'TODO: say what it is'], ['src/main.ts', 2, 'two todo'],
    ]);
    expect(await select('SELECT subject, author, parent_count, is_merge FROM commits')).toEqual([['Go on', 'Ben', 1, false], ['Begin', 'Ann', 0, false]]);
    expect(await select("SELECT hash, message FROM commits WHERE timestamp >= '2026-01-01' AND author LIKE 'a%'")).toEqual([[first, 'Begin\n\nAt the beginning.']]);
    expect(await select('SELECT COUNT(*) FROM files', 'topic')).toEqual([[2]]);
    expect(await select("SELECT name, is_current FROM branches ORDER BY name")).toEqual([['main', true], ['topic', false]]);
    expect(await select('SELECT name, is_annotated FROM tags')).toEqual([['v1', true]]);
    const { body } = await ask(server, 'POST', `${R}/search/sql`, { query: 'SELECT path FROM files ORDER BY path LIMIT 1' });
    expect(body).toMatchObject({ columns: ['path'], results: [{ path: 'README' }], count: 1, scanned: 3, has_more: true });
  });

  it('says what it does not understand, and finds no ref that is not there', async () => {
    expect(await select('UPDATE files SET size = 1')).toBe('QUERY_FAILED');
    expect(await select('SELECT * FROM users')).toBe('QUERY_FAILED');
    expect(await select('SELECT * FROM __proto__')).toBe('QUERY_FAILED');
    expect(await select('SELECT * FROM files', 'nowhere')).toBe('REF_NOT_FOUND');
  });
});

describe('what is wrong', () => {
  it('is an alert while it lasts, and is told afterwards, too', () => {
    const alerts = new Alerts();
    const report = (isBad: boolean) => ({
      isHealthy: !isBad, timeMs: 0, durationMs: 1,
      checks: { storage: { status: isBad ? 'unhealthy' as const : 'healthy' as const, message: 'm', timestamp: '', duration: '' } },
    });
    const requests = { count: 0, errorCount: 0 };
    alerts.look(report(false), requests, 1);
    expect(alerts.list(false)).toEqual([]);
    alerts.look(report(true), requests, 10);
    alerts.look(report(true), requests, 20);
    expect(alerts.list(true)).toMatchObject([{ rule: { name: 'storage', severity: 'critical' }, firedMs: 10, resolvedMs: undefined }]);
    alerts.look(report(false), { count: 100, errorCount: 6 }, 30);
    expect(alerts.list(true)).toMatchObject([{ rule: { name: 'error_rate' }, data: { error_rate: 0.06, requests: 100 } }]);
    // Few requests say nothing of those that fail.
    alerts.look(report(false), { count: 110, errorCount: 6 }, 40);
    expect(alerts.list(true)).toHaveLength(1);
    alerts.look(report(false), { count: 200, errorCount: 6 }, 50);
    expect(alerts.list(true)).toEqual([]);
    expect(alerts.list(false).map(({ resolvedMs }) => resolvedMs)).toEqual([50, 30]);
    expect(alerts.lastFiredMs('storage')).toBe(10);
  });

  it('is nothing on a server that is well', async () => {
    expect((await ask(server, 'GET', '/api/v1/monitoring/alerts')).body).toEqual({ status: 'success', count: 0, alerts: [] });
  });
});

describe('the dashboard', () => {
  it('shows what was measured', async () => {
    await fetch(`${server.url}/health`);
    const { body } = await ask(server, 'GET', '/api/v1/dashboard/overview');
    expect(body).toMatchObject({ totalRepositories: 1, repositoryStats: { active: 0, idle: 1 } });
    expect(Number(body['memoryUsage'])).toBeGreaterThan(1_000_000);
    expect((body['performanceHistory'] as { labels: unknown[]; values: unknown[] }).labels.length).toBeGreaterThan(0);
    expect((await ask(server, 'GET', '/api/v1/dashboard/performance')).body).toMatchObject({ poolStats: { total: 1, active: 0, idle: 1 } });
  });

  it('shows the last lines of the log', async () => {
    await ask(server, 'GET', `${R}/branches`, undefined, { 'x-request-id': 'look-for-this' });
    const { body } = await ask(server, 'GET', '/api/v1/dashboard/logs?limit=50');
    const logs = body['logs'] as readonly Record<string, unknown>[];
    expect(logs.find((line) => line['request_id'] === 'look-for-this')).toMatchObject({ level: 'INFO' });
  });

  it('is a page, and gives a text to those who insist on one', async () => {
    const page = await fetch(`${server.url}/dashboard`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const { headers, body } = await ask(server, 'GET', '/api/v1/auth/csrf-token');
    expect(headers.get('x-csrf-token')).toBe(body['csrf_token']);
  });
});
