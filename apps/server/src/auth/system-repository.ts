import type { AsyncLocalStorage } from 'node:async_hooks';

import type { RecordStore } from '@govc/auth';
import type { CommitInfo, Person, Repository } from '@govc/core';

/**
 * What the server knows of its users, as JSON files in a repository of its own, `<folder>/<id>.json`, so that every change is a commit
 * by whoever made it.
 *
 * 1. A change is visible when it is durable, and not before.
 * 2. Changes come one after the other, so that the second of two sees what the first did.
 * 3. One process writes; what another one does is read at the next start.
 */
export class SystemRepository {
  readonly #repository: Repository;
  readonly #actors: AsyncLocalStorage<Person>;
  #last: Promise<unknown> = Promise.resolve();

  /** @param actors who acts now; without one it is the server itself */
  constructor(repository: Repository, actors: AsyncLocalStorage<Person>) {
    this.#repository = repository;
    this.#actors = actors;
  }

  /** A table of the values in one folder; reads all of them at once. */
  table<Value extends object>(folder: string, codec: Codec<Value>): RecordStore<Value> {
    const values = new Map<string, Value>();
    for (const [id, text] of this.#read(folder)) values.set(id, codec.decode(JSON.parse(text) as never));
    const save = async (id: string, value: Value): Promise<void> => {
      const verb = values.has(id) ? 'Update' : 'Add';
      await this.#commit(`${verb} ${folder}/${fileName(id)}`, (editor) => {
        editor.add(pathOf(folder, id), `${JSON.stringify(codec.encode(value), undefined, 2)}\n`);
      });
      values.set(id, value);
    };
    return {
      find: async (id) => values.get(id),
      insert: (id, value) => this.#inTurn(async () => {
        if (values.has(id)) return false;
        await save(id, value);
        return true;
      }),
      update: (id, change) => this.#inTurn(async () => {
        const value = values.get(id);
        if (value === undefined) return undefined;
        const next = change(value);
        if (next !== value) await save(id, next);
        return next;
      }),
      delete: (id) => this.#inTurn(async () => {
        if (!values.has(id)) return false;
        await this.#commit(`Delete ${folder}/${fileName(id)}`, (editor) => editor.remove(pathOf(folder, id)));
        return values.delete(id);
      }),
      list: async () => [...values.values()],
    };
  }

  /** The changes, newest first. */
  log({ limit, offset }: { readonly limit: number; readonly offset: number }): CommitInfo[] {
    if (this.#repository.head().id === undefined) return [];
    return [...this.#repository.log({ limit: limit + offset })].slice(offset);
  }

  /** Whether changes can no longer be made durable. */
  get isFailed(): boolean {
    return this.#repository.state === 'failed';
  }

  /** Waits for the changes under way and lets go of the repository. */
  async close(): Promise<void> {
    await this.#last;
    await this.#repository.close();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #commit(message: string, edit: (editor: Repository) => void): Promise<void> {
    const repository = this.#repository;
    try {
      edit(repository);
      repository.commit(message, { author: this.#actors.getStore() ?? SERVER, committer: SERVER, allowEmpty: true });
      await repository.flush();
    } catch (error) {
      repository.unstage();
      if (repository.state === 'failed') await repository.reload();
      throw error;
    }
  }

  *#read(folder: string): Generator<[id: string, text: string], void, void> {
    const repository = this.#repository;
    if (repository.head().id === undefined) return;
    if (!repository.list().some((entry) => entry.name === folder)) return;
    for (const { name, path } of repository.list(folder)) {
      if (!name.endsWith('.json')) continue;
      yield [decodeURIComponent(name.slice(0, -'.json'.length)), Buffer.from(repository.readFile(path).content).toString('utf8')];
    }
  }
}

/** Values to JSON and back. */
export interface Codec<Value> {
  readonly encode: (value: Value) => unknown;
  readonly decode: (json: never) => Value;
}

const SERVER: Person = { name: 'govc-server', email: 'server@localhost' };

function pathOf(folder: string, id: string): string {
  return `${folder}/${fileName(id)}.json`;
}

/** An id as a name of a file that every Git accepts. */
function fileName(id: string): string {
  return encodeURIComponent(id).replace(/^\./, '%2E');
}
