import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { GovcError, type ObjectId } from '@govc/core';
import { parseFsckSkipList } from '@govc/core/plumbing';

import type { HostedRepository } from '../repositories/repositories.js';

/**
 * The objects whose faults a push is forgiven: the file that `receive.fsck.skipList` names.
 *
 * @returns `undefined` when nothing is named
 * @throws {GovcError} config-invalid: the file cannot be read or holds something else.
 */
export async function readSkipList({ repository, directory }: HostedRepository): Promise<ReadonlySet<ObjectId> | undefined> {
  const { config, algorithm } = repository.snapshot;
  const named = directory === undefined ? undefined : config.get('receive.fsck.skiplist');
  if (named === undefined) return undefined;
  const path = resolve(directory!.gitPath, named);
  try {
    return parseFsckSkipList(await readFile(path), algorithm);
  } catch (error) {
    if (error instanceof GovcError) throw error;
    throw new GovcError('config-invalid', `could not open object name list: ${named}`, { name: 'receive.fsck.skipList', path }, { cause: error });
  }
}
