import { BRANCH_PREFIX, findRefId, findUpstreamRef, shortenRefName } from '@govc/core/plumbing';

import type { Session } from '../session/session.js';

/** How a branch stands to its upstream. */
export interface Tracking {
  /** The upstream as it is shown: `origin/main`. */
  readonly name: string;
  readonly isGone: boolean;
  /** `undefined` where either has no commit. */
  readonly ahead: number | undefined;
  readonly behind: number | undefined;
}

/** How a branch stands to its upstream; `undefined` where it has none. */
export function findTracking(session: Session, branch: string, counts = true): Tracking | undefined {
  const { snapshot } = session.repository;
  const upstream = findUpstreamRef(snapshot, branch);
  if (typeof upstream !== 'string') return undefined;
  const name = shortenRefName(snapshot.refs, upstream);
  const other = findRefId(snapshot.refs, upstream);
  const own = findRefId(snapshot.refs, `${BRANCH_PREFIX}${branch}` as typeof upstream);
  if (other === undefined) return { name, isGone: true, ahead: undefined, behind: undefined };
  if (own === undefined || !counts) return { name, isGone: false, ahead: undefined, behind: undefined };
  const { ahead, behind } = session.repository.aheadBehind(own, other);
  return { name, isGone: false, ahead, behind };
}

/** What Git says about it after `On branch …`; `''` where there is nothing to say. */
export function trackingText(session: Session, branch: string, counts = true): string {
  const tracking = findTracking(session, branch);
  if (tracking === undefined) return '';
  const { name, isGone, ahead = 0, behind = 0 } = tracking;
  const hints = session.config.getBool('advice.statushints', true);
  const hint = (text: string): string => (hints ? `  (${text})\n` : '');
  if (isGone) return `Your branch is based on '${name}', but the upstream is gone.\n${hint('use "git branch --unset-upstream" to fixup')}`;
  if (tracking.ahead === undefined) return '';
  if (ahead === 0 && behind === 0) return `Your branch is up to date with '${name}'.\n`;
  if (!counts) return `Your branch and '${name}' refer to different commits.\n${hint('use "git status --ahead-behind" for details')}`;
  const commits = (count: number): string => `${count} commit${count === 1 ? '' : 's'}`;
  if (behind === 0) return `Your branch is ahead of '${name}' by ${commits(ahead)}.\n${hint('use "git push" to publish your local commits')}`;
  if (ahead === 0) {
    return `Your branch is behind '${name}' by ${commits(behind)}, and can be fast-forwarded.\n${hint('use "git pull" to update your local branch')}`;
  }
  return `Your branch and '${name}' have diverged,\nand have ${ahead} and ${behind} different commit${ahead + behind === 1 ? '' : 's'} each, respectively.\n` +
    hint('use "git pull" to merge the remote branch into yours');
}
