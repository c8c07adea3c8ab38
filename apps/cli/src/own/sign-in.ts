/** Signing in to a server and out again, and what is kept of that. */
import type { CommandIo } from '../io.js';
import { findContextOf, isContextName, nameFor, readContexts, writeContexts, type Contexts } from './contexts.js';
import { openSecrets, withSettingsLock, type Secrets } from './secrets.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';

/** What the server answers to a sign-in and to a refresh. */
export interface Session {
  readonly token: string;
  readonly expires_at: string;
  readonly refresh_token?: string;
  readonly refresh_expires_at?: string;
}

/** The secrets in an answer of the server. A refresh that gives no refresh token leaves the one there was. */
export function secretsOfSession(session: Session, before: Secrets = {}): Secrets {
  return {
    token: session.token,
    expiresAt: session.expires_at,
    refreshToken: session.refresh_token ?? before.refreshToken,
    refreshExpiresAt: session.refresh_expires_at ?? before.refreshExpiresAt,
  };
}

/** What is to be kept. */
export interface SignedIn {
  readonly url: string;
  readonly username: string;
  readonly secrets: Secrets;
  /** Default: that of the address, or a new one. */
  readonly contextName?: string | undefined;
}

/** Keeps who one is at a server, and makes its context the current one. @returns the name of the context and where its secrets are */
export async function keepSignedIn(io: CommandIo, signedIn: SignedIn): Promise<{ readonly name: string; readonly place: string }> {
  const { url, username, secrets, contextName } = signedIn;
  return withSettingsLock(io, async () => {
    const known = readContexts(io);
    const name = checkContextName(contextName ?? findContextOf(known, url) ?? nameFor(known, url));
    const store = openSecrets(io, known.credentialHelper);
    // Secrets first: a context without them asks to sign in, secrets without a context would be forgotten.
    await store.write(name, secrets);
    const contexts = new Map(known.contexts).set(name, { url, username });
    writeContexts(io, { ...known, current: name, contexts });
    return { name, place: store.place };
  });
}

/** Forgets the secrets of a context. @returns whether there were any */
export async function forget(io: CommandIo, name: string): Promise<boolean> {
  return withSettingsLock(io, async () => {
    const store = openSecrets(io, readContexts(io).credentialHelper);
    if ((await store.find(name)) === undefined) return false;
    await store.erase(name);
    return true;
  });
}

/** Changes the contexts while nobody else does. */
export async function changeContexts(io: CommandIo, change: (known: Contexts) => Contexts): Promise<Contexts> {
  return withSettingsLock(io, async () => {
    const changed = change(readContexts(io));
    writeContexts(io, changed);
    return changed;
  });
}

/** @throws {Failure} nothing may be called so */
export function checkContextName(name: string): string {
  if (isContextName(name)) return name;
  throw new Failure(`error: a context cannot be called '${name}': letters, digits, '.', '_' and '-', 63 at most\n`, EXIT.usage);
}
