/** Words that Git has for something else: `govc restore --backup` and `govc hook create` are ours, everything else behind them is Git's. */
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';

/** `govc restore --backup BACKUP DATA`: as `govc backup restore BACKUP DATA`; without `--backup` it is `git restore`. */
export const restoreOrBackupCommand: Command = async (args, context) => {
  if (args[0] !== '--backup' || context.io.env['GOVC_PROGRAM'] === 'git') return (await import('./checkout.js')).restoreCommand(args, context);
  const rest = args.slice(1);
  if (rest.length === 2 && !rest.some((arg) => arg.startsWith('-'))) return (await import('./backup.js')).backupCommand(['restore', ...rest], context);
  context.io.stderr.write('usage: govc restore --backup BACKUP DATA\n   or: git restore [<options>] [--source=<branch>] <file>...\n');
  return EXIT.usage;
};

/** `govc hook list|create|…`: as `govc webhook`; `govc hook run` is `git hook run`. */
export const hookOrWebhookCommand: Command = async (args, context) => {
  const [word] = args;
  if (word !== undefined && word !== 'run' && context.io.env['GOVC_PROGRAM'] !== 'git') {
    const { WEBHOOK, webhookCommand } = await import('./webhook.js');
    if (WEBHOOK.verbs.some(({ name, aliases }) => name === word || aliases?.includes(word) === true)) return webhookCommand(args, context);
  }
  return (await import('./hook.js')).hookCommand(args, context);
};
