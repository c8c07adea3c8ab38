/** One commit, or its reverse, laid over HEAD: index, files and the state that a stop leaves behind. */
import type { MergeTreeResult, ObjectId } from '@govc/core';
import {
  appendSignoff, commentLines, peelToTree, replayMergeOptions, revertMessage, trailerRules, treeIndexChanges, withConflictHint, withOrigin,
  commentPrefixOf, directRef, messageTitle, parseIdentity,
} from '@govc/core/plumbing';

import { applyMerge } from '../worktree/merge-files.js';
import { obstacleText, switchTree } from '../worktree/switch-tree.js';
import { writeIndexTree } from '../commands/write-tree.js';
import { Failure } from '../failure.js';
import { recordCommit, runCommit, type RecordFlags } from './record-commit.js';
import { hintText, Refusal, refuse, unmergedText } from './refusal.js';
import { runRerere } from './rerere-files.js';
import type { PickSettings } from './settings.js';
import type { SquashMessage } from './squash-messages.js';
import type { Workplace } from './workplace.js';

/** What is done with a commit. */
export interface PickStep {
  readonly command: 'pick' | 'revert' | 'reword' | 'edit' | 'fixup' | 'squash';
  readonly id: ObjectId;
  /** Called when the step is about to change something; of a fixup or squash it says where the message is, and how it is taken. */
  readonly prepare?: (() => SquashMessage | undefined) | undefined;
  /** What the log says before the title. */
  readonly reflog: string;
}

/** How a step ended: 0, 1 for conflicts or a commit that was not made. */
export interface PickOutcome {
  readonly code: number;
  /** Whether an editor was used, so that a todo list may have changed. */
  readonly wasEdited: boolean;
}

/** Does it. @throws {Refusal} it could not be begun */
export async function pickCommit(work: Workplace, settings: PickSettings, step: PickStep): Promise<PickOutcome> {
  const pick = new Pick(work, settings, step);
  try {
    return await pick.run();
  } finally {
    work.tree.unlock();
    noteSafety(work);
  }
}

/** Says where HEAD is to be when a sequence is given up. */
export function noteSafety(work: Workplace): void {
  if (work.has('sequencer')) work.save('sequencer/abort-safety', `${work.head.id ?? ''}\n`);
}

class Pick {
  readonly #work: Workplace;
  readonly #settings: PickSettings;
  readonly #step: PickStep;

  constructor(work: Workplace, settings: PickSettings, step: PickStep) {
    this.#work = work;
    this.#settings = settings;
    this.#step = step;
  }

  async run(): Promise<PickOutcome> {
    const work = this.#work;
    const settings = this.#settings;
    const { id, command } = this.#step;
    const start = this.#start();
    const { parents } = work.commit(id);
    const parent = this.#parent(parents);
    const edits = settings.edits ?? (settings.action === 'revert' && work.session.io.isTerminal?.(0) === true);
    const isSquash = command === 'fixup' || command === 'squash';
    if (settings.allowsFastForward && !isSquash && (parent === undefined ? start.isUnborn : parent === start.head)) {
      this.#step.prepare?.();
      await this.#fastForward(id, start);
      return command === 'reword' ? this.#reword({}) : { code: 0, wasEdited: false };
    }
    const message = this.#message(parent);
    const squash = this.#step.prepare?.();
    const { result, isClean } = await this.#merge({ parent, start: start.tree });
    const hinted = isClean ? message : this.#withConflicts(message, result);
    work.save('MERGE_MSG', hinted);
    this.#nameHead(isClean);
    if (!isClean) return this.#stop();
    const flags: RecordFlags = { edits: edits || squash?.edits === true, amends: isSquash, isVerbatim: squash?.isVerbatim, isRoot: start.isRoot };
    return this.#record(flags, squash?.file ?? (edits ? undefined : 'MERGE_MSG'));
  }

