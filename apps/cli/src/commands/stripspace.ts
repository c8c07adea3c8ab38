import { bytesFromLosslessText, commentLines, losslessTextFromBytes, stripSpace } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { modeFlag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readAll } from '../print/output.js';

const USAGE = ['git stripspace [-s | --strip-comments]', 'git stripspace [-c | --comment-lines]'];

/** `git stripspace`. */
export const stripspaceCommand: Command = async (args, context) => {
  const { io } = context;
  let mode: 'strip' | 'comment' | undefined;
  const options = [
    modeFlag('s|strip-comments', 'skip and remove all lines starting with comment character', 'mode', () => { mode = 'strip'; }),
    modeFlag('c|comment-lines', 'prepend comment character and space to each line', 'mode', () => { mode = 'comment'; }),
  ];
  if (parseOptions(args, { io, usage: USAGE, options }).length > 0) usageError(usageText(USAGE, options));
  const chosen = mode;
  const setting = chosen === undefined ? undefined : (await context.config()).get('core.commentchar');
  const mark = setting === undefined || setting === 'auto' ? '#' : setting;
  const text = losslessTextFromBytes(await readAll(io.stdin));
  io.stdout.write(bytesFromLosslessText(chosen === 'comment' ? commentLines(text, mark) : stripSpace(text, chosen === 'strip' ? mark : undefined)));
  return 0;
};
