/** Locking, moving, removing, pruning and repairing worktrees (git-worktree(1)). */
import { bytesFromLosslessText, removeAll } from '@govc/core/plumbing';
import { Writable } from 'node:stream';

import { die } from '../failure.js';
import { count, flag, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { writeText } from '../print/output.js';
import { parentPath } from '../session/files-host.js';
import { readStoredIndex } from '../session/revisions.js';
import { openSession, type Session } from '../session/session.js';
import { nestedIo } from '../submodule/nested-session.js';
import { nestedGitDirectory } from '../worktree/nested-head.js';
import { readExpiry } from './list-worktrees.js';
import { findWorktree, listWorktrees, machineFiles, pruneReason, textOf, type LinkedWorktree, type WorktreeVerb } from './worktree-list.js';
import type { Context } from '../context.js';

function readArguments(args: readonly string[], context: Context, { usage, options, size }: { readonly usage: string; readonly options: readonly Option[]; readonly size: number }): string[] {
  const rest = parseOptions(args, { io: context.io, usage: [usage], options });
  if (rest.length !== size) usageError(usageText([usage], options));
  return rest;
}

function needLinked(session: Session, text: string, sentence: string): LinkedWorktree & { readonly name: string } {
  const found = findWorktree(session, text) ?? die(`'${text}' is not a working tree`);
  const { name } = found;
  if (name === undefined) die(sentence);
  return { ...found, name };
}

/** `git worktree lock`. */
export const lockWorktree: WorktreeVerb = async (args, context, session) => {
  let reason = '';
  const options = [value('reason', 'string', 'reason for locking', (text) => { reason = text ?? ''; })];
  const [text = ''] = readArguments(args, context, { usage: 'git worktree lock [--reason <string>] <worktree>', options, size: 1 });
  const found = needLinked(session, text, 'The main working tree cannot be locked or unlocked');
  if (found.lockReason !== undefined) die(`'${text}' is already locked${found.lockReason === '' ? '' : `, reason: ${found.lockReason}`}`);
  session.commonFiles.write(`worktrees/${found.name}/locked`, bytesFromLosslessText(reason === '' ? '' : `${reason}\n`));
  return 0;
};

/** `git worktree unlock`. */
export const unlockWorktree: WorktreeVerb = async (args, context, session) => {
  const [text = ''] = readArguments(args, context, { usage: 'git worktree unlock <worktree>', options: [], size: 1 });
  const found = needLinked(session, text, 'The main working tree cannot be locked or unlocked');
  if (found.lockReason === undefined) die(`'${text}' is not locked`);
  session.commonFiles.remove(`worktrees/${found.name}/locked`);
  return 0;
};

/** Ends where a worktree cannot be put at a path. */
export function checkCandidate(session: Session, path: string, { force, verb }: { readonly force: number; readonly verb: 'add' | 'move' }): void {
  const all = machineFiles(session);
  const kind = session.io.files.kindAt(path);
  if (kind !== undefined && !(kind === 'directory' && (all.list(path.slice(1)) ?? []).length === 0)) die(`'${path}' already exists`);
  const found = listWorktrees(session).find((each) => each.path === path || each.path === (session.io.files.findRealPath(parentPath(path)) ?? parentPath(path)) + path.slice(path.lastIndexOf('/')));
  if (found?.name === undefined) return;
  const isLocked = found.lockReason !== undefined;
  if (isLocked ? force > 1 : force > 0) {
    removeAll(session.commonFiles, `worktrees/${found.name}`);
    return;
  }
  if (isLocked) die(`'${path}' is a missing but locked worktree;\nuse '${verb} -f -f' to override, or 'unlock' and 'prune' or 'remove' to clear`);
  die(`'${path}' is a missing but already registered worktree;\nuse '${verb} -f' to override, or 'prune' or 'remove' to clear`);
}

async function refuseSubmodules(session: Session, { name, path }: LinkedWorktree & { readonly name: string }): Promise<void> {
  let has = session.commonFiles.find(`worktrees/${name}/modules`)?.kind === 'directory';
  const inner = session.io.files.kindAt(`${path}/.git`) === undefined ? undefined : await openSession(nestedIo(session.io, path));
  if (!has && inner !== undefined) has = readStoredIndex(inner).entries.some((entry) => (entry.mode & 0o170000) === 0o160000 && nestedGitDirectory(inner, entry.path) !== undefined);
  if (has) die('working trees containing submodules cannot be moved or removed');
}

/** Why the folder of a worktree is not what it was. */
function findDamage(session: Session, { name, path }: LinkedWorktree, isMissingFine: boolean): string | undefined {
  const { files } = session.io;
  if (isMissingFine && files.kindAt(path) === undefined) return undefined;
  if (files.kindAt(`${path}/.git`) === undefined) return `'${path}/.git' does not exist`;
  const text = textOf(machineFiles(session), `${path}/.git`.slice(1));
  if (files.kindAt(`${path}/.git`) !== 'file' || text?.startsWith('gitdir: ') !== true) return `'${path}/.git' is not a .git file, error code 2`;
  const back = files.findRealPath(text.slice(8));
  const own = `${session.commonDirectory}/worktrees/${name ?? ''}`;
  return back === own ? undefined : `'${path}' does not point back to '${own}'`;
}

/** `git worktree move`. */
export const moveWorktree: WorktreeVerb = async (args, context, session) => {
  let force = 0;
  const options = [count('f|force', 'force move even if worktree is dirty or locked', (times) => { force = times; })];
  const [text = '', to = ''] = readArguments(args, context, { usage: 'git worktree move <worktree> <new-path>', options, size: 2 });
  const found = needLinked(session, text, `'${text}' is a main working tree`);
  const { files } = session.io;
  let target = session.path(to);
  if (files.kindAt(target) === 'directory') target += found.path.slice(found.path.lastIndexOf('/'));
  checkCandidate(session, target, { force, verb: 'move' });
  await refuseSubmodules(session, found);
  refuseLocked(found, force, 'move');
  const damage = findDamage(session, found, false);
  if (damage !== undefined) die(`validation failed, cannot move working tree: ${damage}`);
  const all = machineFiles(session);
  if (files.kindAt(target) === 'directory') all.removeDirectory(target.slice(1));
  all.rename(found.path.slice(1), target.slice(1));
  session.commonFiles.write(`worktrees/${found.name}/gitdir`, bytesFromLosslessText(`${files.findRealPath(target) ?? target}/.git\n`));
  return 0;
};

function refuseLocked({ lockReason }: LinkedWorktree, force: number, verb: 'move' | 'remove'): void {
  if (force >= 2 || lockReason === undefined) return;
  const start = `cannot ${verb} a locked working tree`;
  die(`${start}${lockReason === '' ? ';' : `, lock reason: ${lockReason}`}\nuse '${verb} -f -f' to override or unlock first`);
}

/** `git worktree remove`. */
export const removeWorktree: WorktreeVerb = async (args, context, session) => {
  let force = 0;
  const options = [count('f|force', 'force removal even if worktree is dirty or locked', (times) => { force = times; })];
  const [text = ''] = readArguments(args, context, { usage: 'git worktree remove [-f] <worktree>', options, size: 1 });
  const found = needLinked(session, text, `'${text}' is a main working tree`);
  refuseLocked(found, force, 'remove');
  const damage = findDamage(session, found, true);
  if (damage !== undefined) die(`validation failed, cannot remove working tree: ${damage}`);
  if (session.io.files.kindAt(found.path) !== undefined) {
    if (force === 0) {
      await refuseSubmodules(session, found);
      if (await isDirty(context, session, found.path)) die(`'${text}' contains modified or untracked files, use --force to delete it`);
    }
    removeAll(machineFiles(session), found.path.slice(1));
  }
  forget(session, found.name);
  return 0;
};

async function isDirty(context: Context, session: Session, path: string): Promise<boolean> {
  let size = 0;
  const stdout = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      done();
    },
  });
  const inner = nestedIo(session.io, path);
  const code = await context.run(['status', '--porcelain', '--ignore-submodules=none'], { cwd: path, env: { ...inner.env, GIT_DIR: `${path}/.git`, GIT_WORK_TREE: path }, stdout });
  if (code !== 0) die(`failed to run 'git status' on '${path}', code ${code}`);
  return size > 0;
}

