/** `git am` at work: patch after patch, and where it stops. */
import type { Identity, ObjectId } from '@govc/core';
import {
  appendSignoff, applyPatchToTree, bytesFromLosslessText, directRef, findFile, findObjectId, findChanges, formatNameStatus, formatPatch, losslessTextFromBytes,
  makeCommit, makePatchBase, parseIdentity, parsePatch, readMail, showDate, parseDateMode, stripSpace, treeIndexChanges, type MailInfoOptions,
} from '@govc/core/plumbing';

import { die, Failure } from '../failure.js';
import { parseOptions } from '../options/parse-options.js';
import { applyOptions, makeApplyAsked, type ApplyAsked } from '../patch/apply-options.js';
import { ApplyRun } from '../patch/apply-run.js';
import { readDate } from '../session/identity.js';
import { commitBytes } from '../session/signing.js';
import { runHook } from '../worktree/run-hook.js';
import { switchTree } from '../worktree/switch-tree.js';
import { writeIndexTree } from '../commands/write-tree.js';
import { AM, loadAmState, nextPatch, patchName, savePatchState, type AmState } from './am-state.js';
import { refreshAloud } from './clean-worktree.js';
import { bringMerge, mergeTreesOf } from './pick-commit.js';
import { hintText, Refusal } from './refusal.js';
import { clearRerere, runRerere } from './rerere-files.js';
import { copyRewrittenNotes } from './rewritten-notes.js';
import { removeBranchState } from './sequence.js';
import type { Workplace } from './workplace.js';

/** Patches being applied. */
export class AmRun {
  readonly #work: Workplace;
  readonly #state: AmState;

  constructor(work: Workplace, state: AmState) {
    this.#work = work;
    this.#state = state;
  }

  /** Applies what is left. @param resumes whether the first one was read before @throws {Failure} it stops */
  async run(resumes: boolean): Promise<number> {
    const work = this.#work;
    const state = this.#state;
    work.remove(`${AM}/dirtyindex`);
    await refreshAloud(work);
    const dirty = this.#dirtyPaths();
    if (dirty.length > 0) {
      work.save(`${AM}/dirtyindex`, 't\n');
      die(`Dirty index: cannot apply patches (dirty: ${dirty.join(' ')})`);
    }
    for (let isResumed = resumes; state.current <= state.last; isResumed = false) {
      if (work.has(patchName(state.current))) await this.#one(isResumed);
      nextPatch(work, state);
      if (isResumed) loadAmState(work, state);
    }
    await this.#tellRewritten();
    if (!state.isRebasing) work.removeFolder(AM);
    return 0;
  }

