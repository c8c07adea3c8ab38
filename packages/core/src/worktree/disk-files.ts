import {
  chmodSync, lstatSync, mkdirSync, openSync, closeSync, readdirSync, readFileSync, readlinkSync, renameSync, rmdirSync,
  symlinkSync, unlinkSync, writeFileSync, type BigIntStats,
} from 'node:fs';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import type { FileStat } from '../staging/staging-index.js';
import { filesError, folderOf, joinPath, type FileInfo, type Files, type WriteOptions } from './files.js';

/** How files on a disk are used. */
export interface DiskFilesOptions {
  /**
   * Whether folders may be symbolic links, as people make them in a Git directory. Never for a worktree. Default:
   * `false`.
   */
  readonly followsLinks?: boolean | undefined;
}

/** The files below a folder of the machine. */
export class DiskFiles implements Files {
  readonly #root: string;
  readonly #followsLinks: boolean;
  /** The last folder that was seen to be reached without links: neighbours are asked for one after the other. */
  #known = '';

  /** @param root an absolute path of the machine, as lossless text; it need not exist */
  constructor(root: string, options: DiskFilesOptions = {}) {
    this.#root = root.length > 1 && root.endsWith('/') ? root.slice(0, -1) : root;
    this.#followsLinks = options.followsLinks ?? false;
  }

  /** The absolute path of the folder, as given. */
  get root(): string {
    return this.#root;
  }

  find(path: string): FileInfo | undefined {
    if (!this.#isReached(path)) return undefined;
    const stats = this.#stat(path);
    return stats === undefined ? undefined : infoOf(stats);
  }

  list(path: string): string[] | undefined {
    if (!this.#isReached(path)) return undefined;
    if (path !== '' && !this.#followsLinks && this.#stat(path)?.isDirectory() !== true) return undefined;
    const found = this.#try('list', path, ['ENOENT', 'ENOTDIR'], () => readdirSync(this.#place(path), 'buffer'));
    return found?.map((name) => nameOf(name));
  }

  read(path: string): Uint8Array {
    return this.#do('read', path, () => {
      this.#requireReached('read', path);
      if (!this.#followsLinks && this.#stat(path)?.isSymbolicLink() === true) throw filesError('read', path, 'ELOOP');
      return readFileSync(this.#place(path));
    });
  }

  readLink(path: string): string {
    return this.#do('read the link', path, () => {
      this.#requireReached('read the link', path);
      return losslessTextFromBytes(readlinkSync(this.#place(path), 'buffer'));
    });
  }

  write(path: string, bytes: Uint8Array, options: WriteOptions = {}): void {
    this.#do('write', path, () => {
      this.#makeRoom(path);
      // A new file, so that other names of the old one keep their content.
      writeFileSync(this.#place(path), bytes, { flag: 'wx', mode: options.isExecutable === true ? 0o777 : 0o666 });
    });
  }

  link(path: string, target: string): void {
    this.#do('make the link', path, () => {
      this.#makeRoom(path);
      symlinkSync(Buffer.from(bytesFromLosslessText(target)), this.#place(path));
    });
  }

  makeDirectory(path: string): void {
    this.#do('make the directory', path, () => this.#makeFolders(path));
  }

  remove(path: string): boolean {
    this.#known = '';
    if (!this.#isReached(path)) return false;
    const stats = this.#stat(path);
    if (stats === undefined || stats.isDirectory()) return false;
    return this.#try('remove', path, ['ENOENT'], () => (unlinkSync(this.#place(path)), true)) ?? false;
  }

  removeDirectory(path: string): boolean {
    this.#known = '';
    if (!this.#isReached(path)) return false;
    const codes = ['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'];
    return this.#try('remove the directory', path, codes, () => (rmdirSync(this.#place(path)), true)) ?? false;
  }

  rename(from: string, to: string): void {
    this.#do('rename', from, () => {
      this.#requireReached('rename', from);
      this.#makeFolders(folderOf(to));
      this.#known = '';
      renameSync(this.#place(from), this.#place(to));
    });
  }

  setExecutable(path: string, isExecutable: boolean): void {
    this.#do('change the mode of', path, () => {
      this.#requireReached('change the mode of', path);
      const stats = this.#stat(path);
      if (stats?.isFile() !== true) throw filesError('change the mode of', path, stats === undefined ? 'ENOENT' : 'EINVAL');
      const mode = Number(stats.mode) & 0o777;
      // Who may read may run: the bits of reading, moved to those of running.
      chmodSync(this.#place(path), isExecutable ? mode | ((mode & 0o444) >> 2) : mode & 0o666);
    });
  }

  createExclusive(path: string, bytes: Uint8Array): boolean {
    return this.#do('create', path, () => {
      this.#makeFolders(folderOf(path));
      const fd = this.#try('create', path, ['EEXIST'], () => openSync(this.#place(path), 'wx', 0o666));
      if (fd === undefined) return false;
      try {
        writeFileSync(fd, bytes);
      } finally {
        closeSync(fd);
      }
      return true;
    });
  }

  within(path: string): DiskFiles {
    return path === '' ? this : new DiskFiles(joinPath(this.#root, path), { followsLinks: this.#followsLinks });
  }

  /** Text where the path is UTF-8, which is quicker; else its bytes. */
  #place(path: string): string | Buffer {
    const whole = path === '' ? this.#root : this.#root === '/' ? `/${path}` : `${this.#root}/${path}`;
    if (whole.includes('\0')) throw filesError('use', path, 'EINVAL');
    return ESCAPED.test(whole) ? Buffer.from(bytesFromLosslessText(whole)) : whole;
  }

  #stat(path: string): BigIntStats | undefined {
    return this.#try('look at', path, ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'], () =>
      lstatSync(this.#place(path), { bigint: true, throwIfNoEntry: false }));
  }

  /** Whether only folders stand above a path. */
  #isReached(path: string): boolean {
    const folder = folderOf(path);
    if (folder === '' || this.#followsLinks || folder === this.#known) return true;
    const known = this.#known;
    const start = known !== '' && folder.startsWith(`${known}/`) ? known.length + 1 : 0;
    for (let slash = folder.indexOf('/', start); ; slash = folder.indexOf('/', slash + 1)) {
      const upper = slash < 0 ? folder : folder.slice(0, slash);
      if (this.#stat(upper)?.isDirectory() !== true) return false;
      if (slash < 0) break;
    }
    this.#known = folder;
    return true;
  }

  #requireReached(what: string, path: string): void {
    if (!this.#isReached(path)) throw filesError(what, path, this.#stat(path) === undefined ? 'ENOENT' : 'ENOTDIR');
  }

  #makeRoom(path: string): void {
    this.#makeFolders(folderOf(path));
    const stats = this.#stat(path);
    if (stats === undefined) return;
    if (stats.isDirectory()) throw filesError('write', path, 'EISDIR');
    unlinkSync(this.#place(path));
  }

  #makeFolders(folder: string): void {
    if (folder !== '' && folder === this.#known) return;
    if (folder === '' || this.#followsLinks) {
      mkdirSync(this.#place(folder), { recursive: true });
      return;
    }
    for (let slash = folder.indexOf('/'); ; slash = folder.indexOf('/', slash + 1)) {
      const upper = slash < 0 ? folder : folder.slice(0, slash);
      const stats = this.#stat(upper);
      if (stats === undefined) mkdirSync(this.#place(upper), { recursive: true });
      else if (!stats.isDirectory()) throw filesError('make the directory', upper, 'ENOTDIR');
      if (slash < 0) break;
    }
    this.#known = folder;
  }

  #do<T>(what: string, path: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw asFilesError(error, what, path);
    }
  }

  /** What an action gives, or `undefined` where it fails with one of the codes. */
  #try<T>(what: string, path: string, codes: readonly string[], action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (codes.includes(codeOf(error))) return undefined;
      throw asFilesError(error, what, path);
    }
  }
}

