import { join } from 'node:path';

import type { Config } from '@govc/core/plumbing';
import type { GitDirectory } from '@govc/core/storage';

import type { Environment } from '../config-sources.js';

/** Where and for whom hooks run. */
export interface HookSurroundings {
  readonly directory: GitDirectory;
  readonly config: () => Config;
  /** As in `GIT_NAMESPACE`; `undefined`: none. */
  readonly namespace: string | undefined;
  /** Who pushes. */
  readonly committer: { readonly name: string; readonly email: string } | undefined;
  /** As CGI names them, which hooks under a web server find too. */
  readonly remoteUser: string | undefined;
  readonly remoteAddress: string | undefined;
  /** The server's part of the trace, as the header has it, for programs that go on with it. Default: none. */
  readonly traceparent?: string | undefined;
  /** Ends hooks that have not decided yet. */
  readonly signal: AbortSignal;
}

/** What describes some other repository, and must not reach a hook of this one (`git rev-parse --local-env-vars`). */
const LOCAL_VARIABLES = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_COMMON_DIR', 'GIT_CONFIG', 'GIT_DIR', 'GIT_GRAFT_FILE', 'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE', 'GIT_INTERNAL_SUPER_PREFIX', 'GIT_NAMESPACE', 'GIT_NO_REPLACE_OBJECTS', 'GIT_OBJECT_DIRECTORY', 'GIT_PREFIX',
  'GIT_QUARANTINE_PATH', 'GIT_REPLACE_REF_BASE', 'GIT_SHALLOW_FILE', 'GIT_WORK_TREE',
]);

/**
 * The variables that a hook sees: those of the server without its own settings, which hold secrets, and what Git sets
 * for a hook of receive-pack (githooks).
 */
export function hookEnvironment(base: Environment, surroundings: HookSurroundings): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined || name.startsWith('GOVC_') || LOCAL_VARIABLES.has(name) || name.startsWith('GIT_PUSH_OPTION_')) continue;
    env[name] = value;
  }
  const { namespace, committer, remoteUser, remoteAddress, traceparent } = surroundings;
  env['GIT_DIR'] = '.';
  if (namespace !== undefined) env['GIT_NAMESPACE'] = namespace;
  if (committer !== undefined) {
    env['GIT_COMMITTER_NAME'] ??= committer.name;
    env['GIT_COMMITTER_EMAIL'] ??= committer.email;
  }
  if (remoteUser !== undefined) env['REMOTE_USER'] = remoteUser;
  if (remoteAddress !== undefined) env['REMOTE_ADDR'] = remoteAddress;
  // The server may have one of its own, of whatever started it.
  delete env['TRACEPARENT'];
  if (traceparent !== undefined) env['TRACEPARENT'] = traceparent;
  return env;
}

/** Lets a hook see objects that are not in the repository yet, and keeps it from naming them by a ref. */
export function quarantineEnvironment(directory: GitDirectory, quarantinePath: string | undefined): Record<string, string> {
  if (quarantinePath === undefined) return {};
  return {
    GIT_QUARANTINE_PATH: quarantinePath,
    GIT_OBJECT_DIRECTORY: quarantinePath,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(directory.commonPath, 'objects'),
  };
}

/** The `--push-option`s of a push; nothing when client and server did not agree on them. */
export function pushOptionEnvironment(options: readonly string[] | undefined): Record<string, string> {
  if (options === undefined) return {};
  const env: Record<string, string> = { GIT_PUSH_OPTION_COUNT: String(options.length) };
  for (const [index, option] of options.entries()) env[`GIT_PUSH_OPTION_${index}`] = option;
  return env;
}
