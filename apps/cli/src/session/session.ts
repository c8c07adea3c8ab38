/** An opened repository as a command sees it. */
import type { Identity, Repository } from '@govc/core';
import { Config, type ConfigEntry, type Files, type HashAlgorithm, type ReadContext } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { CommandIo } from '../io.js';
import { branchOfHead, readScopes, type ScopedEntries } from './config-scopes.js';
import { discover, type Discovered } from './discover.js';
import { absolutePath, isWithin } from './files-host.js';
import { findIdentity, type IdentityKind, type IdentityOptions } from './identity.js';

/** A repository with its worktree, configuration and surroundings. */
export interface Session {
  readonly io: CommandIo;
  readonly repository: Repository;
  /** This worktree's Git directory: index, HEAD's state, MERGE_HEAD and the like. */
  readonly gitFiles: Files;
  /** What all worktrees share: info/, hooks/, and so on. */
  readonly commonFiles: Files;
  /** The files that are worked on; `undefined` where there is no worktree. */
  readonly worktree: Files | undefined;
  /** Where they are, absolute. */
  readonly worktreePath: string | undefined;
  /** The current folder below the top of the worktree: `''` or `a/b/`. */
  readonly prefix: string;
  /** Absolute. */
  readonly gitDirectory: string;
  readonly commonDirectory: string;
  /** As Git prints it: `.git`, `.`, or a path. */
  readonly gitDirectoryText: string;
  readonly isBare: boolean;
  /** All of it: system, user, repository, worktree, command line. */
  readonly config: Config;
  readonly scopes: readonly ScopedEntries[];
  readonly algorithm: HashAlgorithm;
  /** What plumbing reads from now: replaced objects stand in for others unless the environment says no. */
  readonly context: ReadContext;
  /** What ends with the session, such as programs that run beside it. */
  readonly endings: (() => Promise<void>)[];
  /** @throws {Failure} nobody is named */
  identity(kind: IdentityKind, options?: IdentityOptions): Identity;
  /** The files of the worktree. @throws {Failure} `this operation must be run in a work tree` */
  needWorktree(): Files;
  /** A path that the user gave, as an absolute one. */
  path(text: string): string;
}

/**
 * Opens the repository of the current folder; `undefined` where there is none.
 *
 * @param onProblem told of what is broken and left out. Default: the user is warned.
 * @throws {Failure}
 */
export async function openSession(
  io: CommandIo, onProblem: (problem: Error) => void = (problem) => void io.stderr.write(`warning: ${problem.message}\n`),
): Promise<Session | undefined> {
  const found = discover(io);
  if (found === undefined) return undefined;
  const { gitDirectory, commonDirectory } = found;
  const scopes = readScopes({
    files: io.files, env: io.env, cwd: io.cwd,
    repository: { gitDirectory, commonDirectory, commonText: commonText(found, io), branch: branchOfHead(io.files, gitDirectory) },
  });
  const config = Config.from(...scopes.map(({ entries }) => entries));
  checkOwner(io, found, scopes);
  const place = findWorktree(io, found, config);
  const repository = await io.files.open(gitDirectory, {
    weakConfig: layersOf(scopes, ['system', 'global']),
    strongConfig: layersOf(scopes, ['command']),
    home: io.env['HOME'],
    syncs: syncs(io, config),
    clock: io.clock,
    zone: io.zone,
    onProblem,
  });
  return new OpenSession(io, { found, scopes, config, repository, ...place });
}

/** Ends with what Git says where there is no repository. */
export function noRepository(io: CommandIo): never {
  const named = io.env['GIT_DIR'];
  if (named !== undefined) die(`not a git repository: '${named}'`);
  die('not a git repository (or any of the parent directories): .git');
}

interface Parts extends Place {
  readonly found: Discovered;
  readonly scopes: readonly ScopedEntries[];
  readonly config: Config;
  readonly repository: Repository;
}

class OpenSession implements Session {
  readonly io: CommandIo;
  readonly repository: Repository;
  readonly gitFiles: Files;
  readonly commonFiles: Files;
  readonly worktree: Files | undefined;
  readonly worktreePath: string | undefined;
  readonly prefix: string;
  readonly gitDirectory: string;
  readonly commonDirectory: string;
  readonly gitDirectoryText: string;
  readonly isBare: boolean;
  readonly config: Config;
  readonly scopes: readonly ScopedEntries[];
  readonly endings: (() => Promise<void>)[] = [];

  constructor(io: CommandIo, { found, scopes, config, repository, worktreePath, prefix, isBare }: Parts) {
    this.io = io;
    this.repository = repository;
    this.gitDirectory = found.gitDirectory;
    this.commonDirectory = found.commonDirectory;
    this.gitFiles = io.files.gitFilesAt(found.gitDirectory);
    this.commonFiles = io.files.gitFilesAt(found.commonDirectory);
    this.worktreePath = worktreePath;
    this.worktree = worktreePath === undefined ? undefined : io.files.at(worktreePath);
    this.prefix = prefix;
    this.isBare = isBare;
    this.gitDirectoryText = gitDirectoryText(found, worktreePath, io);
    this.config = config;
    this.scopes = scopes;
  }

