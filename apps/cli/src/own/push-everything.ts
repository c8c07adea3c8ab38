/** A repository of this machine as one of a server. */
import { Writable } from 'node:stream';

import type { Context } from '../context.js';
import { Failure } from '../failure.js';
import type { Server } from './server.js';

/** What goes where. */
export interface PushRequest {
  readonly id: string;
  readonly gitDirectory: string;
  readonly isMemory: boolean;
}

/** Pushes branches, tags and notes, to a repository that is made where there is none. @throws {Failure} the push is refused */
export async function pushEverything(context: Context, server: Server, { id, gitDirectory, isMemory }: PushRequest): Promise<void> {
  const env = { ...context.io.env, GIT_DIR: gitDirectory };
  const head = await capture(context, ['symbolic-ref', '-q', '--short', 'HEAD'], env);
  const format = (await capture(context, ['rev-parse', '--show-object-format'], env)).stdout.trim();
  const branch = head.exitCode === 0 ? head.stdout.trim() : undefined;
  const url = await makeRepository(server, { id, branch, format, isMemory });
  const refs = await capture(context, ['for-each-ref', '--count=1', '--format=%(refname)', 'refs/heads', 'refs/tags', 'refs/notes'], env);
  if (refs.stdout.trim() === '') return;
  const headers = Object.entries(await server.headers()).map(([name, value]) => `${name}: ${value}`);
  // By the environment of this very process: arguments could be read by others.
  const config = headers.flatMap((header, index) => [[`GIT_CONFIG_KEY_${index}`, `http.${url}.extraHeader`], [`GIT_CONFIG_VALUE_${index}`, header]] as const);
  // Nobody is asked who they are: nothing here is written in anybody's name.
  const pushEnv = { ...env, GIT_COMMITTER_NAME: 'govc', GIT_COMMITTER_EMAIL: 'govc@localhost', ...Object.fromEntries(config), GIT_CONFIG_COUNT: String(headers.length) };
  const pushed = await capture(context, ['push', '-q', '--force', url, 'refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*', 'refs/notes/*:refs/notes/*'], pushEnv);
  if (pushed.exitCode !== 0) throw new Failure(pushed.stderr.trim().split('\n').at(-1) ?? 'the push failed', 1);
}

async function makeRepository(
  server: Server, { id, branch, format, isMemory }: { readonly id: string; readonly branch: string | undefined; readonly format: string; readonly isMemory: boolean },
): Promise<string> {
  try {
    const made = await server.request<{ readonly clone_url: string }>('POST', '/api/v1/repos', {
      body: { id, ...(branch === undefined ? {} : { default_branch: branch }), ...(format === 'sha256' ? { object_format: 'sha256' } : {}), ...(isMemory ? { memory_only: true } : {}) },
    });
    return addressOf(server, made.clone_url);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'REPO_EXISTS') throw error;
    const found = await server.request<{ readonly clone_url: string }>('GET', '/api/v1/repos/{id}', { params: { id } });
    return addressOf(server, found.clone_url);
  }
}

/** The address of a repository at the server as it was asked: what it calls itself may not be reachable from here, and gets our secrets. */
function addressOf(server: Server, cloneUrl: string): string {
  const base = new URL(server.url);
  return `${base.origin}${new URL(cloneUrl).pathname}`;
}

interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process and keeps what it writes. */
export async function capture(context: Context, argv: readonly string[], env: Context['io']['env'] = context.io.env): Promise<Captured> {
  const pieces = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const sink = (name: 'stdout' | 'stderr'): Writable => new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      pieces[name].push(chunk);
      done();
    },
  });
  const exitCode = await context.run(argv, { env, stdout: sink('stdout'), stderr: sink('stderr'), isTerminal: () => false });
  return { exitCode, stdout: Buffer.concat(pieces.stdout).toString('utf8'), stderr: Buffer.concat(pieces.stderr).toString('utf8') };
}
