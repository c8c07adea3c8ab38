import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffLines, isBinary, makeHunks, unifiedHunks, type DiffAlgorithm } from '@govc/core/plumbing';

/**
 * Comparing the newest pairs of blobs of a repository, ours against `git diff-tree -p`, in pairs:
 *
 *     node tools/bench/dist/diff-lines.js REPOSITORY.git [pairs] [algorithm] [rounds]
 *
 * Git is one process for all pairs; the time of the same command with `--raw`, which reads no blob, is taken off. What
 * remains for git is unpacking and comparing; ours is comparing blobs that are in memory, from bytes to the
 * text of the hunks, which must be equal. The first round warms the engine up and does not count.
 */
function main(repository: string, options: { count: number; algorithm: DiffAlgorithm; rounds: number }): void {
  const folder = mkdtempSync(join(tmpdir(), 'govc-bench-'));
  try {
    git(['init', '-q', '--bare', folder]);
    writeFileSync(join(folder, 'objects/info/alternates'), `${repository}/objects\n`);
    const pairs = readPairs(repository, options.count);
    const blobs = readBlobs(folder, [...new Set(pairs.flat())]);
    const trees = [0, 1].map((side) => {
      const lines = pairs.map((pair, i) => `100644 blob ${pair[side]!}\t${String(i).padStart(6, '0')}\n`);
      return git(['--git-dir', folder, 'mktree'], lines.join('')).toString().trim();
    });
    const patch = ['--git-dir', folder, 'diff-tree', '-r', '-p', '--indent-heuristic', `--diff-algorithm=${options.algorithm}`, ...trees];
    const raw = ['--git-dir', folder, 'diff-tree', '-r', '--raw', ...trees];
    const expected = hunkTexts(git(patch).toString('latin1'));
    const theirs: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round <= options.rounds; round++) {
      const gitTime = timeOfGit(patch) - timeOfGit(raw);
      let text = '';
      const before = process.cpuUsage();
      for (const [old, new_] of pairs) {
        const sides = [blobs.get(old)!, blobs.get(new_)!] as const;
        if (isBinary(sides[0]) || isBinary(sides[1])) continue;
        const diff = diffLines(sides[0], sides[1], { algorithm: options.algorithm });
        const hunks = unifiedHunks(diff, makeHunks(diff));
        if (round === 0) text += Buffer.from(hunks).toString('latin1');
      }
      const used = process.cpuUsage(before);
      if (round === 0 && text !== expected) throw new Error('The two texts differ.');
      if (round === 0) continue;
      theirs.push(gitTime);
      ours.push((used.user + used.system) / 1000);
    }
    const ratio = median(ours) / median(theirs);
    console.log(
      `${pairs.length} pairs, ${options.algorithm}: git ${median(theirs).toFixed(0)} ms, govc ${median(ours).toFixed(0)} ms, ratio ${ratio.toFixed(2)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The newest changed blobs, before and after. */
function readPairs(repository: string, count: number): [string, string][] {
  const args = ['log', '--raw', '--no-abbrev', '--no-renames', '--diff-filter=M', '--format=', '-n', String(count * 4)];
  const pairs = new Map<string, [string, string]>();
  for (const line of git(['--git-dir', repository, ...args]).toString('latin1').split('\n')) {
    const [, old, new_] = /^:100\d+ 100\d+ ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) M/.exec(line) ?? [];
    if (old !== undefined && new_ !== undefined && pairs.size < count) pairs.set(old + new_, [old, new_]);
  }
  return [...pairs.values()];
}

function readBlobs(folder: string, ids: readonly string[]): Map<string, Uint8Array> {
  const batch = git(['--git-dir', folder, 'cat-file', '--batch'], `${ids.join('\n')}\n`);
  const blobs = new Map<string, Uint8Array>();
  let at = 0;
  for (const id of ids) {
    const lineEnd = batch.indexOf('\n', at);
    const size = Number(batch.subarray(at, lineEnd).toString().split(' ')[2]);
    blobs.set(id, batch.subarray(lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
  return blobs;
}

/** A patch without the headers of its files. */
function hunkTexts(patch: string): string {
  return patch
    .split(/^(?=diff --git )/m)
    .map((file) => file.slice(/^@@/m.exec(file)?.index ?? file.length))
    .join('');
}

function git(args: readonly string[], input = ''): Buffer {
  const { status, stdout, stderr } = spawnSync('git', args, { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr.toString()}`);
  return stdout;
}

/** Milliseconds of processor time that a git command takes, as the shell that waits for it tells. */
function timeOfGit(args: readonly string[]): number {
  const script = '"$@" >/dev/null || exit; times';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', 'git', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr}`);
  // The second line is that of the children: "0m1.230s 0m0.040s".
  const children = stdout.trim().split('\n')[1] ?? '';
  let time = 0;
  for (const [, minutes, seconds] of children.matchAll(/(\d+)m([\d.]+)s/g)) time += Number(minutes) * 60 + Number(seconds);
  return time * 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
}

const ALGORITHMS: readonly DiffAlgorithm[] = ['myers', 'minimal', 'patience', 'histogram'];
const [repository, count = '200', name = 'myers', rounds = '5'] = process.argv.slice(2);
const algorithm = ALGORITHMS.find((known) => known === name);
if (repository === undefined || algorithm === undefined) {
  console.error('usage: diff-lines REPOSITORY.git [pairs] [algorithm] [rounds]');
  process.exitCode = 2;
} else {
  main(repository, { count: Number(count), algorithm, rounds: Number(rounds) });
}
