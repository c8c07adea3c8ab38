/** Everything that `git status` and the editor of `git commit` show, put together from the session. */
import { driveSteps, findStatus, type Pathspec, type StatusOptions, type StatusResult } from '@govc/core/plumbing';

import type { LongStatus } from '../print/status-long.js';
import { colorCode } from '../print/color.js';
import type { StatusSlot } from '../print/status-short.js';
import { shortId } from '../print/abbreviation.js';
import { relativeTo } from '../commands/ls-files.js';
import type { ObjectId } from '@govc/core';
import { readHead } from './head.js';
import { rebaseLines } from './rebase-lines.js';
import { readState } from './repository-state.js';
import { trackingText } from './tracking.js';
import type { OpenWorktree } from './open-worktree.js';

/** How a status is made, beside the configuration. */
export interface StatusChoice {
  readonly untracked?: 'no' | 'normal' | 'all' | undefined;
  readonly ignored?: 'no' | 'traditional' | 'matching' | undefined;
  readonly renames?: StatusOptions['renames'];
  readonly pathspec?: Pathspec | undefined;
  readonly ignoreSubmodules?: StatusOptions['ignoreSubmodules'];
  /** The tree that is compared with the index. Default: that of HEAD. */
  readonly tree?: ObjectId | undefined;
}

/** Finds what differs. */
export async function collectStatus(tree: OpenWorktree, choice: StatusChoice): Promise<StatusResult> {
  const { config } = tree;
  const head = 'tree' in choice ? choice.tree : readHead(tree.session).tree;
  return driveSteps(findStatus(tree, head, tree.loaded, {
    ...choice,
    untracked: untrackedMode(tree, choice.untracked),
    renames: choice.renames ?? statusRenames(config.get('status.renames') ?? config.get('diff.renames'), config.findInt('status.renamelimit') ?? config.findInt('diff.renamelimit')),
  }), () => Promise.resolve(undefined));
}

/** Which files that are not tracked are shown. */
export function untrackedMode({ config }: Pick<OpenWorktree, 'config'>, asked: StatusChoice['untracked']): 'no' | 'normal' | 'all' {
  const word = asked ?? config.get('status.showuntrackedfiles') ?? 'normal';
  if (word === 'no' || word === 'normal' || word === 'all') return word;
  return config.findBool('status.showuntrackedfiles') === false ? 'no' : 'normal';
}

function statusRenames(word: string | undefined, renameLimit: number | undefined): StatusOptions['renames'] {
  const renames = word === 'copies' || word === 'copy' ? 'copies' : /^(?:false|no|off|0)$/i.test(word ?? '') ? 'off' : 'renames';
  return { renames, renameLimit };
}

/** The parts of the long format. */
export function longStatus(tree: OpenWorktree, status: StatusResult, parts: Partial<LongStatus> = {}): LongStatus {
  const { session, config } = tree;
  const head = readHead(session);
  return {
    status, head,
    state: readState(session),
    untracked: 'normal', showsIgnored: false,
    tracking: head.branch === undefined ? '' : trackingText(session, head.branch, config.getBool('status.aheadbehind', true)),
    detachedFrom: head.isDetached ? detachedFrom(tree, head.id) : undefined,
    stashCount: 0,
    hints: config.getBool('advice.statushints', true),
    isAmend: false, isForCommit: false,
    shown: (path) => (config.getBool('status.relativepaths', true) ? relativeTo(path, session.prefix) : path),
    quoteNonAscii: config.getBool('core.quotepath', true),
    paint: (_, text) => text,
    rebaseLines: rebaseLines(session, parts.hints ?? config.getBool('advice.statushints', true)),
    shortId: (id) => (/^[0-9a-f]+$/.test(id) ? shortId(session, id as ObjectId) : id),
    ...parts,
  };
}

/** `at main`, `from v1.0`: where HEAD was detached, as its log tells. */
function detachedFrom(tree: OpenWorktree, id: ObjectId | undefined): string | undefined {
  const { session } = tree;
  for (const { message, newId } of session.repository.reflog('HEAD')) {
    const name = /^checkout: moving from .* to (.+)$/.exec(message)?.[1];
    if (name === undefined) continue;
    const isHere = newId === id;
    const isId = /^[0-9a-f]{40,64}$/.test(name);
    const shown = isId || session.repository.snapshot.refs.get(`refs/heads/${name}` as never) === undefined && session.repository.snapshot.refs.get(`refs/tags/${name}` as never) === undefined
      ? shortId(session, newId) : name;
    return `${isHere ? 'at' : 'from'} ${shown}`;
  }
  return undefined;
}

const DEFAULTS: Readonly<Record<StatusSlot, string>> = {
  header: '', added: 'green', changed: 'red', untracked: 'red', branch: '', nobranch: 'red', unmerged: 'red', localBranch: 'green', remoteBranch: 'red',
};

/** Colours of a status, where they are wanted. */
export function statusPaint(tree: OpenWorktree): (slot: StatusSlot, text: string) => string {
  const { config, session } = tree;
  const when = (config.get('color.status') ?? config.get('status.color') ?? config.get('color.ui') ?? 'auto').toLowerCase();
  const isOn = when === 'always' || (!/^(?:never|false|no|off|0)$/.test(when) && session.io.isTerminal?.(1) === true);
  if (!isOn) return (_, text) => text;
  return (slot, text) => {
    const code = colorCode(config.get(`color.status.${slot}`) ?? DEFAULTS[slot]) ?? '';
    return code === '' ? text : `${code}${text}\x1b[m`;
  };
}
