/** Credentials as Git finds them: helpers, then a person (gitcredentials). */
import type { Config } from '@govc/core/plumbing';
import type { Credential, CredentialQuestion, CredentialSource } from '@govc/core/protocol';

import type { CommandIo } from '../io.js';

type Fields = ReadonlyMap<string, string>;

/** Asks the helpers of the configuration, and where none knows `GIT_ASKPASS`, `core.askPass` or `SSH_ASKPASS`. */
export function credentialSource(io: CommandIo, config: Config): CredentialSource {
  return {
    async fill(question) {
      let known = describeQuestion(question, config);
      for (const helper of helpersOf(question, config)) {
        const answer = await runHelper(io, helper, 'get', known);
        known = new Map([...known, ...answer]);
        const found = credentialOf(known);
        if (found !== undefined) return found;
        if (answer.get('quit') === '1') return undefined;
      }
      const username = known.get('username') ?? (await ask(io, config, `Username for '${urlOf(known)}': `));
      if (username === undefined) return undefined;
      const password = await ask(io, config, `Password for '${urlOf(new Map([...known, ['username', username]]))}': `);
      return password === undefined ? undefined : { username, password };
    },
    approve: (question, credential) => tellAll(io, config, { question, credential, action: 'store' }),
    reject: (question, credential) => tellAll(io, config, { question, credential, action: 'erase' }),
  };
}

interface Told {
  readonly question: CredentialQuestion;
  readonly credential: Credential;
  readonly action: 'store' | 'erase';
}

async function tellAll(io: CommandIo, config: Config, { question, credential, action }: Told): Promise<void> {
  const known = new Map([...describeQuestion(question, config), ['username', credential.username], ['password', credential.password]]);
  for (const helper of helpersOf(question, config)) await runHelper(io, helper, action, known);
}

function describeQuestion({ protocol, host, path, username }: CredentialQuestion, config: Config): Map<string, string> {
  const fields = new Map([['protocol', protocol], ['host', host]]);
  if (path !== undefined && path !== '') fields.set('path', path);
  const name = username ?? config.getUrlMatch('credential.username', `${protocol}://${host}/`);
  if (name !== undefined) fields.set('username', name);
  return fields;
}

/** The helpers for a place, in order; an empty one takes back those before it. */
function helpersOf({ protocol, host }: CredentialQuestion, config: Config): string[] {
  let helpers: string[] = [];
  for (const helper of config.getUrlMatches('credential.helper', `${protocol}://${host}/`)) {
    if (helper === '') helpers = [];
    else helpers.push(helper);
  }
  return helpers;
}

/** Runs one helper with what is known, and reads what it says. One that fails knows nothing. */
async function runHelper(io: CommandIo, helper: string, action: 'get' | 'store' | 'erase', known: Fields): Promise<Map<string, string>> {
  if (io.spawn === undefined) return new Map();
  const line = helper.startsWith('!') ? helper.slice(1) : helper.startsWith('/') ? helper : `git credential-${helper}`;
  const text = `${[...known].map(([name, value]) => `${name}=${value}\n`).join('')}\n`;
  try {
    const { exitCode, stdout } = await io.spawn.run([line, action], {
      cwd: io.cwd, env: io.env, stdin: new TextEncoder().encode(text), output: 'captureStdout', isShell: true,
    });
    return exitCode === 0 && action === 'get' ? parseFields(new TextDecoder().decode(stdout)) : new Map();
  } catch (error) {
    io.stderr.write(`warning: cannot run the credential helper '${helper}': ${error instanceof Error ? error.message : String(error)}\n`);
    return new Map();
  }
}

/** Lines `name=value` up to an empty one. */
export function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') break;
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return fields;
}

function credentialOf(known: Fields): Credential | undefined {
  const username = known.get('username');
  const password = known.get('password');
  return username === undefined || password === undefined ? undefined : { username, password };
}

function urlOf(known: Fields): string {
  const user = known.get('username');
  const path = known.get('path');
  return `${known.get('protocol') ?? ''}://${user === undefined ? '' : `${encodeURIComponent(user)}@`}${known.get('host') ?? ''}${path === undefined ? '' : `/${path}`}`;
}

/** Asks a person by a program. Without one there is nobody to ask: this process may not read a password from a terminal by itself. */
async function ask(io: CommandIo, config: Config, prompt: string): Promise<string | undefined> {
  const program = io.env['GIT_ASKPASS'] ?? config.get('core.askpass') ?? io.env['SSH_ASKPASS'];
  if (program !== undefined && program !== '' && io.spawn !== undefined) {
    const { exitCode, stdout } = await io.spawn.run([program, prompt], { cwd: io.cwd, env: io.env, stdin: new Uint8Array(0), output: 'captureStdout' });
    return exitCode === 0 ? new TextDecoder().decode(stdout).replace(/\r?\n[\s\S]*$/, '') : undefined;
  }
  return askTerminal(io, prompt);
}

/** Asks on the terminal itself, which shows nothing of what is typed as a password. */
export async function askTerminal(io: CommandIo, prompt: string): Promise<string | undefined> {
  if (io.env['GIT_TERMINAL_PROMPT'] === '0' || io.spawn === undefined || io.isTerminal?.(2) !== true) return undefined;
  const hides = prompt.startsWith('Password');
  const script = `exec </dev/tty >/dev/tty; printf %s "$1"; ${hides ? 'stty -echo; trap "stty echo" EXIT INT TERM; ' : ''}IFS= read -r line; ${hides ? 'printf "\\n"; ' : ''}printf "%s\\n" "$line" >&3`;
  const { exitCode, stdout } = await io.spawn.run(['/bin/sh', '-c', `exec 3>&1; ${script}`, 'ask', prompt], {
    cwd: io.cwd, env: io.env, stdin: new Uint8Array(0), output: 'captureStdout',
  });
  return exitCode === 0 ? new TextDecoder().decode(stdout).replace(/\n$/, '') : undefined;
}
