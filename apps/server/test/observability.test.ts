import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';
import { until } from './receiver.js';

const SECRET = 'a secret of the tests, which is long enough';
const PASSWORD = 'the password of the administrator';
const OPERATIONS = join(__dirname, '../../../docs/operations');
const basic = { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` };

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const withPromtool = hasPromtool ? it : it.skip;

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await makeFolder();
  server = await startTestServer(['--data', join(folder, 'data'), '--log-level', 'DEBUG'], {
    GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: PASSWORD, GOVC_PROFILER_ENABLED: 'true', GOVC_LOG_COMPONENT: 'test',
  });
  expect((await ask(server, 'POST', '/api/v1/repos', { id: 'app' }, basic)).status).toBe(201);
  await mustGit(folder, ['init', '-q', '-b', 'main', 'work']);
  await mustGit(join(folder, 'work'), ['commit', '-q', '--allow-empty', '-m', 'first']);
});
afterAll(async () => {
  await server.stop();
  await removeFolders();
});

const page = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
const valueOf = (text: string, series: string): number => Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.split(' ')[1]);
const remote = (): string => `${server.url.replace('//', `//admin:${encodeURIComponent(PASSWORD)}@`)}/app.git`;

describe('metrics', () => {
  it('count clones, fetches and pushes with bytes and objects', async () => {
    const work = join(folder, 'work');
    await mustGit(work, ['push', '-q', remote(), 'main']);
    await mustGit(folder, ['clone', '-q', remote(), 'clone']);
    await mustGit(work, ['commit', '-q', '--allow-empty', '-m', 'second']);
    await mustGit(work, ['push', '-q', remote(), 'main']);
    await mustGit(join(folder, 'clone'), ['fetch', '-q']);
    const text = await page();
    expect(valueOf(text, 'govc_git_operations_total{operation="push",outcome="ok"}')).toBe(2);
    // A commit and the empty tree, then a commit.
    expect(valueOf(text, 'govc_git_objects_total{operation="push"}')).toBe(3);
    expect(valueOf(text, 'govc_git_objects_total{operation="clone"}')).toBe(2);
    expect(valueOf(text, 'govc_git_objects_total{operation="fetch"}')).toBe(1);
    expect(valueOf(text, 'govc_git_operations_total{operation="clone",outcome="ok"}')).toBeGreaterThanOrEqual(1);
    expect(valueOf(text, 'govc_git_bytes_total{operation="push",direction="received"}')).toBeGreaterThan(300);
    expect(valueOf(text, 'govc_git_bytes_total{operation="clone",direction="sent"}')).toBeGreaterThan(100);
    expect(valueOf(text, 'govc_git_operation_duration_seconds_count{operation="push"}')).toBe(2);
  });

  it('have every name of the seed, of the right kind', async () => {
    const text = await page();
    for (const [name, kind] of [
      ['govc_http_requests_total', 'counter'], ['govc_http_request_duration_seconds', 'histogram'], ['govc_repositories_total', 'counter'],
      ['govc_transactions_active', 'gauge'], ['govc_realities_active', 'gauge'], ['govc_uptime_seconds', 'gauge'], ['go_memstats_alloc_bytes', 'gauge'],
      ['go_goroutines', 'gauge'], ['govc_http_requests_in_flight', 'gauge'], ['govc_last_metrics_update_timestamp_seconds', 'gauge'],
      ['nodejs_eventloop_lag_p99_seconds', 'gauge'], ['nodejs_gc_duration_seconds', 'histogram'], ['process_cpu_seconds_total', 'counter'],
    ]) expect(text).toContain(`# TYPE ${name} ${kind}\n`);
    expect(valueOf(text, 'govc_repositories_total')).toBe(1);
    expect(valueOf(text, 'go_memstats_alloc_bytes')).toBeGreaterThan(1e6);
    expect(text).toContain('govc_http_requests_total{method="POST",status="201"} 1\n');
    expect(text).toMatch(/govc_http_request_duration_seconds_count\{method="POST",path="\/api\/v1\/repos"\} 1\n/);
    expect(text).not.toMatch(/path="[^"]*app\.git/);
  });

  withPromtool('please promtool', async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await page(), encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  withPromtool('are the ones of the alert rules, which promtool accepts', () => {
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', join(OPERATIONS, 'alerts.yml')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('are the only ones that dashboard and alert rules name', async () => {
    const known = new Set([...(await page()).matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name, kind]) =>
      (kind === 'histogram' ? [`${name!}_bucket`, `${name!}_sum`, `${name!}_count`] : [name!])));
    const dashboard = readFileSync(join(OPERATIONS, 'grafana-dashboard.json'), 'utf8');
    const texts = [
      ...[...JSON.stringify(JSON.parse(dashboard)).matchAll(/"expr":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!),
      ...[...readFileSync(join(OPERATIONS, 'alerts.yml'), 'utf8').matchAll(/expr: (.*)/g)].map(([, text]) => text!),
    ];
    expect(texts.length).toBeGreaterThan(20);
    const named = new Set(texts.flatMap((text) => text.match(/\b(?:govc|nodejs|process|go)_[a-z0-9_]+/g) ?? []));
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
    // What is new should be seen: every metric of our own has its panel.
    const ours = [...known].filter((name) => name.startsWith('govc_') && !/_(sum|count)$/.test(name));
    const unseen = ['govc_build_info', 'govc_last_metrics_update_timestamp_seconds', 'govc_repositories_total', 'govc_uptime_seconds'];
    expect(ours.filter((name) => !named.has(name) && !unseen.includes(name))).toEqual([]);
  });
});

