import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hashAlgorithm } from '../../src/hash/algorithm.js';
import { Repository } from '../../src/repository/repository.js';
import { gitReadsTables, RealGit } from './real-git.js';

const author = { name: 'A', email: 'a@example.com' };
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'govc-reftable-'));
  path = join(folder, 'r.git');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const tables = (): string[] => readFileSync(join(path, 'reftable', 'tables.list'), 'utf8').trim().split('\n');

describe.each(['sha1', 'sha256'] as const)('refs in tables (%s)', (hash) => {
  it('are written, merged and read again', async () => {
    const repository = await Repository.create(path, { refFormat: 'reftable', algorithm: hashAlgorithm(hash), syncs: false });
    repository.setConfig('core.logAllRefUpdates', 'true');
    await repository.flush();
    for (let i = 0; i < 40; i++) {
      repository.add('file', `${i}\n`);
      repository.commit(`Commit ${i}`, { author });
      repository.branch(`topic/${i}`);
      if (i % 4 === 3) repository.deleteBranch(`topic/${i - 1}`);
      await repository.flush();
    }
    // Each is at least twice as large as the next, so forty changes are a few tables.
    expect(tables().length).toBeLessThan(8);
    expect(readdirSync(join(path, 'reftable')).sort()).toEqual([...tables(), 'tables.list'].sort());
    expect(readdirSync(join(path, 'objects')).filter((name) => name.startsWith('tmp_'))).toEqual([]);
    const again = await Repository.open(path, { syncs: false });
    expect([...again.snapshot.refs.entries()]).toEqual([...repository.snapshot.refs.entries()]);
    expect(again.reflog('main').map(({ message }) => message)).toEqual(repository.reflog('main').map(({ message }) => message));
    expect(again.reflog('main')).toHaveLength(40);
    await again.close();
    await repository.close();
  });

  it('are seen by another process at its next look, and refused to one that missed them', async () => {
    const first = await Repository.create(path, { refFormat: 'reftable', algorithm: hashAlgorithm(hash), syncs: false });
    const second = await Repository.open(path, { syncs: false });
    first.add('a', '1');
    first.commit('by the first', { author });
    await first.flush();
    second.add('a', '2');
    second.commit('by the second', { author });
    await expect(second.flush()).rejects.toMatchObject({ code: 'ref-conflict' });
    await second.refresh();
    expect([...second.log()].map(({ message }) => message)).toEqual(['by the first\n']);
    await first.close();
    await second.close();
  });

  it('are locked by whoever holds the lock of the list', async () => {
    const repository = await Repository.create(path, { refFormat: 'reftable', algorithm: hashAlgorithm(hash), syncs: false });
    const lock = join(path, 'reftable', 'tables.list.lock');
    writeFileSync(lock, '');
    repository.add('a', '1');
    repository.commit('one', { author });
    await expect(repository.flush()).rejects.toMatchObject({ code: 'lock-held' });
    rmSync(lock);
    repository.add('a', '2');
    repository.commit('one', { author });
    await repository.flush();
    await repository.close();
  });

  const itWithTables = gitReadsTables() ? it : it.skip;

  itWithTables('are those that git reads and writes', async () => {
    const git = new RealGit();
    const run = (...args: string[]): string => git.read(['-C', path, ...args]).toString();
    const repository = await Repository.create(path, { refFormat: 'reftable', algorithm: hashAlgorithm(hash), syncs: false });
    repository.setConfig('core.logAllRefUpdates', 'true');
    await repository.flush();
    repository.add('a', '1');
    repository.commit('one', { author });
    for (let i = 0; i < 300; i++) repository.branch(`b/${i}`);
    await repository.flush();
    expect(run('for-each-ref').split('\n')).toHaveLength(302);
    expect(run('reflog', 'main')).toContain('one');
    git.read(['-C', path, 'update-ref', '--stdin'], Array.from({ length: 2000 }, (_, i) => `create refs/many/${i} refs/heads/main\n`).join(''));
    run('branch', '-q', '-D', 'b/7');
    run('symbolic-ref', 'HEAD', 'refs/heads/b/8');
    await repository.refresh();
    expect(repository.snapshot.refs.size).toBe(301 + 2000);
    repository.add('a', '2');
    repository.commit('two', { author });
    await repository.flush();
    expect(run('log', '-1', '--format=%s', 'b/8')).toBe('two\n');
    run('pack-refs');
    run('gc', '-q');
    run('reflog', 'expire', '--expire=all', '--all');
    await repository.refresh();
    repository.add('a', '3');
    repository.commit('three', { author });
    await repository.flush();
    expect(run('reflog', 'b/8')).toContain('three');
    expect(run('for-each-ref', '--format=%(refname) %(objectname)')).toBe([...repository.snapshot.refs.entries()]
      .filter(([name]) => name.startsWith('refs/')).map(([name, value]) => `${name} ${value.kind === 'direct' ? value.id : ''}\n`).join(''));
    run('fsck', '--strict', '--full');
    await repository.close();
    git.remove();
  });

  itWithTables('of git are read', async () => {
    const git = new RealGit();
    git.read(['init', '-q', '--bare', '-b', 'main', '--ref-format=reftable', `--object-format=${hash}`, path]);
    const run = (...args: string[]): string => git.read(['-C', path, '-c', 'core.logAllRefUpdates=true', ...args]).toString();
    const tree = git.read(['-C', path, 'mktree']).toString().trim();
    const commit = run('commit-tree', '-m', 'c', tree).trim();
    for (let i = 0; i < 12; i++) run('update-ref', '-m', `line ${i}`, `refs/heads/x${i % 5}`, i > 8 ? '0'.repeat(commit.length) : commit);
    run('tag', '-a', '-m', 't', 'v1', commit);
    const repository = await Repository.open(path);
    expect([...repository.snapshot.refs.entries('refs/')].map(([name, value]) => `${name} ${value.kind === 'direct' ? value.id : ''}\n`).join(''))
      .toBe(run('for-each-ref', '--format=%(refname) %(objectname)'));
    expect(repository.reflog('x3').map(({ message }) => message)).toEqual(run('log', '-g', '--format=%gs', 'x3').trim().split('\n'));
    await repository.close();
    git.remove();
  });
});
