import type { ObjectId } from '@govc/core';
import { findObjectId, findThroughTags, losslessTextFromBytes, readPrettyCommit, scanCommit } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { makeDiffSettings, readDiffOption, type DiffSettings } from '../options/diff-options.js';
import { DiffPrinter } from '../print/diff-text.js';
import { LogPrinter, makeLogSettings, readLogOption, type LogSettings } from '../print/log-printer.js';
import { makeRevisionSettings } from '../options/revision-options.js';
import { readRecords, writeText } from '../print/output.js';
import { pathspecFrom } from '../session/arguments.js';
import { findObject, findRange } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = `usage: git diff-tree [--stdin] [-m] [-s] [-v] [--no-commit-id] [--pretty] [-t] [-r] [-c | --cc] [--combined-all-paths] [--root] [--merge-base]
              [<common-diff-options>] <tree-ish> [<tree-ish>] [<path>...]
`;

/** `git diff-tree`. */
export const diffTreeCommand: Command = async (args, context) => {
  const { io } = context;
  if (args.length === 1 && args[0] === '-h') {
    io.stdout.write(USAGE);
    return 129;
  }
  const session = await context.session();
  const diff = makeDiffSettings();
  diff.diff.renames = 'off';
  const log = makeLogSettings();
  log.showsRoot = false;
  const own = { stdin: false, verbose: false, commitId: true, always: false, mergeBase: false };
  const names: string[] = [];
  let dashes: number | undefined;
  for (let at = 0; at < args.length;) {
    const arg = args[at]!;
    if (arg === '--') {
      dashes = names.length;
      names.push(...args.slice(at + 1));
      break;
    }
    if (arg === '--stdin') own.stdin = true;
    else if (arg === '-v') own.verbose = true;
    else if (arg === '--no-commit-id') own.commitId = false;
    else if (arg === '--always') own.always = true;
    else if (arg === '--merge-base') own.mergeBase = true;
    else {
      const taken = arg.startsWith('-') && arg !== '-' ? readLogOption(log, args, at, io) || readDiffOption(diff, args, at) : 0;
      if (taken === 0 && arg.startsWith('-') && arg !== '-') throw new Failure(USAGE, 129);
      if (taken === 0) names.push(arg);
      at += taken || 1;
      continue;
    }
    at++;
  }
  if (own.verbose) log.format ??= 'medium';
  if (diff.formats.size === 0 && !diff.isSilent) diff.formats.add('raw');
  if ([...diff.formats].some((format) => !['raw', 'name-only', 'name-status'].includes(format)) || diff.merges === 'combined' || diff.merges === 'dense') diff.recursive ??= true;
  diff.recursive ??= false;
  return new TreeDiffer(session, { diff, log, own }).run(names, dashes);
};

interface TreeDiffOptions {
  readonly diff: DiffSettings;
  readonly log: LogSettings;
  readonly own: { readonly stdin: boolean; readonly commitId: boolean; readonly always: boolean; readonly mergeBase: boolean };
}

class TreeDiffer {
  readonly #session: Session;
  readonly #options: TreeDiffOptions;
  #printer!: DiffPrinter;
  #log: LogPrinter | undefined;
  #hasChanges = false;

  constructor(session: Session, options: TreeDiffOptions) {
    this.#session = session;
    this.#options = options;
  }

