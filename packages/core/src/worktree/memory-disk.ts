import { filesError, folderOf } from './files.js';

/** A folder in memory. */
export interface MemoryFolder {
  readonly kind: 'directory';
  readonly inode: MemoryInode;
  readonly children: Map<string, MemoryNode>;
}

/** A file in memory. */
export interface MemoryFile {
  readonly kind: 'file';
  readonly inode: MemoryInode;
  readonly bytes: Uint8Array;
  isExecutable: boolean;
}

/** A symbolic link in memory. */
export interface MemoryLink {
  readonly kind: 'symlink';
  readonly inode: MemoryInode;
  readonly target: string;
}

/** What stands at a path in memory. */
export type MemoryNode = MemoryFolder | MemoryFile | MemoryLink;

/** Which file it is, whatever its path, and when it was changed. */
export interface MemoryInode {
  readonly number: number;
  changed: Moment;
}

/** A time since 1970. */
export interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The tree of files in memory that several `MemoryFiles` look into. Paths and failures are those of `Files`. */
export class MemoryDisk {
  readonly #root: MemoryFolder;
  readonly #clock: () => number;
  #count = 0;
  #last: Moment = { seconds: 0, nanoseconds: 0 };

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#root = { kind: 'directory', inode: this.#inode(), children: new Map() };
  }

  /** A time later than all before. */
  now(): Moment {
    const ms = Math.max(0, this.#clock());
    const seconds = Math.floor(ms / 1000);
    const nanoseconds = Math.floor((ms - seconds * 1000) * 1_000_000);
    const { seconds: lastSeconds, nanoseconds: lastNanoseconds } = this.#last;
    const isLater = seconds > lastSeconds || (seconds === lastSeconds && nanoseconds > lastNanoseconds);
    if (isLater) this.#last = { seconds, nanoseconds };
    else if (lastNanoseconds < 999_999_999) this.#last = { seconds: lastSeconds, nanoseconds: lastNanoseconds + 1 };
    else this.#last = { seconds: lastSeconds + 1, nanoseconds: 0 };
    return this.#last;
  }

  /** What stands at a path. O(depth). */
  find(path: string): MemoryNode | undefined {
    if (path === '') return this.#root;
    let node: MemoryNode | undefined = this.#root;
    for (let start = 0; start <= path.length; ) {
      if (node?.kind !== 'directory') return undefined;
      const slash = path.indexOf('/', start);
      const end = slash < 0 ? path.length : slash;
      node = node.children.get(path.slice(start, end));
      start = end + 1;
    }
    return node;
  }

  /** The folder at a path, made with all above it. */
  makeFolders(path: string): MemoryFolder {
    if (path === '') return this.#root;
    let folder = this.#root;
    for (const name of path.split('/')) {
      const next = folder.children.get(name);
      if (next !== undefined && next.kind !== 'directory') throw filesError('make the directory', path, 'ENOTDIR');
      const made: MemoryFolder = next ?? { kind: 'directory', inode: this.#inode(), children: new Map() };
      if (next === undefined) {
        folder.children.set(name, made);
        folder.inode.changed = this.now();
      }
      folder = made;
    }
    return folder;
  }

  /** Puts a file or link in the place of one. */
  put(path: string, make: (inode: MemoryInode) => MemoryNode): void {
    const name = nameOf(path);
    const folder = this.makeFolders(folderOf(path));
    if (path === '' || folder.children.get(name)?.kind === 'directory') throw filesError('write', path, 'EISDIR');
    folder.children.set(name, make(this.#inode()));
    folder.inode.changed = this.now();
  }

  /** Takes away whatever stands there; `false` where nothing does. */
  drop(path: string): boolean {
    const folder = path === '' ? undefined : this.find(folderOf(path));
    if (folder?.kind !== 'directory' || !folder.children.delete(nameOf(path))) return false;
    folder.inode.changed = this.now();
    return true;
  }

  /** Does what `Files.rename` does. */
  move(from: string, to: string): void {
    const node = this.find(from);
    if (node === undefined) throw filesError('rename', from, 'ENOENT');
    if (from === to) return;
    if (from === '' || to.startsWith(`${from}/`)) throw filesError('rename', from, 'EINVAL');
    const folder = this.makeFolders(folderOf(to));
    const target = to === '' ? this.#root : folder.children.get(nameOf(to));
    if (target?.kind === 'directory') {
      if (node.kind !== 'directory') throw filesError('rename', from, 'EISDIR');
      if (target.children.size > 0) throw filesError('rename', from, 'ENOTEMPTY');
    } else if (target !== undefined && node.kind === 'directory') {
      throw filesError('rename', from, 'ENOTDIR');
    }
    this.drop(from);
    folder.children.set(nameOf(to), node);
    folder.inode.changed = this.now();
  }

  #inode(): MemoryInode {
    return { number: ++this.#count, changed: this.now() };
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
