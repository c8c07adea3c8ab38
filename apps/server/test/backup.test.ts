import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Repository } from '@govc/core';
import { hashAlgorithm } from '@govc/core/plumbing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { backUp } from '../src/backup/backup.js';
import { copyRepository } from '../src/backup/copy.js';
import { restoreBackup, verifyBackup } from '../src/backup/restore.js';

const author = { name: 'B', email: 'b@example.com' };
const ENV = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
let work = '';
let data = '';

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'govc-backup-'));
  data = join(work, 'data');
});
afterEach(() => {
  rmSync(work, { recursive: true, force: true });
});

const git = (folder: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, encoding: 'utf8', env: ENV });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout;
};

async function make(id: string, options: Parameters<typeof Repository.create>[1] = {}): Promise<Repository> {
  const repository = await Repository.create(join(data, `${id}.git`), { syncs: false, ...options });
  repository.setConfig('core.logAllRefUpdates', 'true');
  repository.setConfig('user.name', 'B');
  repository.setConfig('user.email', 'b@example.com');
  await repository.flush();
  repository.add('file', `${id}\n`);
  repository.commit('First', { author });
  repository.branch('topic');
  await repository.flush();
  return repository;
}

const save = (name: string, since?: string): ReturnType<typeof backUp> =>
  backUp({ dataPath: data, targetPath: join(work, name), sincePath: since === undefined ? undefined : join(work, since), clock: () => 1_700_000_000_000 });

describe('a copy', () => {
  it('of a repository with a worktree is bare and whole', async () => {
    const source = join(work, 'source');
    git(work, 'init', '-q', '-b', 'main', source);
    git(source, '-c', 'user.name=B', '-c', 'user.email=b@example.com', 'commit', '-q', '--allow-empty', '-m', 'One');
    await copyRepository({ sourcePath: source, targetPath: join(data, 'team/app.git') });
    expect(git(join(data, 'team/app.git'), 'rev-parse', '--is-bare-repository', 'main')).toBe(`true\n${git(source, 'rev-parse', 'main')}`);
    git(join(data, 'team/app.git'), 'fsck', '--full', '--strict');
    expect(readdirSync(join(data, 'team'))).toEqual(['app.git']);
    await expect(copyRepository({ sourcePath: source, targetPath: join(data, 'team/app.git') })).rejects.toMatchObject({ code: 'repository-id-taken' });
  });
});

