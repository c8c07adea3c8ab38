// A repository that is many times larger than the memory that the server may use: pushed, cloned, read and written.
//
//   node tools/acceptance/dist/memory-budget.js [--megabytes 2048] [--budget 256]
//
// Prints the most memory that the server process has held after each step. What the engine itself takes comes on top of the budget.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { git } from './programs.js';
import { mustEqual, Report } from './report.js';
import { createRepository, startServer } from './server.js';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '2048' }, budget: { type: 'string', default: '256' } } });
const megabytes = Number(values.megabytes);
const budget = Number(values.budget);
/** Beside the budget: the program, the engine with its heap that grows before it is swept, and buffers of connections. */
const ENGINE_MEGABYTES = 256;
const PUSH_MEGABYTES = 128;
const FILE_MEGABYTES = 8;
const report = new Report('memory budget');
const work = mkdtempSync(join(tmpdir(), 'govc-budget-'));

/** A file that nobody can compress. */
async function writeNoise(path: string): Promise<void> {
  const block = Buffer.alloc(1024 * 1024);
  const stream = createWriteStream(path);
  for (let i = 0; i < FILE_MEGABYTES; i++) {
    randomFillSync(block);
    if (!stream.write(Buffer.from(block))) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

try {
  const source = join(work, 'source');
  await git(work, ['init', '-q', '-b', 'main', source]);
  for (const [name, value] of [['core.compression', '0'], ['pack.window', '0'], ['gc.auto', '0']] as const) await git(source, ['config', name, value]);
  const server = await startServer(['--data', join(work, 'data')], { GOVC_STORAGE_MAX_MEMORY_MB: String(budget), GOVC_BODY_SIZE_MAX: '256m' });
  const peak = (): string => {
    const held = server.peakMemory();
    if (held > budget + ENGINE_MEGABYTES) throw new Error(`peak ${held.toFixed(0)} MiB`);
    return `peak ${held.toFixed(0)} MiB`;
  };
  await createRepository(server.url, { id: 'big', memory_only: false });
  const url = `${server.url}/big.git`;
  await report.check(`pushes of ${PUSH_MEGABYTES} MiB each`, async () => {
    for (let pushed = 0; pushed < megabytes; pushed += PUSH_MEGABYTES) {
      for (let i = 0; i < PUSH_MEGABYTES / FILE_MEGABYTES; i++) await writeNoise(join(source, `noise-${pushed / PUSH_MEGABYTES}-${i}`));
      await git(source, ['add', '.']);
      await git(source, ['commit', '-q', '-m', `noise ${pushed}`]);
      await git(source, ['push', '-q', url, 'main']);
    }
    return peak();
  });
  await report.check('a clone', async () => {
    const folder = join(work, 'clone.git');
    await git(work, ['clone', '-q', '--bare', url, folder]);
    mustEqual(await git(folder, ['rev-parse', 'main']), await git(source, ['rev-parse', 'main']), 'main');
    rmSync(folder, { recursive: true, force: true });
    return peak();
  });
  await report.check('reading files, and small commits in between', async () => {
    const api = `${server.url}/api/v1/repos/big`;
    for (let i = 0; i < 60; i++) {
      const read = await fetch(`${api}/files/noise-${i % Math.ceil(megabytes / PUSH_MEGABYTES)}-${i % 16}`);
      await read.arrayBuffer();
      if (read.status !== 200) throw new Error(`reading a file gave ${read.status}`);
      const written = await fetch(`${api}/commits`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ message: `small ${i}`, author: { name: 'A', email: 'a@example.com' }, files: [{ path: `small-${i % 7}`, content: `${i}` }] }),
      });
      await written.arrayBuffer();
      if (written.status !== 201) throw new Error(`a commit gave ${written.status}`);
    }
    return peak();
  });
  await report.check('repositories in memory up to the budget, and no further', async () => {
    let held = 0;
    for (let i = 0; ; i++) {
      await createRepository(server.url, { id: `memory-${i}`, memory_only: true });
      const content = randomFillSync(Buffer.alloc(512 * 1024)).toString('hex');
      const answer = await fetch(`${server.url}/api/v1/repos/memory-${i}/commits`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ message: 'fill', author: { name: 'A', email: 'a@example.com' }, files: [{ path: 'fill', content }] }),
      });
      const text = await answer.text();
      if (answer.status === 413) return `${held} MiB were taken, then: ${text.slice(0, 120)}…; ${peak()}`;
      if (answer.status !== 201) throw new Error(`a commit gave ${answer.status}: ${text.slice(0, 300)}`);
      held += 1;
      if (held > budget * 2) throw new Error(`${held} MiB were taken`);
    }
  });
  await report.check('what is on the disk is whole', async () => {
    await server.stop();
    await git(join(work, 'data', 'big.git'), ['fsck', '--full', '--strict', '--connectivity-only']);
    const counts = await git(join(work, 'data', 'big.git'), ['count-objects', '-v']);
    return counts.split('\n').filter((line) => /^(packs|size-pack)/.test(line)).join(', ');
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
report.finish();
