import { Writable } from 'node:stream';

const LINES_MAX = 1000;
const LINE_LENGTH_MAX = 8192;

/** The last lines of a log, with secrets cut out of them as they are in the log itself. */
export interface RecentLines {
  /** Takes the log and hands it on. */
  readonly destination: Writable;
  /** Oldest first. */
  read(): readonly string[];
}

/** Remembers the last lines of what goes to `destination`, which is not ended with it. */
export function rememberLines(destination: Writable): RecentLines {
  const lines: string[] = [];
  let rest = '';
  const tee = new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, encoding, done) {
      const pieces = (rest + chunk.toString()).split('\n');
      rest = (pieces.pop() ?? '').slice(0, LINE_LENGTH_MAX);
      for (const piece of pieces) lines.push(piece.slice(0, LINE_LENGTH_MAX));
      if (lines.length > LINES_MAX) lines.splice(0, lines.length - LINES_MAX);
      if (typeof chunk === 'string') destination.write(chunk, encoding, done);
      else destination.write(chunk, done);
    },
  });
  // Whoever logs hears of what the place of the log says.
  const onError = (error: Error): void => void tee.destroy(error);
  destination.on('error', onError);
  tee.on('close', () => destination.off('error', onError));
  return { destination: tee, read: () => lines };
}
