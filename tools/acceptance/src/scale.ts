// Extreme sizes: nothing may overflow the stack, spread a list over arguments, or take memory without bound.
//
//   node tools/acceptance/dist/scale.js [--commits 1000000] [case …]
//
// Every case runs in a process of its own with a bounded heap, and prints the time of each step and the most memory it has held.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Report } from './report.js';
import { deepFolder } from './scale/deep-folder.js';
import { longFiles } from './scale/long-files.js';
import { longHistory } from './scale/long-history.js';
import { wideMerge } from './scale/wide-merge.js';
import type { ScaleCase } from './scale/steps.js';

const CASES: readonly ScaleCase[] = [longHistory, deepFolder, longFiles, wideMerge];

const { values, positionals } = parseArgs({
  options: { commits: { type: 'string', default: '1000000' }, case: { type: 'string' } },
  allowPositionals: true,
});
if (values.case === undefined) await runAll(positionals);
else runCase(values.case);

async function runAll(names: readonly string[]): Promise<void> {
  const report = new Report('scale');
  for (const { name, title, heapMegabytes } of CASES) {
    if (names.length > 0 && !names.includes(name)) continue;
    await report.check(title, async () => {
      const { status, signal, stdout } = spawnSync(
        process.execPath, [`--max-old-space-size=${heapMegabytes}`, fileURLToPath(import.meta.url), '--case', name, '--commits', values.commits],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
      );
      if (status !== 0) throw new Error(`ended with ${signal ?? String(status)} after\n${stdout}`);
      return stdout.trimEnd();
    });
  }
  report.finish();
}

function runCase(name: string): void {
  const found = CASES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no case "${name}".`);
  for (const [step, action] of found.steps(Number(values.commits))) {
    const start = performance.now();
    const seen = action();
    process.stdout.write(`\n     ${step}: ${seen} (${((performance.now() - start) / 1000).toFixed(2)} s)`);
  }
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`\n     peak memory: ${megabytes} MiB of ${found.memoryMegabytes}\n`);
  if (megabytes > found.memoryMegabytes) throw new Error('More memory was held than is allowed.');
}
