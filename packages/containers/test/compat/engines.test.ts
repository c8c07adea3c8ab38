/** What real engines make of what we hand them, and of being told to stop. Skipped, loudly, where buildah or a static busybox is missing. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { assemble } from '../../src/assemble/assemble.js';
import { openLayer, openStoredImage, readAll, splitImageReference } from '../../src/assemble/base-image.js';
import type { BuiltImage } from '../../src/assemble/built-image.js';
import { type FileTree, openContext } from '../../src/assemble/context.js';
import { OCI_MANIFEST } from '../../src/assemble/image-config.js';
import { readTar } from '../../src/assemble/tar-reader.js';
import type { BuildEngine, BuildTask } from '../../src/engines/engine.js';
import { findEngines } from '../../src/engines/find-engines.js';
import { runProgram } from '../../src/engines/program.js';
import { MemoryImageStore } from '../../src/memory-image-store.js';
import { parseDefinition } from '../../src/parse.js';

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find(existsSync);
const hasBuildah = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'buildah')));
const PLATFORM = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };
const when = hasBuildah && BUSYBOX !== undefined ? describe : describe.skip;
if (when === describe.skip) process.stderr.write('SKIPPED: builds by buildah, because buildah or busybox-static is not installed\n');

const store = new MemoryImageStore({ clock: () => 0 });
let folder = '';
let count = 0;

function treeOf(files: Readonly<Record<string, Uint8Array | string>>): FileTree {
  const read = (path: string): Uint8Array => Buffer.from(files[path]!);
  return { files: () => Object.keys(files).map((path) => ({ path, kind: 'file', isExecutable: path === 'busybox', sizeBytes: read(path).length })), read };
}

function taskOf(text: string, files: Readonly<Record<string, Uint8Array | string>>, more: Partial<BuildTask> = {}): BuildTask {
  return {
    definition: parseDefinition(text, 'govcfile'), context: openContext(treeOf(files), {}), args: new Map(), labels: new Map(), target: undefined,
    platform: PLATFORM, isFresh: false, timeSeconds: 1_700_000_000, workPath: join(folder, `work-${++count}`), cachePath: join(folder, 'cache'),
    bases: { find: (reference, platform) => openStoredImage(store, splitImageReference(reference), platform) },
    signal: new AbortController().signal, sizeBytesMax: 100_000_000, memoryBytesMax: 512 * 1024 ** 2, log: () => undefined, progress: () => undefined, ...more,
  };
}

async function contentOf(image: BuiltImage): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const layer of image.parts.slice(1)) {
    for await (const member of readTar(openLayer(layer))) {
      if (member.kind === 'file' && member.sizeBytes < 1000) found[member.path] = Buffer.from(await readAll(member.read(), 1000)).toString();
    }
  }
  return found;
}

/** Processes whose command line holds a text. */
function running(text: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
    } catch {
      return false;
    }
  });
}

async function until(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 2400 && !isDone(); round++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isDone()).toBe(true);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'govc-engines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

