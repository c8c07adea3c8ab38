import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { formatShortlog } from '../../src/history/shortlog.js';
import type { ShortlogQuery } from '../../src/repository/naming.js';
import { Repository } from '../../src/repository/repository.js';
import { describeWithGit, RealGit } from './real-git.js';

const MAILMAP = 'Proper One <one@proper> Odd <odd@x>\n<two@proper> <two@x>\n# comment\nThree Renamed <three@x>\nBroken line\n';
const PEOPLE = ['Odd <odd@x>', 'Two <two@x>', 'three <THREE@x>', 'Zoë <zoe@x>', 'Other <odd@x>'];
const MESSAGES = [
  'Plain subject', '[PATCH v2 1/3] With a mark', 'Two lines\nof subject\n\nAnd a body that goes on', '  Indented', '[PATCH no end',
  'A very long subject that has to be broken into several lines because it does not fit into one of them at all\n\nReviewed-by: Odd <odd@x>\nSigned-off-by: Two <two@x>',
  'With trailers\n\nReviewed-by: Two <two@x>\nReviewed-by: Two <two@x>\nreviewed-by: nobody',
];
const CASES: readonly (readonly [flags: readonly string[], query: ShortlogQuery])[] = [
  [[], {}], [['-n'], { byCount: true }], [['-s', '-n', '-e'], { summary: true, byCount: true, email: true }], [['-e'], { email: true }],
  [['-c'], { groups: ['committer'] }], [['--group=format:%as'], { groups: [{ format: '%as' }] }],
  [['-s', '--group=%aN (%cd)', '--group=author'], { summary: true, groups: [{ format: '%aN (%cd)' }, 'author'] }], [['--group=trailer:reviewed-by'], { groups: [{ trailer: 'reviewed-by' }] }],
  [['-s', '--group=author', '--group=committer', '--group=trailer:Signed-off-by'], { summary: true, groups: ['author', 'committer', { trailer: 'signed-off-by' }] }],
];

describeWithGit('git shortlog', () => {
  const git = new RealGit();
  let repository: Repository;

  beforeAll(async () => {
    const parts: string[] = [];
    for (let i = 0; i < 40; i++) {
      const message = MESSAGES[(i * 3) % MESSAGES.length]!;
      parts.push(`commit refs/heads/main\nauthor ${PEOPLE[i % PEOPLE.length]!} ${1_700_000_000 + i} +0000\n` +
        `committer ${PEOPLE[(i * 2) % PEOPLE.length]!} ${1_700_000_000 + i} +0000\ndata ${Buffer.byteLength(message)}\n${message}\n` +
        (i === 39 ? `M 100644 inline .mailmap\ndata ${MAILMAP.length}\n${MAILMAP}\n` : ''));
    }
    git.read(['init', '-q', '--bare', '-b', 'main', 'r.git']);
    git.read(['-C', 'r.git', 'fast-import', '--quiet'], parts.join(''));
    repository = await Repository.open(join(git.folder, 'r.git'));
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  it.each(CASES)('puts the same commits together with %j', (flags, query) => {
    const theirs = git.read(['-C', 'r.git', 'shortlog', ...flags, 'HEAD']).toString();
    expect(formatShortlog(repository.shortlog(query), { summary: query.summary })).toBe(theirs);
  });

  it('breaks lines at the same places', () => {
    for (const [width, firstIndent, indent] of [[76, 6, 9], [30, 2, 4], [0, 3, 1]] as const) {
      const theirs = git.read(['-C', 'r.git', 'shortlog', `-w${width},${firstIndent},${indent}`, 'HEAD']).toString();
      expect(formatShortlog(repository.shortlog(), { wrap: { width, firstIndent, indent } })).toBe(theirs);
    }
  });
});
