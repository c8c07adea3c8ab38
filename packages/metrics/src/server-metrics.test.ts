import { describe, expect, it } from '@jest/globals';

import { type ServerMetricsOptions, createServerMetrics } from './server-metrics.js';

function setup(options: Partial<ServerMetricsOptions> = {}) {
  let nowMs = 5_000;
  const metrics = createServerMetrics({
    clock: () => nowMs,
    repositories: () => 42,
    transactionsActive: () => 3,
    processMetrics: false,
    ...options,
  });
  const lines = async (): Promise<string[]> => (await metrics.render()).body.split('\n');
  return { metrics, lines, pass: (ms: number) => (nowMs += ms) };
}

describe('createServerMetrics', () => {
  it('counts requests by method and status and times them by route', async () => {
    const { metrics, lines, pass } = setup();
    const end = metrics.beginRequest('post');
    pass(250);
    end({ route: '/api/v1/repos', status: 201 });
    const page = await lines();
    expect(page).toContain('govc_http_requests_total{method="POST",status="201"} 1');
    expect(page).toContain('govc_http_request_duration_seconds_sum{method="POST",path="/api/v1/repos"} 0.25');
    expect(page).toContain('govc_http_request_duration_seconds_bucket{le="0.25",method="POST",path="/api/v1/repos"} 1');
    expect(page).toContain('govc_http_request_duration_seconds_bucket{le="0.1",method="POST",path="/api/v1/repos"} 0');
  });

  it('shows requests in flight and counts an end only once', async () => {
    const { metrics, lines } = setup();
    const end = metrics.beginRequest('GET');
    metrics.beginRequest('GET');
    expect(await lines()).toContain('govc_http_requests_in_flight 2');
    end({ route: '/', status: 200 });
    end({ route: '/', status: 500 });
    const page = await lines();
    expect(page).toContain('govc_http_requests_in_flight 1');
    expect(page.filter((line) => line.startsWith('govc_http_requests_total{'))).toHaveLength(1);
  });

  it('reads repositories, transactions and uptime when asked', async () => {
    const { lines, pass } = setup();
    pass(86_400_000);
    expect(await lines()).toEqual(
      expect.arrayContaining(['govc_repositories_total 42', 'govc_transactions_active 3', 'govc_uptime_seconds 86400']),
    );
  });

  it('maps methods, statuses and routes outside the closed sets to other', async () => {
    const { metrics, lines } = setup({ routesMax: 2 });
    for (const route of ['/a', '/b', '/c', `/${'x'.repeat(300)}`]) metrics.beginRequest('BREW')({ route, status: 1000 });
    const page = await lines();
    expect(page).toContain('govc_http_requests_total{method="other",status="other"} 4');
    const counts = page.filter((line) => line.startsWith('govc_http_request_duration_seconds_count'));
    expect(counts).toEqual([
      'govc_http_request_duration_seconds_count{method="other",path="/a"} 1',
      'govc_http_request_duration_seconds_count{method="other",path="/b"} 1',
      'govc_http_request_duration_seconds_count{method="other",path="other"} 2',
    ]);
  });

  it('counts Git operations, their bytes, objects and time', async () => {
    const { metrics, lines, pass } = setup();
    const end = metrics.beginGit('push');
    pass(2000);
    end({ outcome: 'ok', bytesReceived: 1000, objects: 7 });
    metrics.beginGit('push')({ outcome: 'refused' });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'govc_git_operations_total{operation="push",outcome="ok"} 1',
        'govc_git_operations_total{operation="push",outcome="refused"} 1',
        'govc_git_bytes_total{operation="push",direction="received"} 1000',
        'govc_git_objects_total{operation="push"} 7',
        'govc_git_operation_duration_seconds_sum{operation="push"} 2',
      ]),
    );
  });

  it('takes gauges and counters of others under govc_ names that are free', async () => {
    const { metrics, lines } = setup();
    metrics.addGauge({ name: 'govc_drafts_active', help: 'Drafts that are open.', read: () => 9 });
    const count = metrics.addCounter({ name: 'govc_webhooks_sent_total', help: 'Webhooks sent.' });
    expect(await lines()).toContain('govc_webhooks_sent_total 0');
    count();
    count(2);
    expect(await lines()).toEqual(expect.arrayContaining(['govc_drafts_active 9', 'govc_webhooks_sent_total 3']));
    expect(() => metrics.addCounter({ name: 'govc_drafts_active', help: 'Again.' })).toThrow(
      expect.objectContaining({ code: 'metric-name-taken', data: { name: 'govc_drafts_active' } }),
    );
    expect(() => metrics.addCounter({ name: 'Requests', help: 'No.' })).toThrow(
      expect.objectContaining({ code: 'metric-name-invalid' }),
    );
  });

  it('counts events, deliveries and refusals by labels that are bounded', async () => {
    const { metrics, lines } = setup();
    for (let index = 0; index < 100; index++) metrics.eventsTotal(`type-${index}`);
    metrics.webhookDeliveries('delivered');
    metrics.webhookDurationSeconds(0.2);
    metrics.rateLimited('login');
    const page = await lines();
    expect(page).toEqual(expect.arrayContaining([
      'govc_events_total{type="type-0"} 1', 'govc_events_total{type="other"} 36', 'govc_webhook_deliveries_total{result="delivered"} 1',
      'govc_webhook_duration_seconds_bucket{le="0.1"} 0', 'govc_webhook_duration_seconds_bucket{le="0.25"} 1',
      'govc_webhook_duration_seconds_bucket{le="+Inf"} 1', 'govc_webhook_duration_seconds_sum 0.2', 'govc_rate_limited_total{limit="login"} 1',
    ]));
    expect(page.filter((line) => line.startsWith('govc_events_total{'))).toHaveLength(65);
  });

  it('reads open transactions, realities and the pool from whoever has them last', async () => {
    const { metrics, lines } = setup();
    metrics.transactionsActive(() => 5);
    metrics.realitiesActive(() => 6);
    metrics.poolStats(() => ({ leased: 1, idle: 2, opening: 3, bytes: 4, hits: 5, misses: 6, evicted: 7, refused: 8 }));
    expect(await lines()).toEqual(expect.arrayContaining([
      'govc_transactions_active 5', 'govc_realities_active 6', 'govc_pool_repositories{state="leased"} 1', 'govc_pool_repositories{state="opening"} 3',
      'govc_pool_bytes 4', 'govc_pool_hits_total 5', 'govc_pool_misses_total 6', 'govc_pool_evictions_total 7', 'govc_pool_refusals_total 8',
    ]));
  });

  it('has a number of repositories that falls, and one that never does', async () => {
    let count = 3;
    const { lines } = setup({ repositories: () => count });
    expect(await lines()).toEqual(expect.arrayContaining(['govc_repositories 3', 'govc_repositories_total 3', '# TYPE govc_repositories_total counter']));
    count = 1;
    await lines();
    count = 2;
    expect(await lines()).toEqual(expect.arrayContaining(['govc_repositories 2', 'govc_repositories_total 4']));
  });

  it('keeps two servers of one process apart', async () => {
    const first = setup();
    const second = setup();
    first.metrics.beginRequest('GET')({ route: '/', status: 200 });
    expect((await second.lines()).some((line) => line.startsWith('govc_http_requests_total{'))).toBe(false);
  });

  it('serves the metrics of the process with the content type of Prometheus', async () => {
    const { metrics } = setup({ processMetrics: true });
    const { contentType, body } = await metrics.render();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes']) {
      expect(body).toContain(`\n${name} `);
    }
    expect(body).not.toMatch(/^nodejs_active_\w+_total/m);
    metrics.close();
    expect((await metrics.render()).body.trim()).toBe('');
  });

  it('stays on one line when a route holds quotes and line ends', async () => {
    const { metrics, lines } = setup();
    metrics.beginRequest('GET')({ route: '/a"b\nc', status: 200 });
    expect(await lines()).toContain('govc_http_request_duration_seconds_count{method="GET",path="/a\\"b\\nc"} 1');
  });
});
