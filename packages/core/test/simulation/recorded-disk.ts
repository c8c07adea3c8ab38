import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SYSTEM_DISK, type Disk, type NewFile } from '../../src/storage/directory/system-disk.js';

/** A name in a directory that begins to stand for a file or directory, or, for 0, for nothing. */
export interface NameChange {
  readonly folder: number;
  readonly name: string;
  readonly node: number;
}

/** What one call changed. Nodes are files and directories by number, as inodes are. */
export type Step =
  | { readonly kind: 'names'; readonly changes: readonly NameChange[] }
  | { readonly kind: 'write'; readonly node: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'empty'; readonly node: number }
  | { readonly kind: 'sync'; readonly node: number }
  | { readonly kind: 'other' };

/** The number of the folder that everything is in. */
export const ROOT = 1;

interface OpenFile {
  readonly node: number;
  position: number;
  readonly appends: boolean;
}

/**
 * A disk that does everything at once in a real folder, which so shows what a running machine shows, and keeps a
 * record of all calls, from which `crash.ts` computes what a crash after any of them may leave. Nothing is ever really
 * forced to a disk. Calls can be made to fail.
 *
 * 1. Every call appends exactly one step, also one that fails.
 * 2. Names and sizes that the record knows are those of the real folder.
 */
export class RecordedDisk implements Disk {
  readonly steps: Step[] = [];
  /** Which nodes are directories. */
  readonly folders = new Set([ROOT]);
  readonly #nodes: Map<string, number>;
  readonly #open = new Map<number, OpenFile>();
  readonly #sizes = new Map<number, number>();
  readonly #failures = new Map<number, string>();
  #nodeCount = ROOT;
  /** How many times something was forced to the disk. */
  syncCount = 0;
  /** What a call that was made to fail should have removed; empty for other calls. */
  failedPath = '';

  /** @param root an empty folder; nothing outside of it is changed */
  constructor(root: string) {
    this.#nodes = new Map([[root, ROOT]]);
  }

  /** Lets the call after so many others fail with a code of the system. */
  failAt(index: number, code: string): void {
    this.#failures.set(index, code);
  }

  makeDirectory(path: string): void {
    this.#mayFail();
    const changes: NameChange[] = [];
    this.#makeFolders(path, changes);
    SYSTEM_DISK.makeDirectory(path);
    this.steps.push({ kind: 'names', changes });
  }

  makeUniqueDirectory(prefix: string): string {
    this.#mayFail();
    const path = SYSTEM_DISK.makeUniqueDirectory(prefix);
    const changes: NameChange[] = [];
    this.#makeFolders(path, changes);
    this.steps.push({ kind: 'names', changes });
    return path;
  }

  open(path: string, flags: 'a' | 'w' | 'wx' | 'wx+', mode: number): number {
    this.#mayFail();
    const fd = this.#recordFailing(() => SYSTEM_DISK.open(path, flags, mode));
    this.#open.set(fd, { node: this.#opened(path, flags === 'w'), position: 0, appends: flags === 'a' });
    return fd;
  }