/** Takes away what the repository knows of a worktree, and the folder of all where it was the last. */
function forget(session: Session, name: string): void {
  removeAll(session.commonFiles, `worktrees/${name}`);
  session.commonFiles.removeDirectory('worktrees');
}

/** `git worktree prune`. */
export const pruneWorktrees: WorktreeVerb = async (args, context, session) => {
  const seen = { dry: false, verbose: false, expire: Number.POSITIVE_INFINITY };
  const options = [
    flag('n|dry-run', 'do not remove, show only', (isOn) => { seen.dry = isOn; }),
    flag('v|verbose', 'report pruned working trees', (isOn) => { seen.verbose = isOn; }),
    value('expire', 'expiry-date', 'expire working trees older than <time>', (text) => { seen.expire = readExpiry(session, text); }),
  ];
  readArguments(args, context, { usage: 'git worktree prune [-n] [-v] [--expire <expire>]', options, size: 0 });
  const drop = (name: string, reason: string): void => {
    if (seen.dry || seen.verbose) writeText(context.io.stderr, `Removing worktrees/${name}: ${reason}\n`);
    if (seen.dry) return;
    if (!session.commonFiles.remove(`worktrees/${name}`)) removeAll(session.commonFiles, `worktrees/${name}`);
  };
  const kept: { name: string | undefined; path: string }[] = [{ name: undefined, path: session.commonDirectory }];
  for (const name of [...(session.commonFiles.list('worktrees') ?? [])].sort()) {
    const reason = pruneReason(session, name, seen.expire);
    if (reason !== undefined) drop(name, reason);
    else kept.push({ name, path: textOf(session.commonFiles, `worktrees/${name}/gitdir`) ?? '' });
  }
  const seenPaths = new Set<string>();
  for (const { name, path } of kept) {
    if (seenPaths.has(path) && name !== undefined && session.commonFiles.find(`worktrees/${name}/locked`) === undefined) drop(name, 'duplicate entry');
    seenPaths.add(path);
  }
  if (!seen.dry) session.commonFiles.removeDirectory('worktrees');
  return 0;
};

