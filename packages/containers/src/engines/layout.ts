/**
 * Images in a folder as the OCI image specification lays them out ("Image Layout").
 */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { describeBytes, parseJson, readManifest, type StoredImage } from '../assemble/base-image.js';
import type { BuiltImage, ImagePart } from '../assemble/built-image.js';
import { canonicalJson, type Descriptor, type ImageConfig, type ImageIndex, OCI_INDEX, OCI_MANIFEST } from '../assemble/image-config.js';
import { readPart } from '../assemble/layer-writer.js';
import { checkBlob, digestMismatch } from '../blob-intake.js';
import { type Digest, digestOf, splitDigest } from '../digest.js';
import { ContainersError } from '../errors.js';

const JSON_SIZE_MAX = 8 * 1024 ** 2;

/** Writes an image as a layout with one reference `base`. */
export async function writeLayout(image: StoredImage, path: string): Promise<void> {
  await mkdir(join(path, 'blobs'), { recursive: true });
  const manifest = describeBytes(image.manifest.mediaType ?? OCI_MANIFEST, image.manifestBytes);
  await put(path, manifest, [image.manifestBytes]);
  await put(path, image.manifest.config, [image.configBytes]);
  const written = new Set<Digest>();
  for (const layer of image.layers) {
    if (!written.has(layer.descriptor.digest)) await put(path, layer.descriptor, layer.open());
    written.add(layer.descriptor.digest);
  }
  const annotations = { 'org.opencontainers.image.ref.name': 'base' };
  await writeFile(join(path, 'index.json'), canonicalJson({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...manifest, annotations }] }));
  await writeFile(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

/**
 * The one image of a layout. Everything but the layers is read and checked at once; layers when they are read.
 *
 * @throws {ContainersError} image-unsupported, digest-mismatch
 */
export async function readLayout(path: string): Promise<BuiltImage> {
  const index = parseJson(await readFile(join(path, 'index.json'))) as Partial<ImageIndex>;
  let descriptor = index.manifests?.at(-1);
  if (descriptor?.mediaType === OCI_INDEX) {
    const inner = parseJson(await readSmall(path, descriptor)) as Partial<ImageIndex>;
    descriptor = inner.manifests?.find(({ platform }) => platform !== undefined && platform.os !== 'unknown');
  }
  if (descriptor === undefined) throw new ContainersError('image-unsupported', 'The engine left no image.', {});
  const manifestBytes = await readSmall(path, descriptor);
  const manifest = readManifest(manifestBytes, 'the image');
  const config = parseJson(await readSmall(path, manifest.config)) as ImageConfig;
  const partOf = (each: Descriptor): ImagePart => ({ descriptor: each, open: () => checkBlob(readPart(blobPath(path, each)), { digest: each.digest, sizeBytes: each.size }) });
  const { os, architecture, variant } = config;
  return {
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) }, manifest, manifestBytes, config,
    parts: [manifest.config, ...manifest.layers].map(partOf),
  };
}

async function readSmall(path: string, descriptor: Descriptor): Promise<Uint8Array> {
  const file = blobPath(path, descriptor);
  if ((await stat(file)).size > JSON_SIZE_MAX) throw new ContainersError('image-unsupported', 'A part of the image is too large.', {});
  const bytes = await readFile(file);
  const actual = digestOf(bytes, splitDigest(descriptor.digest).algorithm);
  if (actual !== descriptor.digest) throw digestMismatch(descriptor.digest, actual);
  return bytes;
}

async function put(path: string, descriptor: Descriptor, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const file = blobPath(path, descriptor);
  await mkdir(join(path, 'blobs', splitDigest(descriptor.digest).algorithm), { recursive: true });
  await pipeline(content, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
}

function blobPath(path: string, { digest }: Descriptor): string {
  const { algorithm, hex } = splitDigest(digest);
  return join(path, 'blobs', algorithm, hex);
}
