import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync, deflateSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';
import { until } from './receiver.js';

let server: TestServer;
let folder: string;
let source: string;
let dataFolder: string;

/** A repository of a few dozen commits with branches, tags and a merge. */
async function makeSource(path: string): Promise<void> {
  await mkdir(path);
  await mustGit(path, ['init', '-q', '-b', 'main']);
  for (let index = 0; index < 30; index++) {
    await writeFile(join(path, `file-${index % 7}.txt`), `line ${index}\n`.repeat(50 + index));
    await mustGit(path, ['add', '.']);
    await mustGit(path, ['commit', '-q', '-m', `Commit ${index}`], { GIT_COMMITTER_DATE: `${1_700_000_000 + index * 60} +0000` });
    if (index === 10) await mustGit(path, ['branch', 'side']);
  }
  await mustGit(path, ['tag', '-a', 'v1', '-m', 'One', 'HEAD~5']);
  await mustGit(path, ['tag', 'light', 'HEAD~3']);
  await mustGit(path, ['merge', '-q', '--no-ff', '-m', 'Merge', 'side']);
}

async function makeRepository(id: string, options: Record<string, unknown> = {}): Promise<string> {
  const { status } = await ask(server, 'POST', '/api/v1/repos', { id, ...options });
  expect(status).toBe(201);
  return `${server.url}/${id}.git`;
}

beforeAll(async () => {
  folder = await makeFolder();
  source = join(folder, 'source');
  dataFolder = join(folder, 'data');
  [server] = await Promise.all([startTestServer(['--data', dataFolder]), makeSource(source)]);
}, 60_000);

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

describe.each([['in memory', true], ['in a directory', false]])('a repository %s', (_name, isMemoryOnly) => {
  const id = isMemoryOnly ? 'memory/app' : 'disk/app';
  let url: string;
  let all: string;

  beforeAll(async () => {
    url = await makeRepository(id, { memory_only: isMemoryOnly });
    await mustGit(source, ['push', '-q', '--mirror', url]);
    all = await mustGit(source, ['for-each-ref']);
  }, 60_000);

  it.each([0, 1, 2])('is cloned as it was pushed, with version %i', async (version) => {
    const target = join(folder, `clone-${isMemoryOnly}-${version}`);
    await mustGit(folder, ['-c', `protocol.version=${version}`, 'clone', '-q', '--mirror', url, target]);
    expect(await mustGit(target, ['for-each-ref'])).toBe(all);
    await mustGit(target, ['fsck', '--strict', '--full']);
    expect(await mustGit(target, ['symbolic-ref', 'HEAD'])).toBe('refs/heads/main');
  }, 60_000);

  it('is found without .git too, and with encoded slashes', async () => {
    const bare = `${server.url}/${id}`;
    expect(await mustGit(folder, ['ls-remote', bare, 'refs/heads/main'])).toContain('refs/heads/main');
    expect(await mustGit(folder, ['ls-remote', bare.replace('/app', '%2Fapp'), 'refs/heads/main'])).toContain('refs/heads/main');
  });

  it('is cloned shallow, deepened, and without blobs', async () => {
    const target = join(folder, `shallow-${isMemoryOnly}`);
    await mustGit(folder, ['clone', '-q', '--depth', '3', url, target]);
    expect(await mustGit(target, ['rev-list', '--count', '--first-parent', 'HEAD'])).toBe('3');
    await mustGit(target, ['fetch', '-q', '--unshallow']);
    expect(await mustGit(target, ['rev-list', '--count', 'HEAD'])).toBe(await mustGit(source, ['rev-list', '--count', 'HEAD']));
    for (const version of [0, 2]) {
      const partial = join(folder, `partial-${isMemoryOnly}-${version}`);
      await mustGit(folder, ['-c', `protocol.version=${version}`, 'clone', '-q', '--filter=blob:none', url, partial], {});
      expect(await mustGit(partial, ['status', '--porcelain'])).toBe('');
    }
  }, 60_000);

  it('takes pushes, refuses what is no fast-forward, and shows them over REST', async () => {
    const work = join(folder, `work-${isMemoryOnly}`);
    await mustGit(folder, ['clone', '-q', url, work]);
    await writeFile(join(work, 'new.txt'), 'new\n');
    await mustGit(work, ['add', '.']);
    await mustGit(work, ['commit', '-q', '-m', 'Pushed']);
    await mustGit(work, ['push', '-q', 'origin', 'main', 'main:refs/heads/copy']);
    const { body } = await ask(server, 'GET', `/api/v1/repos/${id}/commits?limit=1`);
    expect(body).toMatchObject({ commits: [{ message: 'Pushed', hash: await mustGit(work, ['rev-parse', 'HEAD']) }] });
    await mustGit(work, ['reset', '-q', '--hard', 'HEAD~2']);
    expect((await git(work, ['push', 'origin', 'main'])).stderr).toContain('non-fast-forward');
    await mustGit(work, ['push', '-q', '--force', 'origin', 'main']);
    await mustGit(work, ['push', '-q', 'origin', ':copy']);
    const atomic = await git(work, ['push', '--atomic', 'origin', 'main:refs/heads/fine', `HEAD~4:refs/heads/main`]);
    expect(atomic.code).not.toBe(0);
    expect(await mustGit(work, ['ls-remote', 'origin', 'refs/heads/fine'])).toBe('');
  }, 60_000);

  it('sees what was committed over REST', async () => {
    await ask(server, 'POST', `/api/v1/repos/${id}/commits`, {
      message: 'Over REST', author: { name: 'R', email: 'r@example.com' }, branch: 'rest', files: [{ path: 'rest', content: 'x' }],
    });
    const target = join(folder, `rest-${isMemoryOnly}`);
    await mustGit(folder, ['clone', '-q', '--single-branch', '-b', 'rest', url, target]);
    expect(await mustGit(target, ['log', '--format=%s %an'])).toBe('Over REST R');
  }, 30_000);
});

