import type { Readable, Writable } from 'node:stream';

import type { HttpClient, NodeHttpOptions, ProgramRunner as ProgramStarter } from '@govc/core/protocol';

import type { FilesHost } from './session/files-host.js';

/** What a program that was run gave. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** What a program is run with. */
export interface ProgramRequest {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Bytes for its standard input; `inherit` gives it ours. */
  readonly stdin: Uint8Array | 'inherit';
  /** Where output goes: to the result, or to our own streams; `toStderr` sends both to our standard error. */
  readonly output: 'capture' | 'captureStdout' | 'inherit' | 'toStderr';
  /** Whether the first argument is a line for the shell, with the others as `$1` and so on. */
  readonly isShell?: boolean | undefined;
}

/** Runs other programs: editors, hooks, filters, pagers. */
export interface ProgramRunner {
  /** @throws {Error} with the code ENOENT or EACCES of the system where the program cannot be started */
  run(argv: readonly string[], request: ProgramRequest): Promise<ProgramResult>;
  /** Starts a program that standard output is sent through, such as a pager, and gives its standard input. */
  pipe(line: string, request: Pick<ProgramRequest, 'cwd' | 'env'>): Promise<{ readonly stdin: Writable; readonly ended: Promise<number> }>;
}

/** Everything that a command touches. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Raised when the user asks the command to end (Ctrl-C). */
  readonly signal: AbortSignal;
  /** The current folder: absolute, '/'-separated, lossless text. */
  readonly cwd: string;
  /** Where files are. */
  readonly files: FilesHost;
  /** Minutes ahead of UTC at a moment in seconds. Default: UTC. */
  readonly zone?: ((timeSeconds: number) => number) | undefined;
  /** Random bytes. Default: those of the system. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Default: no program can be run. */
  readonly spawn?: ProgramRunner | undefined;
  /** Starts programs that are talked to while they run, such as ssh. Default: none can be. */
  readonly start?: ProgramStarter | undefined;
  /** Makes what speaks HTTP. Default: there is no network. */
  readonly http?: ((options: NodeHttpOptions) => Promise<HttpClient>) | undefined;
  /** Speaks to servers of ours. Default: there is no network. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Which of the streams are a terminal: 0, 1, 2. Default: none. */
  readonly isTerminal?: ((stream: 0 | 1 | 2) => boolean) | undefined;
  /** Sends on what was written to `stdout`, where it is gathered first: before waiting for an answer to it. */
  readonly flush?: (() => void) | undefined;
  /** The width of the terminal. Default: what `COLUMNS` says, or 80. */
  readonly columns?: number | undefined;
}
