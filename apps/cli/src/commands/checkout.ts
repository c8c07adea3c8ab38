import { BRANCH_PREFIX, checkRefFormat, findRefId, matchPriorBranch, peelToTree, REMOTE_PREFIX, type RefName } from '@govc/core/plumbing';
import type { ObjectId } from '@govc/core';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import { flag, optionalValue, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { shortId } from '../print/abbreviation.js';
import { findObject, needCommit, revisionsOf } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { readHead } from '../worktree/head.js';
import { localChanges } from '../worktree/local-changes.js';
import { openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';
import { pathspecFileOptions, readPathspec, type PathspecSource } from '../worktree/pathspec-file.js';
import { restorePaths, type RestoreRequest } from '../worktree/restore-paths.js';
import { checkNewBranch, switchBranch } from '../worktree/switch-branch.js';

const CHECKOUT_USAGE = ['git checkout [<options>] <branch>', 'git checkout [<options>] [<branch>] -- <file>...'];
const SWITCH_USAGE = ['git switch [<options>] [<branch>]'];
const RESTORE_USAGE = ['git restore [<options>] [--source=<branch>] <file>...'];

interface CheckoutOptions {
  create: string | undefined;
  reset: string | undefined;
  orphan: string | undefined;
  logs: boolean;
  guesses: boolean;
  detaches: boolean;
  tracks: boolean | undefined;
  isQuiet: boolean;
  isForced: boolean;
  merges: boolean;
  style: RestoreRequest['style'];
  stage: 2 | 3 | undefined;
  overlay: boolean;
  overwritesIgnored: boolean;
  ignoresSkipWorktree: boolean;
  ignoresUnmerged: boolean;
  ignoresOtherWorktrees: boolean;
  source: string | undefined;
  staged: boolean | undefined;
  worktree: boolean | undefined;
}

function defaults(session: Session): CheckoutOptions {
  return {
    create: undefined, reset: undefined, orphan: undefined, logs: false, guesses: session.config.getBool('checkout.guess', true), detaches: false,
    tracks: undefined, isQuiet: false, isForced: false, merges: false, style: undefined, stage: undefined, overlay: true, overwritesIgnored: true,
    ignoresSkipWorktree: false, ignoresUnmerged: false, ignoresOtherWorktrees: false, source: undefined, staged: undefined, worktree: undefined,
  };
}

function commonOptions(o: CheckoutOptions): Option[] {
  return [
    flag('q|quiet', 'suppress progress reporting', (isOn) => { o.isQuiet = isOn; }),
    flag('recurse-submodules', 'control recursive updating of submodules', () => undefined),
    flag('progress', 'force progress reporting', () => undefined),
    flag('m|merge', 'perform a 3-way merge with the new branch', (isOn) => { o.merges = isOn; }),
    value('conflict', 'style', 'conflict style (merge, diff3, or zdiff3)', (text) => {
      if (text !== undefined && text !== 'merge' && text !== 'diff3' && text !== 'zdiff3') die(`unknown style '${text}' given for 'merge.conflictstyle'`);
      o.style = text;
      o.merges = text !== undefined;
    }),
  ];
}

function switchOptions(o: CheckoutOptions): Option[] {
  return [
    flag('d|detach', 'detach HEAD at named commit', (isOn) => { o.detaches = isOn; }),
    optionalValue('t|track', '(direct|inherit)', 'set branch tracking configuration', (_, isSet) => { o.tracks = isSet; }),
    flag('f|force', 'force checkout (throw away local modifications)', (isOn) => { o.isForced = isOn; }),
    value('orphan', 'new-branch', 'new unparented branch', (text) => { o.orphan = text; }),
    flag('overwrite-ignore', 'update ignored files (default)', (isOn) => { o.overwritesIgnored = isOn; }),
    flag('ignore-other-worktrees', 'do not check if another worktree is holding the given ref', (isOn) => { o.ignoresOtherWorktrees = isOn; }),
  ];
}

function pathOptions(o: CheckoutOptions): Option[] {
  return [
    flag('2|ours', 'checkout our version for unmerged files', (isOn) => { o.stage = isOn ? 2 : undefined; }),
    flag('3|theirs', 'checkout their version for unmerged files', (isOn) => { o.stage = isOn ? 3 : undefined; }),
    flag('p|patch', 'select hunks interactively', () => die('picking changes interactively is not supported')),
    flag('ignore-skip-worktree-bits', 'do not limit pathspecs to sparse entries only', (isOn) => { o.ignoresSkipWorktree = isOn; }),
  ];
}

/** `git checkout`. */
export const checkoutCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const o = defaults(session);
  const source: PathspecSource = { file: undefined, isNul: false };
  const rest = parseOptions(args, {
    io, usage: CHECKOUT_USAGE, keepsDashes: true,
    options: [
      value('b', 'branch', 'create and checkout a new branch', (text) => { o.create = text; }),
      value('B', 'branch', 'create/reset and checkout a branch', (text) => { o.reset = text; }),
      flag('l', 'create reflog for new branch', (isOn) => { o.logs = isOn; }),
      flag('guess', "second guess 'git checkout <no-such-branch>' (default)", (isOn) => { o.guesses = isOn; }),
      flag('overlay', 'use overlay mode (default)', (isOn) => { o.overlay = isOn; }),
      ...commonOptions(o), ...switchOptions(o), ...pathOptions(o), ...pathspecFileOptions(source),
    ],
  });
  const tree = openWorktree(session);
  try {
    if (o.create !== undefined && o.reset !== undefined) die("options '-b' and '-B' cannot be used together");
    return await new Checkout(tree, o).run(rest, await readPathspec(io, source, []), source.file !== undefined);
  } finally {
    tree.unlock();
  }
};

/** `git switch`. */
export const switchCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const o = defaults(session);
  const rest = parseOptions(args, {
    io, usage: SWITCH_USAGE,
    options: [
      value('c|create', 'branch', 'create and switch to a new branch', (text) => { o.create = text; }),
      value('C|force-create', 'branch', 'create/reset and switch to a branch', (text) => { o.reset = text; }),
      flag('guess', "second guess 'git switch <no-such-branch>'", (isOn) => { o.guesses = isOn; }),
      flag('discard-changes', 'throw away local modifications', (isOn) => { o.isForced = isOn; }),
      ...commonOptions(o), ...switchOptions(o),
    ],
  });
  const tree = openWorktree(session);
  try {
    return await new Checkout(tree, o, true).switch(rest);
  } finally {
    tree.unlock();
  }
};

