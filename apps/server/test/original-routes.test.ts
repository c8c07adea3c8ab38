import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, startTestServer, type TestServer } from './harness.js';
import { ORIGINAL_ROUTES } from './original-routes.js';

let server: TestServer;
const served = new Set<string>();

beforeAll(async () => {
  server = await startTestServer();
  const { paths } = (await ask(server, 'GET', '/openapi.json')).body as { paths: Record<string, Record<string, unknown>> };
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of Object.keys(methods)) served.add(`${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`);
  }
});

afterAll(async () => {
  await server.stop();
});

describe('the original', () => {
  it('has no route that is not served, in either spelling', () => {
    expect(ORIGINAL_ROUTES.filter((route) => !served.has(route))).toEqual([]);
  });

  it.each(ORIGINAL_ROUTES.filter((route) => route.startsWith('GET ') && !route.includes('/repos/{}')))('is answered at %s', async (route) => {
    const response = await fetch(`${server.url}${route.slice('GET '.length).replaceAll('{}', 'x')}`, { method: 'HEAD' });
    expect(response.status).not.toBe(405);
    expect([200, 401, 404]).toContain(response.status);
  });
});
