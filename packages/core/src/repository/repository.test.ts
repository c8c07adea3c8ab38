import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { branchRef, HEAD } from '../ref/ref-name.js';
import { Repository } from './repository.js';

const author = { name: 'Dev', email: 'dev@example.com' };

function fresh(): Repository {
  return Repository.init({ clock: () => 1_700_000_000_000 });
}

function withOneCommit(): Repository {
  const repository = fresh();
  repository.add('README.md', '# My project\n');
  repository.commit('Initial commit', { author });
  return repository;
}

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

describe('a repository in memory', () => {
  it('does what the quick start shows, with the ids that git gives', () => {
    const repository = fresh();
    repository.add('README.md', '# My Project');
    const commit = repository.commit('Initial commit', { author });
    expect(commit.id).toBe('051597364a2c3adc2c72783fedf2e48e08842e2a');
    expect(repository.readFile('README.md').id).toBe('0c0a11f5255f667264cd42eb1855727fd33b614c');
    expect(commit).toMatchObject({ parents: [], message: 'Initial commit\n', ref: 'refs/heads/main' });
    expect(repository.head()).toEqual({ ref: 'refs/heads/main', id: commit.id });
    expect(textFromBytes(repository.readFile('README.md').content)).toBe('# My Project');
    expect([...repository.log()].map(({ id }) => id)).toEqual([commit.id]);
  });

  it('begins unborn and empty', () => {
    const repository = Repository.init({ defaultBranch: 'trunk', objectFormat: 'sha256' });
    expect(repository.head()).toEqual({ ref: 'refs/heads/trunk', id: undefined });
    expect(repository.branches()).toEqual([]);
    expect([...repository.log()]).toEqual([]);
    expect(repository.list()).toEqual([]);
    repository.add('a', 'b');
    expect(repository.commit('first', { author }).id).toHaveLength(64);
  });

  it('commits files in folders, replaces and removes them', () => {
    const repository = withOneCommit();
    repository.add('src/a.ts', 'a');
    repository.add('src/deep/b.ts', new Uint8Array([0, 255]), { mode: 0o100755 });
    repository.commit('More', { author });
    expect(repository.list('', { recursive: true }).map(({ path, mode }) => [path, mode])).toEqual([
      ['README.md', 0o100644], ['src/a.ts', 0o100644], ['src/deep/b.ts', 0o100755],
    ]);
    expect(repository.list('src').map(({ name, type }) => [name, type])).toEqual([['a.ts', 'blob'], ['deep', 'tree']]);
    repository.remove('src');
    repository.add('README.md', 'changed');
    expect([...repository.staged().keys()]).toEqual(['src', 'README.md']);
    const last = repository.commit('Fewer', { author });
    expect(repository.list('', { recursive: true }).map(({ path }) => path)).toEqual(['README.md']);
    expect(textFromBytes(repository.readFile('README.md', last.parents[0]).content)).toBe('# My project\n');
    expect(codeOf(() => repository.readFile('src/a.ts'))).toBe('path-missing');
    expect(codeOf(() => repository.list('README.md'))).toBe('path-missing');
  });

  it('refuses a commit that changes nothing, unless asked to', () => {
    const repository = withOneCommit();
    expect(codeOf(() => repository.commit('Nothing', { author }))).toBe('nothing-to-commit');
    repository.add('README.md', '# My project\n');
    expect(codeOf(() => repository.commit('The same', { author }))).toBe('nothing-to-commit');
    expect(repository.commit('Empty', { author, allowEmpty: true }).parents).toHaveLength(1);
  });

  it('keeps what is staged when a commit is refused', () => {
    const repository = withOneCommit();
    repository.add('a', '1');
    expect(codeOf(() => repository.commit('Late', { author, expectedHead: '0'.repeat(40) as never }))).toBe('ref-conflict');
    expect(codeOf(() => repository.commit('Nobody'))).toBe('config-invalid');
    repository.setConfig('user.name', 'Someone');
    repository.setConfig('user.email', 's@example.com');
    expect(repository.commit('At last').author.name).toBe('Someone');
    repository.add('b', '2');
    repository.unstage();
    expect(repository.staged().size).toBe(0);
  });

  it('lays staged changes over whatever the branch has become', () => {
    const repository = withOneCommit();
    repository.add('mine', '1');
    const other = repository.reality();
    other.add('theirs', '2');
    other.commit('Theirs', { author });
    other.publish();
    repository.commit('Mine', { author });
    expect(repository.list().map(({ name }) => name)).toEqual(['README.md', 'mine', 'theirs']);
  });

  it('makes, lists and deletes branches and tags', () => {
    const repository = withOneCommit();
    const { id } = repository.head();
    repository.branch('topic');
    repository.branch('feature/x', 'topic');
    expect(repository.branches().map(({ name }) => name)).toEqual(['feature/x', 'main', 'topic']);
    expect(codeOf(() => repository.branch('topic'))).toBe('ref-conflict');
    expect(codeOf(() => repository.branch('topic/sub'))).toBe('ref-name-clash');
    expect(codeOf(() => repository.branch('no..good'))).toBe('ref-name-invalid');
    expect(codeOf(() => repository.branch('x', 'nowhere'))).toBe('revision-invalid');
    expect(codeOf(() => {
      repository.deleteBranch('main');
    })).toBe('ref-refused');
    repository.deleteBranch('topic');
    expect(codeOf(() => {
      repository.deleteBranch('topic');
    })).toBe('ref-missing');
    repository.tag('v1');
    repository.tag('v2', { message: 'Second', tagger: author });
    expect(codeOf(() => repository.tag('v1'))).toBe('ref-conflict');
    const [v1, v2] = repository.tags();
    expect([v1?.id, v1?.target, v2?.target]).toEqual([id, id, id]);
    expect(repository.commitAt('v2').id).toBe(id);
    repository.deleteTag('v1');
    expect(repository.tags().map(({ name }) => name)).toEqual(['v2']);
  });

  it('commits to a named branch without moving HEAD, and follows HEAD when it is pointed elsewhere', () => {
    const repository = withOneCommit();
    const { id } = repository.head();
    repository.add('a', '1');
    const made = repository.commit('On another', { author, branch: 'other' });
    expect(made).toMatchObject({ ref: 'refs/heads/other', parents: [] });
    expect(repository.head().id).toBe(id);
    repository.setHead('other');
    expect(repository.head()).toEqual({ ref: 'refs/heads/other', id: made.id });
    repository.setRef(HEAD, id!);
    expect(repository.head()).toEqual({ ref: undefined, id });
    repository.add('b', '2');
    const detached = repository.commit('Detached', { author });
    expect(repository.head()).toEqual({ ref: undefined, id: detached.id });
  });

  it('resolves names as Git does', () => {
    const repository = withOneCommit();
    const id = repository.head().id!;
    repository.tag('v1', { message: 'x', tagger: author });
    for (const name of ['HEAD', '@', 'main', 'heads/main', 'refs/heads/main', id, id.toUpperCase(), id.slice(0, 8)]) {
      expect(repository.resolve(name)).toBe(id);
    }
    expect(repository.resolve('v1')).not.toBe(id);
    expect(codeOf(() => repository.resolve('nothing'))).toBe('revision-invalid');
  });

  it('gives the log newest first, by parts', () => {
    const repository = withOneCommit();
    for (let i = 0; i < 5; i++) {
      repository.add('n', String(i));
      repository.commit(`n ${i}`, { author: { ...author, timeSeconds: 1_700_000_100 + i } });
    }
    const all = [...repository.log()].map(({ message }) => message.trim());
    expect(all).toEqual(['n 4', 'n 3', 'n 2', 'n 1', 'n 0', 'Initial commit']);
    expect([...repository.log({ skip: 1, limit: 2 })].map(({ message }) => message.trim())).toEqual(['n 3', 'n 2']);
    expect([...repository.log({ limit: 0 })]).toEqual([]);
  });

  it('tells subscribers of each change', () => {
    const repository = withOneCommit();
    const seen: string[] = [];
    const end = repository.subscribe(({ batch }) => seen.push(batch.origin));
    repository.branch('a');
    repository.add('x', '1');
    repository.commit('x', { author });
    end();
    repository.branch('b');
    expect(seen).toEqual(['branch', 'commit']);
  });

  it('flushes and closes', async () => {
    const repository = withOneCommit();
    await repository.flush();
    expect(repository.pendingCount).toBe(0);
    await repository.close();
    await repository.close();
    expect(repository.state).toBe('closed');
    expect(codeOf(() => repository.branch('late'))).toBe('backend-closed');
  });
});

