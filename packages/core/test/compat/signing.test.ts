import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GpgProgram, SshKeygenProgram } from '../../src/repository/sign-program.js';
import { SshKeySigner, SshVerifier } from '../../src/repository/sign-ssh.js';
import type { Signer } from '../../src/repository/sign.js';
import { Repository } from '../../src/repository/repository.js';
import { describeWithGit, RealGit } from './real-git.js';

const hasPrograms = spawnSync('ssh-keygen', ['-Y', 'sign']).error === undefined;
const hasGpg = spawnSync('gpg', ['--version']).error === undefined;
if (!hasPrograms) console.warn('No ssh-keygen on PATH: SSH signatures are not compared.');
if (!hasGpg) console.warn('No gpg on PATH: OpenPGP signatures are not compared.');
const KINDS = [['ed25519', []], ['ecdsa', ['-b', '256']], ['ecdsa', ['-b', '384']], ['ecdsa', ['-b', '521']], ['rsa', ['-b', '2048']]] as const;

describeWithGit('signatures, compared with git', () => {
  const git = new RealGit();
  let repository: Repository;
  const author = { name: 'A', email: 'a@example.com', timeSeconds: 1_700_000_000 };
  const path = (name: string): string => join(git.folder, name);
  const keygen = (args: readonly string[]): void => {
    const { status, stderr } = spawnSync('ssh-keygen', args);
    if (status !== 0) throw new Error(stderr.toString());
  };
  const lineOf = (name: string): string => readFileSync(path(`${name}.pub`), 'utf8').trim();

  beforeAll(async () => {
    git.read(['init', '-q', '--bare', '-b', 'main', 'r.git']);
    repository = await Repository.open(path('r.git'));
    repository.add('a', 'content');
    repository.commit('A commit', { author });
    repository.tag('v1', { message: 'A tag', tagger: author });
    await repository.flush();
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });
  const gitIn = (args: readonly string[], env: Readonly<Record<string, string>> = {}): ReturnType<RealGit['run']> =>
    git.run(['-C', 'r.git', '-c', 'gpg.ssh.allowedSignersFile=' + path('allowed'), ...args], '', env);

  const sshIt = hasPrograms ? it : it.skip;
  const signsBothWays = async (signer: Signer, env: Readonly<Record<string, string>> = {}): Promise<void> => {
    await repository.refresh();
    await repository.signTip(signer, 'main');
    await repository.signTag('v1', signer);
    await repository.flush();
    const commit = gitIn(['verify-commit', '-v', 'main'], env);
    expect(commit.stderr).toMatch(/Good/);
    expect(commit.status).toBe(0);
    expect(gitIn(['verify-tag', 'v1'], env).status).toBe(0);
  };

  sshIt('made natively by an Ed25519 key are good for git', async () => {
    keygen(['-q', '-t', 'ed25519', '-N', '', '-f', path('native')]);
    writeFileSync(path('allowed'), `a@example.com namespaces="git" ${lineOf('native')}\n`);
    await signsBothWays(new SshKeySigner(readFileSync(path('native'), 'utf8')));
    const verifier = new SshVerifier(readFileSync(path('allowed'), 'utf8'));
    expect(await repository.verifySignature('main', verifier)).toMatchObject({ state: 'good', signer: 'a@example.com', trust: 'fully' });
    expect((await repository.verifySignature('v1', verifier)).state).toBe('good');
  });

  sshIt('made by ssh-keygen are good for git', async () => {
    keygen(['-q', '-t', 'ed25519', '-N', '', '-f', path('program')]);
    writeFileSync(path('allowed'), `a@example.com ${lineOf('program')}\n`);
    const program = new SshKeygenProgram({ keyFile: path('program'), allowedSignersFile: path('allowed') });
    await signsBothWays(program);
    expect(await repository.verifySignature('main', program)).toMatchObject({ state: 'good', signer: 'a@example.com' });
    writeFileSync(path('allowed'), '');
    expect((await repository.verifySignature('main', program)).state).toBe('unknown');
  });

  (hasPrograms ? describe : describe.skip).each(KINDS)('made by git with a key of %s %j', (kind, args) => {
    it('are checked natively', async () => {
      const name = `${kind}${args.join('')}`;
      keygen(['-q', '-t', kind, ...args, '-N', '', '-f', path(name)]);
      writeFileSync(path('allowed'), `a@example.com ${lineOf(name)}\n`);
      const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${path(name)}`];
      const made = gitIn([...signing, 'commit-tree', '-S', '-m', 'signed by git', 'main^{tree}']);
      expect(made.stderr).toBe('');
      git.read(['-C', 'r.git', 'update-ref', `refs/heads/${name}`, made.stdout.toString().trim()]);
      await repository.refresh();
      const check = (allowed: string): ReturnType<Repository['verifySignature']> => repository.verifySignature(name, new SshVerifier(allowed));
      const line = lineOf(name);
      expect(await check(`*@example.com ${line}`)).toMatchObject({ state: 'good', format: 'ssh' });
      expect((await check(`a valid-before="20200101" ${line}`)).state).toBe('expired');
      expect((await check(`a valid-after="20200101",valid-before="20300101Z" ${line}`)).state).toBe('good');
      expect((await check(`a namespaces="file" ${line}`)).state).toBe('unknown');
      expect((await check(`a cert-authority ${line}`)).output).toContain('authority');
      expect((await check('')).state).toBe('unknown');
      const { body } = repository.snapshot.objects.find(repository.resolve(name))!;
      const changed = Buffer.from(Buffer.from(body).toString('latin1').replace('signed by git', 'sIgned by git'), 'latin1');
      const bad = repository.writeObject('commit', changed);
      expect((await repository.verifySignature(bad, new SshVerifier(`a ${line}`))).state).toBe('bad');
    });
  });

  (hasGpg ? it : it.skip)('made by gpg are good both ways', async () => {
    const home = path('gnupg');
    mkdirSync(home);
    chmodSync(home, 0o700);
    const env = { PATH: process.env['PATH'] ?? '', GNUPGHOME: home, LC_ALL: 'C' };
    const made = spawnSync('gpg', ['--batch', '--passphrase', '', '--quick-gen-key', 'A <a@example.com>', 'ed25519', 'sign', 'never'], { env });
    expect(made.status).toBe(0);
    const program = new GpgProgram({ key: 'a@example.com', env });
    try {
      await signsBothWays(program, { GNUPGHOME: home });
      expect(await repository.verifySignature('main', program)).toMatchObject({ state: 'good', trust: 'ultimate', signer: 'A <a@example.com>' });
      expect((await repository.verifySignature('v1', program)).state).toBe('good');
      const missing = new GpgProgram({ env: { ...env, GNUPGHOME: git.folder } });
      expect((await repository.verifySignature('main', missing)).state).toBe('missing-key');
    } finally {
      spawnSync('gpgconf', ['--kill', 'gpg-agent'], { env });
    }
  });

  it('that are not there are none', async () => {
    repository.add('b', 'more');
    const { id } = repository.commit('Unsigned', { author });
    expect((await repository.verifySignature(id, new SshVerifier(''))).state).toBe('none');
  });
});
