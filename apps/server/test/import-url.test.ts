import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';

const author = { name: 'Dev', email: 'dev@example.com' };

describe('importing from a URL', () => {
  let source: TestServer;
  let server: TestServer;
  let guarded: TestServer;
  let moving: Server;

  beforeAll(async () => {
    source = await startTestServer();
    server = await startTestServer([], { GOVC_WEBHOOKS_ALLOW_HOSTS: '127.0.0.1' });
    guarded = await startTestServer();
    await ask(source, 'POST', '/api/v1/repos', { id: 'origin', default_branch: 'trunk' });
    await ask(source, 'POST', '/api/v1/repos/origin/files', { path: 'a', content: 'one' });
    await ask(source, 'POST', '/api/v1/repos/origin/commits', { message: 'One', author });
    await ask(source, 'POST', '/api/v1/repos/origin/tags', { name: 'v1', message: 'v1' });
    moving = createServer((request, response) => {
      response.writeHead(302, { Location: `http://169.254.169.254${request.url ?? ''}` }).end();
    });
    await new Promise<void>((resolve) => moving.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    moving.close();
    for (const each of [source, server, guarded]) await each.stop();
    await removeFolders();
  });

  it('makes the repository with its default branch, branches and tags, and takes what is new later', async () => {
    const url = `${source.url}/origin.git`;
    const first = await ask(server, 'POST', '/api/v1/repos/copy/import', { url });
    expect(first).toMatchObject({ status: 200, body: { status: 'imported', id: 'copy', refs: [{ name: 'refs/heads/trunk', status: 'new' }, { name: 'refs/tags/v1', status: 'new' }] } });
    const folder = await makeFolder();
    await mustGit(folder, ['clone', '-q', `${server.url}/copy.git`, 'clone']);
    expect(await mustGit(folder, ['-C', 'clone', 'rev-parse', 'HEAD', 'v1'])).toBe(await mustGit(folder, ['ls-remote', url, 'refs/heads/trunk', 'refs/tags/v1']).then((text) => text.replace(/\t.*/g, '')));
    expect(await mustGit(folder, ['-C', 'clone', 'symbolic-ref', '--short', 'HEAD'])).toBe('trunk');
    await ask(source, 'POST', '/api/v1/repos/origin/files', { path: 'b', content: 'two' });
    await ask(source, 'POST', '/api/v1/repos/origin/commits', { message: 'Two', author });
    expect(await ask(server, 'POST', '/api/v1/repos/copy/import', { url })).toMatchObject({
      status: 200, body: { objects: 3, refs: [{ name: 'refs/heads/trunk', status: 'fast-forward' }, { name: 'refs/tags/v1', status: 'up-to-date' }] },
    });
  });

  it('reaches nothing inside, neither by name nor by redirect', async () => {
    const refuse = async (target: TestServer, url: string): Promise<unknown> => {
      const { status, body } = await ask(target, 'POST', '/api/v1/repos/inside/import', { url });
      return [status, body['code']];
    };
    for (const url of [`${source.url}/origin.git`, 'http://localhost/x.git', 'http://169.254.169.254/latest', 'http://[::1]/x.git', 'http://2130706433/x.git', 'http://10.1.2.3/x']) {
      expect([url, ...(await refuse(guarded, url) as unknown[])]).toEqual([url, 400, 'ADDRESS_REFUSED']);
    }
    expect(await refuse(server, `http://127.0.0.1:${(moving.address() as AddressInfo).port}/x.git`)).toEqual([400, 'ADDRESS_REFUSED']);
    for (const url of ['file:///etc', 'ssh://host/x', 'git://host/x', 'http://user:pass@example.com/x.git', '/etc/passwd']) {
      expect([url, ...(await refuse(guarded, url) as unknown[])]).toEqual([url, 400, 'INVALID_REMOTE_URL']);
    }
    expect((await ask(guarded, 'GET', '/api/v1/repos/inside')).status).toBe(404);
  });

  it('says what is wrong with the other side', async () => {
    expect(await ask(server, 'POST', '/api/v1/repos/none/import', { url: `${source.url}/nothing.git` })).toMatchObject({ status: 502, body: { code: 'REMOTE_FAILED' } });
    expect((await ask(server, 'GET', '/api/v1/repos/none')).status).toBe(404);
  });
});
