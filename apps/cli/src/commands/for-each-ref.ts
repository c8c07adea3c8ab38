import type { Command } from '../command.js';
import { flag, group, integer, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { RefFormat, type RefFormatOptions } from '../print/ref-format.js';
import { fitsForEachPattern, listRefs, makeRefSelection, selectionOptions } from '../session/ref-list.js';

const USAGE = [
  'git for-each-ref [<options>] [<pattern>]', 'git for-each-ref [--points-at <object>]',
  'git for-each-ref [--merged [<commit>]] [--no-merged [<commit>]]', 'git for-each-ref [--contains [<commit>]] [--no-contains [<commit>]]',
];

/** `git for-each-ref`. */
export const forEachRefCommand: Command = async (args, context) => {
  const { io } = context;
  const selection = makeRefSelection();
  const quotes = new Set<NonNullable<RefFormatOptions['quote']>>();
  let count = 0;
  let format = '%(objectname) %(objecttype)\t%(refname)';
  let color: string | undefined;
  const quote = (names: string, name: NonNullable<RefFormatOptions['quote']>, help: string): ReturnType<typeof flag> => flag(names, help, (isOn) => {
    if (isOn) quotes.add(name);
    else quotes.delete(name);
  });
  const options = [
    quote('s|shell', 'shell', 'quote placeholders suitably for shells'), quote('p|perl', 'perl', 'quote placeholders suitably for perl'),
    quote('python', 'python', 'quote placeholders suitably for python'), quote('tcl', 'tcl', 'quote placeholders suitably for Tcl'),
    group(''),
    integer('count', 'n', 'show only <n> matched refs', (number) => { count = number ?? 0; }),
    value('format', 'format', 'format to use for the output', (text) => { format = text ?? format; }),
    optionalValue('color', 'when', 'respect format colors', (text, isSet) => { color = isSet ? text ?? 'always' : 'never'; }),
    ...selectionOptions(selection).map((option) => (option.short === 'i' ? { ...option, short: undefined } : option)),
  ];
  const patterns = parseOptions(args, { io, usage: USAGE, options });
  if (count < 0) {
    io.stderr.write(`error: invalid --count argument: \`${count}'\n`);
    usageError(usageText(USAGE, options));
  }
  if (quotes.size > 1) {
    io.stderr.write('error: more than one quoting style?\n');
    usageError(usageText(USAGE, options));
  }
  const session = await context.session();
  const [quoting] = quotes;
  const isColored = color === 'always' || (color !== 'never' && io.isTerminal?.(1) === true);
  const shown = new RefFormat(session, format, { quote: quoting, colors: isColored });
  const refs = listRefs(session, {
    prefixes: ['refs/'], selection, defaultSort: 'refname',
    fits: (name) => patterns.length === 0 || patterns.some((pattern) => fitsForEachPattern(selection.ignoreCase ? name.toLowerCase() : name, selection.ignoreCase ? pattern.toLowerCase() : pattern)),
  });
  const lines: string[] = [];
  for (const ref of count > 0 ? refs.slice(0, count) : refs) lines.push(`${shown.format(ref)}\n`);
  writeText(io.stdout, lines.join(''));
  return 0;
};
