import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a program did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Where and with what a program runs. */
export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly input?: string | Uint8Array | undefined;
}

/** The environment of every program: nothing of the user's, and output that does not depend on the place. */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'A U Thor',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'C O Mitter',
  GIT_COMMITTER_EMAIL: 'committer@example.com',
};

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd, env: { ...CLEAN_ENVIRONMENT, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
    child.on('close', (code) => {
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        seconds: (performance.now() - start) / 1000,
      });
    });
  });
}

/** The standard output of git, which must succeed. */
export async function git(cwd: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run('git', args, { cwd, ...options });
  if (outcome.code !== 0) throw new Error(`git ${args.join(' ')} ended with ${outcome.code}: ${outcome.stderr.slice(-2000)}`);
  return outcome.stdout;
}

/** The standard error of git, which must fail. */
export async function gitMustFail(cwd: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run('git', args, { cwd, ...options });
  if (outcome.code === 0) throw new Error(`git ${args.join(' ')} succeeded and should not have`);
  return outcome.stderr;
}

/** Whether a program is on PATH. */
export async function hasProgram(name: string): Promise<boolean> {
  return (await run('sh', ['-c', `command -v ${name}`])).code === 0;
}

/** The most memory that a process has held so far, in MiB (Linux). */
export function peakMemory(process: ChildProcess): number {
  const status = readFileSync(`/proc/${process.pid ?? 0}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
