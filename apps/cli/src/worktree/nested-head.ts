import { findFile, findObjectId, losslessTextFromBytes, type Files } from '@govc/core/plumbing';
import type { ObjectId } from '@govc/core';

import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';

/** The Git directory of the repository in a folder of the worktree, absolute; `undefined` where there is none. */
export function nestedGitDirectory(session: Session, path: string): string | undefined {
  const { files } = session.io;
  const top = `${session.worktreePath ?? ''}/${path}`;
  const place = files.at(top).find('.git')?.kind;
  if (place === 'directory') return `${top}/.git`;
  const bytes = place === 'file' ? files.readFile(`${top}/.git`) : undefined;
  const named = bytes === undefined ? null : /^gitdir: (.*?)\n*$/.exec(losslessTextFromBytes(bytes));
  return named === null ? undefined : absolutePath(top, named[1]!);
}

/** The commit that the repository in a folder of the worktree stands at. */
export function nestedHead(session: Session, path: string): ObjectId | undefined {
  const directory = nestedGitDirectory(session, path);
  if (directory === undefined) return undefined;
  const git = session.io.files.gitFilesAt(directory);
  const common = text(git, 'commondir');
  const shared = common === undefined ? git : session.io.files.gitFilesAt(absolutePath(directory, common));
  let name = 'HEAD';
  for (let depth = 0; depth < 6; depth++) {
    const value = text(name === 'HEAD' ? git : shared, name);
    if (value === undefined) return packed(shared, name, session);
    if (!value.startsWith('ref: ')) return findObjectId(value, session.algorithm);
    name = value.slice(5).trim();
  }
  return undefined;
}

function packed(files: Files, name: string, session: Session): ObjectId | undefined {
  const line = text(files, 'packed-refs')?.split('\n').find((each) => each.endsWith(` ${name}`));
  return line === undefined ? undefined : findObjectId(line.slice(0, session.algorithm.hexSize), session.algorithm);
}

function text(files: Files, name: string): string | undefined {
  const bytes = findFile(files, name);
  return bytes === undefined ? undefined : losslessTextFromBytes(bytes).trimEnd();
}
