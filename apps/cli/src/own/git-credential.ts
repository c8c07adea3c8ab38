/** `govc` as a credential helper of Git (gitcredentials(7)): who is signed in to a server by `govc auth login` is for Git as well. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { readAll } from '../print/output.js';
import { connectTo } from './connect.js';
import { readContexts } from './contexts.js';
import type { Call, Outcome } from './verb.js';

/** `govc auth git-credential get`: says what proves who asks, where a context is at the address that Git names. */
export async function answerGit(call: Call): Promise<Outcome | undefined> {
  const { io, operands } = call;
  const text = new TextDecoder().decode(await readAll(io.stdin as AsyncIterable<Uint8Array>));
  // What Git has seen to work, or not to, is none of its business: signing in and out decides what is kept.
  if (operands[0] !== 'get') return undefined;
  const asked = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const));
  const origin = `${asked.get('protocol') ?? ''}://${asked.get('host') ?? ''}`;
  const known = readContexts(io);
  const names = [...known.contexts].filter(([, { url }]) => URL.canParse(url) && new URL(url).origin === origin).map(([name]) => name);
  const name = names.find((each) => each === known.current) ?? names[0];
  if (name === undefined) return undefined;
  const { url, username } = known.contexts.get(name)!;
  const server = await connectTo(io, { url, contextName: name, credentialHelper: known.credentialHelper });
  const headers = await server.headers();
  const token = headers['authorization']?.replace(/^Bearer /, '');
  const key = headers['x-api-key'];
  if (key !== undefined) {
    io.stdout.write(`username=${username ?? 'govc'}\npassword=${key}\n`);
  } else if (token !== undefined && text.split('\n').includes('capability[]=authtype')) {
    io.stdout.write(`capability[]=authtype\nauthtype=Bearer\ncredential=${token}\n`);
  } else if (token !== undefined) {
    io.stderr.write('hint: this Git cannot send tokens; 2.46 and later can. Keep an API key instead: govc auth login --api-key-stdin\n');
  }
  return undefined;
}

/** `govc auth setup-git`: makes `govc` the credential helper for the address of a server. */
export async function setUpGit(call: Call): Promise<Outcome> {
  const server = await call.server();
  const { origin } = new URL(server.url);
  const helper = '!govc auth git-credential';
  const name = `credential.${origin}.helper`;
  // An empty helper first: others would be asked before and might keep what is no password.
  for (const args of [['--replace-all', name, ''], ['--add', name, helper]]) {
    const code = await call.context.run(['config', '--global', ...args]);
    if (code !== 0) throw new Failure('', code === EXIT.ok ? EXIT.failed : code);
  }
  return { data: { server: server.url, name, helper }, text: () => `Git asks govc for credentials of ${origin}.\n` };
}
