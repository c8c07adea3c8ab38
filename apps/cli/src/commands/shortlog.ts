import { formatShortlog } from '@govc/core/plumbing';
import type { ShortlogKey } from '@govc/core';

import type { Command } from '../command.js';
import { Failure } from '../failure.js';
import { finishQuery, makeRevisionSettings, readRevisionOption } from '../options/revision-options.js';
import { writeText } from '../print/output.js';
import { splitArguments } from '../session/arguments.js';

const USAGE = 'usage: git shortlog [<options>] [<revision-range>] [[--] <path>...]\n   or: git log --pretty=short | git shortlog [<options>]\n\n';

/** `git shortlog`. */
export const shortlogCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const revisions = makeRevisionSettings();
  const seen = { email: false, byCount: false, summary: false, wrap: undefined as { width: number; firstIndent: number; indent: number } | undefined, groups: [] as ShortlogKey[] };
  const names: string[] = [];
  let dashes: number | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--') {
      dashes = names.length;
      names.push(...args.slice(at + 1));
      break;
    }
    const group = /^--group=(author|committer|trailer:(.+)|format:(.+))$/.exec(arg);
    if (arg === '-h') {
      io.stdout.write(USAGE);
      return 129;
    }
    if (/^-[esnc]+$/.test(arg)) {
      seen.email ||= arg.includes('e');
      seen.summary ||= arg.includes('s');
      seen.byCount ||= arg.includes('n');
      if (arg.includes('c')) seen.groups.push('committer');
    } else if (arg === '--email') seen.email = true;
    else if (arg === '--summary') seen.summary = true;
    else if (arg === '--numbered') seen.byCount = true;
    else if (arg === '--committer') seen.groups.push('committer');
    else if (group !== null) seen.groups.push(keyOf(group));
    else if (/^-w/.test(arg)) {
      const [width = '76', first = '6', rest = '9'] = arg.slice(2) === '' ? [] : arg.slice(2).split(',');
      seen.wrap = { width: Number(width || 76), firstIndent: Number(first), indent: Number(rest) };
    } else {
      const taken = arg.startsWith('-') ? readRevisionOption(revisions, args, at) : 0;
      if (taken === 0 && arg.startsWith('-')) throw new Failure(`error: unrecognized argument: ${arg}\n`, 129);
      if (taken === 0) names.push(arg);
      at += Math.max(0, taken - 1);
    }
  }
  const split = splitArguments(session, names, dashes);
  revisions.revisions.push(...split.revisions);
  const groups = session.repository.shortlog({
    ...finishQuery(revisions, split.paths), email: seen.email, byCount: seen.byCount, summary: seen.summary, groups: seen.groups.length === 0 ? undefined : seen.groups,
  });
  writeText(io.stdout, formatShortlog(groups, { summary: seen.summary, wrap: seen.wrap }));
  return 0;
};

function keyOf(match: RegExpExecArray): ShortlogKey {
  const [, name, trailer, format] = match;
  if (trailer !== undefined) return { trailer };
  if (format !== undefined) return { format };
  return name === 'committer' ? 'committer' : 'author';
}
