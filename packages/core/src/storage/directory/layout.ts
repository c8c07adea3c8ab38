/** Where the parts of a Git directory are (gitrepository-layout), and whether we may touch it. */
import { realpathSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { textFromBytes } from '../../bytes/text.js';
import { Config } from '../../config/config.js';
import { parseConfig } from '../../config/parse-config.js';
import { GovcError } from '../../errors.js';
import { hashAlgorithm, type HashAlgorithm } from '../../hash/algorithm.js';
import { attempt, findFile, findLinkStat, findStat, isDirectory } from './disk.js';

/** The folders of a repository; absolute. */
export interface GitDirectory {
  /** Where HEAD is: the repository itself, or the folder of a linked worktree in it. */
  readonly gitPath: string;
  /** Where everything is that worktrees share: objects, refs, config. */
  readonly commonPath: string;
}

/**
 * The Git directory at a path: a bare repository, a `.git` folder, a worktree that has one, or a `.git` file
 * that names one.
 *
 * @throws {GovcError} repository-invalid: there is none.
 */
export function locateGitDirectory(path: string): GitDirectory {
  const start = resolve(path);
  for (const candidate of [start, join(start, '.git')]) {
    const found = findGitDirectory(followGitFile(candidate));
    if (found !== undefined) return found;
  }
  throw new GovcError('repository-invalid', `"${path}" is not a Git repository.`, { path });
}

/** A `.git` file holds `gitdir: <path>` (gitrepository-layout); anything else stands for itself. */
function followGitFile(path: string): string {
  const stat = findStat(path);
  if (stat?.isFile() !== true || stat.size > 64 * 1024) return path;
  const match = /^gitdir: ([^\n\r]+)[\n\r]*$/.exec(textFromBytes(findFile(path) ?? new Uint8Array(0)));
  if (match === null) {
    throw new GovcError('repository-invalid', `"${path}" is a file, but not one that names a Git directory.`, { path });
  }
  return resolve(path, '..', match[1]!);
}

/** The tests of `is_git_directory` of Git: HEAD that reads like one, objects, refs. */
function findGitDirectory(path: string): GitDirectory | undefined {
  if (!isDirectory(path) || !isHead(join(path, 'HEAD'))) return undefined;
  const gitPath = attempt('resolve', path, () => realpathSync(path));
  const commonPath = commonDirectory(gitPath);
  if (!isDirectory(join(commonPath, 'objects')) || !isDirectory(join(commonPath, 'refs'))) return undefined;
  return { gitPath, commonPath };
}

function isHead(path: string): boolean {
  if (findLinkStat(path)?.isSymbolicLink() === true) return true;
  const text = textFromBytes((findFile(path) ?? new Uint8Array(0)).subarray(0, 256));
  return /^ref:[ \t\n]*refs\//.test(text) || /^[0-9a-f]{40}/i.test(text);
}

function commonDirectory(gitPath: string): string {
  const bytes = findFile(join(gitPath, 'commondir'));
  if (bytes === undefined) return gitPath;
  const named = textFromBytes(bytes).replace(/[\r\n]+$/, '');
  return attempt('resolve', named, () => realpathSync(isAbsolute(named) ? named : resolve(gitPath, named)));
}

/** How refs and their logs are kept: `extensions.refStorage`. */
export type RefFormat = 'files' | 'reftable';

/** What the format section of a config file says. */
export interface RepositoryFormat {
  readonly algorithm: HashAlgorithm;
  readonly refStorage: RefFormat;
  /** Whether there is a `config.worktree` beside HEAD. */
  readonly hasWorktreeConfig: boolean;
}

const KNOWN_EXTENSIONS = new Set([
  'noop', 'preciousobjects', 'partialclone', 'worktreeconfig', 'noop-v1', 'objectformat', 'refstorage',
  'relativeworktrees', 'submodulepathconfig',
]);
const VERSION_1_EXTENSIONS = new Set(['noop-v1', 'objectformat', 'refstorage', 'relativeworktrees', 'submodulepathconfig']);

/**
 * Reads `core.repositoryFormatVersion` and `extensions.*` from the repository's own config file, without includes,
 * as Git does (Documentation/technical/repository-version.txt).
 *
 * @throws {GovcError} repository-invalid: another version, or an extension that is not known or does not go with it.
 * @throws {GovcError} unsupported: a known one that this backend does not read: another ref storage or object format.
 */
export function readFormat(commonPath: string): RepositoryFormat {
  const path = join(commonPath, 'config');
  const config = Config.from(parseConfig(findFile(path) ?? new Uint8Array(0), path));
  const version = config.getInt('core.repositoryformatversion', 0);
  if (version !== 0 && version !== 1) throw invalid(commonPath, `has the format version ${version}; 0 and 1 are known`);
  for (const { key, subsection } of config.entries('extensions.')) {
    const name = subsection === undefined ? key : `${subsection}.${key}`;
    if (version === 1 && name === 'compatobjectformat') {
      throw new GovcError('unsupported', `The repository "${commonPath}" keeps ids of two hashes, which is not supported.`, {
        path: commonPath,
      });
    }
    if (version === 1 && !KNOWN_EXTENSIONS.has(name)) throw invalid(commonPath, `needs the unknown extension "${name}"`);
    if (version === 0 && VERSION_1_EXTENSIONS.has(name)) {
      throw invalid(commonPath, `has the format version 0, but the extension "${name}" of version 1`);
    }
  }
  const storage = config.get('extensions.refstorage') ?? 'files';
  if (storage !== 'files' && storage !== 'reftable') {
    throw new GovcError('unsupported', `The repository "${commonPath}" keeps its refs as "${storage}"; only files and reftable are read.`, {
      path: commonPath,
      storage,
    });
  }
  return {
    refStorage: storage,
    algorithm: hashAlgorithm(config.get('extensions.objectformat') ?? 'sha1'),
    hasWorktreeConfig: config.getBool('extensions.worktreeconfig', false),
  };
}

function invalid(path: string, reason: string): GovcError {
  return new GovcError('repository-invalid', `The repository "${path}" ${reason}.`, { path, reason });
}
