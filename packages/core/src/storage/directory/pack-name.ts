import { join } from 'node:path';
import { hexFromBytes } from '../../bytes/hex.js';
import { concatBytes } from '../../bytes/compare.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { findStat } from './disk.js';

/**
 * The name for the files of a new pack, without their ends: `pack-<checksum>`, as Git names them, unless the repository
 * has a pack of that name. That one may be about to be deleted by a repack that found its objects unreachable, name
 * and all; so the new pack gets another.
 */
export function newPackName(objectsPath: string, packChecksum: Uint8Array, algorithm: HashAlgorithm): string {
  let id = packChecksum;
  for (let i = 0; ; i++) {
    const name = `pack-${hexFromBytes(id)}`;
    if (findStat(join(objectsPath, 'pack', `${name}.pack`)) === undefined) return name;
    id = algorithm.digest(concatBytes([packChecksum, Uint8Array.of(i & 0xff, i >> 8)]));
  }
}
