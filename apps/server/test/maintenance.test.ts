import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import type { Timers } from '../src/events/timers.js';
import { startTestServer, type TestServer } from './harness.js';

/** Timers that ring when they are told to. */
class ManualTimers implements Timers {
  #waiting = new Set<() => void>();

  after(_ms: number, work: () => void): () => void {
    this.#waiting.add(work);
    return () => this.#waiting.delete(work);
  }

  ring(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const work of waiting) work();
  }
}

const AUTHOR = { name: 'Dev', email: 'dev@example.com' };

describe('the maintenance of a server', () => {
  const folders: string[] = [];
  const servers: TestServer[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  async function start(flags: readonly string[], env: Record<string, string>, timers: Timers): Promise<TestServer> {
    const server = await startTestServer(flags, env, { timers });
    servers.push(server);
    return server;
  }

  async function send(server: TestServer, path: string, body: unknown): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${server.url}/api/v1/repos${path}`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  }

  async function until(check: () => boolean, timers: ManualTimers): Promise<void> {
    for (let turns = 0; !check(); turns++) {
      if (turns > 2000) throw new Error('Nothing happens.');
      timers.ring();
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  }

  it('joins packs when there are many, while requests are answered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'govc-server-'));
    folders.push(folder);
    const timers = new ManualTimers();
    const server = await start(['--data', folder], {}, timers);
    expect((await send(server, '', { id: 'app' })).status).toBe(201);
    for (let i = 0; i < 53; i++) {
      const { status } = await send(server, '/app/commits', { message: `${i}`, author: AUTHOR, files: [{ path: `f${i % 4}`, content: `${i}\n` }] });
      expect(status).toBe(201);
    }
    const path = join(folder, 'app.git');
    const packs = (): number => readdirSync(join(path, 'objects/pack')).filter((name) => name.endsWith('.pack')).length;
    expect(packs()).toBeGreaterThan(50);
    await until(() => packs() < 5, timers);
    await until(() => server.records.some(({ message }) => message === 'a repository was maintained'), timers);
    expect((await send(server, '/app/commits', { message: 'after', author: AUTHOR, files: [{ path: 'after', content: 'a' }] })).status).toBe(201);
    expect(execFileSync('git', ['--git-dir', path, 'rev-list', '--count', 'main']).toString().trim()).toBe('54');
    execFileSync('git', ['--git-dir', path, 'fsck', '--full', '--strict'], { stdio: 'pipe' });
  }, 60_000);

  it('keeps repositories in memory within the memory of the server', async () => {
    const server = await start([], { GOVC_STORAGE_MAX_MEMORY_MB: '48' }, new ManualTimers());
    for (const id of ['one', 'other']) expect((await send(server, '', { id, memory_only: true })).status).toBe(201);
    let refused: { readonly status: number; readonly text: string } | undefined;
    let commits = 0;
    for (let i = 0; i < 20 && refused === undefined; i++) {
      const content = randomBytes(3 * 1024 * 1024).toString('base64');
      const answer = await send(server, `/${i % 2 === 0 ? 'one' : 'other'}/commits`, { message: `${i}`, author: AUTHOR, files: [{ path: `f${i}`, content }] });
      if (answer.status === 201) commits++;
      else refused = answer;
    }
    expect(commits).toBeGreaterThan(2);
    expect(refused?.status).toBe(413);
    expect(refused?.text).toContain('GOVC_STORAGE_MAX_MEMORY_MB');
    // Reading goes on, and what goes makes room.
    expect((await fetch(`${server.url}/api/v1/repos/one/commits`)).status).toBe(200);
    await fetch(`${server.url}/api/v1/repos/other`, { method: 'DELETE' });
    const content = randomBytes(3 * 1024 * 1024).toString('base64');
    expect((await send(server, '/one/commits', { message: 'again', author: AUTHOR, files: [{ path: 'again', content }] })).status).toBe(201);
  }, 60_000);
});
