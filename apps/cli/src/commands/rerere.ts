import { bytesFromLosslessText, diffLines, findConflicts, indexEntry, makeHunks, replayResolution, unifiedHunks, type RererePath } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { Failure } from '../failure.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { clearRerere, conflictedPaths, conflictFromIndex, puntedPaths, recordsResolutions, RerereStore, runRerere } from '../sequencer/rerere-files.js';
import { openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';

const USAGE = ['git rerere [clear | forget <path>... | diff | status | remaining | gc]'];

/** `git rerere`. */
export const rerereCommand: Command = async (args, context) => {
  const asked: { auto: boolean | undefined } = { auto: undefined };
  const options = [flag('rerere-autoupdate', 'register clean resolutions in index', (isOn) => { asked.auto = isOn; })];
  const [name, ...rest] = parseOptions(args, { io: context.io, usage: USAGE, options });
  const tree = openWorktree(await context.session());
  try {
    switch (name) {
      case undefined:
        await runRerere(tree, asked.auto);
        return 0;
      case 'forget': return forget(tree, rest);
      case 'clear':
        clearRerere(tree);
        return 0;
      case 'gc':
        collect(tree);
        return 0;
      case 'status': return list(tree, ({ path }) => path);
      case 'remaining': return remaining(tree);
      case 'diff': return showDiff(tree);
      default: throw new Failure(usageText(USAGE, options), 129);
    }
  } finally {
    tree.unlock();
  }
};

function list(tree: OpenWorktree, show: (entry: RererePath) => string): number {
  if (!recordsResolutions(tree)) return 0;
  writeText(tree.session.io.stdout, new RerereStore(tree).pending().map((entry) => `${show(entry)}\n`).join(''));
  return 0;
}

function remaining(tree: OpenWorktree): number {
  if (!recordsResolutions(tree)) return 0;
  const { entries } = tree.index;
  const waiting = new Set([...new RerereStore(tree).pending().map(({ path }) => path), ...puntedPaths(entries)]);
  const resolved = new Set(entries.filter(({ stage }) => stage === 0).map(({ path }) => path));
  writeText(tree.session.io.stdout, [...waiting].filter((path) => !resolved.has(path)).sort().map((path) => `${path}\n`).join(''));
  return 0;
}

function showDiff(tree: OpenWorktree): number {
  if (!recordsResolutions(tree)) return 0;
  const store = new RerereStore(tree);
  const { stdout } = tree.session.io;
  for (const { path, id, variant } of store.pending()) {
    const before = store.read(id, 'preimage', variant) ?? new Uint8Array(0);
    const info = tree.files.find(path);
    const after = info?.kind === 'file' ? tree.files.read(path) : new Uint8Array(0);
    const diff = diffLines(before, after);
    stdout.write(bytesFromLosslessText(`--- a/${path}\n+++ b/${path}\n`));
    stdout.write(unifiedHunks(diff, makeHunks(diff, { contextLines: 3 }).map((hunk) => ({ ...hunk, section: undefined }))));
  }
  return 0;
}

function forget(tree: OpenWorktree, paths: readonly string[]): number {
  const { stderr } = tree.session.io;
  if (paths.length === 0) writeText(stderr, "warning: 'git rerere forget' without paths is deprecated\n");
  if (!recordsResolutions(tree)) return 0;
  const pathspec = tree.pathspec(paths);
  const store = new RerereStore(tree);
  const pending = new Map(store.pending().map((entry) => [entry.path, entry]));
  const known = new Set(conflictedPaths(tree.index.entries));
  const undone = (tree.index.resolveUndo ?? []).flatMap(({ path, sides }) => sides.flatMap((side, i) => (side === undefined ? [] : [indexEntry({ path, stage: (i + 1) as 1 | 2 | 3, id: side.id, mode: side.mode })])));
  for (const { path } of undone) known.add(path);
  for (const path of [...known].sort()) {
    if (!pathspec.matches(path)) continue;
    const content = conflictFromIndex(tree, path, [...tree.index.entries, ...undone]);
    const conflicts = content === undefined ? undefined : findConflicts(content, tree.algorithm);
    if (conflicts === undefined || conflicts === 'malformed') {
      writeText(stderr, `error: could not parse conflict hunks in '${path}'\n`);
      continue;
    }
    const variant = store.variants(conflicts.id).findIndex((each) => replayResolution(conflicts.preimage, each) !== undefined);
    if (variant < 0) {
      writeText(stderr, `error: no remembered resolution for '${path}'\n`);
      continue;
    }
    store.remove(conflicts.id, 'postimage', variant);
    store.write(conflicts.id, 'preimage', variant, conflicts.preimage);
    writeText(stderr, `Updated preimage for '${path}'\nForgot resolution for '${path}'\n`);
    pending.set(path, { path, id: conflicts.id, variant });
  }
  store.savePending([...pending.values()]);
  return 0;
}

/** Removes what has not been used for long. */
function collect(tree: OpenWorktree): void {
  if (!recordsResolutions(tree)) return;
  const store = new RerereStore(tree);
  const now = Math.floor(tree.session.io.clock() / 1000);
  const cutoff = (name: string, days: number): number => {
    const text = tree.config.get(name);
    if (text === 'never') return Number.NEGATIVE_INFINITY;
    return text === 'now' ? Number.POSITIVE_INFINITY : now - (text !== undefined && /^\d+$/.test(text) ? Number(text) : days) * 86_400;
  };
  const resolved = cutoff('gc.rerereresolved', 60);
  const unresolved = cutoff('gc.rerereunresolved', 15);
  for (const id of tree.commonFiles.list('rr-cache') ?? []) {
    for (const [variant, { postimage }] of store.variants(id).entries()) {
      const info = tree.commonFiles.find(store.path(id, postimage === undefined ? 'preimage' : 'postimage', variant));
      const seconds = info?.stat.mtimeSeconds ?? now;
      if (seconds < (postimage === undefined ? unresolved : resolved)) store.removeVariant(id, variant);
    }
  }
}
