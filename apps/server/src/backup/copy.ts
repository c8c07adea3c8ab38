import { randomBytes } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { Repository } from '@govc/core';
import { locateGitDirectory } from '@govc/core/storage';

import { ServerError } from '../errors.js';
import { backUpRepository } from './backup.js';
import { buildRepository } from './restore.js';

/**
 * Copies any Git directory to a bare one: all refs, HEAD, logs, configuration and description, and every object that refs and logs
 * lead to. Others may write to the source meanwhile. The copy appears when it is complete and was checked.
 *
 * @param sourcePath a bare repository, a `.git` folder, or a worktree with one
 * @param targetPath must not exist
 * @throws {ServerError} repository-id-taken: something is at the target; repository-unknown: the source went away
 * @throws {GovcError} repository-invalid, object-missing, object-corrupt, unsupported, io-failed
 */
export async function copyRepository({ sourcePath, targetPath }: { readonly sourcePath: string; readonly targetPath: string }): Promise<void> {
  const target = resolve(targetPath);
  if (await access(target).then(() => true, () => false)) throw new ServerError('repository-id-taken', `"${target}" exists already.`, { id: target });
  const source = locateGitDirectory(sourcePath).gitPath;
  await mkdir(dirname(target), { recursive: true });
  const work = join(dirname(target), `.govc-${randomBytes(8).toString('hex')}`);
  try {
    const saved = await backUpRepository({ source, path: 'copy', target: work, base: undefined });
    if (saved === undefined) throw new ServerError('repository-unknown', `"${sourcePath}" went away while it was copied.`, { id: sourcePath });
    const manifest = { version: 1, createdMs: 0, base: undefined, baseSha256: undefined, repositories: [saved] } as const;
    const building = join(work, 'built');
    await buildRepository(building, saved, [{ folder: work, manifest, sha256: '' }]);
    const copy = await Repository.open(building);
    copy.setConfig('core.bare', 'true');
    if (copy.snapshot.config.has('core.worktree')) copy.setConfig('core.worktree', undefined);
    await copy.close();
    await rename(building, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
