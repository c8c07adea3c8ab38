// Images built from pushed commits by the built server: by buildah where a RUN asks for it, and by the assembler to the same bytes each time.
//
//   node tools/acceptance/dist/containers.js
//
// Needs buildah, skopeo and a static busybox (Debian: buildah skopeo busybox-static).
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, chmodSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { git, hasProgram, run } from './programs.js';
import { mustEqual, Report } from './report.js';
import { createRepository, startServer, type RunningServer } from './server.js';

interface Build {
  readonly id: string;
  readonly status: string;
  readonly digest: string | null;
  readonly error: string | null;
  readonly metadata: { readonly engine: string; readonly code: string | null };
}

const report = new Report('containers');
const work = mkdtempSync(join(tmpdir(), 'govc-containers-'));
const data = join(work, 'data');
const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
let server: RunningServer | undefined;

async function ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${server!.url}/api/v1/repos${path}`, {
    method, ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() as Readonly<Record<string, unknown>> };
}

/** Makes a repository and pushes one commit with these files to it. */
async function push(id: string, files: Readonly<Record<string, string>>, withBusybox = false): Promise<void> {
  await createRepository(server!.url, { id });
  const folder = join(work, `source-${id}`);
  mkdirSync(folder);
  await git(folder, ['init', '-q', '-b', 'main']);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
    if (content.startsWith('#!')) chmodSync(join(folder, path), 0o755);
  }
  if (withBusybox) copyFileSync(busybox!, join(folder, 'busybox'));
  await git(folder, ['add', '.']);
  await git(folder, ['commit', '-q', '-m', 'files']);
  await git(folder, ['push', '-q', `${server!.url}/${id}.git`, 'main']);
}

async function begin(id: string, body: object = {}): Promise<Build> {
  const { status, body: answer } = await ask('POST', `/${id}/containers/build`, body);
  if (status !== 202) throw new Error(`the build was refused: ${status} ${JSON.stringify(answer)}`);
  return answer['build'] as Build;
}

async function get(id: string, build: Build): Promise<Build> {
  return (await ask('GET', `/${id}/containers/builds/${build.id}`)).body['build'] as Build;
}

async function over(id: string, build: Build): Promise<Build> {
  for (let round = 0; round < 3000; round++) {
    const found = await get(id, build);
    if (found.status !== 'pending' && found.status !== 'running') return found;
    await wait(100);
  }
  throw new Error('the build does not end');
}

async function completed(id: string, body: object = {}): Promise<Build> {
  const build = await over(id, await begin(id, body));
  if (build.status !== 'completed') throw new Error(`${build.status}: ${build.error ?? ''}`);
  return build;
}

const tagsOf = (name: string): string[] => {
  const folder = join(data, '.govc-images', 'names', name, '_tags');
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** The image of a tag as skopeo copies it from the store of the server, unpacked. */
async function unpack(name: string, tag: string): Promise<{ readonly files: string; readonly config: { readonly config: Record<string, unknown> } }> {
  const layout = join(work, `layout-${tag}`);
  const files = join(work, `files-${tag}`);
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
  mkdirSync(files);
  const digest = readFileSync(join(data, '.govc-images', 'names', name, '_tags', tag), 'utf8');
  const content = (of: string): string => join(data, '.govc-images', 'content', 'sha256', of.slice(7, 9), of.slice(7));
  const manifest = JSON.parse(readFileSync(content(digest), 'utf8')) as { mediaType: string; config: { digest: string }; layers: { digest: string }[] };
  for (const each of [digest, manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)]) {
    copyFileSync(content(each), join(layout, 'blobs', 'sha256', each.slice(7)));
  }
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [{
    mediaType: manifest.mediaType, digest, size: readFileSync(content(digest)).length, annotations: { 'org.opencontainers.image.ref.name': 'it' },
  }] }));
  // skopeo checks every digest on its way.
  const copied = await run('skopeo', ['--insecure-policy', 'copy', `oci:${layout}:it`, `oci:${layout}-copy:it`], { env: { HOME: work } });
  if (copied.code !== 0) throw new Error(`skopeo: ${copied.stderr.slice(-800)}`);
  for (const { digest: each } of manifest.layers) {
    const tar = await run('tar', ['-xzf', content(each), '-C', files]);
    if (tar.code !== 0) throw new Error(`tar: ${tar.stderr.slice(-800)}`);
  }
  return { files, config: JSON.parse(readFileSync(content(manifest.config.digest), 'utf8')) as { config: Record<string, unknown> } };
}

/** Processes whose command line holds a text. */
function running(text: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  });
}

async function until(isDone: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 1200; round++) {
    if (isDone()) return;
    await wait(100);
  }
  throw new Error(what);
}

async function checks(): Promise<void> {
  await report.check('a base is assembled from a pushed commit, twice to the same digest', async () => {
    await push('base', { Govcfile: '@name=base\nBASE scratch\nCOPY busybox /bin/busybox\nCOPY busybox /bin/sh\nENV BASED=yes\n' }, true);
    const one = await completed('base', { tags: ['1'] });
    const two = await completed('base', { tags: ['2'], no_cache: true });
    mustEqual(two.digest ?? '', one.digest ?? '?', 'the digest');
    mustEqual(one.metadata.engine, 'embedded', 'the engine');
    return one.digest ?? '';
  });
  await report.check('a Govcfile with RUN is built by buildah, its log streamed, its image right', async () => {
    await push('web', {
      Govcfile: '@name=web\nARG BASE_TAG=1\nBASE web-base/none AS unused\nBASE base:${BASE_TAG} AS tools\nARG WHO=nobody\n' +
        'RUN busybox echo "hello $WHO $BASED" > /greeting\nBASE base:1\nLABEL org.example.team="core team"\nWORKDIR /app\nCOPY app/ ./\n' +
        'COPY --from=tools /greeting /app/greeting\nRUN busybox sh /app/run.sh \\\n  > /app/ran\nENTRYPOINT ["/bin/busybox"]\nCMD ["cat", "/app/greeting"]\n',
      'app/run.sh': '#!/bin/sh\nbusybox echo ran\n', 'app/secret.txt': 'secret', '.dockerignore': 'app/secret.txt\n',
    });
    const build = await begin('web', { tags: ['v1'], args: { WHO: 'world' }, labels: { built: 'here' } });
    const stream = await (await fetch(`${server!.url}/api/v1/repos/web/containers/builds/${build.id}/logs?follow=true`)).text();
    const ended = await get('web', build);
    if (ended.status !== 'completed') throw new Error(`${ended.status}: ${ended.error ?? ''}\n${stream.slice(-1500)}`);
    mustEqual(ended.metadata.engine, 'buildah', 'the engine');
    for (const part of ['event: log\n', 'STEP 1/', 'event: end\n']) if (!stream.includes(part)) throw new Error(`the stream lacks ${JSON.stringify(part)}`);
    const { files, config } = await unpack('web', 'v1');
    mustEqual(readFileSync(join(files, 'app/greeting'), 'utf8'), 'hello world yes\n', 'the greeting');
    mustEqual(readFileSync(join(files, 'app/ran'), 'utf8'), 'ran\n', 'what RUN wrote');
    if (existsSync(join(files, 'app/secret.txt'))) throw new Error('an ignored file is in the image');
    const { Entrypoint, Cmd, WorkingDir, Labels } = config.config;
    mustEqual(JSON.stringify([Entrypoint, Cmd, WorkingDir]), '[["/bin/busybox"],["cat","/app/greeting"],"/app"]', 'the configuration');
    mustEqual(JSON.stringify(Object.entries(Labels as object).sort()), '[["built","here"],["org.example.team","core team"]]', 'the labels');
    return ended.digest ?? '';
  });
  await report.check('a RUN that fails fails the build and shows no image', async () => {
    await push('broken', { Dockerfile: 'FROM base:1\nRUN busybox false\n' });
    const build = await over('broken', await begin('broken'));
    mustEqual(`${build.status} ${build.metadata.code ?? ''} ${tagsOf('broken').join()}`, 'failed BUILD_FAILED ', 'the outcome');
    return build.error ?? '';
  });
  const seconds = `95${process.pid}`;
  await report.check('a build that is cancelled leaves nothing running', async () => {
    await push('slow', { Dockerfile: `FROM base:1\nRUN busybox sleep ${seconds}\n` });
    const build = await begin('slow');
    await until(() => running(`sleep\0${seconds}`).length > 0, 'the RUN does not begin');
    await ask('DELETE', `/slow/containers/builds/${build.id}`);
    mustEqual((await get('slow', build)).status, 'cancelled', 'the status');
    mustEqual(running(seconds).join(), '', 'what still runs');
    return undefined;
  });
  await report.check('a server that is killed in the middle of a build leaves nothing running, no image, and says so afterwards', async () => {
    const build = await begin('slow');
    await until(() => running(`sleep\0${seconds}`).length > 0, 'the RUN does not begin');
    const ended = new Promise((resolve) => server!.process.once('exit', resolve));
    server!.process.kill('SIGKILL');
    await ended;
    await until(() => running(seconds).length === 0, 'something of the build still runs');
    server = await startServer(['--data', data]);
    const found = await get('slow', build);
    mustEqual(`${found.status} ${found.metadata.code ?? ''} ${tagsOf('slow').join()}`, 'failed SERVER_ENDED ', 'the outcome');
    return found.error ?? '';
  });
  await report.check('a build that takes too long is ended', async () => {
    await server!.stop();
    server = await startServer(['--data', data], { GOVC_BUILDS_TIMEOUT: '8s' });
    const build = await over('slow', await begin('slow'));
    mustEqual(`${build.status} ${build.metadata.code ?? ''} ${running(seconds).join()}`, 'failed TIMED_OUT ', 'the outcome');
    return build.error ?? '';
  });
  await report.check('without an engine a RUN is refused, and says what to install', async () => {
    await server!.stop();
    server = await startServer(['--data', data], { GOVC_BUILDS_ENGINE: 'embedded' });
    const { status, body } = await ask('POST', '/web/containers/build');
    mustEqual(`${status} ${String(body['code'])}`, '422 BUILD_ENGINE_MISSING', 'the refusal');
    if (!String(body['error']).includes('install buildah')) throw new Error(String(body['error']));
    return undefined;
  });
}

try {
  const missing = [...(await hasProgram('buildah')) ? [] : ['buildah'], ...(await hasProgram('skopeo')) ? [] : ['skopeo'], ...busybox === undefined ? ['busybox-static'] : []];
  await report.check('buildah, skopeo and busybox are installed', () => missing.length === 0 ? Promise.resolve(undefined) : Promise.reject(new Error(`missing: ${missing.join(' ')}`)));
  if (missing.length === 0) {
    server = await startServer(['--data', data]);
    await checks();
  }
} finally {
  await server?.stop();
  rmSync(work, { recursive: true, force: true });
}
report.finish();
