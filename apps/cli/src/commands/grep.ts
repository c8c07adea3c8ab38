import type { ObjectId } from '@govc/core';
import { findUntracked, makeDriverRule, parsePathspec, peelToTree, treeFiles, worktreeIgnores, worktreeAttributes, emptyIndex, type Pathspec } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { compilePatterns } from '../grep/grep-patterns.js';
import { GrepPrinter } from '../grep/grep-printer.js';
import { readGrepArguments, type GrepSettings } from '../grep/grep-settings.js';
import { unknownRevision } from '../print/explain.js';
import { quotePathC } from '../print/quote-c.js';
import { absolutePath } from '../session/files-host.js';
import { pagerOf } from '../session/programs.js';
import { findEntry } from '../session/revisions.js';
import { noRepository, type Session } from '../session/session.js';
import { isActive, parseModules, readModules } from '../submodule/modules.js';
import { openNested } from '../submodule/nested-session.js';
import { openIndex, openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';
import { relativeTo } from './ls-files.js';

/** `git grep`. */
export const grepCommand: Command = async (args, context) => {
  const session = await context.findSession();
  const config = await context.config();
  const { settings, rest } = await readGrepArguments(args, context.io, config);
  if (session === undefined && settings.usesIndex) {
    if (!config.getBool('grep.fallbacktonoindex', false)) noRepository(context.io);
    settings.usesIndex = false;
  }
  if (!settings.usesIndex) settings.recursesSubmodules = false;
  const { syntax = config.getBool('grep.extendedregexp', false) ? 'extended' : 'basic' } = settings;
  const patterns = compilePatterns(settings.tokens, { syntax, ignoreCase: settings.ignoresCase, word: settings.isWord });
  const printer = new GrepPrinter(context.io, settings, { patterns, config });
  const search = new Search(context, settings, printer);
  const { revisions, paths } = splitRest(session, settings, { rest, io: context.io });
  if (settings.countMax === 0) return 1;
  check(settings, revisions.length > 0);
  const found = session === undefined || !settings.usesIndex || settings.includesUntracked
    ? search.folder(session, paths) : revisions.length > 0 ? await search.revisions(session, revisions, paths) : await search.index(session, paths);
  if (found && settings.pager !== undefined) return openInPager(context, { settings, names: printer.names, session });
  return found ? 0 : 1;
};

function check(settings: GrepSettings, hasRevisions: boolean): void {
  if (settings.recursesSubmodules && settings.includesUntracked) die('--untracked not supported with --recurse-submodules');
  if (settings.pager !== undefined && (settings.isCached || hasRevisions)) die('--open-files-in-pager only works on the worktree');
  const given = [[!settings.usesIndex, '--no-index'], [settings.includesUntracked, '--untracked'], [settings.isCached, '--cached']].filter(([isOn]) => isOn === true).map(([, name]) => `'${String(name)}'`);
  if (given.length === 2) die(`options ${given.join(' and ')} cannot be used together`);
  if (given.length === 3) die(`options ${given.slice(0, 2).join(', ')}, and ${given[2]!} cannot be used together`);
  if (settings.excludesStandard !== undefined && settings.usesIndex && !settings.includesUntracked) die('--[no-]exclude-standard cannot be used for tracked contents');
  if (settings.isCached && hasRevisions) die('both --cached and trees are given');
}

interface GivenRevision {
  readonly name: string;
  readonly id: ObjectId;
  readonly path: string | undefined;
}

function splitRest(
  session: Session | undefined, settings: GrepSettings, { rest, io }: { readonly rest: readonly string[]; readonly io: Context['io'] },
): { readonly revisions: readonly GivenRevision[]; readonly paths: readonly string[] } {
  const dashes = rest.indexOf('--');
  const allowsRevisions = settings.usesIndex && !settings.includesUntracked && session !== undefined;
  const revisions: GivenRevision[] = [];
  let at = 0;
  for (; at < rest.length; at++) {
    const arg = rest[at]!;
    if (arg === '--') break;
    if (!allowsRevisions) {
      if (dashes >= 0) die('--no-index or --untracked cannot be used with revs');
      break;
    }
    const entry = findEntry(session, arg);
    if (entry === undefined) {
      if (dashes >= 0) die(`unable to resolve revision: ${arg}`);
      break;
    }
    if (dashes < 0 && io.files.kindAt(absolutePath(io.cwd, arg)) !== undefined) {
      die(`ambiguous argument '${arg}': both revision and filename\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`);
    }
    revisions.push({ name: arg, id: entry.id, path: entry.path });
  }
  const paths = rest.slice(rest[at] === '--' ? at + 1 : at);
  if (dashes < 0) {
    paths.forEach((path, index) => {
      if (path.startsWith('-')) die(`option '${path}' must come before non-option arguments`);
      if (io.files.kindAt(absolutePath(io.cwd, path)) !== undefined || /[*?[\\]/.test(path) || /^:[(/!^:]/.test(path) || path === ':') return;
      die(index === 0 && allowsRevisions ? unknownRevision(path) : `${path}: no such path in the working tree.\nUse 'git <command> -- <path>...' to specify paths that do not exist locally.`);
    });
  }
  return { revisions, paths };
}

/** Looks for the patterns in the places that can be searched. */
class Search {
  readonly #context: Context;
  readonly #settings: GrepSettings;
  readonly #printer: GrepPrinter;

  constructor(context: Context, settings: GrepSettings, printer: GrepPrinter) {
    this.#context = context;
    this.#settings = settings;
    this.#printer = printer;
  }

  /** Files of a folder, whether a repository knows them or not. */
  folder(session: Session | undefined, paths: readonly string[]): boolean {
    const { io } = this.#context;
    const tree = session?.worktree === undefined ? undefined : openWorktree(session);
    const files = tree?.files ?? io.files.at(io.cwd);
    const pathspec = tree === undefined ? parsePathspec(paths) : tree.pathspec(paths, { prefersPrefix: true });
    const index = tree === undefined || !this.#settings.usesIndex ? emptyIndex(session?.algorithm ?? this.#anyAlgorithm(tree)) : tree.index;
    const excludes = this.#settings.excludesStandard ?? this.#settings.usesIndex;
    const ignores = excludes && tree !== undefined ? worktreeIgnores(tree, index) : undefined;
    const { untracked } = findUntracked(files, index, { ignores, pathspec });
    const tracked = this.#settings.usesIndex ? index.entries.filter(({ path, skipWorktree }) => !skipWorktree && pathspec.matches(path)).map(({ path }) => path) : [];
    const all = [...new Set([...untracked.filter((path) => !path.endsWith('/')), ...tracked])].filter((path) => this.#isShallow(pathspec, path)).sort(byBytes);
    let found = false;
    for (const path of all) {
      if (files.find(path)?.kind !== 'file') continue;
      found = this.#printer.print({ name: this.#name(session, path), bytes: files.read(path), driver: undefined }) || found;
      if (found && this.#settings.isQuiet) break;
    }
    return found;
  }

  #anyAlgorithm(tree: OpenWorktree | undefined): OpenWorktree['algorithm'] {
    return tree?.algorithm ?? ({ hexSize: 40, rawSize: 20 } as unknown as OpenWorktree['algorithm']);
  }

  /** Tracked files: as they are in the worktree, or in the index. */
  async index(session: Session, paths: readonly string[], outer = { prefix: '', pathspec: undefined as Pathspec | undefined, top: session }): Promise<boolean> {
    const tree = this.#settings.isCached ? openIndex(session) : openWorktree(session);
    const pathspec = outer.pathspec ?? tree.pathspec(paths, { prefersPrefix: true });
    const rule = makeDriverRule(worktreeAttributes(tree, tree.index), session.config);
    const modules = this.#settings.recursesSubmodules ? readModules(session) : [];
    let found = false;
    let last: string | undefined;
    for (const { path, mode, id, stage, skipWorktree, assumeValid, intentToAdd } of tree.index.entries) {
      if ((skipWorktree && !this.#settings.isCached) || path === last) continue;
      const whole = outer.prefix + path;
      if ((mode & 0o170000) === 0o160000) {
        const module_ = modules.find((each) => each.path === path);
        const mayMatch = pathspec.matches(whole, true) || pathspec.canMatchBelow(whole);
        const nested = module_ === undefined || !isActive(session, module_) || !mayMatch ? undefined : await openNested(session, path);
        if (nested !== undefined) found = await this.index(nested, [], { prefix: `${whole}/`, pathspec, top: outer.top }) || found;
        continue;
      }
      if ((mode & 0o170000) !== 0o100000 || !pathspec.matches(whole) || !this.#isShallow(pathspec, whole)) continue;
      if (stage !== 0) last = path;
      const usesIndex = this.#settings.isCached || assumeValid;
      if (usesIndex && (stage !== 0 || intentToAdd)) continue;
      const bytes = usesIndex ? tree.objects.find(id)?.body : tree.files.find(path)?.kind === 'file' ? tree.files.read(path) : undefined;
      if (bytes === undefined) continue;
      found = this.#printer.print({ name: this.#name(outer.top, whole), bytes, driver: rule(path) }) || found;
      if (found && this.#settings.isQuiet) break;
    }
    return found;
  }

  /** Files of trees, or blobs. */
  async revisions(session: Session, revisions: readonly GivenRevision[], paths: readonly string[]): Promise<boolean> {
    const tree = openIndex(session);
    const pathspec = tree.pathspec(paths, { prefersPrefix: true });
    const rule = makeDriverRule(worktreeAttributes(tree, tree.index), session.config);
    const { snapshot } = session.context;
    let found = false;
    for (const { name, id, path } of revisions) {
      const object = snapshot.objects.find(id);
      if (object?.type === 'blob') {
        found = this.#printer.print({ name: this.#settings.isNul ? name : name, bytes: object.body, driver: path === undefined ? undefined : rule(path) }) || found;
      } else {
        found = await this.#tree(session, { tree: peelToTree(snapshot, id), name: `${name}:`, prefix: '', pathspec, rule, isCommit: object?.type !== 'tree' }) || found;
      }
      if (found && this.#settings.isQuiet) break;
    }
    return found;
  }

  async #tree(session: Session, job: TreeJob): Promise<boolean> {
    const { objects } = session.context.snapshot;
    const modules = this.#settings.recursesSubmodules ? modulesOf(session, job.tree) : [];
    let found = false;
    const skip = (folder: string): boolean => !job.pathspec.canMatchBelow(job.prefix + folder);
    for (const { path, mode, id } of treeFiles({ objects, algorithm: session.algorithm }, job.tree, skip)) {
      const whole = job.prefix + path;
      if ((mode & 0o170000) === 0o160000) {
        const module_ = modules.find((each) => each.path === path);
        const mayMatch = job.pathspec.matches(whole, true) || job.pathspec.canMatchBelow(whole);
        const nested = module_ === undefined || !isActive(session, module_) || !mayMatch ? undefined : await openNested(session, path);
        if (nested !== undefined) found = await this.#tree(nested, { ...job, tree: peelToTree(nested.context.snapshot, id), prefix: `${whole}/` }) || found;
        continue;
      }
      if ((mode & 0o170000) !== 0o100000 || !job.pathspec.matches(whole) || !this.#isShallow(job.pathspec, whole)) continue;
      const bytes = objects.find(id)?.body;
      if (bytes === undefined) continue;
      found = this.#printer.print({ name: job.name + this.#name(job.isCommit || job.prefix === '' ? this.#top(session, job) : session, whole), bytes, driver: job.isCommit ? job.rule(path) : undefined }) || found;
      if (found && this.#settings.isQuiet) break;
    }
    return found;
  }

  /** Names are as seen from where the command was called, wherever the file is. */
  #top(session: Session, { prefix }: TreeJob): Pick<Session, 'prefix'> {
    return prefix === '' ? session : { prefix: '' };
  }

  /** A path as it is shown. */
  #name(session: Pick<Session, 'prefix'> | undefined, path: string): string {
    const shown = this.#settings.isRelative && session !== undefined ? relativeTo(path, session.prefix) : path;
    return this.#settings.isNul || this.#settings.pager !== undefined ? shown : quotePathC(shown);
  }

  /** Whether a file is not too deep below what the pathspec names. */
  #isShallow(pathspec: Pathspec, path: string): boolean {
    const { depthMax } = this.#settings;
    if (depthMax === undefined) return true;
    const bases = pathspec.elements.length === 0 ? [''] : pathspec.elements.filter(({ isExclude }) => !isExclude).map(({ match }) => Buffer.from(match).toString('latin1').replace(/\/+$/, ''));
    return bases.some((base) => {
      if (path === base || /[*?[\\]/.test(base)) return true;
      if (base !== '' && !path.startsWith(`${base}/`)) return false;
      return path.slice(base === '' ? 0 : base.length + 1).split('/').length - 1 <= depthMax;
    });
  }
}

interface TreeJob {
  readonly tree: ObjectId;
  /** In front of paths. */
  readonly name: string;
  readonly prefix: string;
  readonly pathspec: Pathspec;
  readonly rule: ReturnType<typeof makeDriverRule>;
  readonly isCommit: boolean;
}

function modulesOf(session: Session, tree: ObjectId): ReturnType<typeof parseModules> {
  const { objects } = session.context.snapshot;
  for (const { path, id } of treeFiles({ objects, algorithm: session.algorithm }, tree, () => true)) {
    if (path === '.gitmodules') return parseModules(objects.find(id)?.body ?? new Uint8Array(0));
  }
  return [];
}

function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

async function openInPager(
  { io }: Context, { settings, names, session }: { readonly settings: GrepSettings; readonly names: readonly string[]; readonly session: Session | undefined },
): Promise<number> {
  const configured = session === undefined ? io.env['GIT_PAGER'] ?? io.env['PAGER'] ?? 'less' : pagerOf(io, session.config) ?? 'cat';
  const pager = settings.pager === true ? configured : settings.pager!;
  const words = [pager];
  const [only] = settings.tokens;
  if (settings.tokens.length === 1 && typeof only === 'object') {
    const base = /(?:^|\/)(less|vi)$/.exec(pager)?.[1];
    if (base === 'less' && settings.ignoresCase) words.push('-I');
    if (base !== undefined) words.push(`+/${base === 'less' ? '*' : ''}${only.pattern}`);
  }
  if (io.spawn === undefined) throw new Failure(`error: there is no way to run the pager '${pager}' here\n`, 1);
  const result = await io.spawn.run([...words, ...names], { cwd: io.cwd, env: io.env, stdin: 'inherit', output: 'inherit', isShell: true });
  return result.exitCode;
}
