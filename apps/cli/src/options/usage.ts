import { Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import type { Option } from './option.js';

const HELP_COLUMN = 24;
const GAP = 2;

/** The usage of a command in the layout of Git: how it is called, then a line or two for each option. */
export function usageText(usage: readonly string[], options: readonly Option[], showsHidden = false): string {
  const lines: string[] = [];
  let isText = false;
  usage.forEach((call, index) => {
    isText ||= call === '';
    call.split('\n').forEach((line, part) => {
      if (isText) lines.push(line === '' ? '' : `    ${line}`);
      else if (part === 0) lines.push(`${index === 0 ? 'usage: ' : '   or: '}${line}`);
      else lines.push(`       ${line}`);
    });
  });
  let needsGap = true;
  for (const option of options) {
    if (option.isGroup === true) {
      lines.push('');
      needsGap = false;
      if (option.help !== '') lines.push(option.help);
      continue;
    }
    if (option.isHidden === true && !showsHidden) continue;
    if (needsGap) lines.push('');
    needsGap = false;
    lines.push(...optionLines(option));
  }
  return `${lines.join('\n')}\n\n`;
}

function optionLines(option: Option): string[] {
  const names = [option.short === undefined ? '' : `-${option.short}`, option.long === undefined ? '' : `--${option.long}`];
  const name = option.isNumber === true ? '-NUM' : names.filter((part) => part !== '').join(', ');
  const left = `    ${name}${valueText(option)}`;
  const help = option.help;
  if (left.length > HELP_COLUMN) return [left, ' '.repeat(HELP_COLUMN + GAP) + help];
  return [left.padEnd(HELP_COLUMN + GAP) + help];
}

function valueText({ takes, valueName = '...', long }: Option): string {
  if (takes === 'nothing') return '';
  const shown = valueName === '...' || /[()<>[\]|]/.test(valueName) ? valueName : `<${valueName}>`;
  if (takes === 'value') return ` ${shown}`;
  return long === undefined ? `[${shown}]` : `[=${shown}]`;
}

/** Ends with the usage on standard output, as `-h` asks for it: 129. */
export function showUsage(io: Pick<CommandIo, 'stdout'>, text: string): never {
  io.stdout.write(text);
  throw new Failure('', 129);
}

/** Ends with the usage on standard error, after a sentence where there is one: 129. */
export function usageError(text: string, sentence?: string): never {
  throw new Failure(`${sentence === undefined ? '' : `error: ${sentence}\n`}${text}`, 129);
}

/** Ends with `fatal: <sentence>`, an empty line, and the usage: 129. */
export function fatalUsage(text: string, sentence: string): never {
  throw new Failure(`fatal: ${sentence}\n\n${text}`, 129);
}