  async run(names: readonly string[], dashes: number | undefined): Promise<number> {
    const { diff, log, own } = this.#options;
    const trees: ObjectId[] = [];
    let at = 0;
    while (at < names.length && at < (dashes ?? names.length) && trees.length < 2) {
      const text = names[at]!;
      if (text.includes('..')) {
        const range = findRange(this.#session, text);
        if (range?.include[0] !== undefined && range.exclude[0] !== undefined) {
          trees.push(range.exclude[0], range.include.at(-1)!);
          at++;
          continue;
        }
      }
      const id = findObject(this.#session, text, 'treeish');
      if (id === undefined) {
        if (at === 0 || dashes !== undefined) die(`ambiguous argument '${text}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`);
        break;
      }
      trees.push(id);
      at++;
    }
    if (trees.length === 0 && !own.stdin) throw new Failure(USAGE, 129);
    const paths = names.slice(at).map((path) => pathspecFrom(this.#session, path));
    this.#printer = new DiffPrinter(this.#session, diff, { fallback: 'raw', paths });
    if (log.format !== undefined) {
      this.#log = new LogPrinter(this.#session, { revisions: makeRevisionSettings(), diff, log, paths, query: {}, kind: { name: 'log' } });
    }
    if (trees.length === 2) this.#compare(trees[0]!, trees[1]!);
    else if (trees.length === 1) this.#commit(trees[0]!);
    if (own.stdin) {
      for await (const record of readRecords(this.#session.io.stdin, '\n')) {
        this.#line(losslessTextFromBytes(record));
        this.#session.io.flush?.();
      }
    }
    return diff.exitCode && this.#hasChanges ? 1 : 0;
  }

  #line(line: string): void {
    const [first = '', ...others] = line.split(' ').filter((part) => part !== '');
    const id = findObjectId(first, this.#session.algorithm);
    const type = id === undefined ? undefined : this.#session.context.snapshot.objects.findHeader(id)?.type;
    if (id === undefined || (type !== 'commit' && type !== 'tree')) {
      writeText(this.#session.io.stdout, `${line}\n`);
      return;
    }
    if (type === 'tree') {
      const other = findObject(this.#session, others[0] ?? '');
      if (other === undefined) die(`Need exactly two trees, separated by a space`);
      writeText(this.#session.io.stdout, `${id} ${other}\n`);
      this.#compare(id, other);
      return;
    }
    this.#commit(id, others as ObjectId[]);
  }

  #treeOf(id: ObjectId): ObjectId {
    const { snapshot } = this.#session.context;
    const object = findThroughTags(snapshot, id);
    if (object === undefined) die(`unable to read tree (${id})`);
    if (object.type === 'tree') return object.id;
    if (object.type !== 'commit') die(`unable to read tree (${id})`);
    return scanCommit(snapshot.objects.find(object.id)!.body, snapshot.algorithm).tree;
  }

  #compare(old: ObjectId, new_: ObjectId): void {
    const job = this.#printer.job(this.#treeOf(old), this.#treeOf(new_));
    const changes = this.#printer.changes(job);
    this.#hasChanges ||= changes.length > 0;
    this.#print(changes, job);
  }

  #print(changes: Parameters<DiffPrinter['print']>[0], job: Parameters<DiffPrinter['print']>[1]): void {
    if (!this.#options.diff.quiet) this.#printer.print(changes, job);
  }

  #commit(id: ObjectId, givenParents: readonly ObjectId[] = []): void {
    const { snapshot } = this.#session.context;
    const object = findThroughTags(snapshot, id);
    if (object?.type !== 'commit') die(`object ${id} is a ${object?.type ?? 'missing object'}, not a commit`);
    const { tree, parents: recorded } = scanCommit(snapshot.objects.find(object.id)!.body, snapshot.algorithm);
    const parents = givenParents.length > 0 ? givenParents : recorded;
    const { diff, log } = this.#options;
    if (parents.length === 0) {
      const job = this.#printer.job(undefined, tree);
      this.#show(object.id, log.showsRoot === true ? this.#printer.changes(job) : [], job);
      return;
    }
    if (parents.length > 1 && (diff.merges === 'combined' || diff.merges === 'dense')) {
      const trees = parents.map((parent) => this.#treeOf(parent));
      const job = this.#printer.job(trees[0], tree);
      const changes = this.#printer.combined(job, trees, tree);
      this.#hasChanges ||= changes.length > 0;
      this.#header(object.id);
      this.#printer.printCombined(changes, job, diff.merges === 'dense' ? 'dense' : 'full');
      return;
    }
    if (parents.length > 1 && diff.merges !== 'separate' && diff.merges !== 'first-parent') {
      if (this.#options.own.always) this.#header(object.id);
      return;
    }
    for (const parent of diff.merges === 'first-parent' ? parents.slice(0, 1) : parents) {
      const job = this.#printer.job(this.#treeOf(parent), tree);
      this.#show(object.id, this.#printer.changes(job), job, parents.length > 1 ? parent : undefined);
    }
  }

  #show(id: ObjectId, changes: Parameters<DiffPrinter['print']>[0], job: Parameters<DiffPrinter['print']>[1], parent?: ObjectId): void {
    this.#hasChanges ||= changes.length > 0;
    if (changes.length === 0) {
      if (this.#options.own.always) this.#header(id, parent);
      return;
    }
    if (this.#options.diff.quiet) return;
    this.#header(id, parent);
    this.#printer.print(changes, job);
  }

  #header(id: ObjectId, parent?: ObjectId): void {
    if (!this.#options.own.commitId) return;
    if (this.#log === undefined) {
      writeText(this.#session.io.stdout, `${id}${this.#options.diff.nul ? '\0' : '\n'}`);
      return;
    }
    const { formats } = this.#printer;
    const commit = readPrettyCommit({ objects: this.#session.context.snapshot.objects }, id, this.#session.algorithm);
    this.#log.showHeader(commit, { id, commit: 0, side: 'right', isBoundary: false, isSame: false, parents: commit.commit.parents, children: undefined, source: undefined, reflog: undefined }, parent);
    if (formats.size > 0 && this.#options.log.format !== 'oneline') writeText(this.#session.io.stdout, formats.has('patch') && formats.has('stat') ? '---\n' : '\n');
  }
}
