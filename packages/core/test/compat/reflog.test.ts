import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { ReflogEntry } from '../../src/ref/reflog.js';
import type { RefName } from '../../src/ref/ref-name.js';
import { Repository } from '../../src/repository/repository.js';
import { describeWithGit, RealGit } from './real-git.js';

const START = 1_700_000_000;
const DAY = 86_400;
const WHO = { name: 'C O Mitter', email: 'committer@example.com' };

describeWithGit('reflogs, compared with git', () => {
  const git = new RealGit();
  const open: Repository[] = [];
  let copies = 0;

  beforeAll(() => {
    git.read(['init', '-q', '-b', 'main', 'w']);
    let day = 0;
    const run = (...args: string[]): void => {
      const date = `${START + day++ * DAY} +0000`;
      git.read(['-C', 'w', ...args], '', { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
    };
    for (let i = 0; i < 6; i++) run('commit', '-q', '--allow-empty', '-m', `Commit ${i}`);
    run('reset', '-q', '--hard', 'HEAD~3');
    for (let i = 0; i < 3; i++) run('commit', '-q', '--allow-empty', '-m', `Again ${i}`);
    run('branch', 'side', 'HEAD@{4}');
    run('checkout', '-q', 'side');
    run('commit', '-q', '--amend', '--allow-empty', '-m', 'Amended');
    run('tag', 'v1');
    run('checkout', '-q', 'main');
    run('branch', '-m', 'side', 'moved');
  });
  afterEach(async () => {
    for (const repository of open.splice(0)) await repository.close();
  });
  afterAll(() => {
    git.remove();
  });

  /** A copy of the repository. */
  function copy(): string {
    const name = `copy-${copies++}`;
    cpSync(join(git.folder, 'w'), join(git.folder, name), { recursive: true });
    return name;
  }

  async function openCopy(name: string): Promise<Repository> {
    const repository = await Repository.open(join(git.folder, name), { clock: () => (START + 100 * DAY) * 1000 });
    open.push(repository);
    return repository;
  }

  const log = (name: string, ref: string): string => readFileSync(join(git.folder, name, '.git/logs', ref)).toString();
  const show = (entries: readonly ReflogEntry[]): string[] => entries.map(({ newId, message }) => `${newId} ${message}`);

  it('reads what git shows', async () => {
    const repository = await openCopy('w');
    for (const ref of ['HEAD', 'main', 'moved', 'refs/heads/main']) {
      const expected = git.read(['-C', 'w', 'reflog', 'show', '--format=%H %gs', ref]).toString().split('\n').filter(Boolean);
      expect(show(repository.reflog(ref))).toEqual(expected);
    }
    expect(repository.reflog('v1')).toEqual([]);
    for (const text of ['HEAD@{3}', 'main@{2}', '@{1}', `main@{${START + 3 * DAY + 5} +0000}`]) {
      expect(repository.resolve(text)).toBe(git.read(['-C', 'w', 'rev-parse', text]).toString().trim());
    }
  });

  it.each([
    { rewrite: false, updateRef: false }, { rewrite: true, updateRef: false }, { rewrite: true, updateRef: true }, { rewrite: false, updateRef: true },
  ])('deletes entries as git does with %j', async (options) => {
    for (const [ref, index] of [['main', 0], ['main', 2], ['HEAD', 1], ['moved', 0], ['main', 8]] as const) {
      const ours = copy();
      const theirs = copy();
      const flags = [...(options.rewrite ? ['--rewrite'] : []), ...(options.updateRef ? ['--updateref'] : [])];
      git.read(['-C', theirs, 'reflog', 'delete', ...flags, `${ref}@{${index}}`]);
      const repository = await openCopy(ours);
      repository.deleteReflogEntry(ref, index, options);
      const shown = show(repository.reflog(ref));
      await repository.flush();
      const full = ref === 'HEAD' ? 'HEAD' : `refs/heads/${ref}`;
      expect(log(ours, full)).toBe(log(theirs, full));
      expect(git.read(['-C', ours, 'rev-parse', ref]).toString()).toBe(git.read(['-C', theirs, 'rev-parse', ref]).toString());
      expect(show(repository.reflog(ref))).toEqual(shown);
      expect(git.read(['-C', ours, 'fsck', '--no-dangling']).toString()).toBe('');
    }
  });

  it('expires as git does', async () => {
    const times = ['never', 'all', ...[3, 7, 9].map((day) => `${START + day * DAY} +0000`)];
    const seconds = (text: string): number => (text === 'never' ? 0 : text === 'all' ? Number.POSITIVE_INFINITY : Number(text.split(' ')[0]));
    for (const total of times) {
      for (const unreachable of times) {
        const ours = copy();
        const theirs = copy();
        const isRewriting = (times.indexOf(total) + times.indexOf(unreachable)) % 2 === 1;
        git.read(['-C', theirs, 'reflog', 'expire', '--all', `--expire=${total}`, `--expire-unreachable=${unreachable}`, ...(isRewriting ? ['--rewrite'] : [])]);
        const repository = await openCopy(ours);
        repository.expireReflog({ all: true, before: seconds(total), unreachableBefore: seconds(unreachable), rewrite: isRewriting });
        await repository.flush();
        for (const ref of ['HEAD', 'refs/heads/main', 'refs/heads/moved']) {
          expect([total, unreachable, ref, log(ours, ref)]).toEqual([total, unreachable, ref, log(theirs, ref)]);
        }
      }
    }
  });

  it('keeps the same logs in memory, in a directory before and after flushing, and in a reality', async () => {
    git.read(['init', '-q', '-b', 'main', 'ours']);
    const directory = await openCopy('ours');
    const memory = Repository.init({ clock: () => START * 1000 });
    for (const repository of [memory, directory]) {
      for (let i = 0; i < 3; i++) repository.commit(`Commit ${i}`, { author: { ...WHO, timeSeconds: START + i }, allowEmpty: true });
      repository.branch('topic', 'HEAD~1');
      repository.transact((transaction) => {
        transaction.commit('Inside', { author: { ...WHO, timeSeconds: START + 5 }, allowEmpty: true });
        expect(transaction.reflog()[0]!.message).toBe('commit: Inside');
        transaction.commit('Inside again', { author: { ...WHO, timeSeconds: START + 6 }, allowEmpty: true });
      });
      const attempt = repository.reality();
      attempt.commit('Never', { author: { ...WHO, timeSeconds: START + 7 }, allowEmpty: true });
      expect(attempt.reflog('main').length).toBe(6);
      attempt.discard();
    }
    const logs = (repository: Repository): string[][] => ['HEAD', 'main', 'topic'].map((ref) => show(repository.reflog(ref)));
    const expected = logs(memory);
    expect(expected.map(({ length }) => length)).toEqual([5, 5, 1]);
    expect(logs(directory)).toEqual(expected);
    await directory.flush();
    expect(logs(directory)).toEqual(expected);
    expect(git.read(['-C', 'ours', 'reflog', 'show', '--format=%H %gs', 'main']).toString().split('\n').slice(0, -1)).toEqual(expected[1]);
    git.read(['-C', 'ours', 'update-ref', '-m', 'theirs', 'refs/heads/main', 'HEAD~1']);
    await directory.refresh();
    expect(directory.reflog('main')[0]!.message).toBe('theirs');
    memory.deleteRef('refs/heads/topic' as RefName);
    expect(memory.reflog('topic')).toEqual([]);
    memory.setConfig('core.logAllRefUpdates', 'always');
    expect(memory.resolve('main@{1}')).toBe(memory.resolve('main~1'));
  });
});