const ESCAPED = /[\uDC80-\uDCFF]/;
const HAS_HIGH_BYTE = /[^\0-\x7f]/;

function nameOf(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return HAS_HIGH_BYTE.test(text) ? losslessTextFromBytes(bytes) : text;
}

function infoOf(stats: BigIntStats): FileInfo {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'symlink' : 'other';
  const isExecutable = kind === 'file' && (Number(stats.mode) & 0o100) !== 0;
  return { kind, isExecutable, sizeBytes: Number(stats.size), stat: statOf(stats) };
}

function statOf(stats: BigIntStats): FileStat {
  const [ctimeSeconds, ctimeNanoseconds] = splitTime(stats.ctimeNs);
  const [mtimeSeconds, mtimeNanoseconds] = splitTime(stats.mtimeNs);
  return {
    ctimeSeconds,
    ctimeNanoseconds,
    mtimeSeconds,
    mtimeNanoseconds,
    dev: Number(BigInt.asUintN(32, stats.dev)),
    ino: Number(BigInt.asUintN(32, stats.ino)),
    uid: Number(BigInt.asUintN(32, stats.uid)),
    gid: Number(BigInt.asUintN(32, stats.gid)),
    size: Number(BigInt.asUintN(32, stats.size)),
  };
}

function splitTime(nanoseconds: bigint): [number, number] {
  const seconds = nanoseconds / 1_000_000_000n;
  return [Number(BigInt.asUintN(32, seconds)), Number(nanoseconds - seconds * 1_000_000_000n)];
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof GovcError ? error.data['code'] : (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

function asFilesError(error: unknown, what: string, path: string): unknown {
  if (error instanceof GovcError || codeOf(error) === '') return error;
  return filesError(what, path, codeOf(error), error);
}
