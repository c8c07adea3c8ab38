import { GovcClient } from '@govc/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { checkedFetch, Contract } from './contract.js';
import { startTestServer, type TestServer } from './harness.js';

const ENV = { GOVC_JWT_SECRET: 'a-secret-of-thirty-two-bytes-or-more', GOVC_ADMIN_PASSWORD: 'correct horse battery' };

describe('the client', () => {
  let server: TestServer;
  let client: GovcClient;
  let contract: Contract;

  beforeAll(async () => {
    server = await startTestServer([], ENV);
    contract = new Contract(await (await fetch(`${server.url}/openapi.json`)).json());
    client = new GovcClient({ url: server.url, fetch: checkedFetch(contract) });
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

  it('changes files as commits, reads them, and streams bytes both ways', async () => {
    await client.repos.create({ id: 'files/here', memory_only: true });
    const author = { name: 'Ann', email: 'ann@example.com' };
    const { hash } = await client.files.change('files/here', [{ action: 'put', path: 'a b/c.txt', content: 'one\n' }], { message: 'First', author });
    await client.files.edit('files/here', 'a b/c.txt', [{ old: 'one', new: 'two' }], { message: 'Second', author, expected_head: hash });
    expect(await client.files.get('files/here', 'a b/c.txt')).toMatchObject({ content: 'two\n', encoding: 'utf-8' });
    await expect(client.files.change('files/here', [{ action: 'delete', path: 'a b' }], { message: 'Late', author, expected_head: hash }))
      .rejects.toMatchObject({ status: 409, details: { expected: hash } });
    const pieces = [new Uint8Array(70_000).fill(1), new Uint8Array([2])];
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    await client.files.upload('files/here', 'big.bin', stream, { message: 'Bytes' });
    const raw = await client.files.raw('files/here', 'big.bin');
    expect(raw).toMatchObject({ status: 200, sizeBytes: 70_001 });
    expect((await raw.bytes()).at(-1)).toBe(2);
    expect((await client.files.tree('files/here', 'a b').toArray()).map(({ path }) => path)).toEqual(['a b/c.txt']);
    const messages = (await client.commits.list('files/here', { limit: 2 }).toArray()).map(({ message }) => message.trim());
    expect(messages).toEqual(['Bytes', 'Second', 'First']);
    const bundle = await (await client.repos.bundle('files/here')).bytes();
    await client.repos.create({ id: 'copy', memory_only: true });
    await client.repos.unbundle('copy', bundle);
    expect((await client.branches.list('copy').toArray()).map(({ name }) => name)).toEqual(['main']);
  });

  it('follows events from the first one on', async () => {
    await client.repos.create({ id: 'watched', memory_only: true });
    const follow = client.events.follow('watched', { last_event_id: 'start', types: 'push' });
    const next = follow.next();
    await client.files.put('watched', 'a', { content: 'x', message: 'Put' });
    expect((await next).value).toMatchObject({ type: 'push', ref: 'refs/heads/main' });
    await follow.return();
  });
});
