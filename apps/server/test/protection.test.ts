import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';

const SECRET = 'a secret of the tests, which is long enough';
const PASSWORD = 'the password of the administrator';
const basic = { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` };
const USERS = { GOVC_JWT_SECRET: SECRET, GOVC_ADMIN_PASSWORD: PASSWORD };

afterAll(removeFolders);

async function withServer(flags: readonly string[], env: Record<string, string>, work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startTestServer(flags, env);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

/** Sends these bytes and gives what comes back until the server closes the connection. */
function exchange(server: TestServer, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

describe('rate limits', () => {
  it('count by address, say how much is left, and spare probes', async () => {
    await withServer([], { GOVC_RATE_LIMIT_ADDRESS: '3', GOVC_RATE_LIMIT_WINDOW: '1h' }, async (server) => {
      const answers = [];
      for (let index = 0; index < 5; index++) answers.push(await ask(server, 'GET', '/api/v1/repos'));
      expect(answers.map(({ status, headers }) => [status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')])).toEqual([
        [200, '3', '2'], [200, '3', '1'], [200, '3', '0'], [429, '3', '0'], [429, '3', '0'],
      ]);
      const { headers, body } = answers[4]!;
      expect(body).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', details: { limit: 'address', max: 3, windowSeconds: 3600 } });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(3500);
      expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(3500);
      expect(headers.get('ratelimit-policy')).toBe('3;w=3600');
      expect((await ask(server, 'GET', '/health/live')).status).toBe(200);
      expect((await git('/', ['ls-remote', `${server.url}/x.git`])).stderr).toContain('429');
    });
  });

  it('count by user, wherever they come from, and by sign-in more strictly', async () => {
    await withServer([], { ...USERS, GOVC_RATE_LIMIT_IDENTITY: '2', GOVC_RATE_LIMIT_LOGIN: '2', GOVC_RATE_LIMIT_WINDOW: '1h' }, async (server) => {
      const login = () => ask(server, 'POST', '/api/v1/auth/login', { username: 'nobody', password: 'not right' });
      expect([(await login()).status, (await login()).status, (await login()).status]).toEqual([401, 401, 429]);
      const list = () => ask(server, 'GET', '/api/v1/roles', undefined, basic);
      expect([(await list()).status, (await list()).status]).toEqual([200, 200]);
      expect(await list()).toMatchObject({ status: 429, body: { details: { limit: 'identity' } } });
      expect((await ask(server, 'GET', '/api/v1/roles')).status).toBe(401);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      expect(metrics).toContain('govc_rate_limited_total{limit="login"} 1\n');
      expect(metrics).toContain('govc_rate_limited_total{limit="identity"} 1\n');
    });
  });

  it('believe proxies only where that is configured', async () => {
    const from = (server: TestServer, address: string) => ask(server, 'GET', '/api/v1/repos', undefined, { 'x-forwarded-for': address });
    await withServer([], { GOVC_RATE_LIMIT_ADDRESS: '1' }, async (server) => {
      expect([(await from(server, '10.0.0.1')).status, (await from(server, '10.0.0.2')).status]).toEqual([200, 429]);
    });
    await withServer([], { GOVC_RATE_LIMIT_ADDRESS: '1', GOVC_TRUST_PROXY: 'loopback' }, async (server) => {
      expect([(await from(server, '10.0.0.1')).status, (await from(server, '10.0.0.2')).status, (await from(server, 'spoofed, 10.0.0.2')).status]).toEqual([200, 200, 429]);
    });
  });
});

describe('bounds of requests', () => {
  it('refuse heads and bodies that are too large', async () => {
    await withServer([], { GOVC_HEADER_SIZE_MAX: '2k', GOVC_BODY_SIZE_MAX: '1k' }, async (server) => {
      expect(await exchange(server, `GET /version HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(3000)}\r\n\r\n`))
        .toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n[^]*\{"error":".*","code":"HEADERS_TOO_LARGE","request_id":"req-/);
      expect(await ask(server, 'POST', '/api/v1/repos', { id: 'a', description: 'x'.repeat(2000) })).toMatchObject({ status: 413, body: { code: 'REQUEST_TOO_LARGE' } });
    });
  });

  it.each([
    'nonsense\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n',
    'POST /api/v1/repos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', '\x16\x03\x01\x00\xa5\x01',
  ])('answer %j in the shape of every other error', async (bytes) => {
    await withServer([], {}, async (server) => {
      expect(await exchange(server, bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[^]*X-Request-ID: req-[^]*"code":"INVALID_REQUEST"/);
    });
  });

  it('end heads and bodies that trickle in', async () => {
    await withServer([], { GOVC_HEADER_TIMEOUT: '300ms', GOVC_READ_TIMEOUT: '300ms' }, async (server) => {
      const [head, body] = await Promise.all([
        exchange(server, 'GET /version HTTP/1.1\r\nHost: localhost\r\n'),
        exchange(server, 'POST /api/v1/repos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"id":'),
      ]);
      expect(head).toMatch(/^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
      expect(body).toMatch(/^HTTP\/1\.1 408 [^]*"code":"REQUEST_TIMEOUT"/);
      expect((await ask(server, 'GET', '/version')).status).toBe(200);
    });
  }, 20_000);

  const PATHS = [
    '/api/v1/repos/..%2f..%2fetc%2fpasswd', '/api/v1/repos/a/files/..%2f..%2fx', '/api/v1/repos/a/files/%2e%2e/%2e%2e/x', '/..%2f..%2fetc/passwd/info/refs?service=git-upload-pack',
    '/a%00.git/info/refs?service=git-upload-pack', '/a%5c..%5cb.git/HEAD', '/%2e%2e/HEAD', '/api/v1/repos/%ff', '/api/v1/repos/%', '//etc/passwd', '/.govc-system.git/info/refs',
    '/api/v1/repos/.govc-system', '/api/v1/repos/a%2f.govc-system.git',
  ];

  it('find nothing behind paths that lead out or mean nothing', async () => {
    const data = await makeFolder();
    await withServer(['--data', data], {}, async (server) => {
      expect((await ask(server, 'POST', '/api/v1/repos', { id: 'a' })).status).toBe(201);
      for (const path of PATHS) {
        const answer = await exchange(server, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
        expect([path, answer.split(' ')[1]]).toEqual([path, expect.stringMatching(/^40[04]$/)]);
        expect(answer).not.toMatch(/root:|\.ts:\d|at \w+ \(/);
      }
    });
  });

  it('tell no stack and no cause of what went wrong inside', async () => {
    await withServer([], {}, async (server) => {
      const answer = await exchange(server, 'POST /api/v1/repos HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{');
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).not.toMatch(/\n {4}at |node_modules|\.js:/);
    });
  });
});

describe('bounds of pushes', () => {
  async function pushTo(env: Record<string, string>, files: number, sizeBytes: number) {
    const folder = await makeFolder();
    await mustGit(folder, ['init', '-q', '-b', 'main', 'work']);
    const work = join(folder, 'work');
    for (let index = 0; index < files; index++) await writeFile(join(work, `f${index}`), randomBytes(sizeBytes));
    await mustGit(work, ['add', '.']);
    await mustGit(work, ['commit', '-q', '-m', 'files']);
    const server = await startTestServer(['--data', join(folder, 'data')], env);
    try {
      await ask(server, 'POST', '/api/v1/repos', { id: 'a' });
      const url = `${server.url}/a.git`;
      const first = await git(work, ['push', '-q', url, 'main']);
      const second = await git(work, ['push', '-q', url, 'main:one', 'main:two', 'main:three']);
      const refs = (await mustGit(folder, ['ls-remote', '--heads', url])).split('\n').filter((line) => line !== '').length;
      const deleted = await git(work, ['push', '-q', url, ':one']);
      const posted = await ask(server, 'POST', '/api/v1/repos/a/commits', {
        message: 'm', author: { name: 'A', email: 'a@example.com' }, branch: 'main', files: [{ path: 'big', content: 'x'.repeat(sizeBytes) }],
      });
      const branched = await ask(server, 'POST', '/api/v1/repos/a/branches', { name: 'more', from: 'main' });
      return { first, second, refs, deleted, posted, branched };
    } finally {
      await server.stop();
    }
  }

  it('hold for the size of a pack', async () => {
    const { first } = await pushTo({ GOVC_PACK_SIZE_MAX: '10k' }, 1, 20_000);
    expect(first.code).not.toBe(0);
    expect(first.stderr).toContain('pack exceeds maximum allowed size');
  }, 30_000);

  it('hold for the number of its objects', async () => {
    const { first } = await pushTo({ GOVC_PACK_OBJECTS_MAX: '5' }, 5, 10);
    expect(first.code).not.toBe(0);
    expect(first.stderr).toContain('at most 5 are accepted');
  }, 30_000);

  it('hold for the bytes and objects of a repository, over REST as well', async () => {
    const { first, posted } = await pushTo({ GOVC_QUOTA_BYTES: '30k' }, 1, 20_000);
    expect(first.code).toBe(0);
    expect(posted).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED', details: { quota: 'bytes', max: 30_720 } } });
    const second = await pushTo({ GOVC_QUOTA_OBJECTS: '4' }, 3, 10);
    expect(second.first.stderr).toContain('quota exceeded: the repository would have 5 objects, and its quota is 4');
  }, 30_000);

  it('hold for many writers at once', async () => {
    await withServer(['--data', await makeFolder()], { GOVC_QUOTA_REFS: '10' }, async (server) => {
      await ask(server, 'POST', '/api/v1/repos', { id: 'raced' });
      await ask(server, 'POST', '/api/v1/repos/raced/commits', { message: 'One', author: { name: 'a', email: 'a@b' }, files: [{ path: 'a', content: 'a' }] });
      const { body: { count: before } } = await ask(server, 'GET', '/api/v1/repos/raced/branches');
      const made = await Promise.all(Array.from({ length: 20 }, (_value, index) => ask(server, 'POST', '/api/v1/repos/raced/branches', { name: `b${index}` })));
      const statuses = made.map(({ status }) => status);
      expect(before).toBe(1);
      expect([...new Set(statuses)].sort()).toEqual([201, 413]);
      const { body } = await ask(server, 'GET', '/api/v1/repos/raced/branches');
      expect(body['count']).toBe(1 + statuses.filter((status) => status === 201).length);
      expect(body['count']).toBeLessThanOrEqual(10);
    });
  }, 60_000);

  it('hold for its refs, and let a full repository be emptied', async () => {
    const { first, second, refs, deleted, posted, branched } = await pushTo({ GOVC_QUOTA_REFS: '2' }, 1, 10);
    expect([first.code, second.code === 0, refs]).toEqual([0, false, 1]);
    expect(second.stderr).toContain('quota exceeded');
    expect(deleted.stderr).not.toContain('quota');
    expect([posted.status, branched.status]).toEqual([201, 413]);
  }, 30_000);

  it('count what a directory held before', async () => {
    const data = await makeFolder();
    await mustGit(data, ['init', '-q', '--bare', '-b', 'main', 'old.git']);
    await mustGit(data, ['--git-dir=old.git', 'hash-object', '-w', '/dev/null']);
    await withServer(['--data', data], { GOVC_QUOTA_OBJECTS: '2' }, async (server) => {
      expect(await ask(server, 'POST', '/api/v1/repos/old/commits', {
        message: 'm', author: { name: 'A', email: 'a@example.com' }, branch: 'main', files: [{ path: 'f', content: 'x' }],
      })).toMatchObject({ status: 413, body: { details: { wanted: 4, max: 2 } } });
    });
  }, 30_000);

  it('hold for the number of repositories', async () => {
    await withServer([], { GOVC_MAX_REPOS: '1' }, async (server) => {
      expect((await ask(server, 'POST', '/api/v1/repos', { id: 'a' })).status).toBe(201);
      expect(await ask(server, 'POST', '/api/v1/repos', { id: 'b' })).toMatchObject({ status: 503, body: { code: 'MAX_REPOS_REACHED' } });
    });
  });
});

describe('browsers', () => {
  it('get the headers of helmet, and no permission of other sites', async () => {
    await withServer([], USERS, async (server) => {
      const { headers } = await ask(server, 'GET', '/version', undefined, { origin: 'https://page.example' });
      for (const [name, value] of [
        ['x-content-type-options', 'nosniff'], ['x-frame-options', 'DENY'], ['referrer-policy', 'no-referrer'], ['cross-origin-opener-policy', 'same-origin'],
        ['cross-origin-resource-policy', 'same-origin'], ['origin-agent-cluster', '?1'], ['x-dns-prefetch-control', 'off'], ['access-control-allow-origin', null],
        ['strict-transport-security', null], ['x-powered-by', null],
      ] as const) expect([name, headers.get(name)]).toEqual([name, value]);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    });
  });

  it('may be let in from named sites', async () => {
    await withServer([], { ...USERS, GOVC_CORS_ENABLED: 'true', GOVC_CORS_ORIGINS: 'https://page.example' }, async (server) => {
      const preflight = await fetch(`${server.url}/api/v1/repos`, {
        method: 'OPTIONS', headers: { origin: 'https://page.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin'), preflight.headers.get('vary')]).toEqual([204, 'https://page.example', 'Origin']);
      expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
      expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
      const { headers } = await ask(server, 'GET', '/version', undefined, { origin: 'https://page.example' });
      expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect((await ask(server, 'GET', '/version', undefined, { origin: 'https://other.example' })).headers.get('access-control-allow-origin')).toBeNull();
    });
  });
});

describe('TLS', () => {
  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
  const withOpenssl = hasOpenssl ? it : it.skip;

  function makeCertificate(folder: string, name: string): void {
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
      '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`),
    ], { stdio: 'ignore' });
  }

  function subjectSeen(server: TestServer): Promise<{ readonly name: string | undefined; readonly status: number | undefined; readonly sts: unknown }> {
    return new Promise((resolve, reject) => {
      secureRequest(`${server.url}/version`, { rejectUnauthorized: false, agent: false }, (response) => {
        const socket = response.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } };
        resolve({ name: socket.getPeerCertificate().subject.CN, status: response.statusCode, sts: response.headers['strict-transport-security'] });
        response.resume();
      }).on('error', reject).end();
    });
  }

  withOpenssl('serves Git and REST, and takes a new certificate without a stop', async () => {
    const folder = await makeFolder();
    makeCertificate(folder, 'first');
    makeCertificate(folder, 'second');
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const use = async (name: string): Promise<void> => {
      await copyFile(join(folder, `${name}.crt`), cert);
      await copyFile(join(folder, `${name}.key`), key);
    };
    await use('first');
    await withServer([], { GOVC_TLS_CERT_FILE: cert, GOVC_TLS_KEY_FILE: key }, async (server) => {
      expect(server.url).toMatch(/^https:/);
      expect(await subjectSeen(server)).toEqual({ name: 'first', status: 200, sts: 'max-age=31536000' });
      const remote = await git(folder, ['-c', `http.sslCAInfo=${cert}`, 'ls-remote', `${server.url}/none.git`]);
      expect(remote.stderr).toContain('not found');
      await use('second');
      server.reload();
      expect((await subjectSeen(server)).name).toBe('second');
      await writeFile(cert, 'nonsense');
      server.reload();
      expect((await subjectSeen(server)).name).toBe('second');
      expect(server.records.filter(({ level }) => level === 'ERROR')).toHaveLength(1);
      expect(readFileSync(key, 'utf8')).toContain('PRIVATE KEY');
    });
  }, 30_000);

  it('is refused at the start when its files cannot be used', async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'x'), 'nonsense');
    const start = startTestServer([], { GOVC_TLS_CERT_FILE: join(folder, 'x'), GOVC_TLS_KEY_FILE: join(folder, 'x') });
    await expect(start).rejects.toMatchObject({ code: 'config-value-invalid', data: { name: 'server.tls' } });
    await expect(startTestServer([], { GOVC_TLS_CERT_FILE: 'gone', GOVC_TLS_KEY_FILE: 'gone' })).rejects.toMatchObject({ data: { name: 'server.tls.cert_file' } });
  });
});
