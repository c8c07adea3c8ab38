import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { RunningServer } from '@govc/server';

import { Lab, PASSWORD } from './lab.js';

describe('secrets', () => {
  const lab = new Lab();
  let server: RunningServer;

  beforeAll(async () => {
    server = await lab.serve();
  });

  afterAll(async () => {
    await lab.stop();
  });

  it('are kept by a credential helper of Git, which Git itself never asks for them', async () => {
    const kept = join(lab.folder, 'kept');
    await lab.json(['context', 'set', '--credential-helper', `store --file=${kept}`]);
    expect(await lab.logIn(server, '--context', 'work')).toMatchObject({ code: 0, stdout: expect.stringContaining("its secrets are in the credential helper 'store") });
    expect(existsSync(join(lab.folder, '.config/govc/credentials.json'))).toBe(false);
    expect(readFileSync(kept, 'utf8')).toMatch(/^https:\/\/govc:\S+@work\.govc\.invalid\n$/);
    expect(await lab.json(['auth', 'whoami'])).toMatchObject({ username: 'admin' });
    lab.aheadMs = 2 * 86_400_000;
    const before = readFileSync(kept, 'utf8');
    expect(await lab.json(['auth', 'whoami'])).toMatchObject({ username: 'admin' });
    expect(readFileSync(kept, 'utf8')).not.toBe(before);
    lab.aheadMs = 0;
    await lab.json(['auth', 'logout']);
    expect(readFileSync(kept, 'utf8')).toBe('');
    await lab.json(['context', 'set', '--credential-helper', '!true']);
    expect(await lab.logIn(server, '--context', 'work')).toMatchObject({ code: 128, stderr: expect.stringContaining('does not keep what it is given') });
    await lab.json(['context', 'set', '--credential-helper', '']);
  });

  it('are nothing that a command says, and no argument of a program', async () => {
    const commands: string[] = [];
    const ran = await lab.govc(['auth', 'login', server.url, '-u', 'admin', '--password-stdin'], {
      stdin: `${PASSWORD}\n`, io: { spawn: { run: async (argv) => { commands.push(argv.join(' ')); return { exitCode: 0, stdout: new Uint8Array(0), stderr: new Uint8Array(0) }; }, pipe: () => Promise.reject(new Error('no')) } },
    });
    const said = ran.stdout + ran.stderr + commands.join('\n') + (await lab.govc(['context', 'list', '--json'])).stdout + (await lab.govc(['auth', 'whoami', '--json'])).stdout;
    expect(ran.code).toBe(0);
    expect(said).not.toContain(PASSWORD);
    expect(said).not.toMatch(/eyJ[\w-]+\./);
    expect(said).not.toMatch(/govr_/);
  });

  it('that are broken are said to be, and a lock that was left behind does not last', async () => {
    const folder = join(lab.folder, '.config/govc');
    writeFileSync(join(folder, 'settings.lock'), String(Date.now() - 600_000));
    expect(await lab.logIn(server)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'settings.lock'))).toBe(false);
    writeFileSync(join(folder, 'credentials.json'), '{');
    expect(await lab.govc(['auth', 'whoami'])).toMatchObject({ code: 128, stderr: expect.stringContaining('credentials.json is broken') });
    writeFileSync(join(folder, 'contexts.json'), '{}');
    expect(await lab.json(['context', 'list'])).toMatchObject({ count: 0 });
  });

  it('of a server are set up for Git', async () => {
    expect(await lab.govc(['auth', 'setup-git', '--server', server.url])).toMatchObject({ code: 0 });
    const { stdout } = await lab.program(['git', 'config', '--global', '--get-all', `credential.${server.url}.helper`]);
    expect(stdout).toBe('\n!govc auth git-credential\n');
  });
});

describe('govc migrate github and gitlab', () => {
  const lab = new Lab();
  let host: Server;
  let api: string;
  const asked: string[] = [];

  beforeAll(async () => {
    host = createServer((request, response) => {
      asked.push(`${request.url ?? ''} ${request.headers.authorization ?? String(request.headers['private-token'] ?? '')}`);
      const url = new URL(request.url ?? '', api);
      const isFirst = url.searchParams.get('page') === '1';
      const fill = Array.from({ length: 99 }, (_, index) => ({ name: `fork-${index}`, clone_url: 'x', fork: true, private: false }));
      const gitHub = isFirst ? [{ name: 'one', clone_url: `${api}/one.git`, fork: false, private: false }, ...fill] : [{ name: 'secret', clone_url: `${api}/secret.git`, fork: false, private: true }];
      const gitLab = [{ path_with_namespace: 'team/deep/two', http_url_to_repo: `${api}/two.git`, visibility: 'public' }];
      response.setHeader('content-type', 'application/json');
      if (url.pathname.startsWith('/groups/')) response.end(JSON.stringify(gitLab));
      else if (url.pathname === '/orgs/team/repos') response.end(JSON.stringify(gitHub));
      else response.writeHead(404).end('{}');
    });
    await new Promise<void>((done) => { host.listen(0, '127.0.0.1', done); });
    api = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    host.close();
    await lab.stop();
  });

  it('read the list of a host, page by page, and say what failed', async () => {
    const server = await lab.serve({});
    const at = ['--server', server.url, '--api-url', api, '--prefix', 'new/'];
    expect(await lab.json(['migrate', 'github', '--org', 'team', '--dry-run', ...at])).toMatchObject({ count: 1, repositories: [{ id: 'new/one', source: `${api}/one.git`, status: 'planned' }] });
    expect(await lab.json(['migrate', 'github', '--org', 'team', '--include-private', '--include-forks', '--dry-run', '--token-stdin', ...at], { stdin: 'abc\n' })).toMatchObject({ count: 101 });
    expect(asked.at(-1)).toBe('/orgs/team/repos?per_page=100&page=2 Bearer abc');
    expect(await lab.json(['migrate', 'gitlab', '--group', 'team', '--dry-run', ...at], { env: { GITLAB_TOKEN: 'def' } })).toMatchObject({ repositories: [{ id: 'new/deep/two' }] });
    expect(asked.at(-1)).toMatch(/include_subgroups=true&page=1 def$/);
    // The server may not call this machine, so that what it is asked to bring in fails, one by one.
    const { code, stdout } = await lab.govc(['migrate', 'github', '--org', 'team', ...at]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/new\/one +failed +\S/) });
    expect(await lab.govc(['migrate', 'github', '--org', 'nobody', ...at])).toMatchObject({ code: 1, stderr: expect.stringContaining('answered 404') });
    expect(await lab.govc(['migrate', 'github', ...at])).toMatchObject({ code: 129 });
  });
});
