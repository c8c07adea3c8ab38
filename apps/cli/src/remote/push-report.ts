/** What a push prints (git-push, "OUTPUT"). */
import type { ObjectId } from '@govc/core';
import type { PushOutcome, PushUpdate } from '@govc/core/protocol';

import { abbreviationOf, shortId } from '../print/abbreviation.js';
import { advise } from '../print/advice.js';
import { writeText } from '../print/output.js';
import type { Session } from '../session/session.js';
import { anonymous, prettyRef } from './named-remote.js';

/** How a push prints. */
export interface PushPrinting {
  readonly url: string;
  readonly isVerbose: boolean;
  readonly isQuiet: boolean;
  readonly isPorcelain: boolean;
}

/** Prints what became of each ref; gives whether something did not take effect. */
export function reportPush(session: Session, { updates, unpackError }: PushOutcome, printing: PushPrinting): boolean {
  const { io } = session;
  const isBad = ({ status }: PushUpdate): boolean => status === 'rejected' || status === 'refused' || status === 'unreported';
  const failed = updates.some(isBad) || unpackError !== undefined;
  const isDone = ({ status }: PushUpdate): boolean => !['rejected', 'refused', 'unreported', 'up-to-date'].includes(status);
  const shown = [...(printing.isVerbose || printing.isPorcelain ? updates.filter(({ status }) => status === 'up-to-date') : []), ...updates.filter(isDone), ...updates.filter(isBad)];
  if (unpackError !== undefined) io.stderr.write(`error: remote unpack failed: ${unpackError}\n`);
  if (!(printing.isQuiet && !failed)) {
    if (shown.length > 0) {
      const out = printing.isPorcelain ? io.stdout : io.stderr;
      writeText(out, `To ${anonymous(printing.url)}\n`);
      const width = 2 * abbreviationOf(session) + 3;
      for (const update of shown) writeText(out, printing.isPorcelain ? porcelainLine(session, update) : humanLine(session, update, width));
    }
  }
  const isRefused = unpackError !== undefined || updates.some(({ status }) => status === 'refused' || status === 'unreported');
  if (printing.isPorcelain && !isRefused) io.stdout.write('Done\n');
  if (!printing.isPorcelain && !failed && updates.every(({ status }) => status === 'up-to-date') && !printing.isQuiet) io.stderr.write('Everything up-to-date\n');
  if (failed) {
    writeText(io.stderr, `error: failed to push some refs to '${anonymous(printing.url)}'\n`);
    adviseOn(session, updates);
  }
  return failed;
}

interface Parts {
  readonly flag: string;
  readonly summary: string;
  readonly note: string | undefined;
}

function partsOf(session: Session, { status, target, oldId, newId, reason }: PushUpdate): Parts {
  switch (status) {
    case 'up-to-date':
      return { flag: '=', summary: '[up to date]', note: undefined };
    case 'new':
      return { flag: '*', summary: target.startsWith('refs/tags/') ? '[new tag]' : target.startsWith('refs/heads/') ? '[new branch]' : '[new reference]', note: undefined };
    case 'deleted':
      return { flag: '-', summary: '[deleted]', note: undefined };
    case 'fast-forward':
      return { flag: ' ', summary: `${short(session, oldId)}..${short(session, newId)}`, note: undefined };
    case 'forced':
      return { flag: '+', summary: `${short(session, oldId)}...${short(session, newId)}`, note: 'forced update' };
    case 'rejected':
      return { flag: '!', summary: '[rejected]', note: reason };
    case 'refused':
      return { flag: '!', summary: '[remote rejected]', note: reason };
    case 'unreported':
      return { flag: '!', summary: '[remote failure]', note: reason };
  }
}

function humanLine(session: Session, update: PushUpdate, width: number): string {
  const { flag, summary, note } = partsOf(session, update);
  const target = prettyRef(update.target);
  const names = update.source === undefined || update.status === 'deleted' ? target : `${prettyRef(update.source)} -> ${target}`;
  return ` ${flag} ${summary.padEnd(width)} ${names}${note === undefined ? '' : ` (${note})`}\n`;
}

function porcelainLine(session: Session, update: PushUpdate): string {
  const { flag, summary, note } = partsOf(session, update);
  const source = update.status === 'deleted' ? '' : update.source ?? '';
  return `${flag}\t${source}:${update.target}\t${summary}${note === undefined ? '' : ` (${note})`}\n`;
}

function short(session: Session, id: ObjectId | undefined): string {
  return id === undefined ? '' : shortId(session, id);
}

function adviseOn(session: Session, updates: readonly PushUpdate[]): void {
  const rejected = updates.filter(({ status }) => status === 'rejected');
  if (!session.config.getBool('advice.pushupdaterejected', true)) return;
  const current = session.repository.head().ref;
  const has = (reason: string): boolean => rejected.some((update) => update.reason === reason);
  if (rejected.some(({ reason, sourceRef }) => reason === 'non-fast-forward' && sourceRef === current)) advise(session, 'pushnonffcurrent', BEHIND);
  else if (has('non-fast-forward')) advise(session, 'pushnonffmatching', BEHIND_OTHER);
  else if (has('already exists')) advise(session, 'pushalreadyexists', 'Updates were rejected because the tag already exists in the remote.');
  else if (has('fetch first')) advise(session, 'pushfetchfirst', FETCH_FIRST);
  else if (has('needs force')) advise(session, 'pushneedsforce', NEEDS_FORCE);
  else if (has('remote ref updated since checkout')) advise(session, 'pushrefneedsupdate', NEEDS_UPDATE);
}

const BEHIND = 'Updates were rejected because the tip of your current branch is behind\nits remote counterpart. Integrate the remote changes (e.g.\n\'git pull ...\') before pushing again.\nSee the \'Note about fast-forwards\' in \'git push --help\' for details.';
const BEHIND_OTHER = 'Updates were rejected because a pushed branch tip is behind its remote\ncounterpart. Check out this branch and integrate the remote changes\n(e.g. \'git pull ...\') before pushing again.\nSee the \'Note about fast-forwards\' in \'git push --help\' for details.';
const FETCH_FIRST = 'Updates were rejected because the remote contains work that you do\nnot have locally. This is usually caused by another repository pushing\nto the same ref. You may want to first integrate the remote changes\n(e.g., \'git pull ...\') before pushing again.\nSee the \'Note about fast-forwards\' in \'git push --help\' for details.';
const NEEDS_FORCE = 'You cannot update a remote ref that points at a non-commit object,\nor update a remote ref to make it point at a non-commit object,\nwithout using the \'--force\' option.';
const NEEDS_UPDATE = 'Updates were rejected because the tip of the remote-tracking\nbranch has been updated since the last checkout. You may want\nto integrate those changes locally (e.g., \'git pull ...\')\nbefore forcing an update.';