describe('a fork', () => {
  it('begins with everything and goes its own way', async () => {
    const repository = withOneCommit();
    repository.tag('v1');
    const fork = repository.fork({ clock: () => 1_700_000_000_000 });
    expect([...fork.refs()]).toEqual([...repository.refs()]);
    fork.add('mine', '1');
    const mine = fork.commit('Mine', { author });
    repository.add('yours', '2');
    const yours = repository.commit('Yours', { author });
    fork.deleteTag('v1');
    await fork.flush();
    await repository.flush();
    await fork.reload();
    expect(fork.head().id).toBe(mine.id);
    expect(fork.tags()).toEqual([]);
    expect(fork.list('').map(({ path }) => path)).toEqual(['README.md', 'mine']);
    expect(fork.snapshot.objects.has(yours.id)).toBe(false);
    expect(repository.head().id).toBe(yours.id);
    expect(repository.tags()).toHaveLength(1);
  });
});

describe('a reality on another branch', () => {
  it('publishes what it did to that branch and leaves HEAD and its log alone', () => {
    const repository = withOneCommit();
    repository.branch('topic');
    const before = repository.reflog('HEAD');
    const reality = repository.reality({ branch: 'topic' });
    expect(reality.head()).toMatchObject({ ref: 'refs/heads/topic' });
    reality.add('a', '1');
    const commit = reality.commit('On topic', { author });
    reality.reset('HEAD~1', 'mixed', { committer: author });
    reality.cherryPick([commit.id], { committer: author });
    const tip = reality.head().id;
    reality.publish();
    expect(repository.head().ref).toBe('refs/heads/main');
    expect(repository.resolve('topic')).toBe(tip);
    expect(repository.snapshot.refs.get('ORIG_HEAD')).toBeUndefined();
    expect(repository.reflog('HEAD')).toEqual(before);
    expect(repository.reflog('topic').length).toBeGreaterThan(2);
  });

  it('may stand on one that does not exist yet', () => {
    const repository = withOneCommit();
    const reality = repository.reality({ branch: 'new' });
    expect(reality.head().id).toBeUndefined();
    reality.add('a', '1');
    reality.commit('A root', { author });
    reality.publish();
    expect(repository.commitAt('new').parents).toEqual([]);
    expect(repository.head().ref).toBe('refs/heads/main');
  });

  it('takes over what is staged and writes the tree of it without touching the repository', () => {
    const repository = withOneCommit();
    repository.add('a', '1');
    repository.remove('README.md');
    const { sequence } = repository.snapshot;
    const reality = repository.reality();
    reality.stageFrom(repository);
    const tree = reality.writeTree();
    expect(reality.list('', { revision: tree }).map(({ path }) => path)).toEqual(['a']);
    expect(textFromBytes(reality.readFile('a', tree).content)).toBe('1');
    expect([...repository.staged().keys()]).toEqual(['a', 'README.md']);
    expect(repository.snapshot.sequence).toBe(sequence);
  });
});

