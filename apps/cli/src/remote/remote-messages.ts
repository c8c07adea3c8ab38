import { losslessTextFromBytes } from '@govc/core/plumbing';

import type { CommandIo } from '../io.js';
import { writeText } from '../print/output.js';

// What was there before is overwritten: by the terminal, or by spaces where there is none.
const TERMINAL_SUFFIX = '\x1b[K';
const PLAIN_SUFFIX = ' '.repeat(8);

/** Prints what the other side says, each line marked as its own, as soon as the line is whole. */
export function remoteMessages(io: CommandIo): { readonly take: (bytes: Uint8Array) => void; readonly end: () => void } {
  const suffix = io.isTerminal?.(2) === true ? TERMINAL_SUFFIX : PLAIN_SUFFIX;
  let rest = '';
  const print = (line: string, end: string): void => {
    writeText(io.stderr, `remote: ${line}${line === '' ? '' : suffix}${end}`);
  };
  return {
    take: (bytes) => {
      const parts = (rest + losslessTextFromBytes(bytes)).split(/(?<=[\n\r])/);
      rest = '';
      for (const part of parts) {
        if (/[\n\r]$/.test(part)) print(part.slice(0, -1), part.slice(-1));
        else rest = part;
      }
    },
    end: () => {
      if (rest !== '') print(rest, '\n');
      rest = '';
    },
  };
}
