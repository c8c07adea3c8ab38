import { findCherries, peelToCommit, runJob } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { Failure } from '../failure.js';
import { flag, optionalValue } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { shortId } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import { needCommit } from '../session/revisions.js';
import { findTracking } from '../worktree/tracking.js';
import { readHead, subjectOf } from '../worktree/head.js';

const USAGE = ['git cherry [-v] [<upstream> [<head> [<limit>]]]'];

/** `git cherry`. */
export const cherryCommand: Command = async (args, context) => {
  const asked: { isVerbose: boolean; digits: number | undefined } = { isVerbose: false, digits: undefined };
  const options = [
    optionalValue('abbrev', 'n', 'use <n> digits to display object names', (text, isSet) => { asked.digits = isSet ? Number(text ?? 7) : undefined; }),
    flag('v|verbose', 'be verbose', (isOn) => { asked.isVerbose = isOn; }),
  ];
  const rest = parseOptions(args, { io: context.io, usage: USAGE, options });
  if (rest.length > 3) throw new Failure(usageText(USAGE, options), 129);
  const session = await context.session();
  const { graph, snapshot } = session.context;
  const { branch } = readHead(session);
  const tracking = branch === undefined ? undefined : findTracking(session, branch, false);
  const upstream = rest[0] ?? tracking?.name;
  if (upstream === undefined) {
    throw new Failure(`Could not find a tracked remote branch, please specify <upstream> manually.\n${usageText(USAGE, options)}`, 129);
  }
  const commitAt = (text: string): ReturnType<typeof needCommit> => peelToCommit(snapshot, needCommit(session, text, `unknown commit ${text}`));
  const cherries = runJob(findCherries({
    graph, objects: snapshot.objects, shallow: snapshot.shallow, source: { objects: snapshot.objects }, upstream: commitAt(upstream), head: commitAt(rest[1] ?? 'HEAD'),
    ...(rest[2] === undefined ? {} : { limit: commitAt(rest[2]) }),
  }));
  for (const { id, isUpstream } of cherries) {
    const name = asked.digits === undefined ? id : shortId(session, id, asked.digits);
    writeText(context.io.stdout, `${isUpstream ? '-' : '+'} ${name}${asked.isVerbose ? ` ${subjectOf(session, id)}` : ''}\n`);
  }
  return 0;
};
