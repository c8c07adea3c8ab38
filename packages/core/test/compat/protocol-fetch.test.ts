import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AsyncGit, GitServer, MemoryRepository } from './git-server.js';
import { branchyHistory } from './git-objects.js';
import { describeWithGit } from './real-git.js';

describeWithGit('a git client', () => {
  const git = new AsyncGit();
  const server = new GitServer();

  beforeAll(async () => {
    await server.start();
    await git.read(['init', '-q', '-b', 'main', 'source']);
    await git.read(['fast-import', '--quiet'], 'source', branchyHistory(7, 120));
    await git.read(['reset', '-q', '--hard', 'main'], 'source');
  });

  afterAll(async () => {
    await server.stop();
    git.remove();
  });

  it('pushes a repository and clones it back in every version', async () => {
    const repository = new MemoryRepository();
    server.repositories.set('all', repository);
    const pushed = await git.run(['push', '--mirror', server.url('all')], { cwd: 'source' });
    expect(repository.errors).toEqual([]);
    expect(pushed).toMatchObject({ status: 0 });
    for (const version of ['0', '1', '2']) {
      const cloned = await git.run(['-c', `protocol.version=${version}`, 'clone', '--mirror', server.url('all'), `c${version}`]);
      expect(repository.errors).toEqual([]);
      expect(cloned).toMatchObject({ status: 0 });
      expect(await git.read(['for-each-ref'], `c${version}`)).toBe(await git.read(['for-each-ref'], 'source'));
      await git.read(['fsck', '--strict', '--full'], `c${version}`);
    }
  });
});
