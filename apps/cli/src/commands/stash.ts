import type { ObjectId } from '@govc/core';
import {
  findUntracked, IndexEditor, indexEntry, parseCommit, removeEmptyFolders, stageFile, treeFiles, worktreeIgnores, writeEntry, type StagingIndex,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { STASHER } from '../session/identity.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import { readHead } from '../worktree/head.js';
import { applyMerge } from '../worktree/merge-files.js';
import { openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';
import { stageTracked } from '../worktree/stage-changes.js';
import { resetHard, switchTree } from '../worktree/switch-tree.js';
import { writeIndexTree } from './write-tree.js';

const USAGE = [
  'git stash list [<options>]', 'git stash show [<options>] [<stash>]', 'git stash drop [-q|--quiet] [<stash>]', 'git stash ( pop | apply ) [--index] [-q|--quiet] [<stash>]',
  'git stash branch <branchname> [<stash>]', 'git stash clear',
  'git stash [push [-p|--patch] [-S|--staged] [-k|--[no-]keep-index] [-q|--quiet]\n          [-u|--include-untracked] [-a|--all] [-m|--message <message>]\n          [--pathspec-from-file=<file> [--pathspec-file-nul]]\n          [--] [<pathspec>...]]',
  'git stash save [-p|--patch] [-S|--staged] [-k|--[no-]keep-index] [-q|--quiet]\n          [-u|--include-untracked] [-a|--all] [<message>]',
];

/** `git stash`. */
export const stashCommand: Command = async (args, context) => {
  const [name, ...rest] = args;
  const session = await context.session();
  switch (name) {
    case 'list':
      if (rest.length === 0) {
        writeText(context.io.stdout, session.repository.stashes().map(({ position, message }) => `stash@{${position}}: ${message}\n`).join(''));
        return 0;
      }
      return context.run(['log', '--format=%gd: %gs', '-g', '--first-parent', '-m', ...rest, 'refs/stash', '--']).then((code) => (session.repository.stashes().length === 0 ? 0 : code));
    case 'show': return show(context, rest);
    case 'apply': return apply(context, rest, false);
    case 'pop': return apply(context, rest, true);
    case 'drop': return drop(context, rest);
    case 'clear': session.repository.clearStashes(); return 0;
    case 'save': return push(context, rest, true);
    case 'push': return push(context, rest, false);
    default:
      if (name === undefined || name.startsWith('-')) return push(context, args, false);
      throw new Failure(`error: unknown subcommand: \`${name}'\n`, 129);
  }
};

async function show(context: Context, args: readonly string[]): Promise<number> {
  const options = args.filter((arg) => arg.startsWith('-'));
  const { id } = await findStash(context, args.filter((arg) => !arg.startsWith('-')));
  return context.run(['diff', ...(options.length === 0 ? ['--stat'] : options), `${id}^1`, id]);
}

interface FoundStash {
  readonly id: ObjectId;
  readonly name: string;
  /** Its place in the list; `undefined` for a commit that is in none. */
  readonly position: number | undefined;
}

async function findStash(context: Context, args: readonly string[]): Promise<FoundStash> {
  const session = await context.session();
  if (args.length > 1) throw new Failure(`Too many revisions specified: ${args.map((arg) => `'${arg}'`).join(' ')}\n`, 1);
  const given = args[0];
  const stashes = session.repository.stashes();
  if (given === undefined && stashes.length === 0) throw new Failure('No stash entries found.\n', 1);
  const name = given === undefined ? 'refs/stash@{0}' : /^\d+$/.test(given) ? `refs/stash@{${given}}` : given;
  const listed = /^(?:refs\/)?stash(?:@\{(\d+)\})?$/.exec(name);
  const position = listed === null ? undefined : Number(listed[1] ?? 0);
  const id = position === undefined ? findObject(session, name, 'commit') : stashes[position]?.id;
  if (id === undefined) throw new Failure(position === undefined ? `error: ${name} is not a valid reference\n` : `error: stash@{${position}} is not a valid reference\n`, 1);
  const { parents } = parseCommit(session.context.snapshot.objects.find(id)!.body, session.algorithm);
  if (parents.length < 2 || parents.length > 3) throw new Failure(`error: '${name}' is not a stash-like commit\n`, 1);
  return { id, name, position };
}

async function drop(context: Context, args: readonly string[]): Promise<number> {
  let isQuiet = false;
  const rest = parseOptions(args, { io: context.io, usage: ['git stash drop [-q|--quiet] [<stash>]'], options: [flag('q|quiet', 'be quiet, only report errors', (isOn) => { isQuiet = isOn; })] });
  const found = await findStash(context, rest);
  if (found.position === undefined) throw new Failure(`error: '${found.name}' is not a stash reference\n`, 1);
  await dropFound(context, found, isQuiet);
  return 0;
}

async function dropFound(context: Context, { id, name, position }: FoundStash, isQuiet: boolean): Promise<void> {
  const { repository } = await context.session();
  repository.dropStash(position);
  if (!isQuiet) writeText(context.io.stdout, `Dropped ${name} (${id})\n`);
}

interface PushOptions {
  keepsIndex: boolean;
  isQuiet: boolean;
  untracked: 'no' | 'normal' | 'all';
  message: string | undefined;
}

async function push(context: Context, args: readonly string[], isSave: boolean): Promise<number> {
  const { io } = context;
  const o: PushOptions = { keepsIndex: false, isQuiet: false, untracked: 'no', message: undefined };
  const rest = parseOptions(args, {
    io, usage: USAGE.slice(-2),
    options: [
      flag('k|keep-index', 'keep index', (isOn) => { o.keepsIndex = isOn; }),
      flag('S|staged', 'stash staged changes only', () => die('putting away staged changes only is not supported')),
      flag('p|patch', 'stash in patch mode', () => die('picking changes interactively is not supported')),
      flag('q|quiet', 'quiet mode', (isOn) => { o.isQuiet = isOn; }),
      flag('u|include-untracked', 'include untracked files in stash', (isOn) => { o.untracked = isOn ? 'normal' : 'no'; }),
      flag('a|all', 'include ignore files', (isOn) => { o.untracked = isOn ? 'all' : 'no'; }),
      value('m|message', 'message', 'stash message', (text) => { o.message = text; }),
    ],
  });
  if (isSave && rest.length > 0) o.message = rest.join(' ');
  else if (rest.length > 0) die('putting away single paths is not supported');
  const session = await context.session();
  const tree = openWorktree(session);
  if (readHead(session).id === undefined) throw new Failure('You do not have the initial commit yet\n', 1);
  if (tree.index.entries.some(({ stage }) => stage !== 0)) return 1;
  tree.lock();
  try {
    return await new Push(tree, o).run();
  } finally {
    tree.unlock();
  }
}

class Push {
  readonly #tree: OpenWorktree;
  readonly #o: PushOptions;

  constructor(tree: OpenWorktree, options: PushOptions) {
    this.#tree = tree;
    this.#o = options;
  }

  async run(): Promise<number> {
    const tree = this.#tree;
    const { session } = tree;
    const head = readHead(session);
    await tree.refresh();
    const { id: index } = writeIndexTree(tree);
    const { id: workTree } = writeIndexTree(tree, { index: await stageTracked(tree) });
    const paths = this.#untracked();
    if (index === head.tree && workTree === head.tree && paths.length === 0) {
      if (!this.#o.isQuiet) writeText(session.io.stdout, 'No local changes to save\n');
      return 0;
    }
    const untracked = this.#o.untracked === 'no' ? undefined : await this.#untrackedTree(paths);
    await tree.saveObjects();
    const { message } = session.repository.stash({ workTree, index, untracked }, {
      message: this.#o.message, author: session.identity('author', { fallback: STASHER }), committer: session.identity('committer', { fallback: STASHER }),
    });
    tree.renew();
    for (const path of paths) {
      tree.files.remove(path);
      removeEmptyFolders(tree.files, path);
    }
    await resetHard(tree, head.tree);
    if (this.#o.keepsIndex) {
      tree.lock();
      await resetHard(tree, index);
    }
    if (!this.#o.isQuiet) writeText(session.io.stdout, `Saved working directory and index state ${message}\n`);
    return 0;
  }

  #untracked(): readonly string[] {
    if (this.#o.untracked === 'no') return [];
    const ignores = this.#o.untracked === 'all' ? undefined : worktreeIgnores(this.#tree, this.#tree.index);
    return findUntracked(this.#tree.files, this.#tree.index, { ignores }).untracked.filter((path) => !path.endsWith('/'));
  }

  async #untrackedTree(paths: readonly string[]): Promise<ObjectId> {
    const tree = this.#tree;
    const editor = new IndexEditor({ ...tree.index, entries: [], cacheTree: undefined });
    for (const path of paths) editor.set(await tree.drive(stageFile(tree, tree.index, path)));
    return writeIndexTree(tree, { index: editor.finish() }).id;
  }
}

async function apply(context: Context, args: readonly string[], isPop: boolean): Promise<number> {
  const { io } = context;
  const o = { isQuiet: false, index: false };
  const rest = parseOptions(args, {
    io, usage: [`git stash ${isPop ? 'pop' : 'apply'} [--index] [-q|--quiet] [<stash>]`],
    options: [
      flag('q|quiet', 'be quiet, only report errors', (isOn) => { o.isQuiet = isOn; }),
      flag('index', 'attempt to recreate the index', (isOn) => { o.index = isOn; }),
    ],
  });
  const found = await findStash(context, rest);
  if (isPop && found.position === undefined) throw new Failure(`error: '${found.name}' is not a stash reference\n`, 1);
  const tree = openWorktree(await context.session());
  let code: number;
  try {
    code = await applyFound(tree, found.id, o);
  } finally {
    tree.unlock();
  }
  if (!o.isQuiet) await context.run(['status']);
  if (code !== 0) {
    if (isPop) writeText(io.stdout, 'The stash entry is kept in case you need it again.\n');
    return code;
  }
  if (isPop) await dropFound(context, found, o.isQuiet);
  return 0;
}

async function applyFound(tree: OpenWorktree, id: ObjectId, o: { readonly index: boolean }): Promise<number> {
  const { session, algorithm } = tree;
  const { io, repository } = session;
  const treeOf = (commit: ObjectId): ObjectId => parseCommit(tree.objects.find(commit)!.body, algorithm).tree;
  const { parents, tree: workTree } = parseCommit(tree.objects.find(id)!.body, algorithm);
  const base = treeOf(parents[0]!);
  tree.lock();
  await tree.refresh();
  const { id: current } = writeIndexTree(tree);
  await tree.saveObjects();
  const labels = { ours: current === base ? 'Version stash was based on' : 'Updated upstream', theirs: 'Stashed changes', ancestor: 'Stash base' };
  const result = repository.mergeTree(current, workTree, { base, labels });
  const stagedTree = treeOf(parents[1]!);
  let wanted = current;
  if (o.index && stagedTree !== base && stagedTree !== current) {
    const merged = repository.mergeTree(current, stagedTree, { base, labels });
    if (!merged.isClean) throw new Failure('error: conflicts in index. Try without --index.\n', 1);
    const { keepObjects } = await import('../worktree/merge-files.js');
    keepObjects(tree, merged.objects, merged.tree);
    wanted = merged.tree;
  }
  if (parents[2] !== undefined) await restoreUntracked(tree, treeOf(parents[2]));
  await applyMerge(tree, current, result, 'merge');
  if (base === workTree) writeText(io.stdout, 'Already up to date.\n');
  if (result.messages.length > 0) writeText(io.stdout, result.messages.map(({ text }) => `${text}\n`).join(''));
  if (!result.isClean) return 1;
  tree.lock();
  const switched = await switchTree(tree, [wanted], { mode: 'index', discards: 'reset' });
  if ('obstacles' in switched) throw new Failure('error: could not restore the index\n', 1);
  await tree.save(withNewFiles(switched.index, tree.index, new Set([...treeFiles(tree, current)].map(({ path }) => path))));
  return 0;
}

/** Files that the stash brought are staged: nothing else would know them. */
function withNewFiles(index: StagingIndex, merged: StagingIndex, known: ReadonlySet<string>): StagingIndex {
  const editor = new IndexEditor(index);
  for (const entry of merged.entries) if (!known.has(entry.path) && editor.find(entry.path) === undefined) editor.set(entry);
  return editor.finish();
}

async function restoreUntracked(tree: OpenWorktree, from: ObjectId): Promise<void> {
  const files = [...treeFiles(tree, from)];
  const taken = files.filter(({ path }) => tree.files.find(path) !== undefined);
  if (taken.length > 0) {
    throw new Failure(`${taken.map(({ path }) => `${path} already exists, no checkout\n`).join('')}error: could not restore untracked files from stash\n`, 1);
  }
  const context = { files: tree.files, config: tree.config, objects: tree.objects, conversions: tree.conversionsFrom('index', tree.index) };
  for (const file of files) await tree.drive(writeEntry(context, indexEntry(file), tree.traits));
}

