/** The worktrees of a repository: the main one and those that `git worktree add` made (gitrepository-layout(5), "worktrees"). */
import type { ObjectId } from '@govc/core';
import { findFile, findObjectId, losslessTextFromBytes, resolveRef, type Files, type RefName } from '@govc/core/plumbing';

import type { Context } from '../context.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';

/** A verb of `git worktree`. */
export type WorktreeVerb = (args: readonly string[], context: Context, session: Session) => Promise<number>;

/** One worktree. */
export interface LinkedWorktree {
  /** Its folder below `worktrees/`; `undefined` for the main one. */
  readonly name: string | undefined;
  readonly path: string;
  readonly isBare: boolean;
  readonly head: ObjectId | undefined;
  /** The ref that its HEAD names. */
  readonly branch: string | undefined;
  /** Why it is locked, perhaps an empty text; `undefined` where it is not. */
  readonly lockReason: string | undefined;
}

/** All of them: the main one first, the others by path. */
export function listWorktrees(session: Session): LinkedWorktree[] {
  const { commonFiles, commonDirectory, config } = session;
  const isBare = config.getBool('core.bare', false);
  const main = { name: undefined, path: commonDirectory.replace(/\/\.git$/, ''), isBare, lockReason: undefined, ...readLinkedHead(session, commonFiles) };
  const others = (commonFiles.list('worktrees') ?? []).flatMap((name): LinkedWorktree[] => {
    const files = commonFiles.within(`worktrees/${name}`);
    const gitFile = textOf(files, 'gitdir');
    if (gitFile === undefined || gitFile === '') return [];
    return [{
      name, path: absolutePath(`${commonDirectory}/worktrees/${name}`, gitFile).replace(/\/\.git$/, ''), isBare: false,
      lockReason: textOf(files, 'locked'), ...readLinkedHead(session, files),
    }];
  });
  return [main, ...others.sort((left, right) => (left.path < right.path ? -1 : 1))];
}

/** The text of a file without white space at its end. */
export function textOf(files: Files, name: string): string | undefined {
  const bytes = findFile(files, name);
  return bytes === undefined ? undefined : losslessTextFromBytes(bytes).trimEnd();
}

function readLinkedHead(session: Session, files: Files): { readonly head: ObjectId | undefined; readonly branch: string | undefined } {
  const text = textOf(files, 'HEAD') ?? '';
  if (!text.startsWith('ref:')) return { head: findObjectId(text, session.algorithm), branch: undefined };
  const branch = text.slice(4).trim();
  return { head: resolveRef(session.repository.snapshot.refs, branch as RefName)?.id, branch };
}

/** The one that a user means: by the end of its path where that is clear, or by its path. */
export function findWorktree(session: Session, text: string): LinkedWorktree | undefined {
  const all = listWorktrees(session);
  const suffix = all.filter(({ path }) => path === text || path.endsWith(`/${text.replace(/\/+$/, '')}`));
  if (suffix.length === 1 && text !== '') return suffix[0];
  const path = session.path(text);
  const real = session.io.files.findRealPath(path) ?? path;
  return all.find((each) => (session.io.files.findRealPath(each.path) ?? each.path) === real);
}

/** Where a branch is checked out, or `undefined`. The worktree of the session itself counts, too. */
export function findCheckedOut(session: Session, ref: string): LinkedWorktree | undefined {
  return listWorktrees(session).find(({ isBare, branch }) => !isBare && branch === ref);
}

/** Why `git worktree prune` would forget a worktree; `undefined` where it would not. */
export function pruneReason(session: Session, name: string, expireSeconds: number): string | undefined {
  const { commonFiles, io } = session;
  if (commonFiles.find(`worktrees/${name}`)?.kind !== 'directory') return 'not a valid directory';
  const files = commonFiles.within(`worktrees/${name}`);
  if (files.find('locked') !== undefined) return undefined;
  const gitFile = files.find('gitdir') === undefined ? undefined : textOf(files, 'gitdir');
  if (gitFile === undefined) return 'gitdir file does not exist';
  if (gitFile === '') return 'invalid gitdir file';
  if (io.files.kindAt(absolutePath(`${session.commonDirectory}/worktrees/${name}`, gitFile)) !== undefined) return undefined;
  const index = files.find('index');
  return index === undefined || index.stat.mtimeSeconds <= expireSeconds ? 'gitdir file points to non-existent location' : undefined;
}

/** All files of the machine by absolute paths, links followed. */
export function machineFiles(session: Session): Files {
  return session.io.files.gitFilesAt('/');
}
