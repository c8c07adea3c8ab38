import type { CommandIo } from '../io.js';
import { openSession, type Session } from '../session/session.js';
import { nestedGitDirectory } from '../worktree/nested-head.js';

/** Variables that say which repository is meant, and so would mean the outer one inside of a submodule. */
const LOCAL = [
  'GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_PREFIX', 'GIT_IMPLICIT_WORK_TREE',
  'GIT_NAMESPACE', 'GIT_CONFIG', 'GIT_INTERNAL_SUPER_PREFIX', 'GIT_SHALLOW_FILE', 'GIT_GRAFT_FILE', 'GIT_REPLACE_REF_BASE', 'GIT_NO_REPLACE_OBJECTS',
];

/** The surroundings of a command that runs in a folder with a repository of its own. */
export function nestedIo(io: CommandIo, cwd: string): CommandIo {
  const env = Object.fromEntries(Object.entries(io.env).filter(([name]) => !LOCAL.includes(name)));
  return { ...io, cwd, env };
}

/** The session of the repository at a path of the worktree; `undefined` where none is there. */
export async function openNested(session: Session, path: string): Promise<Session | undefined> {
  if (session.worktreePath === undefined || nestedGitDirectory(session, path) === undefined) return undefined;
  return openSession(nestedIo(session.io, `${session.worktreePath}/${path}`));
}
