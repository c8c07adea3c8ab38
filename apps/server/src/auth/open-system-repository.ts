import { access, mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { Repository } from '@govc/core';

/** Its folder below the data folder: no id of a repository can spell it, so no request reaches it. */
export const SYSTEM_FOLDER = '.govc-system.git';

/**
 * The system repository of a server: a bare repository at this path, made where there is none, or one in memory that ends with the
 * process. Only its owner may look into a folder that is made for it: it holds hashes of passwords and keys.
 *
 * @param path `undefined`: in memory
 */
export async function openSystemRepository(path: string | undefined, clock: () => number): Promise<Repository> {
  if (path === undefined) return Repository.init({ clock });
  const whole = resolve(path);
  await mkdir(dirname(whole), { recursive: true });
  const place = join(await realpath(dirname(whole)), basename(whole));
  const isThere = await access(place).then(() => true, () => false);
  if (isThere) return Repository.open(place, { clock });
  await mkdir(place, { mode: 0o700 });
  return Repository.create(place, { clock });
}
