/** The formats of `git status` for programs and for short (git-status(1)). */
import { comparePaths, quotePath, type StatusEntry, type StatusResult, type StatusSide, type SubmoduleState, type UnmergedEntry } from '@govc/core/plumbing';

import type { HeadState } from '../worktree/head.js';
import type { Tracking } from '../worktree/tracking.js';


/** What all formats show beside the files. */
export interface StatusHead {
  readonly head: HeadState;
  readonly tracking: Tracking | undefined;
  /** `# stash`; `undefined` where it is not asked for. */
  readonly stashCount: number | undefined;
  readonly showsBranch: boolean;
  readonly hasCounts: boolean;
}

/** How lines are written. */
export interface ShortFormat {
  readonly isNul: boolean;
  readonly quoteNonAscii: boolean;
  /** Paths as they are shown, before quoting. */
  readonly shown: (path: string) => string;
  readonly paint: (slot: StatusSlot, text: string) => string;
  readonly zeroId: string;
}

/** What has a colour of its own (`color.status.<slot>`). */
export type StatusSlot = 'header' | 'added' | 'changed' | 'untracked' | 'branch' | 'nobranch' | 'unmerged' | 'localBranch' | 'remoteBranch';

/** The letters of a path in conflict. */
export function unmergedLetters({ base, ours, theirs }: UnmergedEntry): string {
  const sides = `${base === undefined ? '-' : 'b'}${ours === undefined ? '-' : 'o'}${theirs === undefined ? '-' : 't'}`;
  return { 'b--': 'DD', '-o-': 'AU', 'b-t': 'DU', '--t': 'UA', 'bo-': 'UD', '-ot': 'AA' }[sides] ?? 'UU';
}

/** `git status --short` and `--porcelain`. */
export function formatShort(status: StatusResult, around: StatusHead, format: ShortFormat): string {
  const end = format.isNul ? '\0' : '\n';
  let text = around.showsBranch ? branchLine(around, format) + end : '';
  const rows: { path: string; line: string }[] = [];
  for (const entry of status.entries) rows.push({ path: entry.path, line: shortEntry(entry, format) });
  for (const entry of status.unmerged) {
    rows.push({ path: entry.path, line: `${format.paint('unmerged', unmergedLetters(entry))} ${name(entry.path, format)}${end}` });
  }
  rows.sort((a, b) => comparePaths(a.path, b.path));
  text += rows.map(({ line }) => line).join('');
  for (const path of status.untracked) text += `${format.paint('untracked', '??')} ${name(path, format)}${end}`;
  for (const path of status.ignored) text += `${format.paint('untracked', '!!')} ${name(path, format)}${end}`;
  return text;
}

/** `git status --porcelain=v2`. */
export function formatPorcelain2(status: StatusResult, around: StatusHead, format: ShortFormat): string {
  const end = format.isNul ? '\0' : '\n';
  const plain = (path: string): string => (format.isNul ? format.shown(path) : quotePath(format.shown(path), format));
  let text = around.showsBranch ? branchHeaders(around, end) : '';
  if (around.stashCount !== undefined && around.stashCount > 0) text += `# stash ${around.stashCount}${end}`;
  const side = (one: StatusSide | undefined): StatusSide => one ?? { mode: 0, id: format.zeroId as StatusSide['id'] };
  const mode = (value: number | undefined): string => (value ?? 0).toString(8).padStart(6, '0');
  for (const { path, staged, unstaged, head, index, worktreeMode, renamed, submodule } of status.entries) {
    const [h, i] = [side(head), side(index)];
    text += `${renamed === undefined ? 1 : 2} ${staged ?? '.'}${unstaged ?? '.'} ${submoduleText(submodule)} ${mode(h.mode)} ${mode(i.mode)} ${mode(worktreeMode)} ${h.id} ${i.id} `;
    if (renamed === undefined) text += plain(path) + end;
    else text += `${(renamed.where === 'staged' ? staged : unstaged)!}${renamed.score} ${plain(path)}${format.isNul ? '\0' : '\t'}${plain(renamed.from)}${end}`;
  }
  for (const entry of status.unmerged) {
    const [one, two, three] = [entry.base, entry.ours, entry.theirs].map((stage) => side(stage));
    text += `u ${unmergedLetters(entry)} N... ${mode(one!.mode)} ${mode(two!.mode)} ${mode(three!.mode)} ${mode(entry.worktreeMode)} `;
    text += `${one!.id} ${two!.id} ${three!.id} ${plain(entry.path)}${end}`;
  }
  for (const path of status.untracked) text += `? ${plain(path)}${end}`;
  for (const path of status.ignored) text += `! ${plain(path)}${end}`;
  return text;
}

function shortEntry({ path, staged, unstaged, renamed }: StatusEntry, format: ShortFormat): string {
  const letters = `${staged === undefined ? ' ' : format.paint('added', staged)}${unstaged === undefined ? ' ' : format.paint('changed', unstaged)} `;
  if (renamed === undefined) return `${letters}${name(path, format)}${format.isNul ? '\0' : '\n'}`;
  if (format.isNul) return `${letters}${format.shown(path)}\0${format.shown(renamed.from)}\0`;
  return `${letters}${name(renamed.from, format)} -> ${name(path, format)}\n`;
}

/** Names with spaces are quoted, too, so that ` -> ` is clear. */
function name(path: string, format: ShortFormat): string {
  const shown = format.shown(path);
  if (format.isNul) return shown;
  const quoted = quotePath(shown, format);
  return !quoted.startsWith('"') && quoted.includes(' ') ? `"${quoted}"` : quoted;
}

function branchLine({ head, tracking, hasCounts }: StatusHead, { paint }: ShortFormat): string {
  const start = paint('header', '## ');
  if (head.isDetached) return start + paint('nobranch', 'HEAD (no branch)');
  const branch = (head.id === undefined ? 'No commits yet on ' : '') + paint('localBranch', head.branch ?? '');
  if (tracking === undefined) return start + branch;
  const upstream = `${start}${branch}${paint('header', '...')}${paint('remoteBranch', tracking.name)}`;
  if (tracking.isGone) return `${upstream} [gone]`;
  const { ahead = 0, behind = 0 } = tracking;
  if (ahead === 0 && behind === 0) return upstream;
  if (!hasCounts) return `${upstream} [different]`;
  const parts = [ahead > 0 ? `ahead ${paint('localBranch', String(ahead))}` : '', behind > 0 ? `behind ${paint('remoteBranch', String(behind))}` : ''];
  return `${upstream} [${parts.filter((part) => part !== '').join(', ')}]`;
}

function branchHeaders({ head, tracking, hasCounts }: StatusHead, end: string): string {
  let text = `# branch.oid ${head.id ?? '(initial)'}${end}# branch.head ${head.branch ?? '(detached)'}${end}`;
  if (tracking === undefined) return text;
  text += `# branch.upstream ${tracking.name}${end}`;
  if (tracking.ahead === undefined) return text;
  const isSame = tracking.ahead === 0 && tracking.behind === 0;
  return `${text}# branch.ab ${hasCounts || isSame ? `+${tracking.ahead} -${tracking.behind!}` : '+? -?'}${end}`;
}

function submoduleText(state: SubmoduleState | undefined): string {
  if (state === undefined) return 'N...';
  return `S${state.hasNewCommits ? 'C' : '.'}${state.isModified ? 'M' : '.'}${state.hasUntracked ? 'U' : '.'}`;
}
