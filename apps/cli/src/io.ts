import type { Readable, Writable } from 'node:stream';

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
}
