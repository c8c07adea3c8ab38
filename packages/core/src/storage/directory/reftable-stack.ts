/**
 * The tables of a repository as files:
 *
 *     reftable/tables.list                            names, the oldest table first, a line each
 *     reftable/0x<min>-0x<max>-<8 digits>.ref         a table; never changed once it is in the list
 *
 * Whoever holds `tables.list.lock` may add tables and replace some by one of the same effect.
 */
import { join } from 'node:path';
import { crc32 } from '../../bytes/crc32.js';
import { bytesFromText, textFromBytes } from '../../bytes/text.js';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import { LIMITS } from '../../limits.js';
import { findSegment, mergeTables } from '../reftable/merge-tables.js';
import { Table } from '../reftable/read-table.js';
import { invalidTable } from '../reftable/table-layout.js';
import { writeTable, type TableContent, type TableOptions } from '../reftable/write-table.js';
import { createFile, findFile, findStat, listNames, removeFile, syncPath } from './disk.js';
import { isUnchanged, stampOf, type FileStamp } from './file-stamp.js';
import { LockFile } from './lock-file.js';
import type { LockOwner } from './lock-owner.js';
import type { Disk } from './system-disk.js';

/** What a stack works with. */
export interface StackParts {
  readonly algorithm: HashAlgorithm;
  readonly disk: Disk;
  readonly owner: LockOwner;
  readonly syncs: boolean;
  readonly now: () => number;
  /** How large tables are, one to the next. Default: 2. */
  readonly factor: () => number | undefined;
  readonly tableOptions: () => TableOptions;
}

const NAME = /^0x[0-9a-f]{1,16}-0x[0-9a-f]{1,16}-[0-9A-Za-z]+\.ref$/;
// Others may replace tables while we read; more often than this in a row they do not.
const ATTEMPTS_MAX = 8;

/** The tables in one `reftable` folder. */
export class ReftableStack {
  readonly path: string;
  readonly #parts: StackParts;
  readonly #listPath: string;
  #stamp: FileStamp | undefined;
  #tables: readonly Table[] = [];

  constructor(path: string, parts: StackParts) {
    this.path = path;
    this.#parts = parts;
    this.#listPath = join(path, 'tables.list');
  }

  /** The path of the list. */
  get listPath(): string {
    return this.#listPath;
  }

