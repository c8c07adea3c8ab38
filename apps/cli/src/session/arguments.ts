/** Telling revisions from paths on a command line, as Git does where no `--` says. */
import { absolutePath, isWithin } from './files-host.js';
import { die } from '../failure.js';
import { unknownRevision } from '../print/explain.js';
import { findRange, revisionsOf } from './revisions.js';
import { resolveRange } from '@govc/core/plumbing';
import type { Session } from './session.js';

/** Revisions and paths of a command line; paths are from the top of the worktree. */
export interface SplitArguments {
  readonly revisions: readonly string[];
  readonly paths: readonly string[];
}

/**
 * Splits arguments that are no options.
 *
 * @param dashes how many of them stand before `--`; `undefined` where there was none
 * @throws {Failure} one is neither a revision nor a path, or both
 */
export function splitArguments(session: Session, args: readonly string[], dashes: number | undefined): SplitArguments {
  if (dashes !== undefined) {
    const revisions = args.slice(0, dashes);
    for (const text of revisions) if (findRange(session, text) === undefined) refuse(session, text, `bad revision '${text}'`);
    return { revisions, paths: args.slice(dashes).map((path) => pathspecFrom(session, path)) };
  }
  let at = 0;
  for (; at < args.length; at++) {
    const text = args[at]!;
    if (findRange(session, text) === undefined) break;
    if (isInWorktree(session) && isFile(session, text) && !text.includes('..') && !text.startsWith('^')) {
      die(`ambiguous argument '${text}': both revision and filename\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`);
    }
  }
  const paths = args.slice(at);
  paths.forEach((path, index) => {
    if (path.startsWith('-')) die(`bad flag '${path}' used after filename`);
    if (isFile(session, path) || /[*?[\\]/.test(path) || /^:[(/!^:]/.test(path)) return;
    if (index === 0) refuse(session, path, unknownRevision(path));
    die(unknownRevision(path));
  });
  return { revisions: args.slice(0, at), paths: paths.map((path) => pathspecFrom(session, path)) };
}

/** What is wrong with a revision is told better than that it is none. */
function refuse(session: Session, text: string, sentence: string): never {
  try {
    resolveRange(revisionsOf(session), text);
  } catch (error) {
    const { data } = error as { data?: { kind?: string } };
    if (data?.kind !== undefined && data.kind !== 'unknown' && data.kind !== 'ambiguous' && data.kind !== 'range-invalid' && data.kind !== 'not-a-tree') throw error;
  }
  die(sentence);
}

/** Outside of a worktree nobody means files. */
function isInWorktree({ io, worktreePath, gitDirectory }: Session): boolean {
  return worktreePath !== undefined && isWithin(io.cwd, worktreePath) && !isWithin(io.cwd, gitDirectory);
}

function isFile(session: Session, path: string): boolean {
  const { io } = session;
  const place = absolutePath(io.cwd, path);
  return io.files.kindAt(place) !== undefined || io.files.gitFilesAt(io.cwd).find(absolutePath('/', path).slice(1)) !== undefined;
}

/** A pathspec element as seen from the top: its path is below the current folder unless it says otherwise. */
export function pathspecFrom(session: Session, text: string): string {
  const { prefix } = session;
  const match = /^:(?:\(([^)]*)\)|([/!^]+):?)/.exec(text);
  const magic = match?.[0] ?? '';
  if (/(?:^|,)top(?:,|$)/.test(match?.[1] ?? '') || (match?.[2] ?? '').includes('/') || text === ':') return text;
  const path = text.slice(magic.length);
  const isFolder = path.endsWith('/');
  const whole = absolutePath(`/${prefix}`, path).slice(1);
  if (path.startsWith('/')) {
    const top = session.worktreePath;
    if (top === undefined || !(path === top || path.startsWith(`${top}/`))) die(`${text}: '${text}' is outside repository at '${top ?? session.gitDirectory}'`);
    return magic + path.slice(top.length + 1);
  }
  if (escapes(prefix, path)) die(`${text}: '${text}' is outside repository at '${session.worktreePath ?? session.gitDirectory}'`);
  return whole === '' ? `${magic}${magic === '' ? '.' : ''}` : `${magic}${whole}${isFolder ? '/' : ''}`;
}

function escapes(prefix: string, path: string): boolean {
  let depth = prefix.split('/').length - 1;
  for (const part of path.split('/')) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}
