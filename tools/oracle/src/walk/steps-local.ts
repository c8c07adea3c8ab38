import { hasCode, type ObjectId } from '@govc/core';
import { Divergence, type Conflict, type Lab } from './lab.js';
import { randomMessage, type Edits } from './edits.js';
import type { WorkFile } from './real-worktree.js';
import type { Step } from './steps-refs.js';

/** The tree of `HEAD` with edits laid over it, as govc writes it. */
function treeWith(lab: Lab, edits: Edits, reality = lab.ours.reality()): ObjectId {
  for (const [path, file] of edits) if (file === undefined) reality.remove(path);
  for (const [path, file] of edits) if (file !== undefined) reality.add(path, file.content, { mode: file.mode });
  const { tree } = reality.commit('tree\n', { allowEmpty: true });
  // The objects have to stay when the reality goes.
  copyTree(lab, reality.snapshot.objects, tree);
  reality.discard();
  return tree;
}

function copyTree(lab: Lab, objects: ReturnType<Lab['ours']['reality']>['snapshot']['objects'], root: ObjectId): void {
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (lab.ours.snapshot.objects.has(id)) continue;
    const object = objects.find(id)!;
    lab.ours.writeObject(object.type, object.body);
    if (object.type !== 'tree') continue;
    for (let at = 0; at < object.body.length;) {
      const end = object.body.indexOf(0, at);
      open.push(Buffer.from(object.body.subarray(end + 1, end + 21)).toString('hex') as ObjectId);
      at = end + 21;
    }
  }
}

/** Puts edits away; later steps apply, pop and drop them. */
export const stash: Step = (lab) => {
  if (lab.head === undefined) return undefined;
  const stashes = lab.ours.stashes();
  const choice = stashes.length === 0 ? 0 : lab.random.below(4);
  if (choice <= 1) return push(lab);
  const position = lab.random.below(stashes.length);
  if (choice === 2) {
    lab.real.must(['stash', 'drop', '-q', `stash@{${position}}`]);
    lab.ours.dropStash(position);
    compareList(lab);
    return `stash drop ${position}`;
  }
  return apply(lab, position);
};

function push(lab: Lab): string | undefined {
  const staged = lab.random.below(2) === 0 ? lab.editWorktree(2) : new Map<string, WorkFile | undefined>();
  if (staged.size > 0) lab.real.must(['add', '-A']);
  const index = treeWith(lab, staged);
  // Only what is known already is changed afterwards, so that nothing is untracked.
  const known = [...lab.ours.list('', { revision: index, recursive: true })].filter(({ mode }) => mode !== 0o120000);
  const edits: Edits = new Map(staged);
  for (let i = lab.random.below(3); i > 0 && known.length > 0; i--) {
    const { path, mode } = lab.random.pick(known);
    const file = { mode, content: Buffer.from(`${Buffer.from(lab.ours.readFile(path, index).content).toString('latin1')}more ${lab.random.below(50)}\n`, 'latin1') };
    lab.real.write(path, file);
    edits.set(path, file);
  }
  const workTree = treeWith(lab, edits);
  const message = lab.random.below(2) === 0 ? 'some work' : undefined;
  const args = ['stash', 'push', '-q', ...(message === undefined ? [] : ['-m', message])];
  const before = lab.real.run(['rev-parse', '-q', '--verify', 'refs/stash']).stdout.toString();
  const pushed = lab.real.run(args);
  if (pushed.status !== 0) {
    // Git stumbles over a folder that became a link in the index and a file in it in the worktree.
    lab.real.must(['reset', '-q', '--hard']);
    lab.real.must(['clean', '-q', '-f', '-d']);
    return `${args.join(' ')}: refused`;
  }
  const after = lab.real.run(['rev-parse', '-q', '--verify', 'refs/stash']).stdout.toString();
  try {
    lab.ours.stash({ workTree, index }, { message });
  } catch (error) {
    if (!hasCode(error, 'nothing-to-commit') || before !== after) throw error;
    return 'stash push: nothing';
  }
  compareList(lab);
  return args.join(' ');
}

function apply(lab: Lab, position: number): string {
  const isPop = lab.random.below(2) === 0;
  const args = ['stash', isPop ? 'pop' : 'apply', '-q', `stash@{${position}}`];
  lab.note(args.join(' '));
  const { status, stderr } = lab.real.run(args);
  const applied = isPop ? lab.ours.popStash(position) : lab.ours.applyStash(position);
  if ((status === 0) !== applied.isClean) throw new Divergence('what became of a stash', `${status} ${stderr}`, applied.isClean ? 'clean' : 'conflicts');
  lab.compareConflicts(applied.conflicts, ({ path }: Conflict) => lab.fileAt(path, applied.tree));
  if (status !== 0) {
    lab.real.must(['read-tree', '--reset', '-u', 'HEAD']);
    compareList(lab);
    return `${args.join(' ')}: conflicts`;
  }
  lab.real.must(['add', '-A']);
  const tree = lab.real.must(['write-tree']).toString().trim();
  if (tree !== applied.tree) throw new Divergence('the files of a stash', lab.real.must(['ls-tree', '-r', tree]).toString(), describe(lab, applied.tree));
  lab.real.must(['commit', '-q', '--allow-empty', '-m', 'From a stash']);
  commitTree(lab, applied.tree, 'From a stash\n');
  compareList(lab);
  return args.join(' ');
}

function describe(lab: Lab, tree: string): string {
  return lab.ours.list('', { revision: tree, recursive: true }).map(({ mode, id, path }) => `${mode.toString(8)} blob ${id}\t${path}\n`).join('');
}

/** Commits a tree that is there already. */
function commitTree(lab: Lab, tree: ObjectId, message: string): void {
  const wanted = new Map(lab.ours.list('', { revision: tree, recursive: true }).map((entry) => [entry.path, entry]));
  for (const path of lab.files().keys()) if (!wanted.has(path)) lab.ours.remove(path);
  for (const [path, { mode }] of wanted) lab.ours.add(path, lab.ours.readFile(path, tree).content, { mode });
  lab.ours.commit(message, { allowEmpty: true });
}

function compareList(lab: Lab): void {
  const theirs = lab.real.must(['stash', 'list', '--format=%H %gs']).toString();
  const ours = lab.ours.stashes().map(({ id, message }) => `${id} ${message}\n`).join('');
  if (theirs !== ours) throw new Divergence('the list of stashes', theirs, ours);
}

/** Makes the last commit again, with or without changes and another message. */
export const amend: Step = (lab) => {
  if (lab.head === undefined) return undefined;
  const edits: Edits = lab.random.below(2) === 0 ? lab.editWorktree(2) : new Map<string, WorkFile | undefined>();
  lab.real.must(['add', '-A']);
  const tree = treeWith(lab, edits);
  const message = lab.random.below(2) === 0 ? randomMessage(lab.random) : undefined;
  const resetAuthor = lab.random.below(4) === 0;
  const args = ['commit', '-q', '--amend', '--allow-empty', ...(resetAuthor ? ['--reset-author'] : []), ...(message === undefined ? ['--no-edit'] : ['-F', '-'])];
  lab.real.must(args, message ?? '');
  lab.ours.amend({ tree, message, resetAuthor, allowEmpty: true });
  return args.join(' ');
};

/** Moves the branch of `HEAD` elsewhere. */
export const reset: Step = (lab) => {
  if (lab.head === undefined) return undefined;
  const id = lab.random.pick(lab.commits());
  lab.real.must(['reset', '-q', '--hard', id, '--']);
  lab.ours.reset(id, 'hard');
  return `reset --hard ${id}`;
};
