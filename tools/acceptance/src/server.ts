import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { peakMemory } from './programs.js';

/** A server under test in a process of its own. */
export interface RunningServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** The most memory it has held, in MiB. */
  peakMemory(): number;
  /** Whether it is still alive. */
  isAlive(): boolean;
  stop(): Promise<void>;
}

/** Starts the built `govc serve` on a free port of the loopback interface. */
export async function startServer(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const program = createRequire(import.meta.url).resolve('@govc/cli/package.json').replace(/package\.json$/, 'dist/govc.js');
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--host', '127.0.0.1', ...args], {
    env: { PATH: process.env['PATH'] ?? '', GOVC_LOG_LEVEL: 'ERROR', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let seen = '';
    const look = (chunk: Buffer): void => {
      seen += chunk.toString();
      const match = /http:\/\/127\.0\.0\.1:\d+/.exec(seen);
      if (match !== null) resolve(match[0]);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('exit', (code) => {
      reject(new Error(`the server ended with ${code} before it listened: ${seen}`));
    });
  });
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => {
      resolve();
    });
  });
  return {
    url,
    process: child,
    peakMemory: () => peakMemory(child),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Makes a repository through the REST API. */
export async function createRepository(url: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  const response = await fetch(`${url}/api/v1/repos`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`creating a repository gave ${response.status}: ${await response.text()}`);
}
