import { losslessTextFromBytes } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { integer, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { columnText, readColumnMode } from '../print/columns.js';
import { readAll, writeText } from '../print/output.js';

const USAGE = ['git column [<options>]'];

/** `git column`. */
export const columnCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { command: undefined as string | undefined, mode: undefined as string | undefined, width: undefined as number | undefined, indent: '', newline: '\n', padding: 1 };
  const options = [
    value('command', 'name', 'lookup config vars', (text) => { seen.command = text; }),
    optionalValue('mode', 'style', 'layout to use', (text, isSet) => { seen.mode = isSet ? text ?? 'always' : 'never'; }),
    integer('width', 'n', 'maximum width', (number) => { seen.width = number; }),
    value('indent', 'string', 'padding space on left border', (text) => { seen.indent = text ?? ''; }),
    value('nl', 'string', 'padding space on right border', (text) => { seen.newline = text ?? '\n'; }),
    integer('padding', 'n', 'padding space between columns', (number) => { seen.padding = number ?? 1; }),
  ];
  if (parseOptions(args, { io, usage: USAGE, options }).length > 0) usageError(usageText(USAGE, options));
  if (args.length > 1 && args.some((arg, index) => index > 0 && arg.startsWith('--command'))) die('--command must be the first argument');
  if (seen.padding < 0) die('--padding must be non-negative');
  const config = await context.config();
  const items = losslessTextFromBytes(await readAll(io.stdin)).split('\n');
  if (items.at(-1) === '') items.pop();
  const mode = readColumnMode({ config, io }, seen.mode, seen.command === undefined ? 'column.none' : `column.${seen.command}`);
  if (mode === undefined) {
    writeText(io.stdout, items.map((item) => `${item}\n`).join(''));
    return 0;
  }
  const width = seen.width === undefined ? mode.width : seen.width;
  writeText(io.stdout, columnText(items, { ...mode, width, indent: seen.indent, padding: seen.padding }, seen.newline));
  return 0;
};
