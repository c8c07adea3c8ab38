import type { Command, CommandTable } from '../command.js';

/** `git --list-cmds=<groups>`: names for completion, one a line. */
export function listCommandsCommand(commands: CommandTable): Command {
  return async (args, context) => {
    const names = new Set<string>();
    for (const group of (args[0] ?? '').split(',')) {
      if (group === 'alias') for (const { section, key } of (await context.config()).entries('alias.')) if (section === 'alias') names.add(key);
      if (['builtins', 'main', 'nohelpers'].includes(group) || group.startsWith('list-')) for (const name of Object.keys(commands)) names.add(name);
    }
    context.io.stdout.write([...names].map((name) => `${name}\n`).join(''));
    return 0;
  };
}
