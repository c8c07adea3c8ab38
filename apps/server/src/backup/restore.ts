import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { Repository } from '@govc/core';
import {
  BundleHeaderReader, Config, driveJob, hashAlgorithm, indexPack, parseConfig, parseObjectId, parseRefName, bytesFromText,
  type HashAlgorithm, type ReflogEntry,
} from '@govc/core/plumbing';
import { DirectoryBackend, EMPTY_BATCH, initGitDirectory, type Batch } from '@govc/core/storage';

import { SYSTEM_FOLDER } from '../auth/open-system-repository.js';
import { ServerError } from '../errors.js';
import { filesOf, mustBeIntact, readChain, type BackupRepository, type LoadedManifest } from './manifest.js';

/** What {@link verifyBackup} found. */
export interface VerifiedBackup {
  /** Backups in the chain. */
  readonly backupCount: number;
  readonly repositoryCount: number;
  readonly fileCount: number;
}

/**
 * Compares every file of a backup, and of those that it goes on from, with the checksums in their manifests.
 *
 * @throws {ServerError} backup-invalid
 */
export async function verifyBackup(folder: string): Promise<VerifiedBackup> {
  const chain = await readChain(folder);
  let fileCount = 0;
  for (const { folder: place, manifest } of chain) {
    for (const file of filesOf(manifest)) {
      await mustBeIntact(place, file);
      fileCount++;
    }
  }
  return { backupCount: chain.length, repositoryCount: chain.at(-1)!.manifest.repositories.length, fileCount };
}

/**
 * Makes the repositories of a backup in a data folder, after everything was verified. Each is built beside its place and renamed into it
 * when it is complete and passed a check of all its objects.
 *
 * @param dataPath may exist, and hold other repositories
 * @throws {ServerError} backup-invalid: also where an object is missing or damaged
 * @throws {ServerError} repository-id-taken: a repository is there already; nothing was changed.
 */
export async function restoreBackup(
  { backupPath, dataPath }: { readonly backupPath: string; readonly dataPath: string },
): Promise<VerifiedBackup> {
  const verified = await verifyBackup(backupPath);
  const chain = await readChain(backupPath);
  const root = resolve(dataPath);
  const { repositories } = chain.at(-1)!.manifest;
  for (const { path } of repositories) {
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
      throw new ServerError('backup-invalid', `The backup names the repository "${path}", which lies outside of the data folder.`, { path });
    }
    if (await isThere(join(root, path))) throw new ServerError('repository-id-taken', `"${join(root, path)}" exists already.`, { id: path });
  }
  await mkdir(root, { recursive: true });
  for (const repository of repositories) {
    const building = join(root, `.govc-${randomBytes(8).toString('hex')}`);
    try {
      await buildRepository(building, repository, chain);
      // It holds hashes of passwords and keys.
      if (repository.path === SYSTEM_FOLDER) await chmod(building, 0o700);
      await mkdir(dirname(join(root, repository.path)), { recursive: true });
      await rename(building, join(root, repository.path));
    } catch (error) {
      await rm(building, { recursive: true, force: true });
      throw error;
    }
  }
  return verified;
}

/** Makes one repository of a chain of backups in a folder that does not exist. @throws {ServerError} backup-invalid */
export async function buildRepository(building: string, repository: BackupRepository, chain: readonly LoadedManifest[]): Promise<void> {
  const algorithm = hashAlgorithm(repository.objectFormat);
  await initGitDirectory(building, { algorithm, refFormat: repository.refFormat });
  const last = chain.at(-1)!;
  for (const file of repository.files) {
    const name = file.path.slice(file.path.indexOf('/files/') + '/files/'.length);
    if (name === 'config') continue;
    await mkdir(dirname(join(building, name)), { recursive: true });
    await copyFile(join(last.folder, file.path), join(building, name));
  }
  // Every log that there was is to be there again, whatever the configuration says of new ones.
  const logsAll = Config.from(parseConfig(bytesFromText('[core]\nlogAllRefUpdates = always\n'), 'restore'));
  const backend = await DirectoryBackend.open(building, { baseConfig: logsAll });
  const restored = await Repository.on(backend);
  try {
    for (const { folder, manifest } of chain) {
      const bundle = manifest.repositories.find(({ path }) => path === repository.path)?.bundle;
      if (bundle !== undefined) await takeBundle(restored, backend, join(folder, bundle.path));
    }
    const result = restored.apply(await batchOf(repository, last.folder, algorithm));
    if (!result.ok) throw new ServerError('backup-invalid', `"${repository.path}" cannot be restored: ${result.refusals[0]!.message}`, { path: repository.path });
    await restored.flush();
    const broken = restored.fsck().find(({ kind }) => kind === 'missing' || kind === 'corrupt');
    if (broken !== undefined) throw new ServerError('backup-invalid', `"${repository.path}" is not complete in the backup.`, { path: repository.path, finding: broken });
  } finally {
    await restored.close();
  }
  const config = repository.files.find(({ path }) => path.endsWith('/files/config'));
  if (config !== undefined) await copyFile(join(last.folder, config.path), join(building, 'config'));
}

/** Brings the objects of a bundle into the repository, as a pack of its own. */
async function takeBundle(repository: Repository, backend: DirectoryBackend, path: string): Promise<void> {
  const reader = new BundleHeaderReader();
  const incoming = await backend.spool.open();
  try {
    let isInPack = false;
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      const rest = isInPack ? chunk : reader.write(chunk);
      if (rest === undefined) continue;
      isInPack = true;
      if (rest.length > 0) await incoming.write(rest);
    }
    if (!isInPack) throw new ServerError('backup-invalid', `"${path}" is no bundle.`, { path });
    const { algorithm, objects } = repository.snapshot;
    const indexed = await driveJob(indexPack(await incoming.seal(), { algorithm, findBase: (id) => objects.find(id) }));
    if (indexed.completion !== undefined) {
      await incoming.amend(0, indexed.completion.header);
      let at = indexed.completion.offset;
      for (const piece of indexed.completion.pieces) {
        await incoming.amend(at, piece);
        at += piece.length;
      }
    }
    const pack = await incoming.install(indexed.indexBytes, indexed.packChecksum);
    repository.apply({ ...EMPTY_BATCH, packs: [pack], origin: 'restore' });
    await repository.flush();
  } finally {
    await incoming.discard();
  }
}

async function batchOf(repository: BackupRepository, folder: string, algorithm: HashAlgorithm): Promise<Batch> {
  const logs = JSON.parse(await readFile(join(folder, repository.reflogs.path), 'utf8')) as Record<string, readonly ReflogEntry[]>;
  return {
    ...EMPTY_BATCH,
    refs: Object.entries(repository.refs).map(([name, value]) => ({
      name: parseRefName(name),
      value: value.startsWith('ref: ')
        ? { kind: 'symbolic', target: parseRefName(value.slice('ref: '.length)) }
        : { kind: 'direct', id: parseObjectId(value, algorithm) },
      expected: { kind: 'any' },
    })),
    reflogEdits: Object.entries(logs).flatMap(([name, entries]) => (
      entries.map((entry) => ({ name: parseRefName(name), step: { kind: 'append', entry } as const }))
    )),
    origin: 'restore',
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