  get algorithm(): HashAlgorithm {
    return this.repository.snapshot.algorithm;
  }

  get context(): ReadContext {
    return this.io.env['GIT_NO_REPLACE_OBJECTS'] === undefined && this.config.getBool('core.usereplacerefs', true)
      ? this.repository.context : this.repository.storedContext;
  }

  identity(kind: IdentityKind, options?: IdentityOptions): Identity {
    return findIdentity(this.io, this.config, kind, options);
  }

  needWorktree(): Files {
    if (this.worktree === undefined) die('this operation must be run in a work tree');
    return this.worktree;
  }

  path(text: string): string {
    return absolutePath(this.io.cwd, text);
  }
}

interface Place {
  readonly worktreePath: string | undefined;
  readonly prefix: string;
  readonly isBare: boolean;
}

/** Where the worktree is: the environment first, then the configuration, then where the repository was found. */
function findWorktree(io: CommandIo, found: Discovered, config: Config): Place {
  const named = io.env['GIT_WORK_TREE'];
  const configured = found.gitDirectory === found.commonDirectory ? config.get('core.worktree') : undefined;
  const bare = config.findBool('core.bare');
  let path: string | undefined;
  if (named !== undefined && (found.kind !== 'bare' || named !== '')) path = absolutePath(io.cwd, named);
  else if (!isTrue(io.env['GIT_IMPLICIT_WORK_TREE'], true)) path = undefined;
  else if (configured !== undefined && configured !== '') path = absolutePath(found.gitDirectory, configured);
  else if (bare === true && found.gitDirectory === found.commonDirectory) path = undefined;
  else if (found.kind === 'explicit') path = found.worktree === undefined ? undefined : absolutePath(io.cwd, found.worktree);
  else path = found.worktree;
  if (path === undefined) return { worktreePath: undefined, prefix: '', isBare: found.kind === 'bare' ? bare ?? true : bare ?? false };
  const real = io.files.findRealPath(path) ?? path;
  const inside = isWithin(io.cwd, real) && io.cwd !== real;
  const prefix = inside ? `${io.cwd.slice(real === '/' ? 1 : real.length + 1)}/` : '';
  return { worktreePath: real, prefix, isBare: false };
}

/** Git goes to the top of the worktree first, so that `.git` is right wherever it was called. */
function gitDirectoryText(found: Discovered, worktreePath: string | undefined, io: CommandIo): string {
  if (found.kind === 'explicit') return found.gitDirectoryText;
  if (found.kind === 'bare' && worktreePath === undefined) return found.gitDirectoryText;
  if (worktreePath !== undefined && found.gitDirectory === `${worktreePath}/.git`) return '.git';
  return found.gitDirectoryText === '.' && io.cwd === found.gitDirectory ? '.' : found.gitDirectory;
}

function commonText(found: Discovered, io: CommandIo): string {
  if (found.commonDirectory !== found.gitDirectory) return found.commonDirectory;
  return found.gitDirectoryText === '.' && io.cwd !== found.gitDirectory ? found.gitDirectory : found.gitDirectoryText;
}

function layersOf(scopes: readonly ScopedEntries[], wanted: readonly string[]): Config {
  const entries: readonly (readonly ConfigEntry[])[] = scopes.filter(({ scope }) => wanted.includes(scope)).map((layer) => layer.entries);
  return Config.from(...entries);
}

/** `safe.directory`: a repository of somebody else runs programs only where the user trusts it. */
function checkOwner(io: CommandIo, found: Discovered, scopes: readonly ScopedEntries[]): void {
  if (found.kind === 'explicit' || io.files.userId === undefined) return;
  const differs = isTrue(io.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'], false);
  const top = found.worktree ?? found.gitDirectory;
  const owners = [top, found.gitDirectory].map((path) => io.files.at(path).find('')?.stat.uid);
  const mine = new Set([io.files.userId, io.files.userId === 0 && io.env['SUDO_UID'] !== undefined ? Number(io.env['SUDO_UID']) : -1]);
  if (!differs && owners.every((owner) => owner === undefined || mine.has(owner))) return;
  const trusted = layersOf(scopes, ['system', 'global', 'command']).getAll('safe.directory');
  let isTrusted = false;
  for (const path of trusted) {
    if (path === '') isTrusted = false;
    else if (path === '*' || (io.files.findRealPath(absolutePath('/', path)) ?? path) === top) isTrusted = true;
  }
  if (isTrusted) return;
  const quoted = /^[\w/.+-]+$/.test(top) ? top : `'${top.replace(/'/g, "'\\''")}'`;
  die(`detected dubious ownership in repository at '${top}'\nTo add an exception for this directory, call:\n\n` +
    `\tgit config --global --add safe.directory ${quoted}`);
}

function syncs(io: CommandIo, config: Config): boolean {
  if (io.env['GIT_TEST_FSYNC'] !== undefined) return isTrue(io.env['GIT_TEST_FSYNC'], true);
  return config.get('core.fsync') !== 'none';
}

function isTrue(value: string | undefined, fallback: boolean): boolean {
  return value === undefined ? fallback : !/^(?:|0|false|no|off)$/i.test(value);
}
