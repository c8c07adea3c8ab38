/** What may stand under the cursor of a command line, in words. */
import type { CommandTable } from '../command.js';
import type { Context } from '../context.js';
import type { OwnCommand } from './verb.js';

/** The commands that are known. */
export interface Tables {
  readonly commands: CommandTable;
  /** Those of our own that are described as data. */
  readonly own: Readonly<Record<string, () => Promise<OwnCommand>>>;
}

/** A word that may stand where the cursor is. */
export interface Candidate {
  readonly word: string;
  readonly about?: string | undefined;
}

/** What may stand there. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly fallback?: 'files' | 'directories' | undefined;
  /** The word goes on behind a candidate. */
  readonly isOpen?: boolean | undefined;
}

/** A command line up to the cursor. */
export interface Line {
  /** Whole words before the one under the cursor, without the program. */
  readonly words: readonly string[];
  /** What is typed of the word under the cursor. */
  readonly current: string;
}

export const NOTHING: Completion = { candidates: [] };

/** Those that begin with what is typed. */
export function beginning(all: readonly Candidate[], current: string): Completion {
  return { candidates: all.filter(({ word }) => word.startsWith(current)) };
}

/** The names of all commands, and aliases. */
export async function commandNames(context: Context, commands: CommandTable): Promise<Candidate[]> {
  const hidden = new Set(['exec-path', 'list-commands']);
  const known = Object.entries(commands).filter(([name]) => !hidden.has(name)).map(([word, { summary }]): Candidate => ({ word, about: summary }));
  const config = await context.config();
  const aliases = [...config.entries('alias.')].filter(({ section }) => section === 'alias').map(({ key, value }): Candidate => ({ word: key, about: `alias of ${String(value)}` }));
  return [...known, ...aliases];
}
