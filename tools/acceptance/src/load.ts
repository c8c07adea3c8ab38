// Large work: a push of a gigabyte of incompressible blobs, and health checks while a large clone is served.
//
//   node tools/acceptance/dist/load.js [--megabytes 1024] [--repository DIR] [--commits N] [--latency]
//
// Times are printed; only with --latency, for a machine that does nothing else, is a slow answer a failure.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeHistory } from './history.js';
import { git, run } from './programs.js';
import { mustEqual, Report } from './report.js';
import { createRepository, startServer, type RunningServer } from './server.js';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1024' }, repository: { type: 'string' }, commits: { type: 'string', default: '10000' },
    latency: { type: 'boolean', default: false },
  },
});
const report = new Report('load');
const work = mkdtempSync(join(tmpdir(), 'govc-load-'));
const MEMORY_MAX = 700;
/** Of the 99th of a hundred answers to `/health/live`. */
const LATENCY_MAX_MS = 50;

/** A repository of files of 16 MiB that no one can compress. */
async function makeBlobs(folder: string, megabytes: number): Promise<void> {
  await git('/', ['init', '-q', '-b', 'main', folder]);
  await git(folder, ['config', 'core.compression', '0']);
  const block = Buffer.alloc(1024 * 1024);
  for (let file = 0; file * 16 < megabytes; file++) {
    const stream = createWriteStream(join(folder, `blob-${file}`));
    for (let i = 0; i < Math.min(16, megabytes - file * 16); i++) {
      randomFillSync(block);
      if (!stream.write(Buffer.from(block))) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'close');
  }
  await git(folder, ['add', '.']);
  await git(folder, ['commit', '-q', '-m', 'blobs']);
}

/** The time of each answer of `/health/live` in milliseconds, until `until` is settled. */
async function watchHealth(server: RunningServer, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let going = true;
  const end = (): void => {
    going = false;
  };
  until.then(end, end);
  while (going) {
    const start = performance.now();
    const response = await fetch(`${server.url}/health/live`);
    await response.text();
    times.push(performance.now() - start);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  return times.sort((a, b) => a - b);
}

function describeTimes(times: readonly number[]): string {
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  return `${times.length} answers, median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${(times.at(-1) ?? 0).toFixed(1)} ms`;
}

try {
  const blobs = join(work, 'blobs');
  await makeBlobs(blobs, Number(values.megabytes));
  for (const memoryOnly of [false, true]) {
    const server = await startServer(['--data', join(work, `data-${String(memoryOnly)}`)]);
    const kind = memoryOnly ? 'memory_only' : 'durable';
    await report.check(`a push of ${values.megabytes} MiB into a ${kind} repository, server below ${MEMORY_MAX} MiB`, async () => {
      await createRepository(server.url, { id: 'big', memory_only: memoryOnly });
      const pushing = git(blobs, ['-c', 'pack.compression=0', '-c', 'pack.window=0', 'push', '-q', `${server.url}/big.git`, 'main']);
      const times = await watchHealth(server, pushing);
      await pushing;
      const peak = server.peakMemory();
      const detail = `peak ${peak.toFixed(0)} MiB; health: ${describeTimes(times)}`;
      if (peak >= MEMORY_MAX) throw new Error(detail);
      return detail;
    });
    await report.check(`it is cloned back from the ${kind} repository`, async () => {
      const folder = join(work, `back-${String(memoryOnly)}`);
      await git(work, ['clone', '-q', '--bare', `${server.url}/big.git`, folder]);
      mustEqual(await git(folder, ['rev-parse', 'main']), await git(blobs, ['rev-parse', 'main']), 'main');
      await git(folder, ['fsck', '--full']);
      rmSync(folder, { recursive: true, force: true });
      const peak = server.peakMemory();
      if (peak >= MEMORY_MAX) throw new Error(`peak ${peak.toFixed(0)} MiB`);
      return `peak ${peak.toFixed(0)} MiB`;
    });
    await server.stop();
  }
  rmSync(blobs, { recursive: true, force: true });

  const source = values.repository ?? join(work, 'source.git');
  if (values.repository === undefined) await makeHistory(source, Number(values.commits));
  const server = await startServer(['--data', join(work, 'data-health')]);
  await createRepository(server.url, { id: 'large', memory_only: false });
  await report.check('health checks while a large push is received', async () => {
    const pushing = git(source, ['push', '-q', '--mirror', `${server.url}/large.git`]);
    const times = await watchHealth(server, pushing);
    await pushing;
    return describeTimes(times);
  });
  await report.check('health checks while a large clone is served', async () => {
    const cloning = run('git', ['clone', '-q', '--mirror', `${server.url}/large.git`, join(work, 'large')]);
    const times = await watchHealth(server, cloning);
    const { code, stderr } = await cloning;
    if (code !== 0) throw new Error(stderr);
    const detail = describeTimes(times);
    if (values.latency && (times[Math.floor(times.length * 0.99)] ?? 0) >= LATENCY_MAX_MS) throw new Error(detail);
    return detail;
  });
  await server.stop();
} finally {
  rmSync(work, { recursive: true, force: true });
}
report.finish();
