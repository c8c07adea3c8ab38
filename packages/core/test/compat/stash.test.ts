import { afterAll, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, conflictingHistory, readTreeFile, ReplayLab, showConflicts } from './replay-lab.js';

const WHO = { author: AUTHOR, committer: COMMITTER };

describeWithGit('stashes', () => {
  const lab = new ReplayLab();
  const random = new SeededRandom(61);
  lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(random, { commits: 5 }));
  afterAll(() => lab.remove());

  /** Changes files of git, stages some, and gives what a stash would be made of. */
  function change(withUntracked: boolean): { workTree: ObjectId; index: ObjectId; untracked: ObjectId | undefined } {
    const files = lab.git('ls-files').split('\n');
    for (const path of files) if (random.below(3) === 0) lab.write(path, `${lab.file(path)}staged ${random.below(3)}\n`);
    lab.write('added', 'new\n');
    lab.git('add', '-A');
    const index = lab.git('write-tree') as ObjectId;
    for (const path of files) if (random.below(3) === 0) lab.write(path, `work ${random.below(3)}\n${lab.file(path)}`);
    const env = { GIT_INDEX_FILE: 'other-index' };
    lab.read(['read-tree', index], '', env);
    lab.read(['add', '-u'], '', env);
    const workTree = lab.read(['write-tree'], '', env).toString().trim() as ObjectId;
    lab.read(['update-index', '--force-remove', 'other-index'], '', env);
    lab.git('rm', '-q', '--cached', '--ignore-unmatch', 'other-index');
    lab.run(['clean', '-q', '-f', 'other-index', 'other-index.lock']);
    if (!withUntracked) return { workTree, index, untracked: undefined };
    lab.write('untracked', 'u\n');
    const blob = lab.git('hash-object', '-w', 'untracked');
    return { workTree, index, untracked: lab.read(['mktree'], `100644 blob ${blob}\tuntracked\n`).toString().trim() as ObjectId };
  }

  it('are the commits of git, listed, applied and dropped alike', () => {
    for (let round = 0; round < 6; round++) {
      lab.reset('topic');
      lab.run(['stash', 'clear']);
      if (round === 3) lab.git('checkout', '-q', '--detach');
      const made: { content: ReturnType<typeof change>; message: string | undefined; id: string }[] = [];
      for (let i = 0; i < 3; i++) {
        const content = change(random.below(2) === 0);
        const message = random.pick([undefined, 'some message']);
        lab.git('stash', 'push', '-q', ...(content.untracked === undefined ? [] : ['-u']), ...(message === undefined ? [] : ['-m', message]));
        made.push({ content, message, id: lab.git('rev-parse', 'stash@{0}') });
      }
      const repository = lab.load();
      repository.clearStashes();
      if (repository.snapshot.refs.has('refs/stash')) repository.deleteRef('refs/stash' as never);
      if (round === 3) repository.setRef('HEAD' as never, lab.git('rev-parse', 'HEAD') as ObjectId);
      else repository.setHead('work');
      for (const { content, message, id } of made) {
        expect([round, repository.stash(content, { ...WHO, message }).id]).toEqual([round, id]);
      }
      const listed = (): string => repository.stashes().map(({ position, message }) => `stash@{${position}}: ${message}`).join('\n');
      expect(listed()).toBe(lab.git('stash', 'list'));
      const target = random.pick(['work', 'main', 'topic~2']);
      lab.git('checkout', '-q', '--detach', target);
      repository.setRef('HEAD' as never, repository.resolve(target));
      for (const restoresIndex of [false, true]) {
        lab.reset(target);
        const { status } = lab.try(['stash', 'apply', '-q', ...(restoresIndex ? ['--index'] : []), 'stash@{1}']);
        let applied;
        try {
          applied = repository.applyStash(1, { restoresIndex });
        } catch {
          expect(status).not.toBe(0);
          continue;
        }
        if (restoresIndex && status !== 0 && lab.conflicts().length === 0) continue;
        expect([round, showConflicts(applied.conflicts)]).toEqual([round, lab.conflicts()]);
        expect([round, applied.isClean]).toEqual([round, status === 0]);
        for (const { path } of applied.conflicts) expect(readTreeFile(repository, applied.tree, path)).toBe(lab.has(path) ? lab.file(path) : undefined);
        if (applied.isClean) expect([round, restoresIndex, applied.index]).toEqual([round, restoresIndex, lab.git('write-tree')]);
      }
      lab.reset(target);
      for (const position of [1, 0, 0]) {
        lab.git('stash', 'drop', '-q', `stash@{${position}}`);
        repository.dropStash(position);
        expect(listed()).toBe(lab.git('stash', 'list'));
        expect(repository.snapshot.refs.has('refs/stash')).toBe(lab.run(['rev-parse', '-q', '--verify', 'refs/stash']).status === 0);
      }
    }
  });
});
