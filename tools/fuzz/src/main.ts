// Throws changed inputs at every decoder for a while.
//
//   node tools/fuzz/dist/main.js [--seconds 20] [--seed N] [--target NAME]
//   node tools/fuzz/dist/main.js --target NAME --input BASE64
//
// An input that makes a decoder throw anything but a GovcError, or keeps it busy for more than a second, is printed in base64
// with the seed that leads to it; the exit code is then 1.
import { parseArgs } from 'node:util';
import { FUZZ_TARGETS, mutateBytes, SeededRandom, type FuzzTarget } from '@govc/core/testing';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' }, seed: { type: 'string' }, target: { type: 'string' }, input: { type: 'string' },
  },
});
const SLOW_MS = 1000;
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const targets = FUZZ_TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
if (targets.length === 0) throw new Error(`there is no target "${values.target ?? ''}"; known are ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}`);

/** What is wrong with the way a decoder took an input, or `undefined`. */
function findFault(target: FuzzTarget, input: Uint8Array): string | undefined {
  const start = performance.now();
  try {
    target.run(input);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'GovcError') {
      return error instanceof Error ? error.stack ?? error.message : String(error);
    }
  }
  const elapsed = performance.now() - start;
  return elapsed > SLOW_MS ? `it took ${elapsed.toFixed(0)} ms` : undefined;
}

if (values.input !== undefined) {
  const fault = findFault(targets[0]!, Buffer.from(values.input, 'base64'));
  process.stdout.write(`${fault ?? 'nothing is wrong'}\n`);
  process.exit(fault === undefined ? 0 : 1);
}

let faults = 0;
for (const target of targets) {
  const random = new SeededRandom(seed);
  const seeds = target.seeds();
  // Inputs that were accepted are changed further, so that the search leaves the neighbourhood of the seeds.
  const corpus = [...seeds];
  const end = performance.now() + (Number(values.seconds) * 1000) / targets.length;
  let runs = 0;
  let fault: string | undefined;
  while (fault === undefined && performance.now() < end) {
    const input = mutateBytes(random.pick(corpus), random);
    fault = findFault(target, input);
    if (fault !== undefined) process.stdout.write(`FAULT in ${target.name} (seed ${seed}): ${fault}\n  ${Buffer.from(input).toString('base64')}\n`);
    else if (random.below(50) === 0 && input.length < 4096 && corpus.length < 500) corpus.push(input);
    runs++;
  }
  if (fault !== undefined) faults++;
  process.stdout.write(`${target.name.padEnd(20)} ${String(runs).padStart(8)} inputs, ${fault === undefined ? 'no fault' : 'FAULT'}\n`);
}
process.stdout.write(`fuzz: ${targets.length - faults} passed, ${faults} failed\n`);
process.exit(faults === 0 ? 0 : 1);
