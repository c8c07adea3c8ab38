import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type GitResult } from './harness.js';

afterAll(removeFolders);

/** A way to a server that lets through so many bytes a tick, so that a push takes as long as it is wanted to. */
async function slowPipe(port: number, bytesPerTick: number): Promise<{ readonly server: Server; readonly port: number; readonly passed: () => number }> {
  let passed = 0;
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      target.destroy();
    };
    client.on('error', end).on('close', end);
    target.on('error', end).on('close', () => client.end());
    target.on('data', (chunk) => client.write(chunk));
    client.pause();
    const timer = setInterval(() => {
      const chunk = client.read(Math.min(bytesPerTick, client.readableLength)) as Buffer | null;
      if (chunk === null) return;
      passed += chunk.length;
      target.write(chunk);
    }, 20);
    client.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, passed: () => passed };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function bigWork(): Promise<string> {
  const work = join(await makeFolder(), 'work');
  await mustGit('/', ['init', '-q', '-b', 'main', work]);
  await writeFile(join(work, 'big'), randomBytes(400_000));
  await mustGit(work, ['add', '.']);
  await mustGit(work, ['commit', '-q', '-m', 'big']);
  return work;
}

describe('a server that is told to stop in the middle of a push', () => {
  it('takes the push in whole, makes it durable and takes no more', async () => {
    const work = await bigWork();
    const data = await makeFolder();
    const server = await startTestServer(['--data', data]);
    await ask(server, 'POST', '/api/v1/repos', { id: 'app' });
    const pipe = await slowPipe(server.port, 8000);
    try {
      const pushed = git(work, ['push', `http://127.0.0.1:${pipe.port}/app.git`, 'main']);
      await until(() => pipe.passed() > 100_000);
      const stopped = server.stop();
      await expect(fetch(`${server.url}/version`)).rejects.toThrow();
      expect((await pushed)).toMatchObject({ code: 0 });
      await stopped;
      expect(await mustGit(data, ['--git-dir=app.git', 'rev-parse', 'main'])).toBe(await mustGit(work, ['rev-parse', 'main']));
      await mustGit(data, ['--git-dir=app.git', 'fsck', '--strict']);
    } finally {
      pipe.server.close();
    }
  }, 60_000);

  it('gives it up after the grace, and nothing of it is there', async () => {
    const work = await bigWork();
    const data = await makeFolder();
    const server = await startTestServer(['--data', data], { GOVC_SHUTDOWN_GRACE: '200ms' });
    await ask(server, 'POST', '/api/v1/repos', { id: 'app' });
    const pipe = await slowPipe(server.port, 500);
    try {
      const pushed = git(work, ['push', `http://127.0.0.1:${pipe.port}/app.git`, 'main']);
      await until(() => pipe.passed() > 10_000);
      await server.stop();
      expect((await pushed).code).not.toBe(0);
      expect((await git(data, ['--git-dir=app.git', 'rev-parse', '--verify', '-q', 'main'])).code).not.toBe(0);
      await mustGit(data, ['--git-dir=app.git', 'fsck', '--strict']);
    } finally {
      pipe.server.close();
    }
  }, 60_000);
});

const PROGRAM = join(__dirname, '../../cli/dist/govc.js');
/** The built command line, as a process of its own. */
const withProgram = existsSync(PROGRAM) ? it : it.skip;

interface Process {
  readonly port: number;
  readonly pid: number;
  readonly ended: Promise<number | string>;
}

async function startProcess(flags: readonly string[]): Promise<Process> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', ...flags], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }, stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | string>((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const found = /listens on https?:\/\/[^:]+:(\d+)/.exec(text);
      if (found !== null) resolve(Number(found[1]));
    });
    child.on('exit', () => reject(new Error(`the server did not start: ${text}`)));
  });
  return { port, pid: child.pid!, ended };
}

describe('the process of a server', () => {
  withProgram('loses nothing of a push when it gets SIGTERM, and ends with 0', async () => {
    const work = await bigWork();
    const data = await makeFolder();
    const server = await startProcess(['--data', data]);
    await fetch(`http://127.0.0.1:${server.port}/api/v1/repos`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":"app"}' });
    const pipe = await slowPipe(server.port, 8000);
    try {
      const pushed: Promise<GitResult> = git(work, ['push', `http://127.0.0.1:${pipe.port}/app.git`, 'main']);
      await until(() => pipe.passed() > 100_000);
      process.kill(server.pid, 'SIGTERM');
      expect((await pushed).code).toBe(0);
      expect(await server.ended).toBe(0);
      expect(await mustGit(data, ['--git-dir=app.git', 'rev-parse', 'main'])).toBe(await mustGit(work, ['rev-parse', 'main']));
    } finally {
      pipe.server.close();
    }
  }, 60_000);

  withProgram('ends at once at the second signal, and what was durable is whole', async () => {
    const work = await bigWork();
    const data = await makeFolder();
    const server = await startProcess(['--data', data]);
    await fetch(`http://127.0.0.1:${server.port}/api/v1/repos`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":"app"}' });
    const pipe = await slowPipe(server.port, 500);
    try {
      const pushed = git(work, ['push', `http://127.0.0.1:${pipe.port}/app.git`, 'main']);
      await until(() => pipe.passed() > 10_000);
      // Two signals that come while the process is busy are one to it, so more are sent until it ends.
      const signals = setInterval(() => process.kill(server.pid, 'SIGTERM'), 200);
      process.kill(server.pid, 'SIGTERM');
      expect(await server.ended.finally(() => clearInterval(signals))).toBe(143);
      expect((await pushed).code).not.toBe(0);
      await mustGit(data, ['--git-dir=app.git', 'fsck', '--strict']);
    } finally {
      pipe.server.close();
    }
  }, 60_000);
});
