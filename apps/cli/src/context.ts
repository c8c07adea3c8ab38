import type { CommandIo } from './io.js';
import type { Session } from './session/session.js';

/** What a command is given beside its arguments. */
export interface Context {
  /** Environment and current folder are those after the options before the command (`-C`, `--git-dir`, `-c`, …). */
  readonly io: CommandIo;
  /** The name of the command as it was called. */
  readonly name: string;
  /**
   * The repository here, opened once. @throws {Failure} `fatal: not a git repository …`
   */
  session(): Promise<Session>;
  /** The same, or `undefined` where there is no repository. */
  findSession(): Promise<Session | undefined>;
  /** Configuration outside of repositories, or that of the repository here. */
  config(): Promise<Session['config']>;
  /** Runs another command line in this process, with the same surroundings. */
  run(argv: readonly string[], changes?: Partial<CommandIo>): Promise<number>;
}
