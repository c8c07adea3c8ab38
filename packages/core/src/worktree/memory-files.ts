import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { FileStat } from '../staging/staging-index.js';
import { filesError, joinPath, type FileInfo, type Files, type WriteOptions } from './files.js';
import { MemoryDisk, type MemoryNode } from './memory-disk.js';

/** How files in memory tell the time. */
export interface MemoryFilesOptions {
  /** Milliseconds since 1970. Default: always 0. */
  readonly clock?: (() => number) | undefined;
}

/**
 * Files in memory. Bytes are kept as they are given, not copied. Each change gets a time later than all before it, so
 * that a file whose times did not change has not changed.
 */
export class MemoryFiles implements Files {
  readonly #disk: MemoryDisk;
  readonly #top: string;

  /** @param inside what {@link within} makes them of */
  constructor(options: MemoryFilesOptions = {}, inside?: { readonly disk: MemoryDisk; readonly top: string }) {
    this.#disk = inside?.disk ?? new MemoryDisk(options.clock ?? (() => 0));
    this.#top = inside?.top ?? '';
  }

  find(path: string): FileInfo | undefined {
    const node = this.#disk.find(this.#place(path));
    return node === undefined ? undefined : infoOf(node);
  }

  list(path: string): string[] | undefined {
    const node = this.#disk.find(this.#place(path));
    return node?.kind === 'directory' ? [...node.children.keys()] : undefined;
  }

  read(path: string): Uint8Array {
    const node = this.#disk.find(this.#place(path));
    if (node?.kind === 'file') return node.bytes;
    throw filesError('read', path, node === undefined ? 'ENOENT' : node.kind === 'directory' ? 'EISDIR' : 'ELOOP');
  }

  readLink(path: string): string {
    const node = this.#disk.find(this.#place(path));
    if (node?.kind === 'symlink') return node.target;
    throw filesError('read the link', path, node === undefined ? 'ENOENT' : 'EINVAL');
  }

  write(path: string, bytes: Uint8Array, options: WriteOptions = {}): void {
    const isExecutable = options.isExecutable ?? false;
    this.#disk.put(this.#place(path), (inode) => ({ kind: 'file', inode, bytes, isExecutable }));
  }

  link(path: string, target: string): void {
    this.#disk.put(this.#place(path), (inode) => ({ kind: 'symlink', inode, target }));
  }

  makeDirectory(path: string): void {
    this.#disk.makeFolders(this.#place(path));
  }

  remove(path: string): boolean {
    const node = this.#disk.find(this.#place(path));
    return node !== undefined && node.kind !== 'directory' && this.#disk.drop(this.#place(path));
  }

  removeDirectory(path: string): boolean {
    const node = this.#disk.find(this.#place(path));
    return node?.kind === 'directory' && node.children.size === 0 && this.#disk.drop(this.#place(path));
  }

  rename(from: string, to: string): void {
    this.#disk.move(this.#place(from), this.#place(to));
  }

  setExecutable(path: string, isExecutable: boolean): void {
    const node = this.#disk.find(this.#place(path));
    if (node?.kind !== 'file') throw filesError('change the mode of', path, node === undefined ? 'ENOENT' : 'EINVAL');
    node.isExecutable = isExecutable;
    node.inode.changed = this.#disk.now();
  }

  createExclusive(path: string, bytes: Uint8Array): boolean {
    if (this.#disk.find(this.#place(path)) !== undefined) return false;
    this.write(path, bytes);
    return true;
  }

  within(path: string): MemoryFiles {
    return path === '' ? this : new MemoryFiles({}, { disk: this.#disk, top: this.#place(path) });
  }

  #place(path: string): string {
    return joinPath(this.#top, path);
  }
}

function infoOf(node: MemoryNode): FileInfo {
  const sizeBytes = sizeOf(node);
  const { number, changed } = node.inode;
  const stat: FileStat = {
    ctimeSeconds: changed.seconds,
    ctimeNanoseconds: changed.nanoseconds,
    mtimeSeconds: changed.seconds,
    mtimeNanoseconds: changed.nanoseconds,
    dev: 0,
    ino: number,
    uid: 0,
    gid: 0,
    size: sizeBytes >>> 0,
  };
  return { kind: node.kind, isExecutable: node.kind === 'file' && node.isExecutable, sizeBytes, stat };
}

function sizeOf(node: MemoryNode): number {
  if (node.kind === 'file') return node.bytes.length;
  return node.kind === 'symlink' ? bytesFromLosslessText(node.target).length : 0;
}
