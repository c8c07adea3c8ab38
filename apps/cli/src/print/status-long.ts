/** What `git status` tells people, and what an editor shows below a message. */
import { quotePath, type StatusEntry, type StatusLetter, type StatusResult, type UnmergedEntry } from '@govc/core/plumbing';

import type { HeadState } from '../worktree/head.js';
import type { RepositoryState } from '../worktree/repository-state.js';
import { unmergedLetters, type StatusSlot } from './status-short.js';

/** What is told. */
export interface LongStatus {
  readonly status: StatusResult;
  readonly head: HeadState;
  readonly state: RepositoryState;
  /** `undefined` where files that are not tracked were not looked for. */
  readonly untracked: 'no' | 'normal' | 'all';
  readonly showsIgnored: boolean;
  /** After the name of the branch. */
  readonly tracking: string;
  readonly detachedFrom: string | undefined;
  readonly stashCount: number;
  readonly hints: boolean;
  readonly isAmend: boolean;
  /** For an editor: says what would be committed. */
  readonly isForCommit: boolean;
  readonly shown: (path: string) => string;
  readonly quoteNonAscii: boolean;
  readonly paint: (slot: StatusSlot, text: string) => string;
  readonly shortId: (text: string) => string;
  readonly rebaseLines?: readonly string[] | undefined;
}

/** The text. */
export function formatLong(what: LongStatus): string {
  return new LongText(what).text();
}

const CHANGES: Readonly<Record<StatusLetter, string>> = {
  A: 'new file:', C: 'copied:', D: 'deleted:', M: 'modified:', R: 'renamed:', T: 'typechange:',
};
const CONFLICTS: Readonly<Record<string, string>> = {
  DD: 'both deleted:', AU: 'added by us:', UD: 'deleted by them:', UA: 'added by them:', DU: 'deleted by us:', AA: 'both added:', UU: 'both modified:',
};

class LongText {
  readonly #what: LongStatus;
  #text = '';

  constructor(what: LongStatus) {
    this.#what = what;
  }

  text(): string {
    const { status, head, untracked, showsIgnored, stashCount, isAmend } = this.#what;
    this.#branch();
    this.#state();
    if (head.id === undefined && !isAmend) this.#text += `\n${this.#what.isForCommit ? 'Initial commit' : 'No commits yet'}\n\n`;
    const staged = status.entries.filter((entry) => entry.staged !== undefined);
    const changed = status.entries.filter((entry) => entry.unstaged !== undefined);
    this.#staged(staged);
    this.#unmerged(status.unmerged);
    this.#changed(changed);
    if (untracked !== 'no') {
      this.#others('Untracked files', 'add', status.untracked);
      if (showsIgnored) this.#others('Ignored files', 'add -f', status.ignored);
    } else if (staged.length > 0) {
      this.#text += `Untracked files not listed${this.#what.hints ? ' (use -u option to show untracked files)' : ''}\n`;
    }
    if (staged.length === 0) this.#nothing(changed.length + status.unmerged.length > 0);
    if (stashCount > 0) this.#text += `Your stash currently has ${stashCount} entr${stashCount === 1 ? 'y' : 'ies'}\n`;
    return this.#text;
  }

