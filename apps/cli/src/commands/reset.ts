import type { ObjectId } from '@govc/core';
import {
  directRef, findTreePath, HEAD, IndexEditor, indexEntry, peelToTree, refreshIndex, removeAll, treeIndexChanges, type RefName, type StagingIndex,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, modeFlag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { shortId } from '../print/abbreviation.js';
import { unknownRevision } from '../print/explain.js';
import { findObject, needCommit } from '../session/revisions.js';
import { readHead, subjectOf } from '../worktree/head.js';
import { openIndex, openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';
import { pathspecFileOptions, readPathspec, type PathspecSource } from '../worktree/pathspec-file.js';
import { plumbingObstacle, switchTree } from '../worktree/switch-tree.js';

const USAGE = [
  'git reset [--mixed | --soft | --hard | --merge | --keep] [-q] [<commit>]',
  'git reset [-q] [<tree-ish>] [--] <pathspec>...',
  'git reset [-q] [--pathspec-from-file [--pathspec-file-nul]] [<tree-ish>]',
  'git reset --patch [<tree-ish>] [--] [<pathspec>...]',
];

type Mode = 'mixed' | 'soft' | 'hard' | 'merge' | 'keep';

/** `git reset`. */
export const resetCommand: Command = async (args, context) => {
  const { io } = context;
  const asked: { mode?: Mode; intends: boolean; refreshes: boolean } = { intends: false, refreshes: true };
  const session = await context.session();
  let isQuiet = session.config.getBool('reset.quiet', false);
  const source: PathspecSource = { file: undefined, isNul: false };
  const set = (wanted: Mode) => (): void => { asked.mode = wanted; };
  const rest = parseOptions(args, {
    io, usage: USAGE, keepsDashes: true,
    options: [
      flag('q|quiet', 'be quiet, only report errors', (isOn) => { isQuiet = isOn; }),
      flag('refresh', 'skip refreshing the index after reset', (isOn) => { asked.refreshes = isOn; }),
      modeFlag('mixed', 'reset HEAD and index', 'mode', set('mixed')),
      modeFlag('soft', 'reset only HEAD', 'mode', set('soft')),
      modeFlag('hard', 'reset HEAD, index and working tree', 'mode', set('hard')),
      modeFlag('merge', 'reset HEAD, index and working tree', 'mode', set('merge')),
      modeFlag('keep', 'reset HEAD but keep local changes', 'mode', set('keep')),
      flag('recurse-submodules', 'control recursive updating of submodules', () => undefined),
      flag('p|patch', 'select hunks interactively', () => die('picking changes interactively is not supported')),
      flag('N|intent-to-add', 'record only the fact that removed paths will be added later', (isOn) => { asked.intends = isOn; }),
      ...pathspecFileOptions(source),
    ],
  });
  const { mode, intends, refreshes } = asked;
  const split = splitArguments(session, rest);
  const paths = await readPathspec(io, source, split.paths);
  const hasPaths = paths.length > 0 || source.file !== undefined;
  const isBare = session.worktree === undefined;
  if (hasPaths && mode !== undefined && mode !== 'mixed') die(`Cannot do ${mode} reset with paths.`);
  if (hasPaths && mode === 'mixed') io.stderr.write("warning: --mixed with paths is deprecated; use 'git reset -- <paths>' instead.\n");
  const kind = mode ?? 'mixed';
  if (kind !== 'soft' && kind !== 'mixed') session.needWorktree();
  if (kind === 'mixed' && isBare && !hasPaths) die('mixed reset not allowed in a bare repository');
  if (intends && kind !== 'mixed') die("the option '-N' requires '--mixed'");
  const tree = isBare ? openIndex(session) : openWorktree(session);
  const { revision } = split;
  const head = readHead(session);
  const isUnborn = revision === 'HEAD' && head.id === undefined;
  const commit = isUnborn || hasPaths ? undefined : needCommit(session, revision, `Failed to resolve '${revision}' as a valid revision.`);
  const treeId = isUnborn ? undefined : hasPaths
    ? peelToTree(session.context.snapshot, findObject(session, revision, 'treeish') ?? die(`Failed to resolve '${revision}' as a valid tree.`))
    : peelToTree(session.context.snapshot, commit!);
  if ((kind === 'soft' || kind === 'keep') && !hasPaths) refuseDuringMerge(tree, kind);
  try {
    if (kind !== 'soft') {
      tree.lock();
      const index = hasPaths ? resetPaths(tree, treeId, { paths, intends }) : await resetIndex(tree, treeId, { kind, intends, head: head.tree });
      if (kind === 'mixed' && !isBare && refreshes) await saveRefreshed(tree, index, isQuiet);
      else await tree.save(index);
    }
    if (hasPaths || isUnborn) return 0;
    const { draft } = tree;
    if (head.id !== undefined) draft.editRef('ORIG_HEAD' as RefName, directRef(head.id));
    draft.editRef(head.isDetached ? HEAD : head.ref, directRef(commit!));
    await tree.saveObjects({ message: `${io.env['GIT_REFLOG_ACTION'] ?? 'reset'}: ${io.env['GIT_REFLOG_ACTION'] === undefined ? 'moving to' : 'updating HEAD'}${io.env['GIT_REFLOG_ACTION'] === undefined ? ` ${revision}` : ''}` });
    if (kind === 'hard' && !isQuiet) writeText(io.stdout, `HEAD is now at ${shortId(session, commit!)} ${subjectOf(session, commit!)}\n`);
    for (const name of ['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'MERGE_RR', 'SQUASH_MSG', 'AUTO_MERGE']) {
      if (kind === 'soft' && name === 'SQUASH_MSG') continue;
      tree.gitFiles.remove(name);
    }
    if (tree.gitFiles.find('sequencer/abort-safety') === undefined) removeAll(tree.gitFiles, 'sequencer');
    return 0;
  } finally {
    tree.unlock();
  }
};

/** The revision and the paths: what comes first may be either. */
function splitArguments(session: Parameters<typeof findObject>[0], args: readonly string[]): { revision: string; paths: readonly string[] } {
  const dashes = args.indexOf('--');
  if (dashes === 0) return { revision: 'HEAD', paths: args.slice(1) };
  if (dashes === 1) return { revision: args[0]!, paths: args.slice(2) };
  if (dashes > 1) die(`bad revision '${args[1]!}'`);
  const [first, ...others] = args;
  if (first === undefined) return { revision: 'HEAD', paths: [] };
  const isRevision = findObject(session, first, others.length > 0 ? 'treeish' : 'committish', true) !== undefined;
  const exists = session.worktree?.find(`${session.prefix}${first}`.replace(/\/$/, '')) !== undefined;
  if (isRevision && exists && first !== '.') die(`ambiguous argument '${first}': both revision and filename\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`);
  if (isRevision) return { revision: first, paths: others };
  const looksLikePath = exists || /[*?[]/.test(first) || first.startsWith(':');
  const isKnown = looksLikePath || openIndex(session).index.entries.some(({ path }) => path === `${session.prefix}${first}`);
  if (!looksLikePath && !isKnown) die(unknownRevision(first));
  if (!looksLikePath && isKnown) die(unknownRevision(first));
  return { revision: 'HEAD', paths: args };
}

function refuseDuringMerge(tree: OpenWorktree, kind: Mode): void {
  const isUnmerged = tree.index.entries.some(({ stage }) => stage !== 0);
  if (tree.gitFiles.find('MERGE_HEAD') !== undefined || isUnmerged) die(`Cannot do a ${kind} reset in the middle of a merge.`);
}

async function resetIndex(
  tree: OpenWorktree, to: ObjectId | undefined, { kind, intends, head }: { readonly kind: Mode; readonly intends: boolean; readonly head: ObjectId | undefined },
): Promise<StagingIndex> {
  if (kind === 'merge' || kind === 'keep') await tree.refresh();
  const result = kind === 'mixed'
    ? await switchTree(tree, [to], { mode: 'index', discards: 'reset' })
    : kind === 'hard'
      ? await switchTree(tree, [to], { discards: 'overwrite' })
      : kind === 'merge'
        ? await switchTree(tree, [to], {})
        : await switchTree(tree, [head, to], {});
  if ('obstacles' in result) throw new Failure(`error: ${plumbingObstacle(result.obstacles)}\nfatal: Could not reset index file to revision 'HEAD'.\n`, 128);
  if (!intends) return { ...result.index, resolveUndo: undefined };
  const editor = new IndexEditor(result.index);
  for (const { path, mode, stage } of tree.index.entries) {
    if (stage === 0 && editor.find(path) === undefined) editor.set(indexEntry({ path, mode, id: tree.write('blob', new Uint8Array(0)), intentToAdd: true }));
  }
  return { ...editor.finish(), resolveUndo: undefined };
}

function resetPaths(tree: OpenWorktree, to: ObjectId | undefined, { paths, intends }: { readonly paths: readonly string[]; readonly intends: boolean }): StagingIndex {
  const pathspec = tree.pathspec(paths);
  const editor = new IndexEditor(tree.index);
  for (const { old, new: new_ } of [...treeIndexChanges(tree, to, tree.index, { pathspec })]) {
    const path = (new_ ?? old)!.path;
    const isIn = old !== undefined && old.mode !== 0 ? old : unmergedSide(tree, to, path);
    const before = editor.find(path);
    if (isIn !== undefined) {
      const entry = indexEntry({ path, mode: isIn.mode, id: isIn.id });
      editor.set(before?.skipWorktree === true ? { ...entry, skipWorktree: true } : entry);
    } else if (intends && before !== undefined) {
      editor.set(indexEntry({ path, mode: before.mode, id: tree.write('blob', new Uint8Array(0)), intentToAdd: true }));
    } else {
      editor.remove(path);
    }
  }
  return editor.finish();
}

function unmergedSide(tree: OpenWorktree, to: ObjectId | undefined, path: string): { mode: number; id: ObjectId } | undefined {
  return to === undefined ? undefined : findTreePath(tree.session.context.snapshot, to, path);
}

async function saveRefreshed(tree: OpenWorktree, index: StagingIndex, isQuiet: boolean): Promise<void> {
  const { time } = tree.loaded;
  const { index: fresh, stale } = await tree.drive(refreshIndex(tree, { index, time }));
  await tree.save(fresh);
  const lines = stale.map(({ entry, kind }) => {
    const letter = kind === 'deleted' ? 'D' : kind === 'unmerged' ? 'U' : kind === 'type-changed' ? 'T' : entry.intentToAdd ? 'A' : 'M';
    return `${letter}\t${entry.path}\n`;
  });
  if (!isQuiet && lines.length > 0) writeText(tree.session.io.stdout, `Unstaged changes after reset:\n${lines.join('')}`);
}