describe('a durable repository', () => {
  it('is a plain Git directory that git reads and writes at the same time', async () => {
    const url = await makeRepository('plain');
    await mustGit(source, ['push', '-q', url, 'main']);
    const path = join(dataFolder, 'plain.git');
    expect(await mustGit(path, ['rev-parse', 'main'])).toBe(await mustGit(source, ['rev-parse', 'main']));
    await mustGit(path, ['fsck', '--strict', '--full']);
    await mustGit(path, ['branch', 'foreign', 'main~1']);
    expect((await ask(server, 'GET', '/api/v1/repos/plain/branches')).body).toMatchObject({ count: 2 });
    expect(await mustGit(folder, ['ls-remote', url, 'foreign'])).toContain('refs/heads/foreign');
  }, 30_000);

  it('outlives the server', async () => {
    const data = join(folder, 'restarted');
    const first = await startTestServer(['--data', data]);
    await ask(first, 'POST', '/api/v1/repos', { id: 'deep/er', description: 'Kept', default_branch: 'trunk' });
    await ask(first, 'POST', '/api/v1/repos/deep/er/commits', {
      message: 'Kept', author: { name: 'K', email: 'k@example.com' }, files: [{ path: 'k', content: 'k' }],
    });
    await first.stop();
    const second = await startTestServer(['--data', data]);
    try {
      expect((await ask(second, 'GET', '/api/v1/repos')).body).toMatchObject({
        count: 1, repositories: [{ id: 'deep/er', description: 'Kept', current_branch: 'trunk', durable: true, memory_only: false }],
      });
      expect((await ask(second, 'GET', '/api/v1/repos/deep/er/files/k')).body).toMatchObject({ content: 'k' });
      expect((await ask(second, 'DELETE', '/api/v1/repos/deep/er')).status).toBe(200);
      expect((await ask(second, 'GET', '/api/v1/repos')).body).toMatchObject({ count: 0 });
    } finally {
      await second.stop();
    }
  }, 30_000);

  it('serves plain files to clients that know no better', async () => {
    const url = await makeRepository('dumb');
    await mustGit(source, ['push', '-q', '--mirror', url]);
    const target = join(folder, 'dumb');
    await mustGit(folder, ['clone', '-q', '--mirror', url, target], { GIT_SMART_HTTP: '0' });
    expect(await mustGit(target, ['for-each-ref'])).toBe(await mustGit(source, ['for-each-ref']));
    const packs = await (await fetch(`${url}/objects/info/packs`)).text();
    const name = /^P (pack-[0-9a-f]{40}\.pack)$/m.exec(packs)![1]!;
    const response = await fetch(`${url}/objects/pack/${name}`, { headers: { range: 'bytes=0-3' } });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 206, text: 'PACK' });
    expect(response.headers.get('content-type')).toBe('application/x-git-packed-objects');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000');
    expect(await (await fetch(`${url}/HEAD`)).text()).toBe('ref: refs/heads/main\n');
  }, 30_000);
});

