/** Where a sequence of commits is made: the session, its worktree, and the files of its state. */
import { Writable } from 'node:stream';

import type { ObjectId } from '@govc/core';
import {
  bytesFromLosslessText, directRef, findFile, HEAD, losslessTextFromBytes, messageTitle, parseCommit, removeAll, replayedText, treeIndexChanges,
  type Commit, type Files, type RefName,
} from '@govc/core/plumbing';

import type { Context } from '../context.js';
import { writeText } from '../print/output.js';
import { shortId } from '../print/abbreviation.js';
import type { Session } from '../session/session.js';
import { readHead, type HeadState } from '../worktree/head.js';
import { openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';

/** How another command is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Its output is shown, on standard error, only where it fails; `never`: not even then. */
  readonly isQuiet?: boolean | 'never' | undefined;
}

/** See the file. */
export class Workplace {
  readonly context: Context;
  readonly session: Session;
  /** What the environment of commands, hooks and programs has beside ours. */
  readonly env: Record<string, string> = {};
  #tree: OpenWorktree;

  constructor(context: Context, session: Session) {
    this.context = context;
    this.session = session;
    this.#tree = openWorktree(session);
  }

  get tree(): OpenWorktree {
    return this.#tree;
  }

  get files(): Files {
    return this.session.gitFiles;
  }

  get head(): HeadState {
    return readHead(this.session);
  }

  /** Whether hints of a name are wanted. */
  advises(name: string): boolean {
    return this.session.config.getBool(`advice.${name.toLowerCase()}`, true);
  }

  say(text: string): void {
    writeText(this.session.io.stdout, text);
  }

  tell(text: string): void {
    writeText(this.session.io.stderr, text);
  }

  /** Sees what others did to index, refs and objects. */
  async renew(): Promise<void> {
    this.#tree.unlock();
    await this.session.repository.refresh();
    this.#tree = openWorktree(this.session);
  }

  /** Runs another Git command here, from the top of the worktree; its exit code. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<number> {
    this.#tree.unlock();
    const { io } = this.session;
    const env = { ...io.env, ...this.env, ...options.env };
    const cwd = this.session.worktreePath ?? io.cwd;
    let code: number;
    if (options.isQuiet === undefined || options.isQuiet === false) {
      code = await this.context.run(argv, { env, cwd });
    } else {
      const sink = new TextSink();
      code = await this.context.run(argv, { env, cwd, stdout: sink, stderr: sink });
      if (code !== 0 && options.isQuiet !== 'never') io.stderr.write(sink.bytes);
    }
    await this.renew();
    return code;
  }

  commit(id: ObjectId): Commit {
    return parseCommit(this.#tree.objects.find(id)!.body, this.session.algorithm);
  }

  treeOf(id: ObjectId | undefined): ObjectId {
    return id === undefined ? this.session.algorithm.emptyTreeId : this.commit(id).tree;
  }

  /** The message from its first line that is not blank, in UTF-8 as lossless text. */
  messageOf(id: ObjectId): string {
    return replayedText(this.commit(id)).message;
  }

  titleOf(id: ObjectId): string {
    return messageTitle(this.messageOf(id));
  }

  shortName(id: ObjectId): string {
    return shortId(this.session, id);
  }

  /** Whether the index holds anything that HEAD does not. */
  isIndexDirty(): boolean {
    const { tree } = this;
    return treeIndexChanges(tree, this.head.tree, tree.index).next().done !== true;
  }

  isUnmerged(): boolean {
    return this.#tree.index.entries.some(({ stage }) => stage !== 0);
  }

  /** Moves HEAD, or the branch that it names. */
  async moveHead(id: ObjectId, message: string, options: { readonly detaches?: boolean } = {}): Promise<void> {
    this.#tree.draft.editRef(options.detaches === true ? HEAD : this.head.ref, directRef(id));
    await this.#tree.saveObjects({ message });
  }

  // Plain files of the Git directory.

  has(path: string): boolean {
    return this.files.find(path) !== undefined;
  }

  read(path: string): string | undefined {
    const bytes = findFile(this.files, path);
    return bytes === undefined ? undefined : losslessTextFromBytes(bytes);
  }

  /** The first line of a file; `undefined` where there is none. */
  line(path: string): string | undefined {
    return this.read(path)?.replace(/\n$/, '');
  }

  save(path: string, text: string): void {
    this.files.write(path, bytesFromLosslessText(text));
  }

  append(path: string, text: string): void {
    this.save(path, (this.read(path) ?? '') + text);
  }

  remove(...paths: readonly string[]): void {
    for (const path of paths) this.files.remove(path);
  }

  removeFolder(path: string): void {
    removeAll(this.files, path);
  }

  /** The path of a file of the Git directory as Git names it to programs. */
  pathOf(name: string): string {
    const { gitDirectoryText } = this.session;
    return gitDirectoryText === '.' ? name : `${gitDirectoryText}/${name}`;
  }

  /** A ref that is a file of its own, such as `CHERRY_PICK_HEAD`. */
  setPseudoRef(name: string, id: ObjectId): void {
    this.save(name, `${id}\n`);
  }

  async editRef(name: RefName, id: ObjectId | undefined, message?: string): Promise<void> {
    this.#tree.draft.editRef(name, id === undefined ? undefined : directRef(id));
    await this.#tree.saveObjects(message === undefined ? undefined : { message });
  }
}

/** Keeps what is written to it. */
export class TextSink extends Writable {
  readonly #pieces: Uint8Array[] = [];

  get bytes(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }

  override _write(piece: Uint8Array | string, _encoding: string, done: () => void): void {
    this.#pieces.push(typeof piece === 'string' ? Buffer.from(piece) : Uint8Array.from(piece));
    done();
  }
}
