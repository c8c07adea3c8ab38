import type { Pack } from './pack.js';

/** An entry of a pack by its place: `offset` is where its header begins, in bytes from the start of the pack. */
export interface PackEntryLocation {
  readonly pack: Pack;
  readonly offset: number;
}
