import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { makeFolder, startTestServer, type TestServer } from './harness.js';

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Build {
  readonly id: string;
  readonly status: string;
  readonly digest: string | null;
  readonly image_id: string | null;
  readonly error: string | null;
  readonly output: string;
  readonly metadata: { readonly code: string | null; readonly trigger: string; readonly commit: string; readonly images: readonly string[]; readonly step: number; readonly steps: number };
}

async function ask(server: TestServer, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}/api/v1/repos${path}`, {
    method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const author = { author: { name: 'A', email: 'a@example.com' } };

async function commitFiles(server: TestServer, id: string, files: Readonly<Record<string, string>>): Promise<string> {
  const made = await ask(server, 'POST', `/${id}/commits`, { message: 'files', ...author, files: Object.entries(files).map(([path, content]) => ({ path, content })) });
  expect(made.status).toBe(201);
  return String(made.body['hash'] ?? made.body['id']);
}

async function over(server: TestServer, id: string, build: Build): Promise<Build> {
  for (let round = 0; round < 1200; round++) {
    const { body } = await ask(server, 'GET', `/${id}/containers/builds/${build.id}`);
    const found = body['build'] as Build;
    if (found.status !== 'pending' && found.status !== 'running') return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the build does not end');
}

async function build(server: TestServer, id: string, body: object = {}): Promise<Build> {
  const { status, body: answer } = await ask(server, 'POST', `/${id}/containers/build`, body);
  expect(status).toBe(202);
  return answer['build'] as Build;
}

let server: TestServer;
let data = '';

beforeAll(async () => {
  data = await makeFolder();
  server = await startTestServer(['--data', data], { GOVC_BUILDS_ENGINE: 'embedded', GOVC_BUILDS_REQUIRED_LABELS: 'owner' });
});
afterAll(() => server.stop());

describe('definitions of containers', () => {
  beforeAll(async () => {
    await ask(server, 'POST', '', { id: 'defs' });
  });
  const at = (path: string) => `/defs/containers/definitions${path}`;
  const GOVCFILE = '@name=web\nBASE scratch\nCOPY . /\n';

  it('are made, read, changed and deleted as commits', async () => {
    expect((await ask(server, 'GET', at(''))).body).toEqual({ definitions: [], count: 0 });
    const made = await ask(server, 'POST', at(''), { path: 'web/Govcfile', content: GOVCFILE, message: 'Add web', ...author });
    expect(made).toMatchObject({ status: 201, body: { path: 'web/Govcfile', type: 'govcfile', commit: expect.stringMatching(/^[0-9a-f]{40}$/) } });
    const { body } = await ask(server, 'GET', at('/web/Govcfile'));
    expect(body).toEqual({
      type: 'govcfile', path: 'web/Govcfile', content: Buffer.from(GOVCFILE).toString('base64'), metadata: { name: 'web' }, dependencies: [],
      commit_hash: made.body['commit'], last_modified: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect((await ask(server, 'GET', at(''))).body).toEqual({ definitions: [body], count: 1 });
    expect((await ask(server, 'POST', at(''), { path: 'web/Govcfile', content: GOVCFILE })).status).toBe(409);
    const changed = await ask(server, 'PUT', at('/web/Govcfile'), { content: 'BASE node:20\n', expected_head: made.body['commit'], ...author });
    expect(changed).toMatchObject({ status: 200, body: { path: 'web/Govcfile', type: 'govcfile' } });
    expect((await ask(server, 'PUT', at('/web/Govcfile'), { content: 'BASE node:22\n', expected_head: made.body['commit'] })).status).toBe(409);
    expect((await ask(server, 'GET', at('/web/Govcfile'))).body).toMatchObject({ dependencies: ['node:20'], commit_hash: changed.body['commit'] });
    expect(await ask(server, 'DELETE', at('/web/Govcfile'), author)).toMatchObject({ status: 200, body: { path: 'web/Govcfile', deleted: true } });
    expect((await ask(server, 'GET', at('/web/Govcfile'))).status).toBe(404);
    expect((await ask(server, 'PUT', at('/web/Govcfile'), { content: 'BASE a\n' })).status).toBe(404);
  });

  it('are refused with the line when they cannot be read, and do not hide others when they are there', async () => {
    expect(await ask(server, 'POST', at(''), { path: 'Govcfile', content: 'BASE a\nNOPE\n' })).toMatchObject({ status: 400, body: { code: 'INVALID_DEFINITION', details: { line: 2 } } });
    expect(await ask(server, 'POST', at(''), { path: 'notes.txt', content: 'x' })).toMatchObject({ status: 400, body: { code: 'UNKNOWN_DEFINITION_TYPE' } });
    await commitFiles(server, 'defs', { Dockerfile: 'FROM a\nNOPE\n', 'k8s/app.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n', 'k8s/values.yaml': 'a: 1\n' });
    const { body } = await ask(server, 'GET', at(''));
    expect(body['definitions']).toMatchObject([{ path: 'Dockerfile', metadata: { error_line: '2' } }, { path: 'k8s/app.yaml', type: 'kubernetes', metadata: { resources: 'Pod/p' } }]);
    expect((await ask(server, 'GET', at('?type=kubernetes'))).body).toMatchObject({ count: 1 });
  });

  it('can be staged in a transaction', async () => {
    const { body: { id } } = await ask(server, 'POST', '/defs/transaction');
    expect(await ask(server, 'POST', at(''), { path: 'tx/Govcfile', content: GOVCFILE, transaction: id })).toMatchObject({ status: 201, body: { staged: true, type: 'govcfile' } });
    expect((await ask(server, 'GET', at('/tx/Govcfile'))).status).toBe(404);
    expect((await ask(server, 'POST', `/defs/transaction/${String(id)}/commit`, { message: 'both', ...author })).status).toBe(201);
    expect((await ask(server, 'GET', at('/tx/Govcfile'))).status).toBe(200);
    expect((await ask(server, 'POST', at(''), { path: 'u/Govcfile', content: GOVCFILE, transaction: 'tx_none' })).status).toBe(404);
  });
});

describe('builds', () => {
  beforeAll(async () => {
    await ask(server, 'POST', '', { id: 'Web' });
    await commitFiles(server, 'Web', {
      Govcfile: 'BASE scratch\nARG WHO=you\nCOPY . /app\nENV WHO=$WHO\nLABEL owner=me\n', 'a.txt': 'A', '.dockerignore': 'secret\nlfs\n', secret: 'S',
      'run/Dockerfile': 'FROM scratch\nRUN make\n', 'bare/Dockerfile': 'FROM scratch\nCOPY Dockerfile /\n', 'child/Govcfile': 'BASE web:v1\nCOPY Govcfile /child\n',
      'lfs/Dockerfile': 'FROM scratch\nCOPY . /\n', 'lfs/big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n',
    });
  });

  it('give the same image for the same commit, kept with its record and log', async () => {
    const one = await over(server, 'Web', await build(server, 'Web', { tags: ['v1', 'web/tool:v2'], args: { WHO: 'world' }, labels: { extra: 'yes' } }));
    expect(one).toMatchObject({ status: 'completed', digest: expect.stringMatching(/^sha256:/), image_id: expect.stringMatching(/^sha256:/), error: null, metadata: { images: ['web:v1', 'web/tool:v2'], step: 5, steps: 5, trigger: 'request' } });
    const two = await over(server, 'Web', await build(server, 'Web', { tags: ['v1'], args: { WHO: 'world' }, labels: { extra: 'yes' }, no_cache: true }));
    expect(two.digest).toBe(one.digest);
    const names = await readdir(join(data, '.govc-images', 'names', 'web', '_tags'));
    expect(names).toEqual(['v1']);
    const { body } = await ask(server, 'GET', `/Web/containers/builds/${one.id}/logs`);
    expect(body).toMatchObject({ build_id: one.id, status: 'completed', logs: expect.stringContaining('STEP 3/5: COPY . /app\n') });
    const stream = await (await fetch(`${server.url}/api/v1/repos/Web/containers/builds/${one.id}/logs?follow=true`)).text();
    expect(stream).toContain('event: log\ndata: {"line":"STEP 1/5: FROM scratch"}\n\n');
    expect(stream).toContain('event: end\n');
    const { body: list } = await ask(server, 'GET', '/Web/containers/builds');
    expect((list['builds'] as Build[]).map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(await readdir(join(data, '.govc-builds', 'work'))).toEqual([]);
    const child = await over(server, 'Web', await build(server, 'Web', { context: 'child', tags: ['child'] }));
    expect(child).toMatchObject({ status: 'completed' });
  });

  it('are refused before they begin when they cannot be made', async () => {
    const refuse = async (body: object) => {
      const { status, body: answer } = await ask(server, 'POST', '/Web/containers/build', body);
      return `${status} ${String(answer['code'])}`;
    };
    expect(await ask(server, 'POST', '/Web/containers/build', { context: 'run' })).toMatchObject({
      status: 422, body: { code: 'BUILD_ENGINE_MISSING', details: { line: 2, install: ['buildah', 'podman', 'docker'] }, error: expect.stringContaining('install buildah') },
    });
    expect(await refuse({ context: '../out' })).toBe('400 INVALID_REQUEST');
    expect(await refuse({ context: 'nothing' })).toBe('404 FILE_NOT_FOUND');
    expect(await refuse({ tags: ['other/image:1'] })).toBe('400 INVALID_REQUEST');
    expect(await refuse({ target: 'nothing' })).toBe('400 TARGET_NOT_FOUND');
    expect(await refuse({ platform: ['amiga'] })).toBe('400 INVALID_REQUEST');
    expect(await refuse({ ref: 'nothing' })).toBe('404 REF_NOT_FOUND');
  });

  it('fail for what the rules and the context say, and show no image', async () => {
    const bare = await over(server, 'Web', await build(server, 'Web', { context: 'bare', tags: ['bare'] }));
    expect(bare).toMatchObject({ status: 'failed', digest: null, metadata: { code: 'POLICY_VIOLATED' } });
    const lfs = await over(server, 'Web', await build(server, 'Web', { context: 'lfs', tags: ['lfs'] }));
    expect(lfs).toMatchObject({ status: 'failed', error: expect.stringContaining('"big.bin"'), metadata: { code: 'LFS_POINTER' } });
    expect(await readdir(join(data, '.govc-images', 'names', 'web', '_tags'))).toEqual(['child', 'v1']);
    expect((await ask(server, 'DELETE', `/Web/containers/builds/${lfs.id}`)).status).toBe(409);
    expect((await ask(server, 'GET', '/defs/containers/builds')).body).toEqual({ builds: [], count: 0 });
    expect((await ask(server, 'GET', `/defs/containers/builds/${lfs.id}`)).status).toBe(404);
  });

  it('begin by themselves when a push touches what asks for it, and are told as events', async () => {
    await ask(server, 'POST', '', { id: 'auto' });
    await commitFiles(server, 'auto', { 'img/Govcfile': '@build.on=push\n@build.tags=pushed\nBASE scratch\nCOPY . /\nLABEL owner=me\n', 'other/x': '1' });
    const builds = async (count: number): Promise<Build[]> => {
      for (let round = 0; round < 1200; round++) {
        const found = (await ask(server, 'GET', '/auto/containers/builds')).body['builds'] as Build[];
        if (found.length >= count && found.every(({ status }) => status === 'completed')) return found;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('no build began');
    };
    expect(await builds(1)).toMatchObject([{ metadata: { trigger: 'push', images: ['auto:pushed'] } }]);
    await commitFiles(server, 'auto', { 'other/x': '2' });
    const last = await commitFiles(server, 'auto', { 'img/y': '3' });
    const found = await builds(2);
    expect(found).toHaveLength(2);
    expect(found[0]!.metadata.commit).toBe(last);
    const { body } = await ask(server, 'GET', '/auto/events/history?types=build');
    expect((body['events'] as { data: { event: string } }[]).map(({ data: { event } }) => event)).toEqual(['build.started', 'build.completed', 'build.started', 'build.completed']);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^govc_builds_completed_total [1-9]/m);
    const tags = () => readdir(join(data, '.govc-images', 'names', 'auto', '_tags')).catch(() => []);
    expect(await tags()).toEqual(['pushed']);
    await ask(server, 'DELETE', '/auto');
    for (let round = 0; round < 400 && (await tags()).length > 0; round++) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await tags()).toEqual([]);
  });

  it('leave no record as running when a server ends', async () => {
    const folder = await makeFolder();
    const bin = join(await makeFolder(), 'bin');
    await mkdir(bin);
    // An engine that is there and never ends.
    const script = '#!/bin/sh\ncase "$*" in *--version*) echo "buildah version 1.99.0";; *info*) echo {};; *" rm "*) ;; *) echo "STEP 1/2: FROM x"; sleep 100000;; esac\n';
    await writeFile(join(bin, 'buildah'), script);
    await chmod(join(bin, 'buildah'), 0o755);
    const env = { PATH: `${bin}:/usr/bin:/bin`, GOVC_BUILDS_CONCURRENCY: '1', GOVC_BUILDS_ISOLATION: 'chroot' };
    const first = await startTestServer(['--data', folder], env);
    await ask(first, 'POST', '', { id: 'slow' });
    await commitFiles(first, 'slow', { Dockerfile: 'FROM scratch\nRUN x\n' });
    const running = await build(first, 'slow');
    const waiting = await build(first, 'slow');
    const isRunning = async () => ((await ask(first, 'GET', `/slow/containers/builds/${running.id}`)).body['build'] as Build).metadata.step === 1;
    for (let round = 0; round < 600 && !(await isRunning()); round++) await new Promise((resolve) => setTimeout(resolve, 25));
    const cancelled = await ask(first, 'DELETE', `/slow/containers/builds/${waiting.id}`);
    expect(cancelled).toMatchObject({ status: 200, body: { build: { status: 'cancelled', start_time: null } } });
    expect(await ask(first, 'DELETE', `/slow/containers/builds/${running.id}`)).toMatchObject({ status: 200, body: { build: { status: 'cancelled', error: 'The build was cancelled.' } } });
    const third = await build(first, 'slow');
    await first.stop();
    const second = await startTestServer(['--data', folder], env);
    try {
      expect((await ask(second, 'GET', `/slow/containers/builds/${third.id}`)).body['build']).toMatchObject({ digest: null, status: expect.stringMatching(/^(failed|cancelled)$/) });
      expect(await readdir(join(folder, '.govc-builds')).then((names) => names.includes('work') ? readdir(join(folder, '.govc-builds', 'work')) : [])).toEqual([]);
    } finally {
      await second.stop();
    }
    expect(() => execFileSync('pgrep', ['-f', `${bin}/buildah`])).toThrow();
  });
});
