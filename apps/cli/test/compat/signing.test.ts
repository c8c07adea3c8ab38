import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Twins } from './remote-lab.js';

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;
if (!hasKeygen) console.warn('No ssh-keygen on PATH: signing on the command line is not tested.');

(hasKeygen ? describe : describe.skip)('signing on the command line', () => {
  let twins: Twins;

  beforeEach(() => {
    twins = new Twins();
    const key = join(twins.folder, 'key');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'dev', '-f', key]);
    const { stdout } = spawnSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' });
    writeFileSync(join(twins.folder, 'signers'), `committer@example.com ${stdout}`);
    twins.prepare([
      ['init', '-q', '-b', 'main', 'work'],
      ...Object.entries({ 'gpg.format': 'ssh', 'user.signingKey': key, 'gpg.ssh.allowedSignersFile': join(twins.folder, 'signers') })
        .map(([name, value]) => ['-C', 'work', 'config', name, value]),
      ['-C', 'work', 'commit', '-q', '--allow-empty', '-m', 'start'],
    ]);
  });

  afterEach(() => {
    twins.remove();
  });

  /** Whether real git takes what govc made for signed, and what both made is the same. */
  function check(args: readonly string[], isSigned: boolean): void {
    const { git, govc } = twins.look(args, 'work');
    expect({ args, text: govc }).toEqual({ args, text: git });
    expect(/^1 /.test(govc)).toBe(!isSigned);
  }

  it('makes the commits and tags that git makes, and git verifies them', async () => {
    const lines: readonly (readonly [readonly string[], readonly string[], boolean])[] = [
      [['commit', '-q', '--allow-empty', '-S', '-m', 'signed'], ['verify-commit', 'HEAD'], true],
      [['commit', '-q', '--allow-empty', '-m', 'plain'], ['verify-commit', 'HEAD'], false],
      [['-c', 'commit.gpgSign=true', 'commit', '-q', '--allow-empty', '-m', 'configured'], ['verify-commit', 'HEAD'], true],
      [['-c', 'commit.gpgSign=true', 'commit', '-q', '--allow-empty', '--no-gpg-sign', '-m', 'not'], ['verify-commit', 'HEAD'], false],
      [['tag', '-s', '-m', 'a tag', 'v1'], ['verify-tag', 'v1'], true],
      [['tag', '-a', '-m', 'a tag', 'v2'], ['verify-tag', 'v2'], false],
    ];
    for (const [command, question, isSigned] of lines) {
      const { git, govc } = await twins.both(command, 'work');
      expect({ command, ...govc }).toEqual({ command, ...git });
      check(question, isSigned);
    }
    check(['for-each-ref'], true);
  });

  it('makes nothing where there is no key', async () => {
    twins.prepare([['-C', 'work', 'config', 'user.signingKey', '/nowhere/key']]);
    const { git, govc } = await twins.both(['commit', '--allow-empty', '-S', '-m', 'x'], 'work');
    expect([govc.code, govc.stdout]).toEqual([git.code, git.stdout]);
    check(['for-each-ref'], true);
  });
});
