import type { ReflogEntry } from '../ref/reflog.js';
import type { RefName } from '../ref/ref-name.js';

/** Where the reflogs of a repository are read: files, memory, or both. */
export interface ReflogSource {
  /** The entries of a ref's log, oldest first, or `undefined` where the ref has none. @throws {GovcError} reflog-invalid, io-failed */
  find(name: RefName): readonly ReflogEntry[] | undefined;
}

/** No ref has a log. */
export const NO_REFLOGS: ReflogSource = { find: () => undefined };
