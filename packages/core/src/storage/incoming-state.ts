import { GovcError } from '../errors.js';

/** Where an incoming pack is in its life; the diagram stands with `IncomingPack`. */
export type IncomingState = 'receiving' | 'sealed' | 'installed' | 'discarded';

/** @throws {GovcError} unsupported: a call that does not fit the state of an incoming pack. */
export function mustBe(state: IncomingState, wanted: 'receiving' | 'sealed'): void {
  if (state === wanted) return;
  throw new GovcError('unsupported', `An incoming pack that is ${state} cannot be used as if it were ${wanted}.`, { state });
}