  /** Where the step starts. */
  #start(): { head: ObjectId | undefined; tree: ObjectId; isUnborn: boolean; isRoot: boolean } {
    const work = this.#work;
    const { action, commits, squashOnto } = this.#settings;
    const { tree, session } = work;
    if (!commits) {
      try {
        return { head: undefined, tree: writeIndexTree(tree).id, isUnborn: false, isRoot: false };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        refuse('your index file is unmerged.');
      }
    }
    const { id, tree: headTree } = work.head;
    const isRoot = squashOnto !== undefined && id === squashOnto && this.#step.command !== 'revert';
    if (isRoot && (this.#step.command === 'fixup' || this.#step.command === 'squash')) refuse('cannot fixup root commit');
    if (work.isUnmerged()) throw new Refusal(unmergedText(action, work.advises('resolveConflict')));
    if (treeIndexChanges(tree, isRoot ? undefined : headTree, tree.index).next().done !== true) throw new Refusal(dirtyIndexText(work, action));
    return { head: id, tree: headTree ?? session.algorithm.emptyTreeId, isUnborn: id === undefined || isRoot, isRoot };
  }

  #parent(parents: readonly ObjectId[]): ObjectId | undefined {
    const { mainline } = this.#settings;
    const { id } = this.#step;
    if (parents.length > 1) {
      if (mainline === 0) refuse(`commit ${id} is a merge but no -m option was given.`);
      return parents[mainline - 1] ?? refuse(`commit ${id} does not have parent ${mainline}`);
    }
    if (mainline > 1) refuse(`commit ${id} does not have parent ${mainline}`);
    return parents[0];
  }

