/** What there is of a kind: contexts of the user, branches here, and what a server has, which must answer at once. */
import type { Context } from '../context.js';
import { findServer } from './choose-server.js';
import type { Candidate, Line } from './candidates.js';
import { connectTo } from './connect.js';
import { objectOf, readContexts } from './contexts.js';
import { capture } from './push-everything.js';
import type { Subject } from './verb.js';

/** A person waits at the key. */
const TIMEOUT_MS = 1500;

type Known = Exclude<Subject, readonly string[] | 'file' | 'directory' | 'words'>;

/** Words of a kind; none where nobody can say. */
export async function completeSubject(context: Context, subject: Known, line: Line & { readonly operands: readonly string[] }): Promise<Candidate[]> {
  switch (subject) {
    case 'context':
      return [...readContexts(context.io).contexts].map(([word, { url }]) => ({ word, about: url }));
    case 'branch':
      return refNames(context, ['refs/heads']);
    default:
      return askServer(context, SOURCES[subject], line);
  }
}

/** Short names of refs, as they are given to commands. */
export async function refNames(context: Context, prefixes: readonly string[]): Promise<Candidate[]> {
  const { exitCode, stdout } = await capture(context, ['for-each-ref', '--format=%(refname:short)', ...prefixes]);
  return exitCode === 0 ? stdout.split('\n').filter((word) => word !== '').map((word) => ({ word })) : [];
}

interface Source {
  readonly path: string;
  /** The field of the answer that has the list. */
  readonly list: string;
  readonly word: string;
  readonly about?: string;
}

const REPOSITORY_PATH = '/api/v1/repos/{id}';
const SOURCES: Readonly<Record<Exclude<Known, 'branch' | 'context'>, Source>> = {
  repository: { path: '/api/v1/repos', list: 'repositories', word: 'id', about: 'description' },
  user: { path: '/api/v1/users', list: 'users', word: 'id', about: 'email' },
  role: { path: '/api/v1/roles', list: 'roles', word: 'name', about: 'description' },
  webhook: { path: `${REPOSITORY_PATH}/hooks`, list: 'hooks', word: 'id', about: 'url' },
  reality: { path: `${REPOSITORY_PATH}/realities`, list: 'realities', word: 'name', about: 'branch' },
  transaction: { path: `${REPOSITORY_PATH}/transactions`, list: 'transactions', word: 'id', about: 'branch' },
  'container-build': { path: `${REPOSITORY_PATH}/containers/builds`, list: 'builds', word: 'id', about: 'status' },
};

async function askServer(context: Context, { path, list, word, about }: Source, { words, operands }: Line & { readonly operands: readonly string[] }): Promise<Candidate[]> {
  const valueOf = (option: string): string | undefined => {
    const at = words.indexOf(option);
    return at < 0 ? words.find((each) => each.startsWith(`${option}=`))?.slice(option.length + 1) : words[at + 1];
  };
  const id = path.includes('{id}') ? operands[0] : '';
  if (id === undefined) return [];
  try {
    const target = findServer(context.io, { context: valueOf('--context'), server: valueOf('--server') });
    if (target === undefined) return [];
    const signal = AbortSignal.any([context.io.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const server = await connectTo({ ...context.io, signal }, target);
    const answer = await server.request('GET', path, { params: { id } });
    const entries = answer[list];
    return Array.isArray(entries) ? entries.flatMap((entry) => candidateOf(entry, word, about)) : [];
  } catch (error) {
    // Completion never complains: what cannot be asked has no candidates.
    if (error instanceof Error) return [];
    throw error;
  }
}

function candidateOf(entry: unknown, word: string, about: string | undefined): Candidate[] {
  const fields = objectOf(entry);
  const text = fields?.[word];
  const more = about === undefined ? undefined : fields?.[about];
  return typeof text === 'string' ? [{ word: text, about: typeof more === 'string' && more !== '' ? more : undefined }] : [];
}
