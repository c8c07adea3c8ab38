import { afterAll, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import { describeWithGit, RealGit } from './real-git.js';

describeWithGit('dates without a zone', () => {
  const git = new RealGit();
  afterAll(() => git.remove());

  it.each([['JST-9', 540], ['XXX3:30', -210], ['UTC0', 0]])('are read in the zone of the repository: %s', async (name, minutes) => {
    const folder = `r${minutes}`;
    git.read(['init', '-q', folder]);
    for (let hour = 0; hour < 30; hour++) {
      const date = `${1_700_000_000 + hour * 3600} +0000`;
      git.read(['-C', folder, 'commit', '-q', '--allow-empty', '-m', String(hour)], '', { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date });
    }
    const now = 1_700_000_000 + 40 * 3600;
    const env = { TZ: name, GIT_TEST_DATE_NOW: String(now) };
    const repository = await Repository.open(`${git.folder}/${folder}`, { clock: () => now * 1000, zone: () => minutes });
    for (const since of ['2023-11-15 07:00:00', 'yesterday', 'noon yesterday', '2023-11-15T12:00:00+0000']) {
      const theirs = git.read(['-C', folder, 'rev-list', `--since=${since}`, 'HEAD'], '', env).toString().trim();
      expect([...repository.revList({ since })].map(({ id }) => id).join('\n')).toBe(theirs);
    }
    for (const revision of ['HEAD@{2023-11-15 07:15:00}', 'HEAD@{noon yesterday}']) {
      expect(repository.resolve(revision)).toBe(git.read(['-C', folder, 'rev-parse', revision], '', env).toString().trim());
    }
    await repository.close();
  });
});
