/** The surroundings of a command on a real machine. */
import { readFileSync, writeSync } from 'node:fs';
import { type Readable, Writable } from 'node:stream';

import { losslessTextFromBytes } from '@govc/core/plumbing';

import type { CommandIo } from '../io.js';
import { DiskHost } from './disk-host.js';
import { ProcessRunner } from './process-runner.js';

/** The surroundings, the arguments as lossless text, and the way to see to it that output has left the process. */
export interface MachineIo extends CommandIo {
  readonly argv: readonly string[];
  flush(): void;
}

/** The parts of the process that are used. */
export interface ProcessParts {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
  readonly platform: string;
  cwd(): string;
  exit(code: number): never;
  getuid?: () => number;
}

/** What a process has around it. */
export function machineIo(process: ProcessParts, signal: AbortSignal, program: string | undefined): MachineIo {
  const stdout = new DescriptorSink(1, process);
  // What was said before on the other stream comes before, also where both are one terminal.
  const stderr = new DescriptorSink(2, process, () => stdout.flush());
  const flush = (): void => {
    stdout.flush();
    stderr.flush();
  };
  const env = losslessEnvironment(process);
  return {
    argv: losslessArguments(process),
    env: program === undefined ? env : { ...env, GOVC_PROGRAM: program },
    // Asking a process for its standard input opens it, so nobody asks before it is needed.
    get stdin(): Readable {
      flush();
      return process.stdin;
    },
    stdout,
    stderr,
    clock: Date.now,
    zone: (timeSeconds) => -new Date(timeSeconds * 1000).getTimezoneOffset(),
    signal,
    cwd: process.cwd(),
    files: new DiskHost(process.getuid?.()),
    spawn: new ProcessRunner(flush),
    start: async (request) => (await import('@govc/core/protocol')).createNodeProgramRunner(env)(request),
    http: async (options) => (await import('@govc/core/protocol')).createNodeHttpClient(options),
    // Asking for it loads it, which takes longer than most commands.
    fetch: (...request) => globalThis.fetch(...request),
    isTerminal: (stream) => isTerminal(process, stream),
    columns: process.stdout.columns,
    flush,
  };
}

function isTerminal(process: ProcessParts, stream: 0 | 1 | 2): boolean {
  if (stream === 1) return process.stdout.isTTY === true;
  return stream === 0 ? (process.stdin as { isTTY?: boolean }).isTTY === true : (process as { stderr?: { isTTY?: boolean } }).stderr?.isTTY === true;
}

const BUFFER_SIZE = 1 << 16;

/** Standard output or error: gathers small writes, and ends the process quietly when nobody reads any more. */
class DescriptorSink extends Writable {
  readonly #descriptor: 1 | 2;
  readonly #process: ProcessParts;
  readonly #before: (() => void) | undefined;
  #pieces: Uint8Array[] = [];
  #size = 0;

  constructor(descriptor: 1 | 2, process: ProcessParts, before?: () => void) {
    super({ decodeStrings: true, highWaterMark: BUFFER_SIZE });
    this.#descriptor = descriptor;
    this.#process = process;
    this.#before = before;
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    // Bytes handed out are never written again, so they need not be copied.
    this.#pieces.push(chunk);
    this.#size += chunk.length;
    this.#before?.();
    if (this.#descriptor === 2 || this.#size >= BUFFER_SIZE) this.flush();
    done();
  }

  flush(): void {
    if (this.#size === 0) return;
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#size = 0;
    for (let at = 0; at < bytes.length;) at += this.#writeSome(bytes, at);
  }

  #writeSome(bytes: Uint8Array, at: number): number {
    try {
      return writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') this.#process.exit(141);
      if (code !== 'EAGAIN') throw error;
      // A pipe that does not wait: give its reader a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      return 0;
    }
  }
}

/** The arguments after the program, bytes that are not UTF-8 kept where the system tells of them. */
function losslessArguments({ argv, platform }: ProcessParts): string[] {
  const given = argv.slice(2);
  if (platform !== 'linux' || !given.some((arg) => arg.includes('\uFFFD'))) return given;
  const all = recordsOf('/proc/self/cmdline');
  return all.slice(all.length - given.length);
}

function losslessEnvironment({ env, platform }: ProcessParts): Readonly<Record<string, string | undefined>> {
  if (platform !== 'linux' || !Object.values(env).some((value) => value?.includes('\uFFFD'))) return { ...env };
  const found: Record<string, string> = {};
  for (const record of recordsOf('/proc/self/environ')) {
    const equals = record.indexOf('=');
    if (equals > 0) found[record.slice(0, equals)] = record.slice(equals + 1);
  }
  return found;
}

function recordsOf(path: string): string[] {
  const text = losslessTextFromBytes(readFileSync(path));
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
}
