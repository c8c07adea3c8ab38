/**
 * Where users and API keys are kept: a table of immutable values by id.
 *
 * `update` is atomic, so that two changes at the same time both count.
 */
export interface RecordStore<Value> {
  find(id: string): Promise<Value | undefined>;
  /** Adds a value; false, and nothing changed, when the id is taken. */
  insert(id: string, value: Value): Promise<boolean>;
  /** Replaces a value by what `change` makes of it and gives the new one; `undefined` when the id is unknown. */
  update(id: string, change: (value: Value) => Value): Promise<Value | undefined>;
  /** Whether there was something to delete. */
  delete(id: string): Promise<boolean>;
  /** All values in the order of their insertion. */
  list(): Promise<readonly Value[]>;
}

/** A table in memory; it ends with the process. */
export function createMemoryStore<Value extends object>(): RecordStore<Value> {
  const values = new Map<string, Value>();
  return {
    find: async (id) => values.get(id),
    async insert(id, value) {
      if (values.has(id)) return false;
      values.set(id, value);
      return true;
    },
    async update(id, change) {
      const value = values.get(id);
      if (value === undefined) return undefined;
      const next = change(value);
      values.set(id, next);
      return next;
    },
    delete: async (id) => values.delete(id),
    list: async () => [...values.values()],
  };
}
