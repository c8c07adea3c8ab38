/** The steps of a rebase, one after another, and where it stops. */
import type { ObjectId } from '@govc/core';
import {
  directRef, fileStats, findChanges, findFile, findRefId, formatPatch, formatStat, HEAD, losslessTextFromBytes, symbolicRef,
  type RefName, type TodoItem,
} from '@govc/core/plumbing';

import { runHook } from '../worktree/run-hook.js';
import { applyAutostash } from './autostash.js';
import { scriptedAuthor, serializeAuthorScript } from './author-script.js';
import { isCleanFor } from './clean-worktree.js';
import { pickCommit } from './pick-commit.js';
import { labelHead, mergeStep, resetToLabel } from './rebase-merges.js';
import { readUpdatedRefs, removeRebaseState, STATE, writeUpdatedRefs } from './rebase-state.js';
import { countCommands, DONE, readTodo, TODO, writeTodo } from './rebase-todo.js';
import { hintText, Refusal } from './refusal.js';
import { copyRewrittenNotes } from './rewritten-notes.js';
import type { PickSettings } from './settings.js';
import { addSquashMessage, clearSquash, offerSquash } from './squash-messages.js';
import type { Workplace } from './workplace.js';

/** How a step ended: on with the next, or the rebase stops with an exit code. */
type StepEnd = 'next' | 'again' | { readonly code: number };

/** The rest of a rebase. */
export class RebaseRun {
  readonly #work: Workplace;
  readonly #settings: PickSettings;
  #items: readonly TodoItem[];
  #at = 0;
  #done: number;
  #total: number;
  #saved = '';

  constructor(work: Workplace, settings: PickSettings, list: { readonly items: readonly TodoItem[]; readonly done: number }) {
    this.#work = work;
    this.#settings = settings;
    this.#items = list.items;
    this.#done = list.done;
    this.#total = list.done + countCommands(list.items);
    this.#saveTotal();
  }

  /** Goes through the list; the exit code. */
  async run(): Promise<number> {
    await this.#work.tree.refresh();
    for (; this.#at < this.#items.length; this.#at++) {
      const item = this.#items[this.#at]!;
      this.#begin(item);
      if (item.command === 'break') return this.#break();
      const end = await this.#step(item);
      if (typeof end === 'object') return end.code;
      if (end === 'again') this.#rereadList();
    }
    return this.#finish();
  }

