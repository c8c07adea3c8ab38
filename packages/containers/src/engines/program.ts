/**
 * Programs that must not outlive whoever started them.
 *
 * Each runs in a process group of its own below a shell that holds the reading end of a pipe. The other end closes when it is told to
 * stop and also when this process dies, however it dies; then the whole group is ended.
 */
import { spawn } from 'node:child_process';

import { ContainersError } from '../errors.js';

/** A program with everything that it gets. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** All of it; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: string;
  readonly signal: AbortSignal;
  /** Takes both outputs, line by line. */
  readonly onLine: (line: string) => void;
}

/** Longer lines are cut into pieces. */
const LINE_MAX = 16 * 1024;

/** How long a program may take to end when it is asked to. */
const GRACE_SECONDS = 3;

/**
 * `$$` leads the group. What ends the group waits for the end of its input in the background and ignores what it sends to the group itself.
 */
const SUPERVISOR = `
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
(
  trap '' TERM
  cat <&3 >/dev/null
  kill -TERM "-$$"
  i=0
  while [ $i -lt ${GRACE_SECONDS * 10} ] && kill -0 "$child" 2>/dev/null; do sleep 0.1; i=$((i + 1)); done
  kill -KILL "-$$"
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
trap '' TERM
wait "$child"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
`;

/**
 * Runs a program to its end.
 *
 * @returns its exit code
 * @throws {ContainersError} build-cancelled: `signal` was raised, and the program has ended; engine-missing: there is no such program
 */
export function runProgram({ command, args, env, path, signal, onLine }: Program): Promise<number> {
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', command, ...args], { cwd: path, env: { ...env }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const end = (): void => void child.stdin.end();
    child.stdin.on('error', end);
    const lines = [new LineReader(onLine), new LineReader(onLine)] as const;
    child.stdout.on('data', (bytes: Buffer) => lines[0].add(bytes));
    child.stderr.on('data', (bytes: Buffer) => lines[1].add(bytes));
    signal.addEventListener('abort', end, { once: true });
    child.on('error', (error) => {
      signal.removeEventListener('abort', end);
      reject(new ContainersError('engine-missing', `"${command}" cannot be started: ${error.message}`, { command }, { cause: error }));
    });
    child.on('exit', () => {
      // What a step left in the background must not outlive it, nor keep the outputs open.
      if (child.pid !== undefined) endGroup(child.pid);
    });
    child.on('close', (code) => {
      signal.removeEventListener('abort', end);
      for (const each of lines) each.end();
      if (signal.aborted) reject(cancelled());
      else resolve(code ?? 128);
    });
  });
}

function endGroup(id: number): void {
  try {
    process.kill(-id, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function cancelled(): ContainersError {
  return new ContainersError('build-cancelled', 'The build was cancelled.');
}

/** Bytes to lines; what a terminal would overwrite is a line of its own. */
class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(bytes: Uint8Array): void {
    const parts = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r?\n|\r/);
    this.#rest = parts.pop()!;
    for (const part of parts) this.#give(part);
    while (this.#rest.length > LINE_MAX) {
      this.#give(this.#rest.slice(0, LINE_MAX));
      this.#rest = this.#rest.slice(LINE_MAX);
    }
  }

  end(): void {
    if (this.#rest !== '') this.#give(this.#rest);
    this.#rest = '';
  }

  #give(line: string): void {
    for (let at = 0; at === 0 || at < line.length; at += LINE_MAX) this.#onLine(line.slice(at, at + LINE_MAX));
  }
}
