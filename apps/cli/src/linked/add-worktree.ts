import type { ObjectId } from '@govc/core';
import { BRANCH_PREFIX, bytesFromLosslessText, Config, parseConfig, removeAll, type RefName } from '@govc/core/plumbing';

import { die } from '../failure.js';
import { count, flag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { shortId } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import type { Context } from '../context.js';
import { findObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';
import { nestedIo } from '../submodule/nested-session.js';
import { runHook } from '../worktree/run-hook.js';
import { checkCandidate } from './change-worktree.js';
import { findCheckedOut, machineFiles, type WorktreeVerb } from './worktree-list.js';

interface AddOptions {
  force: number;
  branch: string | undefined;
  resetBranch: string | undefined;
  detaches: boolean;
  checksOut: boolean;
  isLocked: boolean;
  reason: string | undefined;
  isQuiet: boolean;
  track: string | undefined;
  guesses: boolean;
}

const USAGE = ['git worktree add [-f] [--detach] [--checkout] [--lock [--reason <string>]]\n                 [-b <new-branch>] <path> [<commit-ish>]'];

/** `git worktree add`. */
export const addWorktree: WorktreeVerb = async (args, context, session) => {
  const o: AddOptions = {
    force: 0, branch: undefined, resetBranch: undefined, detaches: false, checksOut: true, isLocked: false, reason: undefined, isQuiet: false, track: undefined,
    guesses: session.config.getBool('worktree.guessremote', false),
  };
  const options = [
    count('f|force', 'checkout <branch> even if already checked out in other worktree', (times) => { o.force = times; }),
    value('b', 'branch', 'create a new branch', (text) => { o.branch = text; }),
    value('B', 'branch', 'create or reset a branch', (text) => { o.resetBranch = text; }),
    flag('d|detach', 'detach HEAD at named commit', (isOn) => { o.detaches = isOn; }),
    flag('checkout', 'populate the new working tree', (isOn) => { o.checksOut = isOn; }),
    flag('lock', 'keep the new working tree locked', (isOn) => { o.isLocked = isOn; }),
    value('reason', 'string', 'reason for locking', (text) => { o.reason = text; }),
    flag('q|quiet', 'suppress progress reporting', (isOn) => { o.isQuiet = isOn; }),
    optionalValue('track', '...', 'set up tracking mode (see git-branch(1))', (text, isSet) => { o.track = isSet ? `--track${text === undefined ? '' : `=${text}`}` : '--no-track'; }),
    flag('guess-remote', 'try to match the new branch name with a remote-tracking branch', (isOn) => { o.guesses = isOn; }),
  ];
  const rest = parseOptions(args, { io: context.io, usage: USAGE, options });
  if (Number(o.detaches) + Number(o.branch !== undefined) + Number(o.resetBranch !== undefined) > 1) die("options '-b', '-B', and '--detach' cannot be used together");
  if (o.reason !== undefined && !o.isLocked) die("the option '--reason' requires '--lock'");
  if (rest.length < 1 || rest.length > 2) usageError(usageText(USAGE, options));
  const path = session.path(rest[0]!);
  const target = chooseTarget(session, { path, given: rest[1] }, o);
  if (!o.isQuiet) tellPlan(session, target, o);
  if (target.newBranch !== undefined) {
    const words = ['branch', ...(o.resetBranch === undefined ? [] : ['--force']), ...(o.isQuiet ? ['--quiet'] : []), target.newBranch, target.branch, ...(o.track === undefined ? [] : [o.track])];
    if (await context.run(words) !== 0) return 255;
    await session.repository.reload();
    target.branch = target.newBranch;
  } else if (o.track !== undefined) {
    die('--[no-]track can only be used if a new branch is created');
  }
  return makeWorktree(context, session, { path, name: target.branch, options: o });
};

interface Target {
  branch: string;
  readonly newBranch: string | undefined;
}

function isBranch(session: Session, name: string): boolean {
  return session.repository.snapshot.refs.get(`${BRANCH_PREFIX}${name}` as RefName) !== undefined;
}

function chooseTarget(session: Session, { path, given }: { readonly path: string; readonly given: string | undefined }, o: AddOptions): Target {
  const branch = given === '-' ? '@{-1}' : given ?? 'HEAD';
  if (o.resetBranch !== undefined && o.force === 0 && isBranch(session, o.resetBranch)) dieIfCheckedOut(session, o.resetBranch);
  const newBranch = o.resetBranch ?? o.branch;
  if (newBranch !== undefined || o.detaches) return { branch, newBranch };
  if (given === undefined) {
    const base = path.slice(path.lastIndexOf('/') + 1);
    if (isBranch(session, base)) return { branch: base, newBranch: undefined };
    const remote = o.guesses ? uniqueRemoteBranch(session, base) : undefined;
    return { branch: remote ?? branch, newBranch: base };
  }
  if (findObject(session, branch, 'committish', true) !== undefined) return { branch, newBranch: undefined };
  const remote = uniqueRemoteBranch(session, branch);
  return remote === undefined ? { branch, newBranch: undefined } : { branch: remote, newBranch: branch };
}

/** The only branch of that name that a remote has. */
function uniqueRemoteBranch(session: Session, name: string): string | undefined {
  const { refs } = session.repository.snapshot;
  const preferred = session.config.get('checkout.defaultremote');
  const remotes = new Set<string>();
  for (const [ref] of refs.entries('refs/remotes/')) {
    const match = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(ref);
    if (match?.[2] === name) remotes.add(match[1]!);
  }
  const remote = remotes.size === 1 ? [...remotes][0] : preferred !== undefined && remotes.has(preferred) ? preferred : undefined;
  return remote === undefined ? undefined : `refs/remotes/${remote}/${name}`;
}

function dieIfCheckedOut(session: Session, branch: string): void {
  const other = findCheckedOut(session, `${BRANCH_PREFIX}${branch}`);
  if (other !== undefined) die(`'${branch}' is already checked out at '${other.path}'`);
}

function tellPlan(session: Session, { branch, newBranch }: Target, o: AddOptions): void {
  const say = (what: string): void => { writeText(session.io.stderr, `Preparing worktree (${what})\n`); };
  const commitOf = (name: string): ObjectId | undefined => findObject(session, name, 'committish', true);
  if (newBranch !== undefined) {
    const old = o.resetBranch === undefined ? undefined : commitOf(newBranch);
    say(old === undefined ? `new branch '${newBranch}'` : `resetting branch '${newBranch}'; was at ${shortId(session, old)}`);
  } else if (!o.detaches && isBranch(session, branchName(session, branch))) {
    say(`checking out '${branchName(session, branch)}'`);
  } else {
    say(`detached HEAD ${shortId(session, commitOf(branch) ?? die(`invalid reference: ${branch}`))}`);
  }
}

/** `@{-1}` and the like stand for a branch. */
function branchName(session: Session, text: string): string {
  if (!text.startsWith('@{')) return text;
  const number = Number(/^@\{-(\d+)\}$/.exec(text)?.[1] ?? '0');
  let left = number;
  for (const { message } of session.repository.reflog('HEAD')) {
    const from = /^checkout: moving from (\S+) to /.exec(message)?.[1];
    if (from !== undefined && --left === 0) return from;
  }
  return text;
}

async function makeWorktree(
  context: Context, session: Session, { path, name, options: o }: { readonly path: string; readonly name: string; readonly options: AddOptions },
): Promise<number> {
  const { commonFiles, commonDirectory, io } = session;
  checkCandidate(session, path, { force: o.force, verb: 'add' });
  const branch = branchName(session, name);
  const asBranch = !o.detaches && isBranch(session, branch);
  if (asBranch && o.force === 0) dieIfCheckedOut(session, branch);
  const commit = findObject(session, `${name}^{commit}`, 'committish', true) ?? die(`invalid reference: ${name}`);
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.lock$/, '-lock').replace(/[^\x21-\x7e\x80-\uffff]|[~^:?*[\\]|\.\.|@\{/g, '-').replace(/^\./, '-').replace(/\.$/, '-');
  let id = base;
  for (let number = 1; commonFiles.find(`worktrees/${id}`) !== undefined; number++) id = `${base}${number}`;
  const own = commonFiles.within(`worktrees/${id}`);
  const write = (file: string, text: string): void => { own.write(file, bytesFromLosslessText(text)); };
  write('locked', o.isLocked ? `${o.reason ?? 'added with --lock'}\n` : 'initializing\n');
  const all = machineFiles(session);
  all.makeDirectory(path.slice(1));
  const real = io.files.findRealPath(path) ?? path;
  write('gitdir', `${real}/.git\n`);
  all.write(`${path}/.git`.slice(1), bytesFromLosslessText(`gitdir: ${commonDirectory}/worktrees/${id}\n`));
  write('HEAD', `${session.algorithm.zeroId}\n`);
  write('commondir', '../..\n');
  copySettings(session, id);
  const inner = nestedIo(io, real);
  const changes = { cwd: real, env: { ...inner.env, GIT_DIR: `${real}/.git`, GIT_WORK_TREE: real } };
  let code = await context.run(asBranch ? ['symbolic-ref', 'HEAD', `${BRANCH_PREFIX}${branch}`] : ['update-ref', 'HEAD', commit], changes);
  if (code === 0 && o.checksOut) code = await context.run(['reset', '--hard', ...(o.isQuiet ? ['--quiet'] : [])], changes);
  if (code !== 0) {
    removeAll(commonFiles, `worktrees/${id}`);
    removeAll(all, path.slice(1));
    return code;
  }
  if (!o.isLocked) own.remove('locked');
  if (!o.checksOut) return 0;
  return runHook({ ...hookSession(session, real) }, 'post-checkout', { args: [session.algorithm.zeroId, commit, '1'] });
}

/** The session as hooks of the new worktree see it. */
function hookSession(session: Session, path: string): Session {
  const inner = Object.create(session, { worktreePath: { value: path }, io: { value: nestedIo(session.io, path) } }) as Session;
  const { io, config, commonDirectory, gitDirectory, worktreePath } = inner;
  return { ...session, io, config, commonDirectory, gitDirectory, worktreePath };
}

/** A new worktree is as sparse as the one it is made from, and configured like it. */
function copySettings(session: Session, id: string): void {
  const { gitFiles, commonFiles, config } = session;
  const own = commonFiles.within(`worktrees/${id}`);
  if (config.getBool('core.sparsecheckout', false) && gitFiles.find('info/sparse-checkout') !== undefined) own.write('info/sparse-checkout', gitFiles.read('info/sparse-checkout'));
  if (!config.getBool('extensions.worktreeconfig', false) || gitFiles.find('config.worktree') === undefined) return;
  const bytes = gitFiles.read('config.worktree');
  const kept = Config.from(parseConfig(bytes));
  let text = Buffer.from(bytes).toString('latin1');
  if (kept.findBool('core.bare') === true) text = text.replace(/^[ \t]*bare[ \t]*=.*\n/gim, '');
  text = text.replace(/^[ \t]*worktree[ \t]*=.*\n/gim, '');
  own.write('config.worktree', Buffer.from(text, 'latin1'));
}
