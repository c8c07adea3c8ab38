// What the README of the Go original shows, against a server that was started without settings, as it says: every request of its
// pages with curl, every route of its tables, its metrics, its log line, its environment and its configuration file.
//
//   node tools/acceptance/dist/seed-tour.js
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './programs.js';
import { Report } from './report.js';
import { startServer, type RunningServer } from './server.js';

/** A request as it is pasted into a terminal; what stands in `<…>` is put in from answers before. */
interface Request {
  readonly title: string;
  readonly command: string;
  /** What the answer has to have; `undefined` stands for anything. */
  readonly shape: Readonly<Record<string, unknown>>;
}

const BASE = 'http://localhost:8080';
const JSON_TYPE = '-H "Content-Type: application/json"';
const api = (method: string, path: string, body?: object): string =>
  `curl -X ${method} ${BASE}/api/v1/${path}${body === undefined ? '' : ` ${JSON_TYPE} -d '${JSON.stringify(body)}'`}`;

/** Those that are printed, in the order of the page. */
const PRINTED: readonly Request[] = [
  {
    title: 'make a repository',
    command: `curl -X POST ${BASE}/api/v1/repos \\\n  ${JSON_TYPE} \\\n  -d '{"id": "my-repo", "memory_only": true}'`,
    shape: { id: 'my-repo', path: undefined, created_at: undefined },
  },
  {
    title: 'add a file',
    command: `curl -X POST ${BASE}/api/v1/repos/my-repo/files \\\n  ${JSON_TYPE} \\\n  -d '{"path": "main.go", "content": "package main\\n\\nfunc main() {}"}'`,
    shape: { status: 'added' },
  },
  {
    title: 'commit it',
    command: `curl -X POST ${BASE}/api/v1/repos/my-repo/commits \\\n  ${JSON_TYPE} \\\n  -d '{\n    "message": "Add main.go",\n` +
      '    "author": {"name": "Dev", "email": "dev@example.com"}\n  }\'',
    shape: { hash: undefined, message: 'Add main.go', author: 'Dev', email: 'dev@example.com', timestamp: undefined },
  },
  {
    title: 'sign in for a token',
    command: `curl -X POST ${BASE}/api/v1/auth/login \\\n  ${JSON_TYPE} \\\n  -d '{"username": "admin", "password": "admin123"}'`,
    shape: { token: undefined, expires_at: undefined, user: undefined },
  },
  { title: 'use the token', command: `curl -H "Authorization: Bearer <jwt-token>" \\\n  ${BASE}/api/v1/repos`, shape: { repositories: undefined, count: 1 } },
  {
    title: 'make an API key',
    command: `curl -X POST ${BASE}/api/v1/auth/apikeys \\\n  -H "Authorization: Bearer <jwt-token>" \\\n  ${JSON_TYPE} \\\n` +
      '  -d \'{"name": "ci-key", "permissions": ["repo:read", "repo:write"]}\'',
    shape: { key: undefined, key_info: undefined },
  },
  { title: 'use the key', command: `curl -H "X-API-Key: <api-key>" \\\n  ${BASE}/api/v1/repos`, shape: { repositories: undefined, count: 1 } },
];

