import { access, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { Repository } from '@govc/core';

/** Its folder below the data folder: no id of a repository can spell it, so no request reaches it. */
export const SYSTEM_FOLDER = '.govc-system.git';

/**
 * The system repository of a server: a bare repository beside those it serves, or one in memory that ends with the process.
 *
 * @param dataPath `undefined`: in memory
 */
export async function openSystemRepository(dataPath: string | undefined, clock: () => number): Promise<Repository> {
  if (dataPath === undefined) return Repository.init({ clock });
  await mkdir(dataPath, { recursive: true });
  const path = join(await realpath(dataPath), SYSTEM_FOLDER);
  const isThere = await access(path).then(() => true, () => false);
  if (isThere) return Repository.open(path, { clock });
  const made = await Repository.create(path, { clock });
  return made;
}
