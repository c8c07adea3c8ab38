import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CloneLab, VERSIONS } from './clone-lab.js';
import { GitDaemon, MemoryRepository } from './git-server.js';
import { describeWithGit } from './real-git.js';

describeWithGit('a git client on one connection', () => {
  const lab = new CloneLab();
  const { git, server } = lab;
  const daemon = new GitDaemon(server.repositories);

  beforeAll(async () => {
    await lab.start();
    await daemon.start();
  });
  afterAll(async () => {
    await daemon.stop();
    await lab.stop();
  });

  it('lists and clones', async () => {
    for (const version of VERSIONS) {
      const prefix = ['-c', `protocol.version=${version}`];
      expect(await git.read([...prefix, 'ls-remote', daemon.url('main')])).toBe(await git.read([...prefix, 'ls-remote', lab.source]));
      await git.read([...prefix, 'clone', '-q', '--mirror', daemon.url('main'), `all-${version}`]);
      expect(await git.read(['for-each-ref'], `all-${version}`)).toBe(await git.read(['for-each-ref'], 'source'));
      await git.read([...prefix, 'clone', '-q', '--bare', '--depth', '3', daemon.url('main'), `cut-${version}`]);
      await git.read([...prefix, 'fetch', '-q', '--unshallow', daemon.url('main'), '+refs/*:refs/*'], `cut-${version}`);
      await git.read(['fsck', '--full'], `cut-${version}`);
    }
    expect(lab.main.errors).toEqual([]);
  });

  it('pushes, though the connection stays open behind the pack', async () => {
    for (const version of VERSIONS) {
      const repository = new MemoryRepository();
      server.repositories.set(`push-${version}`, repository);
      const prefix = ['-c', `protocol.version=${version}`];
      await git.read([...prefix, 'push', '-q', daemon.url(`push-${version}`), 'main~4:refs/heads/main'], 'source');
      const refused = await git.run([...prefix, 'push', '-q', daemon.url(`push-${version}`), ':main'], { cwd: 'source' });
      expect(refused.stderr).toContain('deletion of the current branch prohibited');
      await git.read([...prefix, 'push', '-q', daemon.url(`push-${version}`), 'main', 'v1', 'topic'], 'source');
      expect(repository.refs()['refs/heads/main']).toBe(await git.read(['rev-parse', 'main'], 'source'));
      expect(repository.errors).toEqual([]);
    }
  });

  it('finds what is common in many rounds', async () => {
    await git.read(['clone', '-q', '--mirror', lab.source, 'moving']);
    const repository = await lab.serve('moving', 'moving');
    for (const version of VERSIONS) {
      const folder = `rounds-${version}`;
      await git.read(['clone', '-q', daemon.url('moving'), folder]);
      const tree = await git.read(['rev-parse', 'HEAD^{tree}'], folder);
      const commit = 'commit refs/heads/main\ncommitter C <c@example.com> 1700000001 +0000\ndata 5\nlocal\n';
      await git.read(['fast-import', '--quiet'], folder, `${commit}from refs/heads/main^0\n\n${commit.repeat(150)}`);
      const next = await git.read(['commit-tree', '-p', 'main', '-m', version, tree], 'moving');
      await git.read(['update-ref', 'refs/heads/main', next], 'moving');
      await git.read(['push', '-q', daemon.url('moving'), 'main'], 'moving');
      const { status, stderr } = await git.run(['-c', `protocol.version=${version}`, 'fetch', '--progress', 'origin'], { cwd: folder });
      expect({ status, errors: repository.errors }).toEqual({ status: 0, errors: [] });
      expect(stderr).toMatch(/remote: Total 1 \(delta 0\)/);
    }
  });
});
