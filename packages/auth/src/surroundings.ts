/** What this package needs from outside. */
export interface Surroundings {
  /** Milliseconds since 1970, for example `Date.now`. */
  readonly clock: () => number;
  /** As many unpredictable bytes as asked for, for example `randomBytes` of `node:crypto`. */
  readonly random: (sizeBytes: number) => Uint8Array;
}
