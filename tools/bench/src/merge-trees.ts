import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@govc/core';

/**
 * A three-way merge of two branches that changed `count` files each, half of them the same files at other lines, ours
 * against `git merge-tree --write-tree`, in pairs:
 *
 *     node tools/bench/dist/merge-trees.js [count] [rounds]
 *
 * The repository has twenty files for each changed one. Git's time is that of its process less that of `git rev-parse HEAD` in
 * the same repository, which starts and opens it too. The results must be equal. The first round warms the engine
 * up and does not count.
 */
async function main(count: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'govc-bench-'));
  try {
    git(folder, ['init', '-q', '--bare']);
    git(folder, ['fast-import', '--quiet'], history(count));
    git(folder, ['repack', '-q', '-a', '-d']);
    const repository = await Repository.open(folder);
    const theirs: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const start = timed(() => git(folder, ['rev-parse', 'HEAD'])).ms;
      const merged = timed(() => git(folder, ['merge-tree', '--write-tree', 'ours', 'theirs']));
      const own = timed(() => repository.mergeTree('ours', 'theirs'));
      if (merged.value.trim() !== own.value.tree) throw new Error('The two trees differ.');
      if (round === 0) continue;
      theirs.push(Math.max(0, merged.ms - start));
      ours.push(own.ms);
    }
    await repository.close();
    const ratio = median(ours) / median(theirs);
    console.log(`${count} files a side: git ${median(theirs).toFixed(1)} ms, govc ${median(ours).toFixed(1)} ms, ratio ${ratio.toFixed(2)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A base and two branches on it as input of `git fast-import`. */
function history(count: number): string {
  const files = count * 20;
  const content = (i: number, first: string, last: string): string => {
    const middle = Array.from({ length: 60 }, (_, line) => `line ${line} of file ${i}`).join('\n');
    return `${first}\n${middle}\n${last}\n`;
  };
  const put = (i: number, first: string, last: string): string => {
    const data = content(i, first, last);
    return `M 100644 inline d${i % 40}/e${i % 7}/f${i}\ndata ${data.length}\n${data}\n`;
  };
  const commit = (branch: string, from: string, changes: string): string =>
    `commit refs/heads/${branch}\ncommitter C <c@example.com> 1700000000 +0000\ndata 1\nm\n${from}${changes}`;
  const all = Array.from({ length: files }, (_, i) => put(i, 'first', 'last')).join('');
  const ours = Array.from({ length: count }, (_, i) => put(i * 10, 'ours', 'last')).join('');
  const theirs = Array.from({ length: count }, (_, i) => put((i % 2 === 0 ? i : i + count) * 10 % files, 'first', 'theirs')).join('');
  return commit('base', '', all) + commit('ours', 'from refs/heads/base\n', ours) + commit('theirs', 'from refs/heads/base\n', theirs);
}

function timed<T>(action: () => T): { readonly value: T; readonly ms: number } {
  const before = performance.now();
  const value = action();
  return { value, ms: performance.now() - before };
}

function git(folder: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd: folder, input, maxBuffer: 2 ** 30,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
  if (status !== 0 && args[0] !== 'rev-parse') throw new Error(`git ${args.join(' ')} ended with ${String(status)}: ${stderr.toString()}`);
  return stdout.toString();
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await main(Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 9));