describe('the log', () => {
  it('has a line of the seed’s shape for each request', async () => {
    const { headers } = await ask(server, 'GET', '/api/v1/repos?api_key=abcdefgh', undefined, { ...basic, 'X-Request-ID': 'req-123-456' });
    expect(headers.get('x-request-id')).toBe('req-123-456');
    const record = server.records.find(({ request_id: id }) => id === 'req-123-456');
    expect(record).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'INFO',
      message: 'HTTP request processed',
      request_id: 'req-123-456',
      user_id: 'admin',
      component: 'test',
      http_method: 'GET',
      http_path: '/api/v1/repos',
      http_status: 200,
      http_latency_ms: expect.any(Number),
    });
  });

  it.each(['', 'a b', 'x'.repeat(129), 'new\tline', '<script>'])('makes an id of its own where the client’s is %j', async (id) => {
    const { headers } = await ask(server, 'GET', '/version', undefined, { 'X-Request-ID': id });
    expect(headers.get('x-request-id')).toMatch(/^req-[0-9a-f]{12}-\d+$/);
  });

  it('has the id of the request in every line of a push, and what the push was', async () => {
    const before = server.records.length;
    await mustGit(join(folder, 'work'), ['-c', 'http.extraHeader=X-Request-Id: push-1', 'push', '-q', remote(), 'main:other']);
    const lines = server.records.slice(before);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.filter(({ request_id: id }) => id !== 'push-1')).toEqual([]);
    expect(lines.find(({ message }) => message === 'push')).toMatchObject({
      request_id: 'push-1', user_id: 'admin', repository: 'app', operation: 'push', outcome: 'ok', duration_ms: expect.any(Number),
    });
  });

  it('follows a trace and tells its part in it', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { headers } = await ask(server, 'GET', '/version', undefined, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const [, answered, spanId, flags] = headers.get('traceparent')!.split('-');
    expect([answered, flags]).toEqual([traceId, '01']);
    expect(spanId).toMatch(/^(?!00f067aa0ba902b7)[0-9a-f]{16}$/);
    expect(server.records.at(-1)).toMatchObject({ trace_id: traceId, span_id: spanId });
    for (const broken of ['00-0-0-0', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${traceId}-00f067aa0ba902b7-01`, `00-${traceId}-00f067aa0ba902b7-01-x`]) {
      expect((await ask(server, 'GET', '/version', undefined, { traceparent: broken })).headers.get('traceparent')).toBeNull();
    }
  });

  it('hands the trace on to hooks', async () => {
    const hook = join(folder, 'data', 'app.git', 'hooks', 'pre-receive');
    await mkdir(dirname(hook), { recursive: true });
    await writeFile(hook, '#!/bin/sh\necho "trace is $TRACEPARENT" >&2\n', { mode: 0o755 });
    const header = 'http.extraHeader=traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { stderr } = await git(join(folder, 'work'), ['-c', header, 'push', remote(), 'main:traced']);
    await rm(hook);
    expect(stderr).toMatch(/trace is 00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01/);
  });

  it('keeps out what clients put into wrong places', async () => {
    const before = server.records.length;
    await git(folder, ['ls-remote', remote().replace(encodeURIComponent(PASSWORD), 'hunter2-hunter2')]);
    await ask(server, 'GET', '/api/v1/repos/hunter2-hunter2?password=hunter2-hunter2', undefined, { authorization: 'Bearer hunter2-hunter2' });
    const text = JSON.stringify(server.records.slice(before)).replaceAll('/api/v1/repos/hunter2-hunter2', '');
    expect(text).not.toContain('hunter2');
  });
});

describe('health', () => {
  it('is told in three ways, and where the Go original’s clients ask', async () => {
    expect(await ask(server, 'GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'alive' } });
    expect(await ask(server, 'GET', '/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
    const { status, body } = await ask(server, 'GET', '/health');
    expect(status).toBe(200);
    expect(Object.keys(body['checks'] as object).sort()).toEqual(['auth', 'event_loop', 'memory', 'pool', 'repositories', 'storage']);
    expect((await ask(server, 'GET', '/api/v1/health')).body).toMatchObject({ status: 'healthy' });
  });

  it('is bad while the event loop is behind', async () => {
    const other = await startTestServer([], { GOVC_HEALTH_MAX_LOOP_LAG: '100ms' });
    try {
      // The server runs in this process. One late turn among hundreds is no lag; these are more than one in a hundred.
      for (let turn = 0; turn < 12; turn++) {
        const endMs = performance.now() + 150;
        while (performance.now() < endMs) continue;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      const answer = await ask(other, 'GET', '/health/ready');
      expect(answer).toMatchObject({ status: 503, body: { checks: { event_loop: { status: 'unhealthy' }, storage: { status: 'healthy' } } } });
    } finally {
      await other.stop();
    }
  });

  it('is bad while the storage cannot be written', async () => {
    const data = join(await makeFolder(), 'data');
    const other = await startTestServer(['--data', data]);
    try {
      expect((await ask(other, 'GET', '/health/ready')).status).toBe(200);
      await rename(data, `${data}-gone`);
      // Reports are kept for a second.
      await until(async () => (await ask(other, 'GET', '/health/ready')).status !== 200);
      const answer = await ask(other, 'GET', '/health/ready');
      expect(answer).toMatchObject({ status: 503, body: { status: 'not_ready', checks: { storage: { status: 'unhealthy' }, pool: { status: 'healthy' } } } });
      expect((await ask(other, 'GET', '/health/live')).status).toBe(200);
      await rename(`${data}-gone`, data);
    } finally {
      await other.stop();
    }
  });
});

describe('spans', () => {
  it('tell OpenTelemetry of requests and of the pushes in them', async () => {
    const ended: { readonly name: string; readonly attributes: Record<string, unknown>; readonly parent: unknown }[] = [];
    let active: unknown = 'nothing';
    const api = {
      context: {
        active: () => active,
        // As with an AsyncLocalStorage, but one request at a time.
        with(context: unknown, work: () => unknown) {
          active = context;
          return work();
        },
      },
      propagation: { extract: (_context: unknown, carrier: Record<string, string>) => carrier['traceparent'] ?? 'nothing' },
      trace: {
        getTracer: () => ({
          startSpan(first: string, _options: object, parent: unknown) {
            const span = { name: first, attributes: {} as Record<string, unknown>, parent };
            return {
              spanContext: () => ({ traceId: 'b'.repeat(32), spanId: 'c'.repeat(16), traceFlags: 1 }),
              setAttributes: (attributes: object) => Object.assign(span.attributes, attributes),
              setStatus: () => undefined,
              updateName(name: string) {
                span.name = name;
              },
              end: () => ended.push(span),
            };
          },
        }),
        setSpan: () => 'inside',
        getSpan: () => undefined,
      },
    };
    const other = await startTestServer([], { GOVC_TRACING_ENABLED: 'true' }, { loadModule: () => Promise.resolve(api) });
    try {
      const { headers } = await ask(other, 'POST', '/api/v1/repos', { id: 'app' }, { traceparent: 'from the client' });
      expect(headers.get('traceparent')).toBe(`00-${'b'.repeat(32)}-${'c'.repeat(16)}-01`);
      await mustGit(join(folder, 'work'), ['push', '-q', `${other.url}/app.git`, 'main']);
    } finally {
      await other.stop();
    }
    expect(ended[0]).toMatchObject({ name: 'POST /api/v1/repos', parent: 'from the client', attributes: { 'http.response.status_code': 201 } });
    const push = ended.findIndex(({ name }) => name === 'git push');
    expect(ended[push]).toMatchObject({ parent: 'inside', attributes: { 'govc.outcome': 'ok', 'govc.operation': 'push' } });
    expect(ended[push + 1]).toMatchObject({ name: 'POST /{repository}/git-receive-pack' });
  });

  it('are refused at the start where there is nothing to tell them to', async () => {
    const start = startTestServer([], { GOVC_TRACING_ENABLED: 'true' }, { loadModule: () => Promise.reject(new Error('not installed')) });
    await expect(start).rejects.toMatchObject({ code: 'config-value-invalid', data: { name: 'tracing.enabled' } });
  });
});

describe('statistics', () => {
  it('show the pool and clean it up', async () => {
    const { status, body } = await ask(server, 'GET', '/api/v1/pool/stats', undefined, basic);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      total_repositories: 1, active_repositories: 0, idle_repositories: 1,
      repository_details: { app: { id: 'app', access_count: expect.any(Number), last_accessed: expect.stringMatching(/Z$/) } },
      config: { max_repositories: 1000, max_idle_time: '1800s', MaxIdleTime: '1800s' },
    });
    expect(await ask(server, 'POST', '/api/v1/pool/cleanup', undefined, basic)).toMatchObject({ status: 200, body: { evicted_count: 0, remaining_count: 1 } });
    expect((await ask(server, 'GET', '/api/v1/pool/stats')).status).toBe(401);
  });

  it('are numbers that were measured', async () => {
    const { body } = await ask(server, 'GET', '/api/v1/monitoring/metrics', undefined, basic);
    expect(body['metrics']).toMatchObject({ repository_count: 1, requests_in_flight: 1 });
    const { request_count: count, average_latency: latency, error_rate: errors } = body['metrics'] as Record<string, number>;
    expect(count).toBeGreaterThan(10);
    expect(latency).toBeGreaterThan(0);
    expect(errors).toBeLessThan(1);
    expect((await ask(server, 'GET', '/api/v1/monitoring/performance', undefined, basic)).body).toMatchObject({
      profile: { runtime: { node_version: process.version }, repositories: { total_count: 1 } },
    });
    expect((await ask(server, 'GET', '/api/v1/monitoring/health/history?limit=1', undefined, basic)).body).toMatchObject({
      count: 1, history: [{ status: 'healthy' }],
    });
  });

  it('give administrators a CPU profile', async () => {
    expect((await ask(server, 'GET', '/debug/profile?seconds=0.05')).status).toBe(401);
    const { status, body } = await ask(server, 'GET', '/debug/profile?seconds=0.05', undefined, basic);
    expect([status, Array.isArray(body['nodes'])]).toEqual([200, true]);
  });
});
