/**
 * The servers that a user works with: a name, an address and who one is there for each. They are in `contexts.json` in the folder of the
 * program below `XDG_CONFIG_HOME`; secrets are elsewhere (`secrets.ts`), so that this file can be looked at and kept with others.
 *
 * ```json
 * { "current": "work", "credential_helper": "libsecret", "contexts": { "work": { "url": "https://git.example.com", "username": "ann" } } }
 * ```
 */
import { Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import { plainText } from './table.js';

/** A server under a name. */
export interface ServerContext {
  /** Without a slash at its end. */
  readonly url: string;
  /** Who signed in last. */
  readonly username?: string | undefined;
}

/** Everything that the file holds. */
export interface Contexts {
  readonly current?: string | undefined;
  /** The program that keeps secrets, as Git would run it (gitcredentials(7)). Default: they are in a file. */
  readonly credentialHelper?: string | undefined;
  readonly contexts: ReadonlyMap<string, ServerContext>;
}

/** Contexts that a user may have. */
const CONTEXTS_MAX = 1000;

/** The folder of the user's settings. @throws {Failure} nothing says where it is */
export function settingsFolder({ env }: Pick<CommandIo, 'env'>): string {
  const base = env['XDG_CONFIG_HOME'];
  // The specification says to take no notice of a relative one.
  if (base?.startsWith('/') === true) return `${base}/govc`;
  const home = env['HOME'];
  if (home === undefined || home === '') throw new Failure('fatal: neither HOME nor XDG_CONFIG_HOME says where settings are kept\n', 128);
  return `${home.replace(/\/+$/, '')}/.config/govc`;
}

/** Reads the contexts; none where there is no file, or no place for one. @throws {Failure} the file is broken */
export function readContexts(io: Pick<CommandIo, 'env' | 'files'>): Contexts {
  if ((io.env['XDG_CONFIG_HOME'] ?? '') === '' && (io.env['HOME'] ?? '') === '') return { contexts: new Map() };
  const path = pathOf(io);
  const bytes = io.files.readFile(path);
  return bytes === undefined ? { contexts: new Map() } : parseContexts(new TextDecoder().decode(bytes), path);
}

/** Writes the contexts. @throws {GovcError} io-failed */
export function writeContexts(io: Pick<CommandIo, 'env' | 'files'>, contexts: Contexts): void {
  io.files.writePrivateFile(pathOf(io), new TextEncoder().encode(serializeContexts(contexts)));
}

/** @throws {Failure} it is not what this program writes */
export function parseContexts(text: string, path: string): Contexts {
  const parsed = objectOf(parseJson(text));
  const list = objectOf(parsed?.['contexts'] ?? {});
  if (parsed === undefined || list === undefined || Object.keys(list).length > CONTEXTS_MAX) return broken(path);
  const contexts = new Map<string, ServerContext>();
  for (const [name, entry] of Object.entries(list)) {
    const fields = objectOf(entry);
    const url = fields?.['url'];
    const username = fields?.['username'];
    if (!isContextName(name) || typeof url !== 'string' || (username !== undefined && typeof username !== 'string')) return broken(path);
    contexts.set(name, { url: parseServerUrl(url), username });
  }
  const { current, credential_helper: credentialHelper } = parsed;
  if ((current !== undefined && typeof current !== 'string') || (credentialHelper !== undefined && typeof credentialHelper !== 'string')) return broken(path);
  return { current, credentialHelper, contexts };
}

/** The text of the file. */
export function serializeContexts({ current, credentialHelper, contexts }: Contexts): string {
  return `${JSON.stringify({ current, credential_helper: credentialHelper, contexts: Object.fromEntries(contexts) }, undefined, 2)}\n`;
}

/** Whether a context may be called so: what a file name, a host name and a shell leave alone. */
export function isContextName(name: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(name) && name !== '__proto__';
}

/** An address as one gives it: `localhost:8080`, `https://git.example.com/base/`. @throws {Failure} it is no address of a server */
export function parseServerUrl(text: string): string {
  const isBare = !/^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  // Without a scheme: HTTP for this machine, and encrypted for all others.
  const whole = isBare ? `${/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::|\/|$)/i.test(text) ? 'http' : 'https'}://${text}` : text;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Failure(`fatal: '${plainText(text)}' is not the address of a server, such as https://git.example.com\n`, 128);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Failure('fatal: an address holds no user name and no password; sign in with: govc auth login\n', 128);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** The context of an address: the current one where it fits, else the first. */
export function findContextOf({ current, contexts }: Contexts, url: string): string | undefined {
  if (current !== undefined && contexts.get(current)?.url === url) return current;
  return [...contexts].find(([, context]) => context.url === url)?.[0];
}

/** A name for a new context of an address: its host, with a number where that is taken. */
export function nameFor({ contexts }: Contexts, url: string): string {
  const { hostname, port } = new URL(url);
  const host = hostname.replaceAll(/[^A-Za-z0-9._-]/g, '').slice(0, 50);
  const base = isContextName(`${host}${port === '' ? '' : `-${port}`}`) ? `${host}${port === '' ? '' : `-${port}`}` : 'server';
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!contexts.has(name)) return name;
  }
}

function pathOf(io: Pick<CommandIo, 'env'>): string {
  return `${settingsFolder(io)}/contexts.json`;
}

function broken(path: string): never {
  throw new Failure(`fatal: ${path} is broken; mend it, or remove it and sign in again\n`, 128);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A value as an object with fields. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}
