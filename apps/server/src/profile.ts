import { Session } from 'node:inspector/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { ServerError } from './errors.js';

let isRunning = false;

/**
 * A CPU profile of this process, in the form of V8. One at a time: the sampling itself costs a little.
 *
 * @param signal ends the sampling early
 * @throws {ServerError} request-invalid: one is being taken
 */
export async function takeCpuProfile(durationMs: number, signal: AbortSignal): Promise<unknown> {
  if (isRunning) throw new ServerError('request-invalid', 'A profile is being taken already; wait for it to end.', { place: 'profile' });
  isRunning = true;
  const session = new Session();
  try {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await wait(durationMs, undefined, { signal }).catch((error: unknown) => {
      if ((error as Error).name !== 'AbortError') throw error;
    });
    const { profile } = await session.post('Profiler.stop');
    return profile;
  } finally {
    session.disconnect();
    isRunning = false;
  }
}
