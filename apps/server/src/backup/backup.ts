import { access, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

import { GovcError, type ObjectId } from '@govc/core';
import { findRefId, writeBundle, type BundleRef, type ReflogEntry } from '@govc/core/plumbing';
import { DirectoryBackend, Writer } from '@govc/core/storage';

import { SYSTEM_FOLDER } from '../auth/open-system-repository.js';
import { ServerError } from '../errors.js';
import { findGitDirectories } from '../repositories/find-directories.js';
import { describeFile, MANIFEST, readManifest, type BackupFile, type BackupRepository, type LoadedManifest, type Manifest } from './manifest.js';

/** What a backup is made of and where it goes. */
export interface BackupOptions {
  /** The data folder of a server, which may be running. */
  readonly dataPath: string;
  /** A folder that does not exist yet. */
  readonly targetPath: string;
  /** An earlier backup to go on from: only what is new since is written. It must stay where it is. */
  readonly sincePath?: string | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What a backup holds. */
export interface BackupSummary {
  readonly repositoryCount: number;
  readonly sizeBytes: number;
}

/** Files of a repository that are no refs and no objects. */
const FILES = ['config', 'description', 'shallow', 'info/exclude', 'info/attributes', 'info/grafts', 'git-daemon-export-ok'];
const ATTEMPTS_MAX = 5;

/**
 * Backs up all repositories below a data folder, and the server's own. Each is as it was at one moment: refs, logs and objects go
 * together; two repositories may be of different moments. The server may go on writing.
 *
 * @throws {ServerError} backup-exists, backup-invalid
 * @throws {GovcError} object-missing, object-corrupt, repository-invalid, io-failed: a repository cannot be read.
 */
export async function backUp({ dataPath, targetPath, sincePath, clock }: BackupOptions): Promise<BackupSummary> {
  const target = resolve(targetPath);
  const base = sincePath === undefined ? undefined : await readManifest(sincePath);
  if (await access(target).then(() => true, () => false)) {
    throw new ServerError('backup-exists', `"${target}" exists already; a backup needs a folder of its own.`, { path: target });
  }
  await mkdir(target, { recursive: true, mode: 0o700 });
  const createdMs = clock();
  const paths = await findGitDirectories(dataPath);
  if (await access(join(dataPath, SYSTEM_FOLDER)).then(() => true, () => false)) paths.push(SYSTEM_FOLDER);
  const repositories: BackupRepository[] = [];
  for (const path of paths) {
    const saved = await backUpRepository({ source: join(dataPath, path), path, target, base });
    if (saved !== undefined) repositories.push(saved);
  }
  const manifest: Manifest = {
    version: 1, createdMs, base: base === undefined ? undefined : relative(target, base.folder), baseSha256: base?.sha256, repositories,
  };
  await writeDurably(join(target, MANIFEST), [Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`)]);
  const sizes = repositories.flatMap(({ bundle, files, reflogs }) => [...files, reflogs, ...(bundle === undefined ? [] : [bundle])]);
  return { repositoryCount: repositories.length, sizeBytes: sizes.reduce((sum, { size }) => sum + size, 0) };
}

/** One repository to be backed up. */
export interface RepositoryRequest {
  readonly source: string;
  readonly path: string;
  readonly target: string;
  readonly base: LoadedManifest | undefined;
}

/** Backs up one repository; `undefined` for one that was deleted meanwhile. @throws as {@link backUp} */
export async function backUpRepository(request: RepositoryRequest): Promise<BackupRepository | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryBackUp(request);
    } catch (error) {
      if (!(error instanceof GovcError)) throw error;
      if (!(await access(request.source).then(() => true, () => false))) return undefined;
      // A ref may have been deleted, and what it led to by a repack, while it was being read.
      if ((error.code !== 'object-missing' && error.code !== 'io-failed') || attempt >= ATTEMPTS_MAX) throw error;
    }
  }
}

async function tryBackUp({ source, path, target, base }: RepositoryRequest): Promise<BackupRepository> {
  const backend = await DirectoryBackend.open(source);
  const writer = await Writer.open(backend);
  try {
    const { current: snapshot } = writer;
    const { objects, algorithm } = snapshot;
    const logs: Record<string, readonly ReflogEntry[]> = {};
    const refs: Record<string, string> = {};
    const wanted: BundleRef[] = [];
    const tips = new Set<ObjectId>();
    const isCommit = (id: ObjectId): boolean => objects.findHeader(id)?.type === 'commit';
    for (const [name, value] of snapshot.refs.entries()) {
      refs[name] = value.kind === 'direct' ? value.id : `ref: ${value.target}`;
      const id = findRefId(snapshot.refs, name as Parameters<typeof findRefId>[1]);
      if (id !== undefined) wanted.push({ name, id });
      if (id !== undefined && isCommit(id)) tips.add(id);
      const log = backend.reflogs.find(name as Parameters<typeof findRefId>[1]);
      if (log !== undefined) logs[name] = log;
    }
    // What only logs name is brought by refs that stand in the bundle alone.
    for (const id of new Set(Object.values(logs).flatMap((log) => log.flatMap(({ oldId, newId }) => [oldId, newId])))) {
      if (tips.has(id) || id === algorithm.zeroId || !isCommit(id)) continue;
      tips.add(id);
      wanted.push({ name: `refs/govc-backup/${id}`, id });
    }
    const earlier = base?.manifest.repositories.find((each) => each.path === path);
    const exclude = (earlier?.tips ?? []).filter((id): id is ObjectId => isCommit(id as ObjectId));
    const folder = `repositories/${path}`;
    const save = async (name: string, chunks: Iterable<Uint8Array>): Promise<BackupFile> => {
      await writeDurably(join(target, folder, name), chunks);
      return describeFile(target, `${folder}/${name}`);
    };
    const bundle = await saveBundle(() => writeBundle({ snapshot, refs: wanted, exclude }), (chunks) => save('objects.bundle', chunks));
    const files: BackupFile[] = [];
    for (const name of FILES) {
      const bytes = await readIfThere(join(backend.commonPath, name));
      if (bytes !== undefined) files.push(await save(`files/${name}`, [bytes]));
    }
    return {
      path, objectFormat: algorithm.name, refFormat: snapshot.config.get('extensions.refstorage') === 'reftable' ? 'reftable' : 'files',
      refs, bundle, files, reflogs: await save('reflogs.json', [Buffer.from(JSON.stringify(logs))]),
      // Tips that are gone are still in the chain.
      tips: [...new Set([...tips, ...(earlier?.tips ?? [])])],
    };
  } finally {
    await writer.close();
  }
}

/** @returns `undefined` where the bundle would bring nothing */
async function saveBundle(
  make: () => Iterable<unknown>, save: (chunks: Iterable<Uint8Array>) => Promise<BackupFile>,
): Promise<BackupFile | undefined> {
  try {
    return await save(bytesOf(make()));
  } catch (error) {
    if (error instanceof GovcError && error.code === 'bundle-empty') return undefined;
    throw error;
  }
}

function* bytesOf(pieces: Iterable<unknown>): Generator<Uint8Array, void, void> {
  for (const piece of pieces) if (piece instanceof Uint8Array) yield piece;
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function writeDurably(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const building = `${path}.new`;
  await writeFile(building, '', { mode: 0o600 });
  const file = await open(building, 'w');
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(building, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
