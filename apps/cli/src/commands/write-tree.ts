import { IndexEditor, treeObjects, type StagingIndex } from '@govc/core/plumbing';
import type { ObjectId } from '@govc/core';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { openIndex, type OpenWorktree } from '../worktree/open-worktree.js';

const USAGE = ['git write-tree [--missing-ok] [--prefix=<prefix>/]'];

/** `git write-tree`. */
export const writeTreeCommand: Command = async (args, context) => {
  let missingOk = false;
  let prefix: string | undefined;
  parseOptions(args, {
    io: context.io, usage: USAGE,
    options: [
      flag('missing-ok', 'allow missing objects', (isOn) => { missingOk = isOn; }),
      value('prefix', '<prefix>/', 'write tree object for a subdirectory <prefix>', (text) => { prefix = text; }),
      flag('ignore-cache-tree', 'only useful for debugging', () => undefined, { isHidden: true }),
    ],
  });
  const tree = openIndex(await context.session());
  const { id, index } = writeIndexTree(tree, { missingOk });
  const shown = prefix === undefined ? id : findFolder(id, { index, prefix });
  await tree.saveObjects();
  try {
    tree.lock();
    await tree.save(index);
  } catch (error) {
    // The cache tree is worth a write only where the index can be written.
    if (!(error instanceof Failure) && (error as { code?: unknown }).code !== 'io-failed') throw error;
  }
  writeText(context.io.stdout, `${shown}\n`);
  return 0;
};

/** Writes the trees of the index; gives the root and the index that knows them. @throws {Failure} it is in conflict, or lacks objects */
export function writeIndexTree(tree: OpenWorktree, options: { readonly missingOk?: boolean; readonly index?: StagingIndex } = {}): { id: ObjectId; index: StagingIndex } {
  const index = options.index ?? tree.index;
  const unmerged = index.entries.filter(({ stage }) => stage !== 0);
  if (unmerged.length > 0) {
    const lines = unmerged.slice(0, 10).map(({ path, id }) => `${path}: unmerged (${id})\n`).join('');
    throw new Failure(`${lines}${unmerged.length > 10 ? '...\n' : ''}fatal: git-write-tree: error building trees\n`, 128);
  }
  const { objects } = tree;
  if (options.missingOk !== true) {
    for (const { id, path, mode, intentToAdd } of index.entries) {
      if (intentToAdd || mode === 0o160000 || objects.has(id)) continue;
      throw new Failure(`error: invalid object ${mode.toString(8)} ${id} for '${path}'\nfatal: git-write-tree: error building trees\n`, 128);
    }
  }
  const steps = treeObjects(index, { hasTree: (id) => objects.has(id) });
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) tree.write('tree', step.value.body);
  const id = step.value.id ?? tree.algorithm.emptyTreeId;
  if (id === tree.algorithm.emptyTreeId) tree.write('tree', new Uint8Array(0));
  const editor = new IndexEditor(index);
  editor.setCacheTree(step.value);
  return { id, index: editor.finish() };
}

function findFolder(root: ObjectId, { index, prefix }: { readonly index: StagingIndex; readonly prefix: string }): ObjectId {
  const path = prefix.replace(/\/+$/, '');
  if (path === '') return root;
  let node = index.cacheTree;
  for (const name of path.split('/')) node = node?.children.find((child) => child.name === name);
  return node?.id ?? die(`git-write-tree: prefix ${prefix} not found`);
}
