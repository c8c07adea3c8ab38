/** Bringing index and files from one tree to another, and what is said where that would lose something. */
import type { ObjectId } from '@govc/core';
import { applyUnpack, findFile, planUnpack, SparsePatterns, worktreeIgnores, type Obstacle, type ObstacleKind, type StagingIndex, type UnpackOptions, type UnpackTrees } from '@govc/core/plumbing';

import { Failure } from '../failure.js';
import { writeText } from '../print/output.js';
import type { OpenWorktree } from './open-worktree.js';

/** The patterns of a sparse checkout as a question about paths; `undefined` where all files are checked out. */
export function sparseRule(tree: OpenWorktree): ((path: string) => boolean) | undefined {
  const { config, gitFiles } = tree;
  if (!config.getBool('core.sparsecheckout', false)) return undefined;
  const bytes = findFile(gitFiles, 'info/sparse-checkout');
  if (bytes === undefined) return undefined;
  const patterns = SparsePatterns.parse(bytes, {
    prefersCone: config.getBool('core.sparsecheckoutcone', false), ignoresCase: config.getBool('core.ignorecase', false),
  });
  return (path) => patterns.includes(path);
}

/** How {@link switchTree} works. */
export interface SwitchOptions extends Omit<UnpackOptions, 'ignores' | 'includes'> {
  /** Ignored files may be overwritten. Default: yes. */
  readonly overwritesIgnored?: boolean | undefined;
  /** Which files are checked out. Default: as the patterns of a sparse checkout say. */
  readonly rule?: ((path: string) => boolean) | undefined;
}

/** What a switch came to. */
export type SwitchResult = { readonly index: StagingIndex } | { readonly obstacles: readonly Obstacle[] };

/** Plans and carries out the way from one tree to another. The index that comes of it is not written. */
export async function switchTree(tree: OpenWorktree, trees: UnpackTrees, options: SwitchOptions = {}): Promise<SwitchResult> {
  const { overwritesIgnored = true, rule = sparseRule(tree), ...rest } = options;
  const plan = planUnpack(tree, trees, tree.loaded, {
    ...rest,
    ignores: overwritesIgnored ? worktreeIgnores(tree, tree.index) : undefined,
    includes: rule,
  });
  if (plan.obstacles.length > 0) return { obstacles: plan.obstacles };
  if (options.mode === 'index') return { index: plan.index };
  const conversions = tree.conversionsFrom('index', plan.index);
  return { index: await tree.drive(applyUnpack({ files: tree.files, config: tree.config, objects: tree.objects, conversions }, plan)) };
}

const ORDER: readonly ObstacleKind[] = ['would-overwrite', 'not-up-to-date', 'directory-not-up-to-date', 'untracked-overwritten', 'untracked-removed'];

/** What Git tells people about obstacles. */
export function obstacleText(obstacles: readonly Obstacle[], command: string, hints = true): string {
  const before = command === 'checkout' ? 'switch branches' : command;
  const advice = (sentence: string): string => (hints ? sentence : '');
  let text = '';
  const seen = new Set<string>();
  for (const kind of ORDER) {
    const isLocal = kind === 'would-overwrite' || kind === 'not-up-to-date';
    const paths = obstacles.filter((each) => each.kind === kind && !seen.has(each.path)).map(({ path }) => path);
    if (paths.length === 0) continue;
    for (const path of paths) if (!isLocal) seen.add(path);
    const list = paths.map((path) => `\t${path}\n`).join('');
    if (isLocal) {
      text += `error: Your local changes to the following files would be overwritten by ${command}:\n${list}${advice(`Please commit your changes or stash them before you ${before}.\n`)}`;
    } else if (kind === 'directory-not-up-to-date') {
      text += `error: Updating the following directories would lose untracked files in them:\n${list}\n`;
    } else {
      const verb = kind === 'untracked-overwritten' ? 'overwritten' : 'removed';
      text += `error: The following untracked working tree files would be ${verb} by ${command}:\n${list}${advice(`Please move or remove them before you ${before}.\n`)}`;
    }
  }
  return `${text}Aborting\n`;
}

/** What Git's plumbing says about the first obstacle. */
export function plumbingObstacle([first]: readonly Obstacle[]): string {
  const { kind, path } = first!;
  switch (kind) {
    case 'would-overwrite': return `Entry '${path}' would be overwritten by merge. Cannot merge.`;
    case 'not-up-to-date': return `Entry '${path}' not uptodate. Cannot merge.`;
    case 'directory-not-up-to-date': return `Updating '${path}' would lose untracked files in it`;
    case 'untracked-overwritten': return `Untracked working tree file '${path}' would be overwritten by merge.`;
    case 'untracked-removed': return `Untracked working tree file '${path}' would be removed by merge.`;
  }
}

/** Brings index and files to a tree, giving up local changes, and writes the index. */
export async function resetHard(tree: OpenWorktree, to: ObjectId | undefined): Promise<void> {
  const result = await switchTree(tree, [to], { discards: 'overwrite' });
  if ('obstacles' in result) throw new Failure(obstacleText(result.obstacles, 'reset'), 1);
  await tree.save({ ...result.index, resolveUndo: undefined });
}

/** Tells of tracked files that differ, as after a switch: `M<TAB>path`. */
export function writeChanges(tree: OpenWorktree, lines: readonly string[]): void {
  writeText(tree.session.io.stdout, lines.map((line) => `${line}\n`).join(''));
}
