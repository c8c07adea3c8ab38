import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';

import type { Surroundings } from './compose.js';
import { loadConfig, type Environment } from './config.js';
import { startServer } from './server.js';
import { VERSION } from './version.js';

/** What a server on this machine is started with. */
export interface ServeOptions {
  /** Options of the command line, without the program and the command. */
  readonly flags: readonly string[];
  readonly env: Environment;
  /** Takes what whoever starts the server must know. */
  readonly stdout: Writable;
  /** Takes the log. */
  readonly stderr: Writable;
  /** Raised when the server is to stop. */
  readonly signal: AbortSignal;
}

/**
 * Serves until `signal` is raised, then stops gracefully. The only file that reads the process.
 *
 * @throws {ServerError} option-unknown, config-file-invalid, config-value-invalid, jwt-secret-missing, jwt-secret-short, address-in-use
 */
export async function serve({ flags, env, stdout, stderr, signal }: ServeOptions): Promise<void> {
  const config = loadConfig({ flags, env, readFile: (path) => readFileSync(path, 'utf8') });
  const server = await startServer(config, machineSurroundings(stderr), (line) => stdout.write(`${line}\n`));
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.stop();
}

/** This machine as a server's surroundings. */
export function machineSurroundings(logDestination: Writable): Surroundings {
  return {
    clock: Date.now,
    ticks: () => performance.now(),
    random: randomBytes,
    logDestination,
    temporaryPath: tmpdir(),
    readFile: readFileOrNone,
    system: () => {
      const { heapUsed, heapTotal, rss } = process.memoryUsage();
      return { nodeVersion: process.version, platform: `${process.platform}-${process.arch}`, memory: { heapUsed, heapTotal, rss } };
    },
    version: VERSION,
  };
}

function readFileOrNone(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw error;
  }
}
