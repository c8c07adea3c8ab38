/** `govc context`: the servers that a user works with. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { mustFindContext } from '../own/choose-server.js';
import { parseServerUrl, readContexts, type Contexts } from '../own/contexts.js';
import { runOwn } from '../own/run-own.js';
import { openSecrets } from '../own/secrets.js';
import { changeContexts, checkContextName, forget } from '../own/sign-in.js';
import { tableText } from '../own/table.js';
import type { Call, Outcome, OwnCommand } from '../own/verb.js';

async function listContexts({ io }: Call): Promise<Outcome> {
  const known = readContexts(io);
  const store = openSecrets(io, known.credentialHelper);
  const contexts = [];
  for (const [name, { url, username }] of known.contexts) {
    const secrets = await store.find(name);
    const proof = secrets?.apiKey !== undefined ? 'api-key' : secrets?.token !== undefined || secrets?.refreshToken !== undefined ? 'token' : 'none';
    contexts.push({ name, server: url, username: username ?? null, current: name === known.current, credentials: proof });
  }
  const rows = contexts.map(({ name, server, username, current, credentials }) => [current ? '*' : '', name, server, username, credentials]);
  return {
    data: { contexts, current: known.current ?? null, count: contexts.length, credential_helper: known.credentialHelper ?? null },
    text: () => tableText(io, ['', 'NAME', 'SERVER', 'USER', 'CREDENTIALS'], { rows, empty: 'There are no contexts. Make one with: govc auth login URL' }),
  };
}

async function useContext({ io, operands }: Call): Promise<Outcome> {
  const [name] = operands;
  const { contexts } = await changeContexts(io, (known) => {
    mustFindContext(known, name!);
    return { ...known, current: name };
  });
  const { url } = contexts.get(name!)!;
  return { data: { current: name, server: url }, text: () => `'${name!}' (${url}) is the current context.\n` };
}

async function setContext(call: Call): Promise<Outcome> {
  const { io, operands } = call;
  const helper = call.text('credential-helper');
  const [name] = operands;
  const server = call.text('server');
  if (name === undefined && helper === undefined) throw new Failure('error: name a context with its --server, or a --credential-helper for all of them\n', EXIT.usage);
  if (name === undefined && (server ?? call.text('username')) !== undefined) throw new Failure('error: NAME is missing\n', EXIT.usage);
  const url = server === undefined ? undefined : parseServerUrl(server);
  const old = name === undefined ? undefined : readContexts(io).contexts.get(name)?.url;
  // What proved something to one address must not be sent to another.
  const isForgotten = old !== undefined && url !== undefined && url !== old && (await forget(io, name!));
  const known = await changeContexts(io, (before) => {
    const after = name === undefined ? before : withContext(before, checkContextName(name), { url, username: call.text('username') });
    return helper === undefined ? after : { ...after, credentialHelper: helper === '' ? undefined : helper };
  });
  const found = name === undefined ? undefined : known.contexts.get(name);
  return {
    data: { name: name ?? null, server: found?.url ?? null, username: found?.username ?? null, current: known.current ?? null, credential_helper: known.credentialHelper ?? null },
    text: () => (found === undefined ? '' : `'${name!}' is ${found.url}.${isForgotten ? ' Sign in again: its secrets were for the address before.' : ''}\n`) +
      (helper === undefined ? '' : `Secrets are kept by ${helper === '' ? 'a file of mode 0600' : `'${helper}'`}; those kept before stay where they are: sign in again.\n`),
  };
}

function withContext(before: Contexts, name: string, { url, username }: { readonly url: string | undefined; readonly username: string | undefined }): Contexts {
  const old = before.contexts.get(name);
  const address = url ?? old?.url;
  if (address === undefined) throw new Failure(`error: there is no context '${name}' yet; give its address with --server\n`, EXIT.usage);
  const context = { url: address, username: username ?? old?.username };
  return { ...before, current: before.current ?? name, contexts: new Map(before.contexts).set(name, context) };
}

async function removeContext({ io, operands }: Call): Promise<Outcome> {
  const [name] = operands;
  mustFindContext(readContexts(io), name!);
  await forget(io, name!);
  const known = await changeContexts(io, (before) => {
    const contexts = new Map(before.contexts);
    contexts.delete(name!);
    return { ...before, contexts, current: before.current === name ? undefined : before.current };
  });
  return { data: { removed: name, current: known.current ?? null }, text: () => `Removed '${name!}'.${known.current === undefined && known.contexts.size > 0 ? ' Choose another with: govc context use NAME' : ''}\n` };
}

/** What it does. */
export const CONTEXT: OwnCommand = {
  name: 'context',
  summary: 'Choose between servers',
  verbs: [
    { name: 'list', summary: 'List the servers that are known', run: listContexts, isLocal: true },
    { name: 'use', summary: 'Make a context the current one', run: useContext, isLocal: true, operands: [{ name: 'NAME', subject: 'context' }] },
    {
      name: 'set', aliases: ['add'], summary: 'Make or change a context', run: setContext, isLocal: true, operands: [{ name: 'NAME', subject: 'context', count: 'optional' }],
      options: [
        { names: 'server', value: 'URL', subject: 'words', help: 'its address' },
        { names: 'username', value: 'NAME', subject: 'words', help: 'who one is there' },
        { names: 'credential-helper', value: 'PROGRAM', subject: 'words', help: 'what keeps secrets, for all contexts; empty: a file' },
      ],
      details: 'A credential helper is one of Git\'s, such as libsecret, osxkeychain or cache, or a command line that begins with ! (gitcredentials(7)).',
    },
    { name: 'remove', aliases: ['rm', 'delete'], summary: 'Forget a context and its secrets', run: removeContext, isLocal: true, operands: [{ name: 'NAME', subject: 'context' }] },
  ],
};

/** `govc context`. */
export const contextCommand = runOwn(CONTEXT);
