/** `govc auth`: signing in to servers, and out again. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { askPerson, readNewPassword, readSecretFromInput } from '../own/ask.js';
import { chooseServer, DEFAULT_URL, findServer } from '../own/choose-server.js';
import { parseServerUrl } from '../own/contexts.js';
import { answerGit, setUpGit } from '../own/git-credential.js';
import { runOwn } from '../own/run-own.js';
import type { Secrets } from '../own/secrets.js';
import type { Server } from '../own/server.js';
import { checkContextName, forget, keepSignedIn, secretsOfSession, type Session } from '../own/sign-in.js';
import { factsText, timeText } from '../own/table.js';
import type { Call, Outcome, OwnCommand } from '../own/verb.js';
import { readAll } from '../print/output.js';
import { APIKEY } from './apikey.js';

interface Principal {
  readonly id?: string;
  readonly username?: string;
  readonly email?: string;
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  readonly repo_permissions?: Readonly<Record<string, readonly string[]>>;
  readonly auth_method?: string;
}

async function logIn(call: Call): Promise<Outcome> {
  const { io } = call;
  const contextName = call.text('context');
  if (contextName !== undefined) checkContextName(contextName);
  const url = urlOf(call);
  const { username, secrets } = call.has('api-key-stdin') ? await withKey(call, url) : call.has('token-stdin') ? await withToken(call, url) : await withPassword(call, url);
  if (call.has('no-save')) {
    const proof = secrets.token ?? secrets.apiKey!;
    return { data: { server: url, username, saved: false, token: proof, expires_at: secrets.expiresAt }, text: () => `${proof}\n` };
  }
  const { name, place } = await keepSignedIn(io, { url, username, secrets, contextName });
  const method = secrets.apiKey === undefined ? 'token' : 'api-key';
  return {
    data: { server: url, username, context: name, method, expires_at: secrets.expiresAt, saved: true },
    text: () => `Signed in to ${url} as ${username}. This is the context '${name}' from now on; its secrets are in ${place}.\n`,
  };
}

/** Where to sign in: what the command line says, else the server that other commands would ask. */
function urlOf(call: Call): string {
  const [operand] = call.operands;
  const given = operand ?? call.text('server');
  if (given !== undefined) return parseServerUrl(given);
  const known = call.text('context');
  return findServer(call.io, known === undefined ? {} : { context: known })?.url ?? DEFAULT_URL;
}

interface Proven {
  readonly username: string;
  readonly secrets: Secrets;
}

async function withPassword(call: Call, url: string): Promise<Proven> {
  const { io } = call;
  const server = await call.speakTo({ url });
  const isFed = call.has('password-stdin');
  const username = call.text('username') ?? (isFed ? missingName() : await askPerson(io, `Username for '${url}': `, 'name the user with --username'));
  const password = isFed
    ? await readSecretFromInput(io, 'password')
    : await askPerson(io, `Password for '${username}' at ${url}: `, 'send the password with --password-stdin');
  const session = await server.request<Session>('POST', '/api/v1/auth/login', { body: { username, password } });
  return { username, secrets: secretsOfSession(session) };
}

function missingName(): never {
  throw new Failure('error: name the user with --username where the password comes from standard input\n', EXIT.usage);
}

async function withKey(call: Call, url: string): Promise<Proven> {
  const apiKey = await readSecretFromInput(call.io, 'API key');
  return { username: await nameOf(await call.speakTo({ url, apiKey })), secrets: { apiKey } };
}

async function withToken(call: Call, url: string): Promise<Proven> {
  const token = await readSecretFromInput(call.io, 'token');
  return { username: await nameOf(await call.speakTo({ url, token })), secrets: { token } };
}

async function nameOf(server: Server): Promise<string> {
  return (await server.request<Principal>('GET', '/api/v1/auth/whoami')).username ?? '';
}

async function logOut(call: Call): Promise<Outcome> {
  const { io } = call;
  const { url, contextName } = chooseServer(io, { context: call.text('context'), server: call.text('server') });
  const server = await call.server();
  let isEnded = false;
  if (server.proof === 'token') {
    try {
      await server.request('POST', '/api/v1/auth/logout', { body: { everywhere: call.has('everywhere') } });
      isEnded = true;
    } catch (error) {
      // What is kept here is forgotten even where the server cannot be told, or knows nothing of it any more.
      if (!(error instanceof Error) || error.name !== 'GovcApiError') throw error;
      if ((error as { status?: number }).status !== 401) io.stderr.write(`warning: the server was not told: ${error.message}\n`);
    }
  }
  const isForgotten = contextName !== undefined && (await forget(io, contextName));
  return {
    data: { server: url, context: contextName ?? null, session_ended: isEnded, forgotten: isForgotten },
    text: () => (isEnded || isForgotten ? `Signed out of ${url}.\n` : `You were not signed in to ${url}.\n`),
  };
}

