import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import { afterAll, expect } from '@jest/globals';

import type { Surroundings } from '../src/compose.js';
import { loadConfig } from '../src/config.js';
import type { Environment } from '../src/config-sources.js';
import { machineSurroundings } from '../src/main.js';
import { startServer, type RunningServer } from '../src/server.js';

/** A server on a free port of the loopback, and what it logged. */
export interface TestServer extends RunningServer {
  readonly records: Record<string, unknown>[];
  readonly announced: string[];
}

const ENVIRONMENT: Environment = {
  PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C',
};

/** Starts a server with these options and variables. */
export async function startTestServer(
  flags: readonly string[] = [], env: Environment = {}, overrides: Partial<Surroundings> = {},
): Promise<TestServer> {
  const records: Record<string, unknown>[] = [];
  const announced: string[] = [];
  const logDestination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').split('\n')) {
        if (line === '') continue;
        logged.push(line);
        records.push(JSON.parse(line) as Record<string, unknown>);
      }
      done();
    },
  });
  noteSecrets(env);
  const config = loadConfig({
    flags: ['--port', '0', ...flags],
    env: { ...ENVIRONMENT, ...env },
    readFile: () => {
      throw new Error('there are no files here');
    },
  });
  const surroundings = { ...machineSurroundings(logDestination), random: randomBytes, ...overrides };
  const server = await startServer(config, surroundings, (line) => announced.push(line));
  return { ...server, records, announced };
}

/** Every line that any server of this file logged, and every secret that went in or out. */
const logged: string[] = [];
const secrets = new Set<string>();

const SECRET_NAME = /password|token|secret|^key$|^api_?key$/i;
/** What looks like a secret of the server, wherever it came from: tokens, keys and refresh tokens. */
const SECRET_SHAPE = /eyJ[\w-]{10,}\.[\w-]{10,}|govc_[\w-]{43}|govr_[\w-]{22}/;

/** Remembers the values of secrets in what is sent and answered. Short ones could be words. */
function noteSecrets(value: unknown, name = ''): void {
  if (typeof value === 'string') {
    if (SECRET_NAME.test(name) && !/file$/i.test(name) && value.length >= 8) secrets.add(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) noteSecrets(child, Array.isArray(value) ? name : key);
  }
}

// Whatever a file tests, no secret may have reached the log by then.
afterAll(() => {
  const found = logged.filter((line) => SECRET_SHAPE.test(line) || [...secrets].some((secret) => line.includes(secret)));
  expect(found).toEqual([]);
});

/** A folder that is gone at the end of the test run. */
export async function makeFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'govc-server-test-'));
  folders.push(path);
  return path;
}

const folders: string[] = [];

/** Removes every folder that {@link makeFolder} made. */
export async function removeFolders(): Promise<void> {
  for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** How a Git command ended. */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real git in a clean environment; never rejects because of its exit code. */
export function git(cwd: string, args: readonly string[], env: Environment = {}): Promise<GitResult> {
  return new Promise((resolve) => {
    const child = execFile('git', [...args], { cwd, env: { ...GIT_ENVIRONMENT, ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** As {@link git}; throws when the command fails, and gives what it printed. */
export async function mustGit(cwd: string, args: readonly string[], env: Environment = {}): Promise<string> {
  const { code, stdout, stderr } = await git(cwd, args, env);
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

const GIT_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ann Author',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_AUTHOR_DATE: '1700000000 +0100',
  GIT_COMMITTER_NAME: 'Carl Committer',
  GIT_COMMITTER_EMAIL: 'carl@example.com',
  GIT_COMMITTER_DATE: '1700000100 +0000',
  LC_ALL: 'C',
};

/** A JSON answer. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Asks a server for JSON. */
export async function ask(server: RunningServer, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<JsonAnswer> {
  noteSecrets(body);
  noteSecrets(headers);
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answered = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  noteSecrets(answered);
  return { status: response.status, headers: response.headers, body: answered };
}
