import { afterAll, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, ReplayLab } from './replay-lab.js';

describeWithGit('verbs on a directory', () => {
  const lab = new ReplayLab();
  afterAll(() => lab.remove());
  const who = { author: AUTHOR, committer: COMMITTER };

  it('leave ORIG_HEAD as git does, and read what git left', async () => {
    const repository = await Repository.create(`${lab.folder}/bare.git`, { defaultBranch: 'main' });
    repository.setConfig('user.name', 'A');
    repository.setConfig('user.email', 'a@example.com');
    const file = (name: string): string => {
      repository.add(name, name);
      return repository.commit(name, who).id;
    };
    const base = file('base');
    repository.branch('topic');
    const main = file('main');
    repository.setHead('topic');
    const topic = file('topic');
    repository.setHead('main');
    const origin = (): string => lab.git('-C', 'bare.git', 'rev-parse', 'ORIG_HEAD');
    expect(repository.merge('topic', who).kind).toBe('merged');
    await repository.flush();
    expect(origin()).toBe(main);
    repository.reset('main^1');
    await repository.flush();
    expect(origin()).not.toBe(main);
    repository.setHead('topic');
    expect(repository.rebase('main', { committer: COMMITTER }).kind).toBe('done');
    await repository.flush();
    expect(origin()).toBe(topic);
    lab.git('-C', 'bare.git', 'update-ref', 'ORIG_HEAD', base);
    await repository.refresh();
    expect(repository.resolve('ORIG_HEAD')).toBe(base);
    lab.write('bare.git/ORIG_HEAD', 'nonsense\n');
    await repository.refresh();
    expect(repository.snapshot.refs.has('ORIG_HEAD')).toBe(false);
    expect(lab.git('-C', 'bare.git', 'fsck', '--no-dangling')).toBe('');
    expect(lab.git('-C', 'bare.git', 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\nrefs/heads/topic');
    await repository.close();
  });
});