/** Those that only its tables name. */
const TABLES: readonly Request[] = [
  { title: 'list repositories', command: api('GET', 'repos'), shape: { repositories: undefined, count: 1 } },
  { title: 'show a repository', command: api('GET', 'repos/my-repo'), shape: { id: 'my-repo', current_branch: 'main' } },
  { title: 'read a file', command: api('GET', 'repos/my-repo/files/main.go'), shape: { path: 'main.go', content: 'package main\n\nfunc main() {}' } },
  { title: 'show the log', command: api('GET', 'repos/my-repo/commits'), shape: { commits: undefined, count: 1 } },
  { title: 'make a branch', command: api('POST', 'repos/my-repo/branches', { name: 'topic', from: 'main' }), shape: { status: 'created' } },
  { title: 'list branches', command: api('GET', 'repos/my-repo/branches'), shape: { branches: undefined, current: 'main', count: 2 } },
  {
    title: 'make a container definition',
    command: api('POST', 'repos/my-repo/containers/definitions', {
      path: 'Govcfile', content: 'BASE scratch\nCOPY main.go /main.go\n', message: 'Define', author: { name: 'Dev', email: 'dev@example.com' },
    }),
    shape: { path: 'Govcfile', commit: undefined },
  },
  { title: 'list container definitions', command: api('GET', 'repos/my-repo/containers/definitions'), shape: { definitions: undefined, count: 1 } },
  { title: 'show a container definition', command: api('GET', 'repos/my-repo/containers/definitions/Govcfile'), shape: { type: 'govcfile', path: 'Govcfile' } },
  {
    title: 'change a container definition',
    command: api('PUT', 'repos/my-repo/containers/definitions/Govcfile', {
      content: 'BASE scratch\nCOPY main.go /src/main.go\n', message: 'Move', author: { name: 'Dev', email: 'dev@example.com' },
    }),
    shape: { path: 'Govcfile', commit: undefined },
  },
  { title: 'start a container build', command: api('POST', 'repos/my-repo/containers/build', { context: '.', govcfile: 'Govcfile' }), shape: { build: undefined } },
  { title: 'list builds', command: api('GET', 'repos/my-repo/containers/builds'), shape: { builds: undefined, count: 1 } },
  { title: 'show a build', command: api('GET', 'repos/my-repo/containers/builds/<build-id>'), shape: { build: undefined } },
  { title: 'delete a container definition', command: api('DELETE', 'repos/my-repo/containers/definitions/Govcfile', { author: { name: 'Dev', email: 'dev@example.com' } }), shape: {} },
  { title: 'refresh the token', command: `curl -X POST -H "Authorization: Bearer <jwt-token>" ${BASE}/api/v1/auth/refresh`, shape: { token: undefined, expires_at: undefined } },
  { title: 'list API keys', command: `curl -H "Authorization: Bearer <jwt-token>" ${BASE}/api/v1/auth/apikeys`, shape: { api_keys: undefined, count: 1 } },
  { title: 'ask for health', command: `curl ${BASE}/health`, shape: { status: undefined } },
  { title: 'ask whether it lives', command: `curl ${BASE}/health/live`, shape: { status: undefined } },
  { title: 'ask whether it is ready', command: `curl ${BASE}/health/ready`, shape: { status: undefined } },
  { title: 'delete the repository', command: api('DELETE', 'repos/my-repo'), shape: {} },
];

const METRICS = [
  /^govc_http_requests_total\{method="GET",status="200"\} \d/m, /^govc_http_request_duration_seconds\w*\{.*method="POST",path="\/api\/v1\/repos".*\} \d/m,
  /^govc_repositories_total \d/m, /^govc_transactions_active \d/m, /^govc_uptime_seconds \d/m, /^go_memstats_alloc_bytes \d/m, /^go_goroutines \d/m,
];

const ENVIRONMENT = {
  GOVC_JWT_ISSUER: 'govc-server', GOVC_JWT_TTL: '24h', GOVC_POOL_MAX_REPOS: '1000', GOVC_POOL_IDLE_TIME: '30m', GOVC_POOL_CLEANUP_INTERVAL: '5m',
  GOVC_LOG_LEVEL: 'INFO', GOVC_LOG_FORMAT: 'json',
};
// A secret of the length that the page shows is refused, and so is the port, which somebody else may have.
const SECRET = 'your-secret-key-your-secret-key-your-secret-key';
const CONFIGURATION = `server:
  port: 8080
  host: "0.0.0.0"

auth:
  jwt:
    secret: "${SECRET}"
    issuer: "govc-server"
    ttl: "24h"

pool:
  max_repositories: 1000
  max_idle_time: "30m"
  cleanup_interval: "5m"

logging:
  level: "INFO"
  format: "json"

metrics:
  enabled: true
  path: "/metrics"
`;

