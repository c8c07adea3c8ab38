/** The files in which a rebase gathers the messages of commits that are squashed into one. */
import type { ObjectId } from '@govc/core';
import { addToSquash, appendSignoff, commentPrefixOf, type SquashKind, type SquashState, type TodoItem } from '@govc/core/plumbing';

import type { PickSettings } from './settings.js';
import type { Workplace } from './workplace.js';

const TEXT = 'rebase-merge/message-squash';
const FIXUP = 'rebase-merge/message-fixup';
const CURRENT = 'rebase-merge/current-fixups';

/** Where the message of a step is, and what is done with it. */
export interface SquashMessage {
  readonly file: string;
  readonly isVerbatim: boolean;
  readonly edits: boolean;
}

/** How many commits have been squashed into the one at hand. */
export function squashCount(work: Workplace): number {
  const lines = work.line(CURRENT);
  return lines === undefined || lines === '' ? 0 : lines.split('\n').length;
}

/** Whether somebody has to edit what comes out. */
export function hasSquash(work: Workplace): boolean {
  return /^squash /m.test(work.read(CURRENT) ?? '');
}

/** Forgets about a chain. */
export function clearSquash(work: Workplace): void {
  work.remove(FIXUP, TEXT, CURRENT);
}

/** Adds the message of a commit. @param isFinal whether no other is squashed after it */
export function addSquashMessage(work: Workplace, settings: PickSettings, step: { readonly item: TodoItem; readonly id: ObjectId; readonly isFinal: boolean }): SquashMessage {
  const { item, id, isFinal } = step;
  const kind: SquashKind = item.command === 'squash' ? 'squash' : item.flag === 'C' ? 'replace-fixup' : item.flag === 'c' ? 'edit-fixup' : 'fixup';
  const count = squashCount(work);
  const before: SquashState | string = count === 0
    ? work.messageOf(work.head.id!)
    : { count, hasSquash: hasSquash(work), text: work.read(TEXT) ?? '', fixup: work.read(FIXUP) };
  const signoff = (message: string): string => appendSignoff(message, work.session.identity('committer'));
  const after = addToSquash(before, kind, work.messageOf(id), {
    commentPrefix: commentPrefixOf(work.session.config), ...(settings.signsOff ? { signoff } : {}),
  });
  work.save(TEXT, after.text);
  if (after.fixup === undefined) work.remove(FIXUP);
  else work.save(FIXUP, after.fixup);
  work.save(CURRENT, `${count === 0 ? '' : `${work.line(CURRENT) ?? ''}\n`}${item.command} ${id}`);
  if (!isFinal) return { file: TEXT, isVerbatim: false, edits: false };
  if (after.fixup !== undefined) return { file: FIXUP, isVerbatim: true, edits: false };
  work.save('SQUASH_MSG', after.text);
  work.remove('MERGE_MSG');
  return { file: 'SQUASH_MSG', isVerbatim: false, edits: true };
}

/** Leaves the last commit of a chain out, whose step was skipped; the list before it. */
export function dropLastSquash(work: Workplace): string {
  const lines = (work.line(CURRENT) ?? '').split('\n').slice(0, -1).join('\n');
  work.save(CURRENT, lines);
  return lines;
}

/** Takes the message of HEAD for what has been gathered so far. */
export function restartSquash(work: Workplace): void {
  work.save(TEXT, work.messageOf(work.head.id!));
}

/** Puts what was gathered where a commit by hand finds it. */
export function offerSquash(work: Workplace): void {
  const text = work.read(TEXT) ?? '';
  work.save('rebase-merge/message', text);
  work.save('MERGE_MSG', text);
}