/** `git restore`. */
export const restoreCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.session();
  const o = { ...defaults(session), overlay: false };
  const source: PathspecSource = { file: undefined, isNul: false };
  const rest = parseOptions(args, {
    io, usage: RESTORE_USAGE,
    options: [
      value('s|source', '<tree-ish>', 'which tree-ish to checkout from', (text) => { o.source = text; }),
      flag('S|staged', 'restore the index', (isOn) => { o.staged = isOn; }),
      flag('W|worktree', 'restore the working tree (default)', (isOn) => { o.worktree = isOn; }),
      flag('ignore-unmerged', 'ignore unmerged entries', (isOn) => { o.ignoresUnmerged = isOn; }),
      flag('overlay', 'use overlay mode', (isOn) => { o.overlay = isOn; }),
      ...commonOptions(o), ...pathOptions(o), ...pathspecFileOptions(source),
    ],
  });
  const tree = openWorktree(session);
  const paths = await readPathspec(io, source, rest);
  if (paths.length === 0) die('you must specify path(s) to restore');
  const toIndex = o.staged === true;
  const toWorktree = o.worktree ?? !toIndex;
  if (!toIndex && !toWorktree) die("neither '--staged' nor '--worktree' specified");
  if (toIndex && !toWorktree && (o.stage !== undefined || o.merges)) die(`options '${o.merges ? '--merge' : '--ours/--theirs'}' and '--staged' cannot be used together`);
  const named = o.source ?? (toIndex ? 'HEAD' : undefined);
  const treeId = named === undefined ? undefined : restoreTree(session, named);
  tree.lock();
  try {
    await restorePaths(tree, {
      paths, pathspec: tree.pathspec(paths), tree: treeId, toIndex, toWorktree, isOverlay: o.overlay, stage: o.merges ? 'merge' : o.stage,
      ignoresUnmerged: o.ignoresUnmerged || o.isForced, ignoresSkipWorktree: o.ignoresSkipWorktree, style: o.style,
    });
    return 0;
  } finally {
    tree.unlock();
  }
};