const report = new Report('seed tour');
const work = mkdtempSync(join(tmpdir(), 'govc-seed-'));
const secrets = new Map<string, string>();

/** Runs a request as printed, but for the port; curl fails at anything but 2xx. */
async function paste({ command, shape }: Request, url: string): Promise<undefined> {
  let text = command.replaceAll(BASE, url);
  for (const [name, value] of secrets) text = text.replaceAll(`<${name}>`, value);
  const { code, stdout, stderr } = await run('bash', ['-c', `curl() { command curl -sS --fail-with-body "$@"; }\n${text}`], { cwd: work });
  if (code !== 0) throw new Error(`${stderr.trim()} ${stdout.trim()}`);
  const answer = JSON.parse(stdout === '' ? '{}' : stdout) as Record<string, unknown>;
  for (const [name, value] of Object.entries(shape)) {
    if (!(name in answer)) throw new Error(`the answer has no ${name}: ${stdout}`);
    if (value !== undefined && answer[name] !== value) throw new Error(`${name} is ${JSON.stringify(answer[name])}, not ${JSON.stringify(value)}`);
  }
  if (command.includes('/login') && typeof answer['token'] === 'string') secrets.set('jwt-token', answer['token']);
  if (typeof answer['key'] === 'string') secrets.set('api-key', answer['key']);
  if (command.includes('/containers/build ')) secrets.set('build-id', (answer['build'] as { readonly id: string }).id);
  return undefined;
}

function watchLog(server: RunningServer): () => Record<string, unknown>[] {
  let text = '';
  server.process.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The fields of a line about a request that somebody known made, in their order. */
const LOG_FIELDS = ['timestamp', 'level', 'message', 'request_id', 'user_id', 'http_method', 'http_path', 'http_status', 'http_latency_ms'];

async function mustAnswer(server: RunningServer, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${server.url}/api/v1/auth/whoami`, { headers });
  await response.text();
  return response.status;
}

try {
  const server = await startServer([], { GOVC_LOG_LEVEL: 'INFO' });
  const log = watchLog(server);
  for (const request of [...PRINTED, ...TABLES]) await report.check(request.title, () => paste(request, server.url));
  await report.check('the metrics that it names', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const missing = METRICS.filter((pattern) => !pattern.test(text));
    if (missing.length > 0) throw new Error(missing.map(String).join(' '));
    return undefined;
  });
  await server.stop();
  await report.check('the log line that it shows', async () => {
    const line = log().find((record) => record['http_path'] === '/api/v1/auth/apikeys' && record['http_method'] === 'POST');
    const fields = Object.keys(line ?? {}).join(' ');
    if (fields !== LOG_FIELDS.join(' ')) throw new Error(JSON.stringify(line));
    return undefined;
  });
  await report.check('its environment', async () => {
    const other = await startServer([], { ...ENVIRONMENT, GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: 'admin123' });
    const authorization = `Basic ${Buffer.from('admin:admin123').toString('base64')}`;
    const statuses = [await mustAnswer(other), await mustAnswer(other, { authorization })];
    await other.stop();
    if (statuses.join() !== '401,200') throw new Error(statuses.join());
    return undefined;
  });
  await report.check('its configuration file', async () => {
    const path = join(work, 'config.yaml');
    writeFileSync(path, CONFIGURATION);
    const other = await startServer(['--config', path], { GOVC_ADMIN_PASSWORD: 'admin123' });
    const status = await mustAnswer(other);
    await other.stop();
    if (status !== 401) throw new Error(String(status));
    return undefined;
  });
  await report.check('its secret is refused, and why is said', async () => {
    const refusal = await startServer([], { GOVC_JWT_SECRET: 'your-secret-key' }).then(async (other) => {
      await other.stop();
      return 'it was taken';
    }, (error: unknown) => String(error));
    if (!/GOVC_JWT_SECRET has 15 bytes/.test(refusal)) throw new Error(refusal);
    return undefined;
  });
} finally {
  rmSync(work, { recursive: true, force: true });
}
report.finish();
