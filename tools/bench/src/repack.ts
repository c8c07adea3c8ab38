import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository, type MaintenanceTask } from '@govc/core';

/**
 * Repacking copies of a repository, ours against git with one thread, and what a clone of the result counts:
 *
 *     node tools/bench/dist/repack.js REPOSITORY.git [packs] [rounds]
 *
 * Each round begins with the history cut into so many packs, without deltas between them. Ours and `git repack` take turns; times are
 * of the processor, sizes are those of all packs. With `git rev-list --use-bitmap-index` and `enumerateObjects` it is
 * measured how long it takes to know what a clone needs, with bitmaps and without.
 */
async function main(path: string, packCount: number, rounds: number): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'govc-bench-'));
  try {
    const cut = join(work, 'cut.git');
    cpSync(path, cut, { recursive: true });
    cutIntoPacks(cut, packCount);
    const times = new Map<string, number[]>();
    const sizes = new Map<string, number>();
    const note = (name: string, time: number): void => {
      times.set(name, [...times.get(name) ?? [], time]);
    };
    for (let round = 0; round < rounds; round++) {
      for (const [task, args] of TASKS) {
        const [ours, theirs] = [join(work, 'ours.git'), join(work, 'theirs.git')];
        cpSync(cut, ours, { recursive: true });
        cpSync(cut, theirs, { recursive: true });
        note(`git repack ${args.join(' ')}`, timeOfGit(['-c', 'pack.threads=1', '--git-dir', theirs, 'repack', '-q', ...args]));
        note(`govc ${task}`, await timeOf(ours, task));
        sizes.set(`git repack ${args.join(' ')}`, sizeOfPacks(theirs));
        sizes.set(`govc ${task}`, sizeOfPacks(ours));
        if (task === 'collect') {
          const count = (flags: readonly string[]): number => timeOfGit(['--git-dir', ours, 'rev-list', '--objects', '--all', '--count', ...flags]);
          note('git rev-list --objects', count([]));
          note('git rev-list --objects --use-bitmap-index (our bitmaps)', count(['--use-bitmap-index']));
        }
        rmSync(ours, { recursive: true });
        rmSync(theirs, { recursive: true });
      }
    }
    for (const [name, all] of times) {
      const size = sizes.get(name);
      console.log(`${name}: ${median(all).toFixed(0)} ms${size === undefined ? '' : `, packs of ${(size / 2 ** 20).toFixed(2)} MiB`}`);
    }
    for (const [task, args] of TASKS) {
      const other = `git repack ${args.join(' ')}`;
      const ratio = median(times.get(`govc ${task}`)!) / median(times.get(other)!);
      console.log(`${task} against ${other}: time ${ratio.toFixed(2)}, size ${(sizes.get(`govc ${task}`)! / sizes.get(other)!).toFixed(3)}`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const TASKS: readonly (readonly [MaintenanceTask, readonly string[]])[] = [
  ['repack', ['-d', '--geometric=2', '--write-midx', '-b']], ['collect', ['-adb']],
];

/** Packs of equal shares of the objects, in the order in which git lists them: as if each had come by a push of its own. */
function cutIntoPacks(path: string, packCount: number): void {
  const packs = join(path, 'objects', 'pack');
  const old = readdirSync(packs);
  const ids = git(['--git-dir', path, 'rev-list', '--objects', '--no-object-names', '--all', '--reverse']).trim().split('\n');
  const share = Math.ceil(ids.length / packCount);
  for (let from = 0; from < ids.length; from += share) {
    git(['--git-dir', path, 'pack-objects', '-q', join(packs, 'pack')], `${ids.slice(from, from + share).join('\n')}\n`);
  }
  for (const name of old) rmSync(join(packs, name));
}

async function timeOf(path: string, task: MaintenanceTask): Promise<number> {
  const repository = await Repository.open(path);
  const before = process.cpuUsage();
  await repository.maintenance({ tasks: [task] });
  const used = process.cpuUsage(before);
  await repository.close();
  return (used.user + used.system) / 1000;
}

function sizeOfPacks(path: string): number {
  const folder = join(path, 'objects', 'pack');
  return readdirSync(folder).filter((name) => name.endsWith('.pack')).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function git(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8', input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}

/** Milliseconds of processor time that a git command takes, as the shell that waits for it tells. */
function timeOfGit(args: readonly string[]): number {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', '"$@" >/dev/null || exit; times', 'sh', 'git', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr}`);
  const children = stdout.trim().split('\n')[1] ?? '';
  let time = 0;
  for (const [, minutes, seconds] of children.matchAll(/(\d+)m([\d.]+)s/g)) time += Number(minutes) * 60 + Number(seconds);
  return time * 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
}

const [path, packCount = '60', rounds = '1'] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: repack REPOSITORY.git [packs] [rounds]');
  process.exitCode = 1;
} else {
  await main(path, Number(packCount), Number(rounds));
}
