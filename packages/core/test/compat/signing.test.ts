import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configuredSigner } from '../../src/repository/configured-signer.js';
import { GpgProgram, SshKeygenProgram } from '../../src/repository/sign-program.js';
import { SshKeySigner, SshVerifier } from '../../src/repository/sign-ssh.js';
import { sshSignedBytes, sshStrings } from '../../src/repository/sign-ssh-format.js';
import type { ImmediateSigner, Signer } from '../../src/repository/sign.js';
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

  const CIPHERS = ['aes256-ctr', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-cbc', 'chacha20-poly1305@openssh.com'];
  (hasPrograms ? it : it.skip).each(CIPHERS)('made natively by a key that is encrypted with %s are good for git', async (cipher) => {
    keygen(['-q', '-t', 'ed25519', '-N', 'a pass phräse', '-Z', cipher, '-a', '3', '-f', path(`locked-${cipher}`)]);
    const text = readFileSync(path(`locked-${cipher}`), 'utf8');
    expect(() => new SshKeySigner(text)).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => new SshKeySigner(text, 'wrong')).toThrow(expect.objectContaining({ code: 'signature-failed' }));
    writeFileSync(path('allowed'), `a@example.com ${lineOf(`locked-${cipher}`)}\n`);
    await signsBothWays(new SshKeySigner(text, 'a pass phräse'));
  });

  (hasPrograms ? it : it.skip).each(['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'])('of hardware keys are checked as ssh-keygen does: %s', async (kind) => {
    const isCurve = kind.includes('ecdsa');
    const pair = isCurve ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    const jwk = pair.publicKey.export({ format: 'jwk' });
    const number = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');
    const point = isCurve ? sshStrings('nistp256', Buffer.concat([Uint8Array.of(4), number(jwk.x), number(jwk.y)])) : sshStrings(number(jwk.x));
    const publicKey = Buffer.concat([sshStrings(kind), point, sshStrings('ssh:')]);
    const hash = (name: string, bytes: Uint8Array): Buffer => createHash(name).update(bytes).digest();
    const payload = Buffer.from('a payload');
    const hardware = Uint8Array.of(1, 0, 0, 0, 9);
    const message = Buffer.concat([hash('sha256', Buffer.from('ssh:')), hardware, hash('sha256', sshSignedBytes('git', 'sha512', hash('sha512', payload)))]);
    const positive = (bytes: Buffer): Uint8Array => (bytes[0]! < 0x80 ? bytes : Buffer.concat([Uint8Array.of(0), bytes]));
    const raw = isCurve ? sign('sha256', message, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }) : sign(null, message, pair.privateKey);
    const bytes = isCurve ? sshStrings(positive(raw.subarray(0, 32)), positive(raw.subarray(32))) : raw;
    const blob = Buffer.concat([Buffer.from('SSHSIG'), Uint8Array.of(0, 0, 0, 1),
      sshStrings(publicKey, 'git', '', 'sha512', Buffer.concat([sshStrings(kind, bytes), hardware]))]);
    const signature = Buffer.from(`-----BEGIN SSH SIGNATURE-----\n${blob.toString('base64').match(/.{1,70}/g)!.join('\n')}\n-----END SSH SIGNATURE-----\n`);
    const allowed = `a@example.com ${kind} ${publicKey.toString('base64')}\n`;
    writeFileSync(path('allowed'), allowed);
    writeFileSync(path('hardware.sig'), signature);
    const theirs = spawnSync('ssh-keygen', ['-Y', 'verify', '-n', 'git', '-I', 'a@example.com', '-f', path('allowed'), '-s', path('hardware.sig')], { input: payload });
    expect(theirs.stderr.toString()).toBe('');
    expect(theirs.status).toBe(0);
    const verifier = new SshVerifier(allowed);
    expect((await verifier.verify({ signature, payload }, { timeSeconds: 1_700_000_000 })).state).toBe('good');
    expect((await verifier.verify({ signature, payload: Buffer.from('another') }, { timeSeconds: 1_700_000_000 })).state).toBe('bad');
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
      const { id } = repository.commit('Signed at once', { author, allowEmpty: true, signer: program });
      await repository.flush();
      expect(gitIn(['verify-commit', id], { GNUPGHOME: home }).status).toBe(0);
      expect(await repository.verifySignature('main', program)).toMatchObject({ state: 'good', trust: 'ultimate', signer: 'A <a@example.com>' });
      expect((await repository.verifySignature('v1', program)).state).toBe('good');
      const missing = new GpgProgram({ env: { ...env, GNUPGHOME: git.folder } });
      expect((await repository.verifySignature('main', missing)).state).toBe('missing-key');
    } finally {
      spawnSync('gpgconf', ['--kill', 'gpg-agent'], { env });
    }
  });

  sshIt('are made of everything that the configuration asks for', async () => {
    keygen(['-q', '-t', 'ed25519', '-N', '', '-f', path('configured')]);
    writeFileSync(path('allowed'), `a@example.com ${lineOf('configured')}\n`);
    const plain = await Repository.open(path('r.git'));
    for (const [name, value] of [['gpg.format', 'ssh'], ['user.signingKey', path('configured')], ['commit.gpgSign', 'true'], ['tag.gpgSign', 'true']] as const) {
      plain.setConfig(name, value);
    }
    await plain.flush();
    // Without a signer the configuration alone signs nothing.
    plain.reality().commit('x', { author, allowEmpty: true });
    const signer = configuredSigner(plain.snapshot.config);
    await plain.close();
    const signing = await Repository.open(path('r.git'), { signer });
    const who = { author, committer: author };
    const start = signing.commitAt('main').id;
    const file = (name: string): string => {
      signing.add(name, name);
      return signing.commit(`Add ${name}`, who).id;
    };
    signing.setHead('main');
    const made = [file('one'), signing.amend({ committer: author, message: 'Add one again' }).id];
    signing.branch('side', start);
    signing.setHead('side');
    made.push(file('two'));
    signing.setHead('main');
    const merged = signing.merge('side', who);
    if (merged.kind !== 'merged') throw new Error(merged.kind);
    made.push(merged.commit.id);
    signing.setHead('side');
    signing.cherryPick(['main^1'], who);
    made.push(signing.commitAt().id);
    signing.rebase('main', { committer: author, force: true });
    made.push(signing.commitAt().id);
    signing.applyMail('From: D <d@e>\nSubject: [PATCH] mail\n\n---\ndiff --git a/m b/m\nnew file mode 100644\n--- /dev/null\n+++ b/m\n@@ -0,0 +1 @@\n+m\n', { committer: author });
    made.push(signing.commitAt().id);
    signing.tag('signed', { message: 'signed', tagger: author });
    const bare = [signing.commit('Not signed', { ...who, allowEmpty: true, signer: false }).id];
    signing.tag('unsigned', { message: 'not', tagger: author, signer: false });
    const reality = signing.reality();
    made.push(reality.commit('In a reality', { ...who, allowEmpty: true }).id);
    reality.publish();
    await signing.close();
    for (const id of made) expect([id, gitIn(['verify-commit', id]).status]).toEqual([id, 0]);
    for (const id of bare) expect(gitIn(['verify-commit', id]).status).not.toBe(0);
    expect(gitIn(['verify-tag', 'signed']).status).toBe(0);
    expect(gitIn(['verify-tag', 'unsigned']).status).not.toBe(0);
    await repository.refresh();
    for (const name of ['gpg.format', 'commit.gpgSign', 'tag.gpgSign', 'user.signingKey']) gitIn(['config', '--unset', name]);
    await repository.refresh();
  });

  sshIt('of a signer that has to wait are the same as of one that has not', async () => {
    keygen(['-q', '-t', 'ed25519', '-N', '', '-f', path('waiting')]);
    const key = new SshKeySigner(readFileSync(path('waiting'), 'utf8'));
    const history = (): Repository => {
      const made = Repository.init({ clock: () => 1_700_000_000_000 });
      const add = (name: string): void => {
        made.add(name, name);
        made.commit(name, { author });
      };
      add('base');
      made.branch('topic');
      add('main');
      made.setHead('topic');
      for (let i = 0; i < 5; i++) add(`topic${i}`);
      return made;
    };
    const work = (on: Pick<Repository, 'rebase'>, signer: ImmediateSigner): unknown => on.rebase('main', { committer: author, signer });
    const immediate = history();
    work(immediate, key);
    const waiting = history();
    let asked = 0;
    let runs = 0;
    await waiting.transactSigned({ sign: async (payload) => ((asked++, key.sign(payload))) }, (tx, signer) => {
      runs++;
      return work(tx, signer);
    });
    expect(waiting.commitAt('topic').id).toBe(immediate.commitAt('topic').id);
    expect([asked, runs]).toEqual([5, 6]);
    const failing = waiting.transactSigned({ sign: () => Promise.reject(new Error('no card')) }, (tx, signer) => tx.commit('x', { author, allowEmpty: true, signer }));
    await expect(failing).rejects.toThrow('no card');
    expect(waiting.commitAt('topic').id).toBe(immediate.commitAt('topic').id);
  });

  it('are refused where the configuration is of no use', () => {
    const configured = (entries: readonly (readonly [string, string])[]): unknown => {
      const made = Repository.init();
      for (const [name, value] of entries) made.setConfig(name, value);
      return configuredSigner(made.snapshot.config);
    };
    expect(() => configured([['gpg.format', 'none']])).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    expect(() => configured([['gpg.format', 'ssh']])).toThrow(expect.objectContaining({ code: 'signature-failed' }));
    const program = configured([['gpg.program', '/no/such/program'], ['user.signingKey', 'x']]) as ImmediateSigner;
    expect(() => program.signNow(new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'signature-failed' }));
  });

  it('that are not there are none', async () => {
    repository.add('b', 'more');
    const { id } = repository.commit('Unsigned', { author });
    expect((await repository.verifySignature(id, new SshVerifier(''))).state).toBe('none');
  });
});
