import type { Writable } from 'node:stream';

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
    const ended = new Promise<number>((resolve) => {
      child.on('error', () => { resolve(127); });
      child.on('close', (code) => { resolve(code ?? 128); });
    });
    return { stdin: child.stdin, ended };
  }
}

/** A line for the shell takes its arguments as Git gives them: added at its end. */
function shellWords([line = '', ...args]: readonly string[]): string[] {
  return args.length === 0 ? ['/bin/sh', '-c', line, line] : ['/bin/sh', '-c', `${line} "$@"`, line, ...args];
}
