import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { AsyncGit, GitServer, MemoryRepository } from './git-server.js';
import { branchyHistory } from './git-objects.js';

/** All versions of the protocol, as `protocol.version` spells them. */
export const VERSIONS: readonly string[] = ['0', '1', '2'];

/** A repository `source` made by git, served by us as `main` and by git through its path. */
export class CloneLab {
  readonly git = new AsyncGit();
  readonly server = new GitServer();

  /** The address of the source for git itself. */
  get source(): string {
    return `file://${this.git.folder}/source`;
  }

  get main(): MemoryRepository {
    return this.server.repositories.get('main')!;
  }

  async start(): Promise<void> {
    const { git, server } = this;
    await server.start();
    await git.read(['init', '-q', '-b', 'main', 'source']);
    await git.read(['fast-import', '--quiet'], 'source', branchyHistory(7, 120));
    await git.read(['reset', '-q', '--hard', 'main'], 'source');
    await git.read(['tag', '-a', '-m', 'old', 'old', 'main~5'], 'source');
    await git.read(['tag', '-a', '-m', 'nested', 'nested', 'old'], 'source');
    await git.read(['config', 'uploadpack.allowFilter', 'true'], 'source');
    await git.read(['config', 'uploadpack.allowAnySHA1InWant', 'true'], 'source');
    await this.serve('main', 'source', { config: '[uploadpack]\nallowFilter = true\nallowAnySHA1InWant = true\n' });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.git.remove();
  }

  /** Pushes everything of a folder into a new repository of the server. */
  async serve(name: string, folder: string, options: ConstructorParameters<typeof MemoryRepository>[0] = {}): Promise<MemoryRepository> {
    const repository = new MemoryRepository(options);
    this.server.repositories.set(name, repository);
    await this.git.read(['push', '-q', '--mirror', this.server.url(name)], folder);
    return repository;
  }

  /** Every object that a repository holds, with its type and size. */
  async objectsOf(folder: string): Promise<string[]> {
    return (await this.git.read(['cat-file', '--batch-all-objects', '--batch-check'], folder)).split('\n').sort();
  }

  /** The commits that a bare repository holds without their parents. */
  shallowOf(folder: string): string[] {
    try {
      const text = readFileSync(join(this.git.folder, folder, 'shallow'), 'utf8');
      return text.split('\n').filter((line) => line !== '').sort();
    } catch {
      return [];
    }
  }

  /** Clones from the server and from git itself with the same arguments; both must hold the same. */
  async compareClones(name: string, args: readonly string[], versions = VERSIONS): Promise<void> {
    for (const version of versions) {
      const ours = `${name}-ours-${version}`;
      const theirs = `${name}-theirs-${version}`;
      const prefix = ['-c', `protocol.version=${version}`, 'clone', '-q', '--bare', ...args];
      const { errors } = this.main;
      const cloned = await this.git.run([...prefix, this.server.url('main'), ours]);
      expect({ version, errors, ...cloned }).toMatchObject({ version, errors: [], status: 0 });
      await this.git.read([...prefix, this.source, theirs]);
      expect(await this.objectsOf(ours)).toEqual(await this.objectsOf(theirs));
      expect(this.shallowOf(ours)).toEqual(this.shallowOf(theirs));
      expect(await this.git.read(['for-each-ref'], ours)).toBe(await this.git.read(['for-each-ref'], theirs));
    }
  }
}
