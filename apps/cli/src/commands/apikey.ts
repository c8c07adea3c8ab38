/** `govc apikey`: keys with which programs sign in. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { runOwn } from '../own/run-own.js';
import { tableText, timeText } from '../own/table.js';
import type { Call, Outcome, OwnCommand } from '../own/verb.js';

interface KeyInfo {
  readonly id: string;
  readonly name: string;
  readonly user_id: string;
  readonly permissions: readonly string[];
  readonly repo_permissions?: Readonly<Record<string, readonly string[]>>;
  readonly active: boolean;
  readonly last_used?: string | null;
  readonly created_at: string;
  readonly expires_at?: string | null;
}

async function createKey(call: Call): Promise<Outcome> {
  const [name] = call.operands;
  const permissions = call.texts('permission').flatMap((text) => text.split(','));
  const forRepositories = permissionsByRepository(call.texts('repo-permission'));
  const made = await (await call.server()).request<{ readonly key: string; readonly key_info: KeyInfo }>('POST', '/api/v1/auth/apikeys', {
    body: {
      name, ...(permissions.length === 0 ? {} : { permissions }), ...(forRepositories === undefined ? {} : { repo_permissions: forRepositories }),
      ...(call.text('expires') === undefined ? {} : { expires_at: momentOf(call) }),
    },
  });
  // To standard error, so that the key alone can be sent to where it is needed.
  if (!call.isJson) call.io.stderr.write(`The key ${made.key_info.id} is shown this once.\n`);
  return { data: made, text: () => `${made.key}\n` };
}

/** `app=repo:read,repo:write` as the server wants it. @throws {Failure} */
function permissionsByRepository(texts: readonly string[]): Readonly<Record<string, readonly string[]>> | undefined {
  if (texts.length === 0) return undefined;
  return Object.fromEntries(texts.map((text) => {
    const equals = text.indexOf('=');
    if (equals <= 0) throw new Failure(`error: option \`repo-permission' expects REPOSITORY=PERMISSION[,...], and not '${text}'\n`, EXIT.usage);
    return [text.slice(0, equals), text.slice(equals + 1).split(',')] as const;
  }));
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `30d`, `12h`, or a moment. @throws {Failure} */
function momentOf(call: Call): string {
  const text = call.text('expires')!;
  const span = /^(\d{1,9})([mhdw])$/.exec(text);
  const milliseconds = span === null ? Date.parse(text) : call.io.clock() + Number(span[1]) * UNITS[span[2]!]! * 1000;
  if (Number.isNaN(milliseconds)) throw new Failure(`error: option \`expires' expects a time such as 30d, 12h or 2030-01-31, and not '${text}'\n`, EXIT.usage);
  return new Date(milliseconds).toISOString();
}

async function listKeys(call: Call): Promise<Outcome> {
  const found = await (await call.server()).request<{ readonly api_keys: readonly KeyInfo[]; readonly count: number }>('GET', '/api/v1/auth/apikeys', {
    query: { all: call.has('all') ? true : undefined },
  });
  const rows = found.api_keys.map((key) => [
    key.id, key.name, key.user_id, [...key.permissions, ...Object.entries(key.repo_permissions ?? {}).map(([name, list]) => `${name}=${list.join('+')}`)].join(','),
    key.active, timeText(key.last_used ?? ''), timeText(key.expires_at ?? ''),
  ]);
  return {
    data: found,
    text: () => tableText(call.io, ['ID', 'NAME', 'USER', 'PERMISSIONS', 'ACTIVE', 'LAST USED', 'EXPIRES'], { rows, empty: 'There are no API keys.' }),
  };
}

async function revokeKey(call: Call): Promise<Outcome> {
  const [id] = call.operands;
  const answer = await (await call.server()).request('DELETE', '/api/v1/auth/apikeys/{key_id}', { params: { key_id: id! } });
  return { data: answer, text: () => `Revoked ${id!}.\n` };
}

/** What it does. */
export const APIKEY: OwnCommand = {
  name: 'apikey',
  summary: 'Make, list and revoke API keys',
  verbs: [
    {
      name: 'create', summary: 'Make an API key and print it', run: createKey, operands: [{ name: 'NAME', subject: 'words' }],
      options: [
        { names: 'p|permission', value: 'PERMISSION', subject: ['repo:read', 'repo:write', 'repo:delete', 'repo:admin', 'system:read', 'system:write', 'system:admin', 'user:read', 'user:write', 'user:delete', 'webhook:read', 'webhook:write', 'webhook:delete'], repeats: true, help: 'what it may do; default: what its user may' },
        { names: 'repo-permission', value: 'REPO=PERMISSION', subject: 'words', repeats: true, help: 'what it may do in one repository' },
        { names: 'expires', value: 'WHEN', subject: 'words', help: 'when it ends: 30d, 12h, or a date' },
      ],
    },
    { name: 'list', summary: 'List API keys', run: listKeys, options: [{ names: 'all', help: 'those of all users' }] },
    { name: 'revoke', aliases: ['delete'], summary: 'Revoke an API key', run: revokeKey, operands: [{ name: 'ID', subject: 'words' }] },
  ],
};

/** `govc apikey`. */
export const apikeyCommand = runOwn(APIKEY);
