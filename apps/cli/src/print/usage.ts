import type { CommandTable } from '../command.js';
import type { CommandIo } from '../io.js';

/** What `govc help` shows. */
export function overview(commands: CommandTable, io: Pick<CommandIo, 'env'>): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `   ${name.padEnd(10)} ${summary}`);
  return `usage: ${programName(io)} [--version] [--help] <command> [<args>]

A complete Git whose home is memory. These are its commands:

${rows.join('\n')}

'${programName(io)} help <command>' explains a command.
`;
}

/** What is said about a command that does not exist, with what may have been meant. */
export function unknownCommand(name: string, commands: CommandTable, io: Pick<CommandIo, 'env'>): string {
  const program = programName(io);
  const similar = Object.keys(commands).filter((known) => distance(known, name) <= 2);
  const hint = similar.length === 0 ? '' : `\nThe most similar command is\n${similar.map((known) => `\t${known}\n`).join('')}`;
  return `${program}: '${name}' is not a ${program} command. See '${program} --help'.\n${hint}`;
}

/** The name that the program goes by: it may be installed as `git`. */
export function programName({ env }: Pick<CommandIo, 'env'>): string {
  return env['GOVC_PROGRAM'] ?? 'govc';
}

/** Edits between two words (Levenshtein); words of a command line are short. */
function distance(left: string, right: string): number {
  if (Math.max(left.length, right.length) > 40) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + change));
    }
    row = next;
  }
  return row[right.length]!;
}
