/** `govc repo`: the repositories of a server. */
import { runOwn } from '../own/run-own.js';
import { factsText, tableText, timeText } from '../own/table.js';
import type { Call, Operand, Outcome, OwnCommand } from '../own/verb.js';

interface RepositoryInfo {
  readonly id: string;
  readonly path: string;
  readonly current_branch?: string;
  readonly default_branch?: string;
  readonly created_at: string;
  readonly memory_only: boolean;
  readonly durable: boolean;
  readonly object_format: string;
  readonly description?: string;
  readonly clone_url: string;
}

const REPOSITORY: Operand = { name: 'REPOSITORY', subject: 'repository' };
const NEW: Operand = { name: 'NEW', subject: 'words' };
const PAGE = 1000;

async function listRepositories(call: Call): Promise<Outcome> {
  const server = await call.server();
  const most = call.number('limit') ?? Number.POSITIVE_INFINITY;
  const repositories: RepositoryInfo[] = [];
  for (let hasMore = true; hasMore && repositories.length < most;) {
    const limit = Math.min(PAGE, most - repositories.length);
    const page = await server.request<{ readonly repositories: readonly RepositoryInfo[]; readonly has_more?: boolean }>('GET', '/api/v1/repos', {
      query: { limit, offset: repositories.length },
    });
    repositories.push(...page.repositories);
    hasMore = page.has_more === true && page.repositories.length > 0;
  }
  const rows = repositories.map((each) => [each.id, each.current_branch ?? each.default_branch, each.durable ? 'durable' : 'in memory', timeText(each.created_at), each.description]);
  return {
    data: { repositories, count: repositories.length },
    text: () => tableText(call.io, ['ID', 'BRANCH', 'KEPT', 'CREATED', 'DESCRIPTION'], { rows, empty: 'There are no repositories. Make one with: govc repo create ID' }),
  };
}

async function createRepository(call: Call): Promise<Outcome> {
  const [id] = call.operands;
  const made = await (await call.server()).request<RepositoryInfo>('POST', '/api/v1/repos', {
    body: {
      id, ...(call.has('memory') ? { memory_only: true } : {}), ...given(call, { 'default-branch': 'default_branch', 'object-format': 'object_format', description: 'description' }),
    },
  });
  return { data: made, text: () => `Created ${made.id}${made.durable ? '' : ', which ends with the server'}: git clone ${made.clone_url}\n` };
}

async function showRepository(call: Call): Promise<Outcome> {
  const [id] = call.operands;
  const found = await (await call.server()).request<RepositoryInfo>('GET', '/api/v1/repos/{id}', { params: { id: id! } });
  return {
    data: found,
    text: () => factsText({
      Id: found.id, Description: found.description, Branch: found.current_branch, 'Default branch': found.default_branch, Hashes: found.object_format,
      Kept: found.durable ? 'durable' : 'in memory, until the server ends', Created: timeText(found.created_at), 'Clone with': `git clone ${found.clone_url}`,
    }),
  };
}

async function deleteRepository(call: Call): Promise<Outcome> {
  const server = await call.server();
  const deleted: string[] = [];
  for (const id of call.operands) {
    await server.request('DELETE', '/api/v1/repos/{id}', { params: { id } });
    deleted.push(id);
  }
  return { data: { status: 'deleted', deleted }, text: () => deleted.map((id) => `Deleted ${id}.\n`).join('') };
}

async function forkRepository(call: Call): Promise<Outcome> {
  const [id, fork] = call.operands;
  const made = await (await call.server()).request<RepositoryInfo>('POST', '/api/v1/repos/{id}/fork', {
    params: { id: id! }, body: { id: fork, ...(call.has('memory') ? { memory_only: true } : {}), ...given(call, { description: 'description' }) },
  });
  return { data: made, text: () => `Forked ${id!} as ${made.id}: git clone ${made.clone_url}\n` };
}

async function renameRepository(call: Call): Promise<Outcome> {
  const [id, name] = call.operands;
  const found = await (await call.server()).request<RepositoryInfo>('PATCH', '/api/v1/repos/{id}', { params: { id: id! }, body: { id: name } });
  return { data: found, text: () => `Renamed ${id!} to ${found.id}: ${found.clone_url}\n` };
}

async function chooseBranch(call: Call): Promise<Outcome> {
  const [id, branch] = call.operands;
  const found = await (await call.server()).request<RepositoryInfo>('PATCH', '/api/v1/repos/{id}', { params: { id: id! }, body: { default_branch: branch } });
  return { data: found, text: () => `${found.id} begins on ${branch!}.\n` };
}

/** The fields of a body for the options that were given. */
function given(call: Call, names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).flatMap(([option, field]) => {
    const text = call.text(option);
    return text === undefined ? [] : [[field, text] as const];
  }));
}

/** What it does. */
export const REPO: OwnCommand = {
  name: 'repo',
  summary: 'Make, list and delete repositories of a server',
  verbs: [
    { name: 'list', aliases: ['ls'], summary: 'List repositories', run: listRepositories, options: [{ names: 'n|limit', value: 'COUNT', subject: 'words', help: 'no more than these' }] },
    {
      name: 'create', summary: 'Make a repository', run: createRepository, operands: [{ name: 'ID', subject: 'words' }],
      options: [
        { names: 'memory', help: 'in memory, until the server ends' }, { names: 'b|default-branch', value: 'NAME', subject: 'words', help: 'the branch it begins on' },
        { names: 'object-format', value: 'FORMAT', subject: ['sha1', 'sha256'], help: 'sha1 or sha256' },
        { names: 'd|description', value: 'TEXT', subject: 'words', help: 'what it is for' },
      ],
    },
    { name: 'info', aliases: ['get', 'show'], summary: 'Show what is known of a repository', run: showRepository, operands: [REPOSITORY] },
    { name: 'delete', aliases: ['rm'], summary: 'Delete repositories with everything in them', run: deleteRepository, operands: [{ ...REPOSITORY, count: 'many' }] },
    {
      name: 'fork', summary: 'Make a repository that begins with everything that another has', run: forkRepository, operands: [REPOSITORY, NEW],
      options: [{ names: 'memory', help: 'in memory, until the server ends' }, { names: 'd|description', value: 'TEXT', subject: 'words', help: 'what it is for' }],
    },
    { name: 'rename', aliases: ['mv'], summary: 'Give a repository another id', run: renameRepository, operands: [REPOSITORY, NEW] },
    { name: 'default-branch', summary: 'Choose the branch that a repository begins on', run: chooseBranch, operands: [REPOSITORY, { name: 'BRANCH', subject: 'words' }] },
  ],
};

/** `govc repo`. */
export const repoCommand = runOwn(REPO);
