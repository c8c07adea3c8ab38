import { afterAll, expect, it } from '@jest/globals';
import type { Repository } from '../../src/repository/repository.js';
import type { AmendOptions } from '../../src/repository/amend.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { COMMITTER, conflictingHistory, ReplayLab } from './replay-lab.js';

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
      const { status } = lab.try(['commit', '-q', '--amend', '--allow-empty', ...words.filter((word) => word !== '--no-edit' || !words.includes('-m'))]);
      let isMade = true;
      try {
        repository.amend({ ...options, committer: COMMITTER });
      } catch {
        isMade = false;
      }
      expect([words, target, isMade]).toEqual([words, target, status === 0]);
      expect([words, target, repository.head().id]).toEqual([words, target, lab.git('rev-parse', 'HEAD')]);
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
    const repository = lab.load({ 'user.name': 'C O Mitter', 'user.email': 'committer@example.com' });
    lab.reset('topic');
    repository.setRef('refs/heads/work' as never, repository.resolve('topic'));
    repository.setHead('work');
    lab.git('reset', '-q', '--hard', 'HEAD~2');
    expect(repository.reset('HEAD~2', 'hard').id).toBe(lab.git('rev-parse', 'work'));
    expect(repository.resolve('ORIG_HEAD')).toBe(lab.git('rev-parse', 'ORIG_HEAD'));
    expect(repository.resolve('work')).toBe(lab.git('rev-parse', 'work'));
  });
});
