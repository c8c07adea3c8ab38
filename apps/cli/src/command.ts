import type { Context } from './context.js';

/** A command: does its work and gives its exit code. What it throws is told to the user. */
export type Command = (args: readonly string[], context: Context) => Promise<number>;

/** A command as a table lists it. Its code is loaded when it is run. */
export interface CommandEntry {
  readonly summary: string;
  /** How it is called, for commands of our own; Git's print their usage themselves. */
  readonly usage?: string;
  readonly load: () => Promise<Command>;
}

/** Commands by name. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;
