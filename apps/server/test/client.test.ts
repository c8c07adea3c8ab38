import { GovcClient } from '@govc/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestServer, type TestServer } from './harness.js';

const ENV = { GOVC_JWT_SECRET: 'a-secret-of-thirty-two-bytes-or-more', GOVC_ADMIN_PASSWORD: 'correct horse battery' };

describe('the client', () => {
  let server: TestServer;
  let client: GovcClient;

  beforeAll(async () => {
    server = await startTestServer([], ENV);
    client = new GovcClient({ url: server.url });
    await client.auth.login({ username: 'admin', password: ENV.GOVC_ADMIN_PASSWORD });
  });

  afterAll(() => server.stop());

  it('signs in, is somebody, and signs out', async () => {
    const own = new GovcClient({ url: server.url });
    await own.auth.login({ username: 'admin', password: ENV.GOVC_ADMIN_PASSWORD });
    expect(await own.auth.whoami()).toMatchObject({ username: 'admin' });
    await own.auth.refresh();
    await own.auth.logout();
    await expect(own.auth.whoami()).rejects.toMatchObject({ name: 'GovcApiError', status: 401 });
  });

  it('makes, lists, renames and deletes repositories', async () => {
    const { id } = await client.repos.create({ id: 'team/app', memory_only: true });
    expect((await client.repos.get(id)).id).toBe('team/app');
    await client.repos.create({ id: 'other', memory_only: true });
    const names = (await client.repos.list({ limit: 1 }).toArray()).map((each) => each.id);
    expect(names.sort()).toEqual(['other', 'team/app']);
    await client.repos.rename('other', 'another');
    await client.repos.delete('another');
    await expect(client.repos.get('another')).rejects.toMatchObject({ status: 404, code: 'REPO_NOT_FOUND' });
  });
});
