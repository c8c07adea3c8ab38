/** What `upload-pack` and `receive-pack` have in common: the repository of a path, and a conversation over the standard streams. */
import { GovcError } from '@govc/core';
import { NO_NAMESPACE, parseNamespace, type RefNamespace } from '@govc/core/protocol';

import { die } from '../failure.js';
import type { CommandIo } from '../io.js';
import { findGitDirectory, readGitFile } from '../session/discover.js';
import { absolutePath } from '../session/files-host.js';
import { openSession, type Session } from '../session/session.js';
import { VERSION } from '../version.js';

/** How this side names itself. */
export const AGENT = `git/${VERSION}-govc`;

const SUFFIXES = ['/.git', '', '.git/.git', '.git'];

/**
 * Opens the repository that a client names (`enter_repo` of Git): a Git directory, or a folder that holds one.
 *
 * @param isStrict the path itself, and nothing else, is the Git directory
 * @throws {Failure} there is none
 */
export async function enterRepository(io: CommandIo, path: string, isStrict: boolean): Promise<Session> {
  const home = io.env['HOME'];
  const named = path.startsWith('~/') && home !== undefined ? home + path.slice(1) : path;
  const base = absolutePath(io.cwd, named.replace(/\/+$/, ''));
  for (const suffix of isStrict ? [''] : SUFFIXES) {
    const place = base + suffix;
    const kind = io.files.kindAt(place);
    if (kind === undefined) continue;
    const target = kind === 'file' ? readGitFile(io.files, place, place) : place;
    const found = findGitDirectory({ files: io.files, cwd: io.cwd, env: {} }, target);
    if (found === undefined) continue;
    const { GIT_DIR: _directory, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_OBJECT_DIRECTORY: _objects, ...env } = io.env;
    const session = await openSession({ ...io, cwd: target, env: { ...env, GIT_DIR: target } });
    if (session !== undefined) return session;
  }
  return die(`'${path}' does not appear to be a git repository`);
}

/** The namespace that the environment asks for (gitnamespaces). */
export function namespaceOf({ env }: CommandIo): RefNamespace {
  const text = env['GIT_NAMESPACE'];
  return text === undefined || text === '' ? NO_NAMESPACE : parseNamespace(text);
}

/** Sends bytes to standard output; resolves when more may come. */
export function sender({ stdout, flush }: CommandIo): (bytes: Uint8Array) => Promise<void> {
  return async (bytes) => {
    const isFree = stdout.write(bytes);
    flush?.();
    if (!isFree) await new Promise<void>((resolve) => { stdout.once('drain', resolve); });
  };
}

/** Ends as Git's services do: what was wrong was told to the client. */
export function endOfService(error: unknown): number {
  if (error instanceof GovcError && (error.code === 'protocol-error' || error.code === 'aborted')) return die(error.message);
  throw error;
}
