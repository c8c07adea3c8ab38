import { spawnSync } from 'node:child_process';
import { Repository } from '@govc/core';

/**
 * Questions about a real history, ours against git, each in the processor time of one answer:
 *
 *     node tools/bench/dist/history.js REPOSITORY.git [PATH] [rounds]
 *
 * Git starts a process for each answer and reads the history anew; we answer from a graph that was loaded once, and cold from a
 * repository that was just opened.
 */
async function main(folder: string, path: string, rounds: number): Promise<void> {
  const commits = runGit(folder, ['rev-list', '--all']).text.split('\n').slice(0, -1);
  const pairs = Array.from({ length: rounds }, (_, i) => [pick(commits, 7919 * i), pick(commits, 104_729 * i + 13)] as const);
  const repository = await Repository.open(folder);
  await compare('all commits, cold', ['rev-list', '--all', '--count'], folder, () => repository.countRevisions({ revisions: ['--all'] }));
  await compare('all commits, warm', ['rev-list', '--all', '--count'], folder, () => repository.countRevisions({ revisions: ['--all'] }));
  await compare('all commits, parsed', ['log', '--all', '--format=%an%ad%s'], folder, () => countOf(repository.log({ revisions: ['--all'] })));
  const cold = await Repository.open(folder);
  await compare(`log of ${path}, cold`, ['rev-list', 'HEAD', '--', path], folder, () => countOf(cold.revList({ paths: [path] })));
  await compare(`log of ${path}, warm`, ['rev-list', 'HEAD', '--', path], folder, () => countOf(cold.revList({ paths: [path] })));
  await cold.close();
  repository.aheadBehind(pairs[0]![0], pairs[0]![1]);
  for (const [name, args, ask] of [
    ['merge base', ['merge-base', '--all'], (one: string, two: string) => repository.mergeBase([one, two])],
    ['ahead and behind', ['rev-list', '--count', '--left-right'], (one: string, two: string) => repository.aheadBehind(one, two)],
  ] as const) {
    let theirs = 0;
    const ours: number[] = [];
    for (const [one, two] of pairs) {
      theirs += runGit(folder, [...args, ...(name === 'merge base' ? [one, two] : [`${one}...${two}`])]).ms;
      const before = process.cpuUsage();
      ask(one, two);
      ours.push(sum(process.cpuUsage(before)));
    }
    const total = ours.reduce((left, right) => left + right, 0);
    ours.sort((left, right) => left - right);
    console.log(`${name}, warm, ${rounds} random pairs: git ${(theirs / rounds).toFixed(1)} ms, govc ${(total / rounds).toFixed(2)} ms ` +
      `(median ${ours[ours.length >> 1]!.toFixed(2)} ms), ratio ${(total / theirs).toFixed(3)}`);
  }
  await repository.close();
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
