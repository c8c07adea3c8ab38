import { afterAll, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import type { Repository } from '../../src/repository/repository.js';
import type { AmendOptions } from '../../src/repository/amend.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, conflictingHistory, LogWatch, ReplayLab } from './replay-lab.js';

describeWithGit('amending and resetting', () => {
  const lab = new ReplayLab();
  const random = new SeededRandom(71);
  lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(random, { commits: 6 }));
  afterAll(() => lab.remove());

  it('makes the commits of git', () => {
    const loaded = lab.load();
    const cases: readonly (readonly [string[], AmendOptions])[] = [
      [['--no-edit'], {}], [['-m', 'new  \n\n\nbody'], { message: 'new  \n\n\nbody\n' }], [['--no-edit', '-s'], { signoff: true }],
      [['--no-edit', '--trailer', 'Acked-by: me', '--trailer', 'X=y'], { trailers: ['Acked-by: me', 'X=y'] }],
      [['--no-edit', '--author', 'B B <b@b>', '--date', '1234567890 +0200'], { author: { name: 'B B', email: 'b@b', timeSeconds: 1_234_567_890, timezone: '+0200' } }],
      [['--no-edit', '--cleanup=strip'], { cleanup: 'strip' }], [['--no-edit', '--cleanup=verbatim'], { cleanup: 'verbatim' }],
      [['--no-edit', '--allow-empty-message', '-m', ''], { message: '', allowEmptyMessage: true }],
    ];
    for (let round = 0; round < 40; round++) {
      const target = random.pick(['main', 'topic', 'topic~1', 'topic~3', 'main~2']);
      const [words, options] = random.pick(cases);
      lab.reset(target);
      const repository = loaded.reality() as unknown as Repository;
      repository.setRef('refs/heads/work' as never, repository.resolve(target));
      repository.setHead('work');
      const logs = new LogWatch(lab, repository);
      const { status } = lab.try(['commit', '-q', '--amend', '--allow-empty', ...words.filter((word) => word !== '--no-edit' || !words.includes('-m'))]);
      let isMade = true;
      try {
        repository.amend({ ...options, committer: COMMITTER });
      } catch {
        isMade = false;
      }
      expect([words, target, isMade]).toEqual([words, target, status === 0]);
      expect([words, target, repository.head().id]).toEqual([words, target, lab.git('rev-parse', 'HEAD')]);
      expect([words, target, logs.ours]).toEqual([words, target, logs.theirs]);
    }
  });

  it('titles fixups as git does', () => {
    for (const target of ['main', 'topic', 'topic~2', 'main~4']) {
      lab.reset(target);
      const repository = lab.load();
      repository.setHead('work');
      for (const [words, kind, body] of [
        [['--fixup=HEAD'], 'fixup', undefined], [['--fixup=HEAD', '-m', 'more'], 'fixup', 'more\n'], [['--squash=HEAD', '-m', 'body'], 'squash', 'body\n'],
      ] as const) {
        lab.reset(target);
        lab.git('commit', '-q', '--allow-empty', ...words);
        expect(repository.fixupMessage(kind, 'HEAD', body)).toBe(lab.read(['log', '-1', '--format=%B']).toString().slice(0, -1));
      }
      lab.reset(target);
      lab.try(['commit', '-q', '--allow-empty', '--fixup=amend:HEAD']);
      const text = repository.fixupMessage('amend', 'HEAD');
      const made = lab.read(['log', '-1', '--format=%B']).toString().slice(0, -1);
      if (made.startsWith('amend!')) expect(text.replace(/^#.*\n/gm, '').replace(/[ \n]+/g, ' ').trim()).toBe(made.replace(/[ \n]+/g, ' ').trim());
    }
  });

  it('resets as git does', () => {
    const repository = lab.load();
    const options = { committer: COMMITTER };
    lab.reset('topic');
    repository.setRef('refs/heads/work' as never, repository.resolve('topic'));
    repository.setHead('work');
    const logs = new LogWatch(lab, repository);
    const compare = (): void => {
      expect(repository.resolve('ORIG_HEAD')).toBe(lab.git('rev-parse', 'ORIG_HEAD'));
      expect(repository.resolve('work')).toBe(lab.git('rev-parse', 'work'));
      expect(logs.ours).toEqual(logs.theirs);
    };
    lab.git('reset', '-q', '--hard', 'HEAD~2');
    expect(repository.reset('HEAD~2', 'hard', options).id).toBe(lab.git('rev-parse', 'work'));
    compare();
    for (const [mode, target] of [['soft', 'HEAD'], ['soft', 'main'], ['mixed', 'HEAD~1'], ['soft', 'topic'], ['hard', 'topic~1']] as const) {
      lab.write('staged', `${mode} ${target}\n`);
      lab.git('add', 'staged');
      repository.add('staged', `${mode} ${target}\n`);
      lab.git('reset', '-q', `--${mode}`, target);
      repository.reset(target, mode, options);
      compare();
      // What a soft reset keeps is committed next, and nothing of what others forgot.
      expect(lab.git('ls-files', 'staged')).toBe(mode === 'soft' ? 'staged' : '');
      expect([...repository.staged().keys()]).toEqual(mode === 'soft' ? ['staged'] : []);
      repository.unstage();
      lab.git('rm', '-q', '--cached', '--ignore-unmatch', 'staged');
    }
  });

  it('logs commits and merges as git does', () => {
    const repository = lab.load();
    lab.reset('topic');
    repository.setRef('refs/heads/work' as never, repository.resolve('topic'));
    repository.setHead('work');
    const who = { author: AUTHOR, committer: COMMITTER };
    const logs = new LogWatch(lab, repository);
    lab.write('own', 'own\n');
    lab.git('add', 'own');
    lab.git('commit', '-q', '-m', 'Own file', '-m', 'body');
    repository.add('own', 'own\n');
    repository.commit('Own file\n\nbody', who);
    lab.git('merge', '-q', '-s', 'ours', '-m', 'Take ours', 'main');
    expect(repository.merge('main', { ...who, strategy: 'ours', message: 'Take ours' }).kind).toBe('merged');
    lab.git('reset', '-q', '--hard', 'main');
    repository.reset('main', 'hard', { committer: COMMITTER });
    lab.git('branch', '-f', 'ahead', lab.git('commit-tree', '-p', 'HEAD', '-m', 'ahead', 'HEAD^{tree}'));
    const ahead = lab.git('rev-parse', 'ahead') as ObjectId;
    repository.writeObject('commit', lab.read(['cat-file', 'commit', ahead]));
    repository.setRef('refs/heads/ahead' as never, ahead);
    lab.git('merge', '-q', 'ahead');
    expect(repository.merge('ahead', who).kind).toBe('fast-forward');
    lab.git('merge', '-q', '--no-commit', '-s', 'ours', 'topic');
    lab.git('commit', '-q', '-m', 'Concluded');
    const staged = repository.merge('topic', { ...who, strategy: 'ours', noCommit: true });
    if (staged.kind !== 'staged') throw new Error(staged.kind);
    repository.commit('Concluded', { ...who, parents: staged.parents });
    expect(repository.head().id).toBe(lab.git('rev-parse', 'HEAD'));
    expect(logs.ours).toEqual(logs.theirs);
  });
});
