import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../programs.js';
import type { Tally } from './tally.js';

/** What a client works with. */
export interface JobParts {
  readonly url: string;
  readonly tally: Tally;
  /** A folder of its own. */
  readonly work: string;
  /** A repository to push from. */
  readonly source: string;
  /** Of the repository that all share. */
  readonly hub: string;
  readonly isOver: () => boolean;
}

const AUTHOR = { name: 'Dev', email: 'dev@example.com' };

/** Asks for JSON, notes the time, and gives the answer. Anything but 2xx is an error. */
async function ask({ url, tally }: JobParts, [kind, method, path, body]: readonly [kind: string, method: string, path: string, body?: object | undefined]): Promise<Record<string, unknown>> {
  return tally.time(kind, async () => {
    const response = await fetch(`${url}/api/v1/repos${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${text.slice(0, 300)}`);
    return JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
  });
}

/** One life of a repository over REST: made, filled, branched, merged, tried out, looked at, deleted. */
async function restJob(parts: JobParts, id: string, memoryOnly: boolean): Promise<void> {
  const call = (...request: readonly [kind: string, method: string, path: string, body?: object | undefined]): Promise<Record<string, unknown>> =>
    ask(parts, [request[0], request[1], `/${id}${request[2]}`, request[3]]);
  await ask(parts, ['create a repository', 'POST', '', { id, memory_only: memoryOnly }]);
  for (let i = 0; i < 8 && (i === 0 || !parts.isOver()); i++) {
    const files = [0, 1, 2].map((part) => ({ path: `src/${i % 4}/${part}.txt`, content: `${id} ${i}\n${'line\n'.repeat(50 + i)}` }));
    await call('commit', 'POST', '/commits', { message: `Change ${i}`, author: AUTHOR, branch: 'main', files });
  }
  await call('make a branch', 'POST', '/branches', { name: 'topic' });
  await call('commit', 'POST', '/commits', { message: 'Topic', author: AUTHOR, branch: 'topic', files: [{ path: 'topic', content: 'topic' }] });
  await call('commit', 'POST', '/commits', { message: 'Main', author: AUTHOR, branch: 'main', files: [{ path: 'main', content: 'main' }] });
  await call('merge', 'POST', '/merge', { from: 'topic', to: 'main' });
  const begun = await call('transaction', 'POST', '/transactions');
  const transaction = `/transactions/${String(begun['id'])}`;
  await call('transaction', 'POST', `${transaction}/add`, { path: 'config.json', content: '{"size": 1}\n' });
  await call('transaction', 'POST', `${transaction}/commit`, { message: 'Configure', author: AUTHOR });
  await call('realities', 'POST', '/realities', { realities: ['small', 'medium', 'large'] });
  for (const name of ['small', 'medium', 'large']) {
    await call('realities', 'POST', `/realities/${name}/apply`, { changes: { size: `${name}\n` }, message: `Try ${name}`, author: AUTHOR });
  }
  await call('realities', 'POST', '/realities/large/publish', { strategy: 'merge', discard_others: true });
  await call('blame', 'GET', '/blame/size');
  await call('time travel', 'GET', '/time-travel/now');
  await call('event history', 'GET', '/events/history?limit=20');
  await call('delete a repository', 'DELETE', '');
}

/** One life of a repository over Git: pushed, cloned, changed from two sides, fetched, and a branch of the hub that comes and goes. */
async function gitJob(parts: JobParts, id: string): Promise<void> {
  const { url, tally, work, source, hub } = parts;
  const run = (kind: string, folder: string, args: readonly string[]): Promise<string> => tally.time(kind, () => git(folder, args));
  const remote = `${url}/${id}.git`;
  await ask(parts, ['create a repository', 'POST', '', { id, memory_only: false }]);
  await run('git push (all)', source, ['push', '-q', remote, 'refs/heads/*', 'refs/tags/*']);
  const [one, other] = [join(work, 'one'), join(work, 'other')];
  await run('git clone', work, ['clone', '-q', remote, one]);
  await run('git clone', work, ['clone', '-q', '--depth', '5', remote, other]);
  for (let i = 0; i < 3 && (i === 0 || !parts.isOver()); i++) {
    appendFileSync(join(one, 'file'), `${id} ${i}\n`);
    await git(one, ['add', '.']);
    await git(one, ['commit', '-q', '-m', `Change ${i}`]);
    await run('git push', one, ['push', '-q', 'origin', 'main']);
    await run('git fetch', other, ['fetch', '-q', 'origin']);
  }
  const [pushed, fetched] = [await git(one, ['rev-parse', 'HEAD']), await git(other, ['rev-parse', 'origin/main'])];
  if (pushed !== fetched) tally.fault('git fetch', `${fetched.trim()} instead of ${pushed.trim()}`);
  await run('git push', one, ['push', '-q', `${url}/${hub}.git`, `HEAD:refs/heads/topic/${id}`]);
  await run('git push', one, ['push', '-q', `${url}/${hub}.git`, `:refs/heads/topic/${id}`]);
  await ask(parts, ['delete a repository', 'DELETE', `/${id}`]);
  for (const folder of [one, other]) rmSync(folder, { recursive: true, force: true });
}

/** Does one job after the other until the time is over; what fails is in the tally, and the next job begins. */
export async function work(parts: JobParts, name: string, kind: 'rest' | 'git'): Promise<void> {
  for (let round = 0; !parts.isOver(); round++) {
    const id = `${name}-${round}`;
    await (kind === 'git' ? gitJob(parts, id) : restJob(parts, id, round % 2 === 0)).catch(() => {
      for (const folder of ['one', 'other']) rmSync(join(parts.work, folder), { recursive: true, force: true });
    });
  }
}
