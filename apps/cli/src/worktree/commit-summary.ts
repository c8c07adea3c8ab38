import type { ObjectId } from '@govc/core';
import {
  fileStats, findChanges, formatShortstat, formatSummary, losslessTextFromBytes, messageSubject, parseCommit, commitMessageText,
} from '@govc/core/plumbing';

import { shortId } from '../print/abbreviation.js';
import type { Session } from '../session/session.js';

/** `[main abc1234] subject` and what the commit changed, as `git commit` and the like print it. */
export function commitSummary(
  session: Session, id: ObjectId, where: { readonly branch: string | undefined; readonly showsDate: boolean },
): string {
  const { objects } = session.repository.snapshot;
  const { algorithm } = session;
  const commit = parseCommit(objects.find(id)!.body, algorithm);
  const isRoot = commit.parents.length === 0;
  const message = commitMessageText(commit);
  let text = `[${where.branch ?? 'detached HEAD'}${isRoot ? ' (root-commit)' : ''} ${shortId(session, id)}] ${messageSubject(message)}\n`;
  const { author, committer } = commit;
  if (author.name !== committer.name || author.email !== committer.email) text += ` Author: ${author.name} <${author.email}>\n`;
  if (where.showsDate) text += ` Date: ${dateText(author.timeSeconds, author.timezone)}\n`;
  if (commit.parents.length > 1) return text;
  const parent = commit.parents[0];
  const old = parent === undefined ? undefined : parseCommit(objects.find(parent)!.body, algorithm).tree;
  const { changes } = findChanges({ objects, algorithm, old, new: commit.tree, options: { renames: 'renames' } });
  if (changes.length === 0) return text;
  const bytes = [formatShortstat(fileStats(changes, { objects })), formatSummary(changes, { quoteNonAscii: session.config.getBool('core.quotepath', true) })];
  return text + bytes.map((each) => losslessTextFromBytes(each)).join('');
}

/** A date in Git's default format. */
export function dateText(timeSeconds: number, timezone: string): string {
  const sign = timezone.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(timezone.slice(1, 3)) * 60 + Number(timezone.slice(3, 5)));
  const [day, date, month, year, time] = new Date((timeSeconds + minutes * 60) * 1000).toUTCString().replace(',', '').split(' ');
  return `${day!} ${month!} ${Number(date)} ${time!} ${year!} ${timezone}`;
}
