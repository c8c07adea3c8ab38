import type { Identity, ObjectId } from '@govc/core';
import {
  appendSignoff, bytesFromLosslessText, cleanMessage, commentLines, commitMessageText, directRef, findFile, findMessageCleanup,
  losslessTextFromBytes, makeCommit, messageSubject, parseCommit, parseIdentity, pairWithIndex, peelToTree, removeAll, IndexEditor,
  type Commit, type MessageCleanup, type StagingIndex,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { readAll, writeText } from '../print/output.js';
import { formatLong } from '../print/status-long.js';
import { formatShort } from '../print/status-short.js';
import { needCommit } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { runRerere } from '../sequencer/rerere-files.js';
import { collectStatus, longStatus, untrackedMode, type StatusChoice } from '../worktree/collect-status.js';
import { commitSummary, dateText } from '../worktree/commit-summary.js';
import { editFile } from '../worktree/edit-file.js';
import { readHead, type HeadState } from '../worktree/head.js';
import { openWorktree, stateText, type OpenWorktree } from '../worktree/open-worktree.js';
import { pathspecFileOptions, readPathspec, type PathspecSource } from '../worktree/pathspec-file.js';
import { runHook } from '../worktree/run-hook.js';
import { stageTracked } from '../worktree/stage-changes.js';
import { writeIndexTree } from './write-tree.js';
import { commitBytes, signingWish, type SigningWish } from '../session/signing.js';

const USAGE = ['git commit [<options>] [--] <pathspec>...'];

interface CommitOptions {
  messages: string[];
  file: string | undefined;
  reuse: string | undefined;
  reuseEdit: string | undefined;
  fixup: string | undefined;
  squash: string | undefined;
  author: string | undefined;
  date: string | undefined;
  resetsAuthor: boolean;
  signsOff: boolean;
  signing: SigningWish;
  trailers: string[];
  template: string | undefined;
  edits: boolean | undefined;
  cleanup: string | undefined;
  showsStatus: boolean;
  isQuiet: boolean;
  isVerbose: number;
  all: boolean;
  includes: boolean;
  only: boolean;
  verifies: boolean;
  isDry: boolean;
  format: 'long' | 'short' | 'porcelain' | undefined;
  branch: boolean;
  isNul: boolean;
  amends: boolean;
  allowsEmpty: boolean;
  allowsEmptyMessage: boolean;
  untracked: StatusChoice['untracked'];
}

/** `git commit`. */
export const commitCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const { config } = session;
  const o: CommitOptions = {
    messages: [], file: undefined, reuse: undefined, reuseEdit: undefined, fixup: undefined, squash: undefined, author: undefined, date: undefined,
    resetsAuthor: false, signsOff: false, signing: undefined, trailers: [], template: undefined, edits: undefined, cleanup: config.get('commit.cleanup'),
    showsStatus: config.getBool('commit.status', true), isQuiet: false, isVerbose: 0, all: false, includes: false, only: false, verifies: true,
    isDry: false, format: undefined, branch: false, isNul: false, amends: false, allowsEmpty: false, allowsEmptyMessage: false, untracked: undefined,
  };
  const source: PathspecSource = { file: undefined, isNul: false };
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      flag('q|quiet', 'suppress summary after successful commit', (isOn) => { o.isQuiet = isOn; }),
      flag('v|verbose', 'show diff in commit message template', (isOn) => { o.isVerbose += isOn ? 1 : 0; }),
      value('F|file', 'file', 'read message from file', (text) => { o.file = text; }),
      value('author', 'author', 'override author for commit', (text) => { o.author = text; }),
      value('date', 'date', 'override date for commit', (text) => { o.date = text; }),
      value('m|message', 'message', 'commit message', (text) => { if (text === undefined) o.messages = []; else o.messages.push(text); }),
      value('c|reedit-message', 'commit', 'reuse and edit message from specified commit', (text) => { o.reuseEdit = text; }),
      value('C|reuse-message', 'commit', 'reuse message from specified commit', (text) => { o.reuse = text; }),
      value('fixup', '[(amend|reword):]commit', 'use autosquash formatted message to fixup or amend/reword specified commit', (text) => { o.fixup = text; }),
      value('squash', 'commit', 'use autosquash formatted message to squash specified commit', (text) => { o.squash = text; }),
      flag('reset-author', 'the commit is authored by me now (used with -C/-c/--amend)', (isOn) => { o.resetsAuthor = isOn; }),
      value('trailer', 'trailer', 'add custom trailer(s)', (text) => { if (text !== undefined) o.trailers.push(text); }),
      flag('s|signoff', 'add a Signed-off-by trailer', (isOn) => { o.signsOff = isOn; }),
      value('t|template', 'file', 'use specified template file', (text) => { o.template = text; }),
      flag('e|edit', 'force edit of commit', (isOn) => { o.edits = isOn; }),
      value('cleanup', 'mode', 'how to strip spaces and #comments from message', (text) => { o.cleanup = text; }),
      flag('status', 'include status in commit message template', (isOn) => { o.showsStatus = isOn; }),
      optionalValue('S|gpg-sign', 'key-id', 'GPG sign commit', (text, isSet) => { o.signing = signingWish(text, isSet); }),
      flag('a|all', 'commit all changed files', (isOn) => { o.all = isOn; }),
      flag('i|include', 'add specified files to index for commit', (isOn) => { o.includes = isOn; }),
      flag('interactive', 'interactively add files', () => die('picking changes interactively is not supported')),
      flag('p|patch', 'interactively add changes', () => die('picking changes interactively is not supported')),
      flag('o|only', 'commit only specified files', (isOn) => { o.only = isOn; }),
      flag('n|no-verify', 'bypass pre-commit and commit-msg hooks', (isOn) => { o.verifies = !isOn; }),
      flag('dry-run', 'show what would be committed', (isOn) => { o.isDry = isOn; }),
      flag('short', 'show status concisely', (isOn) => { if (isOn) o.format = 'short'; }),
      flag('branch', 'show branch information', (isOn) => { o.branch = isOn; }),
      flag('ahead-behind', 'compute full ahead/behind values', () => undefined),
      flag('porcelain', 'machine-readable output', (isOn) => { if (isOn) o.format = 'porcelain'; }),
      flag('long', 'show status in long format (default)', (isOn) => { if (isOn) o.format = 'long'; }),
      flag('z|null', 'terminate entries with NUL', (isOn) => { o.isNul = isOn; }),
      flag('amend', 'amend previous commit', (isOn) => { o.amends = isOn; }),
      flag('no-post-rewrite', 'bypass post-rewrite hook', () => undefined),
      optionalValue('u|untracked-files', 'mode', 'show untracked files, optional modes: all, normal, no. (Default: all)', (text, isSet) => {
        const word = isSet ? (text ?? 'all') : 'no';
        if (word !== 'all' && word !== 'normal' && word !== 'no') die(`Invalid untracked files mode '${word}'`);
        o.untracked = word;
      }),
      ...pathspecFileOptions(source),
      flag('allow-empty', 'ok to record an empty change', (isOn) => { o.allowsEmpty = isOn; }, { isHidden: true }),
      flag('allow-empty-message', 'ok to record a change with an empty message', (isOn) => { o.allowsEmptyMessage = isOn; }, { isHidden: true }),
    ],
  });
  if (config.get('commit.verbose') !== undefined && !args.some((arg) => arg === '-v' || arg === '--no-verbose')) o.isVerbose = config.getBool('commit.verbose', false) ? 1 : 0;
  const paths = await readPathspec(io, source, rest);
  check(o, paths);
  const tree = openWorktree(session);
  try {
    return await new CommitWork(tree, o, paths).run();
  } finally {
    tree.unlock();
  }
};