  write(fd: number, bytes: Uint8Array, start: number, position: number | null): number {
    this.#mayFail();
    const file = this.#open.get(fd)!;
    const count = SYSTEM_DISK.write(fd, bytes, start, position);
    const offset = position ?? (file.appends ? this.#sizes.get(file.node)! : file.position);
    file.position = offset + count;
    this.#written(file.node, offset, bytes.slice(start, start + count));
    return count;
  }

  close(fd: number): void {
    // A close that fails has closed all the same, and nobody writes after it.
    this.#open.delete(fd);
    SYSTEM_DISK.close(fd);
    this.steps.push({ kind: 'other' });
  }

  async create(path: string, mode: number): Promise<NewFile> {
    this.#mayFail();
    const file = await SYSTEM_DISK.create(path, mode);
    const node = this.#opened(path, false);
    return {
      writeFile: async (bytes) => {
        this.#mayFail();
        await file.writeFile(bytes);
        this.#written(node, this.#sizes.get(node)!, bytes.slice());
      },
      sync: async () => {
        this.#synced(node);
      },
      close: () => file.close(),
    };
  }

  async sync(path: string): Promise<void> {
    const node = this.#nodes.get(path);
    if (node === undefined) {
      // The folder of the whole repository lies in one that is no matter of ours.
      lstatSync(path);
      return;
    }
    this.#synced(node);
  }

  link(path: string, other: string): void {
    this.#mayFail();
    this.#recordFailing(() => {
      SYSTEM_DISK.link(path, other);
    });
    const node = this.#nodeOf(path);
    this.#nodes.set(other, node);
    this.steps.push({ kind: 'names', changes: [this.#change(other, node)] });
  }

  rename(from: string, to: string): void {
    this.#mayFail();
    this.#recordFailing(() => {
      SYSTEM_DISK.rename(from, to);
    });
    const node = this.#nodeOf(from);
    if (this.folders.has(node)) throw new Error('No directory is renamed here.');
    this.#nodes.delete(from);
    this.#nodes.set(to, node);
    this.steps.push({ kind: 'names', changes: [this.#change(to, node), this.#change(from, 0)] });
  }

  unlink(path: string): void {
    this.#remove(path, () => {
      SYSTEM_DISK.unlink(path);
    });
  }

  removeDirectory(path: string): void {
    this.#remove(path, () => {
      SYSTEM_DISK.removeDirectory(path);
    });
  }

  setMode(path: string, mode: number): void {
    this.#mayFail();
    SYSTEM_DISK.setMode(path, mode);
    this.steps.push({ kind: 'other' });
  }

  setTime(path: string, timeMs: number): void {
    this.#mayFail();
    SYSTEM_DISK.setTime(path, timeMs);
    this.steps.push({ kind: 'other' });
  }

  #remove(path: string, remove: () => void): void {
    this.#mayFail(path);
    this.#recordFailing(remove);
    this.#nodes.delete(path);
    this.steps.push({ kind: 'names', changes: [this.#change(path, 0)] });
  }

  #mayFail(path = ''): void {
    const code = this.#failures.get(this.steps.length);
    if (code === undefined) return;
    this.failedPath = path;
    this.steps.push({ kind: 'other' });
    throw Object.assign(new Error(`${code}: says the simulation`), { code });
  }

  #recordFailing<Result>(call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      this.steps.push({ kind: 'other' });
      throw error;
    }
  }

  #synced(node: number): void {
    this.#mayFail();
    this.syncCount++;
    this.steps.push({ kind: 'sync', node });
  }

  #written(node: number, offset: number, bytes: Uint8Array): void {
    this.#sizes.set(node, Math.max(this.#sizes.get(node)!, offset + bytes.length));
    this.steps.push({ kind: 'write', node, offset, bytes });
  }

  #opened(path: string, empties: boolean): number {
    const known = this.#nodes.get(path);
    if (known !== undefined) {
      if (empties) this.#sizes.set(known, 0);
      this.steps.push(empties ? { kind: 'empty', node: known } : { kind: 'other' });
      return known;
    }
    const node = ++this.#nodeCount;
    this.#nodes.set(path, node);
    this.#sizes.set(node, 0);
    this.steps.push({ kind: 'names', changes: [this.#change(path, node)] });
    return node;
  }

  #makeFolders(path: string, changes: NameChange[]): void {
    const missing: string[] = [];
    for (let at = path; !this.#nodes.has(at); at = dirname(at)) missing.push(at);
    for (const folder of missing.reverse()) {
      const node = ++this.#nodeCount;
      this.folders.add(node);
      this.#nodes.set(folder, node);
      changes.push(this.#change(folder, node));
    }
  }

  #change(path: string, node: number): NameChange {
    return { folder: this.#nodeOf(dirname(path)), name: basename(path), node };
  }

  #nodeOf(path: string): number {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new Error(`The record knows nothing of "${join(path)}".`);
    return node;
  }
}
