import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { digestOf } from '../digest.js';
import type { Dialect } from '../definition.js';
import { MemoryImageStore } from '../memory-image-store.js';
import { parseDefinition } from '../parse.js';
import { assemble, type AssembleRequest } from './assemble.js';
import { openLayer, openStoredImage, readAll, splitImageReference } from './base-image.js';
import type { BuiltImage } from './built-image.js';
import { type FileTree, openContext } from './context.js';
import { OCI_MANIFEST } from './image-config.js';
import { readTar } from './tar-reader.js';
import { TAR_END, type TarEntry, tarHeader, tarPadding } from './tar-writer.js';

const PLATFORM = { os: 'linux', architecture: 'amd64' };

type Files = Readonly<Record<string, string | Uint8Array | { readonly link: string } | { readonly run: string }>>;

function treeOf(files: Files): FileTree {
  const bytesOf = (path: string): Uint8Array => {
    const value = files[path]!;
    if (value instanceof Uint8Array) return value;
    return Buffer.from(typeof value === 'string' ? value : 'link' in value ? value.link : value.run);
  };
  return {
    files: () => Object.entries(files).map(([path, value]) => ({
      path, kind: typeof value === 'object' && 'link' in value ? 'link' : 'file',
      isExecutable: typeof value === 'object' && 'run' in value, sizeBytes: bytesOf(path).length,
    })),
    read: bytesOf,
  };
}

let folder = '';
let count = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'govc-assemble-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const store = new MemoryImageStore({ clock: () => 0 });

function build(text: string, files: Files = {}, more: Partial<AssembleRequest> & { readonly dialect?: Dialect } = {}): Promise<BuiltImage> {
  const { dialect = 'containerfile', ...rest } = more;
  return assemble({
    definition: parseDefinition(text, dialect), context: openContext(treeOf(files), {}), args: new Map(), labels: new Map(), platform: PLATFORM,
    timeSeconds: 1_700_000_000, workPath: join(folder, `work-${++count}`), signal: new AbortController().signal, sizeBytesMax: 10_000_000,
    bases: { find: (reference, platform) => openStoredImage(store, splitImageReference(reference), platform) },
    log: () => undefined, progress: () => undefined, ...rest,
  });
}

/** The files of an image, as `ls -l` would show them. */
async function list(image: BuiltImage): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const layer of image.parts.slice(1)) {
    for await (const member of readTar(openLayer(layer))) {
      const { kind, mode, uid, gid, target } = member;
      const what = kind === 'file' ? Buffer.from(await readAll(member.read(), 1e6)).toString() : kind === 'link' ? `-> ${target}` : kind;
      found[member.path] = `${mode.toString(8)} ${uid}:${gid} ${what}`;
    }
  }
  return found;
}

async function keep(name: string, image: BuiltImage): Promise<void> {
  for (const part of image.parts) await store.blobs(name).write(part.open(), { digest: part.descriptor.digest, sizeBytes: part.descriptor.size });
  await store.putManifest(name, { reference: 'latest', mediaType: OCI_MANIFEST, bytes: image.manifestBytes });
}

const problem = (code: string, data: object = {}) => expect.objectContaining({ code, data: expect.objectContaining(data) as object });

function tar(entries: readonly (Partial<TarEntry> & { readonly path: string; readonly text?: string; readonly type?: string })[]): Buffer {
  return Buffer.concat([...entries.flatMap(({ text = '', type, ...entry }) => {
    const header = Buffer.from(tarHeader({ kind: 'file', mode: 0o644, uid: 7, gid: 8, timeSeconds: 0, target: '', sizeBytes: Buffer.byteLength(text), ...entry }));
    if (type !== undefined) {
      header.write(type, 156, 'latin1');
      header.write('        ', 148, 'latin1');
      header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    }
    return [header, Buffer.from(text), tarPadding(Buffer.byteLength(text))];
  }), TAR_END]);
}

