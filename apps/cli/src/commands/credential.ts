import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die } from '../failure.js';
import type { CommandIo } from '../io.js';
import { value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readAll } from '../print/output.js';
import { credentialSource, parseFields } from '../remote/credentials.js';
import { CredentialFile, type CredentialPattern, type StoredCredential } from '../remote/credential-file.js';
import { absolutePath } from '../session/files-host.js';

const USAGE = 'usage: git credential (fill|approve|reject)\n';

/** `git credential`: asks helpers and people, and tells helpers what worked. */
export const credentialCommand: Command = async (args, context) => {
  const [operation, ...others] = args;
  if (operation === undefined || others.length > 0 || !['fill', 'approve', 'reject'].includes(operation)) {
    (operation === '-h' ? context.io.stdout : context.io.stderr).write(USAGE);
    return 129;
  }
  const fields = await readFields(context);
  const protocol = fields.get('protocol') ?? die('refusing to work with credential missing protocol field');
  const host = fields.get('host') ?? die('refusing to work with credential missing host field');
  const config = await context.config();
  // What is asked for over HTTP is a host's, unless the configuration says otherwise.
  const hasPath = !/^https?$/.test(protocol) || config.getUrlMatch('credential.usehttppath', `${protocol}://${host}/`) === 'true';
  const question = { protocol, host, path: hasPath ? fields.get('path') : undefined, username: fields.get('username') };
  const source = credentialSource(context.io, config);
  const given = credentialIn(fields);
  if (operation === 'fill') {
    const found = given ?? (await source.fill(question)) ?? noAnswer(question);
    const lines = [['protocol', protocol], ['host', host], ['path', question.path], ['username', found.username], ['password', found.password]];
    for (const [name, text] of lines) if (text !== undefined) context.io.stdout.write(`${name!}=${text}\n`);
  } else if (given !== undefined) {
    await (operation === 'approve' ? source.approve(question, given) : source.reject(question, given));
  }
  return 0;
};

function noAnswer({ protocol, host, username }: { readonly protocol: string; readonly host: string; readonly username: string | undefined }): never {
  const what = username === undefined ? 'Username' : 'Password';
  const place = `${protocol}://${username === undefined ? '' : `${encodeURIComponent(username)}@`}${host}`;
  return die(`could not read ${what} for '${place}': terminal prompts disabled`);
}

function credentialIn(fields: ReadonlyMap<string, string>): { readonly username: string; readonly password: string } | undefined {
  const username = fields.get('username');
  const password = fields.get('password');
  return username === undefined || password === undefined ? undefined : { username, password };
}

/** Lines of standard input; `url=` stands for several. */
async function readFields({ io }: Context): Promise<Map<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, text] of parseFields(new TextDecoder().decode(await readAll(io.stdin)))) {
    if (name !== 'url') {
      fields.set(name, text);
      continue;
    }
    const url = URL.canParse(text) ? new URL(text) : die(`credential url cannot be parsed: ${text}`);
    fields.set('protocol', url.protocol.slice(0, -1));
    fields.set('host', url.host);
    const path = decodeURIComponent(url.pathname).replace(/^\/|\/$/g, '');
    if (path !== '') fields.set('path', path);
    if (url.username !== '') fields.set('username', decodeURIComponent(url.username));
    if (url.password !== '') fields.set('password', decodeURIComponent(url.password));
  }
  return fields;
}

const STORE_USAGE = ['git credential-store [<options>] <action>'];

/** `git credential-store`: passwords in a file that only its owner reads, one URL a line. */
export const credentialStoreCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { file: undefined as string | undefined };
  const options = [value('file', 'path', 'fetch and store credentials in <path>', (text) => { seen.file = text; })];
  const [action, ...others] = parseOptions(args, { io, usage: STORE_USAGE, options });
  if (action === undefined || others.length > 0) usageError(usageText(STORE_USAGE, options));
  const paths = seen.file === undefined ? defaultFiles(io) : [absolutePath(io.cwd, seen.file.replace(/^~(?=\/)/, io.env['HOME'] ?? '~'))];
  if (paths.length === 0) die('unable to set up default path; use --file');
  const fields = await readFields(context);
  const wanted: CredentialPattern = { protocol: fields.get('protocol'), host: fields.get('host'), path: fields.get('path'), username: fields.get('username') };
  const files = paths.map((path) => new CredentialFile(io.files, path));
  if (action === 'get') {
    const found = firstOf(files, wanted);
    if (found !== undefined) io.stdout.write(`username=${found.username}\npassword=${found.password}\n`);
  } else if (action === 'erase') {
    if (Object.values(wanted).some((text) => text !== undefined)) for (const file of files) file.erase(wanted);
  } else if (action === 'store') {
    const { protocol, host, path, username } = wanted;
    const password = fields.get('password');
    const isWhole = protocol !== undefined && (host !== undefined || path !== undefined) && username !== undefined && password !== undefined;
    if (isWhole) (files.find((file) => file.exists) ?? files[0]!).store({ protocol, host, path, username, password });
  }
  return 0;
};

function firstOf(files: readonly CredentialFile[], wanted: CredentialPattern): StoredCredential | undefined {
  for (const file of files) {
    const found = file.find(wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

function defaultFiles({ env }: CommandIo): string[] {
  const home = env['HOME'];
  const configHome = env['XDG_CONFIG_HOME'] ?? (home === undefined ? undefined : `${home}/.config`);
  const files: string[] = [];
  if (home !== undefined) files.push(`${home}/.git-credentials`);
  if (configHome !== undefined) files.push(`${configHome}/git/credentials`);
  return files;
}
