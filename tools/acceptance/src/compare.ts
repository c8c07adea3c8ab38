// Times clone and push of one repository against our server and against git http-backend, in turn, in the same run.
//
//   node tools/acceptance/dist/compare.js [--repository DIR] [--commits N] [--rounds 3]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startHttpBackend, watchMemory } from './http-backend.js';
import { makeHistory } from './history.js';
import { git, run } from './programs.js';
import { createRepository, startServer } from './server.js';

const { values } = parseArgs({
  options: { repository: { type: 'string' }, commits: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});
const work = mkdtempSync(join(tmpdir(), 'govc-compare-'));
const source = values.repository ?? join(work, 'source.git');
if (values.repository === undefined) await makeHistory(source, Number(values.commits));
const reference = join(work, 'reference');
const backend = await startHttpBackend(reference);
const server = await startServer(['--data', join(work, 'data')]);

type Side = 'govc' | 'git http-backend';
const times = new Map<string, Record<Side, number[]>>();
const memory: Record<Side, number> = { 'govc': 0, 'git http-backend': 0 };
const note = (name: string, side: Side, seconds: number): void => {
  const row = times.get(name) ?? { 'govc': [], 'git http-backend': [] };
  row[side].push(seconds);
  times.set(name, row);
};

/** The service alone: the whole pack is asked for and thrown away, so that the client's own work does not count. */
async function fetchPack(url: string): Promise<number> {
  const { stdout } = await run('git', ['ls-remote', url]);
  const ids = [...new Set(stdout.trim().split('\n').map((line) => line.slice(0, line.indexOf('\t'))))];
  const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
  const body = ids.map((id, i) => line(`want ${id}${i === 0 ? ' side-band-64k ofs-delta' : ''}\n`)).join('') + '0000' + line('done\n');
  const start = performance.now();
  const response = await fetch(`${url}/git-upload-pack`, {
    method: 'POST', headers: { 'Content-Type': 'application/x-git-upload-pack-request' }, body,
  });
  let size = 0;
  for await (const chunk of response.body!) size += (chunk as Uint8Array).length;
  if (size < 1000) throw new Error(`only ${size} bytes came`);
  return (performance.now() - start) / 1000;
}

try {
  for (let round = 0; round < Number(values.rounds); round++) {
    const sides: Side[] = round % 2 === 0 ? ['govc', 'git http-backend'] : ['git http-backend', 'govc'];
    const urls: Partial<Record<Side, string>> = {};
    for (const side of sides) {
      if (side === 'govc') {
        await createRepository(server.url, { id: `round-${round}`, memory_only: false });
        urls[side] = `${server.url}/round-${round}.git`;
      } else {
        await git('/', ['init', '-q', '--bare', join(reference, `round-${round}.git`)]);
        urls[side] = `${backend.url}/round-${round}.git`;
      }
      const watch = watchMemory(/git (?:http-backend|receive-pack|index-pack|unpack-objects|rev-list)|git-(?:receive-pack|http-backend)/);
      const push = await run('git', ['push', '-q', '--mirror', urls[side]], { cwd: source });
      if (push.code !== 0) throw new Error(push.stderr);
      const seen = watch.stop();
      memory[side] = Math.max(memory[side], side === 'govc' ? server.peakMemory() : seen);
      note('push --mirror', side, push.seconds);
    }
    for (const side of sides) {
      const watch = watchMemory(/git (?:http-backend|upload-pack|pack-objects)|git-(?:upload-pack|http-backend)/);
      const folder = join(work, `clone-${round}-${sides.indexOf(side)}`);
      const clone = await run('git', ['clone', '-q', '--mirror', urls[side]!, folder]);
      if (clone.code !== 0) throw new Error(clone.stderr);
      const seen = watch.stop();
      memory[side] = Math.max(memory[side], side === 'govc' ? server.peakMemory() : seen);
      note('clone --mirror', side, clone.seconds);
      rmSync(folder, { recursive: true, force: true });
    }
    for (const side of sides) note('the pack alone', side, await fetchPack(urls[side]!));
  }
} finally {
  await server.stop();
  await backend.close();
  rmSync(work, { recursive: true, force: true });
}
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;
process.stdout.write('| work | govc | git http-backend | ratio |\n| --- | --- | --- | --- |\n');
for (const [name, row] of times) {
  const [ours, theirs] = [median(row.govc), median(row['git http-backend'])];
  process.stdout.write(`| ${name} | ${ours.toFixed(2)} s | ${theirs.toFixed(2)} s | ${(ours / theirs).toFixed(2)} |\n`);
}
process.stdout.write(`| peak memory | ${memory.govc.toFixed(0)} MiB | ${memory['git http-backend'].toFixed(0)} MiB | ${(memory.govc / memory['git http-backend']).toFixed(2)} |\n`);
