/** `govc migrate`: brings many repositories to a server, from a folder of this machine or from another host. */
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { readSecretFromInput } from '../own/ask.js';
import { findGitDirectories } from '../own/find-git-directories.js';
import { listHosted, type HostKind } from '../own/hosted-repositories.js';
import { ProgressBar } from '../own/progress.js';
import { pushEverything } from '../own/push-everything.js';
import { runOwn } from '../own/run-own.js';
import { tableText } from '../own/table.js';
import type { Call, Outcome, OwnCommand, VerbOption } from '../own/verb.js';
import { absolutePath } from '../session/files-host.js';

/** A repository that is to come. */
interface Candidate {
  readonly id: string;
  readonly source: string;
  /** Brings it in. @throws what went wrong */
  readonly bring: () => Promise<void>;
}

interface Moved {
  readonly id: string;
  readonly source: string;
  readonly status: 'migrated' | 'exists' | 'planned' | 'failed';
  readonly error?: string;
}

async function fromFolder(call: Call): Promise<Outcome> {
  const { io } = call;
  const folder = absolutePath(io.cwd, call.operands[0]!);
  if (io.files.kindAt(folder) !== 'directory') throw new Failure(`fatal: there is no folder '${call.operands[0]!}'\n`, EXIT.fatal);
  const server = await call.server();
  const candidates = findGitDirectories(io.files, folder).map(({ path, name }): Candidate => ({
    id: idOf(call, name), source: path, bring: () => pushEverything(call.context, server, { id: idOf(call, name), gitDirectory: path, isMemory: call.has('memory') }),
  }));
  return bringAll(call, candidates);
}

function fromHost(kind: HostKind): (call: Call) => Promise<Outcome> {
  return async (call) => {
    const { io } = call;
    const owner = call.text('org') ?? call.text('group') ?? call.text('user');
    if (owner === undefined) throw new Failure(`error: say whose repositories: ${kind === 'github' ? '--org or --user' : '--group or --user'}\n`, EXIT.usage);
    const given = io.env[kind === 'github' ? 'GITHUB_TOKEN' : 'GITLAB_TOKEN'];
    const token = call.has('token-stdin') ? await readSecretFromInput(io, 'token') : given === '' ? undefined : given;
    const server = await call.server();
    const found = await listHosted(io, { kind, owner, isUser: call.has('user'), apiUrl: call.text('api-url'), token });
    const wanted = found.filter(({ isFork, isPrivate }) => (!isFork || call.has('include-forks')) && (!isPrivate || call.has('include-private')));
    const candidates = wanted.map(({ name, cloneUrl }): Candidate => ({
      id: idOf(call, name), source: cloneUrl,
      bring: async () => {
        await server.request('POST', '/api/v1/repos/{id}/import', {
          params: { id: idOf(call, name) }, timeoutMs: 0,
          body: {
            url: cloneUrl, ...(call.has('memory') ? { memory_only: true } : {}),
            ...(token === undefined ? {} : { username: kind === 'github' ? 'x-access-token' : 'oauth2', password: token }),
          },
        });
      },
    }));
    return bringAll(call, candidates);
  };
}

function idOf(call: Call, name: string): string {
  return `${call.text('prefix') ?? ''}${name}`;
}

async function bringAll(call: Call, candidates: readonly Candidate[]): Promise<Outcome> {
  const server = await call.server();
  const bar = new ProgressBar(call.io, candidates.length);
  const moved: Moved[] = [];
  for (const { id, source, bring } of candidates) {
    if (call.io.signal.aborted) break;
    bar.show(moved.length, id);
    if (call.has('dry-run')) moved.push({ id, source, status: 'planned' });
    else if (!call.has('update') && (await exists(server, id))) moved.push({ id, source, status: 'exists' });
    else moved.push(await tryToBring({ id, source, bring }));
  }
  bar.clear();
  const failed = moved.filter(({ status }) => status === 'failed').length;
  const rows = moved.map(({ id, status, source, error }) => [id, status, error ?? source]);
  return {
    data: { server: server.url, repositories: moved, count: moved.length, failed },
    text: () => tableText(call.io, ['REPOSITORY', 'STATUS', ''], { rows, empty: 'There is nothing to migrate.' }),
    exitCode: call.io.signal.aborted ? 130 : failed > 0 ? EXIT.failed : EXIT.ok,
  };
}

async function exists(server: Awaited<ReturnType<Call['server']>>, id: string): Promise<boolean> {
  try {
    await server.request('GET', '/api/v1/repos/{id}', { params: { id } });
    return true;
  } catch (error) {
    if ((error as { status?: unknown }).status !== 404) throw error;
    return false;
  }
}

/** One that cannot be brought must not keep the others from it. */
async function tryToBring({ id, source, bring }: Candidate): Promise<Moved> {
  try {
    await bring();
    return { id, source, status: 'migrated' };
  } catch (error) {
    const { status } = error as { status?: unknown };
    // Who may not do this once may not do it at all.
    if (status === 401 || !(error instanceof Error)) throw error;
    return { id, source, status: 'failed', error: error.message };
  }
}

const OPTIONS: readonly VerbOption[] = [
  { names: 'prefix', value: 'TEXT', subject: 'words', help: 'what ids begin with, such as team/' }, { names: 'dry-run', help: 'say what would be done' },
  { names: 'update', help: 'bring in what is new where a repository is there already' }, { names: 'memory', help: 'in memory, until the server ends' },
];
const HOST_OPTIONS: readonly VerbOption[] = [
  ...OPTIONS, { names: 'user', value: 'NAME', subject: 'words', help: 'the repositories of a user' },
  { names: 'include-forks', help: 'forks, too' }, { names: 'include-private', help: 'private ones, too' },
  { names: 'token-stdin', help: 'read the token of the host from standard input' }, { names: 'api-url', value: 'URL', subject: 'words', help: 'where the host answers' },
];

/** What it does. */
export const MIGRATE: OwnCommand = {
  name: 'migrate',
  summary: 'Bring many repositories to a server',
  verbs: [
    {
      name: 'directory', summary: 'All Git repositories below a folder', run: fromFolder, operands: [{ name: 'FOLDER', subject: 'directory' }], options: OPTIONS,
      details: 'Branches, tags and notes are pushed; the id is the path below the folder, without .git.',
    },
    {
      name: 'github', summary: 'Those of an organisation or a user at GitHub', run: fromHost('github'),
      options: [{ names: 'org', value: 'NAME', subject: 'words', help: 'the repositories of an organisation' }, ...HOST_OPTIONS],
      details: 'The server fetches them, and must be allowed to reach the host. GITHUB_TOKEN is used where it is set.',
    },
    {
      name: 'gitlab', summary: 'Those of a group or a user at GitLab', run: fromHost('gitlab'),
      options: [{ names: 'group', value: 'NAME', subject: 'words', help: 'the repositories of a group, with those below it' }, ...HOST_OPTIONS],
      details: 'The server fetches them, and must be allowed to reach the host. GITLAB_TOKEN is used where it is set.',
    },
  ],
};

/** `govc migrate`. */
export const migrateCommand = runOwn(MIGRATE);
