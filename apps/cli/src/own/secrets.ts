/**
 * What proves to a server who asks: tokens and API keys, by the name of a context.
 *
 * They are in `credentials.json` beside the contexts, which only its owner may read (mode 0600), or where a credential helper
 * (gitcredentials(7)) keeps them. A helper is told `https`, the host `<context>.govc.invalid`, which can never be the host of a
 * repository, the user `govc`, and as the password the secrets as one word.
 */
import { Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import { objectOf, settingsFolder } from './contexts.js';

/** The secrets of one context. Moments are RFC 3339. */
export interface Secrets {
  readonly token?: string | undefined;
  readonly expiresAt?: string | undefined;
  /** Good for one refresh, which gives the next one. */
  readonly refreshToken?: string | undefined;
  readonly refreshExpiresAt?: string | undefined;
  readonly apiKey?: string | undefined;
}

/** A place where secrets are. */
export interface SecretStore {
  /** Where that is, for messages. */
  readonly place: string;
  find(name: string): Promise<Secrets | undefined>;
  write(name: string, secrets: Secrets): Promise<void>;
  erase(name: string): Promise<void>;
}

/** The place that the configuration names. */
export function openSecrets(io: CommandIo, helper: string | undefined): SecretStore {
  return helper === undefined ? new FileSecrets(io) : new HelperSecrets(io, helper);
}

class FileSecrets implements SecretStore {
  readonly #io: CommandIo;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  get place(): string {
    return `${settingsFolder(this.#io)}/credentials.json`;
  }

  async find(name: string): Promise<Secrets | undefined> {
    return this.#read().get(name);
  }

  async write(name: string, secrets: Secrets): Promise<void> {
    this.#write(this.#read().set(name, secrets));
  }

  async erase(name: string): Promise<void> {
    const all = this.#read();
    if (all.delete(name)) this.#write(all);
  }

  #read(): Map<string, Secrets> {
    const bytes = this.#io.files.readFile(this.place);
    if (bytes === undefined) return new Map();
    const all = objectOf(parse(new TextDecoder().decode(bytes)));
    if (all === undefined) throw new Failure(`fatal: ${this.place} is broken; remove it and sign in again\n`, 128);
    return new Map(Object.entries(all).map(([name, fields]) => [name, secretsOf(fields)]));
  }

  #write(all: ReadonlyMap<string, Secrets>): void {
    const fields = Object.fromEntries([...all].map(([name, secrets]) => [name, fieldsOf(secrets)]));
    this.#io.files.writePrivateFile(this.place, new TextEncoder().encode(`${JSON.stringify(fields, undefined, 2)}\n`));
  }
}

/** Another program keeps them. */
class HelperSecrets implements SecretStore {
  readonly #io: CommandIo;
  readonly #helper: string;

  constructor(io: CommandIo, helper: string) {
    this.#io = io;
    this.#helper = helper;
  }

  get place(): string {
    return `the credential helper '${this.#helper}'`;
  }

  async find(name: string): Promise<Secrets | undefined> {
    const password = /^password=(.+)$/m.exec(await this.#run('get', name))?.[1];
    if (password === undefined) return undefined;
    const fields = parse(Buffer.from(password, 'base64url').toString('utf8'));
    return objectOf(fields) === undefined ? undefined : secretsOf(fields);
  }

  async write(name: string, secrets: Secrets): Promise<void> {
    const password = Buffer.from(JSON.stringify(fieldsOf(secrets))).toString('base64url');
    await this.#run('store', name, password);
    // Helpers say nothing about what they do not keep.
    const kept = await this.find(name);
    if (kept === undefined) throw new Failure(`fatal: ${this.place} does not keep what it is given; see: govc help context\n`, 128);
  }

  async erase(name: string): Promise<void> {
    await this.#run('erase', name);
  }

  async #run(action: 'get' | 'store' | 'erase', name: string, password?: string): Promise<string> {
    const { spawn, cwd, env } = this.#io;
    if (spawn === undefined) throw new Failure(`fatal: ${this.place} cannot be run here\n`, 128);
    const helper = this.#helper;
    const line = helper.startsWith('!') ? helper.slice(1) : helper.startsWith('/') ? helper : `git credential-${helper}`;
    // By standard input, and not as arguments, which everybody on the machine may read.
    const text = `protocol=https\nhost=${name}.govc.invalid\nusername=govc\n${password === undefined ? '' : `password=${password}\n`}\n`;
    const { exitCode, stdout } = await spawn.run([line, action], { cwd, env, stdin: new TextEncoder().encode(text), output: 'captureStdout', isShell: true });
    if (exitCode !== 0 && action !== 'erase') throw new Failure(`fatal: ${this.place} ended with ${exitCode}\n`, 128);
    return new TextDecoder().decode(stdout);
  }
}

function secretsOf(value: unknown): Secrets {
  const fields = objectOf(value) ?? {};
  const text = (name: string): string | undefined => (typeof fields[name] === 'string' ? fields[name] : undefined);
  return {
    token: text('token'), expiresAt: text('expires_at'), refreshToken: text('refresh_token'), refreshExpiresAt: text('refresh_expires_at'), apiKey: text('api_key'),
  };
}

function fieldsOf({ token, expiresAt, refreshToken, refreshExpiresAt, apiKey }: Secrets): object {
  return { token, expires_at: expiresAt, refresh_token: refreshToken, refresh_expires_at: refreshExpiresAt, api_key: apiKey };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const LOCK = 'settings.lock';
const LOCK_WAIT_MS = 50;
const LOCK_TRIES = 400;
/** A command that holds the lock so long was killed: what is done under it waits for one request at most. */
const LOCK_STALE_MS = 120_000;

/**
 * Does something that no other `govc` of the user does at the same time: changing settings, or using up a refresh token, which is good
 * once only.
 *
 * @throws {Failure} another one is busy for longer than can be
 */
export async function withSettingsLock<T>(io: CommandIo, work: () => Promise<T>): Promise<T> {
  const files = io.files.at(settingsFolder(io));
  const path = `${settingsFolder(io)}/${LOCK}`;
  for (let tries = 0; !files.createExclusive(LOCK, new TextEncoder().encode(String(io.clock()))); tries++) {
    const sinceMs = Number(new TextDecoder().decode(io.files.readFile(path)));
    if (sinceMs > 0 && io.clock() - sinceMs > LOCK_STALE_MS) {
      files.remove(LOCK);
      continue;
    }
    if (tries >= LOCK_TRIES) throw new Failure(`fatal: another govc is busy with the settings; if none runs, remove ${path}\n`, 128);
    await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
  }
  try {
    return await work();
  } finally {
    files.remove(LOCK);
  }
}
