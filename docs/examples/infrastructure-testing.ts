// Infrastructure as code, tested before it is anybody's infrastructure.
//
// Three sizes of a service are tried at the same time, each in a reality of its own: a whole repository that costs nothing to make
// and that nobody else sees. A trial reads what it tests from its reality, as a deployment would, and so tests what would be
// published and not what somebody meant to write. The cheapest size that keeps the promises becomes `production`, in one atomic step.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Repository, type Person, type Reality } from '@govc/core';

interface Service {
  readonly cpus: number;
  readonly memoryGib: number;
}

interface Promises {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

interface Trial {
  readonly name: string;
  readonly reality: Reality;
  readonly problems: readonly string[];
  readonly costPerMonth: number;
}

const AUTHOR: Person = { name: 'Capacity planner', email: 'planner@example.com' };
const CANDIDATES: Readonly<Record<string, Service>> = {
  small: { cpus: 2, memoryGib: 4 },
  medium: { cpus: 4, memoryGib: 8 },
  large: { cpus: 8, memoryGib: 16 },
};

// What runs today, and what it has promised.
const repository = Repository.init({ defaultBranch: 'production' });
repository.add('service.json', JSON.stringify({ cpus: 1, memoryGib: 2 }));
repository.add('promises.json', JSON.stringify({ requestsPerSecond: 80, p99Ms: 250 }));
repository.commit('Begin', { author: AUTHOR });

/** A JSON file as it is on the branch that a reality would publish. */
function readJson(reality: Reality, path: string): unknown {
  return JSON.parse(new TextDecoder().decode(reality.readFile(path, 'production').content));
}

/** Numbers between 0 and 1 that are the same in every run, so that no candidate wins by luck. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** The 99th of a hundred answer times when so many requests arrive at a service of that size, each queueing for a free processor. */
async function measureP99Ms({ cpus, memoryGib }: Service, { requestsPerSecond }: Promises): Promise<number> {
  const random = makeRandom(1);
  // Half of the work is looking things up, and half of that is saved where 8 GiB of cache hold them.
  const workMs = memoryGib >= 8 ? 30 : 40;
  const freeAtMs = new Array<number>(cpus).fill(0);
  const answersMs: number[] = [];
  for (let request = 0, nowMs = 0; request < 20_000; request++) {
    nowMs += (-Math.log(random()) * 1000) / requestsPerSecond;
    const processor = freeAtMs.indexOf(Math.min(...freeAtMs));
    const endMs = Math.max(nowMs, freeAtMs[processor]!) - Math.log(random()) * workMs;
    freeAtMs[processor] = endMs;
    answersMs.push(endMs - nowMs);
    // The trials take turns, as they would while waiting for real machines.
    if (request % 1000 === 0) await nextTurn();
  }
  return answersMs.sort((left, right) => left - right)[Math.floor(answersMs.length * 0.99)]!;
}

/** Writes a candidate into a reality of its own and finds out whether it would do. */
async function tryOut(name: string, service: Service): Promise<Trial> {
  const reality = repository.reality();
  reality.add('service.json', JSON.stringify(service));
  reality.commit(`Use ${name} machines`, { author: AUTHOR });

  const problems: string[] = [];
  const strays = reality.diff('HEAD~1', 'HEAD').files.filter(({ path }) => path !== 'service.json');
  if (strays.length > 0) problems.push(`it changes ${strays.map(({ path }) => path).join(' and ')}, too`);

  const deployed = readJson(reality, 'service.json') as Service;
  const promises = readJson(reality, 'promises.json') as Promises;
  const p99Ms = await measureP99Ms(deployed, promises);
  if (p99Ms > promises.p99Ms) problems.push(`p99 of ${p99Ms.toFixed(0)} ms at ${promises.requestsPerSecond} requests a second, ${promises.p99Ms} ms are promised`);

  const costPerMonth = deployed.cpus * 25 + deployed.memoryGib * 4;
  const verdict = problems.length === 0 ? `keeps its promises (p99 of ${p99Ms.toFixed(0)} ms)` : problems.join(', ');
  console.log(`${name.padEnd(6)} $${costPerMonth} a month: ${verdict}`);
  return { name, reality, problems, costPerMonth };
}

const trials = await Promise.all(Object.entries(CANDIDATES).map(([name, service]) => tryOut(name, service)));
const [winner] = trials.filter(({ problems }) => problems.length === 0).sort((left, right) => left.costPerMonth - right.costPerMonth);

// Publishing is compare-and-swap: had somebody moved `production` since, it would throw `ref-conflict` and change nothing.
winner?.reality.publish();
for (const { reality } of trials) reality.discard();

console.log(winner === undefined ? 'nothing is good enough' : `production is ${winner.name} now`);
for (const { message, author } of repository.log({ revisions: ['production'] })) console.log(`  ${message.trim()} (${author.name})`);
console.log(`branches: ${repository.branches().map(({ name }) => name).join(' ')}`);