async function showWho(call: Call): Promise<Outcome> {
  const server = await call.server();
  const who = await server.request<Principal>('GET', '/api/v1/auth/whoami');
  const repositories = Object.entries(who.repo_permissions ?? {}).map(([name, list]) => `${name} (${list.join(', ')})`);
  return {
    data: { server: server.url, context: server.contextName ?? null, ...who },
    text: () => factsText({
      User: who.username, 'E-mail': who.email, Server: server.url, Context: server.contextName, 'Signed in by': `${who.auth_method ?? ''} (${server.proofSource})`,
      Roles: who.roles?.join(', '), Permissions: who.permissions?.join(', '), Repositories: repositories.join(', '),
    }),
  };
}

async function showToken(call: Call): Promise<Outcome> {
  const server = await call.server();
  const headers = await server.headers();
  const proof = headers['authorization']?.replace(/^Bearer /, '') ?? headers['x-api-key'];
  if (proof === undefined) throw new Failure(`error: you are not logged in to ${server.url}\nhint: run: govc auth login ${server.url}\n`, EXIT.failed);
  return { data: { server: server.url, context: server.contextName ?? null, kind: server.proof, token: proof }, text: () => `${proof}\n` };
}

async function makeToken(call: Call): Promise<Outcome> {
  const [repository] = call.operands;
  const refs = call.texts('ref');
  const made = await (await call.server()).request<{ readonly token: string; readonly expires_at: string }>('POST', '/api/v1/auth/tokens', {
    body: {
      repository, access: call.has('write') ? 'write' : 'read', ...(refs.length === 0 ? {} : { refs }),
      ...(call.number('ttl') === undefined ? {} : { ttl_seconds: call.number('ttl') }),
    },
  });
  call.io.stderr.write(call.isJson ? '' : `Good until ${timeText(made.expires_at)}; it is shown this once.\n`);
  return { data: made, text: () => `${made.token}\n` };
}

async function changePassword(call: Call): Promise<Outcome> {
  const { io } = call;
  const server = await call.server();
  const how = 'send the present and the new password as two lines with --password-stdin';
  const [current, next] = call.has('password-stdin') ? await twoLines(call) : [await askPerson(io, 'Password (present): ', how), await readNewPassword(io, false)];
  await server.request('POST', '/api/v1/auth/password', { body: { current_password: current, new_password: next } });
  if (server.contextName !== undefined) await forget(io, server.contextName);
  return { data: { status: 'success' }, text: () => 'The password is changed. All sessions have ended: sign in again.\n' };
}

async function twoLines({ io }: Call): Promise<readonly [string, string]> {
  const [current = '', next = ''] = new TextDecoder().decode(await readAll(io.stdin as AsyncIterable<Uint8Array>)).split(/\r?\n/);
  if (current === '' || next === '') throw new Failure('fatal: standard input must hold two lines: the present and the new password\n', EXIT.fatal);
  return [current, next];
}

/** What it does. */
export const AUTH: OwnCommand = {
  name: 'auth',
  summary: 'Sign in to servers, and out again',
  verbs: [
    {
      name: 'login', summary: 'Sign in to a server and make it the current context', run: logIn, operands: [{ name: 'URL', subject: 'words', count: 'optional' }],
      options: [
        { names: 'u|username', value: 'NAME', subject: 'words', help: 'who signs in' },
        { names: 'password-stdin', help: 'read the password from standard input' },
        { names: 'api-key-stdin', help: 'keep the API key that standard input holds, instead of signing in' },
        { names: 'token-stdin', help: 'keep the token that standard input holds, instead of signing in' },
        { names: 'no-save', help: 'print the token and keep nothing' },
      ],
      details: 'Without --password-stdin the password is asked for on the terminal. It is never an option: other users see the arguments of a process.',
    },
    {
      name: 'logout', summary: 'End the session and forget its secrets', run: logOut,
      options: [{ names: 'everywhere', help: 'end all sessions of the user' }],
    },
    { name: 'whoami', aliases: ['status'], summary: 'Show who is signed in and what they may do', run: showWho },
    {
      name: 'token', aliases: ['token show'], summary: 'Print the token that requests are sent with', run: showToken,
      details: 'For other programs: curl -H "Authorization: Bearer $(govc auth token)" …',
    },
    {
      name: 'token create', summary: 'Make a token for one repository, which lasts a day at most', run: makeToken,
      operands: [{ name: 'REPOSITORY', subject: 'repository' }],
      options: [
        { names: 'write', help: 'it may write, too' }, { names: 'ref', value: 'PATTERN', subject: 'words', repeats: true, help: 'it may write these refs only' },
        { names: 'ttl', value: 'SECONDS', subject: 'words', help: 'how long it is good' },
      ],
    },
    {
      name: 'password', summary: 'Change your own password', run: changePassword,
      options: [{ names: 'password-stdin', help: 'read the present and the new password from standard input, a line each' }],
    },
    {
      name: 'git-credential', summary: 'Answer Git as a credential helper', run: answerGit, isLocal: true,
      operands: [{ name: 'ACTION', subject: ['get', 'store', 'erase'] }],
    },
    { name: 'setup-git', summary: 'Have Git ask govc for credentials of a server', run: setUpGit },
    ...APIKEY.verbs.map((verb) => ({ ...verb, name: `apikey ${verb.name}`, aliases: verb.aliases?.map((name) => `apikey ${name}`) ?? [] })),
  ],
};

/** `govc auth`. */
export const authCommand = runOwn(AUTH);
