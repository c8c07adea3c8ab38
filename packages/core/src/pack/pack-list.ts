import type { HashAlgorithm } from '../hash/algorithm.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';

/**
 * What is to be sent in a pack: object ids in order, each with a hash of the name it was found under.
 * About 40 bytes an object.
 */
export class PackList {
  readonly algorithm: HashAlgorithm;
  /** The objects to send, numbered from 0 in the order they were added. */
  readonly ids: IdTable;
  /** Objects that the receiver has and that deltas of a thin pack may be based on. */
  readonly knownIds: IdTable;
  #nameHashes = new Uint32Array(64);
  #knownNameHashes = new Uint32Array(16);

  constructor(algorithm: HashAlgorithm) {
    this.algorithm = algorithm;
    this.ids = new IdTable(algorithm);
    this.knownIds = new IdTable(algorithm);
  }

  get count(): number {
    return this.ids.count;
  }

  /** Adds an object, once. `nameHash` brings similar objects together: {@link packNameHash} of the path, or 0. */
  add(id: ObjectId, nameHash = 0): void {
    this.#nameHashes = setAt(this.#nameHashes, this.ids.addId(id), nameHash);
  }

  /** The same for raw id bytes that begin at `at`. */
  addBytes(bytes: Uint8Array, at: number, nameHash = 0): void {
    this.#nameHashes = setAt(this.#nameHashes, this.ids.add(bytes, at), nameHash);
  }

  /**
   * Adds an object that the receiver is known to have, worth trying as a base of new deltas in a
   * thin pack; for example the version of a file before the first commit that is sent.
   */
  addKnown(id: ObjectId, nameHash = 0): void {
    this.#knownNameHashes = setAt(this.#knownNameHashes, this.knownIds.addId(id), nameHash);
  }

  nameHashAt(index: number): number {
    return this.#nameHashes[index]!;
  }

  knownNameHashAt(index: number): number {
    return this.#knownNameHashes[index]!;
  }
}

type NameHashes = Uint32Array<ArrayBuffer>;

/** Sets the hash of a new row; a negative row was there before and keeps the hash it has. */
function setAt(hashes: NameHashes, row: number, nameHash: number): NameHashes {
  if (row < 0) return hashes;
  let room = hashes;
  if (row >= hashes.length) {
    room = new Uint32Array(hashes.length * 2);
    room.set(hashes);
  }
  room[row] = nameHash;
  return room;
}

/**
 * A number for the path of an object in which the last characters weigh most, so that files with the
 * same name or extension are neighbours when sorted by it (as pack-objects does it).
 */
export function packNameHash(path: Uint8Array): number {
  let hash = 0;
  for (const byte of path) {
    // White space: space, and tab to carriage return.
    if (byte === 0x20 || (byte >= 9 && byte <= 13)) continue;
    hash = ((hash >>> 2) + (byte << 24)) >>> 0;
  }
  return hash;
}
