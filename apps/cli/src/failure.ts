/** How commands end early: what the user is told and the exit code, as Git does it. */

/** Ends a command: the text goes to standard error as it is, with the exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;
  /** Lines for standard error, each with its line feed; empty where everything was said already. */
  readonly text: string;

  constructor(text: string, exitCode: number) {
    super(text.trimEnd());
    this.text = text;
    this.exitCode = exitCode;
  }
}

/** Ends with `fatal: …` and 128. */
export function die(message: string, exitCode = 128): never {
  throw new Failure(`fatal: ${message}\n`, exitCode);
}

/** Ends with `error: …`, and 1 unless another code is given. */
export function failWith(message: string, exitCode = 1): never {
  throw new Failure(`error: ${message}\n`, exitCode);
}

/** Ends without a word. */
export function endWith(exitCode: number): never {
  throw new Failure('', exitCode);
}
