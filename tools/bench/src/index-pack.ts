import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSource, indexPack, runJob, SHA1 } from '@govc/core/plumbing';

/**
 * Indexing one pack, ours against `git index-pack --threads=1`, in pairs:
 *
 *     node tools/bench/dist/index-pack.js FILE.pack [rounds]
 *
 * The two take turns, so that what else the machine does falls on both; the ratio is that of the
 * medians of processor time (user and system). The index files must be equal.
 */
function main(path: string, rounds: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'govc-bench-'));
  try {
    const output = join(folder, 'git.idx');
    const theirs: number[] = [];
    const ours: number[] = [];
    let count = 0;
    for (let round = 0; round < rounds; round++) {
      theirs.push(timeOfGit(['index-pack', '--threads=1', '-o', output, path]));
      const source = new FileSource(path);
      const before = process.cpuUsage();
      const pack = runJob(indexPack(source, { algorithm: SHA1 }));
      const used = process.cpuUsage(before);
      ours.push((used.user + used.system) / 1000);
      source.close();
      count = pack.objectCount;
      if (!readFileSync(output).equals(pack.indexBytes)) throw new Error('The two indexes differ.');
      rmSync(output);
    }
    const ratio = median(ours) / median(theirs);
    console.log(`${count} objects: git ${median(theirs).toFixed(0)} ms, govc ${median(ours).toFixed(0)} ms, ratio ${ratio.toFixed(2)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

const [path, rounds = '3'] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: index-pack FILE.pack [rounds]');
  process.exitCode = 2;
} else {
  main(path, Number(rounds));
}
