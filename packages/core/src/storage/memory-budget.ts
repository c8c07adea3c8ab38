const MIB = 1024 * 1024;
/** What an open pack file may hold in windows; see `pack/file-source.ts`. */
const OPEN_FILE_SIZE = 4 * MIB;
const BASES_MAX = 96 * MIB;
const FILES_MAX = 256;
const FILES_MIN = 4;
const YOUNG_MAX = 64 * MIB;

/**
 * One bound on the memory that all repositories of a process take together.
 *
 * Caches get fixed shares, so that they need not know of each other: bases of deltas an eighth, windows of pack files an eighth, recent
 * objects that are on the disk too a sixteenth for each repository. The rest is for what cannot be given up: objects of repositories that
 * are nowhere else, indexes, and work under way. It bounds what is held, not what the process takes in all: the JavaScript engine adds
 * some 100 MiB of its own.
 */
export class MemoryBudget {
  readonly sizeMax: number;
  readonly #held = new Map<object, number>();
  #heldBytes = 0;

  /** @param sizeMax bytes */
  constructor(sizeMax: number) {
    this.sizeMax = sizeMax;
  }

  /** Bytes for bases of deltas; the size of a `DeltaBaseCache`. At most 96 MiB. */
  get basesBytesMax(): number {
    return Math.min(BASES_MAX, Math.floor(this.sizeMax / 8));
  }

  /** How many pack files may be open: the count of `OpenFiles`. 4 to 256. */
  get openFilesMax(): number {
    return Math.max(FILES_MIN, Math.min(FILES_MAX, Math.floor(this.sizeMax / 8 / OPEN_FILE_SIZE)));
  }

  /** Bytes of recent objects that one repository on a disk keeps in memory, too. At most 64 MiB. */
  get youngBytesMax(): number {
    return Math.min(YOUNG_MAX, Math.floor(this.sizeMax / 16));
  }

  /** Bytes that are held and cannot be given up. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Bytes that may be held, beside the shares of the caches. */
  get holdableBytes(): number {
    return this.sizeMax - this.basesBytesMax - this.openFilesMax * OPEN_FILE_SIZE;
  }

  /** Says what a holder holds now, instead of what it held before. */
  note(holder: object, bytes: number): void {
    this.#heldBytes += bytes - (this.#held.get(holder) ?? 0);
    this.#held.set(holder, bytes);
  }

  /** A holder holds nothing any more. */
  forget(holder: object): void {
    this.note(holder, 0);
    this.#held.delete(holder);
  }

  /** Whether so many bytes more may be held. */
  hasRoomFor(bytes: number): boolean {
    return this.#heldBytes + bytes <= this.holdableBytes;
  }
}
