import { spawnSync } from 'node:child_process';
import { Repository } from '@govc/core';

/**
 * Questions about a real history, ours against git, each in the processor time of one answer:
 *
 *     node tools/bench/dist/history.js REPOSITORY.git [PATH] [rounds]
 *
 * Git starts a process for each answer and reads the history anew; we answer from a graph that was loaded once, and cold from a
 * repository that was just opened. Pairs of commits are compared twice: with the processor time of a process of git for
 * the same pair, and with that time less what a process of git takes for a pair that needs no walk (a commit and itself), which is
 * the walk alone. Git 2.39 has no command that answers for many pairs in one process.
 */
async function main(folder: string, path: string, rounds: number): Promise<void> {
  const commits = runGit(folder, ['rev-list', '--all']).text.split('\n').slice(0, -1);
  const repository = await Repository.open(folder);
  await compare('all commits, cold', ['rev-list', '--all', '--count'], folder, () => repository.countRevisions({ revisions: ['--all'] }));
  await compare('all commits, warm', ['rev-list', '--all', '--count'], folder, () => repository.countRevisions({ revisions: ['--all'] }));
  await compare('all commits, parsed', ['log', '--all', '--format=%an%ad%s'], folder, () => countOf(repository.log({ revisions: ['--all'] })));
  const cold = await Repository.open(folder);
  await compare(`log of ${path}, cold`, ['rev-list', 'HEAD', '--', path], folder, () => countOf(cold.revList({ paths: [path] })));
  await compare(`log of ${path}, warm`, ['rev-list', 'HEAD', '--', path], folder, () => countOf(cold.revList({ paths: [path] })));
  await cold.close();
  await comparePairs(repository, folder, commits, rounds);
  await repository.close();
}

const QUESTIONS = [
  {
    name: 'merge base',
    argsOf: (one: string, two: string) => ['merge-base', '--all', one, two],
    ask: (repository: Repository, one: string, two: string): unknown => repository.mergeBase([one, two]),
  },
  {
    name: 'ahead and behind',
    argsOf: (one: string, two: string) => ['rev-list', '--count', '--left-right', `${one}...${two}`],
    ask: (repository: Repository, one: string, two: string): unknown => repository.aheadBehind(one, two),
  },
] as const;

// Our answers are so quick that many are asked for each one of git's.
const ASKED_MIN = 2000;

/** Questions about pairs of commits: neighbours, of which one is at most 50 commits before the other by date, and any two. */
async function comparePairs(repository: Repository, folder: string, commits: readonly string[], rounds: number): Promise<void> {
  repository.aheadBehind(commits[0]!, commits.at(-1)!);
  for (const { name, argsOf, ask } of QUESTIONS) {
    const idle = runGit(folder, argsOf(commits[0]!, commits[0]!)).ms;
    for (const kind of ['near', 'random'] as const) {
      const pairAt = (i: number): readonly [string, string] => [
        pick(commits, 7919 * i), pick(commits, kind === 'near' ? 7919 * i + 1 + (i % 50) : 104_729 * i + 13),
      ];
      const theirs = Array.from({ length: rounds }, (_, i) => runGit(folder, argsOf(...pairAt(i))).ms);
      // The first ones are not counted: the code is compiled while it runs.
      for (let i = 0; i < ASKED_MIN / 4; i++) ask(repository, ...pairAt(i + rounds));
      const ours = Array.from({ length: Math.max(rounds, ASKED_MIN) }, (_, i) => {
        const start = process.cpuUsage();
        ask(repository, ...pairAt(i));
        return sum(process.cpuUsage(start));
      });
      const [git, govc] = [spread(theirs), spread(ours)];
      console.log(`${name}, warm, ${kind} pairs: git median ${git.median.toFixed(1)} ms, p90 ${git.p90.toFixed(1)} ms ` +
        `(${idle.toFixed(1)} ms without a walk); govc median ${govc.median.toFixed(3)} ms, p90 ${govc.p90.toFixed(3)} ms; ` +
        `ratio of medians ${(govc.median / git.median).toFixed(4)}, to the walk alone ${ratioTo(govc.median, git.median - idle)}; ` +
        `ratio of sums ${(govc.mean / git.mean).toFixed(4)}, ${ratioTo(govc.mean, git.mean - idle)}`);
    }
  }
}

/** A ratio to what is left of a time that is only known to a millisecond. */
function ratioTo(ours: number, theirs: number): string {
  return theirs < 1 ? 'not measurable' : (ours / theirs).toFixed(4);
}

function spread(times: readonly number[]): { readonly median: number; readonly p90: number; readonly mean: number } {
  const sorted = [...times].sort((left, right) => left - right);
  return {
    median: sorted[sorted.length >> 1]!, p90: sorted[Math.floor(sorted.length * 0.9)]!,
    mean: sorted.reduce((left, right) => left + right, 0) / sorted.length,
  };
}

async function compare(name: string, args: readonly string[], folder: string, ask: () => unknown): Promise<void> {
  const theirs = runGit(folder, args).ms;
  const before = process.cpuUsage();
  ask();
  const ours = sum(process.cpuUsage(before));
  console.log(`${name}: git ${theirs.toFixed(0)} ms, govc ${ours.toFixed(0)} ms, ratio ${(ours / theirs).toFixed(2)}`);
}

function countOf(entries: Iterable<unknown>): number {
  let count = 0;
  for (const entry of entries) if (entry !== undefined) count++;
  return count;
}

/** Runs git; its processor time is what the children of this process have used more, as the shell's `times` tells. */
function runGit(folder: string, args: readonly string[]): { readonly text: string; readonly ms: number } {
  const script = 'git "$@" > "$OUT" || exit; times';
  const output = `/tmp/govc-bench-${process.pid}`;
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', '-C', folder, ...args], { env: { ...process.env, OUT: output, LC_ALL: 'C' } });
  const [, user, system] = /\n(\d+m[\d.]+s) (\d+m[\d.]+s)\n$/.exec(stdout.toString()) ?? [];
  const text = spawnSync('cat', [output], { maxBuffer: 1 << 29 }).stdout.toString();
  spawnSync('rm', ['-f', output]);
  return { text, ms: 1000 * (secondsOf(user) + secondsOf(system)) };
}

function secondsOf(text = '0m0s'): number {
  const [minutes, seconds] = text.replace('s', '').split('m');
  return 60 * Number(minutes) + Number(seconds);
}

function sum({ user, system }: { readonly user: number; readonly system: number }): number {
  return (user + system) / 1000;
}

function pick(commits: readonly string[], index: number): string {
  return commits[index % commits.length]!;
}

const [folder, path = 'README.md', rounds = '50'] = process.argv.slice(2);
if (folder === undefined) console.error('usage: history.js REPOSITORY.git [PATH] [rounds]');
else await main(folder, path, Number(rounds));
