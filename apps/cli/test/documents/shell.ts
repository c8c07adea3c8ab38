import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';

import { run } from '../../src/run.js';
import { MemoryHost } from '../../src/session/memory-host.js';

/** A port on which nobody listens. */
export function findFreePort(): Promise<number> {
  return new Promise((done, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** What commands that start a server do on a page: they say which, and the test starts it. */
const PRELUDE = `
set -euo pipefail
curl() { command curl --fail-with-body -sS "$@"; }
note() { { printf '%s\\0' "$@"; } >"$NOTED.args"; env -0 >"$NOTED.env"; }
npx() { [ "$1" = @govc/cli ] || return 1; shift; note "$@"; }
govc() { [ -f "$BUILT" ] || { echo 'govc was not built; run "npm run build" first' >&2; return 1; }; node "$BUILT" "$@"; }
npm() { [ "$1" = start ] || return 1; shift; [ "\${1:-}" != -- ] || shift; note serve "$@"; }
`;

/** How a block of commands ended. */
export interface ShellResult {
  readonly code: number;
  readonly output: string;
  /** The `govc` that it would have started. */
  readonly started: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } | undefined;
}

/** Runs commands with bash in a folder, in a clean environment, `govc` being the built program. A curl that is answered with an error fails. */
export async function runShell(code: string, folder: string): Promise<ShellResult> {
  const noted = join(folder, '.noted');
  const env = {
    PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C.UTF-8', NOTED: noted, BUILT: join(__dirname, '../../dist/govc.js'),
    GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com', GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com',
  };
  // Not waited for synchronously: the server that the commands talk to is in this process.
  const child = spawn('bash', ['-c', PRELUDE + code], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exitCode = await new Promise<number>((done, reject) => {
    child.once('error', reject);
    child.once('close', (status) => done(status ?? 1));
  });
  if (!existsSync(`${noted}.args`)) return { code: exitCode, output, started: undefined };
  const args = readFileSync(`${noted}.args`, 'utf8').split('\0').slice(0, -1);
  const variables = readFileSync(`${noted}.env`, 'utf8').split('\0').filter((entry) => /^(GOVC_|PATH=|HOME=)/.test(entry));
  rmSync(`${noted}.args`);
  rmSync(`${noted}.env`);
  const entries = variables.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const);
  return { code: exitCode, output, started: { args, env: Object.fromEntries(entries) } };
}

/** A server of a page. */
export interface PageServer {
  readonly port: number;
  stop(): Promise<void>;
}

const FOLDER_OPTIONS = new Set(['--data', '--root', '--config']);

/** Starts `govc serve` in this process, with paths counted from the folder of the page and on a port of its own. */
export async function startServer({ args, env }: NonNullable<ShellResult['started']>, folder: string): Promise<PageServer> {
  const port = await findFreePort();
  const paths = args.map((arg, index) => (FOLDER_OPTIONS.has(args[index - 1] ?? '') ? resolve(folder, arg) : arg));
  const end = new AbortController();
  let stdout = '';
  let stderr = '';
  let isUp: () => void = () => undefined;
  const up = new Promise<void>((done) => (isUp = done));
  const io = {
    env: { ...env, GIT_CONFIG_NOSYSTEM: '1' },
    stdin: Readable.from([]),
    stdout: sink((text) => {
      stdout += text;
      if (stdout.includes('listens on')) isUp();
    }),
    stderr: sink((text) => (stderr += text)),
    clock: Date.now,
    signal: end.signal,
    cwd: '/',
    files: new MemoryHost(),
  };
  const running = run([...paths, '--port', String(port)], io);
  await Promise.race([up, running]);
  if (!stdout.includes('listens on')) throw new Error(`the server does not start: ${stderr}`);
  return {
    port,
    async stop() {
      end.abort();
      const code = await running;
      if (code !== 0) throw new Error(`the server ended with ${code}: ${stderr}`);
    },
  };
}

function sink(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk.toString('utf8'));
      done();
    },
  });
}