function restoreTree(session: Session, name: string): ObjectId {
  if (name === 'HEAD' && readHead(session).id === undefined) die('could not resolve HEAD');
  const id = findObject(session, name, 'treeish') ?? die(`could not resolve ${name}`);
  return peelToTree(session.context.snapshot, id);
}

class Checkout {
  readonly #tree: OpenWorktree;
  readonly #session: Session;
  readonly #io: CommandIo;
  readonly #o: CheckoutOptions;
  readonly #isSwitchCommand: boolean;

  constructor(tree: OpenWorktree, options: CheckoutOptions, isSwitch = false) {
    this.#isSwitchCommand = isSwitch;
    this.#tree = tree;
    this.#session = tree.session;
    this.#io = tree.session.io;
    this.#o = options;
  }

  async run(args: readonly string[], listed: readonly string[], hasList: boolean): Promise<number> {
    const { revision, paths, hasDashes } = this.#split(args);
    const all = hasList ? listed : paths;
    if (all.length === 0 && !hasDashes && !hasList) return this.switch(revision === undefined ? [] : [revision]);
    if (all.length === 0 && hasDashes && !hasList) {
      if (revision !== undefined || args.length === 1) return this.switch(revision === undefined ? [] : [revision]);
    }
    return this.#checkoutPaths(revision, all, hasDashes);
  }

  /** What comes first may be a revision or a path. */
  #split(args: readonly string[]): { revision: string | undefined; paths: readonly string[]; hasDashes: boolean } {
    const dashes = args.indexOf('--');
    if (dashes === 0) return { revision: undefined, paths: args.slice(1), hasDashes: true };
    if (dashes === 1) {
      const first = args[0]!;
      if (this.#find(first) === undefined && !this.#canGuess(first, args.length === 2)) throw new Failure(`fatal: invalid reference: ${first}\n`, 128);
      return { revision: first, paths: args.slice(2), hasDashes: true };
    }
    if (dashes > 1) die(`only one reference expected, ${dashes} given.`);
    const [first, ...others] = args;
    if (first === undefined) return { revision: undefined, paths: [], hasDashes: false };
    const { create, reset, orphan, detaches } = this.#o;
    const mustBeRevision = create !== undefined || reset !== undefined || orphan !== undefined || detaches;
    if (this.#find(first) !== undefined) {
      const exists = this.#exists(first);
      if (exists && others.length === 0 && !mustBeRevision) {
        die(`ambiguous argument '${first}': both revision and filename\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`);
      }
      return { revision: first, paths: others, hasDashes: false };
    }
    if (others.length === 0 && !this.#exists(first) && this.#canGuess(first, true)) return { revision: first, paths: [], hasDashes: false };
    if (mustBeRevision) return { revision: first, paths: others, hasDashes: false };
    return { revision: undefined, paths: args, hasDashes: false };
  }

  #find(text: string): ObjectId | undefined {
    return findObject(this.#session, text === '-' ? '@{-1}' : text, 'treeish', true);
  }

  #exists(path: string): boolean {
    return this.#tree.files.find(`${this.#session.prefix}${path}`.replace(/\/$/, '')) !== undefined;
  }

