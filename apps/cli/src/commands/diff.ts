import type { ObjectId } from '@govc/core';
import {
  FileContents, findStages, indexFileChanges, makeCheckRule, makeDriverRule, modeOf, peelToTree, readAsBlob, refineChanges, treeFileChanges,
  treeIndexChanges, worktreeAttributes, reverseChange, type CombinedChange, type DiffJob, type FileChange, type FileSideChange, type ObjectSource,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { makeDiffSettings, readDiffOption, type DiffFormat, type DiffSettings } from '../options/diff-options.js';
import { DiffPrinter } from '../print/diff-text.js';
import { splitArguments } from '../session/arguments.js';
import { findObject, findRange, needCommit } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { readHead } from '../worktree/head.js';
import { openIndex, type OpenWorktree } from '../worktree/open-worktree.js';

const DIFF_USAGE = `usage: git diff [<options>] [<commit>] [--] [<path>...]
   or: git diff [<options>] --cached [--merge-base] [<commit>] [--] [<path>...]
   or: git diff [<options>] [--merge-base] <commit> [<commit>...] <commit> [--] [<path>...]
   or: git diff [<options>] <commit>...<commit> [--] [<path>...]
   or: git diff [<options>] <blob> <blob>
   or: git diff [<options>] --no-index [--] <path> <path>
`;

interface OwnOptions {
  cached: boolean;
  mergeBase: boolean;
  matchesMissing: boolean;
  stage: 1 | 2 | 3 | undefined;
  isQuietAboutMissing: boolean;
  noIndex: boolean;
}

interface Parsed {
  readonly settings: DiffSettings;
  readonly own: OwnOptions;
  readonly names: readonly string[];
  readonly dashes: number | undefined;
}

function readArguments(args: readonly string[], usage: string): Parsed {
  const settings = makeDiffSettings();
  const own: OwnOptions = { cached: false, mergeBase: false, matchesMissing: false, stage: undefined, isQuietAboutMissing: false, noIndex: false };
  const names: string[] = [];
  let dashes: number | undefined;
  for (let at = 0; at < args.length;) {
    const arg = args[at]!;
    if (arg === '--') {
      dashes = names.length;
      names.push(...args.slice(at + 1));
      break;
    }
    if (arg === '--cached' || arg === '--staged') own.cached = true;
    else if (arg === '--merge-base') own.mergeBase = true;
    else if (arg === '--no-index') own.noIndex = true;
    else if (arg === '-m' && usage !== DIFF_USAGE) own.matchesMissing = true;
    else if (arg === '-q') own.isQuietAboutMissing = true;
    else if (arg === '-1' || arg === '--base') own.stage = 1;
    else if (arg === '-2' || arg === '--ours') own.stage = 2;
    else if (arg === '-3' || arg === '--theirs') own.stage = 3;
    else if (arg === '-0') own.stage = undefined;
    else {
      const taken = readDiffOption(settings, args, at);
      if (taken === 0 && arg.startsWith('-') && arg !== '-') {
        if (arg.startsWith('--') && usage === DIFF_USAGE) throw new Failure(`error: invalid option: ${arg}\n${usage}`, 129);
        throw new Failure(usage, 129);
      }
      if (taken === 0) names.push(arg);
      at += taken === 0 ? 1 : taken;
      continue;
    }
    at++;
  }
  return { settings, own, names, dashes };
}

/** `git diff`. */
export const diffCommand: Command = async (args, context) => {
  const parsed = readArguments(args, DIFF_USAGE);
  const session = await context.findSession();
  if (session === undefined || parsed.own.noIndex) die('comparing files outside of a repository (--no-index) is not supported');
  const { settings, own } = parsed;
  settings.abbreviation ??= -1;
  const { revisions, paths } = splitArguments(session, parsed.names, parsed.dashes);
  const work = new DiffWork(session, settings, { own, paths, fallback: 'patch', isPorcelain: true });
  const blobs = revisions.map((text) => findObject(session, text)).filter((id) => id !== undefined && session.context.snapshot.objects.findHeader(id)?.type === 'blob');
  if (blobs.length > 0) return work.blobs(revisions);
  const { include, exclude, isSymmetric } = expand(session, revisions);
  if (own.cached) {
    if (include.length + exclude.length > 1) throw new Failure(DIFF_USAGE, 129);
    const head = readHead(session);
    const id = include[0] ?? head.id;
    return work.cached(treeOf(session, own.mergeBase && id !== undefined && head.id !== undefined ? session.repository.mergeBase([id, head.id])[0] : id));
  }
  if (include.length + exclude.length === 0) return work.files();
  if (exclude.length > 0) {
    const old = isSymmetric ? session.repository.mergeBase([exclude[0]!, include[0]!])[0] ?? die(`${revisions[0]!}: no merge base`) : exclude[0]!;
    return work.trees(treeOf(session, old), treeOf(session, include[0]));
  }
  if (include.length === 1) {
    const head = readHead(session).id;
    const old = own.mergeBase && head !== undefined ? session.repository.mergeBase([include[0]!, head])[0] : include[0];
    return work.worktree(treeOf(session, old));
  }
  if (include.length === 2) {
    const old = own.mergeBase ? session.repository.mergeBase(include)[0] : include[0];
    return work.trees(treeOf(session, old), treeOf(session, include[1]));
  }
  return work.combined(include);
};

/** `git diff-index`. */
export const diffIndexCommand: Command = async (args, context) => {
  const usage = 'usage: git diff-index [-m] [--cached] [--merge-base] [<common-diff-options>] <tree-ish> [<path>...]\n';
  return runPlumbing(context, args, usage, async (session, parsed) => {
    const { revisions, paths } = splitArguments(session, parsed.names, parsed.dashes);
    if (revisions.length !== 1) throw new Failure(usage, 129);
    const id = findObject(session, revisions[0]!, 'treeish') ?? die(`bad revision '${revisions[0]!}'`);
    const work = new DiffWork(session, parsed.settings, { own: parsed.own, paths, fallback: 'raw', isPorcelain: false });
    return parsed.own.cached ? work.cached(treeOf(session, id)) : work.worktree(treeOf(session, id));
  });
};

/** `git diff-files`. */
export const diffFilesCommand: Command = async (args, context) => {
  const usage = 'usage: git diff-files [-q] [-0 | -1 | -2 | -3 | -c | --cc] [<common-diff-options>] [<path>...]\n';
  return runPlumbing(context, args, usage, async (session, parsed) => {
    session.needWorktree();
    const { paths } = splitArguments(session, parsed.names, parsed.dashes ?? 0);
    return new DiffWork(session, parsed.settings, { own: parsed.own, paths, fallback: 'raw', isPorcelain: false }).files();
  });
};

async function runPlumbing(
  context: Context, args: readonly string[], usage: string, work: (session: Session, parsed: Parsed) => Promise<number>,
): Promise<number> {
  if (args.length === 1 && args[0] === '-h') {
    context.io.stdout.write(usage);
    return 129;
  }
  const session = await context.session();
  const parsed = readArguments(args, usage);
  parsed.settings.diff.renames ??= 'off';
  return work(session, parsed);
}

function expand(session: Session, revisions: readonly string[]): { include: ObjectId[]; exclude: ObjectId[]; isSymmetric: boolean } {
  const include: ObjectId[] = [];
  const exclude: ObjectId[] = [];
  let isSymmetric = false;
  for (const text of revisions) {
    const symmetric = /^(.*?)\.\.\.(.*)$/.exec(text);
    if (symmetric !== null) {
      isSymmetric = true;
      exclude.push(needCommit(session, symmetric[1] === '' ? 'HEAD' : symmetric[1]!));
      include.push(needCommit(session, symmetric[2] === '' ? 'HEAD' : symmetric[2]!));
      continue;
    }
    const range = findRange(session, text) ?? die(`bad revision '${text}'`);
    include.push(...range.include);
    exclude.push(...range.exclude);
  }
  return { include, exclude, isSymmetric };
}

function treeOf(session: Session, id: ObjectId | undefined): ObjectId | undefined {
  return id === undefined ? undefined : peelToTree(session.context.snapshot, id);
}

class DiffWork {
  readonly #session: Session;
  readonly #settings: DiffSettings;
  readonly #own: OwnOptions;
  readonly #isPorcelain: boolean;
  readonly #tree: OpenWorktree;
  readonly #printer: DiffPrinter;
  readonly #paths: readonly string[];
  readonly #contents = new FileContents();

  constructor(
    session: Session, settings: DiffSettings,
    { own, paths, fallback, isPorcelain }: { readonly own: OwnOptions; readonly paths: readonly string[]; readonly fallback: DiffFormat; readonly isPorcelain: boolean },
  ) {
    this.#session = session;
    this.#settings = settings;
    this.#own = own;
    this.#isPorcelain = isPorcelain;
    this.#paths = paths;
    this.#tree = openIndex(session);
    this.#printer = new DiffPrinter(session, settings, { fallback, paths });
  }

  trees(old: ObjectId | undefined, new_: ObjectId | undefined): number {
    const job = this.#printer.job(old, new_);
    this.#settings.recursive ??= true;
    return this.#show(this.#printer.changes(job), job);
  }

  combined(ids: readonly ObjectId[]): number {
    const [tree, ...parents] = ids.map((id) => treeOf(this.#session, id)!);
    const job = this.#printer.job(parents[0], tree);
    this.#printer.printCombined(this.#printer.combined(job, parents, tree!), job, 'dense');
    return 0;
  }

  blobs(revisions: readonly string[]): number {
    const sides = revisions.map((text) => ({ path: text.replace(/^[^:]*:/, ''), mode: 0o100644, id: findObject(this.#session, text)! }));
    const job = this.#printer.job(undefined, undefined);
    const [old, new_] = sides;
    if (old === undefined || new_ === undefined || sides.length > 2) throw new Failure(DIFF_USAGE, 129);
    const shown = (side: typeof old): typeof old => ({ ...side, path: side.path === '' ? side.id : side.path });
    if (old.id === new_.id) return 0;
    return this.#show([{ status: 'modified', old: shown(old), new: shown(new_), score: undefined }], job);
  }

  cached(tree: ObjectId | undefined): number {
    const job = this.#job();
    const found = [...treeIndexChanges(this.#tree, tree, this.#tree.index, { pathspec: this.#pathspec(), hidesIntended: true })];
    return this.#show(this.#refine(found, job), job);
  }

  async worktree(tree: ObjectId | undefined): Promise<number> {
    this.#session.needWorktree();
    if (this.#isPorcelain) await this.#tree.refresh();
    const found = await this.#tree.drive(treeFileChanges(this.#tree, tree, this.#tree.loaded, this.#options()));
    return this.#showFiles(found);
  }

  async files(): Promise<number> {
    this.#session.needWorktree();
    if (this.#isPorcelain) await this.#tree.refresh();
    const found = await this.#tree.drive(indexFileChanges(this.#tree, this.#tree.loaded, { ...this.#options(), stage: this.#own.stage }));
    const isDense = this.#own.stage === undefined && this.#printer.formats.has('patch') && (this.#isPorcelain || this.#settings.merges !== undefined);
    if (!isDense || this.#settings.isSilent) return this.#showFiles(found);
    const merged = new Set<string>();
    for (const { change } of found) if (change.status === 'unmerged' && await this.#combine(change.old!.path)) merged.add(change.old!.path);
    return this.#showFiles(found.filter(({ change }) => !merged.has((change.new ?? change.old)!.path)), merged.size > 0);
  }

  /** A path in conflict against both of its sides; `false` where it has not got both. */
  async #combine(path: string): Promise<boolean> {
    const stages = findStages(this.#tree.index, path);
    const [ours, theirs] = [2, 3].map((wanted) => stages.find(({ stage }) => stage === wanted));
    const info = this.#tree.files.find(path);
    if (ours === undefined || theirs === undefined || info === undefined || info.kind === 'directory') return false;
    const body = await this.#tree.drive(readAsBlob(this.#tree, path, info));
    const { zeroId } = this.#tree.algorithm;
    const id = this.#contents.add(body, this.#tree);
    const objects = aliased(this.#contents.over(this.#tree.objects), zeroId, id);
    const change: CombinedChange = {
      path, entry: { path, mode: modeOf(info, this.#tree.traits, ours), id: zeroId },
      parents: [ours, theirs].map((side) => ({ status: 'modified', entry: { path, mode: side.mode, id: side.id } })),
    };
    const job = this.#job();
    if (!this.#settings.quiet) this.#printer.printCombined([change], { ...job, source: { ...job.source, objects } }, this.#settings.merges === 'combined' ? 'full' : 'dense');
    return true;
  }

  #options(): { pathspec: ReturnType<OpenWorktree['pathspec']> | undefined; contents: FileContents; trustsStat: boolean; ignoresSubmodules: boolean } {
    return {
      pathspec: this.#pathspec(), contents: this.#contents, trustsStat: !this.#isPorcelain, ignoresSubmodules: this.#settings.diff.ignoreSubmodules === 'all',
    };
  }

  #showFiles(found: readonly FileSideChange[], hasMore = false): number {
    const job = this.#job();
    const { zeroId } = this.#tree.algorithm;
    const changes = this.#refine(found.map(({ change }) => change), job);
    const unhashed = new Set(found.filter(({ isUnhashed }) => isUnhashed).map(({ change }) => change.new!.path));
    const isRaw = this.#printer.formats.has('raw');
    const hidden = !isRaw ? changes : changes.map((change) => {
      const side = this.#settings.diff.isReversed === true ? 'old' : 'new';
      const entry = change[side];
      return entry !== undefined && unhashed.has(entry.path) && change.status !== 'unmerged' ? { ...change, [side]: { ...entry, id: zeroId } } : change;
    });
    if (isRaw && this.#printer.formats.size > 1 && !this.#settings.quiet) {
      new DiffPrinter(this.#session, { ...this.#settings, formats: new Set<DiffFormat>(['raw']) }, { fallback: undefined }).print(hidden, job);
      const others = new Set([...this.#printer.formats].filter((format) => format !== 'raw'));
      if (others.has('patch') && changes.length > 0) this.#session.io.stdout.write('\n');
      new DiffPrinter(this.#session, { ...this.#settings, formats: others }, { fallback: undefined }).print(changes, job);
      return this.#code(changes.length > 0);
    }
    const code = this.#show(isRaw ? hidden : changes, job);
    return hasMore ? this.#code(true) : code;
  }

  #show(changes: readonly FileChange[], job: DiffJob): number {
    const kept = changes.filter(({ status, old, new: new_ }) => status !== 'modified' || old?.id !== new_?.id || old?.mode !== new_?.mode || !this.#isPorcelain);
    if (!this.#settings.quiet) this.#printer.print(kept, job);
    return this.#code(kept.length > 0);
  }

  #code(hasChanges: boolean): number {
    return this.#settings.exitCode && hasChanges ? 1 : 0;
  }

  #job(): DiffJob {
    const job = this.#printer.job(undefined, undefined);
    const attributes = worktreeAttributes(this.#tree, this.#tree.index);
    const objects = this.#contents.over(this.#tree.objects);
    return {
      ...job, source: { ...job.source, objects, driverOf: makeDriverRule(attributes, this.#tree.config) },
      request: { ...job.request, objects }, checkRuleOf: makeCheckRule(attributes, this.#tree.config),
    };
  }

  #refine(found: readonly FileChange[], job: DiffJob): FileChange[] {
    const { prefix } = job.request.options ?? {};
    const below = prefix === undefined ? found : found.filter(({ old, new: new_ }) => (new_ ?? old)!.path.startsWith(prefix));
    const turned = this.#settings.diff.isReversed === true ? below.map((change) => reverseChange(change)) : below;
    return this.#printer.select(refineChanges(turned, job.request).changes);
  }

  #pathspec(): ReturnType<OpenWorktree['pathspec']> | undefined {
    return this.#paths.length === 0 ? undefined : this.#printer.job(undefined, undefined).request.options?.pathspec;
  }
}

/** The objects of a source, one of them under another id as well. */
function aliased(source: ObjectSource, alias: ObjectId, id: ObjectId): ObjectSource {
  const real = (asked: ObjectId): ObjectId => (asked === alias ? id : asked);
  return {
    has: (asked) => source.has(real(asked)), find: (asked) => source.find(real(asked)), findHeader: (asked) => source.findHeader(real(asked)),
    findChunks: (asked) => source.findChunks(real(asked)), findEntry: (asked) => source.findEntry(real(asked)), ids: () => source.ids(),
    idsWithPrefix: (prefix) => source.idsWithPrefix(prefix),
  };
}