  /** The tables, the oldest first: the same list as long as it is the same on disk. @throws {GovcError} reftable-invalid, io-failed */
  read(): readonly Table[] {
    for (let attempts = 1; ; attempts++) {
      const nowMs = this.#parts.now();
      const stats = findStat(this.#listPath);
      if (this.#stamp !== undefined && isUnchanged(this.#stamp, stats)) return this.#tables;
      const names = textFromBytes(findFile(this.#listPath) ?? new Uint8Array(0)).split('\n').filter((name) => name !== '');
      const tables = this.#open(names);
      if (tables !== undefined) {
        this.#stamp = stats === undefined ? undefined : stampOf(stats, nowMs);
        if (tables.length !== this.#tables.length || tables.some((table, i) => table !== this.#tables[i])) this.#tables = tables;
        return this.#tables;
      }
      if (attempts >= ATTEMPTS_MAX) throw invalidTable(this.#listPath, 'it names tables that are not there');
    }
  }

  /** The tables with these names; `undefined` where one is gone. */
  #open(names: readonly string[]): Table[] | undefined {
    const known = new Map(this.#tables.map((table) => [table.name, table]));
    const tables: Table[] = [];
    let sum = 0;
    for (const name of names) {
      if (!NAME.test(name)) throw invalidTable(this.#listPath, `"${name.slice(0, 80)}" names no table`);
      sum += findStat(join(this.path, name))?.size ?? 0;
      if (sum > LIMITS.reftableSize.value) {
        throw new GovcError('limit-exceeded', `The tables in "${this.path}" are larger than ${LIMITS.reftableSize.value} bytes.`, { path: this.path });
      }
      let table = known.get(name);
      if (table === undefined) {
        const bytes = findFile(join(this.path, name));
        if (bytes === undefined) return undefined;
        table = new Table(bytes, this.#parts.algorithm, name);
      }
      tables.push(table);
    }
    return tables;
  }

  /** Takes the lock of the list. @throws {GovcError} lock-held, io-failed */
  lock(timeoutMs: number): Promise<LockFile> {
    const { disk, owner } = this.#parts;
    return LockFile.take(disk, this.#listPath, { timeoutMs, owner });
  }

  /** As {@link ReftableStack.lock} without waiting. */
  tryLock(): LockFile | undefined {
    return LockFile.tryTake(this.#parts.disk, this.#listPath, this.#parts.owner);
  }

  /** Writes a table and, into the lock, the list that ends with it; gives the path of the table. */
  async stage(lock: LockFile, content: Omit<TableContent, 'algorithm'>): Promise<string> {
    const name = await this.#write(content);
    await this.#writeList(lock, [...this.#tables.map((table) => table.name), name]);
    return join(this.path, name);
  }

  /** Puts the list in the lock in place. What it names is on the disk. */
  async commit(lock: LockFile): Promise<void> {
    lock.commit();
    if (this.#parts.syncs) await syncPath(this.#parts.disk, this.path);
  }

  /**
   * Replaces tables by one where that is due, and removes what crashes left. Does nothing where someone else is at work.
   *
   * @throws {GovcError} reftable-invalid, io-failed
   */
  async compact(): Promise<void> {
    if (findSegment(this.read().map(({ size }) => size), this.#parts.factor()) === undefined) return;
    const lock = this.tryLock();
    if (lock === undefined) return;
    try {
      const tables = this.read();
      const segment = findSegment(tables.map(({ size }) => size), this.#parts.factor());
      if (segment === undefined) return;
      const merged = tables.slice(segment.start, segment.end);
      // Git locks the tables that it merges, one by one, while it gives up the list.
      if (merged.some(({ name }) => findStat(join(this.path, `${name}.lock`)) !== undefined)) return;
      const name = await this.#write(mergeTables(merged, segment.start === 0));
      const names = tables.map((table) => table.name);
      names.splice(segment.start, merged.length, name);
      await this.#writeList(lock, names);
      await this.commit(lock);
      const listed = new Set(names);
      for (const file of listNames(this.path)) {
        // Nobody but who holds the lock gives a table its name.
        if (NAME.test(file) && !listed.has(file) && findStat(join(this.path, `${file}.lock`)) === undefined) {
          removeFile(this.#parts.disk, join(this.path, file));
        }
      }
    } finally {
      lock.release();
    }
  }

  async #write(content: Omit<TableContent, 'algorithm'>): Promise<string> {
    const { algorithm, disk, tableOptions } = this.#parts;
    const bytes = writeTable({ ...content, algorithm }, tableOptions());
    const range = [content.minUpdateIndex, content.maxUpdateIndex].map((index) => `0x${index.toString(16).padStart(12, '0')}`).join('-');
    for (let salt = crc32(bytes); ; salt = (salt + 1) >>> 0) {
      const name = `${range}-${salt.toString(16).padStart(8, '0')}.ref`;
      if (findStat(join(this.path, name)) !== undefined) continue;
      await createFile(disk, join(this.path, name), { chunks: [bytes], syncs: false, mode: 0o666 });
      return name;
    }
  }

  /** Both files and their names are on the disk before the list is renamed: one write of the journal. */
  async #writeList(lock: LockFile, names: readonly string[]): Promise<void> {
    const { disk, syncs } = this.#parts;
    lock.write(bytesFromText(names.map((name) => `${name}\n`).join('')));
    if (!syncs) return;
    const known = new Set(this.#tables.map((table) => table.name));
    const added = names.filter((name) => !known.has(name)).map((name) => join(this.path, name));
    await Promise.all([...added, lock.lockPath, this.path].map((path) => syncPath(disk, path)));
  }
}
