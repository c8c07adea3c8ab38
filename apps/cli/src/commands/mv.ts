import { filesError, folderOf, IndexEditor, searchIndex, type IndexEntry } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { absolutePath } from '../session/files-host.js';
import { openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';
import { systemSentence } from '../worktree/system-errors.js';

const USAGE = ['git mv [<options>] <source>... <destination>'];

/** `git mv`. */
export const mvCommand: Command = async (args, context) => {
  const { io } = context;
  const o = { isVerbose: false, isDry: false, isForced: false, skips: false };
  const options = [
    flag('v|verbose', 'be verbose', (isOn) => { o.isVerbose = isOn; }),
    flag('n|dry-run', 'dry run', (isOn) => { o.isDry = isOn; }),
    flag('f|force', 'force move/rename even if target exists', (isOn) => { o.isForced = isOn; }),
    flag('k', 'skip move/rename errors', (isOn) => { o.skips = isOn; }),
    flag('sparse', 'allow updating entries outside of the sparse-checkout cone', () => undefined),
  ];
  const rest = parseOptions(args, { io, usage: USAGE, options });
  if (rest.length < 2) usageError(usageText(USAGE, options));
  const tree = openWorktree(await context.session());
  tree.lock();
  try {
    return await move(tree, rest, o);
  } finally {
    tree.unlock();
  }
};

interface Move {
  readonly from: string;
  readonly to: string;
  readonly isFolder: boolean;
  /** In a folder that is moved: its file moves with it. */
  readonly isInside: boolean;
}

async function move(tree: OpenWorktree, args: readonly string[], o: { isVerbose: boolean; isDry: boolean; isForced: boolean; skips: boolean }): Promise<number> {
  const { session, files, index } = tree;
  const top = (text: string): string => {
    const path = absolutePath(session.io.cwd, text);
    const root = session.worktreePath ?? '';
    if (path === root) return '';
    if (!path.startsWith(`${root}/`)) die(`'${text}' is outside repository at '${root}'`);
    return path.slice(root.length + 1);
  };
  const given = args.slice(0, -1);
  const last = args.at(-1)!;
  const target = top(last);
  const isInto = files.find(target)?.kind === 'directory';
  if (!isInto && given.length !== 1) die(`destination '${target}' is not a directory`);
  const moves: Move[] = [];
  const taken = new Set<string>();
  for (const text of given) {
    const from = top(text);
    const to = isInto ? `${target === '' ? '' : `${target}/`}${from.slice(from.lastIndexOf('/') + 1)}` : target;
    const problem = (): string | undefined => {
      const info = files.find(from);
      const below = entriesBelow(index.entries, from);
      if (info === undefined) return 'bad source';
      if (to === from || to.startsWith(`${from}/`)) return 'can not move directory into itself';
      const other = files.find(to);
      const own = findAny(index.entries, from);
      if (info.kind === 'directory' && own === undefined) {
        if (other !== undefined) return 'destination already exists';
        if (below.length === 0) return 'source directory is empty';
        return undefined;
      }
      if (own === undefined) return 'not under version control';
      if (own.stage !== 0) return 'conflicted';
      if (other !== undefined && !isSameFile(tree, from, to)) {
        if (!o.isForced) return 'destination exists';
        if (other.kind === 'directory') return 'Cannot overwrite';
        if (o.isVerbose) writeText(session.io.stderr, `warning: overwriting '${to}'\n`);
      }
      if (taken.has(to)) return 'multiple sources for the same target';
      return undefined;
    };
    const isMissingFolder = !isInto && last.endsWith('/') && files.find(from)?.kind !== 'directory';
    const shownTo = isMissingFolder ? `${to}/` : to;
    const reason = problem() ?? (isMissingFolder ? 'destination directory does not exist' : undefined);
    if (o.isDry) writeText(session.io.stdout, `Checking rename of '${from}' to '${to}'\n`);
    if (reason !== undefined) {
      if (o.skips) continue;
      die(`${reason}, source=${from}, destination=${shownTo}`);
    }
    taken.add(to);
    const isFolder = files.find(from)?.kind === 'directory' && findAny(index.entries, from) === undefined;
    moves.push({ from, to, isFolder, isInside: false });
    if (isFolder) {
      for (const { path } of entriesBelow(index.entries, from)) moves.push({ from: path, to: to + path.slice(from.length), isFolder: false, isInside: true });
    }
  }
  const editor = new IndexEditor(index);
  for (const { from, to, isFolder, isInside } of moves) {
    if (o.isDry || o.isVerbose) writeText(session.io.stdout, `Renaming ${from} to ${to}\n`);
    if (o.isDry) continue;
    if (!isInside) {
      try {
        const folder = folderOf(to);
        if (folder !== '' && files.find(folder)?.kind !== 'directory') throw filesError('rename', from, files.find(folder) === undefined ? 'ENOENT' : 'ENOTDIR');
        files.rename(from, to);
      } catch (error) {
        if (o.skips) continue;
        die(`renaming '${from}' failed: ${systemSentence(error)}`);
      }
    }
    const entry = isFolder ? undefined : editor.find(from);
    if (entry === undefined) continue;
    editor.remove(from);
    const info = files.find(to);
    // A rename changes nothing but the time of the last change of the file's numbers.
    editor.set({ ...entry, path: to, stat: info === undefined || entry.stat.mtimeSeconds !== info.stat.mtimeSeconds || entry.stat.mtimeNanoseconds !== info.stat.mtimeNanoseconds ? entry.stat : { ...info.stat, size: entry.stat.size } });
  }
  if (!o.isDry) await tree.save(editor.finish());
  return 0;
}

function entriesBelow(entries: readonly IndexEntry[], folder: string): IndexEntry[] {
  return entries.filter(({ path }) => path.startsWith(`${folder}/`));
}

function findAny(entries: readonly IndexEntry[], path: string): IndexEntry | undefined {
  const at = searchIndex(entries, path, 0);
  const entry = entries[at < 0 ? -1 - at : at];
  return entry?.path === path ? entry : undefined;
}

/** On a file system without case two names may be one file. */
function isSameFile({ files, config }: OpenWorktree, a: string, b: string): boolean {
  if (!config.getBool('core.ignorecase', false) || a.toLowerCase() !== b.toLowerCase()) return false;
  return files.find(a)?.stat.ino === files.find(b)?.stat.ino;
}