  #branch(): void {
    const { head, state, paint, tracking, detachedFrom } = this.#what;
    if (head.isDetached) {
      const { rebase } = state;
      if (rebase !== undefined) {
        this.#text += `${paint('header', rebase.isInteractive ? 'interactive rebase in progress; onto ' : 'rebase in progress; onto ')}${this.#what.shortId(rebase.onto ?? '')}\n`;
      } else if (detachedFrom !== undefined) {
        this.#text += `${paint('nobranch', 'HEAD detached ')}${detachedFrom}\n`;
      } else {
        this.#text += `${paint('nobranch', 'Not currently on any branch.')}\n`;
      }
    } else {
      this.#text += `${paint('header', 'On branch ')}${paint('branch', head.branch ?? '')}\n`;
    }
    if (tracking !== '') this.#text += `${tracking}\n`;
  }

  #state(): void {
    const { state, status } = this.#what;
    const isUnmerged = status.unmerged.length > 0;
    const before = this.#text;
    if (state.isMerging) this.#merging(isUnmerged);
    else if (state.isApplying) this.#applying();
    else if (state.rebase !== undefined) this.#rebasing(isUnmerged, state.rebase);
    else if (state.cherryPick !== undefined) this.#picking('cherry-pick', state.cherryPick, isUnmerged);
    else if (state.revert !== undefined) this.#picking('revert', state.revert, isUnmerged);
    if (this.#text !== before) this.#text += '\n';
    if (state.bisect === undefined) return;
    const { branch } = state.bisect;
    this.#text += branch === undefined ? 'You are currently bisecting.\n' : `You are currently bisecting, started from branch '${branch}'.\n`;
    this.#hint('use "git bisect reset" to get back to the original branch');
    this.#text += '\n';
  }

  #merging(isUnmerged: boolean): void {
    if (isUnmerged) {
      this.#text += 'You have unmerged paths.\n';
      this.#hint('fix conflicts and run "git commit"');
      this.#hint('use "git merge --abort" to abort the merge');
    } else {
      this.#text += 'All conflicts fixed but you are still merging.\n';
      this.#hint('use "git commit" to conclude merge');
    }
  }

  #applying(): void {
    const { isApplyingEmpty } = this.#what.state;
    this.#text += 'You are in the middle of an am session.\n';
    if (isApplyingEmpty) this.#text += 'The current patch is empty.\n';
    if (!isApplyingEmpty) this.#hint('fix conflicts and then run "git am --continue"');
    this.#hint('use "git am --skip" to skip this patch');
    if (isApplyingEmpty) this.#hint('use "git am --allow-empty" to record this patch as an empty commit');
    this.#hint('use "git am --abort" to restore the original branch');
  }

  #rebasing(isUnmerged: boolean, { branch, onto }: NonNullable<RepositoryState['rebase']>): void {
    for (const line of this.#what.rebaseLines ?? []) this.#text += `${line}\n`;
    const where = branch === undefined || branch === 'detached HEAD' ? '.' : ` branch '${branch}' on '${this.#what.shortId(onto ?? '')}'.`;
    if (isUnmerged) {
      this.#text += `You are currently rebasing${where}\n`;
      this.#hint('fix conflicts and then run "git rebase --continue"');
      this.#hint('use "git rebase --skip" to skip this patch');
      this.#hint('use "git rebase --abort" to check out the original branch');
    } else if (this.#what.state.rebase?.isInteractive === true && !this.#what.state.hasMessage) {
      this.#text += `You are currently editing a commit${branch === undefined ? '' : ` while rebasing${where}`}\n`;
      this.#hint('use "git commit --amend" to amend the current commit');
      this.#hint('use "git rebase --continue" once you are satisfied with your changes');
    } else {
      this.#text += `You are currently rebasing${where}\n`;
      this.#hint('all conflicts fixed: run "git rebase --continue"');
    }
  }

  #picking(name: 'cherry-pick' | 'revert', id: string, isUnmerged: boolean): void {
    const verb = name === 'cherry-pick' ? 'cherry-picking' : 'reverting';
    this.#text += id === ''
      ? `${name === 'cherry-pick' ? 'Cherry-pick' : 'Revert'} currently in progress.\n`
      : `You are currently ${verb} commit ${this.#what.shortId(id)}.\n`;
    if (isUnmerged) this.#hint(`fix conflicts and run "git ${name} --continue"`);
    else if (id === '') this.#hint(`run "git ${name} --continue" to continue`);
    else this.#hint(`all conflicts fixed: run "git ${name} --continue"`);
    this.#hint(`use "git ${name} --skip" to skip this patch`);
    this.#hint(`use "git ${name} --abort" to cancel the ${name} operation`);
  }

  #unstageHint(): void {
    const { head, isAmend } = this.#what;
    if (head.id === undefined && !isAmend) this.#hint('use "git rm --cached <file>..." to unstage');
    else this.#hint(`use "git restore ${isAmend ? '--source=HEAD^1 ' : ''}--staged <file>..." to unstage`);
  }

  #staged(entries: readonly StatusEntry[]): void {
    if (entries.length === 0) return;
    this.#text += 'Changes to be committed:\n';
    if (!this.#isConcluding()) this.#unstageHint();
    for (const { path, staged, renamed } of entries) {
      const shown = renamed?.where === 'staged' ? `${this.#name(renamed.from)} -> ${this.#name(path)}` : this.#name(path);
      this.#line('added', `${CHANGES[staged!].padEnd(12)}${shown}`);
    }
    this.#text += '\n';
  }

  #isConcluding(): boolean {
    const { state } = this.#what;
    return state.isMerging || (state.cherryPick !== undefined && this.#what.isForCommit);
  }

  #unmerged(entries: readonly UnmergedEntry[]): void {
    if (entries.length === 0) return;
    this.#text += 'Unmerged paths:\n';
    if (!this.#isConcluding()) this.#unstageHint();
    const kinds = new Set(entries.map(unmergedLetters));
    const [deletes, modifies] = [kinds.has('DD'), [...kinds].some((kind) => kind !== 'DD' && kind !== 'DU' && kind !== 'UD')];
    const anyDelete = [...kinds].some((kind) => kind === 'DU' || kind === 'UD');
    if (deletes && !modifies && !anyDelete) this.#hint('use "git rm <file>..." to mark resolution');
    else if (anyDelete || deletes) this.#hint('use "git add/rm <file>..." as appropriate to mark resolution');
    else this.#hint('use "git add <file>..." to mark resolution');
    for (const entry of entries) this.#line('unmerged', `${(CONFLICTS[unmergedLetters(entry)] ?? '').padEnd(17)}${this.#name(entry.path)}`);
    this.#text += '\n';
  }

  #changed(entries: readonly StatusEntry[]): void {
    if (entries.length === 0) return;
    this.#text += 'Changes not staged for commit:\n';
    const hasDeleted = entries.some(({ unstaged }) => unstaged === 'D');
    const hasDirt = entries.some(({ submodule }) => submodule !== undefined && (submodule.isModified || submodule.hasUntracked));
    this.#hint(`use "git add${hasDeleted ? '/rm' : ''} <file>..." to update what will be committed`);
    this.#hint('use "git restore <file>..." to discard changes in working directory');
    if (hasDirt) this.#hint('commit or discard the untracked or modified content in submodules');
    for (const { path, unstaged, renamed, submodule } of entries) {
      const shown = renamed?.where === 'unstaged' ? `${this.#name(renamed.from)} -> ${this.#name(path)}` : this.#name(path);
      const notes = submodule === undefined ? [] : [
        submodule.hasNewCommits ? 'new commits' : '', submodule.isModified ? 'modified content' : '', submodule.hasUntracked ? 'untracked content' : '',
      ].filter((note) => note !== '');
      this.#line('changed', `${CHANGES[unstaged!].padEnd(12)}${shown}`, notes.length === 0 ? '' : ` (${notes.join(', ')})`);
    }
    this.#text += '\n';
  }

  #others(title: string, command: string, paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.#text += `${title}:\n`;
    this.#hint(`use "git ${command} <file>..." to include in what will be committed`);
    for (const path of paths) this.#line('untracked', this.#name(path));
    this.#text += '\n';
  }

  #nothing(hasChanges: boolean): void {
    const { isAmend, isForCommit, hints, status, head, untracked } = this.#what;
    const hint = (text: string): string => (hints ? ` (${text})` : '');
    if (isForCommit) return;
    if (isAmend) this.#text += 'No changes\n';
    else if (hasChanges) this.#text += `no changes added to commit${hint('use "git add" and/or "git commit -a"')}\n`;
    else if (status.untracked.length > 0) this.#text += `nothing added to commit but untracked files present${hint('use "git add" to track')}\n`;
    else if (head.id === undefined) this.#text += `nothing to commit${hint('create/copy files and use "git add" to track')}\n`;
    else if (untracked === 'no') this.#text += `nothing to commit${hint('use -u to show untracked files')}\n`;
    else this.#text += 'nothing to commit, working tree clean\n';
  }

  #line(slot: StatusSlot, text: string, note = ''): void {
    this.#text += `\t${this.#what.paint(slot, text)}${note}\n`;
  }

  #hint(text: string): void {
    if (this.#what.hints) this.#text += `  (${text})\n`;
  }

  #name(path: string): string {
    return quotePath(this.#what.shown(path), { quoteNonAscii: this.#what.quoteNonAscii });
  }
}
