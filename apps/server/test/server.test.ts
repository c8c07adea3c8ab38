import { connect } from 'node:net';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { ask, makeFolder, removeFolders, startTestServer, type TestServer } from './harness.js';
import { until } from './receiver.js';

afterAll(removeFolders);

/** Begins a request whose body comes later. The server has it: it gave leave to send the body. */
async function beginRequest(server: TestServer, body: string): Promise<{ readonly finish: () => void; readonly answer: Promise<string> }> {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => socket.on('close', () => resolve(text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, ''))));
  socket.write(`POST /api/v1/repos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`);
  await until(() => text.includes('100 Continue'));
  return { finish: () => socket.write(body), answer };
}

describe('a server that stops', () => {
  it('lets requests under way end, and keeps what they wrote', async () => {
    const data = await makeFolder();
    const server = await startTestServer(['--data', data]);
    const request = await beginRequest(server, '{"id":"late"}');
    const stopped = server.stop();
    await until(() => fetch(`${server.url}/health/live`).then(() => false, () => true));
    request.finish();
    expect(await request.answer).toMatch(/^HTTP\/1\.1 201 /);
    await stopped;
    expect(existsSync(join(data, 'late.git', 'HEAD'))).toBe(true);
    await server.stop();
  }, 20_000);

  it('gives up requests that do not end within the grace', async () => {
    const server = await startTestServer([], { GOVC_SHUTDOWN_GRACE: '100ms' });
    const request = await beginRequest(server, '{"id":"never"}');
    await server.stop();
    expect(await request.answer).toBe('');
  }, 20_000);
});

describe('a data folder', () => {
  it('is made when it is not there, and cleared of what a crash left', async () => {
    const data = join(await makeFolder(), 'new', 'folder');
    await mkdir(join(data, '.govc-0123456789abcdef', 'objects'), { recursive: true });
    const server = await startTestServer(['--data', data]);
    expect((await readdir(data)).sort()).toEqual(['.govc-images', '.govc-system.git']);
    await server.stop();
  });

  it('holds repositories of the same name in different folders, and of many clients at once', async () => {
    const data = await makeFolder();
    const server = await startTestServer(['--data', data]);
    try {
      const ids = ['a', 'a/b', 'a/b/c', 'b', 'a-b'];
      const answers = await Promise.all([...ids, ...ids].map((id) => ask(server, 'POST', '/api/v1/repos', { id })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, 409, 409, 409, 409, 409]);
      const commits = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(server, 'POST', '/api/v1/repos/a/commits', {
        message: `c${index}`, author: { name: 'A', email: 'a@example.com' }, files: [{ path: `f${index}`, content: '' }],
      })));
      expect(commits.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
      expect((await ask(server, 'GET', '/api/v1/repos/a/commits')).body).toMatchObject({ count: 20 });
      expect((await ask(server, 'GET', '/api/v1/repos')).body).toMatchObject({ count: 5 });
      const deleted = await Promise.all(['a', 'a'].map((id) => ask(server, 'DELETE', `/api/v1/repos/${id}`)));
      expect(deleted.map(({ status }) => status).sort()).toEqual([200, 404]);
      expect((await ask(server, 'GET', '/api/v1/repos/a/b')).status).toBe(200);
    } finally {
      await server.stop();
    }
  }, 30_000);
});

describe('a pool that is full', () => {
  it('refuses more repositories than it may hold, and none is lost', async () => {
    const server = await startTestServer([], { GOVC_POOL_MAX_REPOS: '2' });
    try {
      for (const id of ['one', 'two']) expect((await ask(server, 'POST', '/api/v1/repos', { id })).status).toBe(201);
      expect(await ask(server, 'POST', '/api/v1/repos', { id: 'three' })).toMatchObject({ status: 503, body: { code: 'MAX_REPOS_REACHED' } });
      expect((await ask(server, 'GET', '/api/v1/repos')).body).toMatchObject({ count: 2 });
    } finally {
      await server.stop();
    }
  });
});
