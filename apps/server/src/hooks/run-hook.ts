import { spawn, type ChildProcess } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';

import { GovcError } from '@govc/core';

import type { HookSurroundings } from './hook-environment.js';

/** One run of a hook. */
export interface HookRun {
  readonly path: string;
  readonly args: readonly string[];
  /** The Git directory. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it reads; `undefined`: nothing. */
  readonly input: Uint8Array | undefined;
  /** Takes what it says on both outputs. */
  readonly tell: (bytes: Uint8Array) => Promise<void>;
  /** Ends it; `undefined`: it runs to its end whatever happens. */
  readonly signal: AbortSignal | undefined;
}

/**
 * The executable of a hook, from `core.hooksPath` or `hooks`, or `undefined` where there is none.
 *
 * @throws {GovcError} config-invalid
 */
export async function findHook({ directory, config }: HookSurroundings, name: string, home: string | undefined): Promise<string | undefined> {
  const configured = config().getPath('core.hookspath', home);
  const folder = configured === undefined ? join(directory.commonPath, 'hooks') : resolve(directory.gitPath, configured);
  const path = join(folder, name);
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? path : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // As Git, which passes over a hook that it may not execute.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw error;
  }
}

/**
 * Runs a hook to its end and gives its exit code; a signal that ended it gives 128 and its number, as in a shell.
 *
 * @throws {GovcError} io-failed: it cannot be started; aborted: `signal` was raised.
 */
export async function runHook(run: HookRun): Promise<number> {
  const { input, tell, signal } = run;
  const child = await startHook(run);
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    const ended = exitOf(child);
    feed(child, input);
    await Promise.all([passOn(child.stdout!, tell), passOn(child.stderr!, tell)]);
    const code = await ended;
    if (signal?.aborted === true) throw new GovcError('aborted', 'The hook was ended because the client left.');
    return code;
  } finally {
    signal?.removeEventListener('abort', stop);
    if (child.exitCode === null) child.kill();
  }
}

/** Starts a hook with its three streams piped; a script without `#!` is run by the shell, as Git does. */
export async function startHook({ path, args, cwd, env }: HookRun): Promise<ChildProcess> {
  try {
    return await spawned(path, args, { cwd, env });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOEXEC') throw notStarted(path, error);
  }
  try {
    return await spawned('/bin/sh', [path, ...args], { cwd, env });
  } catch (error) {
    throw notStarted(path, error);
  }
}

/** How a started process ends. */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolveExit) => {
    const finish = (code: number | null, name: NodeJS.Signals | null): void => {
      resolveExit(code ?? 128 + (SIGNAL_NUMBERS[name ?? ''] ?? 0));
    };
    if (child.exitCode !== null || child.signalCode !== null) finish(child.exitCode, child.signalCode);
    else child.once('close', finish);
  });
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

function spawned(command: string, args: readonly string[], options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> }): Promise<ChildProcess> {
  return new Promise((resolveChild, reject) => {
    // Some failures are thrown, others are told later.
    const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    child.once('error', reject);
    child.once('spawn', () => {
      child.off('error', reject);
      child.on('error', () => undefined);
      resolveChild(child);
    });
  });
}

function feed(child: ChildProcess, input: Uint8Array | undefined): void {
  const stdin = child.stdin!;
  // A hook need not read what it is given.
  stdin.on('error', () => undefined);
  stdin.end(input);
}

/** Passes on what a stream says; where nobody listens any more it is read all the same, so that the hook does not block. */
export async function passOn(stream: Readable, tell: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  let listens = true;
  for await (const chunk of stream) {
    if (!listens) continue;
    try {
      await tell(chunk as Uint8Array);
    } catch {
      listens = false;
    }
  }
}

function notStarted(path: string, cause: unknown): GovcError {
  return new GovcError('io-failed', `cannot run the hook ${path}: ${(cause as Error).message}`, { path }, { cause });
}
