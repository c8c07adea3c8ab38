/** How a remote is reached, by the configuration and the environment. */
import type { Config } from '@govc/core/plumbing';
import { connectRemote, parseRemoteUrl, type Connect, type NodeHttpOptions, type RemoteConfig } from '@govc/core/protocol';

import type { Context } from '../context.js';
import { die } from '../failure.js';
import { absolutePath } from '../session/files-host.js';
import { findBundle } from './bundle-remote.js';
import { credentialSource } from './credentials.js';
import { connectPath } from './local-service.js';
import { AGENT } from './serve.js';

/** Options of a command line that change how a remote is reached. */
export interface TransportOptions {
  readonly uploadPack?: string | undefined;
  readonly receivePack?: string | undefined;
  readonly family?: 'any' | 'ipv4' | 'ipv6' | undefined;
  /** The repository that will ask is not there yet. */
  readonly isClone?: boolean | undefined;
}

/** Connections to an address. @throws {Failure} the protocol is not allowed (`protocol.*.allow`) */
export async function transportTo(
  context: Context, config: Config, url: string, { remote, ...options }: TransportOptions & { readonly remote?: RemoteConfig | undefined } = {},
): Promise<Connect> {
  const { io } = context;
  const parsed = parseRemoteUrl(url);
  mustAllow(parsed.kind === 'local' ? 'file' : parsed.kind === 'http' ? url.split(':')[0]!.toLowerCase() : parsed.kind, io.env, config);
  const bundle = parsed.kind === 'local' ? findBundle(io, parsed.path, options.isClone === true ? undefined : await context.findSession()) : undefined;
  if (bundle !== undefined) return bundle;
  const uploadPack = options.uploadPack ?? remote?.uploadPack;
  const receivePack = options.receivePack ?? remote?.receivePack;
  const isOwn = (uploadPack ?? 'git-upload-pack') === 'git-upload-pack' && (receivePack ?? 'git-receive-pack') === 'git-receive-pack';
  const credentials = credentialSource(io, config);
  const http = parsed.kind === 'http' && io.http !== undefined ? await io.http(httpOptions(context, config, url, remote)) : undefined;
  const redirects = parsed.kind === 'http' ? config.getUrlMatch('http.followredirects', url) : undefined;
  return connectRemote(url, {
    http, credentials, run: io.start, agent: AGENT, headers: parsed.kind === 'http' ? extraHeaders(config, url) : {},
    redirects: redirects === 'true' ? 'always' : redirects === 'false' ? 'never' : 'initial',
    postBufferBytes: config.findInt('http.postbuffer'), usesHttpPath: config.getBool('credential.usehttppath', false),
    sshCommand: io.env['GIT_SSH_COMMAND'] ?? (io.env['GIT_SSH'] === undefined ? config.get('core.sshcommand') : undefined), sshProgram: io.env['GIT_SSH'],
    sshVariant: io.env['GIT_SSH_VARIANT'] ?? config.get('ssh.variant'), family: options.family, uploadPack, receivePack,
    // Our own commands serve a path of this machine, unless another program is named for that.
    openPath: isOwn ? (path) => connectPath(context, path) : undefined,
  });
}

function extraHeaders(config: Config, url: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of config.getUrlMatches('http.extraheader', url)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const agent = config.getUrlMatch('http.useragent', url);
  if (agent !== undefined) headers['user-agent'] = agent;
  return headers;
}

function httpOptions({ io }: Context, config: Config, url: string, remote: RemoteConfig | undefined): NodeHttpOptions {
  const match = (name: string): string | undefined => config.getUrlMatch(`http.${name}`, url);
  const file = (path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    const bytes = io.files.readFile(absolutePath(io.cwd, path));
    return bytes === undefined ? die(`cannot read '${path}'`) : new TextDecoder().decode(bytes);
  };
  const cert = file(io.env['GIT_SSL_CERT'] ?? match('sslcert'));
  const key = file(io.env['GIT_SSL_KEY'] ?? match('sslkey')) ?? cert;
  const verifies = io.env['GIT_SSL_NO_VERIFY'] === undefined && (match('sslverify') ?? 'true') !== 'false';
  return {
    ca: file(io.env['GIT_SSL_CAINFO'] ?? match('sslcainfo')),
    certificate: cert === undefined || key === undefined ? undefined : { cert, key, passphrase: undefined },
    verifiesCertificate: verifies,
    proxyFor: (target) => proxyOf(io.env, remote?.proxy ?? match('proxy'), target),
  };
}

/** The proxy for a URL: of the remote or the configuration, else of the environment as curl reads it. */
function proxyOf(env: Readonly<Record<string, string | undefined>>, configured: string | undefined, target: string): string | undefined {
  const url = new URL(target);
  const variable = url.protocol === 'https:' ? env['https_proxy'] ?? env['HTTPS_PROXY'] : env['http_proxy'];
  const proxy = configured ?? variable ?? env['all_proxy'] ?? env['ALL_PROXY'];
  if (proxy === undefined || proxy === '') return undefined;
  const excluded = (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(',').map((host) => host.trim().replace(/^\./, '')).filter((host) => host !== '');
  if (excluded.some((host) => host === '*' || url.hostname === host || url.hostname.endsWith(`.${host}`))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

const ALWAYS = new Set(['http', 'https', 'git', 'ssh']);

/** `GIT_ALLOW_PROTOCOL`, `protocol.<name>.allow`, `protocol.allow` (git-config). */
function mustAllow(name: string, env: Readonly<Record<string, string | undefined>>, config: Config): void {
  const listed = env['GIT_ALLOW_PROTOCOL'];
  const rule = listed !== undefined
    ? (listed.split(':').includes(name) ? 'always' : 'never')
    : config.get(`protocol.${name}.allow`) ?? config.get('protocol.allow') ?? (ALWAYS.has(name) ? 'always' : name === 'ext' ? 'never' : 'user');
  const isAllowed = rule === 'always' || (rule === 'user' && env['GIT_PROTOCOL_FROM_USER'] !== '0');
  if (!isAllowed) die(`transport '${name}' not allowed`);
}