  #dirtyPaths(): string[] {
    const { tree, head } = this.#work;
    return [...treeIndexChanges(tree, head.tree, tree.index)].map(({ old, new: new_ }) => (new_ ?? old)!.path);
  }

  #say(text: string): void {
    if (!this.#state.isQuiet) this.#work.say(text);
  }

  get #title(): string {
    return (this.#state.message ?? '').split('\n', 1)[0]!;
  }

  get #isEmpty(): boolean {
    return (this.#work.files.find(`${AM}/patch`)?.sizeBytes ?? 0) === 0;
  }

  async #one(isResumed: boolean): Promise<void> {
    const work = this.#work;
    const state = this.#state;
    if (isResumed) this.#validate();
    else {
      if (!(state.isRebasing ? this.#readCommit() : this.#readMail())) return;
      if (state.signsOff) state.message = appendSignoff(state.message ?? '', work.session.identity('committer'));
      savePatchState(work, state);
    }
    const keepsEmpty = this.#isEmpty && state.empty === 'keep';
    if (this.#isEmpty && state.empty === 'drop') {
      this.#say(`Skipping: ${this.#title}\n`);
      return;
    }
    if (keepsEmpty) this.#say(`Creating an empty commit: ${this.#title}\n`);
    else if (this.#isEmpty) {
      work.say('Patch is empty.\n');
      this.#stop();
    }
    if (await runHook(work.session, 'applypatch-msg', { args: [work.pathOf(`${AM}/final-commit`)] }) !== 0) throw new Failure('', 1);
    state.message = work.read(`${AM}/final-commit`) ?? die(`'${work.pathOf(`${AM}/final-commit`)}' was deleted by the applypatch-msg hook`);
    if (!keepsEmpty) {
      this.#say(`Applying: ${this.#title}\n`);
      if (!await this.#apply()) return;
    }
    await this.commit();
  }

  /** Lays the patch over index and files; `false` where there was nothing to do. */
  async #apply(): Promise<boolean> {
    const work = this.#work;
    const state = this.#state;
    const code = await this.#applyDirectly();
    if (code === 0) return true;
    if (state.threeWay && await this.#merge()) {
      if (this.#dirtyPaths().length > 0) return true;
      this.#say('No changes -- Patch already applied.\n');
      return false;
    }
    work.say(`Patch failed at ${String(state.current).padStart(4, '0')} ${this.#title}\n`);
    if (work.advises('amWorkDir')) work.tell(hintText("Use 'git am --show-current-patch=diff' to see the failed patch"));
    return this.#stop();
  }

  #applyAsked(): ApplyAsked {
    const { io, config } = this.#work.session;
    const asked = makeApplyAsked(config);
    parseOptions(this.#state.apply, { io, usage: ['git apply'], options: applyOptions(asked) });
    if (asked.rejects && asked.verbosity === 0) asked.verbosity = 1;
    return asked;
  }

  async #applyDirectly(): Promise<number> {
    const work = this.#work;
    const asked = this.#applyAsked();
    if (this.#state.threeWay) asked.verbosity = -1;
    const place = { tree: work.tree, files: work.tree.files, usesIndex: true, isCached: false };
    const input = { name: work.pathOf(`${AM}/patch`), bytes: work.files.read(`${AM}/patch`) };
    try {
      return await new ApplyRun({ io: work.session.io, place, prefix: '', asked }).run([input]);
    } finally {
      await work.renew();
    }
  }

  /** Merges by way of the files that the patch was made for; whether that left nothing to decide. */
  async #merge(): Promise<boolean> {
    const work = this.#work;
    const { tree } = work;
    const patch = work.files.read(`${AM}/patch`);
    const asked = this.#applyAsked();
    const options = { strip: asked.strip, directory: asked.directory?.replace(/\/+$/, ''), whitespace: asked.whitespace, contextLines: asked.contextLines, ignoreSpaceChange: asked.ignoresSpaceChange };
    const ours = work.head.tree ?? tree.write('tree', new Uint8Array(0));
    const request = { objects: tree.objects, algorithm: tree.algorithm, write: tree.write, tree: ours };
    const base = makePatchBase(request, parsePatch(patch, options));
    if (base === undefined) {
      work.tell('error: Repository lacks necessary blobs to fall back on 3-way merge.\n');
      return false;
    }
    this.#say('Using index info to reconstruct a base tree...\n');
    if (!this.#state.isQuiet) this.#showBase(ours, base);
    const applied = applyPatchToTree({ ...request, tree: base }, patch, options);
    if (applied.result.outcome !== 'applied') {
      work.tell('error: Did you hand edit your patch?\nIt does not apply to blobs recorded in its index.\n');
      return false;
    }
    this.#say('Falling back to patching base and 3-way merge...\n');
    await tree.saveObjects();
    const result = mergeTreesOf(work, { base, ours, theirs: applied.tree }, { labels: { ancestor: 'constructed merge base', ours: 'HEAD', theirs: this.#title }, words: [], directoryRenames: 'false' });
    try {
      await bringMerge(work, ours, result);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      work.tree.unlock();
      work.tell(`${error.text}error: Failed to merge in the changes.\n`);
      return false;
    }
    if (!this.#state.isQuiet || !result.isClean) work.say(result.messages.map(({ text }) => `${text}\n`).join(''));
    if (result.isClean) return true;
    await runRerere(work.tree, this.#state.rerereAuto);
    work.tell('error: Failed to merge in the changes.\n');
    return false;
  }

  /** The files of the base that HEAD has otherwise, or not. */
  #showBase(ours: ObjectId, base: ObjectId): void {
    const { tree, session } = this.#work;
    const { changes } = findChanges({ objects: tree.objects, algorithm: session.algorithm, old: ours, new: base, options: { renames: 'off' } });
    this.#work.say(losslessTextFromBytes(formatNameStatus(changes.filter(({ status }) => status === 'added' || status === 'modified'))));
  }

  /** Says what can be done, and ends. @throws {Failure} */
  #stop(): never {
    const work = this.#work;
    const { resolveMessage, isInteractive } = this.#state;
    if (resolveMessage !== undefined) {
      work.say(`${resolveMessage}\n`);
    } else {
      const command = isInteractive ? 'git am -i' : 'git am';
      work.say(`When you have resolved this problem, run "${command} --continue".\nIf you prefer to skip this patch, run "${command} --skip" instead.\n`);
      if (work.advises('amWorkDir') && this.#isEmpty && this.#dirtyPaths().length === 0) work.say(`To record the empty patch as an empty commit, run "${command} --allow-empty".\n`);
      work.say(`To restore the original branch and stop patching, run "${command} --abort".\n`);
    }
    throw new Failure('', 128);
  }

  #validate(): void {
    const { message, author } = this.#state;
    if (message === undefined) die(`cannot resume: ${this.#work.pathOf(`${AM}/final-commit`)} does not exist.`);
    if (author === undefined) die(`cannot resume: ${this.#work.pathOf(`${AM}/author-script`)} does not exist.`);
  }

  #readMail(): boolean {
    const work = this.#work;
    const state = this.#state;
    const { config } = work.session;
    const options: MailInfoOptions = {
      subject: state.keep === 't' ? 'keep' : state.keep === 'b' ? 'patch' : undefined, messageId: state.messageId,
      scissors: state.scissors ?? config.getBool('mailinfo.scissors', false), stripsQuotedCr: (state.quotedCr || config.get('mailinfo.quotedcr')) === 'strip',
    };
    let info: ReturnType<typeof readMail>;
    try {
      info = readMail(work.files.read(patchName(state.current)), options);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'mail-invalid') throw error;
      return die('could not parse patch');
    }
    const text = losslessTextFromBytes;
    work.files.write(`${AM}/patch`, info.patch);
    work.files.write(`${AM}/msg`, info.message);
    work.save(`${AM}/info`, `Author: ${text(info.name)}\nEmail: ${text(info.email)}\nSubject: ${text(info.subject)}\nDate: ${text(info.date)}\n\n`);
    if (info.isFlowed) work.tell('warning: Patch sent with format=flowed; space at the end of lines might be lost.\n');
    if (info.hasQuotedCr && (state.quotedCr || config.get('mailinfo.quotedcr') || 'warn') === 'warn') work.tell('warning: quoted CRLF detected\n');
    if (text(info.name) === 'Mail System Internal Data') return false;
    state.author = { name: text(info.name), email: text(info.email), date: text(info.date) };
    state.message = stripSpace(`${text(info.subject)}\n\n${text(info.message)}`);
    return true;
  }

  /** In a rebase the mail only names the commit. */
  #readCommit(): boolean {
    const work = this.#work;
    const state = this.#state;
    const line = (work.read(patchName(state.current)) ?? '').split('\n', 1)[0]!;
    const id = findObjectId(/^From ([0-9a-f]+)/.exec(line)?.[1] ?? '', work.session.algorithm) ?? die(`could not parse ${work.pathOf(patchName(state.current))}`);
    const commit = work.commit(id);
    const author = parseIdentity(commit.authorBytes);
    state.author = { name: author.name, email: author.email, date: showDate(author, parseDateMode('default'), { nowSeconds: 0, zone: undefined }) };
    state.message = work.messageOf(id);
    const { objects } = work.tree;
    const { algorithm } = work.session;
    const { changes } = findChanges({ objects, algorithm, old: commit.parents[0] === undefined ? undefined : work.treeOf(commit.parents[0]), new: commit.tree, options: { renames: 'off' } });
    work.files.write(`${AM}/patch`, formatPatch(changes, { objects }, { algorithm, includesBinary: true }));
    state.original = id;
    work.save(`${AM}/original-commit`, `${id}\n`);
    work.setPseudoRef('REBASE_HEAD', id);
    return true;
  }

  /** Commits the index. @throws {Failure} */
  async commit(): Promise<void> {
    const work = this.#work;
    const state = this.#state;
    const { session, tree } = work;
    if (await runHook(session, 'pre-applypatch') !== 0) throw new Failure('', 1);
    const head = work.head;
    const { id: treeId } = writeIndexTree(tree);
    if (head.id === undefined && !state.isQuiet) work.tell('applying to an empty history\n');
    const author = this.#author();
    const committer = session.identity('committer');
    const { timeSeconds, timezone } = author;
    const commit = makeCommit({
      tree: treeId, parents: head.id === undefined ? [] : [head.id], author, message: bytesFromLosslessText(state.message ?? ''),
      committer: state.committerDateIsAuthorDate ? { ...committer, timeSeconds, timezone } : committer,
    });
    const id = tree.write('commit', commitBytes(session, commit, state.signing));
    tree.draft.editRef(head.ref, directRef(id));
    await tree.saveObjects({ message: `${session.io.env['GIT_REFLOG_ACTION'] ?? 'am'}: ${this.#title}` });
    if (state.isRebasing && state.original !== undefined) work.append(`${AM}/rewritten`, `${state.original} ${id}\n`);
    await runHook(session, 'post-applypatch');
    await work.renew();
  }

  #author(): Identity {
    const work = this.#work;
    const { io } = work.session;
    const { name, email, date } = this.#state.author ?? die('no author');
    const cleaned = (text: string): string => text.replace(/^[\0- .,:;<>"\\']+|[\0- .,:;<>"\\']+$/g, '').replace(/[\n<>]/g, '');
    if (cleaned(name) === '') die(name === '' ? `empty ident name (for <${email}>) not allowed` : `name consists only of disallowed characters: ${name}`);
    return { name: cleaned(name), email: cleaned(email), ...readDate(io, this.#state.ignoresDate || date === '' ? undefined : date) };
  }

  async #tellRewritten(): Promise<void> {
    const work = this.#work;
    const list = findFile(work.files, `${AM}/rewritten`);
    if (list === undefined || list.length === 0) return;
    const pairs = losslessTextFromBytes(list).split('\n').filter((line) => line !== '').map((line) => line.split(' ') as [ObjectId, ObjectId]);
    await copyRewrittenNotes(work, 'rebase', pairs);
    await runHook(work.session, 'post-rewrite', { args: ['rebase'], stdin: list });
  }

  /** `--continue`: commits what the user made of the patch, and goes on. @throws {Failure} */
  async resolve(allowsEmpty: boolean): Promise<number> {
    const work = this.#work;
    this.#validate();
    this.#say(`Applying: ${this.#title}\n`);
    await work.tree.refresh();
    if (this.#dirtyPaths().length === 0) {
      if (allowsEmpty && this.#isEmpty) {
        work.say('No changes - recorded it as an empty commit.\n');
      } else {
        work.say("No changes - did you forget to use 'git add'?\nIf there is nothing left to stage, chances are that something else\nalready introduced the same changes; you might want to skip this patch.\n");
        this.#stop();
      }
    }
    if (work.isUnmerged()) {
      work.say("You still have unmerged paths in your index.\nYou should 'git add' each file with resolved conflicts to mark them as such.\nYou might run `git rm` on a file to accept \"deleted by them\" for it.\n");
      this.#stop();
    }
    await runRerere(work.tree);
    await this.commit();
    return this.#goOn();
  }

  /** `--skip`. */
  async skip(): Promise<number> {
    const work = this.#work;
    clearRerere(work.tree);
    await cleanIndex(work, work.head.tree);
    if (this.#state.isRebasing && this.#state.original !== undefined) work.append(`${AM}/rewritten`, `${this.#state.original} ${work.head.id ?? work.session.algorithm.emptyTreeId}\n`);
    return this.#goOn();
  }

  #goOn(): Promise<number> {
    nextPatch(this.#work, this.#state);
    loadAmState(this.#work, this.#state);
    return this.run(false);
  }
}

/** `--abort`. */
export async function abortAm(work: Workplace): Promise<number> {
  if (work.has(`${AM}/dirtyindex`) || !isSafe(work)) {
    work.removeFolder(AM);
    return 0;
  }
  clearRerere(work.tree);
  const { refs } = work.session.repository.snapshot;
  const value = refs.get('ORIG_HEAD');
  const origin = value?.kind === 'direct' ? value.id : undefined;
  const { head } = work;
  await cleanIndex(work, origin === undefined ? undefined : work.treeOf(origin));
  if (origin !== undefined) await work.moveHead(origin, 'am --abort');
  else if (head.id !== undefined) await work.editRef(head.ref, undefined);
  work.removeFolder(AM);
  return 0;
}

function isSafe(work: Workplace): boolean {
  if ((work.line(`${AM}/abort-safety`) ?? '') === (work.head.id ?? '')) return true;
  work.tell("warning: You seem to have moved HEAD since the last 'am' failure.\nNot rewinding to ORIG_HEAD\n");
  return false;
}

/** Gives up conflicts and goes to a tree, keeping other local changes. @throws {Failure} */
async function cleanIndex(work: Workplace, to: ObjectId | undefined): Promise<void> {
  const { tree } = work;
  tree.lock();
  await tree.refresh();
  const result = await switchTree(tree, [to], {});
  if ('obstacles' in result) die('failed to clean index');
  await tree.save({ ...result.index, resolveUndo: undefined });
  removeBranchState(work);
  await work.renew();
}
