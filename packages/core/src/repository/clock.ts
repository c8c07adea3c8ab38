/** Gives the current time in milliseconds since 1970, as `Date.now` does. */
export type Clock = () => number;

/** The clock of the machine: the default where a caller names none. */
export const systemClock: Clock = () => Date.now();

/** A person as a caller names one; what is left out is filled in by the repository. */
export interface Person {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970. Default: the repository's clock. */
  readonly timeSeconds?: number | undefined;
  /** Hours and minutes ahead of UTC, such as `+0100`. Default: `+0000`. */
  readonly timezone?: string | undefined;
}