  #action(step: string, rest?: string): string {
    return `${this.#settings.reflogAction} (${step})${rest === undefined ? '' : `: ${rest}`}`;
  }

  #saveTotal(): void {
    this.#work.save(`${STATE}/end`, `${this.#total}\n`);
  }

  /** The list without the step at hand, which is listed as done. */
  #save(next: number): void {
    this.#saved = writeTodo(this.#work, this.#items.slice(next));
    this.#work.save(TODO, this.#saved);
  }

  #begin(item: TodoItem): void {
    const work = this.#work;
    this.#save(this.#at + 1);
    work.append(DONE, writeTodo(work, [item]));
    if (item.command !== 'comment') {
      this.#done++;
      work.save(`${STATE}/msgnum`, `${this.#done}\n`);
      if (!this.#settings.isQuiet) work.tell(`Rebasing (${this.#done}/${this.#total})${this.#settings.isVerbose ? '\n' : '\r'}`);
    }
    work.remove(`${STATE}/message`, `${STATE}/author-script`, `${STATE}/stopped-sha`, `${STATE}/amend`, 'MERGE_HEAD', 'AUTO_MERGE', 'REBASE_HEAD');
  }

  #clearLine(): void {
    if (this.#settings.isVerbose) return;
    const { env, columns } = this.#work.session.io;
    const isDumb = env['TERM'] === undefined || env['TERM'] === 'dumb';
    const width = Number(env['COLUMNS'] ?? '') || columns || 80;
    this.#work.tell(isDumb ? `\r${' '.repeat(width)}\r` : '\r\x1b[K');
  }

  #break(): number {
    const work = this.#work;
    this.#clearLine();
    const { id } = work.head;
    work.tell(id === undefined ? 'Stopped at HEAD\n' : `Stopped at ${work.shortName(id)} (${work.titleOf(id)})\n`);
    return 0;
  }

  async #step(item: TodoItem): Promise<StepEnd> {
    try {
      switch (item.command) {
        case 'pick': case 'reword': case 'edit': case 'fixup': case 'squash':
          return await this.#pick(item);
        case 'exec':
          return await this.#exec(item);
        case 'label':
          await labelHead(this.#work, item.argument);
          return 'next';
        case 'reset':
          await resetToLabel(this.#work, this.#settings, item.argument);
          return 'next';
        case 'merge':
          return await this.#merge(item);
        case 'update-ref':
          this.#updateRef(item.argument);
          return 'next';
        case 'drop': case 'noop': case 'comment': case 'break':
          return 'next';
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#reschedule(item, error.text);
    }
  }

  /** A step that could not be begun is put back. */
  #reschedule(item: TodoItem, text: string): StepEnd {
    const work = this.#work;
    work.tree.unlock();
    work.tell(text);
    const line = writeTodo(work, [item]);
    work.tell(hintText(`Could not execute the todo command\n\n    ${line}\nIt has been rescheduled; To edit the command before continuing, please\nedit the todo list first:\n\n    git rebase --edit-todo\n    git rebase --continue`));
    this.#save(this.#at);
    // Git says of the step before, too, that it is done.
    if (this.#at > 0) work.append(DONE, writeTodo(work, [this.#items[this.#at - 1]!]));
    if (item.commit === undefined) return { code: 1 };
    this.#stopWith(item, { code: 1, amends: false });
    return { code: 1 };
  }

  async #pick(item: TodoItem): Promise<StepEnd> {
    const work = this.#work;
    const settings = this.#settings;
    const id = item.commit as ObjectId;
    const command = item.command as 'pick' | 'reword' | 'edit' | 'fixup' | 'squash';
    const isSquash = command === 'fixup' || command === 'squash';
    const isFinal = isSquash && this.#isFinalSquash();
    const prepare = (): ReturnType<typeof addSquashMessage> | undefined => {
      work.save(`${STATE}/author-script`, serializeAuthorScript(scriptedAuthor(work.commit(id).authorBytes)));
      return isSquash ? addSquashMessage(work, settings, { item, id, isFinal }) : undefined;
    };
    const { code, wasEdited } = await pickCommit(work, settings, { command, id, prepare, reflog: this.#action(command) });
    if (code === 0 && isFinal) clearSquash(work);
    if (command === 'edit') {
      if (code === 0) {
        this.#clearLine();
        work.tell(`Stopped at ${work.shortName(id)}...  ${item.argument}\n`);
      }
      this.#stopWith(item, { code, amends: code === 0 });
      return { code };
    }
    if (code === 0) {
      this.#recordRewritten(id);
      return wasEdited ? 'again' : 'next';
    }
    if (isSquash) {
      this.#intendToAmend();
      offerSquash(work);
      this.#stopWith(item, { code, amends: false });
      return { code: 1 };
    }
    const { id: head } = work.head;
    const amends = command === 'reword' && head !== undefined && (head === id || head === settings.squashOnto);
    this.#stopWith(item, { code, amends });
    return { code };
  }

  #isFinalSquash(): boolean {
    for (const { command } of this.#items.slice(this.#at + 1)) {
      if (command === 'fixup' || command === 'squash') return false;
      if (command !== 'noop' && command !== 'drop' && command !== 'comment') return true;
    }
    return true;
  }

  #intendToAmend(): void {
    this.#work.save(`${STATE}/amend`, `${this.#work.head.id ?? ''}\n`);
  }

  /** Leaves what somebody needs to go on by hand. */
  #stopWith(item: TodoItem, { code, amends }: { readonly code: number; readonly amends: boolean }): void {
    const work = this.#work;
    const id = item.commit as ObjectId | undefined;
    if (id !== undefined) this.#writePatch(id);
    else work.save(`${STATE}/message`, work.read('MERGE_MSG') ?? '');
    if (amends) {
      this.#intendToAmend();
      const { signing } = this.#settings;
      const key = signing === true ? '-S' : typeof signing === 'string' ? `'-S${signing}'` : '';
      work.tell(`You can amend the commit now, with\n\n  git commit --amend ${key}\n\nOnce you are satisfied with your changes, run\n\n  git rebase --continue\n`);
    } else if (code !== 0) {
      work.tell(id === undefined ? `Could not merge ${item.argument}\n` : `Could not apply ${work.shortName(id)}... ${item.argument}\n`);
    }
  }

  #writePatch(id: ObjectId): void {
    const work = this.#work;
    work.save(`${STATE}/stopped-sha`, `${id}\n`);
    work.setPseudoRef('REBASE_HEAD', id);
    const { parents } = work.commit(id);
    const { objects } = work.tree;
    const { algorithm } = work.session;
    let patch: Uint8Array = new Uint8Array(0);
    if (parents.length === 1) {
      const { changes } = findChanges({ objects, algorithm, old: work.treeOf(parents[0]), new: work.treeOf(id) });
      patch = formatPatch(changes, { objects }, { algorithm, abbreviate: (blob) => work.shortName(blob) });
    }
    work.files.write(`${STATE}/patch`, patch);
    if (!work.has(`${STATE}/message`)) {
      const message = work.messageOf(id);
      work.save(`${STATE}/message`, `${message}\n`);
    }
  }

  async #exec(item: TodoItem): Promise<StepEnd> {
    const work = this.#work;
    const { io } = work.session;
    this.#clearLine();
    work.tell(`Executing: ${item.argument}\n`);
    if (io.spawn === undefined) throw new Refusal(`error: there is no way to run '${item.argument}' here\n`);
    const cwd = work.session.worktreePath ?? io.cwd;
    const { exitCode } = await io.spawn.run([item.argument], { cwd, env: { ...io.env, ...work.env }, stdin: 'inherit', output: 'inherit', isShell: true });
    await work.renew();
    const isClean = await isCleanFor(work, 'rebase');
    const next = 'You can fix the problem, and then run\n\n  git rebase --continue\n\n';
    let code = exitCode;
    if (exitCode !== 0) {
      work.tell(`warning: execution failed: ${item.argument}\n${isClean ? '' : 'and made changes to the index and/or the working tree\n'}${next}\n`);
      if (exitCode === 127) code = 1;
      if (this.#settings.reschedulesExec) {
        this.#reschedule(item, '');
        return { code };
      }
    } else if (!isClean) {
      work.tell(`warning: execution succeeded: ${item.argument}\nbut left changes to the index and/or the working tree\nCommit or stash your changes, and then run\n\n  git rebase --continue\n\n\n`);
      code = 1;
    }
    return code === 0 ? 'again' : { code };
  }

  async #merge(item: TodoItem): Promise<StepEnd> {
    const id = item.commit as ObjectId | undefined;
    const { code, wasEdited } = await mergeStep(this.#work, this.#settings, { item, reflog: this.#action('merge') });
    if (id !== undefined) this.#recordRewritten(id);
    if (code > 0) {
      this.#stopWith(item, { code, amends: false });
      return { code };
    }
    return wasEdited ? 'again' : 'next';
  }

  #updateRef(name: string): void {
    const work = this.#work;
    const refs = readUpdatedRefs(work);
    writeUpdatedRefs(work, refs.map((each) => (each.ref === name ? { ...each, after: work.head.id ?? each.after } : each)));
  }

  /** Remembers that a commit has been made again, for hooks. */
  #recordRewritten(id: ObjectId): void {
    const next = this.#items[this.#at + 1]?.command;
    recordRewritten(this.#work, id, next === 'fixup' || next === 'squash');
  }

  /** What an editor or a command made of the list counts from now on. */
  #rereadList(): void {
    const work = this.#work;
    const text = work.read(TODO) ?? '';
    if (text === this.#saved) return;
    const { items, isBad } = readTodo(work, text);
    if (isBad) throw new Refusal("error: please fix this using 'git rebase --edit-todo'.\n");
    this.#items = items;
    this.#at = -1;
    this.#done = countCommands(readTodo(work, work.read(DONE) ?? '').items);
    this.#total = this.#done + countCommands(items);
    this.#saveTotal();
  }

  async #finish(): Promise<number> {
    const work = this.#work;
    const name = work.line(`${STATE}/head-name`) ?? '';
    const { tree } = work;
    if (name.startsWith('refs/')) {
      const ref = name as RefName;
      const head = work.head.id!;
      const onto = work.line(`${STATE}/onto`) ?? '';
      const origin = work.line(`${STATE}/orig-head`);
      const current = findRefId(work.session.repository.snapshot.refs, ref);
      if (current !== origin) throw new Refusal(`error: cannot lock ref '${name}': is at ${current ?? ''} but expected ${origin ?? ''}\nerror: could not update ${name}\n`);
      tree.draft.editRef(ref, directRef(head));
      await tree.saveObjects({ message: this.#action('finish', `${name} onto ${onto}`) });
      tree.draft.editRef(HEAD, symbolicRef(ref));
      await tree.saveObjects({ message: this.#action('finish', `returning to ${name}`) });
    }
    if (this.#settings.isVerbose) this.#showStat();
    await this.#tellRewritten();
    await applyAutostash(work, `${STATE}/autostash`);
    if (!this.#settings.isQuiet) {
      this.#clearLine();
      work.tell(`Successfully rebased and updated ${name}.\n`);
    }
    const isMoved = await this.#moveRefs();
    if (!isMoved) return 1;
    await removeRebaseState(work);
    return 0;
  }

  #showStat(): void {
    const work = this.#work;
    const origin = work.line(`${STATE}/orig-head`) as ObjectId | undefined;
    if (origin === undefined) return;
    const { objects } = work.tree;
    const { changes } = findChanges({ objects, algorithm: work.session.algorithm, old: work.treeOf(origin), new: work.head.tree!, options: { renames: 'renames' } });
    work.say(losslessTextFromBytes(formatStat(fileStats(changes, { objects }), {})));
  }

  async #tellRewritten(): Promise<void> {
    const work = this.#work;
    flushRewritten(work);
    const list = findFile(work.files, `${STATE}/rewritten-list`);
    if (list === undefined || list.length === 0) return;
    const pairs = losslessTextFromBytes(list).split('\n').filter((line) => line !== '').map((line) => line.split(' ') as [ObjectId, ObjectId]);
    await copyRewrittenNotes(work, 'rebase', pairs);
    await runHook(work.session, 'post-rewrite', { args: ['rebase'], stdin: list });
  }

  /** Moves the refs of `update-ref`; whether all could be. */
  async #moveRefs(): Promise<boolean> {
    const work = this.#work;
    const moved: string[] = [];
    const failed: string[] = [];
    const { zeroId } = work.session.algorithm;
    for (const { ref, before, after } of readUpdatedRefs(work)) {
      const current = findRefId(work.session.repository.snapshot.refs, ref as RefName) ?? zeroId;
      if (current !== before) {
        work.tell(current === zeroId ? `error: update_ref failed for ref '${ref}': cannot lock ref '${ref}': unable to resolve reference '${ref}'\n`
          : `error: update_ref failed for ref '${ref}': cannot lock ref '${ref}': is at ${current} but expected ${before}\n`);
        failed.push(ref);
        continue;
      }
      await work.editRef(ref as RefName, after === zeroId ? undefined : after as ObjectId, 'rewritten during rebase');
      moved.push(ref);
    }
    if (this.#settings.isQuiet) return failed.length === 0;
    if (moved.length + failed.length > 0) work.tell(`Updated the following refs with --update-refs:\n${moved.map((ref) => `\t${ref}\n`).join('')}`);
    if (failed.length > 0) work.tell(`Failed to update the following refs with --update-refs:\n${failed.map((ref) => `\t${ref}\n`).join('')}`);
    return failed.length === 0;
  }
}

/** Remembers that a commit has been made again; with those squashed into it, once the last is. */
export function recordRewritten(work: Workplace, id: ObjectId, waits: boolean): void {
  work.append(`${STATE}/rewritten-pending`, `${id}\n`);
  if (!waits) flushRewritten(work);
}

function flushRewritten(work: Workplace): void {
  const pending = work.read(`${STATE}/rewritten-pending`);
  const { id } = work.head;
  if (pending === undefined || pending === '' || id === undefined) return;
  work.append(`${STATE}/rewritten-list`, pending.split('\n').filter((line) => line !== '').map((line) => `${line} ${id}\n`).join(''));
  work.remove(`${STATE}/rewritten-pending`);
}
