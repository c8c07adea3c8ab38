import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

import type { Repository } from '@govc/core';
import { bytesFromLosslessText, DiskFiles, losslessTextFromBytes, type Files } from '@govc/core/plumbing';

import { parentPath, type FilesHost, type OpenRequest } from './files-host.js';

/** The disk of the machine. */
export class DiskHost implements FilesHost {
  readonly userId: number | undefined;

  /** @param userId whose repositories are trusted; `undefined` for everybody's */
  constructor(userId: number | undefined) {
    this.userId = userId;
  }

  at(directory: string): Files {
    return new DiskFiles(directory);
  }

  gitFilesAt(directory: string): Files {
    return new DiskFiles(directory, { followsLinks: true });
  }

  findRealPath(path: string): string | undefined {
    return unlessAbsent(() => losslessTextFromBytes(realpathSync(place(path), { encoding: 'buffer' })));
  }

  async open(gitDirectory: string, request: OpenRequest): Promise<Repository> {
    return (await import('./open-repository.js')).openRepository(gitDirectory, request);
  }

  release(repository: Repository): Promise<void> {
    return repository.close();
  }

  readFile(path: string): Uint8Array | undefined {
    return unlessAbsent(() => readFileSync(place(path)));
  }

  writeFile(path: string, bytes: Uint8Array): void {
    mkdirSync(place(parentPath(path)), { recursive: true });
    writeFileSync(place(path), bytes);
  }

  writePrivateFile(path: string, bytes: Uint8Array): void {
    mkdirSync(place(parentPath(path)), { recursive: true, mode: 0o700 });
    const fresh = place(`${path}.${Math.random().toString(36).slice(2)}`);
    try {
      // A new file, so that neither the mode nor the contents of an old one are ever in between.
      writeFileSync(fresh, bytes, { mode: 0o600, flag: 'wx', flush: true });
      renameSync(fresh, place(path));
    } finally {
      rmSync(fresh, { force: true });
    }
  }

  kindAt(path: string): 'file' | 'directory' | 'other' | undefined {
    const stats = unlessAbsent(() => statSync(place(path)));
    return stats === undefined ? undefined : stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'other';
  }
}

/** The system takes paths as bytes. */
function place(path: string): Buffer {
  return Buffer.from(bytesFromLosslessText(path));
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

function unlessAbsent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