/** `git worktree repair`. */
export const repairWorktrees: WorktreeVerb = async (args, context, session) => {
  const paths = parseOptions(args, { io: context.io, usage: ['git worktree repair [<path>...]'], options: [] });
  const all = machineFiles(session);
  const { files } = session.io;
  let code = 0;
  const tell = (isError: boolean, path: string, message: string): void => {
    if (isError) {
      writeText(context.io.stderr, `error: ${message}: ${path}\n`);
      code = 1;
    } else {
      writeText(context.io.stderr, `repair: ${message}: ${path}\n`);
    }
  };
  for (const given of paths.length > 0 ? paths : [session.io.cwd]) {
    const path = session.path(given);
    const dotGit = `${files.findRealPath(path) ?? path}/.git`;
    const text = files.kindAt(dotGit) === 'file' ? textOf(all, dotGit.slice(1)) : undefined;
    const backlink = text?.startsWith('gitdir: ') === true ? text.slice(8) : undefined;
    if (files.kindAt(path) !== 'directory' || files.kindAt(dotGit) === undefined) {
      if (paths.length > 0) tell(true, path, 'not a valid path');
      continue;
    }
    if (files.kindAt(dotGit) === 'directory') {
      if (paths.length > 0) tell(true, dotGit, 'unable to locate repository; .git is not a file');
      continue;
    }
    if (backlink === undefined) {
      if (paths.length > 0) tell(true, dotGit, 'unable to locate repository; .git file broken');
      continue;
    }
    const name = /\/worktrees\/([^/]+)$/.exec(backlink)?.[1];
    if (name === undefined || session.commonFiles.find(`worktrees/${name}`) === undefined) {
      if (paths.length > 0) tell(true, dotGit, 'unable to locate repository; .git file does not reference a repository');
      continue;
    }
    const recorded = textOf(session.commonFiles, `worktrees/${name}/gitdir`);
    if (recorded === dotGit) continue;
    tell(false, `${session.commonDirectory}/worktrees/${name}/gitdir`, recorded === undefined ? 'gitdir unreadable' : 'gitdir incorrect');
    session.commonFiles.write(`worktrees/${name}/gitdir`, bytesFromLosslessText(`${dotGit}\n`));
  }
  for (const each of listWorktrees(session)) {
    if (each.name === undefined || files.kindAt(each.path) === undefined) continue;
    const dotGit = `${each.path}/.git`;
    const own = `${session.commonDirectory}/worktrees/${each.name}`;
    if (files.kindAt(dotGit) === 'directory') {
      tell(true, each.path, '.git is not a file');
      continue;
    }
    const text = textOf(all, dotGit.slice(1));
    const reason = text?.startsWith('gitdir: ') !== true ? '.git file broken' : (files.findRealPath(text.slice(8)) ?? text.slice(8)) !== own ? '.git file incorrect' : undefined;
    if (reason === undefined) continue;
    tell(false, each.path, reason);
    all.write(dotGit.slice(1), bytesFromLosslessText(`gitdir: ${own}\n`));
  }
  return code;
};
