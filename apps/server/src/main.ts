import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import type { Writable } from 'node:stream';

import type { Surroundings } from './compose.js';
import { loadConfig } from './config.js';
import type { Environment } from './config-sources.js';
import { ServerError } from './errors.js';
import { printConfig } from './print-config.js';
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
  const readFile = (path: string): string => readFileSync(path, 'utf8');
  const format = printFormatOf(flags);
  if (format !== undefined) {
    const sources = { flags: flags.filter((flag) => !PRINT_CONFIG.test(flag)), env, readFile };
    // What cannot be served must not look as if it could.
    loadConfig(sources);
    stdout.write(`${printConfig(sources, format)}\n`);
    return;
  }
  const config = loadConfig({ flags, env, readFile });
  const server = await startServer(config, machineSurroundings(stderr), (line) => stdout.write(`${line}\n`));
  const reload = (): void => server.reload();
  process.on('SIGHUP', reload);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  process.off('SIGHUP', reload);
  await server.stop();
}

const PRINT_CONFIG = /^--print-config(?:=|$)/;

/** How the settings are to be shown instead of served. @throws {ServerError} option-unknown */
function printFormatOf(flags: readonly string[]): 'yaml' | 'json' | undefined {
  const flag = flags.find((each) => PRINT_CONFIG.test(each));
  if (flag === undefined) return undefined;
  const format = flag.slice('--print-config'.length).replace(/^=/, '') || 'yaml';
  if (format === 'yaml' || format === 'json') return format;
  throw new ServerError('option-unknown', `--print-config can be yaml or json, not "${format.slice(0, 20)}"`, { option: flag });
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
      const { heapUsed, heapTotal, rss, external } = process.memoryUsage();
      return {
        nodeVersion: process.version,
        platform: `${process.platform}-${process.arch}`,
        memory: { heapUsed, heapTotal, rss, external },
        cpu: process.cpuUsage(),
        activeResources: process.getActiveResourcesInfo().length,
        cores: availableParallelism(),
      };
    },
    loadModule: (name) => import(name) as Promise<unknown>,
    version: VERSION,
    userId: process.getuid?.(),
    architecture: process.arch,
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
