import { formatRangeDiff, rangeDiff, readNote, losslessTextFromBytes, readRanges } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { makeDiffSettings, readDiffOption } from '../options/diff-options.js';
import { flag, integer, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { shortId } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import { findObject, findRange } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git range-diff [<options>] <old-base>..<old-tip> <new-base>..<new-tip>', 'git range-diff [<options>] <old-tip>...<new-tip>',
  'git range-diff [<options>] <base> <old-tip> <new-tip>',
];

/** `git range-diff`. */
export const rangeDiffCommand: Command = async (args, context) => {
  const asked: { factor: number | undefined; left: boolean; right: boolean; notes: boolean } = { factor: undefined, left: false, right: false, notes: true };
  const options = [
    integer('creation-factor', 'n', 'percentage by which creation is weighted', (number) => { asked.factor = number; }),
    flag('no-dual-color', 'use simple diff colors', () => undefined),
    value('notes', 'notes', 'passed to git log', () => undefined, { lastValue: '' }),
    flag('left-only', 'only emit output related to the first range', (isOn) => { asked.left = isOn; }),
    flag('right-only', 'only emit output related to the second range', (isOn) => { asked.right = isOn; }),
  ];
  const settings = makeDiffSettings();
  const own: string[] = [];
  for (let at = 0; at < args.length;) {
    const arg = args[at]!;
    if (arg === '--no-notes') asked.notes = false;
    const isNote = /^--(?:no-)?notes(?:=.*)?$/.test(arg);
    const taken = arg.startsWith('-') && arg !== '--' && !isNote ? readDiffOption(settings, args, at) : isNote ? 1 : 0;
    if (taken === 0) own.push(arg);
    at += Math.max(taken, 1);
  }
  const rest = parseOptions(own, { io: context.io, usage: USAGE, options, keepsDashes: true });
  const dashes = rest.indexOf('--');
  const ranges = dashes < 0 ? rest : rest.slice(0, dashes);
  const session = await context.session();
  if (asked.left && asked.right) die("options '--left-only' and '--right-only' cannot be used together");
  check(session, ranges, usageText(USAGE, options));
  const { objects, algorithm } = session.context.snapshot;
  const pair = readRanges(session.context, ranges);
  const pairs = rangeDiff({
    source: { objects }, algorithm, ...pair, creationFactor: asked.factor, only: asked.left ? 'left' : asked.right ? 'right' : undefined,
    ...(asked.notes ? { notesOf: (id) => noteOf(session, id) } : {}),
  });
  if (settings.isSilent) {
    writeText(context.io.stdout, losslessTextFromBytes(formatRangeDiff(pairs.map((each) => ({ ...each, diff: new Uint8Array(0) })), pair, (id) => shortId(session, id))));
    return 0;
  }
  context.io.stdout.write(formatRangeDiff(pairs, pair, (id) => shortId(session, id)));
  return 0;
};

function noteOf(session: Session, id: string): string | undefined {
  const bytes = readNote(session.context, id, {});
  return bytes === undefined ? undefined : losslessTextFromBytes(bytes);
}

function check(session: Session, ranges: readonly string[], usage: string): void {
  const isRange = (text: string): boolean => {
    const range = findRange(session, text);
    return range !== undefined && range.include.length > 0 && range.exclude.length > 0;
  };
  if (ranges.length === 3) {
    for (const text of ranges) if (findObject(session, text, 'committish') === undefined) throw new Failure(`error: not a revision: '${text}'\n${usage}`, 129);
  } else if (ranges.length === 2) {
    for (const text of ranges) if (!isRange(text)) die(`not a commit range: '${text}'`);
  } else if (ranges.length === 1) {
    if (!ranges[0]!.includes('...')) throw new Failure(`fatal: single arg format must be symmetric range\n\n${usage}`, 129);
  } else {
    throw new Failure(`fatal: need two commit ranges\n\n${usage}`, 129);
  }
}
