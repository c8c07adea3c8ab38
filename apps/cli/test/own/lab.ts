import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';

import { createNodeHttpClient, createNodeProgramRunner } from '@govc/core/protocol';
import { loadConfig, machineSurroundings, startServer, type RunningServer } from '@govc/server';

import type { CommandIo } from '../../src/io.js';
import { run } from '../../src/run.js';
import { DiskHost } from '../../src/session/disk-host.js';
import { ProcessRunner } from '../../src/session/process-runner.js';

/** How a command ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is run with beside its arguments. */
export interface RunRequest {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly io?: Partial<CommandIo>;
  /** Called with all output so far. */
  readonly onOutput?: (text: string) => void;
}

export const PASSWORD = 'a password of the tests';
const SECRET = randomBytes(48).toString('base64');

/** Servers, a user of them with a home, and a clock that both go by. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'govc-own-'));
  readonly #servers: RunningServer[] = [];
  /** Milliseconds that the clocks are ahead of the machine's. */
  aheadMs = 0;

  /** Starts a server on a free port; with accounts unless these say otherwise. */
  async serve(env: Readonly<Record<string, string>> = { GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: PASSWORD }, port = 0): Promise<RunningServer> {
    const config = loadConfig({ flags: ['--port', String(port)], env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env }, readFile: () => { throw new Error('there are no files here'); } });
    const quiet = new Writable({ write: (_chunk, _encoding, done) => { done(); } });
    const surroundings = { ...machineSurroundings(quiet), clock: () => Date.now() + this.aheadMs };
    const server = await startServer(config, surroundings, () => undefined);
    this.#servers.push(server);
    return server;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.splice(0)) await server.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Runs a command line of `govc` in this process. */
  async govc(args: readonly string[], { stdin = '', env = {}, io = {}, onOutput }: RunRequest = {}): Promise<Ran> {
    const outputs = { stdout: '', stderr: '' };
    const sink = (name: 'stdout' | 'stderr'): Writable => new Writable({
      write(chunk: Buffer, _encoding, done) {
        outputs[name] += chunk.toString('utf8');
        onOutput?.(outputs.stdout);
        done();
      },
    });
    const whole = { PATH: process.env['PATH'], HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com', GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com', ...env };
    const code = await run(args, {
      env: whole, stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]), stdout: sink('stdout'), stderr: sink('stderr'),
      clock: () => Date.now() + this.aheadMs, signal: new AbortController().signal, cwd: this.folder, files: new DiskHost(undefined),
      spawn: new ProcessRunner(() => undefined), start: createNodeProgramRunner(whole), http: async (options) => createNodeHttpClient(options),
      fetch: (...request) => fetch(...request), ...io,
    });
    return { code, ...outputs };
  }

  /** The same with `--json`, which must answer JSON. */
  async json(args: readonly string[], request: RunRequest = {}): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await this.govc([...args, '--json'], request);
    if (code !== 0) throw new Error(`govc ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Signs in as the administrator. */
  async logIn(server: RunningServer, ...more: readonly string[]): Promise<Ran> {
    return this.govc(['auth', 'login', server.url, '--username', 'admin', '--password-stdin', ...more], { stdin: `${PASSWORD}\n` });
  }

  /** Runs another program in the folder. */
  program(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(argv[0]!, argv.slice(1), {
        cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'], HOME: this.folder, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com',
          GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com', ...env,
        },
      });
      const outputs = { stdout: '', stderr: '' };
      child.stdout.on('data', (chunk: Buffer) => { outputs.stdout += chunk.toString('utf8'); });
      child.stderr.on('data', (chunk: Buffer) => { outputs.stderr += chunk.toString('utf8'); });
      child.once('error', reject);
      child.once('close', (code) => { resolve({ code: code ?? 1, ...outputs }); });
    });
  }
}
