import { afterAll, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import type { Repository } from '../../src/repository/repository.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, conflictingHistory, LogWatch, readTreeFile, ReplayLab, showConflicts } from './replay-lab.js';

const WHO = { author: AUTHOR, committer: COMMITTER };

describeWithGit('ends of replays', () => {
  const lab = new ReplayLab();
  lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(new SeededRandom(9), { commits: 9 }));
  afterAll(() => lab.remove());

  /** Both at a revision, on the branch `work`. */
  function begin(revision: string, names?: readonly string[]): { repository: Repository; logs: LogWatch; same: () => void } {
    lab.reset(revision);
    const repository = lab.load();
    repository.setRef('refs/heads/work' as never, lab.git('rev-parse', 'work') as ObjectId);
    repository.setHead('work');
    const logs = new LogWatch(lab, repository, names);
    const same = (): void => {
      expect(repository.head().id).toBe(lab.git('rev-parse', 'HEAD'));
      expect(repository.head().ref ?? 'HEAD').toBe(lab.run(['symbolic-ref', '-q', 'HEAD']).stdout.toString().trim() || 'HEAD');
      expect(logs.ours).toEqual(logs.theirs);
    };
    return { repository, logs, same };
  }

  it('aborts a cherry-pick with the lines of git', () => {
    const { repository, same } = begin('main');
    lab.try(['cherry-pick', 'main..topic']);
    const result = repository.cherryPick(['main..topic'], WHO);
    if (result.kind !== 'stopped') throw new Error(result.kind);
    same();
    lab.git('cherry-pick', '--abort');
    repository.abortSequence(result.state);
    same();
  });

  it('goes on without what stops a cherry-pick or revert, and forgets it, as git does', () => {
    for (const [kind, range] of [['cherry-pick', 'main..topic'], ['revert', 'main~6..main']] as const) {
      const { repository, same } = begin('main~1');
      const start = (): ReturnType<Repository['cherryPick']> => {
        lab.try([kind, range]);
        return kind === 'revert' ? repository.revert([range], WHO) : repository.cherryPick([range], WHO);
      };
      let result = start();
      let skipped = 0;
      for (; result.kind === 'stopped' && skipped < 3; skipped++) {
        same();
        lab.try([kind, '--skip']);
        result = repository.skipSequence(result.state);
      }
      same();
      expect(skipped).toBeGreaterThan(0);
      if (result.kind !== 'stopped') continue;
      // What is forgotten leaves the branch where it is; the state is data, so there is nothing to undo.
      lab.git(kind, '--quit');
      expect(lab.try([kind, '--continue']).status).not.toBe(0);
      same();
      lab.git('read-tree', '-u', '--reset', 'HEAD');
      result = start();
      if (result.kind !== 'stopped') continue;
      lab.git(kind, '--abort');
      repository.abortSequence(result.state);
      same();
    }
  });

  it('does not go back over what was committed since a cherry-pick stopped', () => {
    const { repository } = begin('main');
    lab.try(['cherry-pick', 'main..topic']);
    const result = repository.cherryPick(['main..topic'], WHO);
    if (result.kind !== 'stopped') throw new Error(result.kind);
    lab.git('read-tree', '-u', '--reset', 'HEAD');
    lab.git('commit', '-q', '--allow-empty', '-m', 'Meanwhile');
    lab.git('commit', '-q', '--allow-empty', '-m', 'Once more');
    for (const message of ['Meanwhile', 'Once more']) repository.commit(message, { ...WHO, allowEmpty: true });
    const tip = lab.git('rev-parse', 'HEAD');
    const own = repository.head().id;
    // Git says so and forgets the rest; ours says so and leaves that to the caller.
    expect(lab.try(['cherry-pick', '--abort']).stderr).toContain('moved HEAD');
    expect(() => repository.abortSequence(result.state)).toThrow(expect.objectContaining({ code: 'replay-invalid' }));
    expect([lab.git('rev-parse', 'HEAD'), repository.head().id]).toEqual([tip, own]);
  });

  it('stops where changes without a commit conflict', () => {
    const { repository } = begin('main');
    lab.try(['cherry-pick', '-n', 'main..topic']);
    const applied = repository.applyChanges('cherry-pick', ['main..topic'], WHO);
    expect(showConflicts(applied.stop?.conflicts ?? [])).toEqual(lab.conflicts());
    for (const { path } of applied.stop?.conflicts ?? []) expect(readTreeFile(repository, applied.tree, path)).toBe(lab.file(path));
  });

  it('aborts a rebase with the lines of git', () => {
    const { repository, same } = begin('topic');
    lab.try(['rebase', 'main']);
    const result = repository.rebase('main', WHO);
    if (result.kind !== 'stopped') throw new Error(result.kind);
    same();
    lab.git('rebase', '--abort');
    repository.abortRebase(result.state);
    same();
  });

  it('rebases a branch that is named, and does nothing where it is up to date', () => {
    const names = ['HEAD', 'refs/heads/work', 'refs/heads/named'];
    lab.reset('main~3');
    lab.git('checkout', '-q', '-b', 'named');
    for (const name of ['fresh', 'second']) {
      lab.write(name, 'text\n');
      lab.git('add', name);
      lab.git('commit', '-q', '-m', name);
    }
    const { repository, same } = begin('main~2', names);
    lab.git('rebase', '-q', 'main', 'named');
    expect(repository.rebase('main', { committer: COMMITTER, branch: 'named' }).kind).toBe('done');
    same();
    lab.try(['rebase', 'main']);
    repository.rebase('main', WHO);
    same();
    lab.git('checkout', '-q', '--detach', 'main');
    repository.setRef('HEAD' as never, repository.resolve('main'));
    lab.forgetLogs();
    const again = new LogWatch(lab, repository, names);
    lab.git('rebase', '-q', 'main', 'named');
    repository.rebase('main', { committer: COMMITTER, branch: 'named' });
    expect(again.ours).toEqual(again.theirs);
    expect(repository.head().ref).toBe(lab.git('symbolic-ref', 'HEAD'));
    lab.git('rebase', '-q', '--keep-base', '--no-ff', 'main~1');
    repository.rebase('main~1', { committer: COMMITTER, keepBase: true, force: true });
    expect(repository.head().id).toBe(lab.git('rev-parse', 'HEAD'));
    expect(again.ours).toEqual(again.theirs);
  });

  it('stops at a command that fails', () => {
    const { repository, same } = begin('topic');
    lab.try(['rebase', '-Xtheirs', '--exec', 'false', 'main']);
    const result = repository.rebase('main', { committer: COMMITTER, strategyOptions: ['theirs'], exec: ['false'], runCommand: () => 1 });
    expect(result.kind === 'stopped' ? result.state.stop.kind : 'done').toBe('exec');
    same();
  });

  it('leaves out what the upstream once held', () => {
    lab.reset('main');
    lab.git('branch', '-f', 'upstream', 'main');
    lab.git('checkout', '-q', 'upstream');
    lab.git('reset', '-q', '--hard', 'main~2');
    lab.git('commit', '-q', '--allow-empty', '-m', 'Elsewhere');
    lab.git('checkout', '-q', '-B', 'work', 'main');
    lab.git('commit', '-q', '--allow-empty', '-m', 'Own');
    const repository = lab.load();
    const upstream = lab.git('rev-parse', 'upstream') as ObjectId;
    repository.setConfig('user.name', 'n');
    repository.setConfig('user.email', 'e');
    repository.setRef('refs/heads/side' as never, repository.resolve('main'));
    repository.deleteRef('refs/heads/upstream' as never);
    repository.branch('upstream', 'main');
    repository.setHead('upstream');
    repository.reset(upstream, 'hard');
    repository.setHead('work');
    lab.git('rebase', '-q', '--fork-point', 'upstream');
    repository.rebase('upstream', { committer: COMMITTER, forkPoint: true });
    expect(repository.head().id).toBe(lab.git('rev-parse', 'HEAD'));
  });

  it('keeps stashes with the lines of git', () => {
    const { repository, same } = begin('topic', ['HEAD', 'refs/heads/work', 'refs/stash']);
    const put = (name: string): void => {
      lab.write(name, `${name}\n`);
      lab.git('add', name);
      const index = lab.git('write-tree') as ObjectId;
      repository.writeObject('blob', Buffer.from(lab.file(name)));
      repository.writeObject('tree', lab.read(['cat-file', 'tree', index]));
      lab.git('stash', 'push', '-q', '-m', name);
      repository.stash({ workTree: index, index }, { ...WHO, message: name });
      same();
    };
    put('one');
    put('two');
    lab.git('stash', 'pop', '-q', '--index');
    const popped = repository.popStash(0, { restoresIndex: true, committer: COMMITTER });
    expect(popped.index).toBe(lab.git('write-tree'));
    same();
    lab.git('reset', '-q', '--hard');
    repository.reset('HEAD', 'hard', { committer: COMMITTER });
    same();
    lab.git('stash', 'branch', 'from-stash');
    expect(repository.branchStash('from-stash', 0, { committer: COMMITTER }).isClean).toBe(true);
    same();
    expect(repository.stashes()).toEqual([]);
    expect(lab.git('stash', 'list')).toBe('');
    lab.git('stash', 'store', '-m', 'stored', popped.id);
    repository.storeStash(popped.id, { ...WHO, message: 'stored' });
    same();
    lab.git('stash', 'clear');
    repository.clearStashes();
    expect(repository.snapshot.refs.has('refs/stash')).toBe(false);
  });
});
