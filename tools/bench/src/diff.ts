import { spawnSync } from 'node:child_process';
import { Repository } from '@govc/core';
import {
  findChanges, formatPatch, formatRaw, parseCommit, type ChangeOptions, type ObjectId,
} from '@govc/core/plumbing';

/**
 * Comparing commits with their first parents, ours against `git diff-tree --stdin`, in pairs:
 *
 *     node tools/bench/dist/diff.js REPOSITORY [rounds]
 *
 * 500 commits as raw lines with renames, and 200 of them as patches. The two take turns; the ratio is that of the medians
 * of processor time (user and system), and what they print must be equal.
 */
async function main(path: string, rounds: number): Promise<void> {
  const repository = await Repository.open(path);
  const pairs = firstParents(repository, 500);
  report('raw -M, 500 commits', measure(path, { repository, pairs, rounds, patch: false }));
  report('patch -M, 200 commits', measure(path, { repository, pairs: pairs.slice(0, 200), rounds, patch: true }));
  await repository.close();
}

type Pair = readonly [old: ObjectId, new_: ObjectId];

interface Task {
  readonly repository: Repository;
  readonly pairs: readonly Pair[];
  readonly rounds: number;
  readonly patch: boolean;
}

interface Times {
  readonly ours: number;
  readonly theirs: number;
}

function measure(path: string, { repository, pairs, rounds, patch }: Task): Times {
  const theirs: number[] = [];
  const ours: number[] = [];
  const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('');
  const args = patch ? ['-p', '-M', '--full-index'] : ['-r', '-M'];
  for (let round = 0; round < rounds; round++) {
    const git = runGit(['--git-dir', path, 'diff-tree', '--stdin', ...args], input);
    theirs.push(git.time);
    const before = process.cpuUsage();
    const parts = pairs.map((pair) => `${pair.join(' ')}\n${Buffer.from(show(repository, pair, patch)).toString('latin1')}`);
    const used = process.cpuUsage(before);
    ours.push((used.user + used.system) / 1000);
    if (parts.join('') !== git.output) throw new Error('The two outputs differ.');
  }
  return { ours: median(ours), theirs: median(theirs) };
}

function show(repository: Repository, [old, new_]: Pair, patch: boolean): Uint8Array {
  const { objects, algorithm } = repository.snapshot;
  const options: ChangeOptions = { renames: 'renames' };
  const { changes } = findChanges({ objects, algorithm, old, new: new_, options });
  return patch ? formatPatch(changes, { objects }, { algorithm }) : formatRaw(changes, { algorithm });
}

/** The trees of so many commits along first parents from `HEAD`, each with that of its parent. */
function firstParents(repository: Repository, count: number): Pair[] {
  const { objects, algorithm } = repository.snapshot;
  const read = (id: ObjectId): { readonly tree: ObjectId; readonly parents: readonly ObjectId[] } => parseCommit(objects.find(id)!.body, algorithm);
  const pairs: Pair[] = [];
  let commit = read(repository.resolve('HEAD'));
  while (pairs.length < count && commit.parents[0] !== undefined) {
    const parent = read(commit.parents[0]);
    pairs.push([parent.tree, commit.tree]);
    commit = parent;
  }
  return pairs;
}

/** What a git command prints, and its milliseconds of processor time, as the shell that waits for it tells. */
function runGit(args: readonly string[], input: string): { readonly output: string; readonly time: number } {
  const script = '"$@" || exit; times >&2';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', 'git', ...args], { input, maxBuffer: 2 ** 30, encoding: 'latin1' });
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr}`);
  // The second line is that of the children: "0m1.230s 0m0.040s".
  const children = stderr.trim().split('\n')[1] ?? '';
  let time = 0;
  for (const [, minutes, seconds] of children.matchAll(/(\d+)m([\d.]+)s/g)) time += Number(minutes) * 60 + Number(seconds);
  return { output: stdout, time: time * 1000 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
}

function report(name: string, { ours, theirs }: Times): void {
  console.log(`${name}: git ${theirs.toFixed(0)} ms, govc ${ours.toFixed(0)} ms, ratio ${(ours / theirs).toFixed(2)}`);
}

const [path, rounds = '5'] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: diff REPOSITORY [rounds]');
  process.exitCode = 2;
} else {
  await main(path, Number(rounds));
}
