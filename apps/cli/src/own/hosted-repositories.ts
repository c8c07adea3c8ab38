/** The repositories that an organisation, group or user has at another host, by the interface of that host. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { CommandIo } from '../io.js';
import { objectOf } from './contexts.js';
import { plainText } from './table.js';

/** The hosts that are known. */
export type HostKind = 'github' | 'gitlab';

/** Whose repositories, and how to ask. */
export interface HostRequest {
  readonly kind: HostKind;
  readonly owner: string;
  /** Whether the owner is a user, not an organisation or group. */
  readonly isUser: boolean;
  /** Default: that of the public host. */
  readonly apiUrl: string | undefined;
  readonly token: string | undefined;
}

/** A repository there. */
export interface HostedRepository {
  /** Without the name of the owner. */
  readonly name: string;
  readonly cloneUrl: string;
  readonly isFork: boolean;
  readonly isPrivate: boolean;
}

const PAGE_SIZE = 100;
/** So many pages at most: a host that never ends must not keep us for ever. */
const PAGES_MAX = 500;

const HOSTS = {
  github: { api: 'https://api.github.com', list: (owner: string, isUser: boolean) => `/${isUser ? 'users' : 'orgs'}/${owner}/repos` },
  gitlab: { api: 'https://gitlab.com/api/v4', list: (owner: string, isUser: boolean) => (isUser ? `/users/${owner}/projects` : `/groups/${owner}/projects`) },
} as const;

/** All of them, page by page. @throws {Failure} the host refuses */
export async function listHosted(io: Pick<CommandIo, 'fetch' | 'signal'>, { kind, owner, isUser, apiUrl, token }: HostRequest): Promise<HostedRepository[]> {
  const host = HOSTS[kind];
  const base = `${(apiUrl ?? host.api).replace(/\/+$/, '')}${host.list(encodeURIComponent(owner), isUser)}?per_page=${PAGE_SIZE}${kind === 'gitlab' && !isUser ? '&include_subgroups=true' : ''}`;
  const headers = { accept: 'application/json', 'user-agent': 'govc', ...(token === undefined ? {} : kind === 'github' ? { authorization: `Bearer ${token}` } : { 'private-token': token }) };
  const found: HostedRepository[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const entries = await readPage(io, `${base}&page=${page}`, headers);
    for (const entry of entries) found.push(kind === 'github' ? gitHubRepository(entry) : gitLabRepository(entry, owner));
    if (entries.length < PAGE_SIZE) return found;
  }
  return found;
}

async function readPage({ fetch, signal }: Pick<CommandIo, 'fetch' | 'signal'>, url: string, headers: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>[]> {
  if (fetch === undefined) throw new Failure('fatal: there is no network here\n', EXIT.fatal);
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
  } catch (error) {
    throw new Failure(`fatal: cannot reach ${new URL(url).origin}: ${plainText(error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error))}\n`, EXIT.fatal);
  }
  if (!response.ok) {
    const hint = response.status === 401 || response.status === 403 ? 'hint: send a token that may read them with --token-stdin\n' : '';
    throw new Failure(`error: ${new URL(url).origin} answered ${response.status} for ${new URL(url).pathname}\n${hint}`, EXIT.failed);
  }
  const answer: unknown = await response.json();
  if (!Array.isArray(answer)) throw new Failure(`fatal: ${new URL(url).origin} did not answer with a list\n`, EXIT.fatal);
  return answer.map((entry) => objectOf(entry) ?? {});
}

function gitHubRepository(entry: Readonly<Record<string, unknown>>): HostedRepository {
  return { name: String(entry['name']), cloneUrl: String(entry['clone_url']), isFork: entry['fork'] === true, isPrivate: entry['private'] === true };
}

function gitLabRepository(entry: Readonly<Record<string, unknown>>, owner: string): HostedRepository {
  const path = String(entry['path_with_namespace']);
  return {
    name: path.startsWith(`${owner}/`) ? path.slice(owner.length + 1) : path, cloneUrl: String(entry['http_url_to_repo']),
    isFork: entry['forked_from_project'] !== undefined && entry['forked_from_project'] !== null, isPrivate: entry['visibility'] !== 'public',
  };
}
