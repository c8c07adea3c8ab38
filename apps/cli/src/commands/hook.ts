import type { Command } from '../command.js';
import { die, failWith } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { absolutePath } from '../session/files-host.js';
import { findHook, runHook } from '../worktree/run-hook.js';

const USAGE = ['git hook run [--ignore-missing] [--to-stdin=<path>] <hook-name> [-- <hook-args>]'];

/** `git hook`: runs a hook as Git's own commands do. */
export const hookCommand: Command = async (args, context) => {
  const { io } = context;
  const [name, ...rest] = parseOptions(args, { io, usage: USAGE, options: [], stopsAtArgument: true });
  if (name === undefined) usageError(usageText(USAGE, []), 'need a subcommand');
  if (name !== 'run') usageError(usageText(USAGE, []), `unknown subcommand: \`${name}'`);
  const seen = { mayBeMissing: false, stdin: undefined as string | undefined };
  const options = [
    flag('ignore-missing', 'silently ignore missing requested <hook-name>', (isOn) => { seen.mayBeMissing = isOn; }),
    value('to-stdin', 'path', "file to read into hooks' stdin", (text) => { seen.stdin = text; }),
  ];
  const [hook, ...words] = parseOptions(rest, { io, usage: USAGE, options, keepsDashes: true });
  if (hook === undefined) usageError(usageText(USAGE, options));
  if (words.length > 0 && words[0] !== '--' && words[0] !== '--end-of-options') usageError(usageText(USAGE, options));
  const session = await context.session();
  if (findHook(session, hook) === undefined) return seen.mayBeMissing ? 0 : failWith(`cannot find a hook named ${hook}`);
  if (io.spawn === undefined) die(`the hook ${hook} cannot be run here: no programs can be`);
  const stdin = seen.stdin === undefined ? undefined : io.files.readFile(absolutePath(io.cwd, seen.stdin)) ?? die(`could not open '${seen.stdin}' for reading: No such file or directory`);
  return runHook(session, hook, { args: words.slice(1), stdin });
};
