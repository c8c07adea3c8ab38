import { findExpiryDate, findRefByShortName, findReflogByShortName } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, failWith, Failure } from '../failure.js';
import { logMain } from '../print/log-printer.js';
import { writeText } from '../print/output.js';
import { flushRefs } from '../session/ref-edits.js';
import type { Session } from '../session/session.js';

const USAGE = `usage: git reflog [show] [<log-options>] [<ref>]
   or: git reflog expire [--expire=<time>] [--expire-unreachable=<time>]
                         [--rewrite] [--updateref] [--stale-fix]
                         [--dry-run | -n] [--verbose] [--all [--single-worktree] | <refs>...]
   or: git reflog delete [--rewrite] [--updateref]
                         [--dry-run | -n] [--verbose] <ref>@{<specifier>}...
   or: git reflog exists <ref>

`;

/** `git reflog`. */
export const reflogCommand: Command = async (args, context) => {
  const [first, ...rest] = args;
  switch (first) {
    case '-h':
      context.io.stdout.write(USAGE);
      return 129;
    case 'show': return logMain(rest, context, { name: 'reflog' });
    case 'exists': return exists(await context.session(), rest);
    case 'delete': return remove(await context.session(), rest);
    case 'expire': return expire(context, rest);
    default: return logMain(args, context, { name: 'reflog' });
  }
};

function exists(session: Session, args: readonly string[]): number {
  const names = args.filter((arg) => arg !== '--');
  if (names.length !== 1) throw new Failure('usage: git reflog exists <ref>\n\n', 129);
  const { refs } = session.context.snapshot;
  if (!/^(?:HEAD$|[A-Z_]+$|refs\/)/.test(names[0]!)) die(`invalid ref format: ${names[0]!}`);
  const found = findReflogByShortName(refs, session.context.reflogs, names[0]!);
  return found?.name === names[0] ? 0 : 1;
}

async function remove(session: Session, args: readonly string[]): Promise<number> {
  const options = { rewrite: false, updateRef: false };
  const specs: string[] = [];
  let isDry = false;
  for (const arg of args) {
    if (arg === '--rewrite') options.rewrite = true;
    else if (arg === '--updateref') options.updateRef = true;
    else if (arg === '-n' || arg === '--dry-run') isDry = true;
    else if (!arg.startsWith('-')) specs.push(arg);
  }
  if (specs.length === 0) failWith('no reflog specified to delete', 255);
  for (const spec of specs) {
    const match = /^(.*)@\{(.*)\}$/.exec(spec);
    if (match === null) failWith(`not a reflog: ${spec}`, 255);
    const [, name = '', position = ''] = match;
    const found = findReflogByShortName(session.context.snapshot.refs, session.context.reflogs, name === '' ? 'HEAD' : name);
    if (found === undefined) failWith(`no reflog for '${spec}'`, 255);
    if (isDry) continue;
    if (/^\d+$/.test(position)) {
      if (Number(position) < session.repository.reflog(found.name).length) session.repository.deleteReflogEntry(found.name, Number(position), options);
    } else {
      const seconds = findExpiryDate(position, { nowSeconds: Math.floor(session.io.clock() / 1000), zone: session.io.zone }) ?? die(`invalid timestamp '${position}' given to '--delete'`);
      session.repository.reflog(found.name).forEach((entry, index) => {
        if (entry.timeSeconds < seconds) session.repository.deleteReflogEntry(found.name, index, options);
      });
    }
  }
  await flushRefs(session);
  return 0;
}

async function expire(context: Context, args: readonly string[]): Promise<number> {
  const session = await context.session();
  const { io } = session;
  const refs: string[] = [];
  const options = { rewrite: false, updateRef: false, all: false, dryRun: false, before: undefined as number | undefined, unreachableBefore: undefined as number | undefined };
  let isVerbose = false;
  const date = (text: string, name: string): number => findExpiryDate(text, { nowSeconds: Math.floor(io.clock() / 1000), zone: io.zone }) ?? die(`invalid timestamp '${text}' given to '${name}'`);
  for (const arg of args) {
    if (arg.startsWith('--expire=')) options.before = date(arg.slice(9), '--expire');
    else if (arg.startsWith('--expire-unreachable=')) options.unreachableBefore = date(arg.slice(21), '--expire-unreachable');
    else if (arg === '--rewrite') options.rewrite = true;
    else if (arg === '--updateref') options.updateRef = true;
    else if (arg === '--all') options.all = true;
    else if (arg === '-n' || arg === '--dry-run') options.dryRun = true;
    else if (arg === '--verbose') isVerbose = true;
    else if (arg === '--stale-fix' || arg === '--single-worktree' || arg === '--') continue;
    else if (arg.startsWith('-')) throw new Failure(`error: unknown option \`${arg.replace(/^-+/, '')}'\n${USAGE}`, 129);
    else refs.push(arg);
  }
  for (const name of refs) if (findRefByShortName(session.context.snapshot.refs, name) === undefined) failWith(`${name} points nowhere!`, 255);
  const expired = session.repository.expireReflog({ ...options, refs: refs.length === 0 ? undefined : refs });
  if (isVerbose) for (const { entries } of expired) for (const { message } of entries) writeText(io.stdout, `${options.dryRun ? 'would prune' : 'prune'} ${message}\n`);
  await flushRefs(session);
  return 0;
}
