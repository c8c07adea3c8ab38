/** A program that was started, with its three streams. */
export interface RunningProgram {
  /** Resolves when more may be written. @throws whatever the stream does when nobody reads */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends its standard input. */
  endInput(): void;
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Resolves with its exit code when it ended; a signal counts as 128 and its number. */
  readonly exit: Promise<number>;
  kill(): void;
}

/** How a program is started. */
export interface ProgramRequest {
  /** With the shell of the machine, `arguments` as its `$@`; without: the program itself. */
  readonly usesShell: boolean;
  readonly command: string;
  readonly arguments: readonly string[];
  /** Added to the environment; `undefined` takes a variable away. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes what it says on its standard error. */
  readonly onError: (bytes: Uint8Array) => void;
}

/** Starts programs: `ssh`, or the services of Git for a path of this machine. @throws {GovcError} remote-failed: it cannot be started */
export type ProgramRunner = (request: ProgramRequest) => Promise<RunningProgram>;
