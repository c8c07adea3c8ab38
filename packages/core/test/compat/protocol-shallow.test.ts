import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CloneLab, VERSIONS } from './clone-lab.js';
import { MemoryRepository } from './git-server.js';
import { describeWithGit } from './real-git.js';

describeWithGit('a git client that cuts history', () => {
  const lab = new CloneLab();
  const { git, server } = lab;

  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  it('clones a history cut by depth', async () => {
    await lab.compareClones('depth1', ['--depth', '1']);
    await lab.compareClones('depth7', ['--depth', '7', '--no-single-branch']);
  });

  it('clones a history cut by time or by a ref', async () => {
    const since = await git.read(['log', '-1', '--format=%ct', 'main~6'], 'source');
    await lab.compareClones('since', ['--shallow-since', since, '--no-single-branch'], ['0', '2']);
    await lab.compareClones('exclude', ['--shallow-exclude', 'old', '--no-single-branch'], ['0', '2']);
  });

  it('deepens a shallow clone step by step to the whole history', async () => {
    await git.read(['clone', '-q', '--mirror', lab.source, 'whole']);
    for (const version of VERSIONS) {
      const [ours, theirs] = [`deep-ours-${version}`, `deep-theirs-${version}`];
      for (const [folder, url] of [[ours, server.url('main')], [theirs, lab.source]] as const) {
        const fetch = ['-c', `protocol.version=${version}`, 'fetch', '-q'];
        await git.read(['-c', `protocol.version=${version}`, 'clone', '-q', '--bare', '--depth', '2', url, folder]);
        await git.read([...fetch, '--deepen', '3', url, 'main'], folder);
        await git.read([...fetch, '--depth', '9', url, '+refs/heads/*:refs/heads/*'], folder);
      }
      expect(lab.shallowOf(ours)).toEqual(lab.shallowOf(theirs));
      expect(await git.read(['rev-list', '--objects', '--all'], ours)).toBe(await git.read(['rev-list', '--objects', '--all'], theirs));
      await git.read(['-c', `protocol.version=${version}`, 'fetch', '-q', '--unshallow', server.url('main'), '+refs/*:refs/*'], ours);
      expect(await git.read(['rev-list', '--objects', '--all'], ours)).toBe(await git.read(['rev-list', '--objects', '--all'], 'whole'));
      expect(lab.shallowOf(ours)).toEqual([]);
      await git.read(['fsck', '--full'], ours);
    }
  });

  it('makes a full clone shallow', async () => {
    await git.read(['clone', '-q', '--mirror', lab.source, 'cut']);
    await git.read(['fetch', '-q', '--depth', '1', server.url('main'), 'main'], 'cut');
    expect(lab.shallowOf('cut')).toEqual([await git.read(['rev-parse', 'main'], 'source')]);
    expect(lab.main.errors).toEqual([]);
  });

  it('fetches from a repository that is shallow itself', async () => {
    await git.read(['clone', '-q', '--bare', '--depth', '4', lab.source, 'half']);
    const repository = new MemoryRepository({ config: '[receive]\nshallowUpdate = true\n' });
    server.repositories.set('half', repository);
    const pushed = await git.run(['push', '-q', server.url('half'), 'main'], { cwd: 'half' });
    expect({ ...pushed, errors: repository.errors }).toMatchObject({ status: 0, errors: [] });
    expect([...repository.timeline.current.shallow].sort()).toEqual(lab.shallowOf('half'));
    for (const version of VERSIONS) {
      await git.read(['-c', `protocol.version=${version}`, 'clone', '-q', '--bare', server.url('half'), `half-${version}`]);
      expect(lab.shallowOf(`half-${version}`)).toEqual(lab.shallowOf('half'));
      await git.read(['fsck', '--full'], `half-${version}`);
    }
  });
});
