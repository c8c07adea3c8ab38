import { EXIT } from '../exit-codes.js';
import type { Command } from '../io.js';
import { overview, unknownCommand } from '../print/usage.js';
import { COMMANDS } from './table.js';

/** `govc help [command]`. */
export const helpCommand: Command = async (args, io) => {
  const [name] = args;
  if (name === undefined) {
    io.stdout.write(overview(COMMANDS));
    return EXIT.ok;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    io.stderr.write(unknownCommand(name, COMMANDS));
    return EXIT.failed;
  }
  io.stdout.write(`govc ${name}: ${entry.summary}\n\nusage: ${entry.usage}\n`);
  if (name === 'serve') io.stdout.write((await import('./serve.js')).serveOptions());
  return EXIT.ok;
};
