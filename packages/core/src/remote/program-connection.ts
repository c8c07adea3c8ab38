import { GovcError } from '../errors.js';
import type { ConnectRequest, Connection } from './connection.js';
import type { ProgramRequest, ProgramRunner, RunningProgram } from './program.js';
import type { RemoteUrl } from './remote-url.js';

/** Which program is spoken to over ssh: its options differ (`ssh.variant` in git-config). */
export type SshVariant = 'ssh' | 'simple' | 'plink' | 'putty' | 'tortoiseplink';

/** How ssh is called. */
export interface SshOptions {
  readonly run: ProgramRunner;
  /** `GIT_SSH_COMMAND`, `core.sshCommand`: run by the shell; or `GIT_SSH`, a program. */
  readonly command: string;
  readonly isShellCommand: boolean;
  readonly variant: SshVariant;
  /** `--upload-pack`, `--receive-pack` or the like; a command line at the other machine. */
  readonly program: string;
  readonly family: 'any' | 'ipv4' | 'ipv6';
}

/** A conversation with a service of another machine, by ssh (git-clone, "GIT URLS"). @throws {GovcError} remote-failed, aborted */
export async function connectSsh(url: RemoteUrl & { readonly kind: 'ssh' }, options: SshOptions, request: ConnectRequest): Promise<Connection> {
  const destination = url.user === undefined ? url.host : `${url.user}@${url.host}`;
  const args = [...sshFlags(url, options, request), destination, `${options.program} ${quoteForShell(url.path)}`];
  return startProgram(options.run, {
    usesShell: options.isShellCommand, command: options.command, arguments: args, environment: versionVariable(request),
  }, request);
}

/** A conversation with a service of this machine, run as a program. @throws {GovcError} remote-failed, aborted */
export async function connectProgram(
  path: string, options: { readonly run: ProgramRunner; readonly program: string }, request: ConnectRequest,
): Promise<Connection> {
  return startProgram(options.run, {
    usesShell: true, command: `${options.program} ${quoteForShell(path)}`, arguments: [], environment: versionVariable(request),
  }, request);
}

/** The variant that a command is, by the name of its program. */
export function sshVariantOf(command: string, configured: string | undefined): SshVariant {
  switch (configured) {
    case 'ssh': case 'simple': case 'plink': case 'putty': case 'tortoiseplink':
      return configured;
    default: {
      const word = /^\s*(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(command);
      const name = (word?.[1] ?? word?.[2] ?? word?.[3] ?? '').split(/[\\/]/).at(-1)!.toLowerCase().replace(/\.exe$/, '');
      return name === 'plink' || name === 'tortoiseplink' ? name : 'ssh';
    }
  }
}

function sshFlags({ port }: { readonly port: number | undefined }, { variant, family }: SshOptions, { version }: ConnectRequest): string[] {
  const flags: string[] = [];
  if (variant === 'ssh' && version > 0) flags.push('-o', 'SendEnv=GIT_PROTOCOL');
  if (variant === 'simple') {
    if (port !== undefined || family !== 'any') throw new GovcError('unsupported', "ssh variant 'simple' does not support setting port or address family");
    return flags;
  }
  if (variant === 'tortoiseplink') flags.push('-batch');
  if (family === 'ipv4') flags.push('-4');
  if (family === 'ipv6') flags.push('-6');
  if (port !== undefined) flags.push(variant === 'ssh' ? '-p' : '-P', String(port));
  return flags;
}

function versionVariable({ version }: ConnectRequest): Record<string, string | undefined> {
  return { GIT_PROTOCOL: version > 0 ? `version=${version}` : undefined };
}

/** One word of a shell, whatever it holds (`sq_quote_buf` of Git). */
export function quoteForShell(text: string): string {
  return `'${text.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
}

async function startProgram(run: ProgramRunner, what: Omit<ProgramRequest, 'onError'>, request: ConnectRequest): Promise<Connection> {
  const program = await run({ ...what, onError: (bytes) => request.onDiagnostic?.(bytes) });
  return new ProgramConnection(program, request.signal);
}

class ProgramConnection implements Connection {
  readonly isStateless = false;
  readonly input: AsyncIterable<Uint8Array>;
  readonly #program: RunningProgram;
  readonly #stop: () => void;
  readonly #signal: AbortSignal | undefined;

  constructor(program: RunningProgram, signal: AbortSignal | undefined) {
    this.#program = program;
    this.#signal = signal;
    this.input = keepOpen(program.stdout);
    this.#stop = () => {
      program.kill();
    };
    signal?.addEventListener('abort', this.#stop, { once: true });
  }

  async send(bytes: Uint8Array): Promise<void> {
    try {
      await this.#program.write(bytes);
    } catch (error) {
      throw new GovcError('remote-failed', 'the remote end hung up unexpectedly', {}, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#stop);
    this.#program.endInput();
    await this.#program.exit;
  }
}

/** Reads a stream without ending it where the reader stops: the program may still have something to write. */
function keepOpen(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = stream[Symbol.asyncIterator]();
      return { next: () => iterator.next() };
    },
  };
}
