import { bytesFromLosslessText, losslessTextFromBytes } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { readAll } from '../print/output.js';
import { composeFetched } from '../sequencer/fetched-message.js';
import { absolutePath } from '../session/files-host.js';

const USAGE = ['git fmt-merge-msg [-m <message>] [--log[=<n>] | --no-log] [--file <file>]'];

/** `git fmt-merge-msg`. */
export const fmtMergeMsgCommand: Command = async (args, context) => {
  const { io } = context;
  const asked: { log: number | undefined; message: string | undefined; file: string | undefined; into: string | undefined } = { log: undefined, message: undefined, file: undefined, into: undefined };
  const log = (text: string | undefined, isSet: boolean): string | undefined => {
    if (text !== undefined && !/^\d+$/.test(text)) return 'expects a numerical value';
    asked.log = isSet ? Number(text ?? 20) : 0;
    return undefined;
  };
  const options = [
    optionalValue('log', 'n', 'populate log with at most <n> entries from shortlog', log),
    { ...optionalValue('summary', 'n', 'alias for --log (deprecated)', log), isHidden: true },
    value('m|message', 'text', 'use <text> as start of message', (text) => { asked.message = text; }),
    value('into-name', 'name', 'use <name> instead of the real target branch', (text) => { asked.into = text; }),
    value('F|file', 'file', 'file to read from', (text) => { asked.file = text; }),
  ];
  if (parseOptions(args, { io, usage: USAGE, options }).length > 0) throw new Failure(usageText(USAGE, options), 129);
  const session = await context.session();
  const { file } = asked;
  const bytes = file === undefined || file === '-' ? await readAll(io.stdin) : io.files.readFile(absolutePath(io.cwd, file));
  if (bytes === undefined) die(`cannot open '${file!}': No such file or directory`);
  const text = composeFetched(session, losslessTextFromBytes(bytes), { message: asked.message, log: asked.log, intoName: asked.into });
  io.stdout.write(bytesFromLosslessText(text));
  return 0;
};
