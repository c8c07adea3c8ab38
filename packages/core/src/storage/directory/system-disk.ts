import {
  chmodSync, closeSync, linkSync, mkdirSync, mkdtempSync, openSync, renameSync, rmdirSync, unlinkSync, utimesSync, writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';

/** A new file that is written without blocking. */
export interface NewFile {
  writeFile(bytes: Uint8Array): Promise<void>;
  /** Forces its bytes to the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The calls by which this folder changes anything on a disk. All of them go through one of these, so that a test can
 * count them, let them fail, and know what a crash after each would leave behind; reading changes nothing and is
 * not here. Errors are those of the system, with its codes.
 */
export interface Disk {
  /** Makes a directory and its parents. */
  makeDirectory(path: string): void;
  /** Makes a directory whose name begins like this, and gives its path. */
  makeUniqueDirectory(prefix: string): string;
  /** Opens a file for writing: one that must not exist (`wx`, `wx+`), one that is emptied (`w`), or at its end (`a`). */
  open(path: string, flags: 'a' | 'w' | 'wx' | 'wx+', mode: number): number;
  /** Writes the bytes from `start` on, at a position or, for `null`, where the file stands; gives how many it wrote. */
  write(fd: number, bytes: Uint8Array, start: number, position: number | null): number;
  close(fd: number): void;
  /** Creates a file that must not exist. */
  create(path: string, mode: number): Promise<NewFile>;
  /** Forces the bytes of a file, or the names in a directory, to the disk. */
  sync(path: string): Promise<void>;
  link(path: string, other: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Removes an empty directory. */
  removeDirectory(path: string): void;
  setMode(path: string, mode: number): void;
  /** Sets when the file was last changed, in milliseconds since 1970. */
  setTime(path: string, timeMs: number): void;
}

/** The disk of the machine. */
export const SYSTEM_DISK: Disk = {
  makeDirectory: (path) => {
    mkdirSync(path, { recursive: true });
  },
  makeUniqueDirectory: (prefix) => mkdtempSync(prefix),
  open: (path, flags, mode) => openSync(path, flags, mode),
  write: (fd, bytes, start, position) => writeSync(fd, bytes, start, bytes.length - start, position),
  close: (fd) => {
    closeSync(fd);
  },
  create: (path, mode) => open(path, 'wx', mode),
  sync: async (path) => {
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
  link: (path, other) => {
    linkSync(path, other);
  },
  rename: (from, to) => {
    renameSync(from, to);
  },
  unlink: (path) => {
    unlinkSync(path);
  },
  removeDirectory: (path) => {
    rmdirSync(path);
  },
  setMode: (path, mode) => {
    chmodSync(path, mode);
  },
  setTime: (path, timeMs) => {
    utimesSync(path, timeMs / 1000, timeMs / 1000);
  },
};
