import { access, constants, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

import { locateGitDirectory } from '@govc/core/storage';
import type { Lease, Pool, PoolStats } from '@govc/pool';

import { ServerError } from '../errors.js';
import { findGitDirectories, isThere } from './find-directories.js';
import { acquireCurrent, createRepositoryPool, identityOf, type LeaseOptions } from './leases.js';
import type { OpenedDirectory } from './open.js';
import { readDescription } from './own-repositories.js';
import type { HostedRepository, Repositories } from './repositories.js';

/** What {@link ForeignRepositories} works with. */
export interface ForeignRepositoriesOptions extends Omit<LeaseOptions, 'open'> {
  readonly rootPath: string;
  /** Whether repositories without `git-daemon-export-ok` are served too. */
  readonly exportAll: boolean;
  readonly openDirectory: (path: string) => Promise<OpenedDirectory>;
}

/**
 * Repositories that others made, below a folder, under the rules of `git http-backend`: the path in the URL is the path of
 * the directory, with or without `.git`, and only what is marked for export is served.
 *
 * No path leads out of the folder: neither by `..`, nor by a link, nor by a `.git` file.
 */
export class ForeignRepositories implements Repositories {
  readonly isForeign = true;
  readonly #options: ForeignRepositoriesOptions;
  readonly #root: string;
  readonly #pool: Pool<HostedRepository>;
  #count = 0;

  private constructor(options: ForeignRepositoriesOptions, root: string) {
    this.#options = options;
    this.#root = root;
    this.#pool = createRepositoryPool({ ...options, open: (key) => this.#open(key) });
  }

  /** @throws when the folder cannot be read */
  static async start(options: ForeignRepositoriesOptions): Promise<ForeignRepositories> {
    const repositories = new ForeignRepositories(options, await realpath(resolve(options.rootPath)));
    await repositories.list();
    return repositories;
  }

  get place(): string {
    return `existing ones in ${this.#root}`;
  }

  get count(): number {
    return this.#count;
  }

  async create(): Promise<never> {
    throw new ServerError('repository-creation-disabled', `This server serves the existing repositories of ${this.#root}; ` +
      'make new ones with git init --bare, or start it with --data.');
  }

  async acquire(name: string): Promise<Lease<HostedRepository>> {
    const gitPath = await this.#find(name);
    if (gitPath === undefined) throw unknown(name);
    return acquireCurrent(this.#pool, gitPath);
  }

  async list(): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const path of await findGitDirectories(this.#root)) {
      if (await this.#isExported(join(this.#root, path))) ids.push(idOf(path));
    }
    this.#count = ids.length;
    return ids.sort();
  }

  async delete(): Promise<never> {
    throw new ServerError('repository-creation-disabled', 'This server does not delete repositories that others made.');
  }

  async rename(): Promise<never> {
    throw new ServerError('repository-creation-disabled', 'This server does not rename repositories that others made.');
  }

  async describe(): Promise<never> {
    throw new ServerError('repository-creation-disabled', 'This server does not describe repositories that others made.');
  }

  async probe(): Promise<void> {
    await access(this.#root, constants.R_OK | constants.X_OK);
  }

  cleanup(): Promise<{ readonly evicted: number; readonly remaining: number }> {
    return this.#pool.cleanup();
  }

  poolStats(): PoolStats {
    return this.#pool.stats();
  }

  async close(signal: AbortSignal): Promise<void> {
    await this.#pool.close({ signal });
  }

  /** The real path of the Git directory that a URL names, when it is exported. */
  async #find(name: string): Promise<string | undefined> {
    const parts = name.replace(/^\/+|\/+$/g, '').split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\0\\]/.test(part))) return undefined;
    const path = join(this.#root, ...parts);
    const candidates = path.endsWith('.git') ? [path, path.slice(0, -'.git'.length)] : [path, `${path}.git`];
    for (const candidate of candidates) {
      const found = candidate.endsWith(sep) ? undefined : await this.#findAt(candidate);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #findAt(path: string): Promise<string | undefined> {
    // Looked at before anything is read, so that a link leads nobody to what lies outside.
    if (!(await this.#isInside(path))) return undefined;
    try {
      const { gitPath, commonPath } = locateGitDirectory(path);
      if (!(await this.#isInside(gitPath)) || !(await this.#isInside(commonPath))) return undefined;
      return (await this.#isExported(gitPath)) ? gitPath : undefined;
    } catch (error) {
      if ((error as { code?: unknown }).code === 'repository-invalid') return undefined;
      throw error;
    }
  }

  async #isInside(path: string): Promise<boolean> {
    try {
      const real = await realpath(path);
      return real === this.#root || real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'ENAMETOOLONG' || code === 'ELOOP') return false;
      throw error;
    }
  }

  async #isExported(gitPath: string): Promise<boolean> {
    return this.#options.exportAll || isThere(join(gitPath, 'git-daemon-export-ok'));
  }

  async #open(gitPath: string): Promise<HostedRepository> {
    const identity = await identityOf(gitPath);
    const opened = await this.#options.openDirectory(gitPath);
    const [description, stats] = await Promise.all([readDescription(gitPath), stat(gitPath)]);
    const path = relative(this.#root, gitPath).split(sep).join('/');
    return {
      id: idOf(path),
      repository: opened.repository,
      spool: opened.spool,
      directory: { gitPath: opened.gitPath, commonPath: opened.commonPath },
      identity,
      path,
      quota: opened.quota,
      isMemoryOnly: false,
      createdMs: stats.birthtimeMs > 0 ? stats.birthtimeMs : stats.mtimeMs,
      description,
    };
  }
}

/** `team/app` for `team/app.git` and `team/app/.git`. */
function idOf(path: string): string {
  return path.replace(/\/?\.git$/, '');
}

function unknown(name: string): ServerError {
  return new ServerError('repository-unknown', `There is no repository "${name.slice(0, 200)}", or it is not exported.`, {
    id: name.slice(0, 300),
  });
}
