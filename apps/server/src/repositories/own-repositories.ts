import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { Repository } from '@govc/core';
import { hashAlgorithm } from '@govc/core/plumbing';
import { initGitDirectory, type MemoryBudget, TemporaryFileSpool } from '@govc/core/storage';
import type { Lease, Pool, PoolStats } from '@govc/pool';

import type { Quota } from '../config.js';
import { ServerError } from '../errors.js';
import { findGitDirectories, isThereInAnyCase } from './find-directories.js';
import { acquireCurrent, createRepositoryPool, identityOf, type LeaseOptions } from './leases.js';
import type { OpenedDirectory } from './open.js';
import { shareObjects } from './share-objects.js';
import { guardMemory } from './memory.js';
import type { HostedRepository, NewRepository, Repositories } from './repositories.js';
import { createQuotaKeeper } from './quota.js';
import { findRepositoryId, parseRepositoryId, type RepositoryId } from './repository-id.js';

/** What {@link OwnRepositories} works with. */
export interface OwnRepositoriesOptions extends Omit<LeaseOptions, 'open'> {
  /** Where durable repositories are kept; `undefined`: all are in memory. */
  readonly dataPath: string | undefined;
  /** Where large packs of repositories in memory go, in files without names. */
  readonly temporaryPath: string;
  readonly openDirectory: (path: string) => Promise<OpenedDirectory>;
  /** Bounds the memory of all together. Default: nothing does. */
  readonly budget?: MemoryBudget | undefined;
  /** Repositories that there may be; `undefined`: no bound. */
  readonly repositoriesMax?: number | undefined;
  /** Bounds of each repository. */
  readonly quota: Quota;
  /** Set in every repository, under what is configured in it. */
  readonly defaults: readonly (readonly [name: string, value: string])[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * The repositories that the server itself makes: in memory, and with a data folder durably as `<id>.git` below it,
 * each a plain bare Git directory.
 *
 * 1. An id stands for at most one repository, and no two ids differ by letter case alone.
 * 2. A folder becomes a repository by one rename and ceases to be one by another, so a crash leaves no half of one.
 * 3. A deleted repository is gone for new requests at once; its files go when the last request that uses it has ended.
 */
export class OwnRepositories implements Repositories {
  readonly isForeign = false;
  readonly #options: OwnRepositoriesOptions;
  readonly #root: string | undefined;
  readonly #pool: Pool<HostedRepository>;
  /** Those in memory, by id in lower case. */
  readonly #inMemory = new Map<string, RepositoryId>();
  /** Ids in lower case that are being made or deleted. */
  readonly #changing = new Set<string>();
  #durableCount = 0;
  /** Settles when the folders were counted that were there at the start: what changes their number waits for it. */
  #counted: Promise<void> = Promise.resolve();

  private constructor(options: OwnRepositoriesOptions, root: string | undefined) {
    this.#options = options;
    this.#root = root;
    this.#pool = createRepositoryPool({ ...options, open: (key) => this.#open(key as RepositoryId) });
  }

  /** @throws when the data folder can be neither made nor read */
  static async start(options: OwnRepositoriesOptions): Promise<OwnRepositories> {
    const { dataPath } = options;
    if (dataPath === undefined) return new OwnRepositories(options, undefined);
    await mkdir(dataPath, { recursive: true });
    const root = await realpath(resolve(dataPath));
    const found = new OwnRepositories(options, root);
    await removeLeftovers(root);
    // Thousands of folders take their time; the first requests need not wait for how many there are.
    found.#counted = found.#countDurable();
    found.#counted.catch(() => undefined);
    return found;
  }

  get place(): string {
    return this.#root === undefined ? 'in memory' : `in ${this.#root}`;
  }

  get count(): number {
    return this.#inMemory.size + this.#durableCount;
  }

  async create(request: NewRepository): Promise<Lease<HostedRepository>> {
    const id = parseRepositoryId(request.id);
    const key = id.toLowerCase();
    await this.#counted;
    if (this.#inMemory.has(key) || this.#changing.has(key)) throw taken(id);
    this.#mustHaveRoom();
    this.#changing.add(key);
    try {
      const path = this.#root === undefined ? undefined : await this.#freePath(this.#root, id);
      if (path === undefined || request.isMemoryOnly) return this.#createInMemory(id, request);
      await this.#createDirectory(path, request);
      this.#durableCount++;
      return await this.#pool.acquire(id);
    } finally {
      this.#changing.delete(key);
    }
  }

  async acquire(name: string): Promise<Lease<HostedRepository>> {
    const id = findRepositoryId(name);
    if (id === undefined || !(await this.#exists(id)) || this.#changing.has(id.toLowerCase())) throw unknown(name);
    return acquireCurrent(this.#pool, id);
  }

  async list(): Promise<readonly string[]> {
    await this.#counted;
    const durable = await this.#durableIds();
    this.#durableCount = durable.length;
    return [...this.#inMemory.values(), ...durable].filter((id) => !this.#changing.has(id.toLowerCase())).sort();
  }

  async delete(name: string): Promise<void> {
    const id = findRepositoryId(name);
    const key = id?.toLowerCase();
    await this.#counted;
    // What is asked last still holds when the id is marked.
    if (id === undefined || key === undefined || !(await this.#exists(id)) || this.#changing.has(key)) throw unknown(name);
    this.#changing.add(key);
    try {
      await this.#pool.remove(id);
      this.#options.observer.deleted(id);
      if (this.#inMemory.delete(key)) return;
      const path = this.#pathOf(this.#root!, id);
      const grave = join(this.#root!, `${LEFTOVER}${randomBytes(8).toString('hex')}`);
      await rename(path, grave);
      this.#durableCount = Math.max(0, this.#durableCount - 1);
      await rm(grave, { recursive: true, force: true });
    } finally {
      this.#changing.delete(key);
    }
  }

  async rename(name: string, to: string): Promise<void> {
    const id = findRepositoryId(name);
    const target = parseRepositoryId(to);
    if (id === undefined || !(await this.#exists(id))) throw unknown(name);
    const keys = [...new Set([id.toLowerCase(), target.toLowerCase()])];
    if (id === target || keys.some((key) => this.#changing.has(key))) throw taken(target);
    if (target.toLowerCase() !== id.toLowerCase() && this.#inMemory.has(target.toLowerCase())) throw taken(target);
    for (const key of keys) this.#changing.add(key);
    try {
      if (this.#inMemory.has(id.toLowerCase())) {
        await this.#renameInMemory(id, target);
        return;
      }
      const path = await this.#freePath(this.#root!, target);
      await this.#pool.remove(id);
      await mkdir(dirname(path), { recursive: true });
      await rename(this.#pathOf(this.#root!, id), path);
      this.#options.observer.renamed(id, target);
    } finally {
      for (const key of keys) this.#changing.delete(key);
    }
  }

  /** The new one begins with what the old one has, which then ends. */
  async #renameInMemory(id: RepositoryId, target: RepositoryId): Promise<void> {
    const lease = await acquireCurrent(this.#pool, id);
    const { resource } = lease;
    const { repository, description } = resource;
    // Two names that differ by letter case alone must not be there at once.
    const made = repository.fork();
    lease.release();
    await this.#pool.remove(id);
    this.#inMemory.delete(id.toLowerCase());
    const objectFormat = repository.snapshot.algorithm.name;
    this.#createInMemory(target, { id: target, isMemoryOnly: true, defaultBranch: 'main', objectFormat, description, origin: { ...resource, repository: made } }).release();
    this.#options.observer.renamed(id, target);
  }

  async describe(hosted: HostedRepository, description: string): Promise<void> {
    if (hosted.directory !== undefined) {
      const path = join(hosted.directory.gitPath, 'description');
      await writeFile(`${path}.lock`, `${description}\n`, { flag: 'wx' });
      await rename(`${path}.lock`, path);
    }
    hosted.description = description;
  }

  async probe(): Promise<void> {
    if (this.#root === undefined) return;
    await access(this.#root, constants.R_OK | constants.W_OK | constants.X_OK);
    // A full disk shows only to who writes. The name is one of those that a start clears away.
    const path = join(this.#root, `${LEFTOVER}${randomBytes(8).toString('hex')}`);
    try {
      await writeFile(path, 'a probe', { flag: 'wx' });
    } finally {
      await rm(path, { force: true });
    }
  }

  #mustHaveRoom(): void {
    const { repositoriesMax } = this.#options;
    if (repositoriesMax === undefined || this.count < repositoriesMax) return;
    throw new ServerError('repositories-exhausted', `There are ${this.count} repositories already, as many as server.max_repos allows; delete some.`, {
      count: this.count, max: repositoriesMax,
    });
  }

  cleanup(): Promise<{ readonly evicted: number; readonly remaining: number }> {
    return this.#pool.cleanup();
  }

  poolStats(): PoolStats {
    return this.#pool.stats();
  }

  async close(signal: AbortSignal): Promise<void> {
    await this.#counted.catch(() => undefined);
    await this.#pool.close({ signal });
  }

  #createInMemory(id: RepositoryId, request: NewRepository): Lease<HostedRepository> {
    const { clock, defaults, temporaryPath } = this.#options;
    const { defaultBranch, objectFormat, description } = request;
    const quota = createQuotaKeeper(this.#options.quota);
    const { origin } = request;
    const isFork = origin?.isMemoryOnly === true;
    const options = { clock, admit: guardMemory(this.#options.budget, quota?.admit) };
    const repository = isFork ? origin.repository.fork(options) : Repository.init({ ...options, defaultBranch, objectFormat });
    if (!isFork) for (const [name, value] of defaults) repository.setConfig(name, value);
    const hosted: HostedRepository = {
      id,
      repository,
      spool: new TemporaryFileSpool({ algorithm: hashAlgorithm(objectFormat), path: temporaryPath }),
      directory: undefined,
      identity: undefined,
      path: ':memory:',
      quota,
      isMemoryOnly: true,
      createdMs: clock(),
      description,
    };
    this.#options.observer.opened(hosted);
    const lease = this.#pool.adopt(id, hosted);
    this.#inMemory.set(id.toLowerCase(), id);
    return lease;
  }

  async #createDirectory(path: string, request: NewRepository): Promise<void> {
    const building = join(this.#root!, `${LEFTOVER}${randomBytes(8).toString('hex')}`);
    try {
      await initGitDirectory(building, {
        algorithm: hashAlgorithm(request.objectFormat),
        defaultBranch: request.defaultBranch,
        ...(request.description === '' ? {} : { description: request.description }),
      });
      const { origin } = request;
      if (origin?.directory !== undefined) await shareObjects(join(origin.directory.commonPath, 'objects'), join(building, 'objects'));
      await mkdir(dirname(path), { recursive: true });
      await rename(building, path);
    } catch (error) {
      await rm(building, { recursive: true, force: true });
      throw error;
    }
  }

  async #open(id: RepositoryId): Promise<HostedRepository> {
    const path = this.#pathOf(this.#root!, id);
    // It may have been deleted while this waited for its turn.
    const identity = (await realpathOrNone(path)) === path ? await identityOf(path) : undefined;
    if (identity === undefined) throw unknown(id);
    const opened = await this.#options.openDirectory(path);
    const [description, stats] = await Promise.all([readDescription(path), stat(join(path, 'objects'))]);
    return {
      id,
      repository: opened.repository,
      spool: opened.spool,
      directory: { gitPath: opened.gitPath, commonPath: opened.commonPath },
      identity,
      path: `${id}.git`,
      quota: opened.quota,
      isMemoryOnly: false,
      createdMs: stats.birthtimeMs > 0 ? stats.birthtimeMs : stats.mtimeMs,
      description,
    };
  }

  async #exists(id: RepositoryId): Promise<boolean> {
    if (this.#inMemory.get(id.toLowerCase()) === id) return true;
    if (this.#root === undefined) return false;
    const path = this.#pathOf(this.#root, id);
    // The real path shows a link that leads elsewhere, and other letter case where the file system ignores it.
    return (await realpathOrNone(path)) === path;
  }

  /** Where a new repository goes. @throws {ServerError} repository-id-taken */
  async #freePath(root: string, id: RepositoryId): Promise<string> {
    const path = this.#pathOf(root, id);
    if (await isThereInAnyCase(root, `${id}.git`)) throw taken(id);
    // A link in the middle must not lead out of the data folder.
    let folder = dirname(path);
    while (folder.length > root.length) {
      const real = await realpathOrNone(folder);
      if (real !== undefined && real !== folder) throw taken(id);
      folder = dirname(folder);
    }
    return path;
  }

  #pathOf(root: string, id: RepositoryId): string {
    return `${join(root, ...id.split('/'))}.git`;
  }

  async #countDurable(): Promise<void> {
    this.#durableCount = (await this.#durableIds()).length;
  }

  async #durableIds(): Promise<RepositoryId[]> {
    if (this.#root === undefined) return [];
    const ids: RepositoryId[] = [];
    for (const path of await findGitDirectories(this.#root)) {
      const id = path.endsWith('.git') ? findRepositoryId(path) : undefined;
      if (id !== undefined) ids.push(id);
    }
    return ids;
  }
}

/** Folders that are being made or removed; none of them is a repository. */
const LEFTOVER = '.govc-';

/** What a crash left of repositories that were being made or removed. */
async function removeLeftovers(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (/^\.govc-[0-9a-f]{16}$/.test(name)) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function realpathOrNone(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The text of a repository's `description`, or nothing where it is the one that Git writes into every repository. */
export async function readDescription(gitPath: string): Promise<string> {
  try {
    const text = (await readFile(join(gitPath, 'description'), 'utf8')).trim();
    return text.startsWith('Unnamed repository') ? '' : text.slice(0, 10_000);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES') return '';
    throw error;
  }
}

function taken(id: string): ServerError {
  return new ServerError('repository-id-taken', `A repository "${id}" exists already, perhaps with other letter case.`, { id });
}

function unknown(name: string): ServerError {
  return new ServerError('repository-unknown', `There is no repository "${name.slice(0, 200)}".`, { id: name.slice(0, 300) });
}
