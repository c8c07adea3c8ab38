/** The steps of a rebase that keeps merges: labels, resets to them, and merges. */
import type { MergeTreeResult, ObjectId } from '@govc/core';
import { findRefId, makeCommit, peelToCommit, replayMergeOptions, serializeCommit, type RefName, type TodoItem } from '@govc/core/plumbing';

import { findObject } from '../session/revisions.js';
import { obstacleText, switchTree } from '../worktree/switch-tree.js';
import { scriptedAuthor, serializeAuthorScript } from './author-script.js';
import { bringMerge, fastForward } from './pick-commit.js';
import { STATE } from './rebase-state.js';
import { needAuthor, runCommit } from './record-commit.js';
import { Refusal, refuse, unmergedText } from './refusal.js';
import { runRerere } from './rerere-files.js';
import type { PickSettings } from './settings.js';
import type { Workplace } from './workplace.js';

const LABELS = 'refs/rewritten/';

/** `label <name>`. @throws {Refusal} */
export async function labelHead(work: Workplace, name: string): Promise<void> {
  if (name === '#') refuse(`illegal label name: '${name}'`);
  const { id } = work.head;
  if (id === undefined) refuse('could not read HEAD');
  const ref = `${LABELS}${name}`;
  try {
    await work.editRef(ref as RefName, id, `rebase (label) '${name}'`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    refuse(`update_ref failed for ref '${ref}': ${error.message}`);
  }
  work.append(`${STATE}/refs-to-delete`, `${ref}\n`);
}

/** `reset <label>`. @throws {Refusal} */
export async function resetToLabel(work: Workplace, settings: PickSettings, argument: string): Promise<void> {
  const name = argument === '[new root]' ? argument : argument.split(/[ \t\n\v\f\r]/, 1)[0]!;
  const id = argument === '[new root]' ? await newRoot(work, settings) : findLabel(work, name).id;
  const { tree } = work;
  if (work.isUnmerged()) throw new Refusal(unmergedText('rebase', work.advises('resolveConflict')));
  tree.lock();
  const result = await switchTree(tree, [work.treeOf(id)], {});
  if ('obstacles' in result) throw new Refusal(obstacleText(result.obstacles, 'reset'));
  await tree.save(result.index);
  await work.moveHead(id, `${settings.reflogAction} (reset): '${name}'`);
}

/** The commit without anything that a new root is picked on. */
export async function newRoot(work: Workplace, settings: PickSettings): Promise<ObjectId> {
  if (settings.squashOnto !== undefined) return settings.squashOnto;
  const { session, tree } = work;
  const empty = tree.write('tree', new Uint8Array(0));
  const commit = makeCommit({ tree: empty, parents: [], author: session.identity('author'), committer: session.identity('committer'), message: '' });
  const id = tree.write('commit', serializeCommit(commit));
  await tree.saveObjects();
  settings.squashOnto = id;
  if (work.has(STATE)) work.save(`${STATE}/squash-onto`, id);
  return id;
}

interface Label {
  readonly id: ObjectId;
  /** The ref that it stands for, as conflicts name it. */
  readonly name: string;
}

function findLabel(work: Workplace, name: string): Label {
  const { repository, context } = work.session;
  const own = findRefId(repository.snapshot.refs, `${LABELS}${name}` as RefName);
  if (own !== undefined) return { id: own, name: `${LABELS}${name}` };
  const id = findObject(work.session, name, 'committish', true);
  return id === undefined ? refuse(`could not resolve '${name}'`) : { id: peelToCommit(context.snapshot, id), name };
}

interface MergeRequest {
  readonly item: TodoItem;
  readonly reflog: string;
}

/** `merge [-C <commit>] <label>... [# <title>]`. @throws {Refusal} */
export async function mergeStep(work: Workplace, settings: PickSettings, request: MergeRequest): Promise<{ code: number; wasEdited: boolean }> {
  const { item } = request;
  const { names, title } = splitArgument(item.argument);
  const head = work.head.id ?? refuse('cannot merge without a current revision');
  const heads = names.map((name) => findLabel(work, name));
  const [first] = heads;
  if (first === undefined) refuse(`nothing to merge: '${item.argument}'`);
  const edits = item.commit === undefined || item.flag === 'c';
  if (head === settings.squashOnto) {
    if (heads.length > 1) refuse('octopus merge cannot be executed on top of a [new root]');
    await fastForward(work, first.id, { from: head, message: 'rebase: fast-forward' });
    return { code: 0, wasEdited: false };
  }
  const commit = item.commit as ObjectId | undefined;
  if (settings.allowsFastForward && commit !== undefined && isSameMerge(work, commit, [head, ...heads.map(({ id }) => id)])) {
    await fastForward(work, commit, { from: head, message: 'rebase: fast-forward' });
    return edits ? reword(work, settings, request) : { code: 0, wasEdited: false };
  }
  writeMessage(work, { commit, title, names });
  const ownStrategy = settings.words.length > 0 || (settings.strategy !== undefined && settings.strategy !== 'ort' && settings.strategy !== 'recursive');
  if (ownStrategy || heads.length > 1) return { code: await mergeByCommand(work, settings, { heads, edits, ownStrategy }), wasEdited: false };
  if (work.session.repository.mergeBase([head, first.id])[0] === first.id) return { code: 0, wasEdited: false };
  const code = await mergeTwo(work, settings, { other: first, reflog: request.reflog });
  return code === 0 && edits ? reword(work, settings, request) : { code, wasEdited: false };
}

function splitArgument(argument: string): { names: string[]; title: string | undefined } {
  const names: string[] = [];
  const pattern = /[^ \t\n]+/g;
  for (const match of argument.matchAll(pattern)) {
    if (match[0] === '#') return { names, title: argument.slice(match.index + 1).replace(/^[ \t\n]+/, '') };
    names.push(match[0]);
  }
  return { names, title: undefined };
}

function isSameMerge(work: Workplace, commit: ObjectId, parents: readonly ObjectId[]): boolean {
  const before = work.commit(commit).parents;
  return before.length === parents.length && before.every((id, index) => id === parents[index]);
}

function writeMessage(work: Workplace, { commit, title, names }: { readonly commit: ObjectId | undefined; readonly title: string | undefined; readonly names: readonly string[] }): void {
  if (commit !== undefined) {
    work.save(`${STATE}/author-script`, serializeAuthorScript(scriptedAuthor(work.commit(commit).authorBytes)));
    work.save('MERGE_MSG', work.messageOf(commit));
    return;
  }
  const { name, email, timeSeconds, timezone } = work.session.identity('author');
  work.save(`${STATE}/author-script`, serializeAuthorScript({ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: `@${timeSeconds} ${timezone}` }));
  work.save('MERGE_MSG', title ?? `Merge ${names.length > 1 ? 'branches' : 'branch'} '${names.join(' ')}'`);
}

async function mergeTwo(work: Workplace, settings: PickSettings, { other, reflog }: { readonly other: Label; readonly reflog: string }): Promise<number> {
  const result = mergeHeads(work, settings, other);
  work.save('MERGE_HEAD', other.id);
  work.save('MERGE_MODE', 'no-ff');
  await bringMerge(work, work.head.tree!, result);
  if (!result.isClean) {
    work.say(result.messages.map(({ text }) => `${text}\n`).join(''));
    await runRerere(work.tree, settings.rerereAuto);
    return 1;
  }
  const request = { file: 'MERGE_MSG', author: undefined, flags: {}, picked: undefined, reflog };
  return (await runCommit(work, settings, request)) === 0 ? 0 : 1;
}

function mergeHeads(work: Workplace, settings: PickSettings, other: Label): MergeTreeResult {
  const { session } = work;
  const { labels: _labels, ...given } = replayMergeOptions(session.config, settings.words, { labels: { ancestor: '', branch1: 'HEAD', branch2: other.name } });
  return session.repository.mergeTree(work.head.id!, other.id, { ...given, labels: { ours: 'HEAD', theirs: other.name }, allowUnrelated: true, attributesFrom: 'HEAD' });
}

async function reword(work: Workplace, settings: PickSettings, { reflog }: MergeRequest): Promise<{ code: number; wasEdited: boolean }> {
  const code = await runCommit(work, settings, { file: undefined, author: undefined, flags: { amends: true, edits: true, verifies: true }, picked: undefined, reflog });
  return { code: code === 0 ? 0 : 1, wasEdited: true };
}

/** Merges of several heads, or by a strategy of its own, are those of `git merge`. */
async function mergeByCommand(work: Workplace, settings: PickSettings, { heads, edits, ownStrategy }: { readonly heads: readonly Label[]; readonly edits: boolean; readonly ownStrategy: boolean }): Promise<number> {
  const env: Record<string, string | undefined> = { ...needAuthor(work, settings) };
  if (settings.committerDateIsAuthorDate) env['GIT_COMMITTER_DATE'] = settings.ignoresDate ? '' : env['GIT_AUTHOR_DATE'];
  if (settings.ignoresDate) env['GIT_AUTHOR_DATE'] = '';
  const strategy = ownStrategy ? settings.strategy ?? 'ort' : 'octopus';
  const words = ownStrategy ? settings.words.map((word) => `-X${word}`) : [];
  work.remove('CHERRY_PICK_HEAD');
  return work.run([
    'merge', '-s', strategy, ...words, edits ? '--edit' : '--no-edit', '--no-ff', '--no-log', '--no-stat', '-F', `${work.session.gitDirectory}/MERGE_MSG`,
    ...heads.map(({ id }) => id),
  ], { env });
}
