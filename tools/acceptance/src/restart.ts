// A server that starts over many repositories: it must be ready soon, because it opens them when they are asked for.
//
//   node tools/acceptance/dist/restart.js [--repositories 1000] [--seconds 2]
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeHistory } from './history.js';
import { git } from './programs.js';
import { mustEqual, Report } from './report.js';
import { startServer, type RunningServer } from './server.js';

const { values } = parseArgs({ options: { repositories: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '2' } } });
const COUNT = Number(values.repositories);
const report = new Report('restart');
const work = mkdtempSync(join(tmpdir(), 'govc-restart-'));
const data = join(work, 'data');
let server: RunningServer | undefined;

const idOf = (i: number): string => `team-${i % 10}/app-${i}`;

async function answer(path: string): Promise<unknown> {
  const response = await fetch(`${server!.url}${path}`);
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

try {
  const source = join(work, 'source.git');
  await makeHistory(source, 60);
  mkdirSync(data);
  for (let i = 0; i < COUNT; i++) cpSync(source, `${join(data, idOf(i))}.git`, { recursive: true });
  await report.check(`ready with ${COUNT} repositories in less than ${values.seconds} s`, async () => {
    const start = performance.now();
    server = await startServer(['--data', data]);
    await answer('/health/ready');
    const seconds = (performance.now() - start) / 1000;
    const detail = `${seconds.toFixed(2)} s, from the start of the process`;
    if (seconds >= Number(values.seconds)) throw new Error(detail);
    return detail;
  });
  await report.check('a repository is opened when it is asked for', async () => {
    const tip = (await git(source, ['rev-parse', 'main'])).trim();
    const times: number[] = [];
    for (const i of [0, COUNT >> 1, COUNT - 1]) {
      const start = performance.now();
      const { commits } = await answer(`/api/v1/repos/${encodeURIComponent(idOf(i))}/commits?ref=main&limit=1`) as { commits: { hash: string }[] };
      times.push(performance.now() - start);
      mustEqual(commits[0]?.hash ?? '', tip, idOf(i));
    }
    return `${times.map((ms) => ms.toFixed(0)).join(', ')} ms`;
  });
} finally {
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
}
report.finish();