describe('a reality', () => {
  it('shows nothing of itself before it is published, and nothing of what is done elsewhere', () => {
    const repository = withOneCommit();
    const one = repository.reality();
    const two = repository.reality();
    one.add('one', '1');
    const commit = one.commit('One', { author });
    one.branch('extra');
    expect(two.list().map(({ name }) => name)).toEqual(['README.md']);
    expect(repository.snapshot.objects.has(commit.id)).toBe(false);
    expect(repository.branches()).toHaveLength(1);
    one.publish();
    expect(repository.head().id).toBe(commit.id);
    expect(repository.branches().map(({ name }) => name)).toEqual(['extra', 'main']);
    expect(two.head().id).not.toBe(commit.id);
    expect(codeOf(() => one.add('late', 'x') && one.commit('late', { author }))).toBe('draft-closed');
  });

  it('is refused as a whole when a ref it edits was changed meanwhile, and stays open', () => {
    const repository = withOneCommit();
    const slow = repository.reality();
    slow.add('slow', '1');
    slow.commit('Slow', { author });
    slow.branch('kept-back');
    repository.add('fast', '1');
    const fast = repository.commit('Fast', { author });
    expect(codeOf(() => {
      slow.publish();
    })).toBe('ref-conflict');
    expect(slow.isOpen).toBe(true);
    expect(repository.head().id).toBe(fast.id);
    expect(repository.branches()).toHaveLength(1);
    slow.discard();
    expect(slow.isOpen).toBe(false);
  });

  it('validates as a repository does', () => {
    const reality = withOneCommit().reality();
    reality.branch('a');
    expect(codeOf(() => reality.branch('a'))).toBe('ref-conflict');
    expect(codeOf(() => reality.branch('a/b'))).toBe('ref-name-clash');
  });

  it('lives by the thousand', () => {
    const repository = withOneCommit();
    const realities = Array.from({ length: 1000 }, (_, i) => {
      const reality = repository.reality();
      reality.add('n', String(i));
      reality.commit(`n ${i}`, { author });
      return reality;
    });
    realities.forEach((reality, i) => {
      expect(textFromBytes(reality.readFile('n').content)).toBe(String(i));
    });
    realities[77]!.publish();
    expect(textFromBytes(repository.readFile('n').content)).toBe('77');
  });
});

describe('a transaction', () => {
  it('takes effect as one change', () => {
    const repository = withOneCommit();
    let changes = 0;
    repository.subscribe(() => changes++);
    const tag = repository.transact((tx) => {
      tx.add('a', '1');
      tx.commit('a', { author });
      tx.add('b', bytesFromText('2'));
      tx.commit('b', { author });
      return tx.tag('v1');
    });
    expect(changes).toBe(1);
    expect(repository.head().id).toBe(tag.id);
  });

  it('leaves nothing when it throws', () => {
    const repository = withOneCommit();
    const before = repository.snapshot;
    expect(() => repository.transact((tx) => {
      tx.add('a', '1');
      tx.commit('a', { author });
      throw new Error('changed my mind');
    })).toThrow('changed my mind');
    expect(repository.snapshot).toBe(before);
    expect(repository.snapshot.refs.get(branchRef('main'))).toEqual(before.refs.get(branchRef('main')));
  });
});
