import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { MaintenanceTask } from '../../src/repository/maintenance.js';
import { Repository } from '../../src/repository/repository.js';
import { describeWithGit } from './real-git.js';
import { SharedRepository } from './shared-repository.js';

const AUTHOR = { name: 'Dev', email: 'dev@example.com' };
/** Files get the time of the system, so this is it. */
const NOW = Math.floor(Date.now() / 1000);

describeWithGit('maintenance', () => {
  let shared: SharedRepository;
  let repository: Repository;
  const packFolder = (): string => shared.path('repo.git/objects/pack');
  const packs = (end = '.pack'): string[] => readdirSync(packFolder()).filter((name) => name.endsWith(end)).sort();

  beforeEach(async () => {
    shared = new SharedRepository();
    shared.init();
    repository = await open();
  });
  afterEach(async () => {
    await repository.close();
    await shared.end();
  });

  function open(): Promise<Repository> {
    return Repository.open(shared.path('repo.git'), { clock: () => NOW * 1000, syncs: false });
  }

  /** Commits on `main`, a pack each. */
  async function commit(count: number, from = 0): Promise<void> {
    for (let i = from; i < from + count; i++) {
      repository.add(`file${i % 5}`, `${'line of text that goes on\n'.repeat(30)}${i}\n`);
      repository.add(`folder/${i % 3}/deep`, `deep ${i}\n`);
      repository.commit(`commit ${i}`, { author: AUTHOR });
      await repository.flush();
    }
  }

  /** All ids that refs, reflogs and indexes reach, by git. */
  function needed(): string[] {
    return shared.git(['rev-list', '--objects', '--no-object-names', '--all', '--reflog', '--indexed-objects']).trim().split('\n').sort();
  }

  function all(): string[] {
    return [...new Set(shared.git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']).trim().split('\n'))].sort();
  }

  function counts(): Record<string, number> {
    const lines = shared.git(['count-objects', '-v']).trim().split('\n').map((line) => line.split(': ') as [string, string]);
    return Object.fromEntries(lines.map(([key, value]) => [key, Number(value)] as const));
  }

  function testBitmap(): void {
    const { status, stderr } = shared.run(['--git-dir=repo.git', 'rev-list', '--test-bitmap', 'main']);
    expect([status, stderr.includes('OK!')]).toEqual([0, true]);
    const plain = shared.git(['rev-list', '--objects', '--no-object-names', '--all']).trim().split('\n').sort();
    const quick = shared.git(['rev-list', '--objects', '--no-object-names', '--all', '--use-bitmap-index']).trim().split('\n').sort();
    expect(quick).toEqual(plain);
  }

  async function run(...tasks: MaintenanceTask[]): Promise<Awaited<ReturnType<Repository['maintenance']>>> {
    const report = await repository.maintenance({ tasks });
    expect(shared.fsck()).toBe('');
    return report;
  }

  it('joins small packs and loose objects as git repack --geometric does', async () => {
    await commit(12);
    shared.commit('refs/heads/theirs', 'one');
    shared.commit('refs/heads/theirs', 'two');
    const before = all();
    shared.runShell('cp -r repo.git copy.git');
    shared.read(['--git-dir=copy.git', 'repack', '-q', '-d', '--geometric=2']);
    const theirs = readdirSync(shared.path('copy.git/objects/pack')).filter((name) => name.endsWith('.pack')).length;
    const { results } = await run('repack');
    expect(results).toMatchObject([{ task: 'repack', packsBefore: 12, packsAfter: 1, looseAfter: 0, objectsDropped: 0 }]);
    expect(packs().length).toBe(theirs);
    expect(all()).toEqual(before);
    expect(counts()).toMatchObject({ 'count': 0, 'packs': 1, 'prune-packable': 0, 'garbage': 0 });
    await commit(3, 12);
    await run('repack');
    expect(packs().length).toBe(2);
    await repository.close();
    repository = await open();
    expect([...repository.log({ limit: 100 })].length).toBe(15);
  });

  it('finds deltas as good as those of git', async () => {
    await commit(40);
    shared.runShell('cp -r repo.git copy.git');
    shared.read(['--git-dir=copy.git', 'repack', '-adfq', '--window=10', '--depth=50']);
    await run('collect');
    const size = (path: string): number => Number(shared.read(['--git-dir', path, 'count-objects', '-v']).toString().match(/size-pack: (\d+)/)![1]);
    expect(size('repo.git')).toBeLessThanOrEqual(Math.ceil(size('copy.git') * 1.15));
    const chains = shared.git(['verify-pack', '-v', join(packFolder(), packs('.idx')[0]!)]);
    expect(chains).toMatch(/chain length = \d+/);
    for (const [, length] of chains.matchAll(/chain length = (\d+)/g)) expect(Number(length)).toBeLessThanOrEqual(50);
  });

  it('writes multi-pack-indexes and bitmaps that git uses', async () => {
    await commit(20);
    await run('collect');
    testBitmap();
    expect(packs('.bitmap').length).toBe(1);
    await commit(2, 20);
    const { results } = await run('multi-pack-index');
    expect(results).toEqual([{ task: 'multi-pack-index', packCount: 3, hasBitmaps: true }]);
    shared.git(['multi-pack-index', 'verify']);
    testBitmap();
    expect(packs('.bitmap').length).toBe(1);
    await commit(8, 22);
    await run('repack', 'commit-graph');
    shared.git(['multi-pack-index', 'verify']);
    shared.git(['commit-graph', 'verify']);
    testBitmap();
  });

  it('keeps what is unreachable as cruft with its time, and drops it when that has come', async () => {
    await commit(3);
    shared.commit('refs/heads/gone', 'gone');
    const gone = shared.git(['rev-parse', 'gone']).trim();
    shared.git(['update-ref', '-d', 'refs/heads/gone']);
    const old = shared.git(['hash-object', '-w', '--stdin'], 'old\n').trim();
    const oldPath = shared.path(`repo.git/objects/${old.slice(0, 2)}/${old.slice(2)}`);
    utimesSync(oldPath, NOW - 1000, NOW - 1000);
    await run('collect');
    expect(packs('.mtimes').length).toBe(1);
    expect(all()).toContain(old);
    expect(counts()).toMatchObject({ count: 0, packs: 2 });
    expect(shared.git(['cat-file', '-t', gone]).trim()).toBe('commit');
    // Git reads the times as they are.
    shared.runShell('cp -r repo.git copy.git');
    shared.read(['--git-dir=copy.git', 'repack', '-d', '-q', '--cruft', `--cruft-expiration=${NOW - 500}`]);
    expect(shared.run(['--git-dir=copy.git', 'cat-file', '-e', old]).status).not.toBe(0);
    await repository.maintenance({ tasks: ['collect'], expireBefore: NOW - 500 });
    expect(shared.fsck()).toBe('');
    expect(all()).not.toContain(old);
    await repository.close();
    repository = await open();
    await repository.maintenance({ tasks: ['collect'], expireBefore: NOW * 2 });
    expect(packs('.mtimes')).toEqual([]);
    expect(all()).toEqual(needed());
    expect(shared.fsck()).toBe('');
  });

  it('reads the cruft packs of git', async () => {
    await commit(2);
    const old = shared.git(['hash-object', '-w', '--stdin'], 'old\n').trim();
    shared.git(['repack', '-d', '-q', '--cruft']);
    await repository.maintenance({ tasks: ['collect'], expireBefore: 1000 });
    expect(all()).toContain(old);
    await repository.maintenance({ tasks: ['collect'], expireBefore: NOW * 2 });
    expect(all()).not.toContain(old);
    expect(shared.fsck()).toBe('');
  });

  it('keeps what newer unreachable objects need', async () => {
    await commit(1);
    const blob = shared.git(['hash-object', '-w', '--stdin'], 'needed\n').trim();
    const tree = shared.git(['mktree'], `100644 blob ${blob}\tneeded\n`).trim();
    for (const id of [blob]) utimesSync(shared.path(`repo.git/objects/${id.slice(0, 2)}/${id.slice(2)}`), 1000, 1000);
    utimesSync(shared.path(`repo.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`), NOW, NOW);
    await repository.maintenance({ tasks: ['collect'], expireBefore: NOW - 100 });
    expect(all()).toEqual(expect.arrayContaining([blob, tree]));
    expect(shared.fsck()).toBe('');
  });

  it('counts reflogs, worktrees and their indexes', async () => {
    shared.git(['config', 'core.logAllRefUpdates', 'true']);
    await repository.refresh();
    await commit(3);
    shared.git(['worktree', 'add', '-q', '--detach', shared.path('tree'), 'main']);
    writeFileSync(shared.path('tree/staged'), 'staged only\n');
    shared.read(['-C', 'tree', 'add', 'staged']);
    shared.read(['-C', 'tree', 'commit', '-q', '-m', 'detached']);
    writeFileSync(shared.path('tree/staged'), 'staged again\n');
    shared.read(['-C', 'tree', 'add', 'staged']);
    const detached = shared.read(['-C', 'tree', 'rev-parse', 'HEAD']).toString().trim();
    const staged = shared.read(['-C', 'tree', 'rev-parse', ':staged']).toString().trim();
    const first = shared.git(['rev-parse', 'main~2']).trim();
    shared.git(['update-ref', '-m', 'back', 'refs/heads/main', first]);
    await repository.close();
    repository = await open();
    const before = needed();
    await repository.maintenance({ tasks: ['collect'], expireBefore: NOW * 2 });
    expect(needed()).toEqual(before);
    expect(all()).toEqual(expect.arrayContaining([detached, staged]));
    expect(shared.fsck()).toBe('');
  });

  it('leaves packs with .keep files and borrowed objects alone', async () => {
    await commit(3);
    const kept = packs()[0]!;
    writeFileSync(join(packFolder(), kept.replace(/pack$/, 'keep')), 'mine\n');
    await commit(3, 3);
    await run('repack');
    expect(packs()).toContain(kept);
    expect(packs().length).toBe(2);
    await run('collect');
    expect(packs()).toContain(kept);
    shared.read(['clone', '-q', '--bare', '--shared', 'repo.git', 'borrower.git']);
    const borrower = await Repository.open(shared.path('borrower.git'), { clock: () => NOW * 1000, syncs: false });
    borrower.add('own', 'own\n');
    borrower.commit('own', { author: AUTHOR });
    await borrower.flush();
    await borrower.maintenance({ tasks: ['repack', 'collect', 'multi-pack-index'] });
    expect([...borrower.log({ limit: 100 })].length).toBe(7);
    await borrower.close();
    expect(shared.read(['--git-dir=borrower.git', 'count-objects', '-v']).toString()).toMatch(/in-pack: 3\n/);
    expect(shared.run(['--git-dir=borrower.git', 'fsck', '--full', '--strict']).status).toBe(0);
  });

  it('keeps what a snapshot or a reality that is open needs', async () => {
    await commit(2);
    const { snapshot } = repository;
    const reality = repository.reality();
    const tip = snapshot.refs.get('refs/heads/main');
    const first = [...repository.log({ limit: 2 })][1]!.id;
    shared.git(['update-ref', 'refs/heads/main', first]);
    await repository.refresh();
    await repository.maintenance({ tasks: ['collect'], expireBefore: NOW * 2 });
    expect(tip?.kind === 'direct' && snapshot.objects.find(tip.id)?.type).toBe('commit');
    reality.add('more', 'more\n');
    reality.commit('more', { author: AUTHOR });
    expect([...reality.log({ limit: 10 })].length).toBe(3);
    expect(shared.fsck()).toBe('');
  });

  it('lets a foreign gc go first', async () => {
    await commit(3);
    writeFileSync(shared.path('repo.git/gc.pid'), '1 elsewhere');
    expect(await repository.maintenance({ tasks: ['repack'] })).toEqual({ results: [], isBusy: true });
    expect(packs().length).toBe(3);
    shared.runShell('rm repo.git/gc.pid');
    expect((await repository.maintenance({ tasks: ['repack'] })).isBusy).toBe(false);
    expect(existsSync(shared.path('repo.git/gc.pid'))).toBe(false);
  });

  it('refuses what would delete precious objects', async () => {
    await commit(2);
    shared.git(['config', 'core.repositoryFormatVersion', '1']);
    shared.git(['config', 'extensions.preciousObjects', 'true']);
    await expect(repository.maintenance({ tasks: ['collect'] })).rejects.toMatchObject({ code: 'unsupported' });
    expect(packs().length).toBe(2);
  });

  it('expires reflogs and writes info/packs', async () => {
    shared.git(['config', 'core.logAllRefUpdates', 'true']);
    shared.git(['config', 'gc.refs/heads/side.reflogExpire', 'never']);
    await repository.refresh();
    await commit(2);
    for (const [i, when] of [[0, NOW - 200 * 86_400], [1, NOW - 3]] as const) {
      shared.read(['--git-dir=repo.git', 'update-ref', '--create-reflog', '-m', `x${i}`, 'refs/heads/side', `main~${1 - i}`], '', { GIT_COMMITTER_DATE: `${when} +0000` });
      shared.read(['--git-dir=repo.git', 'update-ref', '--create-reflog', '-m', `x${i}`, 'refs/heads/other', `main~${1 - i}`], '', { GIT_COMMITTER_DATE: `${when} +0000` });
    }
    await repository.refresh();
    const { results } = await run('reflog-expire', 'repack');
    expect(results[0]).toEqual({ task: 'reflog-expire', entriesRemoved: 1 });
    expect(shared.git(['reflog', 'show', 'side']).trim().split('\n').length).toBe(2);
    expect(shared.git(['reflog', 'show', 'other']).trim().split('\n').length).toBe(1);
    expect(readFileSync(shared.path('repo.git/objects/info/packs'), 'latin1')).toBe(`${packs().map((name) => `P ${name}\n`).join('')}\n`);
  });

  it('seals recent objects in memory', async () => {
    const memory = Repository.init({ clock: () => NOW * 1000 });
    for (let i = 0; i < 50; i++) {
      memory.add('file', `${'text\n'.repeat(200)}${i}`);
      memory.commit(`c${i}`, { author: AUTHOR });
    }
    await memory.flush();
    const before = memory.snapshot.young.sizeBytes;
    const sealing = memory.maintenance();
    memory.add('file', 'while it works');
    const last = memory.commit('meanwhile', { author: AUTHOR }).id;
    const { results } = await sealing;
    expect(results[0]).toMatchObject({ task: 'seal' });
    expect(memory.snapshot.young.sizeBytes).toBeLessThan(before / 10);
    expect([...memory.log({ limit: 100 })].length).toBe(51);
    expect([...memory.log({ limit: 1 })][0]!.id).toBe(last);
    for (const { id } of [...memory.log({ limit: 100 })]) expect(memory.snapshot.objects.find(id)).toBeDefined();
    await memory.close();
  });
});
