import type { Pack } from '../pack/pack.js';
import type { PackSource } from '../pack/byte-source.js';

/**
 * A place for packs that arrive from outside: they are written piece by piece, verified, and either
 * kept (their batch is appended to the backend the spool belongs to) or thrown away. A capability
 * beside {@link Backend}, because a log does not need it; a server does.
 */
export interface Spool {
  /** A new place for one incoming pack. */
  open(): Promise<IncomingPack>;
}

/**
 * One pack on its way in.
 *
 *     receiving --write--> receiving --seal--> sealed --install--> installed
 *     any state but installed --discard--> discarded
 */
export interface IncomingPack {
  /** The directory that hooks see as their quarantine, when the spool is on disk. */
  readonly quarantinePath: string | undefined;
  /**
   * What was written so far, to be read while it grows and after `seal`, until `install` or `discard`. So a pack
   * is verified as it arrives, and its end is found where the connection stays open.
   */
  readonly source: PackSource;
  /** Appends bytes as they arrive; resolves when more may come (back-pressure). */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends receiving: what was written, to be read at any offset. */
  seal(): Promise<PackSource>;
  /**
   * Replaces `bytes.length` bytes at `offset`, or appends there, after `seal`: thin packs get their bases
   * and a new count and trailer.
   */
  amend(offset: number, bytes: Uint8Array): Promise<void>;
  /**
   * Keeps the verified pack with its index and gives it as an object source; in a directory it lies in the
   * quarantine until the batch that holds it is appended.
   */
  install(indexBytes: Uint8Array, packChecksum: Uint8Array): Promise<Pack>;
  /** Throws everything away. Safe to call in any state; after `install`, only when no batch took the pack. */
  discard(): Promise<void>;
}
