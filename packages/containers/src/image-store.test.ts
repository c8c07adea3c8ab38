import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { digestOf, parseDigest } from './digest.js';
import { DirectoryImageStore } from './directory-image-store.js';
import { type ImageStore, isImageName } from './image-store.js';
import { MemoryImageStore } from './memory-image-store.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const HELLO = digestOf(bytes('hello'));
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

async function read(source: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'govc-images-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const KINDS: [string, () => Promise<ImageStore>][] = [
  ['in memory', () => Promise.resolve(new MemoryImageStore({ clock: () => 1000 }))],
  ['in a directory', () => DirectoryImageStore.open(join(folder, 'images'))],
];

describe.each(KINDS)('images %s', (_kind, open) => {
  it('keeps content under its digest, for the name that it was written under only', async () => {
    const store = await open();
    const blobs = store.blobs('team/app');
    expect(await blobs.write([bytes('hel'), bytes('lo')])).toEqual({ digest: HELLO, sizeBytes: 5 });
    expect(await blobs.sizeOf(HELLO)).toBe(5);
    expect(await read(blobs.read(HELLO))).toBe('hello');
    expect(await read(blobs.read(HELLO, { start: 1, end: 3 }))).toBe('el');
    expect(await read(blobs.read(HELLO, { start: 2, end: 2 }))).toBe('');
    expect(await store.blobs('team/other').sizeOf(HELLO)).toBeUndefined();
    await expect(read(store.blobs('team/other').read(HELLO))).rejects.toMatchObject({ code: 'blob-unknown' });
    expect(await store.names()).toEqual(['team/app']);
  });

  it('refuses content that is not what it was said to be, and keeps nothing of it', async () => {
    const store = await open();
    const blobs = store.blobs('app');
    await expect(blobs.write([bytes('hullo')], { digest: HELLO })).rejects.toMatchObject({ code: 'digest-mismatch' });
    await expect(blobs.write([bytes('hello')], { sizeBytes: 6 })).rejects.toMatchObject({ code: 'size-mismatch', data: { expected: 6, actual: 5 } });
    await expect(blobs.write([bytes('hello')], { sizeBytes: 4 })).rejects.toMatchObject({ code: 'size-mismatch' });
    await expect(blobs.write([bytes('hello')], { sizeBytesMax: 4 })).rejects.toMatchObject({ code: 'blob-too-large' });
    expect(await blobs.sizeOf(HELLO)).toBeUndefined();
    expect(await store.names()).toEqual([]);
    const long = digestOf(bytes('hello'), 'sha512');
    expect(await blobs.write([bytes('hello')], { digest: long, sizeBytes: 5 })).toEqual({ digest: long, sizeBytes: 5 });
  });

  it('keeps manifests byte for byte, by tag and by digest', async () => {
    const store = await open();
    const digest = await store.putManifest('app', { reference: 'v1', mediaType: MANIFEST, bytes: bytes('{}') });
    await store.putManifest('app', { reference: 'Latest', mediaType: MANIFEST, bytes: bytes('{}') });
    expect(await store.putManifest('app', { reference: digest, mediaType: MANIFEST, bytes: bytes('{}') })).toBe(digest);
    const found = await store.getManifest('app', 'v1');
    expect({ ...found, bytes: Buffer.from(found!.bytes).toString() }).toEqual({ digest, mediaType: MANIFEST, bytes: '{}' });
    expect((await store.getManifest('app', digest))?.digest).toBe(digest);
    expect(await store.tags('app')).toEqual([{ tag: 'Latest', digest }, { tag: 'v1', digest }]);
    expect(await store.manifests('app')).toEqual([digest]);
    expect(await store.getManifest('app', 'v2')).toBeUndefined();
    expect(await store.deleteManifest('app', 'v1')).toBe(true);
    expect(await store.deleteManifest('app', 'v1')).toBe(false);
    expect(await store.deleteManifest('app', digest)).toBe(true);
    expect(await store.tags('app')).toEqual([]);
    expect(await store.getManifest('app', digest)).toBeUndefined();
  });

  it('refuses manifests under another digest, too large ones, and names that are none', async () => {
    const store = await open();
    const put = (name: string, reference: string, content = bytes('{}')) =>
      (async () => store.putManifest(name, { reference, mediaType: MANIFEST, bytes: content }))();
    await expect(put('app', HELLO)).rejects.toMatchObject({ code: 'digest-mismatch' });
    await expect(put('app', '../x')).rejects.toMatchObject({ code: 'reference-invalid' });
    await expect(put('../app', 'v1')).rejects.toMatchObject({ code: 'image-name-invalid' });
    await expect(put('app', 'v1', new Uint8Array(4 * 1024 ** 2 + 1))).rejects.toMatchObject({ code: 'manifest-too-large' });
    expect(() => store.blobs('App')).toThrow();
  });

  it('mounts content of another name, and collects what no name sees', async () => {
    const store = await open();
    await store.blobs('one').write([bytes('hello')]);
    expect(await store.mount('two', HELLO, 'three')).toBe(false);
    expect(await store.mount('two', HELLO, 'one')).toBe(true);
    expect(await store.blobs('one').delete(HELLO)).toBe(true);
    expect(await store.blobs('one').delete(HELLO)).toBe(false);
    expect(await store.collect()).toEqual({ count: 0, sizeBytes: 0 });
    expect(await read(store.blobs('two').read(HELLO))).toBe('hello');
    await store.deleteName('two');
    expect(await store.collect()).toEqual({ count: 1, sizeBytes: 5 });
    expect(await store.blobs('two').sizeOf(HELLO)).toBeUndefined();
  });

  it('lists what a name sees', async () => {
    const store = await open();
    await store.blobs('app').write([bytes('hello')]);
    await store.blobs('app/inner').write([bytes('other')]);
    const found: string[] = [];
    for await (const { digest, sizeBytes, timeMs } of store.blobs('app').list()) {
      expect(timeMs).toBeGreaterThan(0);
      found.push(`${digest} ${sizeBytes}`);
    }
    expect(found).toEqual([`${HELLO} 5`]);
    expect(await store.names()).toEqual(['app', 'app/inner']);
  });
});

