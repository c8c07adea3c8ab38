/** Todo lists of a rebase as text: reading them with Git's complaints, writing them, the help below them, and what was dropped. */
import type { ObjectId } from '@govc/core';
import { commentLines, commentPrefixOf, parseTodo, peelToCommit, serializeTodo, type TodoItem } from '@govc/core/plumbing';

import { findObject } from '../session/revisions.js';
import type { Workplace } from './workplace.js';

/** Where the list of a rebase is. */
export const TODO = 'rebase-merge/git-rebase-todo';
export const TODO_BACKUP = 'rebase-merge/git-rebase-todo.backup';
export const DONE = 'rebase-merge/done';
export const DROPPED = 'rebase-merge/dropped';

/** What to do about a list that cannot be followed. */
export const EDIT_ADVICE = "You can fix this with 'git rebase --edit-todo' and then run 'git rebase --continue'.\nOr you can abort the rebase with 'git rebase --abort'.\n";

/** A list that was read; where it is bad, the user has been told. */
export interface ReadTodo {
  readonly items: readonly TodoItem[];
  readonly isBad: boolean;
}

/** Reads a list: commits become whole ids. */
export function readTodo(work: Workplace, text: string): ReadTodo {
  const commentPrefix = commentPrefixOf(work.session.config);
  const items: TodoItem[] = [];
  let canSquash = work.has(DONE);
  let isBad = false;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, whole] of lines.entries()) {
    const line = whole.replace(/\r$/, '');
    const item = readLine(work, line, commentPrefix);
    if (item === undefined) {
      work.tell(`error: invalid line ${index + 1}: ${line}\n`);
      isBad = true;
    } else {
      items.push(item);
    }
    if (canSquash) continue;
    if (item?.command === 'fixup' || item?.command === 'squash') {
      work.tell(`error: cannot '${item.command}' without a previous commit\n`);
      return { items, isBad: true };
    }
    if (item === undefined || (item.command !== 'noop' && item.command !== 'drop' && item.command !== 'comment')) canSquash = true;
  }
  return { items, isBad };
}

function readLine(work: Workplace, line: string, commentPrefix: string): TodoItem | undefined {
  let item: TodoItem | undefined;
  try {
    [item] = parseTodo(line === '' ? '\n' : line, { commentPrefix, hasCommitBefore: true });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'replay-invalid') throw error;
    complain(work, line);
    return undefined;
  }
  if (item?.commit === undefined) return item;
  const id = findObject(work.session, item.commit, 'commit', true);
  if (id === undefined) {
    work.tell(`error: could not parse '${item.commit}'\n`);
    return undefined;
  }
  try {
    return { ...item, commit: peelToCommit(work.session.context.snapshot, id) };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'object-type-mismatch') throw error;
    return undefined;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  p: 'pick', r: 'reword', e: 'edit', s: 'squash', f: 'fixup', d: 'drop', x: 'exec', b: 'break', l: 'label', t: 'reset', m: 'merge', u: 'update-ref',
};

/** Says what is wrong with a line, where Git says more than that it is invalid. */
function complain(work: Workplace, line: string): void {
  const [, word = '', rest = ''] = /^[ \t]*([^ \t]*)[ \t]*(.*)$/.exec(line) ?? [];
  const command = WORDS[word] ?? word;
  if (!Object.values(WORDS).includes(command) && command !== 'noop') return;
  if (command === 'noop' || command === 'break') work.tell(`error: ${command} does not accept arguments: '${rest}'\n`);
  else if (rest === '') work.tell(`error: missing arguments for ${command}\n`);
}

/** How a list is written. */
export interface WriteTodoOptions {
  /** Ids are short. Default: whole. */
  readonly isShort?: boolean | undefined;
}

/** The text of a list. */
export function writeTodo(work: Workplace, items: readonly TodoItem[], options: WriteTodoOptions = {}): string {
  return serializeTodo(items, {
    abbreviatesCommands: work.session.config.getBool('rebase.abbreviatecommands', false),
    shortName: options.isShort === true ? (commit) => work.shortName(commit as ObjectId) : undefined,
  });
}

