import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createGunzip } from 'node:zlib';

import { digestOf, findDigest } from '../digest.js';
import { ContainersError } from '../errors.js';
import type { ImageStore } from '../image-store.js';
import type { ImagePart } from './built-image.js';
import type { Descriptor, ImageConfig, ImageIndex, ImageManifest, Platform } from './image-config.js';
import { DOCKER_INDEX, OCI_INDEX, platformText } from './image-config.js';
import type { ImageFiles } from './image-files.js';
import { readPart } from './layer-writer.js';
import { readTar } from './tar-reader.js';

/** An image that is in a store already, for one platform. */
export interface StoredImage {
  /** Under which it is in the store. */
  readonly name: string;
  readonly manifestBytes: Uint8Array;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  readonly layers: readonly ImagePart[];
}

/** Gives the images that a build begins with; `undefined` for those that are elsewhere. */
export interface BaseImages {
  find(reference: string, platform: Platform): Promise<StoredImage | undefined>;
}

/** A reference as people write it: `name[:tag][@digest]`. */
export function splitImageReference(text: string): { readonly name: string; readonly reference: string } {
  const [named = '', digest] = text.split('@');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : 'latest';
  return { name: hasTag ? named.slice(0, colon) : named, reference: digest ?? tag };
}

/**
 * Opens an image of a store.
 *
 * @throws {ContainersError} image-unsupported: it has no such platform, or is of an old kind
 */
export async function openStoredImage(
  store: ImageStore, { name, reference }: { readonly name: string; readonly reference: string }, platform: Platform,
): Promise<StoredImage | undefined> {
  let found = await store.getManifest(name, reference);
  if (found === undefined) return undefined;
  if (found.mediaType === OCI_INDEX || found.mediaType === DOCKER_INDEX) {
    const { manifests } = parseJson(found.bytes) as ImageIndex;
    const chosen = manifests.find((each) => isFor(each.platform, platform));
    found = chosen === undefined ? undefined : await store.getManifest(name, chosen.digest);
    if (found === undefined) {
      throw new ContainersError('image-unsupported', `"${name}:${reference}" has no image for ${platformText(platform)}.`, { name, reference, platform: platformText(platform) });
    }
  }
  const manifest = readManifest(found.bytes, `${name}:${reference}`);
  const blobs = store.blobs(name);
  const configBytes = await readAll(blobs.read(manifest.config.digest), CONFIG_SIZE_MAX);
  const config = parseJson(configBytes) as ImageConfig;
  return {
    name, manifest, manifestBytes: found.bytes, config, configBytes,
    layers: manifest.layers.map((descriptor) => ({ descriptor, open: () => blobs.read(descriptor.digest), from: name })),
  };
}

/** A manifest that others made. @throws {ContainersError} image-unsupported */
export function readManifest(bytes: Uint8Array, title: string): ImageManifest {
  const manifest = parseJson(bytes) as { readonly config?: unknown; readonly layers?: unknown } | null;
  const layers: readonly unknown[] = Array.isArray(manifest?.layers) ? manifest.layers : [undefined];
  if ([manifest?.config, ...layers].every(isDescriptor)) return manifest as unknown as ImageManifest;
  throw new ContainersError('image-unsupported', `"${title}" is no image of a kind that can be built upon.`, { image: title });
}

function isDescriptor(part: unknown): part is Descriptor {
  const { digest, mediaType, size } = (part ?? {}) as Readonly<Record<string, unknown>>;
  return typeof digest === 'string' && findDigest(digest) !== undefined && typeof mediaType === 'string' && typeof size === 'number';
}

const CONFIG_SIZE_MAX = 8 * 1024 ** 2;

function isFor(one: Platform | undefined, { os, architecture, variant }: Platform): boolean {
  return one?.os === os && one.architecture === architecture && (variant === undefined || one.variant === variant);
}

/** @throws {ContainersError} image-unsupported */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new ContainersError('image-unsupported', 'A part of an image is no JSON.', {}, { cause: error });
  }
}

/** All bytes of a source that is small. @throws {ContainersError} blob-too-large */
export async function readAll(source: AsyncIterable<Uint8Array>, sizeBytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of source) {
    sizeBytes += piece.length;
    if (sizeBytes > sizeBytesMax) throw new ContainersError('blob-too-large', `a part has at most ${sizeBytesMax} bytes here`, { sizeBytesMax });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The archive of a layer, without its compression. @throws {ContainersError} image-unsupported */
export function openLayer(layer: ImagePart): AsyncIterable<Uint8Array> {
  const { descriptor } = layer;
  if (/[.+]gzip$/.test(descriptor.mediaType)) return gunzip(layer.open());
  if (/[.+]zstd$/.test(descriptor.mediaType)) {
    throw new ContainersError('image-unsupported', 'A layer is compressed with zstd, which cannot be read here.', { digest: descriptor.digest });
  }
  return layer.open();
}

/** @throws {ContainersError} archive-invalid */
export async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const stream = createGunzip({ chunkSize: 256 * 1024 });
  const feed = (async () => {
    try {
      for await (const piece of source) if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      stream.end();
    } catch (error) {
      stream.destroy(error as Error);
    }
  })();
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new ContainersError('archive-invalid', 'A compressed archive is damaged.', {}, { cause: error });
  } finally {
    stream.destroy();
    await feed;
  }
}

/**
 * Puts the files of a base image in place. Contents go to a file beside, so that they can be copied from later.
 *
 * @throws {ContainersError} image-too-large, archive-invalid
 */
export async function applyBase(files: ImageFiles, layers: readonly ImagePart[], { path, sizeBytesMax }: { readonly path: string; readonly sizeBytesMax: number }): Promise<void> {
  let left = sizeBytesMax;
  for (const [index, layer] of layers.entries()) {
    const spool = `${path}-${index}.tar`;
    const source = spoolTo(spool, openLayer(layer), left);
    for await (const member of readTar(source)) {
      left -= member.sizeBytes;
      const { offset, sizeBytes } = member;
      files.applyLayer(member, { sizeBytes, open: () => readPart(spool, { start: offset, end: offset + sizeBytes }) });
    }
  }
}

/** Passes bytes on and keeps them in a file. */
async function* spoolTo(path: string, source: AsyncIterable<Uint8Array>, sizeBytesMax: number): AsyncGenerator<Uint8Array, void, void> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  let sizeBytes = 0;
  try {
    for await (const piece of source) {
      sizeBytes += piece.length;
      if (sizeBytes > sizeBytesMax) throw new ContainersError('image-too-large', `The layers of a base image have more than ${sizeBytesMax} bytes.`, { sizeBytesMax });
      if (!file.write(piece)) await once(file, 'drain');
      yield piece;
    }
  } finally {
    await new Promise<void>((resolve, reject) => file.end((error?: Error | null) => (error ? reject(error) : resolve())));
  }
}

/** A descriptor of bytes that are in memory. */
export function describeBytes(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}
