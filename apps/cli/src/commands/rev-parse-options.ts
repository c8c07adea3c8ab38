/** `git rev-parse --parseopt`: reading options for shell scripts. */
import { losslessTextFromBytes } from '@govc/core/plumbing';

import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { flag, group, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readAll, writeText } from '../print/output.js';
import { quoteShell } from '../print/quote.js';

const USAGE = ['git rev-parse --parseopt [<options>] -- [<args>...]'];

/** Prints a `set --` that a shell evaluates. */
export async function parseOptionsForShell(args: readonly string[], context: Context): Promise<number> {
  const { io } = context;
  let keepsDashes = false;
  let stopsAtArgument = false;
  let isStuckLong = false;
  const own = [
    flag('keep-dashdash', 'keep the `--` passed as an arg', (isOn) => { keepsDashes = isOn; }),
    flag('stop-at-non-option', 'stop parsing after the first non-option argument', (isOn) => { stopsAtArgument = isOn; }),
    flag('stuck-long', 'output in stuck long form', (isOn) => { isStuckLong = isOn; }),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options: own, keepsDashes: true });
  if (rest[0] !== '--') usageError(usageText(USAGE, own));
  const lines = losslessTextFromBytes(await readAll(io.stdin)).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const end = lines.indexOf('--');
  if (end < 0) die('premature end of input');
  if (end === 0) die("no usage string given before the `--' separator");
  const parsed: string[] = [];
  const options = lines.slice(end + 1).filter((line) => line !== '').map((line) => optionOf(line, (option, value, isSet) => {
    const name = !isSet ? `--no-${option.long!}` : option.short !== undefined && (option.long === undefined || !isStuckLong) ? `-${option.short}` : `--${option.long!}`;
    const joined = value === undefined ? '' : !isStuckLong ? ` ${quoteShell(value)}` : option.long !== undefined ? `=${quoteShell(value)}` : quoteShell(value);
    parsed.push(` ${name}${joined}`);
  }));
  const shown: string[] = [];
  const collect = { write: (text: string) => void shown.push(text) };
  try {
    const others = parseOptions(rest.slice(1), {
      io: { env: io.env, stdout: collect as unknown as typeof io.stdout }, usage: lines.slice(0, end), options, keepsDashes, stopsAtArgument,
    });
    writeText(io.stdout, `set --${parsed.join('')} --${others.map((arg) => ` ${quoteShell(arg)}`).join('')}\n`);
    return 0;
  } catch (error) {
    // Help that was asked for is shown by the shell that evaluates this.
    if (error instanceof Failure && shown.length > 0) writeText(io.stdout, `cat <<\\EOF\n${shown.join('')}EOF\n`);
    throw error;
  }
}

function optionOf(line: string, accept: (option: Option, value: string | undefined, isSet: boolean) => void): Option {
  const space = /\s/.exec(line)?.index ?? -1;
  if (space <= 0) return group(line.trimStart());
  const spec = line.slice(0, space);
  const help = line.slice(space + 1).trimStart();
  const match = /^([^*=?!]*)([*=?!]*)(.*)$/.exec(spec)!;
  const [, names = '', flags = '', valueName = ''] = match;
  if (names === '') die('missing opt-spec before option flags');
  const short = names.length === 1 || names[1] === ',' ? names[0] : undefined;
  const long = names.length === 1 ? undefined : names[1] === ',' ? names.slice(2) : names;
  const option: Option = {
    short, long, help,
    takes: flags.includes('?') ? 'optional' : flags.includes('=') ? 'value' : 'nothing',
    valueName: valueName === '' ? undefined : valueName,
    canNegate: long !== undefined && !flags.includes('!'),
    isHidden: flags.includes('*'),
    accept: (value, isSet) => {
      accept(option, value, isSet);
      return undefined;
    },
  };
  return option;
}