/** How many lines of a list do something or nothing, comments aside. */
export function countCommands(items: readonly TodoItem[]): number {
  return items.filter(({ command }) => command !== 'comment').length;
}

const HELP = `
Commands:
p, pick <commit> = use commit
r, reword <commit> = use commit, but edit the commit message
e, edit <commit> = use commit, but stop for amending
s, squash <commit> = use commit, but meld into previous commit
f, fixup [-C | -c] <commit> = like "squash" but keep only the previous
                   commit's log message, unless -C is used, in which case
                   keep only this commit's message; -c is same as -C but
                   opens the editor
x, exec <command> = run command (the rest of the line) using shell
b, break = stop here (continue rebase later with 'git rebase --continue')
d, drop <commit> = remove commit
l, label <label> = label current HEAD with a name
t, reset <label> = reset HEAD to a label
m, merge [-C <commit> | -c <commit>] <label> [# <oneline>]
        create a merge commit using the original merge commit's
        message (or the oneline, if no original merge commit was
        specified); use -c <commit> to reword the commit message
u, update-ref <ref> = track a placeholder for the <ref> to be updated
                      to this position in the new commits. The <ref> is
                      updated at the end of the rebase

These lines can be re-ordered; they are executed from top to bottom.
`;

/** What stands below a list for whoever edits it. @param start what is rebased where, for a list at its beginning */
export function todoHelp(work: Workplace, items: readonly TodoItem[], start: { readonly revisions: string; readonly onto: string } | undefined): string {
  const prefix = commentPrefixOf(work.session.config);
  const count = countCommands(items);
  const title = start === undefined ? '' : `\n${commentLines(`Rebase ${start.revisions} onto ${start.onto} (${count} command${count === 1 ? '' : 's'})\n`, prefix)}`;
  const warning = checkLevel(work) === 'error' ? "\nDo not remove any line. Use 'drop' explicitly to remove a commit.\n" : '\nIf you remove a line here THAT COMMIT WILL BE LOST.\n';
  const end = start === undefined
    ? '\nYou are editing the todo file of an ongoing interactive rebase.\nTo continue rebase after editing, run:\n    git rebase --continue\n\n'
    : '\nHowever, if you remove everything, the rebase will be aborted.\n\n';
  return title + commentLines(HELP, prefix) + commentLines(warning, prefix) + commentLines(end, prefix);
}

type CheckLevel = 'ignore' | 'warn' | 'error';

function checkLevel(work: Workplace): CheckLevel {
  const word = work.session.config.get('rebase.missingcommitscheck')?.toLowerCase() ?? 'ignore';
  return word === 'warn' || word === 'error' ? word : 'ignore';
}

/** Tells of commits that are in one list and not in the next; whether that is an error. */
export function isMissingCommits(work: Workplace, before: readonly TodoItem[], after: readonly TodoItem[]): boolean {
  const configured = work.session.config.get('rebase.missingcommitscheck');
  const level = checkLevel(work);
  if (configured !== undefined && !/^(?:ignore|warn|error)$/i.test(configured)) {
    work.tell(`warning: unrecognized setting ${configured} for option rebase.missingCommitsCheck. Ignoring.\n`);
  }
  if (level === 'ignore') return false;
  const seen = new Set(after.map(({ commit }) => commit));
  let missing = '';
  for (const { commit, argument } of [...before].reverse()) {
    if (commit === undefined || seen.has(commit)) continue;
    seen.add(commit);
    missing += ` - ${work.shortName(commit as ObjectId)} ${argument}\n`;
  }
  if (missing === '') return false;
  work.tell(`Warning: some commits may have been dropped accidentally.\nDropped commits (newer to older):\n${missing}` +
    'To avoid this message, use "drop" to explicitly remove a commit.\n\n' +
    "Use 'git config rebase.missingCommitsCheck' to change the level of warnings.\nThe possible behaviours are: ignore, warn, error.\n\n" + EDIT_ADVICE);
  return level === 'error';
}

/** Whether commits are missing that were there before the user edited. */
export function isMissingSinceBackup(work: Workplace, items: readonly TodoItem[]): boolean {
  const text = work.read(TODO_BACKUP);
  return text !== undefined && text !== '' && isMissingCommits(work, readTodo(work, text).items, items);
}
