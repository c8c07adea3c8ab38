import { Realities } from './realities/realities.js';

/** What of a server lives between requests. */
export interface Live {
  readonly realities: Realities;
}

/** What {@link createLive} needs. */
export interface LiveOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** The live half of a server. */
export function createLive({ clock }: LiveOptions): Live {
  return { realities: new Realities({ clock }) };
}
