import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';

import { Failure } from '../failure.js';
import type { ProgramRequest, ProgramResult, ProgramRunner } from '../io.js';

/** Runs programs of the machine. */
export class ProcessRunner implements ProgramRunner {
  readonly #flush: () => void;

  /** @param flush sends on what was written before, so that output keeps its order */
  constructor(flush: () => void) {
    this.#flush = flush;
  }

  async run(argv: readonly string[], request: ProgramRequest): Promise<ProgramResult> {
    const { spawn } = await import('node:child_process');
    this.#flush();
    const [program, ...args] = request.isShell === true ? shellWords(argv) : argv;
    const { output, stdin, cwd, env } = request;
    const out = output === 'inherit' ? 'inherit' : output === 'toStderr' ? 2 : 'pipe';
    return new Promise((resolve, reject) => {
      const child = spawn(program!, args, {
        cwd, env, stdio: [stdin === 'inherit' ? 'inherit' : 'pipe', out, output === 'capture' ? 'pipe' : output === 'toStderr' ? 2 : 'inherit'],
      });
      const pieces: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
      child.stdout?.on('data', (piece: Buffer) => pieces.out.push(piece));
      child.stderr?.on('data', (piece: Buffer) => pieces.err.push(piece));
      child.on('error', reject);
      child.on('close', (code, signal) => {
        const exitCode = code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGPIPE' ? 13 : 15);
        resolve({ exitCode, stdout: Buffer.concat(pieces.out), stderr: Buffer.concat(pieces.err) });
      });
      // A program need not read what it is given.
      child.stdin?.on('error', () => undefined);
      if (stdin !== 'inherit') child.stdin?.end(stdin);
    });
  }

  async pipe(line: string, { cwd, env }: Pick<ProgramRequest, 'cwd' | 'env'>): Promise<{ readonly stdin: Writable; readonly ended: Promise<number> }> {
    const { spawn } = await import('node:child_process');
    this.#flush();
    const child = spawn('/bin/sh', ['-c', line], { cwd, env, stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.on('error', () => undefined);
    const descriptor = descriptorOf(child.stdin);
    const ended = new Promise<number>((resolve) => {
      child.on('error', () => { resolve(127); });
      child.on('close', (code) => { resolve(code ?? 128); });
    });
    return { stdin: descriptor === undefined ? child.stdin : new PipeSink(descriptor, child.stdin), ended };
  }
}

/** A line for the shell takes its arguments as Git gives them: added at its end. */
function shellWords([line = '', ...args]: readonly string[]): string[] {
  return args.length === 0 ? ['/bin/sh', '-c', line, line] : ['/bin/sh', '-c', `${line} "$@"`, line, ...args];
}

/** The descriptor behind a pipe, where the system has one. */
function descriptorOf(stream: Writable): number | undefined {
  const { _handle: handle } = stream as unknown as { readonly _handle?: { readonly fd?: number } };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

/**
 * A pipe that is written to at once: work that never waits would otherwise fill the memory before the reader sees a line, and
 * not notice that nobody reads any more.
 */
class PipeSink extends Writable {
  readonly #descriptor: number;
  readonly #pipe: Writable;

  constructor(descriptor: number, pipe: Writable) {
    super({ decodeStrings: true });
    this.#descriptor = descriptor;
    this.#pipe = pipe;
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    for (let at = 0; at < chunk.length;) at += this.#writeSome(chunk, at);
    done();
  }

  override _final(done: () => void): void {
    this.#pipe.end();
    done();
  }

  #writeSome(bytes: Uint8Array, at: number): number {
    try {
      return writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') throw new Failure('', 141);
      if (code !== 'EAGAIN') throw error;
      // Its reader is slower: give it a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      return 0;
    }
  }
}