  #canGuess(name: string, isAlone: boolean): boolean {
    return isAlone && this.#o.guesses && this.#guess(name) !== undefined;
  }

  /** The one remote that has a branch of that name. */
  #guess(name: string): RefName | undefined {
    const found: RefName[] = [];
    for (const remote of this.#session.config.subsections('remote')) {
      const ref = `${REMOTE_PREFIX}${remote}/${name}` as RefName;
      if (findRefId(this.#session.repository.snapshot.refs, ref) !== undefined) found.push(ref);
    }
    const preferred = this.#session.config.get('checkout.defaultremote');
    return found.length === 1 ? found[0] : found.find((ref) => ref === `${REMOTE_PREFIX}${preferred ?? ''}/${name}`);
  }

  async switch(args: readonly string[]): Promise<number> {
    const o = this.#o;
    if (args.length > 1) die(`only one reference expected`);
    const head = readHead(this.#session);
    const created = o.create ?? o.reset ?? o.orphan;
    let name = args[0] ?? 'HEAD';
    let upstream: RefName | undefined;
    let branchName = created;
    if (name === '-') name = '@{-1}';
    const prior = matchPriorBranch(revisionsOf(this.#session, { isQuiet: true }), name);
    if (typeof prior === 'object' && prior.size === name.length) name = prior.text;
    const branchRef = `${BRANCH_PREFIX}${name}` as RefName;
    const refs = this.#session.repository.snapshot.refs;
    const isBranch = args.length > 0 && findRefId(refs, branchRef) !== undefined && checkRefFormat(branchRef).valid;
    if (created === undefined && args.length > 0 && !isBranch && !o.detaches && this.#find(name) === undefined) {
      const guessed = o.guesses ? this.#guess(name) : undefined;
      if (guessed === undefined) {
        if (findObject(this.#session, name, undefined, true) !== undefined) die(`Cannot switch branch to a non-commit '${name}'`);
        throw new Failure(args[0] === undefined ? '' : this.#isSwitch() ? `fatal: invalid reference: ${name}\n` : `error: pathspec '${args[0]}' did not match any file(s) known to git\n`, this.#isSwitch() ? 128 : 1);
      }
      upstream = guessed;
      branchName = name;
      name = guessed.slice(REMOTE_PREFIX.length);
    } else if (o.tracks === true && created === undefined) {
      upstream = `${REMOTE_PREFIX}${name.replace(/^(?:refs\/)?remotes\//, '')}` as RefName;
      branchName = name.replace(/^(?:refs\/)?(?:remotes\/)?[^/]+\//, '');
    }
    const isUnborn = head.id === undefined && name === 'HEAD';
    if (isUnborn && created !== undefined && o.orphan === undefined) return this.#moveUnborn(created);
    const id = isUnborn ? undefined : this.#commit(upstream ?? name, name);
    if (branchName !== undefined) {
      if (!checkRefFormat(`${BRANCH_PREFIX}${branchName}`).valid || branchName.startsWith('-')) die(`'${branchName}' is not a valid branch name`);
      checkNewBranch(this.#tree, branchName, o.reset !== undefined);
      const remoteRef = `${REMOTE_PREFIX}${name.replace(/^(?:refs\/)?remotes\//, '')}` as RefName;
      const autoSetup = this.#session.config.get('branch.autosetupmerge') !== 'false';
      if (upstream === undefined && o.orphan === undefined && o.tracks !== false && (autoSetup || o.tracks === true) && findRefId(refs, remoteRef) !== undefined && args.length > 0) upstream = remoteRef;
      if (upstream === undefined && o.tracks === true && isBranch) upstream = branchRef;
    }
    const branch = branchName ?? (o.detaches ? undefined : isBranch ? name : args.length === 0 ? head.branch : undefined);
    if (branch === undefined && this.#isSwitch() && !o.detaches && args.length > 0) {
      die(`a branch is expected, got ${findRefId(refs, `refs/tags/${name}` as RefName) !== undefined ? `tag '${name}'` : findRefId(refs, `${REMOTE_PREFIX}${name}` as RefName) !== undefined ? `remote branch '${name}'` : `commit '${name}'`}`);
    }
    if (args.length === 0 && created === undefined && !o.detaches) {
      if (this.#isSwitch()) die('missing branch or commit argument');
      return this.#stay(o.isForced);
    }
    return switchBranch(this.#tree, {
      name, id, branch, isNewBranch: branchName !== undefined, resetsBranch: o.reset !== undefined, isOrphan: o.orphan !== undefined,
      isForced: o.isForced, merges: o.merges, isQuiet: o.isQuiet, ignoresOtherWorktrees: o.ignoresOtherWorktrees, overwritesIgnored: o.overwritesIgnored, upstream, isDetachWanted: o.detaches,
    });
  }

  #isSwitch(): boolean {
    return this.#isSwitchCommand;
  }

  #commit(revision: string, name: string): ObjectId {
    return needCommit(this.#session, revision, this.#find(name) === undefined ? `'${name}' is not a commit and a branch '${this.#o.create ?? this.#o.reset ?? name}' cannot be created from it` : `Cannot switch branch to a non-commit '${name}'`);
  }

  /** Nothing is switched to: local changes are told, or given up. */
  async #stay(isForced: boolean): Promise<number> {
    const head = readHead(this.#session);
    if (isForced) {
      return switchBranch(this.#tree, {
        name: 'HEAD', id: head.id, branch: head.branch, isNewBranch: false, resetsBranch: false, isOrphan: false, isForced: true, merges: false, isQuiet: true,
        overwritesIgnored: true, upstream: undefined, isDetachWanted: false,
      });
    }
    await this.#tree.refresh();
    if (!this.#o.isQuiet) writeText(this.#io.stdout, await localChanges(this.#tree, head.tree));
    return 0;
  }

  async #moveUnborn(branch: string): Promise<number> {
    const { symbolicRef, HEAD } = await import('@govc/core/plumbing');
    this.#tree.draft.editRef(HEAD, symbolicRef(`${BRANCH_PREFIX}${branch}` as RefName));
    await this.#tree.saveObjects({ message: 'checkout -b' });
    if (!this.#o.isQuiet) writeText(this.#io.stderr, `Switched to a new branch '${branch}'\n`);
    return 0;
  }

  async #checkoutPaths(revision: string | undefined, paths: readonly string[], hasDashes: boolean): Promise<number> {
    const o = this.#o;
    const tree = this.#tree;
    if (o.create !== undefined || o.reset !== undefined || o.orphan !== undefined) {
      die(`'${paths[0] ?? ''}' is not a commit and a branch '${(o.create ?? o.reset ?? o.orphan)!}' cannot be created from it`);
    }
    if (o.detaches) die(`git checkout: --detach does not take a path argument '${paths[0] ?? ''}'`);
    if (revision !== undefined && (o.stage !== undefined || o.merges)) die(`'${o.stage === undefined ? '--merge' : '--ours/--theirs'}' cannot be used when checking out of a tree`);
    const treeId = revision === undefined ? undefined : peelToTree(this.#session.context.snapshot, this.#find(revision)!);
    tree.lock();
    const count = await restorePaths(tree, {
      paths, pathspec: tree.pathspec(paths), tree: treeId, toIndex: treeId !== undefined, toWorktree: true, isOverlay: o.overlay,
      stage: o.merges ? 'merge' : o.stage, ignoresUnmerged: o.isForced, ignoresSkipWorktree: o.ignoresSkipWorktree, style: o.style,
    });
    if (o.isQuiet || hasDashes) return 0;
    const noun = count === 1 ? 'path' : 'paths';
    if (o.merges) writeText(this.#io.stderr, `Recreated ${count} merge conflict${count === 1 ? '' : 's'}\n`);
    else if (treeId === undefined) writeText(this.#io.stderr, `Updated ${count} ${noun} from the index\n`);
    else writeText(this.#io.stderr, `Updated ${count} ${noun} from ${shortId(this.#session, treeId)}\n`);
    return 0;
  }
}