describe('a backup', () => {
  it('gives back refs, logs, HEAD, configuration and description of every repository', async () => {
    const app = await make('team/app');
    app.tag('v1', { message: 'One', tagger: author });
    // What only a log names is brought, too.
    app.add('file', 'gone');
    app.commit('Gone', { author });
    app.reset('HEAD~1');
    app.setConfig('receive.denyDeletes', 'true');
    await app.flush();
    writeFileSync(join(data, 'team/app.git/description'), 'The app\n');
    const other = await make('other', { algorithm: hashAlgorithm('sha256'), refFormat: 'reftable' });
    const empty = await Repository.create(join(data, 'empty.git'), { syncs: false, defaultBranch: 'trunk' });
    const summary = await save('one');
    expect(summary).toMatchObject({ repositoryCount: 3 });
    expect(await verifyBackup(join(work, 'one'))).toMatchObject({ backupCount: 1, repositoryCount: 3 });
    const to = join(work, 'restored');
    await restoreBackup({ backupPath: join(work, 'one'), dataPath: to });
    expect(readdirSync(to).sort()).toEqual(['empty.git', 'other.git', 'team']);
    const show = (folder: string): string => git(join(folder, 'team/app.git'), 'for-each-ref') + git(join(folder, 'team/app.git'), 'symbolic-ref', 'HEAD') +
      git(join(folder, 'team/app.git'), 'log', '-g', '--format=%H %gs', 'main');
    expect(show(to)).toBe(show(data));
    for (const name of ['config', 'description']) {
      expect(readFileSync(join(to, 'team/app.git', name), 'utf8')).toBe(readFileSync(join(data, 'team/app.git', name), 'utf8'));
    }
    git(join(to, 'team/app.git'), 'fsck', '--full', '--strict');
    expect(git(join(to, 'empty.git'), 'symbolic-ref', 'HEAD')).toBe('refs/heads/trunk\n');
    const again = await Repository.open(join(to, 'other.git'));
    expect([...again.snapshot.refs.entries()]).toEqual([...other.snapshot.refs.entries()]);
    expect(again.reflog('main')).toEqual(other.reflog('main'));
    for (const each of [app, other, empty, again]) await each.close();
  });

  it('goes on from an earlier one with what is new, and is given back with it', async () => {
    const app = await make('app');
    app.add('large', 'x'.repeat(100) + Array.from({ length: 20_000 }, (_, i) => String(i * i)).join(' '));
    app.commit('Large', { author });
    await app.flush();
    const whole = await save('one');
    app.add('file', 'two\n');
    app.commit('Second', { author });
    app.deleteBranch('topic');
    await app.flush();
    const second = await save('two', 'one');
    expect(second.sizeBytes).toBeLessThan(whole.sizeBytes / 4);
    await make('new').then((made) => made.close());
    const third = await save('three', 'two');
    expect(third.repositoryCount).toBe(2);
    expect(existsSync(join(work, 'three/repositories/app.git/objects.bundle'))).toBe(false);
    await restoreBackup({ backupPath: join(work, 'three'), dataPath: join(work, 'restored') });
    expect(git(join(work, 'restored/app.git'), 'for-each-ref')).toBe(git(join(data, 'app.git'), 'for-each-ref'));
    git(join(work, 'restored/app.git'), 'fsck', '--full', '--strict');
    await app.close();
  });

  it('is of one moment for each repository while it is written to', async () => {
    const app = await make('app');
    let isOver = false;
    const writing = (async () => {
      for (let i = 0; !isOver; i++) {
        app.transact((both) => {
          both.add('file', `${i}\n`);
          both.commit(`Commit ${i}`, { author });
          both.branch(`copy-${i}`);
        });
        await app.flush();
        if (i % 5 === 4) git(join(data, 'app.git'), 'repack', '-adq');
      }
    })();
    for (let i = 0; i < 3; i++) await save(`busy-${i}`, i === 0 ? undefined : `busy-${i - 1}`);
    isOver = true;
    await writing;
    await restoreBackup({ backupPath: join(work, 'busy-2'), dataPath: join(work, 'restored') });
    git(join(work, 'restored/app.git'), 'fsck', '--full', '--strict');
    await app.close();
  }, 60_000);

  it('is refused when a byte of it has changed, its base is gone, or it never ended', async () => {
    await make('app').then((made) => made.close());
    await save('one');
    await save('two', 'one');
    const restore = (name: string): Promise<unknown> => restoreBackup({ backupPath: join(work, name), dataPath: join(work, 'restored') });
    const bundle = join(work, 'one/repositories/app.git/objects.bundle');
    appendFileSync(bundle, 'x');
    await expect(restore('two')).rejects.toMatchObject({ code: 'backup-invalid' });
    rmSync(join(work, 'one'), { recursive: true });
    await expect(restore('two')).rejects.toMatchObject({ code: 'backup-invalid' });
    await expect(verifyBackup(join(work, 'nothing'))).rejects.toMatchObject({ code: 'backup-invalid' });
    expect(existsSync(join(work, 'restored'))).toBe(false);
  });

  it('replaces neither an earlier backup nor a repository that is there', async () => {
    await make('app').then((made) => made.close());
    await save('one');
    await expect(save('one')).rejects.toMatchObject({ code: 'backup-exists' });
    await expect(restoreBackup({ backupPath: join(work, 'one'), dataPath: data })).rejects.toMatchObject({ code: 'repository-id-taken' });
  });
});
