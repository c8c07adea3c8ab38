import type { Repository } from '@govc/core';
import { findFile, MemoryFiles, parseConfig, type Files } from '@govc/core/plumbing';
import { EMPTY_BATCH } from '@govc/core/storage';

import { absolutePath, type FilesHost, type OpenRequest } from './files-host.js';

/** Folders and repositories that live in memory. A Git directory has its files here and its repository beside them. */
export class MemoryHost implements FilesHost {
  readonly userId = undefined;
  readonly #root: Files;
  readonly #repositories = new Map<string, Repository>();

  /** @param root the files below `/`. Default: none. */
  constructor(root: Files = new MemoryFiles()) {
    this.#root = root;
  }

  at(directory: string): Files {
    return this.#root.within(directory.slice(1));
  }

  gitFilesAt(directory: string): Files {
    return this.at(directory);
  }

  findRealPath(path: string): string | undefined {
    const resolved = this.#resolve(path);
    return this.#root.find(resolved.slice(1)) === undefined ? undefined : resolved;
  }

  /** Registers the repository of a Git directory that was made some other way. */
  adopt(gitDirectory: string, repository: Repository): void {
    this.#repositories.set(gitDirectory, repository);
  }

  async open(gitDirectory: string, request: OpenRequest): Promise<Repository> {
    const bytes = findFile(this.at(gitDirectory), 'config') ?? new Uint8Array(0);
    const config = request.weakConfig.with(parseConfig(bytes)).with(request.strongConfig.entries());
    let repository = this.#repositories.get(gitDirectory);
    if (repository === undefined) {
      const { memoryRepository } = await import('./open-repository.js');
      const objectFormat = config.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1';
      const head = /^ref: refs\/heads\/(.+)\n/.exec(new TextDecoder().decode(findFile(this.at(gitDirectory), 'HEAD')));
      repository = memoryRepository({ clock: request.clock, zone: request.zone, objectFormat, defaultBranch: head?.[1] });
      this.#repositories.set(gitDirectory, repository);
    }
    repository.apply({ ...EMPTY_BATCH, baseConfig: config, origin: 'config' });
    return repository;
  }

  release(repository: Repository): Promise<void> {
    return repository.flush();
  }

  readFile(path: string): Uint8Array | undefined {
    return findFile(this.#root, this.#resolve(path).slice(1));
  }

  writeFile(path: string, bytes: Uint8Array): void {
    this.#root.write(this.#resolve(path).slice(1), bytes);
  }

  writePrivateFile(path: string, bytes: Uint8Array): void {
    this.writeFile(path, bytes);
  }

  kindAt(path: string): 'file' | 'directory' | 'other' | undefined {
    const info = this.#root.find(this.#resolve(path).slice(1));
    if (info === undefined) return undefined;
    return info.kind === 'file' || info.kind === 'directory' ? info.kind : 'other';
  }

  /** Follows links in a path, not more than a disk would. */
  #resolve(path: string): string {
    let rest = absolutePath('/', path).split('/').filter((part) => part !== '');
    let done = '';
    for (let links = 0; rest.length > 0;) {
      const [part, ...others] = rest;
      const next = `${done}/${part!}`;
      if (this.#root.find(next.slice(1))?.kind !== 'symlink' || links === LINKS_MAX) {
        done = next;
        rest = others;
        continue;
      }
      links++;
      const target = absolutePath(done === '' ? '/' : done, this.#root.readLink(next.slice(1)));
      rest = [...target.split('/').filter((each) => each !== ''), ...others];
      done = '';
    }
    return done === '' ? '/' : done;
  }
}

const LINKS_MAX = 40;
