import type { Command, CommandTable } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { overview, unknownCommand } from '../print/usage.js';

/** `govc help [command]`, about the commands of a table. */
export function helpCommand(commands: CommandTable): Command {
  return async (args, { io }) => {
    const [name] = args;
    if (name === undefined) {
      io.stdout.write(overview(commands, io));
      return EXIT.ok;
    }
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (entry === undefined) {
      io.stderr.write(unknownCommand(name, commands, io));
      return EXIT.failed;
    }
    const { OWN_COMMANDS } = await import('../own/catalog.js');
    const load = Object.hasOwn(OWN_COMMANDS, name) ? OWN_COMMANDS[name] : undefined;
    if (load !== undefined) {
      io.stdout.write((await import('../own/verb.js')).helpOf(await load()));
      return EXIT.ok;
    }
    io.stdout.write(`govc ${name}: ${entry.summary}\n\nusage: ${entry.usage ?? `git ${name} [<options>]`}\n`);
    if (name === 'serve') io.stdout.write((await import('./serve.js')).serveOptions());
    return EXIT.ok;
  };
}