describe('a directory of images', () => {
  it('is read again by the next process, without what was being written', async () => {
    const path = join(folder, 'images');
    const store = await DirectoryImageStore.open(path);
    await store.blobs('app').write([bytes('hello')]);
    await store.putManifest('app', { reference: 'v1', mediaType: MANIFEST, bytes: bytes('{}') });
    const [writer] = await readdir(join(path, 'incoming'));
    await writeFile(join(path, 'incoming', writer!, '99'), 'half of some cont');
    const again = await DirectoryImageStore.open(path);
    expect(await read(again.blobs('app').read(HELLO))).toBe('hello');
    expect((await again.getManifest('app', 'v1'))?.mediaType).toBe(MANIFEST);
    const [next] = await readdir(join(path, 'incoming'));
    expect(await readdir(join(path, 'incoming', next!))).toEqual([]);
  });

  it('never loses content that is written while it collects', async () => {
    const store = await DirectoryImageStore.open(join(folder, 'images'));
    for (let round = 0; round < 20; round++) {
      await store.blobs('old').write([bytes('hello')]);
      await store.blobs('old').delete(HELLO);
      const [, info] = await Promise.all([store.collect(), store.blobs('new').write([bytes('hello')])]);
      expect(await read(store.blobs('new').read(info.digest))).toBe('hello');
      await store.blobs('new').delete(HELLO);
    }
  });
});

describe('names and digests', () => {
  it('knows names as the distribution specification writes them', () => {
    expect(['a', 'a/b', 'a-b_c.d/e__f', 'a---b'].every(isImageName)).toBe(true);
    expect(['', 'A', '/a', 'a/', 'a//b', '..', 'a/..', '_a', 'a_', 'a..b', 'a___b', 'a'.repeat(256)].some(isImageName)).toBe(false);
  });

  it('refuses texts that are no digests', () => {
    expect(() => parseDigest(`sha256:${'A'.repeat(64)}`)).toThrow(expect.objectContaining({ code: 'digest-invalid' }));
    expect(() => parseDigest(`md5:${'a'.repeat(32)}`)).toThrow(expect.objectContaining({ code: 'digest-invalid' }));
    expect(parseDigest(HELLO)).toBe(HELLO);
  });
});
