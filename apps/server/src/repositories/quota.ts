import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Batch, Snapshot } from '@govc/core';
import { Pack } from '@govc/core/plumbing';

import type { Quota } from '../config.js';
import { ServerError } from '../errors.js';

/** What the objects of a repository take. */
export interface Usage {
  readonly bytes: number;
  readonly objects: number;
}

/** Nothing yet. */
export const NO_USAGE: Usage = { bytes: 0, objects: 0 };

/**
 * Keeps one repository within its quota. It counts what is added from when the repository was opened; what others add to a directory
 * counts from the next opening on, and what a garbage collection frees does so, too.
 */
export class QuotaKeeper {
  readonly #quota: Quota;
  #bytes: number;
  #objects: number;
  /** A pack comes twice where hooks look at it before it takes effect. */
  readonly #counted = new WeakSet<object>();

  constructor(quota: Quota, used: Usage) {
    this.#quota = quota;
    this.#bytes = used.bytes;
    this.#objects = used.objects;
  }

  /**
   * Lets a batch pass and counts it. What adds nothing always passes, so that a full repository can be emptied.
   *
   * @throws {ServerError} quota-exceeded
   */
  readonly admit = (batch: Batch, current: Snapshot): void => {
    const packs = batch.packs.filter((pack) => !this.#counted.has(pack));
    const added = usageOfBatch({ objects: batch.objects, packs });
    const reason = this.findRefusal(added, refsAfter(batch, current));
    if (reason !== undefined) throw exceeded(reason);
    this.#bytes += added.bytes;
    this.#objects += added.objects;
    for (const pack of packs) this.#counted.add(pack);
  };

  /** Why so much more must not come, in a sentence; `undefined`: it may. */
  findRefusal(added: Usage, refs: { readonly before: number; readonly after: number }): Refusal | undefined {
    const { bytes, objects, refs: refsMax } = this.#quota;
    if (refsMax !== undefined && refs.after > refsMax && refs.after > refs.before) return { quota: 'refs', max: refsMax, wanted: refs.after };
    if (objects !== undefined && added.objects > 0 && this.#objects + added.objects > objects) {
      return { quota: 'objects', max: objects, wanted: this.#objects + added.objects };
    }
    if (bytes !== undefined && added.bytes > 0 && this.#bytes + added.bytes > bytes) return { quota: 'bytes', max: bytes, wanted: this.#bytes + added.bytes };
    return undefined;
  }
}

/** Which quota would be exceeded, and by what. */
export interface Refusal {
  readonly quota: 'bytes' | 'objects' | 'refs';
  readonly max: number;
  readonly wanted: number;
}

/** What a refusal says. */
export function sentenceOf({ quota, max, wanted }: Refusal): string {
  return `the repository would have ${wanted} ${quota}, and its quota is ${max}`;
}

function exceeded(refusal: Refusal): ServerError {
  return new ServerError('quota-exceeded', `This is refused because ${sentenceOf(refusal)}; delete something, or ask for a larger quota.`, { ...refusal });
}

/** A keeper, where there is anything to keep. */
export function createQuotaKeeper(quota: Quota, used: Usage = NO_USAGE): QuotaKeeper | undefined {
  const isBound = quota.bytes !== undefined || quota.objects !== undefined || quota.refs !== undefined;
  return isBound ? new QuotaKeeper(quota, used) : undefined;
}

/** What a batch adds: packs by their size, other objects by their bodies before compression. */
export function usageOfBatch({ objects, packs }: Pick<Batch, 'objects' | 'packs'>): Usage {
  let bytes = 0;
  for (const { body } of objects) bytes += body.length;
  let count = objects.length;
  for (const pack of packs) {
    if (!(pack instanceof Pack)) continue;
    bytes += pack.source.size;
    count += pack.objectCount;
  }
  return { bytes, objects: count };
}

function refsAfter({ refs }: Batch, current: Snapshot): { readonly before: number; readonly after: number } {
  const before = current.refs.size;
  let after = before;
  for (const { name, value } of refs) {
    const isThere = current.refs.get(name) !== undefined;
    if (isThere && value === undefined) after--;
    else if (!isThere && value !== undefined) after++;
  }
  return { before, after };
}

/**
 * What lies in the `objects` folder of a Git directory: packs by the counts of their indexes, and loose objects. Cost: reads the
 * folder, and a few bytes of each index.
 */
export async function measureDirectory(commonPath: string): Promise<Usage> {
  const objectsPath = join(commonPath, 'objects');
  let bytes = 0;
  let objects = 0;
  const packPath = join(objectsPath, 'pack');
  for (const name of await namesIn(packPath)) {
    if (name.endsWith('.pack')) bytes += (await stat(join(packPath, name))).size;
    else if (name.endsWith('.idx')) objects += await countOfIndex(join(packPath, name));
  }
  for (const folder of await namesIn(objectsPath)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of await namesIn(join(objectsPath, folder))) {
      objects++;
      bytes += (await stat(join(objectsPath, folder, name))).size;
    }
  }
  return { bytes, objects };
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The last entry of the fan-out table: version 2 has eight bytes before it, version 1 none. */
async function countOfIndex(path: string): Promise<number> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(8 + 256 * 4);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const start = head.readUInt32BE(0) === 0xff744f63 ? 8 : 0;
    return bytesRead >= start + 1024 ? head.readUInt32BE(start + 255 * 4) : 0;
  } finally {
    await file.close();
  }
}
