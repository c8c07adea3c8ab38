import type { ObjectId } from '@govc/core';
import {
  bytesFromLosslessText, bytesFromText, cleanMessage, composeMergeMessage, composeSquashMessage, directRef, fileStats, findChanges, formatStat, formatSummary,
  losslessTextFromBytes, makeCommit, peelToTree, readMergeHeads, withConflictHint, type NamedHead, type RefName,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, modeFlag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { shortId } from '../print/abbreviation.js';
import { runRerere } from '../sequencer/rerere-files.js';
import { findObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { editFile } from '../worktree/edit-file.js';
import { readHead, type HeadState } from '../worktree/head.js';
import { applyMerge } from '../worktree/merge-files.js';
import { openWorktree, stateText, type OpenWorktree } from '../worktree/open-worktree.js';
import { runHook } from '../worktree/run-hook.js';
import { obstacleText, switchTree } from '../worktree/switch-tree.js';
import { commitBytes, signingWish, type SigningWish } from '../session/signing.js';

const USAGE = ['git merge [<options>] [<commit>...]', 'git merge --abort', 'git merge --continue'];
const STATE = ['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'MERGE_RR', 'AUTO_MERGE'];

interface MergeOptions {
  stat: boolean;
  log: number | undefined;
  squash: boolean;
  commits: boolean;
  edits: boolean | undefined;
  fastForward: 'allow' | 'only' | 'never';
  messages: string[];
  file: string | undefined;
  isQuiet: boolean;
  allowsUnrelated: boolean;
  verifies: boolean;
  signsOff: boolean;
  signing: SigningWish;
  words: string[];
  strategies: string[];
  mode: 'abort' | 'quit' | 'continue' | undefined;
  rerereAuto: boolean | undefined;
}

/** `git merge`. */
export const mergeCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const { config } = session;
  const ff = config.get('merge.ff')?.toLowerCase();
  const o: MergeOptions = {
    stat: config.getBool('merge.stat', true), log: undefined, squash: false, commits: true, edits: undefined,
    fastForward: ff === 'only' ? 'only' : ff !== undefined && !config.getBool('merge.ff', true) ? 'never' : 'allow', messages: [], file: undefined,
    isQuiet: false, allowsUnrelated: false, verifies: true, signsOff: false, signing: undefined, words: [], strategies: [], mode: undefined, rerereAuto: undefined,
  };
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      flag('n', 'do not show a diffstat at the end of the merge', (isOn) => { o.stat = !isOn; }),
      flag('stat', 'show a diffstat at the end of the merge', (isOn) => { o.stat = isOn; }),
      flag('summary', '(synonym to --stat)', (isOn) => { o.stat = isOn; }),
      optionalValue('log', 'n', 'add (at most <n>) entries from shortlog to merge commit message', (text, isSet) => { o.log = isSet ? Number(text ?? 20) : 0; }),
      flag('squash', 'create a single commit instead of doing a merge', (isOn) => { o.squash = isOn; }),
      flag('commit', 'perform a commit if the merge succeeds (default)', (isOn) => { o.commits = isOn; }),
      flag('e|edit', 'edit message before committing', (isOn) => { o.edits = isOn; }),
      value('cleanup', 'mode', 'how to strip spaces and #comments from message', () => undefined),
      flag('ff', 'allow fast-forward (default)', (isOn) => { o.fastForward = isOn ? 'allow' : 'never'; }),
      flag('ff-only', 'abort if fast-forward is not possible', () => { o.fastForward = 'only'; }, { canNegate: false }),
      flag('rerere-autoupdate', 'update the index with reused conflict resolution if possible', (isOn) => { o.rerereAuto = isOn; }),
      flag('verify-signatures', 'verify that the named commit has a valid GPG signature', (isOn) => { if (isOn) die('signatures are not verified by this command yet'); }),
      value('s|strategy', 'strategy', 'merge strategy to use', (text) => {
        if (text !== undefined && text !== 'ort' && text !== 'recursive') die(`Could not find merge strategy '${text}'.\nAvailable strategies are: ort recursive.`);
        if (text !== undefined) o.strategies.push(text);
      }),
      value('X|strategy-option', 'option=value', 'option for selected merge strategy', (text) => { if (text !== undefined) o.words.push(text); }),
      value('m|message', 'message', 'merge commit message (for a non-fast-forward merge)', (text) => { if (text !== undefined) o.messages.push(text); }),
      value('F|file', 'path', 'read message from file', (text) => { o.file = text; }),
      value('into-name', 'name', 'use <name> instead of the real target', () => undefined),
      flag('v|verbose', 'be more verbose', () => undefined),
      flag('q|quiet', 'be more quiet', (isOn) => { o.isQuiet = isOn; }),
      modeFlag('abort', 'abort the current in-progress merge', 'mode', () => { o.mode = 'abort'; }),
      modeFlag('quit', '--abort but leave index and working tree alone', 'mode', () => { o.mode = 'quit'; }),
      modeFlag('continue', 'continue the current in-progress merge', 'mode', () => { o.mode = 'continue'; }),
      flag('allow-unrelated-histories', 'allow merging unrelated histories', (isOn) => { o.allowsUnrelated = isOn; }),
      flag('progress', 'force progress reporting', () => undefined),
      optionalValue('S|gpg-sign', 'key-id', 'GPG sign commit', (text, isSet) => { o.signing = signingWish(text, isSet); }),
      flag('autostash', 'automatically stash/stash pop before and after', (isOn) => { if (isOn) die('changes are not put away by this command yet; use stash'); }),
      flag('overwrite-ignore', 'update ignored files (default)', () => undefined),
      flag('signoff', 'add a Signed-off-by trailer', (isOn) => { o.signsOff = isOn; }),
      flag('no-verify', 'bypass pre-merge-commit and commit-msg hooks', (isOn) => { o.verifies = !isOn; }),
    ],
  });
  const tree = openWorktree(session);
  if (o.mode !== undefined) return conclude(tree, o.mode, rest, (argv) => context.run(argv));
  try {
    return await new Merge(tree, o).run(rest);
  } finally {
    tree.unlock();
  }
};

