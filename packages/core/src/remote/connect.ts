import { GovcError } from '../errors.js';
import type { Connect, ConnectRequest, Connection } from './connection.js';
import type { CredentialSource } from './credential.js';
import { connectHttp } from './http-connection.js';
import type { HttpClient } from './http-client.js';
import { connectProgram, connectSsh, sshVariantOf } from './program-connection.js';
import type { ProgramRunner } from './program.js';
import { parseRemoteUrl, withoutCredentials, type RemoteUrl } from './remote-url.js';
import { connectDaemon } from './tcp-connection.js';

/** What the surroundings offer for reaching other repositories; what is missing cannot be used. */
export interface RemoteSurroundings {
  readonly http?: HttpClient | undefined;
  readonly credentials?: CredentialSource | undefined;
  /** Starts `ssh`, and the services for paths of this machine. */
  readonly run?: ProgramRunner | undefined;
  /** Connects to a path of this machine without a program; wins over `run`. */
  readonly openPath?: ((path: string) => Connect) | undefined;
  /** Whether `git://` may be used. Default: `true`. */
  readonly allowsDaemon?: boolean | undefined;
}

/** How a repository is reached; by default as Git does without configuration. */
export interface RemoteConnectOptions extends RemoteSurroundings {
  /** Sent with each request over HTTP. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly agent?: string | undefined;
  readonly redirects?: 'initial' | 'always' | 'never' | undefined;
  readonly postBufferBytes?: number | undefined;
  readonly usesHttpPath?: boolean | undefined;
  /** `GIT_SSH_COMMAND` or `core.sshCommand`. Default: `ssh`. */
  readonly sshCommand?: string | undefined;
  /** `GIT_SSH`: a program rather than a command line. */
  readonly sshProgram?: string | undefined;
  readonly sshVariant?: string | undefined;
  readonly family?: 'any' | 'ipv4' | 'ipv6' | undefined;
  /** The programs at the other side. Default: the names of the services. */
  readonly uploadPack?: string | undefined;
  readonly receivePack?: string | undefined;
}

const POST_BUFFER_BYTES = 1024 * 1024;

/**
 * Connections to the repository at an address: `https://`, `ssh://` or `host:path`, `git://`, `file://` or a path (git-clone,
 * "GIT URLS").
 *
 * @throws {GovcError} remote-url-invalid: the address cannot be used. What fails later is thrown by the connection.
 * @example
 * const connect = connectRemote('https://example.com/team/project.git', { http: createNodeHttpClient() });
 */
export function connectRemote(address: string, options: RemoteConnectOptions): Connect {
  const url = parseRemoteUrl(address);
  return (request) => open(url, options, request);
}

async function open(url: RemoteUrl, options: RemoteConnectOptions, request: ConnectRequest): Promise<Connection> {
  const program = request.service === 'git-upload-pack' ? options.uploadPack ?? request.service : options.receivePack ?? request.service;
  switch (url.kind) {
    case 'http':
      if (options.http === undefined) throw unavailable(url.text, 'http');
      return connectHttp({
        client: options.http, url, headers: { 'user-agent': options.agent ?? 'git/govc', ...options.headers }, credentials: options.credentials,
        redirects: options.redirects ?? 'initial', postBufferBytes: options.postBufferBytes ?? POST_BUFFER_BYTES, usesHttpPath: options.usesHttpPath ?? false,
      }, request);
    case 'ssh': {
      if (options.run === undefined) throw unavailable(url.host, 'ssh');
      const command = options.sshCommand ?? options.sshProgram ?? 'ssh';
      return connectSsh(url, {
        run: options.run, command, isShellCommand: options.sshCommand !== undefined, variant: sshVariantOf(command, options.sshVariant),
        program, family: options.family ?? 'any',
      }, request);
    }
    case 'git':
      if (options.allowsDaemon === false) throw unavailable(url.host, 'git');
      return connectDaemon(url, request);
    case 'local':
      if (options.openPath !== undefined) return options.openPath(url.path)(request);
      if (options.run === undefined) throw unavailable(url.path, 'file');
      return connectProgram(url.path, { run: options.run, program }, request);
    case 'helper':
      throw new GovcError('unsupported', `Remote helpers such as "${url.helper}" are not run.`, { helper: url.helper });
  }
}

function unavailable(what: string, transport: string): GovcError {
  return new GovcError('unsupported', `"${withoutCredentials(what)}" cannot be reached from here: transport '${transport}' is not available.`, { transport });
}
