// Random walks: git and govc do the same operations, and everything is compared after each step.
//
//   node tools/oracle/dist/walks.js [--walks 100] [--steps 40] [--seed 1] [--workers 2] [--verbose]
//
// A walk that differs prints its seed and what it did; run it again with `--seed N --walks 1 --verbose`.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findDivergence } from './walk/divergences.js';
import { runWalk, type WalkReport } from './walk/run-walk.js';

const { values } = parseArgs({
  options: {
    walks: { type: 'string', default: '100' }, steps: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' }, verbose: { type: 'boolean', default: false }, part: { type: 'string' },
  },
});
const walks = Number(values.walks);
const steps = Number(values.steps);
const seed = Number(values.seed);
const total = { clean: 0, different: 0, known: 0, steps: 0, byStep: new Map<string, number>() };
const workers = Math.min(Number(values.workers), walks);

if (values.part !== undefined || workers <= 1) {
  const part = Number(values.part ?? 0);
  const share = values.part === undefined ? 1 : workers;
  for (let i = part; i < walks; i += share) {
    const report = runWalk(seed + i, { steps, isVerbose: values.verbose });
    if (process.send === undefined) tell(report);
    else process.send(report);
  }
  if (process.send === undefined) finish();
} else {
  let left = workers;
  for (let part = 0; part < workers; part++) {
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--part', String(part)]);
    child.on('message', (report) => {
      tell(report as WalkReport);
    });
    child.on('exit', (code) => {
      if (code !== 0) process.exitCode = 1;
      if (--left === 0) finish();
    });
  }
}

function tell(report: WalkReport): void {
  total.steps += report.stepCount;
  for (const [name, count] of report.counts) total.byStep.set(name, (total.byStep.get(name) ?? 0) + count);
  if (report.difference === undefined) {
    total.clean++;
    return;
  }
  const known = findDivergence(report.difference);
  if (known !== undefined) {
    total.known++;
    console.log(`seed ${report.seed}: known: ${known.name}`);
    return;
  }
  total.different++;
  console.log(`seed ${report.seed}: ${report.difference.what}\n--- git\n${report.difference.theirs}\n--- govc\n${report.difference.ours}\n--- steps\n${report.transcript.join('\n')}\n`);
}

function finish(): void {
  console.log([...total.byStep].toSorted().map(([name, count]) => `${name} ${count}`).join(', '));
  console.log(`${total.steps} steps; ${total.known} walks ended at a known difference`);
  console.log(`walks: ${total.clean + total.known} passed, ${total.different} failed`);
  if (total.different > 0) process.exitCode = 1;
}