async function conclude(tree: OpenWorktree, mode: 'abort' | 'quit' | 'continue', rest: readonly string[], run: (argv: readonly string[]) => Promise<number>): Promise<number> {
  if (rest.length > 0) throw new Failure(`fatal: --${mode} expects no arguments\n`, 129);
  const isMerging = tree.gitFiles.find('MERGE_HEAD') !== undefined;
  if (mode === 'quit') {
    for (const name of STATE) tree.gitFiles.remove(name);
    return 0;
  }
  if (!isMerging) die(mode === 'abort' ? 'There is no merge to abort (MERGE_HEAD missing).' : 'There is no merge in progress (MERGE_HEAD missing).');
  return run(mode === 'abort' ? ['reset', '--merge'] : ['commit']);
}

class Merge {
  readonly #tree: OpenWorktree;
  readonly #session: Session;
  readonly #o: MergeOptions;
  readonly #head: HeadState;

  constructor(tree: OpenWorktree, options: MergeOptions) {
    this.#tree = tree;
    this.#session = tree.session;
    this.#o = options;
    this.#head = readHead(tree.session);
  }

  async run(args: readonly string[]): Promise<number> {
    const { gitFiles, config } = this.#tree;
    const hint = (name: string, text: string): string => (config.getBool(`advice.${name}`, true) ? text : '');
    if (this.#tree.index.entries.some(({ stage }) => stage !== 0)) {
      throw new Failure(`error: Merging is not possible because you have unmerged files.\n${hint('resolveconflict', "hint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\n")}fatal: Exiting because of an unresolved conflict.\n`, 128);
    }
    if (gitFiles.find('MERGE_HEAD') !== undefined) {
      throw new Failure(config.getBool('advice.resolveconflict', true) ? 'fatal: You have not concluded your merge (MERGE_HEAD exists).\nPlease, commit your changes before you merge.\n' : 'fatal: You have not concluded your merge (MERGE_HEAD exists).\n', 128);
    }
    if (gitFiles.find('CHERRY_PICK_HEAD') !== undefined) die('You have not concluded your cherry-pick (CHERRY_PICK_HEAD exists).\nPlease, commit your changes before you merge.');
    if (this.#o.squash && this.#o.fastForward === 'never') die("options '--squash' and '--no-ff.' cannot be used together");
    const names = args.length > 0 ? args : ['@{upstream}'];
    for (const name of names) {
      if (findObject(this.#session, name, 'committish', true) === undefined) throw new Failure(`merge: ${name} - not something we can merge\n`, 1);
    }
    const heads = readMergeHeads(this.#session.context, names);
    if (heads.length > 1) die('merging more than one commit at a time is not supported');
    return this.#merge(heads[0]!, names[0]!);
  }

  async #merge(other: NamedHead, name: string): Promise<number> {
    const { io, repository } = this.#session;
    const { id: ours } = this.#head;
    const o = this.#o;
    if (ours === undefined) return this.#startUnborn(other);
    const bases = repository.mergeBase([ours, other.id]);
    if (bases.length === 0 && !o.allowsUnrelated) die('refusing to merge unrelated histories');
    if (bases[0] === other.id) {
      if (!o.isQuiet) writeText(io.stdout, o.squash ? 'Already up to date. (nothing to squash)\n' : 'Already up to date.\n');
      return 0;
    }
    await this.#tree.refresh();
    if (bases[0] === ours && o.fastForward !== 'never') return this.#fastForward(other, name);
    if (o.fastForward === 'only') {
      const advice = this.#tree.config.getBool('advice.diverging', true)
        ? 'hint: Diverging branches can\'t be fast-forwarded, you need to either:\nhint:\nhint: \tgit merge --no-ff\nhint:\nhint: or:\nhint:\nhint: \tgit rebase\nhint:\nhint: Disable this message with "git config advice.diverging false"\n' : '';
      throw new Failure(`${advice}fatal: Not possible to fast-forward, aborting.\n`, 128);
    }
    return this.#mergeReally(other, name, ours);
  }

  async #startUnborn(other: NamedHead): Promise<number> {
    const to = peelToTree(this.#session.context.snapshot, other.id);
    this.#tree.lock();
    const result = await switchTree(this.#tree, [undefined, to], { isInitial: true });
    if ('obstacles' in result) throw new Failure(obstacleText(result.obstacles, 'merge'), 1);
    await this.#tree.save(result.index);
    this.#tree.draft.editRef(this.#head.ref, directRef(other.id));
    await this.#tree.saveObjects({ message: 'initial pull' });
    return 0;
  }

  async #fastForward(other: NamedHead, name: string): Promise<number> {
    const { io } = this.#session;
    const ours = this.#head.id!;
    const to = peelToTree(this.#session.context.snapshot, other.id);
    if (!this.#o.isQuiet) writeText(io.stdout, `Updating ${shortId(this.#session, ours)}..${shortId(this.#session, other.id)}\n`);
    this.#tree.lock();
    const result = await switchTree(this.#tree, [this.#head.tree, to], {});
    if ('obstacles' in result) throw new Failure(obstacleText(result.obstacles, 'merge'), 1);
    await this.#tree.save(result.index);
    if (this.#o.squash) return this.#squash([other], 'Fast-forward\nSquash commit -- not updating HEAD\n', to);
    this.#tree.draft.editRef('ORIG_HEAD' as RefName, directRef(ours));
    this.#tree.draft.editRef(this.#head.ref, directRef(other.id));
    await this.#tree.saveObjects({ message: `${this.#action(name)}: Fast-forward` });
    if (!this.#o.isQuiet) writeText(io.stdout, 'Fast-forward\n');
    this.#showStat(this.#head.tree, to);
    await runHook(this.#session, 'post-merge', { args: ['0'] });
    return 0;
  }

  async #mergeReally(other: NamedHead, name: string, ours: ObjectId): Promise<number> {
    const { io, repository } = this.#session;
    const o = this.#o;
    const favor = o.words.includes('ours') ? 'ours' : o.words.includes('theirs') ? 'theirs' : undefined;
    const conflictStyle = this.#tree.config.get('merge.conflictstyle');
    const result = repository.mergeTree(ours, other.id, {
      labels: { ours: 'HEAD', theirs: name }, allowUnrelated: o.allowsUnrelated, ...(favor === undefined ? {} : { favor }),
      ...(conflictStyle === 'diff3' || conflictStyle === 'zdiff3' ? { style: conflictStyle } : {}),
      attributesFrom: 'HEAD',
    });
    this.#tree.lock();
    this.#tree.draft.editRef('ORIG_HEAD' as RefName, directRef(ours));
    await applyMerge(this.#tree, this.#head.tree, result, 'merge');
    await this.#tree.saveObjects();
    if (!o.isQuiet || !result.isClean) writeText(io.stdout, result.messages.map(({ text }) => `${text}\n`).join(''));
    const message = this.#message(other);
    if (!result.isClean) {
      this.#writeState([other], withConflictHint(message, [...new Set(result.conflicts.filter(({ stages }) => stages.base !== undefined || stages.ours !== undefined || stages.theirs !== undefined).map(({ path }) => path))]));
      await runRerere(this.#tree, o.rerereAuto);
      writeText(io.stdout, o.squash ? 'Squash commit -- not updating HEAD\nAutomatic merge failed; fix conflicts and then commit the result.\n' : 'Automatic merge failed; fix conflicts and then commit the result.\n');
      return 1;
    }
    if (o.squash) return this.#squash([other], 'Squash commit -- not updating HEAD\n', result.tree, 'Automatic merge went well; stopped before committing as requested\n');
    this.#writeState([other], message);
    if (!o.commits) {
      writeText(io.stderr, 'Automatic merge went well; stopped before committing as requested\n');
      return 0;
    }
    return this.#commit(other, name, { tree: result.tree, message });
  }

  async #commit(other: NamedHead, name: string, { tree, message }: { readonly tree: ObjectId; readonly message: string }): Promise<number> {
    const { io } = this.#session;
    const { gitFiles } = this.#tree;
    if (this.#o.verifies && await runHook(this.#session, 'pre-merge-commit') !== 0) return 1;
    if (await runHook(this.#session, 'prepare-commit-msg', { args: ['.git/MERGE_MSG', 'merge'] }) !== 0) return 1;
    if (this.#o.edits === true) await editFile(this.#session, `${this.#session.gitDirectory}/MERGE_MSG`);
    if (this.#o.verifies && await runHook(this.#session, 'commit-msg', { args: ['.git/MERGE_MSG'] }) !== 0) return 1;
    const text = cleanMessage(`${stateText(gitFiles, 'MERGE_MSG') ?? message}\n`, this.#o.edits === true ? 'strip' : 'whitespace');
    if (text === '') throw new Failure('error: Empty commit message.\nNot committing merge; use \'git commit\' to complete the merge.\n', 1);
    const commit = makeCommit({
      tree, parents: [this.#head.id!, other.id], author: this.#session.identity('author'), committer: this.#session.identity('committer'), message: bytesFromLosslessText(text),
    });
    const id = this.#tree.write('commit', commitBytes(this.#session, commit, this.#o.signing));
    this.#tree.draft.editRef(this.#head.ref, directRef(id));
    await this.#tree.saveObjects({ message: `${this.#action(name)}: Merge made by the 'ort' strategy.` });
    for (const state of STATE) gitFiles.remove(state);
    if (!this.#o.isQuiet) writeText(io.stdout, "Merge made by the 'ort' strategy.\n");
    this.#showStat(this.#head.tree, tree);
    await runHook(this.#session, 'post-merge', { args: ['0'] });
    return 0;
  }

  async #squash(heads: readonly NamedHead[], text: string, to: ObjectId, after = ''): Promise<number> {
    const { io } = this.#session;
    this.#tree.gitFiles.write('SQUASH_MSG', bytesFromLosslessText(composeSquashMessage(this.#session.context, heads)));
    if (!this.#o.isQuiet) writeText(io.stdout, text);
    if (after === '') this.#showStat(this.#head.tree, to);
    writeText(io.stderr, after);
    await runHook(this.#session, 'post-merge', { args: ['1'] });
    return 0;
  }

  #message(other: NamedHead): string {
    const o = this.#o;
    if (o.file !== undefined) {
      const bytes = this.#session.io.files.readFile(this.#session.path(o.file)) ?? die(`could not read file '${o.file}'`);
      return losslessTextFromBytes(bytes);
    }
    const given = o.messages.length === 0 ? undefined : o.messages.map((text) => (text.endsWith('\n') ? text : `${text}\n`)).join('\n');
    return composeMergeMessage(this.#session.context, [other], { message: given, log: o.log });
  }

  #writeState(heads: readonly NamedHead[], message: string): void {
    const { gitFiles } = this.#tree;
    if (!this.#o.squash) gitFiles.write('MERGE_HEAD', bytesFromText(heads.map(({ id }) => `${id}\n`).join('')));
    if (!this.#o.squash) gitFiles.write('MERGE_MODE', bytesFromText(this.#o.fastForward === 'never' ? 'no-ff' : ''));
    else gitFiles.write('SQUASH_MSG', bytesFromLosslessText(composeSquashMessage(this.#session.context, heads)));
    gitFiles.write('MERGE_MSG', bytesFromLosslessText(message));
  }

  #action(name: string): string {
    return this.#session.io.env['GIT_REFLOG_ACTION'] ?? `merge ${name}`;
  }

  #showStat(old: ObjectId | undefined, to: ObjectId): void {
    if (!this.#o.stat || this.#o.isQuiet) return;
    const { io, algorithm, config } = this.#session;
    const { objects } = this.#session.repository.snapshot;
    const { changes } = findChanges({ objects, algorithm, old, new: to, options: { renames: 'renames' } });
    const quoteNonAscii = config.getBool('core.quotepath', true);
    io.stdout.write(formatStat(fileStats(changes, { objects }), { quoteNonAscii }));
    io.stdout.write(formatSummary(changes, { quoteNonAscii }));
  }
}
