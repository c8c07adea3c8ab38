import { findUntracked, isRepositoryFolder, joinPath, quotePath, worktreeIgnores, type IgnoreRules } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { count, flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';
import { systemSentence } from '../worktree/system-errors.js';
import { relativeTo } from './ls-files.js';

const USAGE = ['git clean [-d] [-f] [-i] [-n] [-q] [-e <pattern>] [-x | -X] [--] [<pathspec>...]'];

interface CleanOptions {
  isQuiet: boolean;
  isDry: boolean;
  force: number;
  folders: boolean;
  ignoredToo: boolean;
  ignoredOnly: boolean;
  patterns: string[];
}

/** `git clean`. */
export const cleanCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const o: CleanOptions = { isQuiet: false, isDry: false, force: 0, folders: false, ignoredToo: false, ignoredOnly: false, patterns: [] };
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      flag('q|quiet', 'do not print names of files removed', (isOn) => { o.isQuiet = isOn; }),
      flag('n|dry-run', 'dry run', (isOn) => { o.isDry = isOn; }),
      count('f|force', 'force', (times) => { o.force = times; }),
      flag('i|interactive', 'interactive cleaning', () => die('cleaning interactively is not supported')),
      flag('d', 'remove whole directories', (isOn) => { o.folders = isOn; }),
      value('e|exclude', 'pattern', 'add <pattern> to ignore rules', (text) => { if (text !== undefined) o.patterns.push(text); }),
      flag('x', 'remove ignored files, too', (isOn) => { o.ignoredToo = isOn; }),
      flag('X', 'remove only ignored files', (isOn) => { o.ignoredOnly = isOn; }),
    ],
  });
  const requires = session.config.findBool('clean.requireforce');
  if ((requires ?? true) && !o.isDry && o.force === 0) {
    die(`clean.requireForce ${requires === undefined ? 'defaults to' : 'set to'} true and neither -i, -n, nor -f given; refusing to clean`);
  }
  if (o.ignoredToo && o.ignoredOnly) die('-x and -X cannot be used together');
  const tree = openWorktree(session);
  return new Clean(tree, o).run(rest);
};

class Clean {
  readonly #tree: OpenWorktree;
  readonly #o: CleanOptions;
  readonly #ignores: IgnoreRules;
  #code = 0;

  constructor(tree: OpenWorktree, options: CleanOptions) {
    this.#tree = tree;
    this.#o = options;
    this.#ignores = worktreeIgnores(tree, tree.index, { standard: !options.ignoredToo, patterns: options.patterns });
  }

  run(paths: readonly string[]): number {
    const { files, index } = this.#tree;
    const pathspec = this.#tree.pathspec(paths, { prefersPrefix: true });
    const found = findUntracked(files, index, {
      ignores: this.#ignores, pathspec, collapse: 'folders', givesEmpty: true, ignored: this.#o.ignoredOnly ? 'all' : 'none',
    });
    const named = (path: string): boolean => paths.length > 0 && pathspec.elements.some((element, i) => element.literalSize === element.match.length && pathspec.matchesElement(i, path, true));
    for (const path of this.#o.ignoredOnly ? found.ignored : found.untracked) {
      const plain = path.replace(/\/$/, '');
      if (!path.endsWith('/')) this.#removeFile(plain);
      else if (this.#o.folders || named(plain)) this.#removeFolder(plain);
    }
    return this.#code;
  }

  #removeFile(path: string): void {
    this.#tell(this.#o.isDry ? 'Would remove' : 'Removing', path);
    if (this.#o.isDry) return;
    try {
      this.#tree.files.remove(path);
    } catch (error) {
      writeText(this.#tree.session.io.stderr, `warning: failed to remove ${quotePath(path)}: ${systemSentence(error)}\n`);
      this.#code = 1;
    }
  }

  /** Removes what may go; where something stays the folder stays, and what went is told by itself. */
  #removeFolder(path: string): void {
    if (this.#o.force < 2 && isRepositoryFolder(this.#tree.files, path)) {
      this.#tell(this.#o.isDry ? 'Would skip repository' : 'Skipping repository', `${path}/`);
      return;
    }
    const kept = this.#keeps(path);
    if (!kept) this.#tell(this.#o.isDry ? 'Would remove' : 'Removing', `${path}/`);
    this.#removeInside(path, kept);
  }

  #keeps(folder: string): boolean {
    const pending = [folder];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const name of this.#tree.files.list(next) ?? []) {
        const path = joinPath(next, name);
        const isFolder = this.#tree.files.find(path)?.kind === 'directory';
        if (!this.#o.ignoredOnly && this.#ignores.isIgnored(path, isFolder)) return true;
        if (isFolder && this.#o.force < 2 && isRepositoryFolder(this.#tree.files, path)) return true;
        if (isFolder) pending.push(path);
      }
    }
    return false;
  }

  #removeInside(top: string, tells: boolean): void {
    const { files } = this.#tree;
    const folders: string[] = [];
    const pending = [top];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      folders.push(folder);
      for (const name of (files.list(folder) ?? []).sort()) {
        const path = joinPath(folder, name);
        const isFolder = files.find(path)?.kind === 'directory';
        if (!this.#o.ignoredOnly && this.#ignores.isIgnored(path, isFolder)) continue;
        if (isFolder && this.#o.force < 2 && isRepositoryFolder(files, path)) {
          this.#tell(this.#o.isDry ? 'Would skip repository' : 'Skipping repository', `${path}/`);
        } else if (isFolder) {
          pending.push(path);
        } else {
          if (tells) this.#tell(this.#o.isDry ? 'Would remove' : 'Removing', path);
          if (!this.#o.isDry) files.remove(path);
        }
      }
    }
    if (!this.#o.isDry) for (const folder of folders.reverse()) files.removeDirectory(folder);
  }

  #tell(verb: string, path: string): void {
    if (this.#o.isQuiet) return;
    const { session } = this.#tree;
    writeText(session.io.stdout, `${verb} ${quotePath(relativeTo(path, session.prefix), { quoteNonAscii: this.#tree.config.getBool('core.quotepath', true) })}\n`);
  }
}

