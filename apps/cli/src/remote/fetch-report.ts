/** What a fetch prints, and the lines of `FETCH_HEAD` (git-fetch, "OUTPUT"). */
import type { ObjectId } from '@govc/core';
import type { FetchedRef, FetchOutcome, RefUpdate } from '@govc/core/protocol';

import { abbreviationOf, shortId } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import type { Session } from '../session/session.js';
import { prettyRef, shownUrl } from './named-remote.js';

/** How wide the column of sources is at least; pruned refs are told before any is measured. */
const COLUMNS_MIN = 10;

/** How much a fetch says. */
export type Loudness = 'quiet' | 'normal' | 'verbose';

interface Line {
  readonly flag: string;
  readonly summary: string;
  readonly source: string;
  readonly target: string;
  readonly note: string | undefined;
  readonly isUpToDate: boolean;
}

/** Prints what became of each ref to standard error; gives whether something was rejected. */
export function reportFetch(
  session: Session, outcome: FetchOutcome, { url, loudness, isForMerge }: { readonly url: string; readonly loudness: Loudness; readonly isForMerge: (ref: FetchedRef) => boolean },
): boolean {
  const merged = new Set(outcome.fetched.filter(isForMerge).map(({ source }) => source));
  const rank = ({ source, status }: RefUpdate): number => (status === 'pruned' ? 0 : merged.has(source) ? 1 : 2);
  const lines = [
    ...outcome.fetched.filter(({ target }) => target === undefined).map(fetchHeadLine),
    ...[...outcome.updates].sort((a, b) => rank(a) - rank(b)).map((update) => lineOf(session, update)),
  ];
  const shown = lines.filter(({ isUpToDate, flag }) => flag === '!' || (loudness === 'verbose' || (!isUpToDate && loudness === 'normal')));
  if (shown.length > 0) {
    const summaryWidth = 2 * abbreviationOf(session) + 3;
    const columns = Math.max(COLUMNS_MIN, ...shown.filter(({ flag, source, target }) => flag !== '-' && 21 + source.length + 4 + target.length < (session.io.columns ?? 80)).map(({ source }) => source.length));
    const text = shown.map(({ flag, summary, source, target, note }) => {
      const end = note === undefined ? '' : `  (${note})`;
      return ` ${flag} ${summary.padEnd(summaryWidth)} ${source.padEnd(flag === '-' ? COLUMNS_MIN : columns)} -> ${target}${end}\n`;
    });
    writeText(session.io.stderr, `From ${shownUrl(url)}\n${text.join('')}`);
  }
  return outcome.updates.some(({ status }) => status === 'rejected');
}

function fetchHeadLine({ source }: FetchedRef): Line {
  const kind = source?.startsWith('refs/heads/') === true ? 'branch' : source?.startsWith('refs/tags/') === true ? 'tag' : source?.startsWith('refs/remotes/') === true ? 'remote-tracking branch' : source === undefined || source === 'HEAD' ? 'branch' : 'ref';
  return { flag: '*', summary: kind, source: source === undefined ? 'HEAD' : prettyRef(source), target: 'FETCH_HEAD', note: undefined, isUpToDate: false };
}

function lineOf(session: Session, update: RefUpdate): Line {
  const source = update.source === undefined ? '(none)' : prettyRef(update.source);
  const target = prettyRef(update.target);
  const line = (flag: string, summary: string, note?: string): Line => ({ flag, summary, source, target, note, isUpToDate: update.status === 'up-to-date' });
  switch (update.status) {
    case 'up-to-date':
      return line('=', '[up to date]');
    case 'new':
      return line('*', update.source?.startsWith('refs/tags/') === true ? '[new tag]' : update.source?.startsWith('refs/heads/') === true ? '[new branch]' : '[new ref]');
    case 'fast-forward':
      return line(' ', `${short(session, update.oldId)}..${short(session, update.newId)}`);
    case 'forced':
      return line('+', `${short(session, update.oldId)}...${short(session, update.newId)}`, 'forced update');
    case 'tag-updated':
      return line('t', '[tag update]');
    case 'pruned':
      return line('-', '[deleted]');
    case 'rejected':
      return line('!', '[rejected]', update.reason);
  }
}

function short(session: Session, id: ObjectId | undefined): string {
  return id === undefined ? '' : shortId(session, id);
}

/** The lines of `FETCH_HEAD`: what is to be merged first (`builtin/fetch.c` of Git). */
export function fetchHeadText(fetched: readonly FetchedRef[], url: string, isForMerge: (ref: FetchedRef) => boolean): string {
  const place = shownUrl(url);
  const text = (ref: FetchedRef): string => {
    const { source, id } = ref;
    const what = source === undefined || source === 'HEAD' ? '' : source.startsWith('refs/heads/') ? `branch '${prettyRef(source)}' of `
      : source.startsWith('refs/tags/') ? `tag '${prettyRef(source)}' of ` : source.startsWith('refs/remotes/') ? `remote-tracking branch '${prettyRef(source)}' of ` : `'${source}' of `;
    return `${id}\t${isForMerge(ref) ? '' : 'not-for-merge'}\t${what}${place}\n`;
  };
  return [...fetched.filter(isForMerge), ...fetched.filter((ref) => !isForMerge(ref))].map(text).join('');
}
