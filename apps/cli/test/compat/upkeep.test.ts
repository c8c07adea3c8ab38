import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { GIT_VERSION, Playground } from './command-lines.js';

(GIT_VERSION === undefined ? describe.skip : describe)('checking and tidying a repository on the command line', () => {
  let playground: Playground;
  beforeEach(() => {
    playground = new Playground();
    git('init', '-q', '-b', 'main');
    git('config', 'gc.auto', '0');
    for (let i = 0; i < 12; i++) {
      writeFileSync(join(playground.path, `file${i % 3}`), `${'line\n'.repeat(40)}${i}\n`);
      playground.tick();
      git('add', '.');
      git('commit', '-q', '-m', `change ${i}`);
    }
    git('tag', '-a', '-m', 'first', 'v1', 'HEAD~3');
    git('branch', 'side', 'HEAD~5');
  });
  afterEach(() => playground.remove());

  const git = (...args: string[]): string => {
    const ended = playground.git(args);
    if (ended.code !== 0) throw new Error(`git ${args.join(' ')}: ${ended.stderr}`);
    return ended.stdout.trim();
  };
  const sorted = (text: string): string[] => text.split('\n').filter((line) => line !== '').sort();
  /** Both, with the lines of what they say in an order of their own: git's is that of a hash table. */
  const compare = async (...args: string[]): Promise<void> => {
    const expected = playground.git(args);
    const actual = await playground.govc(args);
    expect({ args, code: actual.code, stdout: sorted(actual.stdout), stderr: sorted(actual.stderr) })
      .toEqual({ args, code: expected.code, stdout: sorted(expected.stdout), stderr: sorted(expected.stderr) });
  };
  const write = (text: string): string => playground.git(['hash-object', '-w', '--stdin'], { input: text }).stdout.trim();
  const pathOf = (id: string): string => join(playground.path, '.git', 'objects', id.slice(0, 2), id.slice(2));
  const packs = (): string[] => readdirSync(join(playground.path, '.git', 'objects', 'pack')).filter((name) => name.endsWith('.pack'));
  const mustBeSound = (): void => {
    expect(playground.git(['fsck', '--full', '--strict', '--no-dangling'])).toEqual({ code: 0, stdout: '', stderr: '' });
  };

  it('fsck says of a sound repository what git says', async () => {
    write('nobody needs this');
    for (const args of [
      [], ['--full', '--strict'], ['--unreachable'], ['--no-dangling'], ['--root', '--tags'], ['--connectivity-only'], ['--no-reflogs'], ['--cache'],
      ['--no-full'], ['--name-objects'], ['side'], ['nosuch'], ['1111111111111111111111111111111111111111'], ['--connectivity-only', '--unreachable'],
    ]) await compare('fsck', ...args);
  }, 60_000);

  it('fsck says of a broken repository what git says', async () => {
    rmSync(pathOf(git('rev-parse', 'HEAD~4')));
    rmSync(pathOf(git('rev-parse', 'HEAD~1:file1')));
    writeFileSync(join(playground.path, '.git', 'refs', 'heads', 'gone'), '1111111111111111111111111111111111111111\n');
    for (const args of [[], ['--connectivity-only'], ['--name-objects', '--no-dangling', '--no-reflogs'], ['--no-reflogs']]) await compare('fsck', ...args);
  }, 60_000);

  it('fsck keeps what is lost', async () => {
    git('reset', '-q', '--hard', 'HEAD~2');
    const blob = write('lost words\n');
    await compare('fsck', '--lost-found');
    rmSync(join(playground.path, '.git', 'lost-found'), { recursive: true });
    await playground.govc(['fsck', '--lost-found']);
    expect(readFileSync(join(playground.path, '.git', 'lost-found', 'other', blob), 'utf8')).toBe('lost words\n');
    expect(readdirSync(join(playground.path, '.git', 'lost-found', 'commit'))).toHaveLength(1);
  });

  it('count-objects and verify-pack count as git does', async () => {
    await compare('count-objects');
    git('repack', '-q', '-a', '-d', '-f', '--depth=5');
    write('loose');
    writeFileSync(join(playground.path, '.git', 'objects', 'pack', 'tmp_pack_x'), 'garbage');
    for (const args of [[], ['-v'], ['-v', '-H'], ['-x'], ['surplus']]) await compare('count-objects', ...args);
    const [pack] = packs();
    const path = `.git/objects/pack/${pack!}`;
    for (const args of [[path], ['-v', path], ['-s', path.replace('.pack', '.idx')], ['-v', path.replace('.pack', '')], []]) await compare('verify-pack', ...args);
    const bytes = readFileSync(join(playground.path, path));
    bytes[40]! ^= 0xff;
    rmSync(join(playground.path, path));
    writeFileSync(join(playground.path, path), bytes);
    const bad = await playground.govc(['verify-pack', '-v', path]);
    expect([bad.code, bad.stdout]).toEqual([1, `${path}: bad\n`]);
  }, 60_000);

  it('prune takes the loose objects that git takes', async () => {
    const [old, kept] = [write('old'), write('kept')];
    const young = write('young');
    for (const id of [old, kept]) utimesSync(pathOf(id), 1_000_000_000, 1_000_000_000);
    await compare('prune', '-n');
    await compare('prune', '-n', '--expire', '2005-01-01');
    await compare('prune', '-n', 'nosuch');
    const pruned = await playground.govc(['prune', '-v', '--expire', '2005-01-01', kept]);
    expect(pruned).toEqual({ code: 0, stdout: `${old} blob\n`, stderr: '' });
    expect(git('cat-file', '-t', kept)).toBe('blob');
    expect((await playground.govc(['prune'])).code).toBe(0);
    for (const id of [old, kept, young]) expect(playground.git(['cat-file', '-e', id]).code).toBe(1);
    git('repack', '-q', '-a');
    await compare('prune-packed', '-n');
    expect((await playground.govc(['prune-packed'])).code).toBe(0);
    expect(git('count-objects')).toBe('0 objects, 0 kilobytes');
    mustBeSound();
  }, 60_000);

  it('repack packs loose objects, and joins packs', async () => {
    expect(await playground.govc(['repack', '-d', '-q'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect([packs().length, git('count-objects')]).toEqual([1, '0 objects, 0 kilobytes']);
    await compare('repack', '-d');
    git('commit', '-q', '--allow-empty', '-m', 'more');
    await playground.govc(['repack', '-d', '-q']);
    expect(packs()).toHaveLength(2);
    await playground.govc(['repack', '-a', '-d', '-q']);
    expect(packs()).toHaveLength(1);
    mustBeSound();
  });

  it('gc leaves one pack, packed refs, and drops only what is old', async () => {
    git('reset', '-q', '--hard', 'HEAD~2');
    const [old, young] = [write('old'), write('young')];
    utimesSync(pathOf(old), 1_000_000_000, 1_000_000_000);
    // The clock of the test stands still in 2023, after the one and before the other.
    expect(await playground.govc(['gc', '-q'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(playground.git(['cat-file', '-e', old]).code).toBe(1);
    expect(git('cat-file', '-t', young)).toBe('blob');
    expect(readFileSync(join(playground.path, '.git', 'packed-refs'), 'utf8')).toContain('refs/heads/side');
    await playground.govc(['gc', '--prune=now', '-q']);
    expect(playground.git(['cat-file', '-e', young]).code).toBe(1);
    expect(packs()).toHaveLength(1);
    mustBeSound();
    expect(await playground.govc(['gc', '--auto'])).toEqual({ code: 0, stdout: '', stderr: '' });
    git('config', 'gc.auto', '1');
    git('config', 'gc.autoPackLimit', '1');
    for (let i = 0; i < 3; i++) {
      git('commit', '-q', '--allow-empty', '-m', `more ${i}`);
      git('repack', '-q', '-d');
    }
    expect((await playground.govc(['gc', '--auto'])).stderr).toContain('Auto packing the repository for optimum performance.');
    expect(packs()).toHaveLength(1);
  }, 60_000);

  it('maintenance runs the tasks that it is told, and knows its repositories', async () => {
    for (const task of ['loose-objects', 'incremental-repack', 'commit-graph', 'pack-refs', 'gc']) {
      expect([task, await playground.govc(['maintenance', 'run', `--task=${task}`])]).toEqual([task, { code: 0, stdout: '', stderr: '' }]);
    }
    expect(git('commit-graph', 'verify')).toBe('');
    mustBeSound();
    await compare('maintenance', 'run', '--task=nosuch');
    await compare('maintenance', 'run', '--task=gc', '--task=gc');
    await compare('maintenance', 'run', '--auto', '--schedule=daily');
    await compare('maintenance', 'nosuch');
    await compare('maintenance');
    const file = join(playground.path, 'list');
    expect((await playground.govc(['maintenance', 'register', '--config-file', file])).code).toBe(0);
    expect(playground.git(['config', '--file', file, 'maintenance.repo']).stdout).toBe(`${playground.path}\n`);
    expect(git('config', 'maintenance.strategy')).toBe('incremental');
    expect((await playground.govc(['maintenance', 'unregister', '--config-file', file])).code).toBe(0);
    await compare('maintenance', 'unregister', '--config-file', file);
    await compare('maintenance', 'unregister', '--force', '--config-file', file);
  }, 60_000);
});
