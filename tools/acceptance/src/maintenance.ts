// How long requests wait while a repository is maintained, and what others see of it meanwhile.
//
//   node tools/acceptance/dist/maintenance.js [REPOSITORY.git] [--commits 3000]
//
// The repository is copied and given many packs and loose objects; then all tasks run while the event loop is watched, a git
// clones and checks in a loop, and commits are made. Prints how long the loop was held in one turn.
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Repository } from '@govc/core';
import { makeHistory } from './history.js';
import { git } from './programs.js';
import { Report } from './report.js';

const { values, positionals } = parseArgs({ options: { commits: { type: 'string', default: '3000' } }, allowPositionals: true });
const report = new Report('maintenance');
const work = mkdtempSync(join(tmpdir(), 'govc-maintenance-'));
const AUTHOR = { name: 'A', email: 'a@example.com' };

/** Watches how much processor time each turn of the event loop takes, which is what it keeps others waiting on a machine that is free. */
function watchTurns(): () => string {
  const turns: number[] = [];
  let last = process.cpuUsage();
  let isGoing = true;
  const turn = (): void => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    turns.push((user + system) / 1000);
    if (isGoing) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isGoing = false;
    turns.sort((left, right) => left - right);
    const at = (share: number): string => (turns[Math.floor(turns.length * share)] ?? 0).toFixed(1);
    const long = turns.filter((time) => time > 20).length;
    return `${turns.length} turns, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${(turns.at(-1) ?? 0).toFixed(1)} ms, ${long} above 20 ms`;
  };
}

try {
  const path = join(work, 'repository.git');
  if (positionals[0] === undefined) await makeHistory(path, Number(values.commits));
  else cpSync(positionals[0], path, { recursive: true });
  const repository = await Repository.open(path);
  const branch = (await git(path, ['symbolic-ref', '--short', 'HEAD'])).trim();
  for (let i = 0; i < 60; i++) {
    repository.add(`added-${i % 9}`, `${'line\n'.repeat(200)}${i}`);
    repository.commit(`added ${i}`, { author: AUTHOR });
    await repository.flush();
  }
  const count = (): number => readdirSync(join(path, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
  for (const tasks of [['repack', 'commit-graph'], ['multi-pack-index'], ['collect', 'commit-graph']] as const) {
    await report.check(`${tasks.join(', ')} while a git checks and commits are made`, async () => {
      const before = count();
      const stop = watchTurns();
      let isDone = false;
      const start = performance.now();
      const working = repository.maintenance({ tasks, deltaSizeMax: 1024 * 1024, sliceMs: 2 }).finally(() => {
        isDone = true;
      });
      let checks = 0;
      const checking = (async () => {
        do {
          await git(path, ['fsck', '--connectivity-only', '--strict']);
          await git(path, ['rev-list', '--count', '--objects', branch]);
          checks++;
        } while (!isDone);
      })();
      let commits = 0;
      while (!isDone) {
        repository.add('meanwhile', `${commits}`);
        repository.commit('meanwhile', { author: AUTHOR });
        await repository.flush();
        commits++;
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
      await working;
      const turns = stop();
      await checking;
      return `${before} packs became ${count()} in ${((performance.now() - start) / 1000).toFixed(1)} s; ${commits} commits, ${checks} checks; ${turns}`;
    });
  }
  await report.check('all is there', async () => {
    await repository.close();
    await git(path, ['fsck', '--full', '--strict']);
    return (await git(path, ['rev-list', '--count', branch])).trim();
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
report.finish();
