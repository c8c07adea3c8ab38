/** Several trees as one list of names. */
import { GovcError } from '../errors.js';
import { latin1FromBytes } from '../bytes/text.js';
import { objectIdAt } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { TreeCursor } from '../object/tree.js';
import { ABSENT, type Version } from './merge-entry.js';
import type { MergeStore } from './merge-state.js';

/** A name with what each tree records. */
export interface TreeRow {
  /** Byte text. */
  readonly name: string;
  /** One for each tree, {@link ABSENT} where it has none. */
  readonly versions: readonly Version[];
}

/**
 * The names of several trees in the order in which Git goes through several trees at once: by bytes, files and folders of
 * one name together. `undefined` stands for the empty tree. O(entries).
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function readTreeRows(store: MergeStore, trees: readonly (ObjectId | undefined)[]): TreeRow[] {
  const parsed = new Map<ObjectId, Pick<Listing, 'names' | 'versions'>>();
  const listings = trees.map((id): Listing => {
    if (id === undefined) return { names: [], versions: [], at: 0, taken: new Set() };
    let listing = parsed.get(id);
    if (listing === undefined) parsed.set(id, (listing = readListing(store, id)));
    return { ...listing, at: 0, taken: new Set() };
  });
  const rows: TreeRow[] = [];
  for (;;) {
    let name: string | undefined;
    for (const listing of listings) {
      while (listing.taken.delete(listing.at)) listing.at++;
      const candidate = listing.names[listing.at];
      if (candidate !== undefined && (name === undefined || candidate < name)) name = candidate;
    }
    if (name === undefined) return rows;
    const first = name;
    rows.push({ name: first, versions: listings.map((listing) => take(listing, first)) });
  }
}

interface Listing {
  readonly names: string[];
  readonly versions: Version[];
  at: number;
  /** Entries behind `at` that were taken before their turn. */
  readonly taken: Set<number>;
}

/** Takes the entry of that name out of a listing. A folder may hide behind files whose names extend its own. */
function take(listing: Listing, name: string): Version {
  const { names, versions, taken } = listing;
  if (names[listing.at] === name) return versions[listing.at++]!;
  for (let i = listing.at; i < names.length; i++) {
    const other = names[i]!;
    if (other === name && !taken.has(i)) {
      taken.add(i);
      return versions[i]!;
    }
    if (other > name && !(other.startsWith(name) && other.charCodeAt(name.length) < 0x2f)) break;
  }
  return ABSENT;
}

function readListing(store: MergeStore, id: ObjectId): Pick<Listing, 'names' | 'versions'> {
  const names: string[] = [];
  const versions: Version[] = [];
  const cursor = new TreeCursor(readTreeBody(store, id), store.algorithm);
  while (cursor.next()) {
    names.push(latin1FromBytes(cursor.body.subarray(cursor.nameStart, cursor.nameEnd)));
    versions.push({ mode: cursor.mode, id: objectIdAt(cursor.body, cursor.idOffset, store.algorithm) });
  }
  return { names, versions };
}

/** The body of a tree; the empty tree need not exist. @throws {GovcError} object-missing, object-type-mismatch */
export function readTreeBody(store: MergeStore, id: ObjectId): Uint8Array {
  if (id === store.algorithm.emptyTreeId) return NO_BYTES;
  const object = store.objects.find(id);
  if (object === undefined) {
    throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
  }
  if (object.type !== 'tree') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a tree.`, { id, expected: 'tree', actual: object.type });
  }
  return object.body;
}

const NO_BYTES = new Uint8Array(0);
