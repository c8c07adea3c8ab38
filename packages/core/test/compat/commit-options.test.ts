import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import type { ObjectId } from '../../src/hash/object-id.js';
import type { CommitOptions } from '../../src/repository/commit.js';
import { SshKeySigner } from '../../src/repository/sign-ssh.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit } from './real-git.js';
import { AUTHOR, COMMITTER, conflictingHistory, LogWatch, ReplayLab } from './replay-lab.js';

const WHO = { author: AUTHOR, committer: COMMITTER };
const hasKeygen = spawnSync('ssh-keygen', ['-Y', 'sign']).error === undefined;
if (!hasKeygen) console.warn('No ssh-keygen on PATH: signed replays are not compared.');

describeWithGit('commits with options', () => {
  const lab = new ReplayLab();
  lab.read(['fast-import', '--quiet', '--force'], conflictingHistory(new SeededRandom(91), { commits: 6, merges: true }));
  afterAll(() => lab.remove());

  it('have the messages of git', () => {
    const text = '\n  first  \n\n\nsecond\n# comment\n\n\n';
    const cases: readonly (readonly [string[], string, CommitOptions])[] = [
      [['--cleanup=strip', '-F', '-'], text, { cleanup: 'strip' }],
      [['--cleanup=whitespace', '-F', '-'], text, { cleanup: 'whitespace' }],
      [['--cleanup=verbatim', '-F', '-'], text, {}],
      [['-s', '-F', '-'], 'Title\n\nBody\n', { signoff: true }],
      [['-s', '--trailer', 'Acked-by: me', '-F', '-'], 'Title\n', { signoff: true, trailers: ['Acked-by: me'] }],
      [['--fixup=topic~1'], '', { squashInto: { kind: 'fixup', revision: 'topic~1' } }],
      [['--squash=topic', '-m', 'more'], 'more\n', { squashInto: { kind: 'squash', revision: 'topic' } }],
      [['--cleanup=strip', '-F', '-'], '# nothing\n', { cleanup: 'strip' }],
      [['--cleanup=strip', '--allow-empty-message', '-F', '-'], '# nothing\n', { cleanup: 'strip', allowEmptyMessage: true }],
    ];
    for (const [words, message, options] of cases) {
      lab.reset('topic');
      const repository = lab.load();
      repository.setHead('work');
      const logs = new LogWatch(lab, repository);
      const { status } = lab.run(['commit', '-q', '--allow-empty', ...words], message, { GIT_EDITOR: ':' });
      let isMade = true;
      try {
        repository.commit(message, { ...WHO, allowEmpty: true, ...options });
      } catch {
        isMade = false;
      }
      expect([words, isMade]).toEqual([words, status === 0]);
      expect([words, repository.head().id]).toEqual([words, lab.git('rev-parse', 'HEAD')]);
      expect([words, logs.ours]).toEqual([words, logs.theirs]);
    }
  });

  (hasKeygen ? it : it.skip)('are signed by all verbs as by git', () => {
    const path = join(lab.folder, '.git', 'key');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    lab.git('config', 'gpg.format', 'ssh');
    lab.git('config', 'user.signingKey', path);
    const signer = new SshKeySigner(readFileSync(path, 'utf8'));
    const picked = lab.git('rev-list', '--no-merges', '-1', 'topic');
    lab.reset('main');
    const repository = lab.load();
    repository.setHead('work');
    const same = (name: string): void => expect([name, repository.resolve(name)]).toEqual([name, lab.git('rev-parse', name)]);
    lab.git('commit', '-q', '--allow-empty', '-S', '-m', 'Signed');
    repository.commit('Signed', { ...WHO, allowEmpty: true, signer });
    same('HEAD');
    lab.git('commit', '-q', '--allow-empty', '--amend', '-S', '-m', 'Signed again');
    repository.amend({ message: 'Signed again\n', committer: COMMITTER, allowEmpty: true, signer });
    same('HEAD');
    lab.git('merge', '-q', '-S', '-s', 'ours', '-m', 'Signed merge', 'topic~3');
    repository.merge('topic~3', { ...WHO, signer, strategy: 'ours', message: 'Signed merge' });
    same('HEAD');
    lab.git('tag', '-s', '-m', 'Signed tag', 'v1');
    repository.tag('v1', { message: 'Signed tag', tagger: COMMITTER, signer });
    same('v1');
    lab.git('cherry-pick', '-S', '-Xtheirs', '--keep-redundant-commits', picked);
    repository.cherryPick([picked], { ...WHO, signer, strategyOptions: ['theirs'], allowEmpty: true, keepRedundant: true });
    same('HEAD');
    lab.reset('topic~4');
    repository.setRef('refs/heads/work' as never, lab.git('rev-parse', 'work') as ObjectId);
    lab.try(['rebase', '-q', '-S', '-Xtheirs', 'main']);
    repository.rebase('main', { committer: COMMITTER, signer, strategyOptions: ['theirs'] });
    same('HEAD');
  });
});
