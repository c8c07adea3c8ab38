import { generateKeyPairSync } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { ask, makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';

const PASSWORD = 'the password of the administrator';
const basic = { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` };

afterAll(removeFolders);

/** The machine may be slow; the clock of the servers stands still. */
const NOW_MS = Date.now();

async function withServer<Result>(flags: readonly string[], env: Record<string, string>, work: (server: TestServer) => Promise<Result>): Promise<Result> {
  const server = await startTestServer(flags, { GOVC_ADMIN_PASSWORD: PASSWORD, ...env }, { clock: () => NOW_MS });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

describe('what a server knows of its users', () => {
  it('holds over a restart: who has to wait, has to after it', async () => {
    const data = join(await makeFolder(), 'data');
    const env = { GOVC_JWT_SECRET: 'a secret of the tests, which is long enough' };
    const guess = (server: TestServer) => ask(server, 'POST', '/api/v1/auth/login', { username: 'victim', password: 'a wrong guess' });
    await withServer(['--data', data], env, async (server) => {
      for (let index = 0; index < 5; index++) expect((await guess(server)).status).toBe(401);
      expect((await guess(server)).status).toBe(429);
    });
    expect((await withServer(['--data', data], env, guess)).status).toBe(429);
    const kept = JSON.parse(await mustGit(data, ['--git-dir=.govc-system.git', 'show', 'main:lockouts/account%20victim.json'])) as { count: number };
    expect(kept.count).toBe(5);
    expect((await stat(join(data, '.govc-system.git'))).mode & 0o077).toBe(0);
  }, 60_000);

  it('holds over a restart: a refresh token that comes again ends its session, with its tokens', async () => {
    const data = join(await makeFolder(), 'data');
    const env = { GOVC_JWT_SECRET: 'a secret of the tests, which is long enough' };
    const refresh = (server: TestServer, token: unknown) => ask(server, 'POST', '/api/v1/auth/refresh', { refresh_token: token });
    const [first, second] = await withServer(['--data', data], env, async (server) => {
      const { body } = await ask(server, 'POST', '/api/v1/auth/login', { username: 'admin', password: PASSWORD });
      return [body, (await refresh(server, body['refresh_token'])).body] as const;
    });
    await withServer(['--data', data], env, async (server) => {
      const whoami = async (token: unknown): Promise<number> => (await ask(server, 'GET', '/api/v1/auth/whoami', undefined, { authorization: `Bearer ${String(token)}` })).status;
      expect(await whoami(second['token'])).toBe(200);
      expect((await refresh(server, first['refresh_token'])).body).toMatchObject({ code: 'TOKEN_REFRESH_FAILED' });
      expect((await refresh(server, second['refresh_token'])).status).toBe(401);
      expect(await whoami(second['token'])).toBe(401);
    });
    // And over the next one.
    await withServer(['--data', data], env, async (server) => {
      expect((await refresh(server, second['refresh_token'])).status).toBe(401);
    });
  }, 60_000);

  it('has a place beside repositories that others made', async () => {
    const folder = await makeFolder();
    const root = join(folder, 'root');
    await mustGit(folder, ['init', '-q', '--bare', join(root, 'old.git')]);
    const system = join(folder, 'state', 'system.git');
    const env = { GOVC_JWT_SECRET: 'a secret of the tests, which is long enough', GOVC_SYSTEM_PATH: system };
    const key = await withServer(['--root', root, '--export-all'], env, async (server) => {
      const { status, body } = await ask(server, 'POST', '/api/v1/auth/apikeys', { name: 'ci', permissions: ['repo:read'] }, basic);
      expect(status).toBe(201);
      return String(body['key']);
    });
    const answer = await withServer(['--root', root, '--export-all'], env, (server) => ask(server, 'GET', '/api/v1/repos', undefined, { 'x-api-key': key }));
    expect(answer).toMatchObject({ status: 200, body: { count: 1 } });
  }, 60_000);

  it('signs with an Ed25519 key of a file, and takes its tokens after a restart', async () => {
    const folder = await makeFolder();
    const file = join(folder, 'key.pem');
    await writeFile(file, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const flags = ['--data', join(folder, 'data')];
    const token = await withServer(flags, { GOVC_JWT_KEY_FILE: file }, async (server) =>
      String((await ask(server, 'POST', '/api/v1/auth/login', { username: 'admin', password: PASSWORD })).body['token']));
    expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())).toMatchObject({ alg: 'EdDSA', typ: 'JWT' });
    const bearer = { authorization: `Bearer ${token}` };
    const { status, body } = await withServer(flags, { GOVC_JWT_KEY_FILE: file }, (server) => ask(server, 'GET', '/api/v1/auth/whoami', undefined, bearer));
    expect([status, body['username']]).toEqual([200, 'admin']);
    // Another program's Ed25519 key, and the same token under a shared secret, are nothing here.
    const rotated = join(folder, 'other.pem');
    await writeFile(rotated, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect((await withServer(flags, { GOVC_JWT_KEY_FILE: rotated }, (server) => ask(server, 'GET', '/api/v1/auth/whoami', undefined, bearer))).status).toBe(401);
    const both = { GOVC_JWT_KEY_FILE: rotated, GOVC_JWT_PREVIOUS_KEY_FILE: file };
    expect((await withServer(flags, both, (server) => ask(server, 'GET', '/api/v1/auth/whoami', undefined, bearer))).status).toBe(200);
  }, 60_000);
});
