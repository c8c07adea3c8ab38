import { randomBytes } from 'node:crypto';

import { createApiKeys, createAuthenticator, createMemoryStore, createTokens, createUsers, parseCredentials, type ApiKeyRecord, type User } from '@govc/auth';
import { createServerMetrics } from '@govc/metrics';

/**
 * What every request pays before its route: who asks, and being counted, in nanoseconds of processor time of one call.
 *
 *     node tools/bench/dist/middleware.js [rounds]
 *
 * A token is measured in pairs: seen before against never seen, which costs a signature.
 */
async function main(rounds: number): Promise<void> {
  const surroundings = { clock: Date.now, random: (size: number) => randomBytes(size) };
  const users = createUsers({ ...surroundings, store: createMemoryStore<User>() });
  const tokens = createTokens({ ...surroundings, issuer: 'bench', keys: [{ id: 'k', algorithm: 'HS256', secret: randomBytes(32) }] });
  const apiKeys = createApiKeys({ ...surroundings, store: createMemoryStore<ApiKeyRecord>() });
  const authenticate = createAuthenticator({ users, tokens, apiKeys });
  const user = await users.create({ id: 'u', username: 'bench', email: 'bench@localhost', roles: ['developer'] });
  const subject = { userId: user.id, username: user.username, email: user.email };
  const fresh = (count: number): string[] => Array.from({ length: count }, () => tokens.issue(subject).token);
  const [token] = fresh(1) as [string];
  const { key } = await apiKeys.create({ name: 'bench', userId: user.id, grant: { permissions: ['repo:read'], repositories: new Map() }, expiresMs: undefined });
  const metrics = createServerMetrics({ clock: () => performance.now(), repositories: () => 1, transactionsActive: () => 0, processMetrics: false });

  for (let round = 0; round < rounds; round++) {
    const unseen = fresh(2000);
    const rows: readonly (readonly [string, number])[] = [
      ['metrics of a request', timed(200_000, () => {
        metrics.beginRequest('GET')({ route: '/api/v1/repos/{id}', status: 200 });
      })],
      ['verify a token, seen before', timed(100_000, () => tokens.verify(token))],
      ['verify a token, never seen', timed(unseen.length, (index) => tokens.verify(unseen[index]!))],
      ['read a header with a token', timed(100_000, () => parseCredentials({ authorization: `Bearer ${token}` }))],
      ['authenticate by a token', await timedAsync(50_000, () => authenticate(parseCredentials({ authorization: `Bearer ${token}` })))],
      ['authenticate by an API key', await timedAsync(50_000, () => authenticate(parseCredentials({ apiKey: key })))],
    ];
    for (const [name, nanoseconds] of rows) console.log(`${name.padEnd(30)} ${nanoseconds.toFixed(0).padStart(8)} ns`);
    console.log('');
  }
}

function timed(count: number, work: (index: number) => unknown): number {
  const begin = process.cpuUsage();
  for (let index = 0; index < count; index++) work(index);
  return nanosecondsSince(begin) / count;
}

async function timedAsync(count: number, work: () => Promise<unknown>): Promise<number> {
  const begin = process.cpuUsage();
  for (let index = 0; index < count; index++) await work();
  return nanosecondsSince(begin) / count;
}

function nanosecondsSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) * 1000;
}

await main(Number(process.argv[2] ?? 5));
