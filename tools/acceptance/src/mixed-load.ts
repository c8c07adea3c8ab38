// Many clients at once, for as long as it is wanted: REST by autocannon and by programs that make, use and delete repositories, and
// real git that clones, fetches and pushes. Ends with no error and a server that holds no more than after its warm-up.
//
//   node tools/acceptance/dist/mixed-load.js [--seconds 600] [--clients 50] [--rate 140]
//
// What is made is deleted again, so that a server that forgets as it should holds the same at the end as in the middle. Its memory is
// measured after collections of garbage; the slope of a line through the measures is judged, and each measure is printed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeHistory } from './history.js';
import { work as doJobs } from './mixed/jobs.js';
import type { MemorySample } from './mixed/memory-probe.js';
import { read, readingsOf, type ReadingRow } from './mixed/readers.js';
import { fitLine } from './mixed/slope.js';
import { Tally } from './mixed/tally.js';
import { startWatchedServer, type WatchedServer } from './mixed/watched-server.js';
import { git } from './programs.js';
import { Report } from './report.js';
import { createRepository } from './server.js';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, clients: { type: 'string', default: '50' }, rate: { type: 'string', default: '140' } },
});
const seconds = Number(values.seconds);
const clients = Number(values.clients);
const gitClients = Math.max(1, Math.round(clients * 0.2));
const restClients = Math.max(1, Math.round(clients * 0.24));
const SAMPLE_MS = Math.max(2000, (seconds * 1000) / 60);
/** The part of the time before which the server may grow: caches fill, code is compiled. */
const WARM_UP = 1 / 3;
const MEBI = 1024 * 1024;
/** What a measure may grow by, in the judged time: so many MiB, or that share of its mean. A short run still warms up while it is judged. */
const isLong = seconds >= 300;
const GROWTH_MAX = {
  heap: { mebibytes: isLong ? 8 : 24, share: isLong ? 0.1 : 0.3 },
  resident: { mebibytes: isLong ? 32 : 96, share: isLong ? 0.1 : 0.3 },
};

const report = new Report('mixed load');
const work = mkdtempSync(join(tmpdir(), 'govc-mixed-'));
const tally = new Tally();

interface TimedSample extends MemorySample {
  readonly second: number;
}

async function watchMemory(server: WatchedServer, isOver: () => boolean): Promise<TimedSample[]> {
  const samples: TimedSample[] = [];
  const start = performance.now();
  while (!isOver()) {
    await wait(SAMPLE_MS);
    const second = (performance.now() - start) / 1000;
    const sample = { second, ...(await server.sample()) };
    samples.push(sample);
    process.stdout.write(`     ${second.toFixed(0).padStart(4)} s  resident ${mebi(sample.rss)}  heap ${mebi(sample.heapUsed)}  ` +
      `external ${mebi(sample.external)} MiB  ${tally.count} requests of jobs, ${tally.faults.length} errors\n`);
  }
  return samples;
}

function mebi(bytes: number): string {
  return (bytes / MEBI).toFixed(1).padStart(6);
}

/** Judges one measure after the warm-up. @throws {Error} when it grows */
function judge(samples: readonly TimedSample[], name: keyof typeof GROWTH_MAX): string {
  const judged = samples.filter(({ second }) => second >= seconds * WARM_UP && second <= seconds);
  // What is external are mostly bodies under way, which come and go; what stays of them shows in resident memory.
  const points = judged.map(({ second, rss, heapUsed }) => [second / 60, (name === 'heap' ? heapUsed : rss) / MEBI] as const);
  const { slope, mean } = fitLine(points);
  const growth = slope * (points.at(-1)![0] - points[0]![0]);
  const text = `mean ${mean.toFixed(1)} MiB, slope ${slope.toFixed(2)} MiB a minute, ${growth.toFixed(1)} MiB in ${points.length} measures`;
  const { mebibytes, share } = GROWTH_MAX[name];
  if (growth > Math.max(mebibytes, mean * share)) throw new Error(text);
  return text;
}

function printTable(rows: readonly ReadingRow[]): void {
  process.stdout.write('\n| kind | requests | p50 ms | p99 ms | longest ms |\n| --- | --: | --: | --: | --: |\n');
  for (const [kind, count, ...times] of rows) process.stdout.write(`| ${kind} | ${count} | ${times.map((time) => time.toFixed(1)).join(' | ')} |\n`);
  process.stdout.write('\n');
}

try {
  const source = join(work, 'source.git');
  await makeHistory(source, 300);
  const data = join(work, 'data');
  const server = await startWatchedServer(data);
  await createRepository(server.url, { id: 'hub', memory_only: false });
  await git(source, ['push', '-q', `${server.url}/hub.git`, 'refs/heads/*', 'refs/tags/*']);

  const [, file = ''] = (await git(source, ['ls-tree', '-r', '--name-only', 'main', 'src/'])).split('\n');
  const readings = readingsOf('hub', file);
  const connections = Math.max(1, Math.round((clients - gitClients - restClients) / readings.length));
  const end = performance.now() + seconds * 1000;
  const isOver = (): boolean => performance.now() >= end;
  const jobs: Promise<void>[] = [];
  for (const [kind, count] of [['git', gitClients], ['rest', restClients]] as const) {
    for (let i = 0; i < count; i++) {
      const folder = join(work, `${kind}-${i}`);
      mkdirSync(folder);
      jobs.push(doJobs({ url: server.url, tally, work: folder, source, hub: 'hub', isOver }, `${kind}-${i}`, kind));
    }
  }
  const rate = Math.round(Number(values.rate) / readings.length);
  const reading = Promise.all(readings.map((each) => read(each, { url: server.url, connections, seconds, rate, tally })));
  process.stdout.write(`     ${gitClients} clients of git, ${restClients} of REST, ${connections * readings.length} connections of autocannon, ${seconds} s\n`);
  const samples = await watchMemory(server, isOver);
  await Promise.all(jobs);
  printTable([...(await reading), ...tally.rows()]);

  await report.check('no request failed', async () => {
    if (tally.faults.length > 0) throw new Error(`${tally.faults.length} did: ${tally.faults.slice(0, 10).join('; ')}`);
    return `${tally.count} requests of jobs`;
  });
  await report.check('the server logged no error', async () => {
    if (server.errors.length > 0) throw new Error(`${server.errors.length}: ${server.errors.slice(0, 5).join('\n')}`);
    return undefined;
  });
  await report.check('the heap is flat after the warm-up', async () => judge(samples, 'heap'));
  await report.check('resident memory is flat after the warm-up', async () => judge(samples, 'resident'));
  await report.check('only what is left is there', async () => {
    const { repositories } = (await (await fetch(`${server.url}/api/v1/repos`)).json()) as { readonly repositories: readonly { readonly id: string }[] };
    const ids = repositories.map(({ id }) => id).join();
    if (tally.faults.length === 0 && ids !== 'hub') throw new Error(ids);
    return ids;
  });
  await report.check('it ends with 0, and the hub is whole', async () => {
    const code = await server.stop();
    if (code !== 0) throw new Error(`it ended with ${code}`);
    await git(join(data, 'hub.git'), ['fsck', '--full', '--strict']);
    return undefined;
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
report.finish();
