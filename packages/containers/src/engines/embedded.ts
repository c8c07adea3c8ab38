import { assemble } from '../assemble/assemble.js';
import type { BuildEngine } from './engine.js';

/** The assembler as an engine: it is always there and carries out everything but `RUN`. */
export function embeddedEngine({ version, download }: {
  readonly version: string;
  /** Gets what `ADD` of a URL names. Default: nothing can be fetched. */
  readonly download?: ((url: string, signal: AbortSignal) => AsyncIterable<Uint8Array>) | undefined;
}): BuildEngine {
  return {
    name: 'embedded', version, canRun: false,
    build: (task) => assemble({ ...task, download }),
  };
}
