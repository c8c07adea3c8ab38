import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ask } from './checked-ask.js';
import { makeFolder, mustGit, removeFolders, startTestServer, type TestServer } from './harness.js';

const PERSON = { name: 'Dev', email: 'dev@example.com', date: '2026-01-02T03:04:05+01:00' };
const ENV = {
  GIT_AUTHOR_NAME: 'Dev', GIT_AUTHOR_EMAIL: 'dev@example.com', GIT_AUTHOR_DATE: PERSON.date,
  GIT_COMMITTER_NAME: 'Dev', GIT_COMMITTER_EMAIL: 'dev@example.com', GIT_COMMITTER_DATE: PERSON.date,
};
const ARMOR = /-----BEGIN SSH SIGNATURE-----[^]*-----END SSH SIGNATURE-----/;
const PGP = '-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\n-----END PGP SIGNATURE-----\n';

let server: TestServer;
let data: string;
let tree: string;
const R = '/api/v1/repos/app';
const go = (method: string, path: string, body?: unknown) => ask(server, method, `${R}${path}`, body);

function hasKeygen(): boolean {
  try {
    execFileSync('ssh-keygen', ['-?'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // It says how it is used, and ends with 1.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

beforeAll(async () => {
  data = await makeFolder();
  server = await startTestServer(['--data', data]);
  await ask(server, 'POST', '/api/v1/repos', { id: 'app' });
  const { body } = await go('POST', '/commits', { message: 'One', author: PERSON, files: [{ path: 'a', content: 'a' }] });
  tree = String(body['tree']);
});

afterAll(async () => {
  await server.stop();
  await removeFolders();
});

describe('objects that somebody else signed', () => {
  (hasKeygen() ? it : it.skip)('are those of git, and are checked against the signers of the repository', async () => {
    const folder = await makeFolder();
    const key = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
    await mustGit(folder, ['clone', '-q', `${server.url}/app.git`, 'work']);
    const work = join(folder, 'work');
    const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key}`];
    const commit = await mustGit(work, [...signing, 'commit-tree', '-S', '-m', 'Signed', tree], ENV);
    const signature = ARMOR.exec((await mustGit(work, ['cat-file', 'commit', commit])).replaceAll('\n ', '\n'))![0];
    const made = await go('POST', '/git/commits', { message: 'Signed', tree, author: PERSON, committer: PERSON, signature });
    expect(made).toMatchObject({ status: 201, body: { sha: commit, verification: { verified: false, reason: 'unknown_key', key: expect.stringMatching(/^SHA256:/) } } });
    expect((made.body['verification'] as { payload: string }).payload).toBe(`tree ${tree}\nauthor Dev <dev@example.com> 1767319445 +0100\ncommitter Dev <dev@example.com> 1767319445 +0100\n\nSigned\n`);
    await mustGit(work, [...signing, 'tag', '-s', '-m', 'A tag', 'v1', commit], ENV);
    const tag = await mustGit(work, ['rev-parse', 'v1']);
    const tagged = ARMOR.exec(await mustGit(work, ['cat-file', 'tag', 'v1']))![0];
    const put = await go('POST', '/git/tags', { tag: 'v1', message: 'A tag', object: commit, type: 'commit', tagger: PERSON, signature: tagged });
    expect(put).toMatchObject({ status: 201, body: { sha: tag, verification: { reason: 'unknown_key' } } });

    const publicKey = execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' }).trim();
    await writeFile(join(folder, 'signers'), `dev@example.com ${publicKey}\n`);
    await mustGit(join(data, 'app.git'), ['config', 'gpg.ssh.allowedSignersFile', join(folder, 'signers')]);
    expect((await go('GET', `/git/commits/${commit}`)).body['verification']).toMatchObject({ verified: true, reason: 'valid', signer: 'dev@example.com' });
    expect((await go('GET', `/git/tags/${tag}`)).body['verification']).toMatchObject({ verified: true, reason: 'valid' });
    // Of other bytes.
    const forged = await go('POST', '/git/commits', { message: 'Forged', tree, author: PERSON, committer: PERSON, signature });
    expect(forged.body['verification']).toMatchObject({ verified: false, reason: 'invalid' });
    expect(await mustGit(join(data, 'app.git'), ['fsck', '--strict', '--no-dangling'])).toBe('');
  });

  it('are told from those that nobody signed, and those that cannot be checked here', async () => {
    const plain = await go('POST', '/git/commits', { message: 'Plain', tree, author: PERSON });
    expect(plain.body['verification']).toEqual({ verified: false, reason: 'unsigned', signature: null, payload: null });
    const pgp = await go('POST', '/git/commits', { message: 'By PGP', tree, author: PERSON, committer: PERSON, signature: PGP });
    expect(pgp.body['verification']).toMatchObject({ verified: false, reason: 'gpgverify_unavailable', signature: PGP });
    expect(await mustGit(join(data, 'app.git'), ['cat-file', 'commit', String(pgp.body['sha'])])).toContain('gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEz');
  });

  it('need dates, and an armored signature', async () => {
    const { date: _date, ...undated } = PERSON;
    expect((await go('POST', '/git/commits', { message: 'x', tree, author: undated, signature: PGP })).body).toMatchObject({ code: 'INVALID_REQUEST' });
    expect((await go('POST', '/git/commits', { message: 'x', tree, author: PERSON, signature: 'parent 0\n' })).body).toMatchObject({ code: 'INVALID_REQUEST' });
    expect((await go('POST', '/git/tags', { tag: 'v2', message: 'x', object: tree, type: 'tree', signature: PGP })).body).toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
