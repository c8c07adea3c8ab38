import { compareStat, findTreePath, IndexEditor, isModified, isRepositoryFolder, MODE_GITLINK, removeEmptyFolders, type IndexEntry } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { readHead } from '../worktree/head.js';
import { openIndex, type OpenWorktree } from '../worktree/open-worktree.js';
import { pathspecFileOptions, readPathspec, type PathspecSource } from '../worktree/pathspec-file.js';
import { systemSentence } from '../worktree/system-errors.js';

const USAGE = [
  'git rm [-f | --force] [-n] [-r] [--cached] [--ignore-unmatch]\n       [--quiet] [--pathspec-from-file=<file> [--pathspec-file-nul]]\n       [--] [<pathspec>...]',
];

/** `git rm`. */
export const rmCommand: Command = async (args, context) => {
  const { io } = context;
  const o = { isDry: false, isQuiet: false, cached: false, isForced: false, recurses: false, ignoresUnmatched: false };
  const source: PathspecSource = { file: undefined, isNul: false };
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      flag('n|dry-run', 'dry run', (isOn) => { o.isDry = isOn; }),
      flag('q|quiet', 'do not list removed files', (isOn) => { o.isQuiet = isOn; }),
      flag('cached', 'only remove from the index', (isOn) => { o.cached = isOn; }),
      flag('f|force', 'override the up-to-date check', (isOn) => { o.isForced = isOn; }),
      flag('r', 'allow recursive removal', (isOn) => { o.recurses = isOn; }),
      flag('ignore-unmatch', 'exit with a zero status even if nothing matched', (isOn) => { o.ignoresUnmatched = isOn; }),
      flag('sparse', 'allow updating entries outside of the sparse-checkout cone', () => undefined),
      ...pathspecFileOptions(source),
    ],
  });
  const session = await context.session();
  const paths = await readPathspec(io, source, rest);
  if (paths.length === 0) die('No pathspec was given. Which files should I remove?');
  if (!o.cached) session.needWorktree();
  const tree = openIndex(session);
  tree.lock();
  try {
    const pathspec = tree.pathspec(paths);
    const { index } = tree;
    const found = index.entries.filter(({ path }, i) => index.entries[i - 1]?.path !== path && pathspec.matches(path));
    paths.forEach((text, i) => {
      const matched = found.filter(({ path }) => pathspec.matchesElement(i, path));
      const element = pathspec.elements[i]!;
      if (matched.length === 0 && !o.ignoresUnmatched) die(`pathspec '${text}' did not match any files`);
      const isFolder = matched.length > 0 && element.literalSize === element.match.length && matched.every(({ path }) => Buffer.from(path).length !== element.match.length);
      if (!o.recurses && isFolder) die(`not removing '${text}' recursively without -r`);
    });
    if (!o.isForced) await checkLocal(tree, found, o.cached);
    const editor = new IndexEditor(index);
    for (const { path } of found) {
      if (!o.isQuiet) writeText(io.stdout, `rm '${path}'\n`);
      editor.remove(path);
    }
    if (o.isDry) return 0;
    if (!o.cached) removeFiles(tree, found);
    await tree.save(editor.finish());
    return 0;
  } finally {
    tree.unlock();
  }
};

function removeFiles(tree: OpenWorktree, entries: readonly IndexEntry[]): void {
  let isFirst = true;
  for (const { path } of entries) {
    const info = tree.files.find(path);
    if (info !== undefined) {
      try {
        if (info.kind === 'directory') tree.files.removeDirectory(path);
        else tree.files.remove(path);
      } catch (error) {
        if (isFirst) die(`git rm: '${path}': ${systemSentence(error)}`);
        throw error;
      }
      removeEmptyFolders(tree.files, path);
    }
    isFirst = false;
  }
}

/** Nothing may be lost that is nowhere else. */
async function checkLocal(tree: OpenWorktree, entries: readonly IndexEntry[], cached: boolean): Promise<void> {
  const { session, files } = tree;
  const head = readHead(session);
  const both: string[] = [];
  const staged: string[] = [];
  const local: string[] = [];
  for (const entry of entries) {
    const { path } = entry;
    const info = files.find(path);
    if (entry.stage !== 0 || info === undefined || (info.kind === 'directory' && entry.mode !== MODE_GITLINK)) continue;
    if (entry.mode === MODE_GITLINK && !isRepositoryFolder(files, path)) continue;
    const isLocal = !compareStat(entry, info, tree.traits, tree.loaded.time).type && await tree.drive(isModified(tree, entry, info, tree.loaded.time));
    const old = head.tree === undefined ? undefined : findTreePath(session.context.snapshot, head.tree, path);
    const isStaged = old?.id !== entry.id || old.mode !== entry.mode;
    if (isLocal && isStaged) {
      if (!cached || !entry.intentToAdd) both.push(path);
    } else if (!cached) {
      if (isStaged) staged.push(path);
      if (isLocal) local.push(path);
    }
  }
  const list = (paths: readonly string[]): string => paths.map((path) => `    ${path}\n`).join('');
  const hints = session.config.getBool('advice.rmhints', true);
  const hint = (text: string): string => (hints ? `${text}\n` : '');
  const which = (paths: readonly string[], one: string, many: string): string => `error: the following ${paths.length === 1 ? `file ${one}` : `files ${many}`}`;
  let text = '';
  if (both.length > 0) text += `${which(both, 'has staged content different from both the\nfile and the HEAD:', 'have staged content different from both the\nfile and the HEAD:')}\n${list(both)}${hint('(use -f to force removal)')}`;
  if (staged.length > 0) text += `${which(staged, 'has changes staged in the index:', 'have changes staged in the index:')}\n${list(staged)}${hint('(use --cached to keep the file, or -f to force removal)')}`;
  if (local.length > 0) text += `${which(local, 'has local modifications:', 'have local modifications:')}\n${list(local)}${hint('(use --cached to keep the file, or -f to force removal)')}`;
  if (text !== '') throw new Failure(text, 1);
}
