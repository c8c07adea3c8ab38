/**
 * Where the event log of a repository is kept: `govc-events` in its Git directory, which Git does not look at, or memory.
 *
 *     {"format":"govc-events","version":1,"log":"<16 hex digits>","after":<sequence before the first record>}
 *     {"sequence":…,"timeMs":…,…}                   a record (event-record.ts)
 *     {"refs":[["refs/heads/main","<id>"],…]}       what refs stand where at this place; a run of such lines names all of them
 *
 * A line without its line feed was cut off by a crash and does not count. Lines are written before whoever changed the repository
 * can have waited for them, but not synced: what a loss of power takes is found by comparing the refs with the last ones known.
 */
import { appendFile, open, readFile, rename, rm, truncate } from 'node:fs/promises';

/** A place for the lines of a log. */
export interface EventStore {
  /** All whole lines; `undefined`: there is no log yet. */
  read(): Promise<readonly string[] | undefined>;
  append(lines: readonly string[]): Promise<void>;
  /** Puts other lines in place of all. */
  replace(lines: readonly string[]): Promise<void>;
}

/** Keeps a log while the process runs. */
export class MemoryEventStore implements EventStore {
  #lines: string[] | undefined;

  async read(): Promise<readonly string[] | undefined> {
    return this.#lines;
  }

  async append(lines: readonly string[]): Promise<void> {
    this.#lines = [...this.#lines ?? [], ...lines];
  }

  async replace(lines: readonly string[]): Promise<void> {
    this.#lines = [...lines];
  }
}

/** Keeps a log in a file. */
export class FileEventStore implements EventStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<readonly string[] | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const end = text.lastIndexOf('\n') + 1;
    if (end < text.length) await truncate(this.#path, Buffer.byteLength(text.slice(0, end)));
    return end === 0 ? undefined : text.slice(0, end - 1).split('\n');
  }

  async append(lines: readonly string[]): Promise<void> {
    await appendFile(this.#path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  }

  async replace(lines: readonly string[]): Promise<void> {
    const temporary = `${this.#path}.new`;
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(lines.map((line) => `${line}\n`).join(''));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.#path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}