function check(o: CommitOptions, paths: readonly string[]): void {
  const sources = [o.messages.length > 0 ? '-m' : '', o.file !== undefined ? '-F' : '', o.reuse !== undefined ? '-C' : '', o.reuseEdit !== undefined ? '-c' : ''];
  if (o.fixup !== undefined && (o.reuse !== undefined || o.file !== undefined || o.reuseEdit !== undefined)) sources.push('--fixup');
  const given = sources.filter((name) => name !== '');
  if (given.length > 1) {
    if (o.messages.length > 0) die(`options '-m' and '${given.find((name) => name !== '-m')!}' cannot be used together`);
    die(`options '${given[0]!}' and '${given[1]!}' cannot be used together`);
  }
  if (o.fixup !== undefined && o.squash !== undefined) die("options '--squash' and '--fixup' cannot be used together");
  if (o.author !== undefined && o.resetsAuthor) die("options '--reset-author' and '--author' cannot be used together");
  if (o.resetsAuthor && !o.amends && o.reuse === undefined && o.reuseEdit === undefined) die('--reset-author can be used only with -C, -c or --amend.');
  if (o.all && paths.length > 0) die(`paths '${paths[0]!} ...' with -a does not make sense`);
  if (Number(o.includes) + Number(o.only) + Number(o.all) > 1) die("options '-a', '-i' and '-o' cannot be used together");
  if (paths.length === 0 && (o.includes || (o.only && !o.amends))) die('No paths with --include/--only does not make sense.');
}

