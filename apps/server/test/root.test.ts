import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { ask, git, makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';

const PASSWORD = 'correct horse';
const USERS = { GOVC_JWT_SECRET: 'a secret that is long enough for signing tokens', GOVC_ADMIN_PASSWORD: PASSWORD };

let folder: string;
let root: string;
let work: string;
let open: TestServer;
let closed: TestServer;
/** The server with users, with the administrator's credentials in it. */
let signedIn: string;

beforeAll(async () => {
  folder = await makeFolder();
  root = join(folder, 'root');
  work = join(folder, 'work');
  await mkdir(root);
  await mkdir(work);
  await mustGit(work, ['init', '-q', '-b', 'main']);
  for (const message of ['One', 'Two', 'Three']) await mustGit(work, ['commit', '-q', '--allow-empty', '-m', message]);
  await mustGit(root, ['clone', '-q', '--bare', work, 'exported.git']);
  await writeFile(join(root, 'exported.git', 'git-daemon-export-ok'), '');
  await mustGit(root, ['clone', '-q', '--bare', work, 'hidden.git']);
  await mustGit(root, ['clone', '-q', '--bare', work, 'Ünï code/deep']);
  await writeFile(join(root, 'Ünï code', 'deep', 'git-daemon-export-ok'), '');
  await mustGit(root, ['clone', '-q', work, 'worktree']);
  await writeFile(join(root, 'worktree', '.git', 'git-daemon-export-ok'), '');
  await mustGit(folder, ['clone', '-q', '--bare', work, 'outside.git']);
  await writeFile(join(folder, 'outside.git', 'git-daemon-export-ok'), '');
  await symlink(join(folder, 'outside.git'), join(root, 'link.git'));
  await mkdir(join(root, 'gitfile'));
  await writeFile(join(root, 'gitfile', '.git'), `gitdir: ${join(folder, 'outside.git')}\n`);
  [open, closed] = await Promise.all([startTestServer(['--root', root]), startTestServer(['--root', root, '--export-all'], USERS)]);
  signedIn = closed.url.replace('http://', `http://admin:${encodeURIComponent(PASSWORD)}@`);
}, 60_000);

afterAll(async () => {
  await open.stop();
  await closed.stop();
  await removeFolders();
});

const heads = (url: string): Promise<{ readonly code: number; readonly stderr: string }> => git(folder, ['ls-remote', url, 'refs/heads/main']);

describe('existing repositories', () => {
  it('are served by their paths, with and without .git', async () => {
    for (const path of ['exported.git', 'exported', 'exported.git/', 'worktree', 'worktree/.git', '%C3%9Cn%C3%AF%20code/deep', '%C3%9Cn%C3%AF%20code/deep.git']) {
      expect({ path, ...(await heads(`${open.url}/${path}`)) }).toMatchObject({ path, code: 0 });
    }
    expect((await ask(open, 'GET', '/api/v1/repos')).body).toMatchObject({ count: 3 });
    expect((await ask(open, 'GET', '/api/v1/repos/exported/commits')).body).toMatchObject({ count: 3 });
    expect((await ask(open, 'POST', '/api/v1/repos', { id: 'new' })).body).toMatchObject({ code: 'REPO_CREATE_DISABLED' });
  }, 30_000);

  it('are served only when marked for export, or all when told so', async () => {
    expect((await heads(`${open.url}/hidden.git`)).stderr).toContain('not found');
    expect((await heads(`${signedIn}/hidden.git`)).code).toBe(0);
  }, 30_000);

  it('are not served from outside of the folder', async () => {
    for (const path of ['link.git', 'gitfile', '..%2Foutside.git', '%2e%2e/outside.git', 'exported.git/../../outside.git', 'exported.git%00']) {
      const response = await fetch(`${open.url}/${path}/info/refs?service=git-upload-pack`);
      expect({ path, status: response.status }).toEqual({ path, status: 404 });
    }
  });

  it('show what others do to them', async () => {
    await mustGit(join(root, 'exported.git'), ['branch', 'foreign', 'main~1']);
    expect((await git(folder, ['ls-remote', `${open.url}/exported`, 'foreign'])).stdout).toContain('refs/heads/foreign');
  });
});

describe('services', () => {
  const config = (name: string, value: string | undefined): Promise<string> =>
    mustGit(join(root, 'exported.git'), value === undefined ? ['config', '--unset', name] : ['config', name, value]);

  it('that take pushes are for those who signed in, unless the repository says otherwise', async () => {
    expect((await git(work, ['push', `${open.url}/exported.git`, 'main:refs/heads/anonymous'])).stderr).toContain('403');
    expect((await git(work, ['push', `${signedIn}/exported.git`, 'main:refs/heads/signed-in'])).code).toBe(0);
    await config('http.receivepack', 'true');
    expect((await git(work, ['push', `${open.url}/exported.git`, 'main:refs/heads/anonymous'])).code).toBe(0);
    await config('http.receivepack', 'false');
    expect((await git(work, ['push', `${signedIn}/exported.git`, 'main:refs/heads/no'])).stderr).toContain('403');
    await config('http.receivepack', undefined);
  }, 30_000);

  it('for fetching and plain files can be switched off', async () => {
    await config('http.uploadpack', 'false');
    expect((await heads(`${open.url}/exported.git`)).stderr).toContain('403');
    await config('http.uploadpack', undefined);
    expect((await fetch(`${open.url}/exported.git/HEAD`)).status).toBe(200);
    await config('http.getanyfile', 'false');
    for (const path of ['HEAD', 'info/refs', 'objects/info/packs']) {
      expect((await fetch(`${open.url}/exported.git/${path}`)).status).toBe(403);
    }
    await config('http.getanyfile', undefined);
  }, 30_000);

  it('serve plain files alone too', async () => {
    await mustGit(folder, ['clone', '-q', '--bare', `${open.url}/exported.git`, 'dumb.git'], { GIT_SMART_HTTP: '0' });
    expect(await mustGit(join(folder, 'dumb.git'), ['rev-parse', 'main'])).toBe(await mustGit(work, ['rev-parse', 'main']));
    expect((await fetch(`${open.url}/exported.git/objects/aa/${'0'.repeat(38)}`)).status).toBe(404);
  }, 30_000);

  it('answer with the headers of git http-backend, and refuse with a status alone', async () => {
    const names = async (path: string): Promise<string[]> => [...(await fetch(`${open.url}/${path}`)).headers.keys()].sort();
    const kept = ['cache-control', 'connection', 'content-type', 'date', 'expires', 'keep-alive', 'pragma', 'transfer-encoding'];
    expect(await names('exported.git/info/refs?service=git-upload-pack')).toEqual(kept);
    expect(await names('exported.git/info/refs')).toContain('x-content-type-options');
    const refused: readonly (readonly [string, string, number])[] = [
      ['GET', 'exported.git/info/refs?service=git-receive-pack', 403], ['GET', 'hidden.git/HEAD', 404], ['GET', 'exported.git/objects/info/alternates', 404],
      ['GET', 'exported.git/refs/heads/main', 404], ['POST', 'exported.git/HEAD', 405],
    ];
    for (const [method, path, status] of refused) {
      const response = await fetch(`${open.url}/${path}`, { method });
      expect({ path, status: response.status, body: await response.text() }).toEqual({ path, status, body: '' });
      expect(response.headers.get('cache-control')).toContain('no-cache');
    }
    expect((await ask(open, 'GET', '/api/v1/none')).body).toMatchObject({ code: 'ENDPOINT_NOT_FOUND' });
  });

  it('note whom the environment names in the reflog', async () => {
    const server = await startTestServer(['--root', root, '--export-all'], { ...USERS, GIT_COMMITTER_NAME: 'The <Mirror>', GIT_COMMITTER_EMAIL: 'mirror@example.com' });
    try {
      const url = server.url.replace('http://', `http://admin:${encodeURIComponent(PASSWORD)}@`);
      await config('core.logAllRefUpdates', 'true');
      await mustGit(work, ['push', '-q', `${url}/exported.git`, 'main~1:refs/heads/mirrored']);
      const log = await readFile(join(root, 'exported.git', 'logs', 'refs', 'heads', 'mirrored'), 'utf8');
      expect(log).toMatch(/ The Mirror <mirror@example\.com> \d+ \+0000\tpush\n$/);
    } finally {
      await server.stop();
    }
  }, 30_000);

  it('note the pusher in the reflog', async () => {
    await config('core.logAllRefUpdates', 'true');
    await mustGit(work, ['push', '-q', `${signedIn}/exported.git`, 'main~1:refs/heads/logged']);
    const log = await readFile(join(root, 'exported.git', 'logs', 'refs', 'heads', 'logged'), 'utf8');
    expect(log).toMatch(/ admin <admin@http\.127\.0\.0\.1> \d+ \+0000\tpush\n$/);
  }, 30_000);
});

describe('objects with faults', () => {
  it('are refused where the repository says so, unless they are on its list', async () => {
    await mustGit(root, ['init', '-q', '--bare', 'strict.git']);
    const repository = join(root, 'strict.git');
    await mustGit(repository, ['config', 'receive.fsckObjects', 'true']);
    await mustGit(repository, ['config', 'receive.fsck.skipList', 'skipped']);
    await writeFile(join(repository, 'skipped'), '# none yet\n');
    const tree = await mustGit(work, ['rev-parse', 'main^{tree}']);
    await writeFile(join(folder, 'bad'), `tree ${tree}\nauthor A <a@example.com> 1 +0000\ncommitter A <a@example.com 1 +0000\n\nBad\n`);
    const bad = await mustGit(work, ['hash-object', '-w', '-t', 'commit', '--literally', join(folder, 'bad')]);
    const push = (): ReturnType<typeof git> => git(work, ['push', `${signedIn}/strict.git`, `${bad}:refs/heads/bad`]);
    expect((await push()).stderr).toContain('badEmail');
    await writeFile(join(repository, 'skipped'), `${bad}\n`);
    expect(await push()).toMatchObject({ code: 0 });
  }, 30_000);
});

describe('a namespace', () => {
  it('is all that is served', async () => {
    const server = await startTestServer(['--root', root, '--export-all', '--namespace', 'ns'], USERS);
    try {
      const url = server.url.replace('http://', `http://admin:${encodeURIComponent(PASSWORD)}@`);
      await mustGit(work, ['push', '-q', `${url}/exported.git`, 'main:refs/heads/main']);
      expect(await mustGit(join(root, 'exported.git'), ['rev-parse', 'refs/namespaces/ns/refs/heads/main'])).toBe(await mustGit(work, ['rev-parse', 'main']));
      expect(await mustGit(folder, ['ls-remote', `${url}/exported.git`])).toMatch(/^[0-9a-f]{40}\trefs\/heads\/main$/);
    } finally {
      await server.stop();
    }
  }, 30_000);
});

describe('hooks', () => {
  const repository = (): string => join(root, 'hooked.git');
  const url = (): string => `${signedIn}/hooked.git`;
  const hook = async (name: string, script: string, path = join(repository(), 'hooks', name)): Promise<void> => {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, script);
    await chmod(path, 0o755);
  };
  const said = (): Promise<string> => readFile(join(folder, 'said'), 'utf8');
  let tip: string;

  beforeEach(async () => {
    await rm(repository(), { recursive: true, force: true });
    await rm(join(folder, 'said'), { force: true });
    // Each time under another name for the server, which keeps repositories open.
    await mustGit(root, ['init', '-q', '--bare', '-b', 'main', 'hooked.git']);
    await rm(join(repository(), 'hooks'), { recursive: true, force: true });
    tip = await mustGit(work, ['rev-parse', 'main']);
  });

  it('run in order, with arguments, input and variables of Git', async () => {
    const log = `echo "$(basename "$0") $* dir=$GIT_DIR cwd=$(pwd) q=\${GIT_QUARANTINE_PATH:+yes} user=$REMOTE_USER who=$GIT_COMMITTER_NAME secret=$GOVC_JWT_SECRET options=$GIT_PUSH_OPTION_COUNT:$GIT_PUSH_OPTION_0" >> ${folder}/said\n`;
    await mustGit(repository(), ['config', 'receive.advertisePushOptions', 'true']);
    const readsInput = `#!/bin/sh\n${log}sed 's/^/in: /' >> ${folder}/said\necho "hello from $(basename "$0")"\n`;
    for (const name of ['pre-receive', 'post-receive', 'reference-transaction']) await hook(name, readsInput);
    for (const name of ['update', 'post-update']) await hook(name, `#!/bin/sh\n${log}echo "hello from $(basename "$0")" >&2\n`);
    const { stderr } = await git(work, ['push', '-o', 'an option', url(), 'main']);
    for (const name of ['pre-receive', 'update', 'post-receive', 'post-update']) expect(stderr).toContain(`remote: hello from ${name}`);
    const zero = '0'.repeat(40);
    const common = `dir=. cwd=${repository()}`;
    const tail = 'user=admin who=admin secret=';
    expect((await said()).split('\n').filter((line) => !line.startsWith('reference-transaction') && line !== '')).toEqual([
      `pre-receive  ${common} q=yes ${tail} options=1:an option`,
      `in: ${zero} ${tip} refs/heads/main`,
      `update refs/heads/main ${zero} ${tip} ${common} q= ${tail} options=:`,
      `in: ${zero} ${tip} refs/heads/main`,
      `in: ${zero} ${tip} refs/heads/main`,
      `post-receive  ${common} q= ${tail} options=1:an option`,
      `in: ${zero} ${tip} refs/heads/main`,
      `post-update refs/heads/main ${common} q= ${tail} options=:`,
    ]);
    expect(await said()).toMatch(/reference-transaction prepared[\s\S]*reference-transaction committed/);
  }, 30_000);

  it('that decline keep everything as it was', async () => {
    await hook('pre-receive', '#!/bin/sh\ngit cat-file -t $(cut -d" " -f2) >&2\nexit 1\n');
    const refusedAll = await git(work, ['push', url(), 'main']);
    expect(refusedAll.stderr).toContain('remote: commit');
    expect(refusedAll.stderr).toContain('pre-receive hook declined');
    expect(await mustGit(repository(), ['for-each-ref'])).toBe('');
    expect(await mustGit(repository(), ['count-objects', '-v'])).toMatch(/count: 0[\s\S]*packs: 0/);
    await rm(join(repository(), 'hooks', 'pre-receive'));

    await hook('update', '#!/bin/sh\ncase $1 in */bad) exit 1;; esac\ngit cat-file -e $3\n');
    const refusedOne = await git(work, ['push', url(), 'main', 'main:refs/heads/bad']);
    expect(refusedOne.stderr).toContain('hook declined');
    expect(await mustGit(repository(), ['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main');
    await rm(join(repository(), 'hooks', 'update'));

    await hook('reference-transaction', '#!/bin/sh\ntest "$1" != prepared || ! grep -q forbidden\n');
    const refusedLate = await git(work, ['push', url(), 'main:refs/heads/forbidden']);
    expect(refusedLate.code).not.toBe(0);
    expect(await mustGit(repository(), ['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main');
    expect((await git(work, ['push', url(), 'main:refs/heads/fine'])).code).toBe(0);
  }, 30_000);

  it('are found where core.hooksPath says, run without #! by the shell, and need the right to be run', async () => {
    await mustGit(repository(), ['config', 'core.hooksPath', 'my-hooks']);
    await hook('pre-receive', 'echo "no interpreter named"\n', join(repository(), 'my-hooks', 'pre-receive'));
    await hook('pre-receive', '#!/bin/sh\nexit 1\n');
    expect((await git(work, ['push', url(), 'main'])).stderr).toContain('remote: no interpreter named');
    await chmod(join(repository(), 'my-hooks', 'pre-receive'), 0o644);
    expect((await git(work, ['push', url(), 'main:refs/heads/two'])).stderr).not.toContain('no interpreter');
  }, 30_000);

  it('carry out commands themselves by proc-receive', async () => {
    await mustGit(repository(), ['config', 'receive.procReceiveRefs', 'refs/for']);
    await hook('proc-receive', `#!/bin/sh
pkt() { printf '%04x%s\\n' $((\${#1} + 5)) "$1"; }
read_all() { head -c "$1" > /dev/null; }
dd bs=1 count=4 2>/dev/null | { read -r size; :; }
exec 3<&0
node -e '
const fs = require("fs");
const packet = (text) => fs.writeSync(1, (text.length + 5).toString(16).padStart(4, "0") + text + "\\n");
packet("version=1");
fs.writeSync(1, "0000");
packet("ok refs/for/main/topic");
packet("option refname refs/pull/1/head");
fs.writeSync(1, "0000");
'
`);
    const { stderr, stdout } = await git(work, ['push', '--porcelain', url(), 'main:refs/for/main/topic']);
    expect(stderr + stdout).toContain('refs/pull/1/head');
    expect(await mustGit(repository(), ['for-each-ref'])).toBe('');
  }, 30_000);
});
