// A disk that fills up under a server: clear errors, reading goes on, and writing comes back when there is room again.
//
//   node tools/acceptance/dist/full-disk.js [--megabytes 48]
//
// It needs a small file system of its own, which only root may mount; anybody else is told that nothing was tried.
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Acknowledged, mustBeSound } from './durable/acknowledged.js';
import { git, run } from './programs.js';
import { mustEqual, Report } from './report.js';
import { createRepository, startServer, type RunningServer } from './server.js';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '48' } } });
const report = new Report('full disk');
const work = mkdtempSync(join(tmpdir(), 'govc-full-'));
const disk = join(work, 'disk');
const data = join(disk, 'data');
const AUTHOR = { name: 'F', email: 'f@example.com' };

async function commit(server: RunningServer, acknowledged: Acknowledged, content: string): Promise<string | undefined> {
  const response = await fetch(`${server.url}/api/v1/repos/app/commits`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'More', author: AUTHOR, branch: 'main', files: [{ path: 'file', content }] }),
  });
  const text = await response.text();
  if (response.status === 201) {
    acknowledged.add('app', (JSON.parse(text) as { hash: string }).hash);
    return undefined;
  }
  if (response.status < 500) throw new Error(`${response.status} ${text}`);
  return text;
}

/** Takes what room there is: a commit that was refused gives back what it had written. */
function fillUp(path: string): void {
  const file = openSync(path, 'a');
  const piece = randomBytes(16 * 1024);
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

async function tryOut(server: RunningServer): Promise<void> {
  const acknowledged = new Acknowledged(data);
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, randomBytes(8 * 1024 * 1024));
  await createRepository(server.url, { id: 'app', memory_only: false });
  const pusher = join(work, 'pusher');
  await git('/', ['init', '-q', '-b', 'pushed', pusher]);
  await git(pusher, ['commit', '-q', '--allow-empty', '-m', 'begin']);
  await git(pusher, ['push', '-q', `${server.url}/app.git`, 'pushed']);
  await report.check('a commit that finds no room is refused with an error that says so', async () => {
    let refusal: string | undefined;
    let count = 0;
    while (refusal === undefined && count < 10_000) {
      refusal = await commit(server, acknowledged, randomBytes(300_000).toString('base64'));
      count++;
    }
    if (refusal?.includes('ENOSPC') !== true) throw new Error(`after ${count}: ${refusal ?? 'no refusal'}`);
    return `after ${acknowledged.count} commits: ${refusal.slice(0, 160)}`;
  });
  await report.check('so is a push, which leaves nothing behind', async () => {
    writeFileSync(join(pusher, 'large'), randomBytes(4 * 1024 * 1024));
    await git(pusher, ['add', '.']);
    await git(pusher, ['commit', '-q', '-m', 'large']);
    fillUp(join(disk, 'filler'));
    const { code, stderr } = await run('git', ['push', '-q', `${server.url}/app.git`, 'pushed'], { cwd: pusher });
    if (code === 0) throw new Error('the push was taken');
    if (!/no space left on device \(ENOSPC\)/.test(stderr)) throw new Error(stderr);
    const left = readdirSync(join(data, 'app.git', 'objects')).filter((name) => name.startsWith('tmp_'));
    if (left.length > 0) throw new Error(`left behind: ${left.join(' ')}`);
    return stderr.trim().split('\n').find((line) => line.includes('ENOSPC'));
  });
  await report.check('reading goes on', async () => {
    const listed = await fetch(`${server.url}/api/v1/repos/app/commits?limit=3`);
    if (listed.status !== 200) throw new Error(`${listed.status} ${await listed.text()}`);
    await listed.text();
    const clone = join(work, 'clone');
    await git(work, ['clone', '-q', '-b', 'main', `${server.url}/app.git`, clone]);
    mustEqual(await git(clone, ['rev-parse', 'HEAD']), await git(join(data, 'app.git'), ['rev-parse', 'main']), 'main');
    return undefined;
  });
  await report.check('the directory is sound while it is full', async () => {
    await acknowledged.checkAll();
    await mustBeSound(join(data, 'app.git'));
    return undefined;
  });
  rmSync(ballast);
  rmSync(join(disk, 'filler'));
  await report.check('writing goes on when there is room again, without a restart', async () => {
    for (let i = 0; i < 5; i++) {
      const refusal = await commit(server, acknowledged, `${i}\n`);
      if (refusal !== undefined) throw new Error(refusal);
    }
    await git(pusher, ['push', '-q', `${server.url}/app.git`, 'pushed']);
    await acknowledged.checkAll();
    await mustBeSound(join(data, 'app.git'));
    return undefined;
  });
}

mkdirSync(disk);
const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${values.megabytes}m`, 'tmpfs', disk]).catch(() => undefined);
try {
  if (mounted?.code !== 0) {
    process.stdout.write('SKIPPED: no small file system could be mounted here, which takes root; nothing was tried.\n');
  } else {
    const server = await startServer(['--data', data]);
    try {
      await tryOut(server);
    } finally {
      await server.stop();
    }
  }
} finally {
  if (mounted?.code === 0) await run('umount', [disk]);
  if (existsSync(work)) rmSync(work, { recursive: true, force: true });
}
report.finish();