  async #fastForward(id: ObjectId, start: { head: ObjectId | undefined; isUnborn: boolean }): Promise<void> {
    const work = this.#work;
    await fastForward(work, id, { from: start.head, message: `${this.#settings.action}: fast-forward` });
  }

  #message(parent: ObjectId | undefined): string {
    const work = this.#work;
    const { recordsOrigin, signsOff, isReference } = this.#settings;
    const { id, command } = this.#step;
    const syntax = trailerRules(work.session.config);
    let text: string;
    if (command === 'revert') {
      const name = (commit: ObjectId): string => (isReference ? referenceTo(work, commit) : commit);
      text = revertMessage({
        name: name(id), title: work.titleOf(id), mainline: work.commit(id).parents.length > 1 && parent !== undefined ? name(parent) : undefined, isReference,
      });
    } else {
      text = work.messageOf(id);
      if (recordsOrigin) text = withOrigin(text, id, syntax);
    }
    const isSquash = command === 'fixup' || command === 'squash';
    return signsOff && !isSquash ? appendSignoff(text, work.session.identity('committer'), { syntax }) : text;
  }

  async #merge({ parent, start }: { readonly parent: ObjectId | undefined; readonly start: ObjectId }): Promise<{ result: MergeTreeResult | undefined; isClean: boolean }> {
    const work = this.#work;
    const { id, command } = this.#step;
    const { action, words, strategy } = this.#settings;
    const label = `${work.shortName(id)} (${work.titleOf(id)})`;
    const before = { tree: work.treeOf(parent), label: parent === undefined ? '(empty tree)' : `parent of ${label}` };
    const after = { tree: work.treeOf(id), label };
    const [base, theirs] = command === 'revert' ? [after, before] : [before, after];
    const isSimple = strategy === 'resolve' && command !== 'revert';
    if (strategy !== undefined && !isSimple && strategy !== 'ort' && strategy !== 'recursive' && command !== 'revert') {
      return { result: undefined, isClean: await mergeByStrategy(work, strategy, { base: base.tree, ours: start, theirs: theirs.tree, words }) };
    }
    const result = mergeTreesOf(work, { base: base.tree, ours: start, theirs: theirs.tree }, {
      labels: { ancestor: base.label, ours: 'HEAD', theirs: theirs.label }, words, renames: isSimple ? false : undefined,
    });
    if (isSimple) work.say(result.messages.length === 0 ? 'Trying simple merge.\n' : 'Trying simple merge.\nSimple merge failed, trying Automatic merge.\n');
    await bringMerge(work, start, result);
    if (action !== 'rebase' || !result.isClean) work.say(result.messages.map(({ text }) => `${text}\n`).join(''));
    return { result, isClean: result.isClean };
  }

  #withConflicts(message: string, result: MergeTreeResult | undefined): string {
    const prefix = commentPrefixOf(this.#work.session.config);
    const paths = result === undefined ? unmergedPaths(this.#work) : stagedConflicts(result);
    if (this.#settings.cleanup !== 'scissors') return withConflictHint(message, paths, prefix);
    return withConflictHint(`${message}\n${scissorsLines(prefix)}${prefix}`, paths, prefix);
  }

  /** So that `git commit` knows whose change it commits. */
  #nameHead(isClean: boolean): void {
    const { commits } = this.#settings;
    const { command, id } = this.#step;
    if ((command === 'pick' || command === 'reword' || command === 'edit') && commits) this.#work.setPseudoRef('CHERRY_PICK_HEAD', id);
    if (command === 'revert' && (!isClean || !commits)) this.#work.setPseudoRef('REVERT_HEAD', id);
  }

  async #stop(): Promise<PickOutcome> {
    const work = this.#work;
    const { command, id } = this.#step;
    work.tell(`error: could not ${command === 'revert' ? 'revert' : 'apply'} ${work.shortName(id)}... ${work.titleOf(id)}\n`);
    this.#advise();
    await runRerere(work.tree, this.#settings.rerereAuto);
    return { code: 1, wasEdited: false };
  }

  #advise(): void {
    const work = this.#work;
    const { action, commits } = this.#settings;
    const help = work.env['GIT_CHERRY_PICK_HELP'] ?? work.session.io.env['GIT_CHERRY_PICK_HELP'];
    if (help !== undefined) {
      work.tell(hintText(help));
      work.remove('CHERRY_PICK_HEAD');
    } else if (!commits) {
      work.tell(hintText("after resolving the conflicts, mark the corrected paths\nwith 'git add <paths>' or 'git rm <paths>'"));
    } else {
      const name = `git ${action}`;
      work.tell(hintText(`After resolving the conflicts, mark them with\n"git add/rm <pathspec>", then run\n"${name} --continue".\n` +
        `You can instead skip this commit with "${name} --skip".\nTo abort and get back to the state before "${name}",\nrun "${name} --abort".`));
    }
  }

  async #record(flags: RecordFlags, file: string | undefined): Promise<PickOutcome> {
    const work = this.#work;
    const settings = this.#settings;
    const { id, command, reflog } = this.#step;
    const empty = this.#emptiness();
    if (empty === 'drop') {
      work.remove('CHERRY_PICK_HEAD', 'MERGE_MSG', 'AUTO_MERGE');
      work.tell(`dropping ${id} ${work.titleOf(id)} -- patch contents already upstream\n`);
    }
    const kept: RecordFlags = { ...flags, allowsEmpty: empty === 'keep' };
    if (!settings.commits || empty === 'drop') return { code: 0, wasEdited: false };
    const author = command === 'revert' ? undefined : work.commit(id).authorBytes;
    const code = await recordCommit(work, settings, { file, author, flags: kept, picked: id, reflog });
    if (code === 0 && command === 'reword') return this.#reword({ allowsEmpty: kept.allowsEmpty });
    return { code, wasEdited: flags.edits === true };
  }

  async #reword(flags: RecordFlags): Promise<PickOutcome> {
    const request = { file: undefined, author: undefined, flags: { ...flags, edits: true, verifies: true, amends: true }, picked: undefined, reflog: this.#step.reflog };
    return { code: await runCommit(this.#work, this.#settings, request), wasEdited: true };
  }

  /** What is done with a commit that changes nothing. */
  #emptiness(): 'commit' | 'keep' | 'drop' {
    const work = this.#work;
    const { allowsEmpty, keepsRedundant, dropsRedundant } = this.#settings;
    if (!allowsEmpty) return 'commit';
    if (work.isIndexDirty()) return 'commit';
    if (keepsRedundant) return 'keep';
    const { parents, tree } = work.commit(this.#step.id);
    if (work.treeOf(parents[0]) === tree) return 'keep';
    return dropsRedundant ? 'drop' : 'commit';
  }
}

/** Merges trees with the options of a sequence; nothing is written. */
export function mergeTreesOf(
  work: Workplace, trees: { readonly base: ObjectId; readonly ours: ObjectId; readonly theirs: ObjectId },
  options: {
    readonly labels: { readonly ancestor: string; readonly ours: string; readonly theirs: string }; readonly words: readonly string[];
    readonly directoryRenames?: 'false' | undefined; readonly renames?: false | undefined;
  },
): MergeTreeResult {
  const { session } = work;
  const { ancestor, ours: branch1, theirs: branch2 } = options.labels;
  const { labels: _labels, ...given } = replayMergeOptions(session.config, options.words, { labels: { ancestor, branch1, branch2 } });
  return session.repository.mergeTree(trees.ours, trees.theirs, {
    ...given, ...(options.directoryRenames === undefined ? {} : { directoryRenames: options.directoryRenames }),
    ...(options.renames === undefined ? {} : { renames: options.renames }), base: trees.base, labels: options.labels, ...(work.head.id === undefined ? {} : { attributesFrom: 'HEAD' }),
  });
}

/** Brings a merge to index and files, and remembers it where it has conflicts. @throws {Refusal} local changes are in the way */
export async function bringMerge(work: Workplace, from: ObjectId, result: MergeTreeResult): Promise<void> {
  const { tree } = work;
  tree.lock();
  await tree.refresh();
  try {
    await applyMerge(tree, from, result, 'merge');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Refusal(error.text);
  }
  await tree.saveObjects();
  if (!result.isClean) work.setPseudoRef('AUTO_MERGE', result.tree);
}

/** Moves HEAD ahead with index and files. @throws {Refusal} local changes are in the way */
export async function fastForward(work: Workplace, id: ObjectId, options: { readonly from: ObjectId | undefined; readonly message: string }): Promise<void> {
  const { tree } = work;
  tree.lock();
  const isInitial = options.from === undefined;
  const result = await switchTree(tree, [isInitial ? undefined : work.treeOf(options.from), peelToTree(work.session.context.snapshot, id)], isInitial ? { isInitial: true } : {});
  if ('obstacles' in result) throw new Refusal(obstacleText(result.obstacles, 'merge'));
  await tree.save(result.index);
  tree.draft.editRef(work.head.ref, directRef(id));
  await tree.saveObjects({ message: options.message });
}

/** A strategy that is a program of its own, as `git merge-<strategy>` is called. */
async function mergeByStrategy(
  work: Workplace, strategy: string, trees: { readonly base: ObjectId; readonly ours: ObjectId; readonly theirs: ObjectId; readonly words: readonly string[] },
): Promise<boolean> {
  const code = await work.run([`merge-${strategy}`, ...trees.words.map((word) => `--${word}`), trees.base, '--', trees.ours, trees.theirs]);
  return code === 0;
}

/** The paths of a result that have stages in the index. */
export function stagedConflicts(result: MergeTreeResult): string[] {
  const staged = result.conflicts.filter(({ stages }) => stages.base !== undefined || stages.ours !== undefined || stages.theirs !== undefined);
  return [...new Set(staged.map(({ path }) => path))];
}

/** The paths of the index that are in conflict. */
export function unmergedPaths(work: Workplace): string[] {
  return [...new Set(work.tree.index.entries.filter(({ stage }) => stage !== 0).map(({ path }) => path))];
}

/** The line below which a message is cut off, with what it says about itself. */
export function scissorsLines(prefix: string): string {
  return commentLines('------------------------ >8 ------------------------\nDo not modify or remove the line above.\nEverything below it will be ignored.\n', prefix);
}

/** What is said where the index holds changes that are not committed. */
export function dirtyIndexText(work: Workplace, action: string): string {
  if (work.isUnmerged()) return unmergedText(action, work.advises('resolveConflict'));
  const hint = work.advises('commitBeforeMerge') ? hintText('commit your changes or stash them to proceed.') : '';
  return `error: your local changes would be overwritten by ${action}.\n${hint}`;
}

/** `<short id> (<subject>, <day of the author>)` */
function referenceTo(work: Workplace, id: ObjectId): string {
  const { timeSeconds, timezone } = parseIdentity(work.commit(id).authorBytes);
  const minutes = (Number(timezone.slice(1, 3)) * 60 + Number(timezone.slice(3, 5))) * (timezone.startsWith('-') ? -1 : 1);
  const day = new Date((timeSeconds + minutes * 60) * 1000).toISOString().slice(0, 10);
  return `${work.shortName(id)} (${messageTitle(work.messageOf(id))}, ${day})`;
}

