import { LRUCache } from 'lru-cache';

/** A table that remembers in which order its entries were last used. The only file that knows lru-cache. */
export interface RecencyTable<Value extends object> {
  readonly size: number;
  /** The value, without counting this as a use. */
  find(key: string): Value | undefined;
  /** Makes the entry the most recently used. */
  touch(key: string): void;
  /** Adds or replaces an entry as the most recently used; the caller has made room. */
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** A copy of all values, least recently used first. */
  leastRecentFirst(): Value[];
}

/** An empty table for at most `countMax` entries. */
export function createRecencyTable<Value extends object>(countMax: number): RecencyTable<Value> {
  const cache = new LRUCache<string, Value>({ max: countMax });
  return {
    get size() {
      return cache.size;
    },
    find: (key) => cache.peek(key),
    touch: (key) => void cache.get(key),
    set: (key, value) => void cache.set(key, value),
    delete: (key) => void cache.delete(key),
    leastRecentFirst: () => [...cache.rvalues()].filter((value) => value !== undefined),
  };
}
