import { IndexEditor, treeFiles, indexEntry, type StagingIndex, type UnpackTrees } from '@govc/core/plumbing';
import type { ObjectId } from '@govc/core';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { needTree, findObject } from '../session/revisions.js';
import { openIndex, openWorktree } from '../worktree/open-worktree.js';
import { plumbingObstacle, switchTree } from '../worktree/switch-tree.js';

const USAGE = [
  'git read-tree [(-m [--trivial] [--aggressive] | --reset | --prefix=<prefix>)\n                [-u | -i]] [--index-output=<file>] [--no-sparse-checkout]\n                (--empty | <tree-ish1> [<tree-ish2> [<tree-ish3>]])',
];

/** `git read-tree`. */
export const readTreeCommand: Command = async (args, context) => {
  const { io } = context;
  const o = { merges: false, resets: false, updates: false, indexOnly: false, isTrivial: false, isAggressive: false, isEmpty: false, isDry: false, prefix: undefined as string | undefined, output: undefined as string | undefined };
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      value('index-output', 'file', 'write resulting index to <file>', (text) => { o.output = text; }, { canNegate: false }),
      flag('empty', 'only empty the index', (isOn) => { o.isEmpty = isOn; }),
      flag('v|verbose', 'be verbose', () => undefined),
      flag('m', 'perform a merge in addition to a read', (isOn) => { o.merges = isOn; }),
      flag('trivial', '3-way merge if no file level merging required', (isOn) => { o.isTrivial = isOn; }),
      flag('aggressive', '3-way merge in presence of adds and removes', (isOn) => { o.isAggressive = isOn; }),
      flag('reset', 'same as -m, but discard unmerged entries', (isOn) => { o.resets = isOn; }),
      value('prefix', '<subdirectory>/', 'read the tree into the index under <subdirectory>/', (text) => { o.prefix = text; }, { canNegate: false }),
      flag('u', 'update working tree with merge result', (isOn) => { o.updates = isOn; }),
      value('exclude-per-directory', 'gitignore', 'allow explicitly ignored files to be overwritten', () => undefined, { canNegate: false }),
      flag('i', "don't check the working tree after merging", (isOn) => { o.indexOnly = isOn; }),
      flag('n|dry-run', "don't update the index or the work tree", (isOn) => { o.isDry = isOn; }),
      flag('no-sparse-checkout', 'skip applying sparse checkout filter', () => undefined),
      flag('debug-unpack', 'debug unpack-trees', () => undefined),
      optionalValue('recurse-submodules', 'checkout', 'control recursive updating of submodules', () => undefined),
      flag('q|quiet', 'suppress feedback messages', () => undefined),
    ],
  });
  const session = await context.session();
  const isMerge = o.merges || o.resets || o.prefix !== undefined;
  if (Number(o.merges) + Number(o.resets) + Number(o.prefix !== undefined) > 1) die('Which one? -m, --reset, or --prefix?');
  if (o.updates && !isMerge && !o.isEmpty) die('-u is meaningless without -m, --reset, or --prefix');
  if (o.indexOnly && !isMerge) die('-i is meaningless without -m, --reset, or --prefix');
  if (o.updates && o.indexOnly) die("options '-u' and '-i' cannot be used together");
  const trees: ObjectId[] = rest.map((text) => {
    if (findObject(session, text, undefined, true) === undefined) die(`Not a valid object name ${text}`);
    return needTree(session, text);
  });
  if (trees.length === 0 && !o.isEmpty) io.stderr.write('warning: read-tree: emptying the index with no arguments is deprecated; use --empty\n');
  if (trees.length > 0 && o.isEmpty) die('passing trees as arguments contradicts --empty');
  const tree = o.updates ? openWorktree(session) : openIndex(session);
  tree.lock();
  try {
    if (o.merges && tree.index.entries.some(({ stage }) => stage !== 0)) throw new Failure('fatal: You need to resolve your current index first\n', 128);
    if (isMerge && o.prefix === undefined && (trees.length < 1 || trees.length > 3)) {
      die(trees.length < 1 ? 'just how do you expect me to merge 0 trees?' : `at most 3 trees can be merged`);
    }
    const index = o.prefix !== undefined
      ? addBelow(tree.index, [...treeFiles(tree, trees[0])], o.prefix)
      : !isMerge ? readAll(tree.index, trees.map((id) => [...treeFiles(tree, id)])) : await merge();
    if (!o.isDry) await tree.save({ ...index, resolveUndo: undefined });
    return 0;
  } finally {
    tree.unlock();
  }

  async function merge(): Promise<StagingIndex> {
    const result = await switchTree(tree, trees as unknown as UnpackTrees, {
      mode: o.updates && !o.isDry ? 'update' : 'index', discards: o.resets ? (o.updates ? 'overwrite' : 'reset') : 'none', isAggressive: o.isAggressive,
      isTrivialOnly: o.isTrivial, overwritesIgnored: false,
      isInitial: trees.length === 2 && tree.loaded.time === undefined,
    });
    if ('obstacles' in result) throw new Failure(`error: ${plumbingObstacle(result.obstacles)}\n`, 128);
    return result.index;
  }
};

/** Without a merge the trees take the place of the index, the last one over the others. */
function readAll(before: StagingIndex, trees: readonly (readonly { path: string; mode: number; id: ObjectId }[])[]): StagingIndex {
  const editor = new IndexEditor({ ...before, entries: [], cacheTree: undefined });
  for (const files of trees) for (const file of files) editor.set(indexEntry(file));
  return { ...editor.finish(), entries: editor.entries };
}

function addBelow(before: StagingIndex, files: readonly { path: string; mode: number; id: ObjectId }[], prefix: string): StagingIndex {
  const editor = new IndexEditor(before);
  for (const file of files) {
    const path = prefix + file.path;
    if (editor.find(path) !== undefined) throw new Failure(`error: Entry '${path}' overlaps with '${path}'.  Cannot bind.\n`, 128);
    editor.set(indexEntry({ ...file, path }));
  }
  return editor.finish();
}
