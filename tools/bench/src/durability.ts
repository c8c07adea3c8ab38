import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Repository } from '@govc/core';
import { SYSTEM_DISK, type Disk } from '@govc/core/storage';

/**
 * Commits that are durable, a second, against `git commit` and `git fast-import` on the same disk:
 *
 *     node tools/bench/dist/durability.js [FOLDER] [seconds]
 *
 * Each of 1, 8 and 64 writers commits to a branch that all share and waits until that is durable before it goes on. Git
 * starts a process for each commit and, as it is configured by default, forces neither loose objects nor refs to
 * the disk; so it is measured again with `core.fsync=all`. One fast-import takes all commits as one stream and is durable at
 * its end. The three are measured in turns, round after round; ratios are of all rounds.
 */
async function main(folder: string, seconds: number): Promise<void> {
  const work = mkdtempSync(join(folder, 'govc-bench-'));
  const rates = new Map<string, number[]>();
  const add = (name: string, rate: number): void => {
    rates.set(name, [...rates.get(name) ?? [], rate]);
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const share = (1000 * seconds) / ROUNDS;
      for (const writers of WRITERS) {
        const { rate, syncs } = await measureGovc(join(work, `govc-${round}-${writers}.git`), writers, share);
        add(`govc, ${writers} writers`, rate);
        add(`syncs of a commit, ${writers} writers`, syncs);
      }
      add('git commit', measureCommit(join(work, `git-${round}`), [], share));
      add('git commit, core.fsync=all', measureCommit(join(work, `git-all-${round}`), ['-c', 'core.fsync=all'], share));
      add('git fast-import', measureImport(join(work, `import-${round}.git`)));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const mean = (name: string): number => rates.get(name)!.reduce((left, right) => left + right, 0) / ROUNDS;
  const theirs = ['git commit', 'git commit, core.fsync=all', 'git fast-import'];
  for (const name of theirs) console.log(`${name}: ${mean(name).toFixed(0)} commits a second`);
  for (const writers of WRITERS) {
    const rate = mean(`govc, ${writers} writers`);
    const ratios = theirs.map((name) => `${(rate / mean(name)).toFixed(2)} of ${name}`).join(', ');
    console.log(`govc, ${writers} writers: ${rate.toFixed(0)} commits a second, ` +
      `${mean(`syncs of a commit, ${writers} writers`).toFixed(2)} forced to the disk for each; ${ratios}`);
  }
}

const ROUNDS = 3;
const WRITERS = [1, 8, 64];
const IMPORT_COUNT = 2000;
const AUTHOR = { name: 'B', email: 'b@example.com' };

async function measureGovc(
  path: string, writers: number, shareMs: number,
): Promise<{ readonly rate: number; readonly syncs: number }> {
  let syncs = 0;
  const disk: Disk = {
    ...SYSTEM_DISK,
    sync: (each) => {
      syncs++;
      return SYSTEM_DISK.sync(each);
    },
  };
  const repository = await Repository.create(path, { disk });
  syncs = 0;
  let count = 0;
  const start = performance.now();
  const write = async (): Promise<void> => {
    while (performance.now() - start < shareMs) {
      count++;
      repository.add('file', `${count}\n`);
      repository.commit(`Commit ${count}`, { author: AUTHOR });
      await repository.flush();
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const elapsedMs = performance.now() - start;
  const syncsEach = syncs / count;
  await repository.close();
  return { rate: (1000 * count) / elapsedMs, syncs: syncsEach };
}

function measureCommit(path: string, config: readonly string[], shareMs: number): number {
  git(['init', '-q', path]);
  let count = 0;
  const start = performance.now();
  for (; performance.now() - start < shareMs; count++) {
    git([...config, '-c', 'gc.auto=0', '-C', path, 'commit', '-q', '--allow-empty', '-m', `Commit ${count}`]);
  }
  return (1000 * count) / (performance.now() - start);
}

function measureImport(path: string): number {
  git(['init', '-q', '--bare', path]);
  const lines: string[] = [];
  for (let i = 0; i < IMPORT_COUNT; i++) {
    const [message, body] = [`Commit ${i}\n`, `${i}\n`];
    lines.push('commit refs/heads/main', `committer B <b@example.com> ${1_700_000_000 + i} +0000`, `data ${message.length}`);
    lines.push(message, 'M 100644 inline file', `data ${body.length}`, body);
  }
  const start = performance.now();
  git(['-C', path, 'fast-import', '--quiet'], lines.join('\n'));
  return (1000 * IMPORT_COUNT) / (performance.now() - start);
}

function git(args: readonly string[], input = ''): void {
  const names = { GIT_AUTHOR_NAME: 'B', GIT_AUTHOR_EMAIL: 'b@example.com', GIT_COMMITTER_NAME: 'B', GIT_COMMITTER_EMAIL: 'b@example.com' };
  const env = { ...process.env, ...names, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const { status, stderr } = spawnSync('git', args, { input, env });
  if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr.toString()}`);
}

const [folder = '.', seconds = '6'] = process.argv.slice(2);
await main(folder, Number(seconds));