describe('assemble', () => {
  it('gives the same bytes for the same commit, and for a Govcfile and its Containerfile', async () => {
    const files = { 'a.txt': 'one', 'sub/b.sh': { run: '#!/bin/sh\n' }, 'sub/c': { link: '../a.txt' } };
    const lines = 'COPY . /app/\nENV A=1\nCMD ["/app/sub/b.sh"]\n';
    const image = await build(`FROM scratch\n${lines}`, files);
    const again = await build(`FROM scratch\n${lines}`, files);
    const govc = await build(`@name=web\nBASE scratch\n${lines}`, files, { dialect: 'govcfile' });
    expect(digestOf(again.manifestBytes)).toBe(digestOf(image.manifestBytes));
    expect(digestOf(govc.manifestBytes)).toBe(digestOf(image.manifestBytes));
    expect(await list(image)).toEqual({
      'app/': '755 0:0 folder', 'app/a.txt': '644 0:0 one', 'app/sub/': '755 0:0 folder', 'app/sub/b.sh': '755 0:0 #!/bin/sh\n', 'app/sub/c': '777 0:0 -> ../a.txt',
    });
    expect(image.config).toMatchObject({ created: '2023-11-14T22:13:20Z', architecture: 'amd64', os: 'linux', config: { Cmd: ['/app/sub/b.sh'], Env: [expect.stringMatching(/^PATH=/), 'A=1'] } });
    expect(image.manifest.layers).toHaveLength(1);
    expect(image.config.rootfs.diff_ids).toHaveLength(1);
  });

  it('carries out every instruction but RUN', async () => {
    const { config } = await build([
      'ARG TAG=latest', 'FROM scratch AS base', 'ARG TAG', 'ARG WHO=you', 'ENV GREETING="hello $WHO" SECOND=${TAG:+set}', 'ENV OLD the rest $WHO',
      'LABEL version="1 0" "com.example.a"=b', 'WORKDIR /srv', 'WORKDIR app', 'USER 1000:1000', 'EXPOSE 80 53/udp 8000-8001', 'VOLUME /data /more', 'STOPSIGNAL SIGINT',
      'SHELL ["/bin/ash", "-c"]', 'ENTRYPOINT exec me', 'CMD ["a", "b"]', 'HEALTHCHECK --interval=1m30s --retries=2 CMD curl x', 'ONBUILD COPY . /on', 'MAINTAINER me <me@example.com>',
    ].join('\n'), {}, { args: new Map([['WHO', 'world']]), labels: new Map([['built', 'yes']]) });
    expect(config.author).toBe('me <me@example.com>');
    expect(config.config).toEqual({
      Env: [expect.stringMatching(/^PATH=/), 'GREETING=hello world', 'SECOND=set', 'OLD=the rest world'],
      Labels: { version: '1 0', 'com.example.a': 'b', built: 'yes' }, WorkingDir: '/srv/app', User: '1000:1000',
      ExposedPorts: { '80/tcp': {}, '53/udp': {}, '8000/tcp': {}, '8001/tcp': {} }, Volumes: { '/data': {}, '/more': {} }, StopSignal: 'SIGINT',
      Shell: ['/bin/ash', '-c'], Entrypoint: ['/bin/ash', '-c', 'exec me'], Cmd: ['a', 'b'],
      Healthcheck: { Test: ['CMD-SHELL', 'curl x'], Interval: 90e9, Retries: 2 }, OnBuild: ['COPY . /on'],
    });
  });

  it('builds the stages that the target needs, and copies between them', async () => {
    const text = 'FROM scratch AS one\nCOPY a.txt /a\nFROM one AS unused\nRUN exit 1\nFROM scratch AS two\nCOPY --from=one --chown=5:6 --chmod=600 /a /b\nCOPY --from=0 /a /c/\n';
    expect(await list(await build(text, { 'a.txt': 'A' }))).toEqual({ b: '600 5:6 A', 'c/': '755 0:0 folder', 'c/a': '644 0:0 A' });
    expect(await list(await build(text, { 'a.txt': 'A' }, { target: 'ONE' }))).toEqual({ a: '644 0:0 A' });
    await expect(build(text, {}, { target: 'three' })).rejects.toEqual(problem('target-unknown'));
  });

  it('goes on from an image of the store, with its triggers, names of users, and links', async () => {
    await keep('team/base', await build('FROM scratch\nCOPY passwd /etc/passwd\nCOPY tree/ /\nENV A=base\nCMD ["base"]\nONBUILD COPY on.txt /on.txt\n', {
      passwd: 'root:x:0:0::/:\nweb:x:33:34::/:\n', 'tree/bin': { link: 'usr/bin' }, 'tree/usr/bin/sh': 'shell',
    }));
    const image = await build('FROM team/base\nCOPY --chown=web x /bin/x\nENTRYPOINT ["e"]\n', { x: 'X', 'on.txt': 'on' });
    expect(await list(image)).toMatchObject({ 'on.txt': '644 0:0 on', 'usr/bin/x': '644 33:34 X', bin: '777 0:0 -> usr/bin' });
    expect(image.config.config).toMatchObject({ Env: [expect.any(String), 'A=base'], Entrypoint: ['e'] });
    expect(image.config.config).not.toHaveProperty('Cmd');
    expect(image.config.config).not.toHaveProperty('OnBuild');
    expect(image.parts.slice(1).map(({ from }) => from)).toEqual(['team/base', 'team/base', undefined, undefined]);
    await expect(build('FROM team/unknown\n')).rejects.toEqual(problem('base-missing', { line: 1 }));
  });

  it('refuses RUN before anything is done, and says what to install', async () => {
    const logged: string[] = [];
    await expect(build('FROM scratch\nCOPY a /a\nRUN make\n', { a: '' }, { log: (line) => logged.push(line) })).rejects.toEqual(
      problem('engine-missing', { line: 3, install: ['buildah', 'podman', 'docker'] }));
    expect(logged).toEqual([]);
    await keep('trigger', await build('FROM scratch\nONBUILD RUN make\n'));
    await expect(build('FROM trigger\n')).rejects.toEqual(problem('engine-missing'));
  });

  it('copies by patterns, into folders, from documents, and not what is ignored', async () => {
    const files = { 'a.txt': 'A', 'b.txt': 'B', 'c.md': 'C', 'x/deep/d.txt': 'D', 'secret.key': 'S', '.dockerignore': '*.key\n**/deep\n!x/deep/d.txt\n.dockerignore\n' };
    const text = 'FROM scratch\nWORKDIR /w\nCOPY *.txt here/\nCOPY . all\nCOPY <<one <<"two" /doc/\nv=$V\none\nv=$V\ntwo\n';
    expect(await list(await build(text.replace('COPY <<', 'ENV V=1\nCOPY <<'), files))).toEqual({
      'w/': '755 0:0 folder', 'w/here/': '755 0:0 folder', 'w/here/a.txt': '644 0:0 A', 'w/here/b.txt': '644 0:0 B',
      'w/all/': '755 0:0 folder', 'w/all/a.txt': '644 0:0 A', 'w/all/b.txt': '644 0:0 B', 'w/all/c.md': '644 0:0 C',
      'w/all/x/': '755 0:0 folder', 'w/all/x/deep/': '755 0:0 folder', 'w/all/x/deep/d.txt': '644 0:0 D',
      'doc/': '755 0:0 folder', 'doc/one': '644 0:0 v=1\n', 'doc/two': '644 0:0 v=$V\n',
    });
    await expect(build('FROM scratch\nCOPY secret.key /\n', files)).rejects.toEqual(problem('source-missing'));
    await expect(build('FROM scratch\nCOPY a.txt b.txt /one\n', files)).rejects.toEqual(problem('path-refused'));
    await expect(build('FROM scratch\nCOPY --wrong=1 a.txt /one\n', files)).rejects.toEqual(problem('instruction-invalid', { line: 2 }));
  });

  it('never leaves the context, by dots or by links', async () => {
    const files = { 'a.txt': 'A', out: { link: '../../../../etc/passwd' }, abs: { link: '/etc/passwd' }, inside: { link: 'a.txt' }, loop: { link: 'loop' } };
    expect(await list(await build('FROM scratch\nCOPY ../../a.txt /x\nCOPY inside /y\n', files))).toEqual({ x: '644 0:0 A', y: '644 0:0 A' });
    for (const source of ['out', 'abs', '../../etc/passwd', '/etc/passwd']) {
      await expect(build(`FROM scratch\nCOPY ${source} /x\n`, files)).rejects.toEqual(problem('source-missing'));
    }
    await expect(build('FROM scratch\nCOPY loop /x\n', files)).rejects.toEqual(problem('path-refused'));
    await expect(build('FROM scratch\nCOPY . /x\n', { '.wh.a': '' })).rejects.toEqual(problem('path-refused'));
    expect(() => openContext(treeOf({ '../a': '' }), {})).toThrow(problem('path-refused'));
    expect(() => openContext(treeOf({ a: { link: '/etc' }, 'a/b': '' }), {})).toThrow(problem('path-refused'));
  });

  it('unpacks archives with ADD, and refuses those that play tricks', async () => {
    const good = tar([{ path: 'd', kind: 'folder', mode: 0o700 }, { path: 'd/f', text: 'F' }, { path: 'l', kind: 'link', target: 'd/f' }, { path: 'h', kind: 'link', target: 'd/f', type: '1' }]);
    const expected = { 'o/': '755 0:0 folder', 'o/d/': '700 7:8 folder', 'o/d/f': '644 7:8 F', 'o/l': '777 7:8 -> d/f', 'o/h': '644 7:8 F' };
    expect(await list(await build('FROM scratch\nADD x.tar /o/\n', { 'x.tar': good }))).toEqual(expected);
    expect(await list(await build('FROM scratch\nADD x.tgz /o/\n', { 'x.tgz': gzipSync(good) }))).toEqual(expected);
    expect(await list(await build('FROM scratch\nADD x.gz /o/\n', { 'x.gz': gzipSync('text') }))).toHaveProperty(['o/x.gz']);
    const bad = [
      [{ path: '../f', text: 'F' }], [{ path: 'a/../../f', text: 'F' }], [{ path: '.wh.f', text: '' }], [{ path: 'dev', type: '3' }],
      [{ path: 'h', kind: 'link', target: '../../etc/passwd', type: '1' }], [{ path: 'h', kind: 'link', target: '/nothing', type: '1' }],
    ] as const;
    for (const entries of bad) await expect(build('FROM scratch\nADD x.tar /o/\n', { 'x.tar': tar(entries) })).rejects.toEqual(problem('path-refused'));
    // A link of the archive leads to places of the image only.
    const link = tar([{ path: 'up', kind: 'link', target: '/../../../inside' }, { path: 'inside/x', text: '' }, { path: 'up/f', text: 'F' }]);
    expect(await list(await build('FROM scratch\nADD x.tar /o/\n', { 'x.tar': link }))).toMatchObject({ 'inside/f': '644 7:8 F', 'o/inside/x': '644 7:8 ' });
    await expect(build('FROM scratch\nADD x.tar /o/\n', { 'x.tar': good.subarray(0, 700) })).rejects.toEqual(problem('archive-invalid'));
    await expect(build('FROM scratch\nADD x /o/\n', { x: Buffer.from('BZh91AY') })).rejects.toEqual(problem('archive-invalid', { line: 2 }));
    await expect(build('FROM scratch\nADD bomb.tgz /o/\n', { 'bomb.tgz': gzipSync(tar([{ path: 'f', text: 'x'.repeat(2000) }])) }, { sizeBytesMax: 1000 })).rejects.toEqual(problem('image-too-large'));
  });

  it('checks checksums, and fetches nothing without one', async () => {
    const sum = digestOf(Buffer.from('A'));
    const download = async function* () {
      await Promise.resolve();
      yield Buffer.from('A');
    };
    expect(await list(await build(`FROM scratch\nADD --checksum=${sum} a.txt /x\nADD --checksum=${sum} https://example.com/f.bin /y/\n`, { 'a.txt': 'A' }, { download }))).toMatchObject({ x: '644 0:0 A', 'y/f.bin': '600 0:0 A' });
    await expect(build(`FROM scratch\nADD --checksum=${sum} a.txt /x\n`, { 'a.txt': 'B' })).rejects.toEqual(problem('checksum-mismatch', { line: 2 }));
    await expect(build('FROM scratch\nADD https://example.com/f /y\n', {}, { download })).rejects.toEqual(problem('download-refused'));
    await expect(build(`FROM scratch\nADD --checksum=${sum} https://example.com/f /y\n`)).rejects.toEqual(problem('download-refused'));
    await expect(build('FROM scratch\nADD git@example.com:x.git /y\n', {}, { download })).rejects.toEqual(problem('download-refused'));
  });

  it('refuses pointers of Git LFS, large contexts and cancelled builds', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n';
    expect(() => openContext(treeOf({ 'm.bin': pointer }), {})).toThrow(problem('lfs-pointer', { path: 'm.bin' }));
    expect(openContext(treeOf({ 'm.bin': pointer, '.dockerignore': 'm.bin' }), {}).files.size).toBe(1);
    expect(() => openContext(treeOf({ a: 'x', b: 'y' }), { limits: { countMax: 1, sizeBytesMax: 9 } })).toThrow(problem('context-too-large'));
    expect(() => openContext(treeOf({ a: 'x', b: 'y' }), { limits: { countMax: 9, sizeBytesMax: 1 } })).toThrow(problem('context-too-large'));
    await expect(build('FROM scratch\nCOPY . /\n', { a: 'x' }, { signal: AbortSignal.abort() })).rejects.toEqual(problem('build-cancelled'));
    await expect(build('FROM scratch\nCOPY . /\n', { a: 'x'.repeat(3000) }, { sizeBytesMax: 2000 })).rejects.toEqual(problem('image-too-large'));
  });

  it('expands variables as the reference says', async () => {
    const env = async (line: string) => (await build(`ARG G=glob\nFROM scratch\nARG G\nARG EMPTY=\nARG SET=set\n${line}\n`)).config.config!.Env!.at(-1);
    expect(await env('ENV X=${SET}y$G')).toBe('X=setyglob');
    expect(await env("ENV X='$SET'\\$SET\"$SET\"")).toBe('X=$SET$SETset');
    expect(await env('ENV X=${EMPTY:-a}${EMPTY-b}${NONE-c}${SET:+d}${EMPTY+e}${NONE:+f}')).toBe('X=acde');
    expect(await env('ENV X=${NONE:-${SET}${G}}')).toBe('X=setglob');
    await expect(env('ENV X="${NONE:?must be set}"')).rejects.toEqual(problem('variable-unset', { line: 6 }));
    await expect(env('ENV X=${SET#s}')).rejects.toEqual(problem('instruction-invalid', { line: 6 }));
    await expect(env('ENV X=${SET')).rejects.toEqual(problem('instruction-invalid', { line: 6 }));
    await expect(env('ENV X="a')).rejects.toEqual(problem('instruction-invalid', { line: 6 }));
  });
});