describe('SHA-256', () => {
  it('goes from end to end', async () => {
    const url = await makeRepository('sha256', { object_format: 'sha256' });
    const work = join(folder, 'sha256');
    await mkdir(work);
    await mustGit(work, ['init', '-q', '-b', 'main', '--object-format=sha256']);
    await writeFile(join(work, 'a'), 'a');
    await mustGit(work, ['add', '.']);
    await mustGit(work, ['commit', '-q', '-m', 'a']);
    await mustGit(work, ['push', '-q', url, 'main']);
    const target = join(folder, 'sha256-clone');
    await mustGit(folder, ['clone', '-q', url, target]);
    expect(await mustGit(target, ['rev-parse', 'HEAD'])).toBe(await mustGit(work, ['rev-parse', 'HEAD']));
  }, 30_000);
});

describe('requests', () => {
  const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/x-git-upload-pack-request', ...headers } });
  const lsRefs = '0014command=ls-refs\n00010000';

  beforeAll(async () => {
    await makeRepository('requests', { memory_only: true });
  });

  it('may be compressed', async () => {
    const headers = { 'git-protocol': 'version=2' };
    const plain = await (await post('/requests.git/git-upload-pack', lsRefs, headers)).text();
    for (const [encoding, body] of [['gzip', gzipSync(lsRefs)], ['x-gzip', gzipSync(lsRefs)], ['deflate', deflateSync(lsRefs)]] as const) {
      const response = await post('/requests.git/git-upload-pack', body, { ...headers, 'content-encoding': encoding });
      expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: plain });
    }
    expect((await post('/requests.git/git-upload-pack', lsRefs, { 'content-encoding': 'zstd' })).status).toBe(415);
    const broken = await post('/requests.git/git-upload-pack', gzipSync(lsRefs).subarray(0, 20), { ...headers, 'content-encoding': 'gzip' });
    expect(await broken.text()).toContain('ERR the compressed request body is damaged');
  });

  it('have the headers of git http-backend', async () => {
    const advertisement = await fetch(`${server.url}/requests.git/info/refs?service=git-upload-pack`);
    expect(advertisement.headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement');
    expect(advertisement.headers.get('cache-control')).toBe('no-cache, max-age=0, must-revalidate');
    expect(advertisement.headers.get('expires')).toBe('Fri, 01 Jan 1980 00:00:00 GMT');
    expect(await advertisement.text()).toMatch(/^001e# service=git-upload-pack\n0000/);
    const head = await fetch(`${server.url}/requests.git/info/refs?service=git-upload-pack`, { method: 'HEAD' });
    expect(head.status).toBe(200);
  });

  it('that are wrong get the status of git http-backend', async () => {
    const status = async (request: Promise<Response>): Promise<[number, string | null]> => {
      const response = await request;
      return [response.status, response.headers.get('content-type')];
    };
    const text = 'text/plain; charset=utf-8';
    const { url } = server;
    expect(await status(fetch(`${url}/requests.git/info/refs?service=git-nothing`))).toEqual([403, text]);
    expect(await status(fetch(`${url}/nobody.git/info/refs?service=git-upload-pack`))).toEqual([404, text]);
    expect(await status(post('/requests.git/git-upload-pack', lsRefs, { 'content-type': 'text/plain' }))).toEqual([415, text]);
    expect(await status(fetch(`${url}/requests.git/git-upload-pack`))).toEqual([405, text]);
    expect((await fetch(`${url}/requests.git/info/refs`, { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD');
    expect(await status(fetch(`${url}/..%2F..%2Fetc/info/refs`))).toEqual([404, text]);
    expect(await status(post('/requests.git/git-upload-archive', ''))).toEqual([403, text]);
  });

  it('that are garbage are answered in the protocol', async () => {
    for (const garbage of ['zzzz', '0003', 'fff', '0032want 0000000000000000000000000000000000000000\n', '0014command=nothing\n0000']) {
      const response = await post('/requests.git/git-upload-pack', garbage, { 'git-protocol': 'version=2' });
      expect(response.status).toBe(200);
      expect(await response.text()).toMatch(/^[0-9a-f]{4}ERR /);
    }
  });

  it('that break off leave nothing behind', async () => {
    const url = await makeRepository('aborted');
    const pack = Buffer.alloc(300_000, 1);
    pack.write('PACK\0\0\0\x02\0\0\0\x10', 0, 'latin1');
    const command = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/x\0report-status`;
    const body = Buffer.concat([Buffer.from(`${(command.length + 4).toString(16).padStart(4, '0')}${command}0000`), pack]);
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`POST /aborted.git/git-receive-pack HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-git-receive-pack-request\r\nContent-Length: ${body.length * 2}\r\n\r\n`);
        socket.write(body, () => setTimeout(() => {
          socket.destroy();
          resolve();
        }, 100));
      });
      socket.on('error', () => undefined);
    });
    await until(async () => /count: 0[\s\S]*garbage: 0/.test(await mustGit(join(dataFolder, 'aborted.git'), ['count-objects', '-v'])));
    expect(await mustGit(folder, ['ls-remote', url])).toBe('');
    expect((await ask(server, 'DELETE', '/api/v1/repos/aborted')).status).toBe(200);
  }, 20_000);

  it('with a long body wait for leave to send it', async () => {
    const { code, stderr } = await git(source, ['-c', 'http.postBuffer=1000', 'push', '-q', await makeRepository('chunked'), 'main']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (text.endsWith('100 Continue\r\n\r\n')) socket.end(lsRefs);
      });
      socket.on('close', () => resolve(text));
      socket.write(`POST /requests.git/git-upload-pack HTTP/1.1\r\nHost: localhost\r\nGit-Protocol: version=2\r\nContent-Type: application/x-git-upload-pack-request\r\nExpect: 100-continue\r\nContent-Length: ${lsRefs.length}\r\n\r\n`);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  }, 20_000);
});

describe('a pack that is damaged', () => {
  it('is refused with a message, and the repository stays as it was', async () => {
    const url = await makeRepository('damaged');
    const pack = Buffer.from('PACK\0\0\0\x02\0\0\0\x01nonsense', 'latin1');
    const command = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/x\0report-status`;
    const body = Buffer.concat([Buffer.from(`${(command.length + 4).toString(16).padStart(4, '0')}${command}0000`), pack]);
    const response = await fetch(`${url}/git-receive-pack`, {
      method: 'POST', body, headers: { 'content-type': 'application/x-git-receive-pack-request' },
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/unpack (?!ok)/);
    expect(await mustGit(folder, ['ls-remote', url])).toBe('');
  }, 20_000);

  it('with a file .git in a tree is refused', async () => {
    const url = await makeRepository('look-alike');
    const work = join(folder, 'look-alike');
    await mkdir(work);
    await mustGit(work, ['init', '-q', '-b', 'main']);
    const blob = await mustGit(work, ['hash-object', '-w', '-t', 'blob', '/dev/null']);
    const path = join(work, 'tree');
    await writeFile(path, Buffer.concat([Buffer.from('100644 .GIT\0', 'latin1'), Buffer.from(blob, 'hex')]));
    const tree = await mustGit(work, ['hash-object', '-w', '-t', 'tree', '--literally', path]);
    const commit = await mustGit(work, ['commit-tree', '-m', 'Bad', tree]);
    const { code, stderr } = await git(work, ['push', url, `${commit}:refs/heads/main`]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('hasDotgit');
    expect(await mustGit(folder, ['ls-remote', url])).toBe('');
  }, 20_000);
});
