import type { Receiver } from './receiver.js';
import { until } from './receiver.js';
import type { TestServer } from './harness.js';

/** What a request has beside its method and path. */
export interface Asked {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks as the administrator and gives the JSON; `R` in the path is the repository "app", `V` is /api/v1. */
export type Go = (method: string, path: string, asked?: Asked) => Promise<Record<string, unknown>>;

interface Place {
  readonly server: TestServer;
  readonly receiver: Receiver;
  readonly password: string;
}

type Steps = (go: Go, place: Place) => Promise<void>;

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const OCTETS = { 'content-type': 'application/octet-stream' };
const idOf = (answer: Record<string, unknown>, name = 'id'): string => String(answer[name]);
const list = (answer: Record<string, unknown>, name: string): Record<string, unknown>[] => answer[name] as Record<string, unknown>[];
const commit = async (go: Go, path: string, content: string, more: object = {}): Promise<string> =>
  idOf(await go('POST', 'R/commits', { body: { message: `Put ${path}`, actions: [{ path, content }], ...more } }), 'hash');

const repositories: Steps = async (go, { server, password }) => {
  for (const version of ['v1', 'v2']) {
    const at = `/api/${version}/repos`;
    await go('POST', at, { body: { id: `team/${version}`, memory_only: true } });
    await go('GET', at, { query: { limit: 10 } });
    await go('GET', `${at}/team%2F${version}`);
    if (version === 'v1') await go('PATCH', `${at}/team%2Fv1`, { body: { id: 'team/renamed' } });
    await go('DELETE', `${at}/team%2F${version === 'v1' ? 'renamed' : version}`);
  }
  await go('POST', 'V/repos', { body: { id: 'app', memory_only: true } });
  await commit(go, 'a.txt', 'one\n');
  await commit(go, 'src/b.json', '{"name": "b"}\n');
  await go('POST', 'R/fork', { body: { id: 'fork', memory_only: true } });
  for (const path of ['R/archive', 'R/archive/main']) await go('GET', path, { query: { format: 'tar.gz' } });
  const bundle = (await go('GET', 'R/bundle'))['bytes'] as Uint8Array<ArrayBuffer>;
  await go('POST', 'V/repos', { body: { id: 'copy', memory_only: true } });
  await go('POST', 'V/repos/copy/bundle', { bytes: bundle, headers: { 'content-type': 'application/x-git-bundle' } });
  await go('POST', 'V/repos/copy/import', { body: { url: `${server.url}/app.git`, username: 'admin', password } });
};

const files: Steps = async (go) => {
  for (const at of ['R/files', '/api/v2/repos/app/files']) {
    await go('POST', at, { body: { path: 'staged.txt', content: 'x' } });
    await go('PUT', at, { body: { path: 'put.txt', content: at, message: 'Put' } });
    await go('GET', at, { query: { path: 'a.txt', ref: 'main' } });
    await go('DELETE', at, { query: { path: 'put.txt', message: 'Delete' } });
    await go('POST', `${at}/move`, { body: { from: 'staged.txt', to: 'moved.txt' } });
  }
  for (const at of ['R/status', '/api/v2/repos/app/status', 'R/tree', '/api/v2/repos/app/tree', 'R/tree/src']) await go('GET', at);
  await go('POST', 'R/add', { body: { path: 'added.txt', content: 'x' } });
  await go('POST', 'R/write', { body: { path: 'written.txt', content: 'x' } });
  await go('POST', 'R/move', { body: { from: 'written.txt', to: 'other.txt' } });
  await go('DELETE', 'R/remove/other.txt', { query: { message: 'Remove' } }).catch(() => go('DELETE', 'R/remove/a.txt'));
  await go('PUT', 'R/files/docs/c.bin', { bytes: bytes('\u0000\u0001'), headers: OCTETS, query: { message: 'Bytes' } });
  await go('PUT', 'R/files/docs/d.txt', { body: { content: 'd\n', message: 'Text' } });
  const { id } = await go('GET', 'R/files/a.txt', { query: { ref: 'main' } });
  await go('GET', 'R/files/a.txt', { query: { ref: 'main', raw: true }, headers: { range: 'bytes=0-1' } });
  await go('GET', 'R/files/a.txt', { query: { ref: 'main' }, headers: { 'if-none-match': `"${String(id)}"` } });
  await go('GET', 'R/read/a.txt', { query: { ref: 'main' } });
  await go('DELETE', 'R/files/docs/d.txt', { query: { message: 'Gone' } });
  await go('GET', 'R/blame/a.txt');
  await go('POST', 'R/reset', { body: { target: 'HEAD', mode: 'hard' } });
};

const history: Steps = async (go) => {
  for (const at of ['R/commits', 'R/commit', '/api/v2/repos/app/commits']) {
    await go('POST', at, { body: { message: 'Add', files: [{ path: 'h.txt', content: at }], author: { name: 'A', email: 'a@example.com' } } });
  }
  for (const at of ['R/commits', 'R/log', '/api/v2/repos/app/commits']) await go('GET', at, { query: { limit: 2 } });
  const head = idOf(await go('GET', 'R/commits/main'), 'hash');
  await go('GET', `R/commits/${head}`, { headers: { 'if-none-match': `"${head}"` } });
  await go('GET', `R/show/${head}`);
  await go('GET', `R/commits/${head}/patch`);
  await go('GET', 'R/compare/main~1...main', { query: { patch: true } });
  await go('GET', 'R/merge-base', { query: { revisions: 'main,main~1' } });
  await go('GET', 'R/describe', { query: { always: true } });
  await go('GET', 'R/diff', { query: { from: 'main~1', to: 'main' } });
  await go('GET', 'R/diff/main~1/main', { query: { format: 'stat' } });
  await go('GET', 'R/diff/file/h.txt', { query: { from: 'main~1', to: 'main' } });
  await go('POST', 'R/files', { body: { path: 'h.txt', content: 'staged' } });
  await go('GET', 'R/diff/working');
  await go('POST', 'R/reset', { body: { target: 'HEAD', mode: 'hard' } });
};

const branches: Steps = async (go) => {
  await go('POST', 'R/branches', { body: { name: 'topic/x', from: 'main' } });
  await go('POST', '/api/v2/repos/app/branches', { body: { name: 'v2' } });
  await go('GET', 'R/branches');
  await go('GET', 'R/branches/topic%2Fx');
  await go('PATCH', 'R/branches/topic%2Fx', { body: { name: 'topic/y' } });
  for (const at of ['R/checkout', '/api/v2/repos/app/checkout']) {
    await go('POST', at, { body: { branch: 'v2' } });
    await go('POST', at, { body: { branch: 'main' } });
  }
  await go('DELETE', 'R/branches/topic%2Fy');
  await go('POST', 'R/tags', { body: { name: 'v1', message: 'First', tagger: { name: 'A', email: 'a@example.com' } } });
  await go('POST', '/api/v2/repos/app/tags', { body: { name: 'light' } });
  await go('GET', 'R/tags');
  await go('GET', 'R/tags/v1');
  await go('GET', 'R/describe');
  await go('DELETE', 'R/tags/light');
};

const merging: Steps = async (go) => {
  const from = async (name: string): Promise<string> => {
    await go('POST', 'R/branches', { body: { name, from: 'main' } });
    return commit(go, `${name}.txt`, `${name}\n`, { branch: name });
  };
  await from('one');
  await go('POST', 'R/merge', { body: { from: 'one', to: 'main', fast_forward: 'never' } }).catch(() => go('POST', 'R/merge', { body: { from: 'one', to: 'main' } }));
  await from('two');
  await go('POST', '/api/v2/repos/app/merge', { body: { from: 'two', to: 'main' } });
  const picked = await from('three');
  await go('POST', 'R/cherry-pick', { body: { commit: picked, branch: 'main' } });
  await go('POST', 'R/revert', { body: { commit: 'main', branch: 'main' } });
  await from('four');
  await commit(go, 'main.txt', 'main\n');
  await go('POST', 'R/rebase', { body: { branch: 'four', onto: 'main' } });
  await go('POST', 'R/reset', { body: { target: 'main~1', mode: 'soft', branch: 'four' } });
};

/** A revert that stops is put through everything that can be done with one. */
const sequences: Steps = async (go) => {
  const stop = async (name: string): Promise<string> => {
    await go('POST', 'R/branches', { body: { name, from: 'main' } });
    await commit(go, 'clash.txt', 'first\n', { branch: name });
    const second = await commit(go, 'clash.txt', 'second\n', { branch: name });
    await commit(go, 'clash.txt', 'third\n', { branch: name });
    const stopped = await go('POST', 'R/revert', { body: { commit: second, branch: name, on_conflict: 'stop' } });
    return idOf(stopped['sequence'] as Record<string, unknown>);
  };
  const first = await stop('s1');
  await go('GET', 'R/sequences');
  await go('GET', `R/sequences/${first}`);
  await go('POST', `R/sequences/${first}/continue`, { body: { resolutions: { 'clash.txt': { content: 'resolved\n' } } } });
  await go('POST', `R/sequences/${await stop('s2')}/skip`);
  await go('POST', `R/sequences/${await stop('s3')}/abort`);
  await go('DELETE', `R/sequences/${await stop('s4')}`);
};

const stashes: Steps = async (go) => {
  for (const at of ['R/stash', 'R/stashes']) {
    const save = async (content: string): Promise<void> => {
      await go('POST', 'R/files', { body: { path: 'a.txt', content } });
      await go('POST', at, { body: { message: 'Later' } });
    };
    await save('1');
    await go('GET', at);
    await go('GET', `${at}/0`);
    await go('POST', `${at}/0/apply`, { body: {} });
    await go('POST', 'R/reset', { body: { target: 'HEAD', mode: 'hard' } });
    await go('POST', `${at}/0/pop`, { body: {} });
    await go('POST', 'R/reset', { body: { target: 'HEAD', mode: 'hard' } });
    await save('2');
    await go('POST', `${at}/0/branch`, { body: { name: `from-${at.slice(2)}` } });
    await go('POST', 'R/reset', { body: { target: 'HEAD', mode: 'hard' } });
    await go('POST', 'R/checkout', { body: { branch: 'main' } });
    await save('3');
    await go('DELETE', `${at}/0`);
  }
  const v2 = '/api/v2/repos/app/stashes';
  await go('POST', 'R/files', { body: { path: 'a.txt', content: 'v2' } });
  await go('POST', v2, { body: {} });
  await go('GET', v2);
  await go('GET', `${v2}/0`);
  await go('POST', `${v2}/0/apply`, { body: {} });
  await go('POST', 'R/reset', { body: { target: 'HEAD', mode: 'hard' } });
  await go('DELETE', `${v2}/0`);
};

const database: Steps = async (go) => {
  const { sha } = await go('POST', 'R/git/blobs', { body: { content: 'blob' } });
  await go('POST', 'R/git/blobs', { bytes: bytes('raw'), headers: OCTETS });
  await go('GET', `R/git/blobs/${String(sha)}`);
  const tree = idOf(await go('POST', 'R/git/trees', { body: { tree: [{ path: 'x', mode: '100644', type: 'blob', sha }] } }), 'sha');
  await go('GET', `R/git/trees/${tree}`, { query: { recursive: '1' } });
  const made = idOf(await go('POST', 'R/git/commits', { body: { message: 'Made', tree, author: { name: 'A', email: 'a@example.com' } } }), 'sha');
  await go('GET', `R/git/commits/${made}`);
  const tag = idOf(await go('POST', 'R/git/tags', { body: { tag: 'made', message: 'Made', object: made, type: 'commit', tagger: { name: 'A', email: 'a@example.com' } } }), 'sha');
  await go('GET', `R/git/tags/${tag}`);
  await go('POST', 'R/git/refs', { body: { ref: 'refs/heads/made', sha: made } });
  for (const path of ['R/git/refs', 'R/git/ref/heads/made', 'R/git/refs/heads/made', 'R/git/matching-refs/heads/m']) await go('GET', path);
  await go('PATCH', 'R/git/refs/heads/made', { body: { sha: made } });
  await go('DELETE', 'R/git/refs/heads/made');
  await go('POST', 'R/notes/main', { body: { content: 'A note' } });
  await go('PUT', 'R/notes/main', { body: { content: 'Another' } });
  await go('GET', 'R/notes');
  await go('GET', 'R/notes/main');
  await go('DELETE', 'R/notes/main');
};

const search: Steps = async (go) => {
  for (const kind of ['commits', 'content', 'files']) await go('GET', `R/search/${kind}`, { query: { query: kind === 'content' ? 'one' : 'a' } });
  await go('POST', 'R/grep', { body: { pattern: 'one', context: 1 } });
  await go('POST', 'R/search/rebuild');
  await go('POST', 'R/search/fulltext', { body: { query: 'one', include_content: true } });
  await go('GET', 'R/search/suggestions', { query: { q: 'o' } });
  await go('GET', 'R/search/statistics');
  await go('POST', 'R/search/aggregate', { body: { group_by: ['author'] } });
  await go('POST', 'R/search/sql', { body: { query: 'SELECT path FROM files LIMIT 2' } });
};

const transactions: Steps = async (go) => {
  for (const at of ['R/transactions', 'R/transaction']) {
    const begin = async (): Promise<string> => `${at}/${idOf(await go('POST', at, { body: {} }))}`;
    const one = await begin();
    await go('GET', at);
    await go('POST', `${one}/add`, { body: { path: `${at.slice(2)}/a.txt`, content: 'x\n' } });
    await go('POST', `${one}/add`, { body: { path: 'gone.txt', content: 'x\n' } });
    await go('POST', `${one}/remove`, { body: { path: 'gone.txt' } });
    await go('POST', `${one}/changes`, { body: { files: [{ path: 'b.txt', content: at }] } });
    for (const path of ['', '/status', '/files/b.txt', '/read/b.txt', '/tree', '/tree/src', '/diff']) await go('GET', one + path);
    await go('POST', `${one}/validate`, { body: { required_paths: ['b.txt'] } });
    await go('POST', `${one}/commit`, { body: { message: 'Transact' } });
    await go('POST', `${await begin()}/rollback`);
    await go('DELETE', await begin());
  }
};

const realities: Steps = async (go) => {
  for (const at of ['R/realities', 'R/parallel-realities']) {
    await go('POST', at, { body: { realities: ['one', 'two', 'three'] } });
    await go('POST', `${at}/one/apply`, { body: { files: [{ path: `${at.slice(2)}.txt`, content: 'needle\n' }], message: 'Change' } });
    for (const path of ['', '/tree', '/tree/src', '/diff', '/log']) await go('GET', `${at}/one${path}`);
    for (const path of ['files', 'read']) await go('GET', `${at}/one/${path}/${at.slice(2)}.txt`);
    await go('POST', `${at}/one/grep`, { body: { pattern: 'needle' } });
    await go('POST', `${at}/one/validate`, { body: {} });
    for (const path of ['scores', 'benchmark']) await go('POST', `${at}/one/${path}`, { body: { score: 1 } });
    await go('GET', `${at}/one/benchmark`);
    await go('GET', at, { query: { by: 'score' } });
    await go('POST', `${at}/one/publish`, { body: {} });
    await go('DELETE', `${at}/two`);
    await go('DELETE', at);
  }
};

const timeTravel: Steps = async (go) => {
  const at = 'R/time-travel/2999-01-01T00:00:00Z';
  for (const path of ['', '/read/a.txt', '/files/a.txt', '/tree', '/tree/src', '/log']) await go('GET', at + path);
};

const events: Steps = async (go) => {
  for (const path of ['events', 'events/stream', 'watch']) await go('GET', `R/${path}`, { query: { last_event_id: 'start' } });
  await go('GET', 'R/events/history', { query: { types: 'push' } });
};

const webhooks: Steps = async (go, { receiver }) => {
  for (const at of ['R/hooks', 'R/webhooks']) {
    const hook = `${at}/${idOf(await go('POST', at, { body: { url: receiver.url, secret: 'a secret of a hook', events: ['push'] } }))}`;
    await go('GET', at);
    await go('GET', hook);
    for (const method of ['PATCH', 'PUT']) await go(method, hook, { body: { active: true } });
    for (const path of ['ping', 'pings', 'test']) await go('POST', `${hook}/${path}`);
    const delivered = async (): Promise<Record<string, unknown>[]> => list(await go('GET', `${hook}/deliveries`), 'deliveries');
    await until(async () => (await delivered()).length > 0);
    const delivery = `${hook}/deliveries/${idOf((await delivered())[0]!)}`;
    await go('GET', delivery);
    for (const path of ['redeliver', 'attempts']) await go('POST', `${delivery}/${path}`);
    await go('DELETE', hook);
  }
  const v2 = '/api/v2/repos/app/hooks';
  const hook = `${v2}/${idOf(await go('POST', v2, { body: { url: receiver.url, events: ['push'] } }))}`;
  await go('GET', v2);
  await go('GET', hook);
  await go('DELETE', hook);
  await go('GET', 'R/hooks/server');
  for (const at of ['R/hooks', v2]) await go('POST', `${at}/execute/pre-push`, { body: {} });
};

const rules: Steps = async (go, { receiver }) => {
  for (const at of ['R', 'V']) {
    const rule = await go('POST', `${at}/rules`, { body: { refs: ['refs/heads/locked'], effect: 'deny', description: 'Locked' } });
    await go('GET', `${at}/rules`);
    await go('DELETE', `${at}/rules/${idOf(rule)}`);
    const policy = await go('POST', `${at}/policies`, { body: { url: receiver.url, refs: ['refs/heads/asked'] } });
    await go('GET', `${at}/policies`);
    await go('DELETE', `${at}/policies/${idOf(policy)}`);
  }
};

const people: Steps = async (go) => {
  await go('POST', 'V/roles', { body: { name: 'tester', permissions: ['repo:read'], description: 'Tests' } });
  await go('GET', 'V/roles');
  await go('PATCH', 'V/roles/tester', { body: { permissions: ['repo:read', 'repo:write'] } });
  await go('POST', 'V/users', { body: { id: 'ann', username: 'ann', email: 'ann@example.com', password: 'correct horse', roles: ['reader'] } });
  await go('GET', 'V/users');
  await go('GET', 'V/users/ann');
  await go('PATCH', 'V/users/ann', { body: { email: 'ann@example.org' } });
  for (const path of ['deactivate', 'activate']) await go('POST', `V/users/ann/${path}`);
  await go('POST', 'V/users/ann/roles/tester');
  await go('DELETE', 'V/users/ann/roles/tester');
  await go('POST', 'V/users/ann/repos/app/permissions/repo:write', { query: { decision: 'deny' } });
  await go('DELETE', 'V/users/ann/repos/app/permissions/repo:write');
  await go('POST', 'V/users/ann/password', { body: { password: 'another horse' } });
  const { reset_token: token } = await go('POST', 'V/users/ann/password/reset');
  await go('POST', 'V/auth/password/reset', { body: { token, password: 'a third horse' } });
  const session = await go('POST', 'V/auth/login', { body: { username: 'ann', password: 'a third horse' } });
  const { token: bearer } = await go('POST', 'V/auth/refresh', { body: { refresh_token: session['refresh_token'] } });
  const headers = { authorization: `Bearer ${String(bearer)}` };
  for (const path of ['whoami', 'me', 'csrf-token']) await go('GET', `V/auth/${path}`, { headers });
  await go('POST', 'V/auth/tokens', { body: { repository: 'app', access: 'read' } });
  await go('POST', 'V/auth/logout', { headers, body: {} });
  const again = await go('POST', 'V/auth/login', { body: { username: 'ann', password: 'a third horse' } });
  await go('POST', 'V/auth/password', { headers: { authorization: `Bearer ${String(again['token'])}` }, body: { current_password: 'a third horse', new_password: 'a fourth horse' } });
  for (const at of ['V/apikeys', 'V/auth/apikeys']) {
    const key = await go('POST', at, { body: { name: 'ci', permissions: ['repo:read'] } });
    await go('GET', at);
    await go('DELETE', `${at}/${idOf(key['key_info'] as Record<string, unknown>)}`);
  }
  await go('DELETE', 'V/users/ann');
  await go('DELETE', 'V/roles/tester');
};

/** The engine of the server is one that never ends, so that builds are there to be cancelled. */
const containers: Steps = async (go) => {
  const at = 'R/containers/definitions';
  await go('POST', at, { body: { path: 'Dockerfile', content: 'FROM scratch\nRUN x\n', message: 'Define' } });
  await go('GET', at);
  await go('GET', `${at}/Dockerfile`);
  await go('PUT', `${at}/Dockerfile`, { body: { content: 'FROM scratch\nRUN y\n', message: 'Change' } });
  const builds: string[] = [];
  for (const path of ['build', 'builds']) builds.push(idOf((await go('POST', `R/containers/${path}`, { body: {} }))['build'] as Record<string, unknown>));
  await go('GET', 'R/containers/builds');
  for (const id of builds.reverse()) {
    await go('GET', `R/containers/builds/${id}`);
    await go('GET', `R/containers/builds/${id}/logs`);
    await go('DELETE', `R/containers/builds/${id}`);
  }
  await go('DELETE', `${at}/Dockerfile`, { body: { message: 'Remove' } });
};

const monitoring: Steps = async (go) => {
  const paths = [
    '/', '/dashboard', '/health', '/health/live', '/health/ready', '/version', '/metrics', '/openapi.json', 'V/health', 'V/pool/stats', 'V/audit',
    'V/monitoring/metrics', 'V/monitoring/health/history', 'V/monitoring/performance', 'V/monitoring/alerts',
    'V/dashboard/overview', 'V/dashboard/performance', 'V/dashboard/logs',
  ];
  for (const path of paths) await go('GET', path);
  await go('POST', 'V/pool/cleanup');
};

/** Steps that succeed at every operation of the server, by noun, in their order. A new route is called in one of them. */
export const EVERY_OPERATION: Readonly<Record<string, Steps>> = {
  repositories, files, history, branches, merging, sequences, stashes, database, search, transactions, realities, timeTravel, events, webhooks, rules, people, containers, monitoring,
};
