import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { type Digest, Digester } from '../digest.js';
import { ContainersError } from '../errors.js';
import type { ImagePart } from './built-image.js';
import { OCI_LAYER_GZIP } from './image-config.js';
import type { Content, ImageNode } from './image-files.js';
import { TAR_END, tarHeader, tarPadding } from './tar-writer.js';

/**
 * The time of every file of a layer: the first second of 1980, the earliest that archives of every kind can hold. A commit knows no times of
 * files, and equal files in equal layers are stored once.
 */
export const FILE_TIME_SECONDS = 315_532_800;

/** A layer that was written. */
export interface WrittenLayer {
  readonly part: ImagePart;
  /** Of the archive before compression. */
  readonly diffId: Digest;
  readonly sizeBytes: number;
}

/**
 * Writes changes as a compressed layer to a file. Equal changes give equal bytes.
 *
 * @throws {ContainersError} image-too-large, build-cancelled
 */
export async function writeLayer(
  path: string, changes: readonly { readonly path: string; readonly node: ImageNode }[], { sizeBytesMax, signal }: { readonly sizeBytesMax: number; readonly signal: AbortSignal },
): Promise<WrittenLayer> {
  const plain = new Digester();
  const packed = new Digester();
  const measured = async function* (): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of archive(changes)) {
      if (signal.aborted) throw new ContainersError('build-cancelled', 'The build was cancelled.');
      plain.add(piece);
      if (plain.sizeBytes > sizeBytesMax) throw new ContainersError('image-too-large', `A layer has more than ${sizeBytesMax} bytes.`, { sizeBytesMax });
      yield piece;
    }
  };
  const counted = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of source) {
      packed.add(piece);
      yield piece;
    }
  };
  await pipeline(measured, createGzip({ level: 6 }), counted, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  const descriptor = { mediaType: OCI_LAYER_GZIP, digest: packed.finish(), size: packed.sizeBytes };
  return { part: { descriptor, open: () => readPart(path) }, diffId: plain.finish(), sizeBytes: plain.sizeBytes };
}

async function* archive(changes: readonly { readonly path: string; readonly node: ImageNode }[]): AsyncGenerator<Uint8Array, void, void> {
  for (const { path, node } of changes) {
    if (node.kind === 'device') continue;
    const content: Content | undefined = node.kind === 'file' ? node.content : undefined;
    const sizeBytes = content?.sizeBytes ?? 0;
    yield tarHeader({
      path, kind: node.kind, mode: node.mode, uid: node.uid, gid: node.gid, timeSeconds: FILE_TIME_SECONDS, sizeBytes,
      target: node.kind === 'link' ? node.target : '',
    });
    if (content === undefined || sizeBytes === 0) continue;
    let written = 0;
    for await (const piece of content.open()) {
      written += piece.length;
      yield piece;
    }
    if (written !== sizeBytes) throw new ContainersError('archive-invalid', `"${path}" changed while it was read.`, { path });
    yield tarPadding(sizeBytes);
  }
  yield TAR_END;
}

/** The bytes of a file, or of a part of it. */
export async function* readPart(path: string, range?: { readonly start: number; readonly end: number }): AsyncGenerator<Uint8Array, void, void> {
  if (range !== undefined && range.end <= range.start) return;
  const stream = createReadStream(path, { highWaterMark: 256 * 1024, ...(range === undefined ? {} : { start: range.start, end: range.end - 1 }) });
  for await (const piece of stream) yield piece as Uint8Array;
}
