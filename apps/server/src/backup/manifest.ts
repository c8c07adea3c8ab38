import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { ServerError } from '../errors.js';

/** One file of a backup; its path is relative to the folder of the backup. */
export interface BackupFile {
  readonly path: string;
  readonly size: number;
  /** In lower-case hex. */
  readonly sha256: string;
}

/** What a backup says of one repository. */
export interface BackupRepository {
  /** Its folder below the data folder. */
  readonly path: string;
  readonly objectFormat: 'sha1' | 'sha256';
  readonly refFormat: 'files' | 'reftable';
  /** All refs, HEAD among them: an id, or `ref: <name>`. */
  readonly refs: Readonly<Record<string, string>>;
  /** Commits that hold all objects of this backup and the ones before it: an incremental one begins there. */
  readonly tips: readonly string[];
  /** The bundle of objects; `undefined` where there is nothing new. */
  readonly bundle: BackupFile | undefined;
  /** Files that are as they were in the repository. */
  readonly files: readonly BackupFile[];
  readonly reflogs: BackupFile;
}

/** What is in a backup. */
export interface Manifest {
  readonly version: 1;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** The folder of the backup that this one goes on from, relative to its own; `undefined`: it is whole. */
  readonly base: string | undefined;
  /** The checksum of the manifest of that one. */
  readonly baseSha256: string | undefined;
  readonly repositories: readonly BackupRepository[];
}

/** The name of the manifest in the folder of a backup: it is written last, so a backup without one never ended. */
export const MANIFEST = 'manifest.json';
const CHAIN_MAX = 10_000;

/** A backup and where it lies. */
export interface LoadedManifest {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sha256: string;
}

/** Reads the manifest of a backup. @throws {ServerError} backup-invalid */
export async function readManifest(folder: string): Promise<LoadedManifest> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(folder, MANIFEST));
  } catch (error) {
    throw new ServerError('backup-invalid', `"${folder}" is no backup, or one that never ended: it has no ${MANIFEST}.`, { folder }, { cause: error });
  }
  let read: Partial<Omit<Manifest, 'version'>> & { readonly version?: number };
  try {
    read = JSON.parse(Buffer.from(bytes).toString()) as typeof read;
  } catch (error) {
    throw new ServerError('backup-invalid', `The manifest in "${folder}" cannot be read.`, { folder }, { cause: error });
  }
  // What is not what it should be shows when the checksums are compared; a version that is not known does not.
  if (read.version !== 1 || !Array.isArray(read.repositories)) {
    throw new ServerError('backup-invalid', `The manifest in "${folder}" is of another version.`, { folder });
  }
  return { folder: resolve(folder), manifest: read as Manifest, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** A backup with all that it goes on from, the oldest first. @throws {ServerError} backup-invalid */
export async function readChain(folder: string): Promise<LoadedManifest[]> {
  const chain = [await readManifest(folder)];
  for (let last = chain[0]!; last.manifest.base !== undefined; last = chain[0]!) {
    const base = await readManifest(resolve(last.folder, last.manifest.base));
    if (base.sha256 !== last.manifest.baseSha256 || chain.length >= CHAIN_MAX) {
      throw new ServerError('backup-invalid', `"${base.folder}" is not the backup that "${last.folder}" goes on from.`, { folder: base.folder });
    }
    chain.unshift(base);
  }
  return chain;
}

/** Size and checksum of a file in a backup. */
export async function describeFile(folder: string, path: string): Promise<BackupFile> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(join(folder, path)) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { path, size, sha256: hash.digest('hex') };
}

/** @throws {ServerError} backup-invalid: a file is missing or not what the manifest says */
export async function mustBeIntact(folder: string, file: BackupFile): Promise<void> {
  if (file.path.split('/').includes('..') || file.path.startsWith('/')) {
    throw new ServerError('backup-invalid', `The backup names the file "${file.path}" outside of itself.`, { folder });
  }
  let found: BackupFile | undefined;
  try {
    found = await describeFile(folder, file.path);
  } catch (error) {
    throw new ServerError('backup-invalid', `"${join(folder, file.path)}" cannot be read.`, { folder, path: file.path }, { cause: error });
  }
  if (found.size !== file.size || found.sha256 !== file.sha256) {
    throw new ServerError('backup-invalid', `"${join(folder, file.path)}" is not what was backed up.`, { folder, path: file.path });
  }
}

/** All files that a manifest names. */
export function filesOf({ repositories }: Manifest): BackupFile[] {
  return repositories.flatMap(({ bundle, files, reflogs }) => [...(bundle === undefined ? [] : [bundle]), ...files, reflogs]);
}