class CommitWork {
  readonly #tree: OpenWorktree;
  readonly #session: Session;
  readonly #o: CommitOptions;
  readonly #paths: readonly string[];
  readonly #head: HeadState;
  readonly #headCommit: Commit | undefined;

  constructor(tree: OpenWorktree, options: CommitOptions, paths: readonly string[]) {
    this.#tree = tree;
    this.#session = tree.session;
    this.#o = options;
    this.#paths = paths;
    this.#head = readHead(tree.session);
    this.#headCommit = this.#head.id === undefined ? undefined : parseCommit(tree.objects.find(this.#head.id)!.body, tree.algorithm);
  }

  async run(): Promise<number> {
    const o = this.#o;
    const { gitFiles } = this.#tree;
    const isMerge = gitFiles.find('MERGE_HEAD') !== undefined;
    const picked = stateText(gitFiles, 'CHERRY_PICK_HEAD') as ObjectId | undefined;
    if (o.amends) {
      if (this.#headCommit === undefined) die('You have nothing to amend.');
      if (isMerge) die('You are in the middle of a merge -- cannot amend.');
      if (picked !== undefined) die('You are in the middle of a cherry-pick -- cannot amend.');
    }
    if (this.#paths.length > 0 && !o.includes && isMerge) die('cannot do a partial commit during a merge.');
    if (this.#paths.length > 0 && !o.includes && picked !== undefined) die('cannot do a partial commit during a cherry-pick.');
    const { committed, kept } = await this.#prepareIndex();
    this.#refuseUnmerged(committed);
    const author = this.#author(picked);
    if (o.isDry || o.format !== undefined) return this.#dry(committed);
    if (o.verifies && await this.#hook('pre-commit', []) !== 0) return 1;
    const index = committed;
    const { text: start, isEdited, cleanup } = await this.#startMessage({ isMerge, picked, author: author.identity });
    const parents = this.#parents(isMerge);
    const isEmpty = this.#isEmpty(index, parents);
    if (isEmpty && !o.allowsEmpty && !isMerge) {
      this.#tree.gitFiles.write('COMMIT_EDITMSG', bytesFromLosslessText(cleanup === 'verbatim' ? start : cleanMessage(start, 'whitespace')));
      return this.#tellNothing(index, picked);
    }
    await this.#writeMessage(start, { isEdited, cleanup, index, author });
    await this.#runMessageHooks({ isEdited, isMerge });
    const message = this.#readMessage(cleanup);
    const { id: treeId, index: written } = writeIndexTree(this.#tree, { index });
    const id = this.#writeCommit({ tree: treeId, parents, author: author.identity, message });
    await this.#finish(id, { message, kept: kept === committed ? written : kept, isMerge, isPick: picked !== undefined });
    if (!o.isQuiet) {
      writeText(this.#session.io.stdout, commitSummary(this.#session, id, { branch: this.#head.branch, showsDate: author.isInteresting }));
    }
    return 0;
  }

  /** The index that is committed, and the one that is left behind. */
  async #prepareIndex(): Promise<{ committed: StagingIndex; kept: StagingIndex }> {
    const o = this.#o;
    const tree = this.#tree;
    tree.lock();
    if (this.#paths.length === 0) {
      const index = o.all ? await stageTracked(tree) : tree.index;
      tree.replace(index);
      await tree.refresh();
      return { committed: tree.index, kept: tree.index };
    }
    const pathspec = tree.pathspec(this.#paths);
    const headPaths = [...pairWithIndex(tree, this.#head.tree, tree.index, false)].map(({ old, entries }) => (old ?? entries[0])!.path);
    this.#paths.forEach((text, i) => {
      if (!headPaths.some((path) => pathspec.matchesElement(i, path))) {
        throw new Failure(`error: pathspec '${text}' did not match any file(s) known to git\n`, 1);
      }
    });
    const kept = await stageTracked(tree, pathspec);
    if (o.includes) {
      tree.replace(kept);
      return { committed: kept, kept };
    }
    const editor = new IndexEditor({ ...kept, entries: [], cacheTree: undefined });
    for (const { old, entries } of pairWithIndex(tree, this.#head.tree, kept, false)) {
      const path = (old ?? entries[0])!.path;
      if (pathspec.matches(path)) for (const entry of entries) editor.set(entry);
      else if (old !== undefined) editor.set({ ...(entries[0] ?? await this.#entryOf(path)), ...old, stage: 0, intentToAdd: false });
    }
    tree.replace(kept);
    return { committed: editor.finish(), kept };
  }

  async #entryOf(path: string): Promise<StagingIndex['entries'][number]> {
    const { indexEntry } = await import('@govc/core/plumbing');
    return indexEntry({ path, mode: 0, id: this.#tree.algorithm.zeroId });
  }

  #refuseUnmerged(index: StagingIndex): void {
    if (index.entries.every(({ stage }) => stage === 0)) return;
    const { io, config } = this.#session;
    for (let last = '', i = 0; i < index.entries.length; i++) {
      const { path, stage } = index.entries[i]!;
      if (stage !== 0 && path !== last) writeText(io.stdout, `U\t${path}\n`);
      if (stage !== 0) last = path;
    }
    io.stderr.write('error: Committing is not possible because you have unmerged files.\n');
    if (config.getBool('advice.resolveconflict', true)) {
      io.stderr.write("hint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\n");
    }
    die('Exiting because of an unresolved conflict.');
  }

  #parents(isMerge: boolean): ObjectId[] {
    const { id } = this.#head;
    if (this.#o.amends) return [...this.#headCommit!.parents];
    const parents = id === undefined ? [] : [id];
    if (!isMerge) return parents;
    const heads = (stateText(this.#tree.gitFiles, 'MERGE_HEAD') ?? '').split('\n').filter((line) => line !== '') as ObjectId[];
    return [...new Set([...parents, ...heads])];
  }

  #isEmpty(index: StagingIndex, parents: readonly ObjectId[]): boolean {
    const parent = parents[0];
    const old = parent === undefined ? undefined : peelToTree({ ...this.#session.context.snapshot, objects: this.#tree.objects }, parent);
    for (const { old: before, entries } of pairWithIndex(this.#tree, old, index)) {
      const entry = entries[0];
      if (entry?.intentToAdd === true && before === undefined) continue;
      if (before?.id !== entry?.id || before?.mode !== entry?.mode) return false;
    }
    return true;
  }

  async #tellNothing(index: StagingIndex, picked: string | undefined): Promise<number> {
    const { io } = this.#session;
    this.#tree.replace(index);
    const status = await collectStatus(this.#tree, { untracked: this.#o.untracked, ...(this.#o.amends ? { tree: this.#parentTree() } : {}) });
    writeText(io.stdout, formatLong(longStatus(this.#tree, status, { isAmend: this.#o.amends, untracked: untrackedMode(this.#tree, this.#o.untracked) })));
    if (this.#o.amends) {
      io.stderr.write('You asked to amend the most recent commit, but doing so would make\nit empty. You can repeat your command with --allow-empty, or you can\nremove the commit entirely with "git reset HEAD^".\n');
    } else if (picked !== undefined) {
      io.stderr.write('The previous cherry-pick is now empty, possibly due to conflict resolution.\nIf you wish to commit it anyway, use:\n\n    git commit --allow-empty\n\n');
      const { gitFiles } = this.#tree;
      const isRebase = gitFiles.find('rebase-merge') !== undefined && stateText(gitFiles, 'REBASE_HEAD') === picked;
      io.stderr.write(`Otherwise, please use 'git ${isRebase ? 'rebase' : 'cherry-pick'} --skip'\n`);
    }
    return 1;
  }

  #parentTree(): ObjectId | undefined {
    const parent = this.#headCommit?.parents[0];
    return parent === undefined ? undefined : peelToTree(this.#session.context.snapshot, parent);
  }

  async #dry(index: StagingIndex): Promise<number> {
    const { io } = this.#session;
    this.#tree.replace(index);
    const choice: StatusChoice = { untracked: this.#o.untracked, ...(this.#o.amends ? { tree: this.#parentTree() } : {}) };
    const status = await collectStatus(this.#tree, choice);
    if (this.#o.format === 'short' || this.#o.format === 'porcelain') {
      writeText(io.stdout, formatShort(status, { head: this.#head, tracking: undefined, stashCount: undefined, showsBranch: this.#o.branch, hasCounts: true }, {
        isNul: this.#o.isNul, quoteNonAscii: true, shown: (path) => path, paint: (_, text) => text, zeroId: '',
      }));
    } else {
      writeText(io.stdout, formatLong(longStatus(this.#tree, status, { isAmend: this.#o.amends, untracked: untrackedMode(this.#tree, this.#o.untracked) })));
    }
    return status.entries.some(({ staged }) => staged !== undefined) || this.#o.amends ? 0 : 1;
  }

  #author(picked: ObjectId | undefined): { identity: Identity | Uint8Array; isInteresting: boolean } {
    const o = this.#o;
    const from = o.reuse ?? o.reuseEdit;
    let base: Commit | undefined;
    if (from !== undefined && !o.resetsAuthor) base = this.#commitAt(needCommit(this.#session, from, `could not lookup commit ${from}`));
    else if (o.amends && !o.resetsAuthor) base = this.#headCommit;
    else if (picked !== undefined && !o.resetsAuthor) base = this.#commitAt(picked);
    const isInteresting = from !== undefined || o.amends || picked !== undefined || o.date !== undefined;
    const raw = base?.headers.find(({ key }) => key === 'author')?.value;
    if (raw !== undefined && o.author === undefined && o.date === undefined) return { identity: raw, isInteresting };
    const own = raw === undefined ? undefined : parseIdentity(raw);
    let identity = own ?? this.#session.identity('author', o.date === undefined ? {} : { date: o.date });
    if (own !== undefined && o.date !== undefined) {
      const { timeSeconds, timezone } = this.#session.identity('author', { date: o.date, isStrict: false });
      identity = { ...own, timeSeconds, timezone };
    }
    if (o.author !== undefined) {
      const match = /^\s*(.*?)\s*<([^>]*)>/.exec(o.author);
      if (match === null) return { identity: this.#findAuthor(o.author, identity), isInteresting };
      identity = { ...identity, name: match[1]!, email: match[2]! };
    }
    return { identity, isInteresting };
  }

  #findAuthor(pattern: string, date: Identity): Identity {
    for (const commit of this.#session.repository.log({ limit: 100000 })) {
      const { name, email } = commit.author;
      if (`${name} <${email}>`.toLowerCase().includes(pattern.toLowerCase())) return { ...date, name, email };
    }
    return die(`--author '${pattern}' is not 'Name <email>' and matches no existing author`);
  }

  #commitAt(id: ObjectId): Commit {
    return parseCommit(this.#tree.objects.find(id)!.body, this.#tree.algorithm);
  }

  async #startMessage(
    { isMerge, picked }: { isMerge: boolean; picked: ObjectId | undefined; author: Identity | Uint8Array },
  ): Promise<{ text: string; isEdited: boolean; cleanup: MessageCleanup }> {
    const o = this.#o;
    const { io, config } = this.#session;
    const { gitFiles } = this.#tree;
    let text: string;
    let isComplete = false;
    let body = o.messages.length > 0 ? o.messages.map((each) => (each.endsWith('\n') ? each : `${each}\n`)).join('\n') : '';
    const squash = o.squash === undefined ? '' : `squash! ${this.#subjectOf(o.squash)}\n\n`;
    if (o.fixup !== undefined) {
      const match = /^(amend|reword):(.*)$/.exec(o.fixup);
      const target = match?.[2] ?? o.fixup;
      text = `${match === null ? 'fixup' : 'amend'}! ${this.#subjectOf(target)}\n`;
      if (match !== null && body === '') body = commitMessageText(this.#commitAt(needCommit(this.#session, target)));
      if (body !== '') text += `\n${body}`;
      isComplete = match === null;
    } else if (o.messages.length > 0) {
      text = squash + body;
      isComplete = true;
    } else if (o.file !== undefined) {
      const bytes = o.file === '-' ? await readAll(io.stdin) : io.files.readFile(this.#session.path(o.file));
      if (bytes === undefined) die(`could not read log file '${o.file}': No such file or directory`);
      text = squash + losslessTextFromBytes(bytes);
      isComplete = true;
    } else if (o.reuse !== undefined || o.reuseEdit !== undefined) {
      const from = (o.reuse ?? o.reuseEdit)!;
      const raw = this.#commitAt(needCommit(this.#session, from, `could not lookup commit ${from}`));
      text = squash + losslessTextFromBytes(raw.message);
      isComplete = o.reuse !== undefined;
    } else if (isMerge || picked !== undefined || gitFiles.find('MERGE_MSG') !== undefined) {
      const squashed = findFile(gitFiles, 'SQUASH_MSG');
      text = squash + (isMerge || squashed === undefined ? '' : losslessTextFromBytes(squashed)) + losslessTextFromBytes(findFile(gitFiles, 'MERGE_MSG') ?? new Uint8Array(0));
    } else if (gitFiles.find('SQUASH_MSG') !== undefined) {
      text = losslessTextFromBytes(gitFiles.read('SQUASH_MSG'));
    } else if (o.amends) {
      text = squash + losslessTextFromBytes(this.#headCommit!.message);
    } else {
      const path = o.template ?? config.getPath('commit.template', io.env['HOME']);
      const bytes = path === undefined ? undefined : io.files.readFile(this.#session.path(path));
      if (path !== undefined && bytes === undefined) die(`could not read '${path}': No such file or directory`);
      text = squash + (bytes === undefined ? '' : losslessTextFromBytes(bytes));
    }
    const isEdited = o.edits ?? !(isComplete || (o.fixup !== undefined && isComplete));
    const cleanup = findMessageCleanup(o.cleanup, isEdited) ?? die(`Invalid cleanup mode ${o.cleanup ?? ''}`);
    if (o.signsOff) text = appendSignoff(text, this.#session.identity('committer'));
    if (o.trailers.length > 0) {
      const { interpretTrailers } = await import('@govc/core/plumbing');
      text = interpretTrailers(text.endsWith('\n') ? text : `${text}\n`, { add: o.trailers.map(trailerOf) } as never);
    }
    return { text, isEdited, cleanup };
  }

  #subjectOf(revision: string): string {
    return messageSubject(commitMessageText(this.#commitAt(needCommit(this.#session, revision, `could not lookup commit ${revision}`))));
  }

  async #writeMessage(
    start: string,
    { isEdited, cleanup, index, author }: { isEdited: boolean; cleanup: MessageCleanup; index: StagingIndex; author: { identity: Identity | Uint8Array; isInteresting: boolean } },
  ): Promise<void> {
    let text = cleanup === 'verbatim' ? start : cleanMessage(start, 'whitespace');
    if (isEdited && this.#o.showsStatus) text += await this.#statusComment({ cleanup, index, author });
    this.#tree.gitFiles.write('COMMIT_EDITMSG', bytesFromLosslessText(text));
  }

  async #statusComment(
    { cleanup, index, author }: { cleanup: MessageCleanup; index: StagingIndex; author: { identity: Identity | Uint8Array; isInteresting: boolean } },
  ): Promise<string> {
    const hint = cleanup === 'strip'
      ? "Please enter the commit message for your changes. Lines starting\nwith '#' will be ignored, and an empty message aborts the commit.\n"
      : "Please enter the commit message for your changes. Lines starting\nwith '#' will be kept; you may remove them yourself if you want to.\nAn empty message aborts the commit.\n";
    let text = `\n${commentLines(hint)}`;
    const identity = author.identity instanceof Uint8Array ? parseIdentity(author.identity) : author.identity;
    const committer = this.#session.identity('committer', { isStrict: false });
    const lines: string[] = [];
    if (identity.name !== committer.name || identity.email !== committer.email) lines.push(`Author:    ${identity.name} <${identity.email}>`);
    if (author.isInteresting) lines.push(`Date:      ${dateText(identity.timeSeconds, identity.timezone)}`);
    text += lines.length > 0 ? `#\n${lines.map((line) => `# ${line}\n`).join('')}#\n` : '#\n';
    this.#tree.replace(index);
    const status = await collectStatus(this.#tree, { untracked: this.#o.untracked, ...(this.#o.amends ? { tree: this.#parentTree() } : {}) });
    const long = formatLong(longStatus(this.#tree, status, {
      isForCommit: true, isAmend: this.#o.amends, hints: false, untracked: untrackedMode(this.#tree, this.#o.untracked),
    }));
    return text + commentLines(long);
  }

  async #runMessageHooks({ isEdited, isMerge }: { isEdited: boolean; isMerge: boolean }): Promise<void> {
    const o = this.#o;
    const path = `${this.#session.gitDirectoryText === '.' ? '' : `${this.#session.gitDirectoryText}/`}COMMIT_EDITMSG`;
    const source = o.messages.length > 0 || o.file !== undefined ? ['message'] : isMerge ? ['merge']
      : o.reuse !== undefined || o.reuseEdit !== undefined ? ['commit', (o.reuse ?? o.reuseEdit)!] : o.amends ? ['commit', 'HEAD']
      : o.template !== undefined ? ['template'] : [];
    const env: Record<string, string> = isEdited ? {} : { GIT_EDITOR: ':' };
    if (await this.#hook('prepare-commit-msg', [path, ...source], env) !== 0) throw new Failure('', 1);
    if (isEdited) {
      try {
        await editFile(this.#session, `${this.#session.gitDirectory}/COMMIT_EDITMSG`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        throw new Failure(`${error.text}Please supply the message using either -m or -F option.\n`, 1);
      }
    }
    if (o.verifies && await this.#hook('commit-msg', [path], env) !== 0) throw new Failure('', 1);
  }

  #readMessage(cleanup: MessageCleanup): string {
    const raw = losslessTextFromBytes(this.#tree.gitFiles.read('COMMIT_EDITMSG'));
    const message = cleanMessage(raw, cleanup);
    if (isEmptyMessage(message) && !this.#o.allowsEmptyMessage) {
      throw new Failure('Aborting commit due to empty commit message.\n', 1);
    }
    return message;
  }

  #writeCommit(parts: { tree: ObjectId; parents: readonly ObjectId[]; author: Identity | Uint8Array; message: string }): ObjectId {
    const encoding = this.#tree.config.get('i18n.commitencoding');
    const isUtf8 = encoding === undefined || /^utf-?8$/i.test(encoding);
    const commit = makeCommit({
      ...parts, committer: this.#session.identity('committer'), message: bytesFromLosslessText(parts.message), ...(isUtf8 ? {} : { encoding }),
    });
    return this.#tree.write('commit', commitBytes(this.#session, commit, this.#o.signing));
  }

  async #finish(
    id: ObjectId, { message, kept, isMerge, isPick }: { message: string; kept: StagingIndex; isMerge: boolean; isPick: boolean },
  ): Promise<void> {
    const { draft, gitFiles } = this.#tree;
    const o = this.#o;
    const action = this.#session.io.env['GIT_REFLOG_ACTION'];
    const kind = o.amends ? ' (amend)' : this.#head.id === undefined ? ' (initial)' : isMerge ? ' (merge)' : isPick ? ' (cherry-pick)' : '';
    const title = message.slice(0, message.indexOf('\n') < 0 ? undefined : message.indexOf('\n'));
    draft.editRef(this.#head.ref, directRef(id));
    await this.#tree.saveObjects({ message: `${action ?? `commit${kind}`}: ${title}` });
    for (const name of ['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'SQUASH_MSG', 'AUTO_MERGE']) gitFiles.remove(name);
    if (isPick && isLastStep(gitFiles)) removeAll(gitFiles, 'sequencer');
    const editor = new IndexEditor(kept);
    editor.clearResolveUndo();
    await this.#tree.save(editor.finish());
    await runRerere(this.#tree);
    await runHook(this.#session, 'post-commit', {});
    if (o.amends && this.#head.id !== undefined) {
      await runHook(this.#session, 'post-rewrite', { args: ['amend'], stdin: bytesFromLosslessText(`${this.#head.id} ${id}\n`) });
    }
  }

  async #hook(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
    return runHook(this.#session, name, { args, env: { GIT_INDEX_FILE: `${this.#session.gitDirectoryText === '.git' ? '.git' : this.#session.gitDirectory}/index`, ...env } });
  }
}

function isLastStep(files: OpenWorktree['gitFiles']): boolean {
  const todo = stateText(files, 'sequencer/todo');
  return todo !== undefined && todo.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length <= 1;
}

function trailerOf(text: string): { token: string; value: string } {
  const match = /^([^:=]*)[:=]\s*(.*)$/s.exec(text);
  return { token: match?.[1] ?? text, value: match?.[2] ?? '' };
}

/** Sign-offs alone are no message. */
function isEmptyMessage(message: string): boolean {
  return message.split('\n').every((line) => line.trim() === '' || line.startsWith('Signed-off-by: '));
}