when('buildah', () => {
  let engine: BuildEngine;

  beforeAll(async () => {
    const found = await findEngines({ env: process.env, temporaryPath: folder, isRoot: process.getuid?.() === 0 });
    engine = found.find(({ name }) => name === 'buildah')!;
    const base = await assemble({ ...taskOf('BASE scratch\nCOPY busybox /bin/busybox\nCOPY busybox /bin/sh\nENV FROM_BASE=yes\n', { busybox: readFileSync(BUSYBOX!) }) });
    for (const part of base.parts) await store.blobs('base').write(part.open(), { digest: part.descriptor.digest });
    await store.putManifest('base', { reference: '1', mediaType: OCI_MANIFEST, bytes: base.manifestBytes });
  });

  it('builds a Govcfile with RUN on an image of ours, and from its cache the next time', async () => {
    const lines: string[] = [];
    const steps: string[] = [];
    const text = '@name=web\nARG WHO=you\nBASE base:1 AS one\nARG WHO\nRUN busybox echo "hello $WHO $FROM_BASE" > /hello\nBASE base:1\nCOPY --from=one /hello /copy\nCOPY <<EOF /doc\ndocument\nEOF\nRUN <<EOF\nbusybox echo script > /script\nEOF\nRUN busybox cat <<EOF > /cat\nfrom $FROM_BASE\nEOF\nLABEL a=b\n';
    const task = { args: new Map([['WHO', 'world']]), labels: new Map([['built', 'here']]), log: (line: string) => void lines.push(line), progress: (step: number, total: number) => void steps.push(`${step}/${total}`) };
    const image = await engine.build(taskOf(text, {}, task));
    expect(await contentOf(image)).toMatchObject({ copy: 'hello world yes\n', doc: 'document\n', script: 'script\n', cat: 'from yes\n' });
    expect(image.config.config).toMatchObject({ Labels: { a: 'b', built: 'here' }, Env: expect.arrayContaining(['FROM_BASE=yes']) });
    expect(lines.some((line) => line.includes('STEP 1/'))).toBe(true);
    expect(steps.length).toBeGreaterThan(2);
    lines.length = 0;
    await engine.build(taskOf(text, {}, task));
    expect(lines.some((line) => line.includes('Using cache'))).toBe(true);
  }, 180_000);

  it('says how a RUN failed', async () => {
    await expect(engine.build(taskOf('BASE base:1\nRUN busybox false\n', {}))).rejects.toMatchObject({ code: 'build-failed', data: { engine: 'buildah' } });
  }, 180_000);

  it('leaves nothing running when it is cancelled', async () => {
    const controller = new AbortController();
    const seconds = `98${process.pid}`;
    const building = engine.build(taskOf(`BASE base:1\nRUN busybox sleep ${seconds}\n`, {}, { signal: controller.signal }));
    const outcome = building.then(() => 'built', (error: unknown) => (error as { code: string }).code);
    await until(() => running(`sleep\0${seconds}`).length > 0);
    controller.abort();
    expect(await outcome).toBe('build-cancelled');
    await until(() => running(seconds).length === 0);
  }, 180_000);

  it('bounds the memory of what runs', async () => {
    const run = 'BASE base:1\nRUN busybox dd if=/dev/zero of=/dev/null bs=300M count=1\n';
    await expect(engine.build(taskOf(run, {}, { memoryBytesMax: 64 * 1024 ** 2, isFresh: true }))).rejects.toMatchObject({ code: 'build-failed' });
    await engine.build(taskOf(run, {}, { memoryBytesMax: 900 * 1024 ** 2, isFresh: true }));
  }, 180_000);
});

describe('programs', () => {
  const program = (script: string, signal: AbortSignal, onLine: (line: string) => void = () => undefined) =>
    runProgram({ command: '/bin/sh', args: ['-c', script], env: { PATH: process.env['PATH'] ?? '' }, path: folder, signal, onLine });

  it('give their lines and their code', async () => {
    const lines: string[] = [];
    expect(await program('echo one; printf "two\\rthree\\n"; echo four >&2; exit 7', new AbortController().signal, (line) => void lines.push(line))).toBe(7);
    expect(lines.sort()).toEqual(['four', 'one', 'three', 'two']);
    await expect(runProgram({ command: '/nothing/there', args: [], env: {}, path: folder, signal: new AbortController().signal, onLine: () => undefined })).resolves.toBe(127);
    await expect(program('exit 0', AbortSignal.abort())).rejects.toMatchObject({ code: 'build-cancelled' });
  });

  it('end with everything that they started when they are told to, even when they do not listen', async () => {
    const controller = new AbortController();
    const seconds = `97${process.pid}`;
    const outcome = program(`trap '' TERM; sleep ${seconds} & sleep ${seconds}; wait`, controller.signal).then(() => 'ended', (error: unknown) => (error as { code: string }).code);
    await until(() => running(`sleep\0${seconds}`).length === 2);
    controller.abort();
    expect(await outcome).toBe('build-cancelled');
    await until(() => running(`sleep\0${seconds}`).length === 0);
  }, 180_000);

  it('end when the process that started them is killed', async () => {
    const seconds = `96${process.pid}`;
    const script = `const { spawn } = require('node:child_process');
      const source = require('node:fs').readFileSync(${JSON.stringify(join(__dirname, '../../src/engines/program.ts'))}, 'utf8');
      const supervisor = /SUPERVISOR = \`([^\`]*)\`/.exec(source)[1].replace(/\\$\\{GRACE_SECONDS \\* 10\\}/, '30');
      spawn('/bin/sh', ['-c', supervisor, 'sh', 'sleep', '${seconds}'], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500);`;
    expect(() => execFileSync(process.execPath, ['-e', script])).toThrow();
    await until(() => running(`sleep\0${seconds}`).length === 0);
  }, 180_000);
});
