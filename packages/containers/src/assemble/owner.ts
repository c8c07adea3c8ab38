import { errorAt } from '../errors.js';
import { readAll } from './base-image.js';
import type { ImageFiles } from './image-files.js';

const TABLE_SIZE_MAX = 4 * 1024 ** 2;

/**
 * The owner that `--chown=user[:group]` names; names are looked up in the image.
 *
 * @throws {ContainersError} instruction-invalid: the image knows no such user or group
 */
export async function findOwner(text: string, files: ImageFiles, line: number): Promise<{ readonly uid: number; readonly gid: number }> {
  const [user = '', group] = text.split(':');
  const isNumber = (part: string): boolean => /^\d{1,10}$/.test(part);
  const passwd = isNumber(user) ? undefined : await findRow(files, 'etc/passwd', user);
  const uid = isNumber(user) ? Number(user) : Number(passwd?.[2]);
  if (!Number.isInteger(uid)) throw errorAt(line, 'instruction-invalid', `the image has no user "${user.slice(0, 100)}"`);
  if (group === undefined) return { uid, gid: passwd === undefined ? uid : Number(passwd[3]) };
  const gid = isNumber(group) ? Number(group) : Number((await findRow(files, 'etc/group', group))?.[2]);
  if (!Number.isInteger(gid)) throw errorAt(line, 'instruction-invalid', `the image has no group "${group.slice(0, 100)}"`);
  return { uid, gid };
}

async function findRow(files: ImageFiles, path: string, name: string): Promise<string[] | undefined> {
  const node = files.find(path);
  if (node?.kind !== 'file') return undefined;
  const text = Buffer.from(await readAll(node.content.open(), TABLE_SIZE_MAX)).toString('utf8');
  return text.split('\n').map((row) => row.split(':')).find(([first]) => first === name);
}
