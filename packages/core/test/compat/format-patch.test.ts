import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { abbreviateId } from '../../src/history/abbreviate-id.js';
import { formatMailbox, type FormatPatchOptions } from '../../src/history/format-patch.js';
import { findCherries } from '../../src/history/cherry.js';
import { Mailmap } from '../../src/history/mailmap.js';
import { patchIdOfCommit, patchIdsOfText } from '../../src/history/patch-id.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { runJob } from '../../src/job/job.js';
import { Repository } from '../../src/repository/repository.js';
import { CommitGraph } from '../../src/walk/commit-graph.js';
import { describeWithGit, RealGit } from './real-git.js';

const PEOPLE = [
  'A U Thor <a@example.com>', 'É. Lève <e@x.org>', 'Dr. A. B. <d@x>', 'Name (with) "quotes" <q@x>', 'A Very Long Name That Goes On And On Until It Has To Be Folded Somewhere In The Header Of The Mail <long.address@example.com>',
  'Ünïcödé Nàmé Thát Ïs Söö Löng Thät Ît Mûst Bé Sêvérâl Wörds <x@y.z>', 'x y <an.address.that.is.so.long.that.it.will.not.fit.behind.the.name.at.all@some.domain.example.com>',
];
const MESSAGES = [
  'Simple\n', 'A subject that is long enough to be folded because it has far more than seventy-eight columns in it\n\nBody.  \n\n\nMore\t\n', 'Two\nlines\n\nFrom here\n>From there\n',
  'Ünïcode: a long subject with several words that must be cut into encoded words, größer als üblich\n', '\n\nblank lines before\n\n\n\nbody\n', 'ascii subject\n\nbody with é\n', 'no line feed', '[brackets] =?odd?= text\n', 'tab\tin subject  \n',
];

describeWithGit('patches as mails compared with git', () => {
  const git = new RealGit();
  let repository: Repository;
  let commits: ObjectId[];
  beforeAll(async () => {
    git.read(['init', '-q']);
    git.read(['config', 'user.name', 'C O Mitter']);
    git.read(['fast-import', '--quiet'], stream());
    repository = await Repository.open(git.folder);
    commits = git.read(['rev-list', '--reverse', '--no-merges', 'base..main']).toString().trim().split('\n') as ObjectId[];
  });
  afterAll(async () => {
    await repository.close();
    git.remove();
  });

  function ours(options: FormatPatchOptions): string {
    const { snapshot } = repository;
    const abbreviate = (id: ObjectId): string => abbreviateId(snapshot.objects, id, 7);
    return Buffer.from(formatMailbox({
      source: { objects: snapshot.objects }, algorithm: snapshot.algorithm, commits,
      options: { signature: '2.39.5', format: { abbreviate }, ...options },
    })).toString('latin1');
  }

  it.each<[string[], FormatPatchOptions]>([
    [[], {}],
    [['-v3', '--subject-prefix=RFC'], { reroll: 3, subjectPrefix: 'RFC' }],
    [['-N'], { numbered: false }],
    [['--start-number=7', '--zero-commit'], { startNumber: 7, zeroCommit: true }],
    [['-k'], { keepSubject: true }],
    [['--no-stat', '--no-signature'], { noStat: true, signature: '' }],
    [['--from=S Ender <s@e>', '--to=l@x', '--cc=m@x'], { from: { name: 'S Ender', email: 's@e', timeSeconds: 0, timezone: '+0000' }, extraHeaders: ['To: l@x', 'Cc: m@x'] }],
    [['--from=A U Thor <a@example.com>', '--force-in-body-from'], { from: { name: 'A U Thor', email: 'a@example.com', timeSeconds: 0, timezone: '+0000' }, forceInBodyFrom: true }],
    [['--in-reply-to=<one@x>'], { inReplyTo: ['one@x'] }],
    [['--pretty=mboxrd'], { mboxrd: true }],
    [['--signature=multi\nline'], { signature: 'multi\nline' }],
    [['--always'], { always: true }],
    [['-s'], { signoff: { name: 'C O Mitter', email: 'committer@example.com' } }],
    [['-s', '-k'], { signoff: { name: 'C O Mitter', email: 'committer@example.com' }, keepSubject: true }],
    [['-M90%', '-U1', '--full-index'], { changes: { renameScore: 90 }, format: { hunks: { contextLines: 1 } } }],
  ])('%j', (args, options) => {
    expect(ours(options)).toBe(git.read(['format-patch', '--stdout', ...args, 'base..main']).toString('latin1'));
  });

  it('compares with the version before', () => {
    const before = repository.resolve('main~2');
    const list = (range: string): ObjectId[] =>
      git.read(['rev-list', '--reverse', '--no-merges', '--date-order', range]).toString().trim().split('\n').filter((id) => id !== '') as ObjectId[];
    const theirs = (args: string[]): string => git.read(['format-patch', '--stdout', ...args]).toString('latin1');
    const cover = { from: { name: 'C O Mitter', email: 'committer@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' }, origin: repository.resolve('base'), mailmap: Mailmap.empty };
    const rangeDiff = { old: list('base..main~2'), new: list('base..main') };
    expect(ours({ coverLetter: cover, reroll: 2, interdiff: before, rangeDiff }))
      .toBe(theirs(['--cover-letter', '-v2', `--interdiff=${before}`, '--range-diff=base..main~2', 'base..main']));
    const all = commits;
    commits = list('main~1..main');
    try {
      const single = { old: list('main~3..main~2'), new: commits };
      expect(ours({ interdiff: before })).toBe(theirs([`--interdiff=${before}`, 'main~1..main']));
      expect(ours({ interdiff: before, rangeDiff: single, noStat: true }))
        .toBe(theirs(['-p', `--interdiff=${before}`, '--range-diff=main~3..main~2', 'main~1..main']));
    } finally {
      commits = all;
    }
    expect(() => ours({ interdiff: before })).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('writes cover letters, threads and bases', () => {
    const cover = { from: { name: 'C O Mitter', email: 'committer@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' }, origin: repository.resolve('base'), mailmap: Mailmap.empty };
    for (const thread of ['shallow', 'deep'] as const) {
      const theirs = git.read(['format-patch', '--stdout', '--cover-letter', `--thread=${thread}`, `--base=${repository.resolve('base')}`, 'base..main']).toString('latin1');
      const ids = new Map(theirs.match(/^Message-Id: <(.*)>$/gm)?.map((line) => [line.slice(13).split('.')[0]!, line.slice(13, -1)]));
      const messageId = (commit: ObjectId | undefined): string => ids.get(commit ?? 'cover') ?? '';
      expect(ours({ thread, messageId, coverLetter: cover, base: { commit: repository.resolve('base') } })).toBe(theirs);
    }
  });

  it('gives the patch ids of texts and of commits', () => {
    const { snapshot } = repository;
    const { algorithm } = snapshot;
    for (const kind of ['stable', 'unstable', 'verbatim'] as const) {
      const text = git.read(['log', '-p', '--no-merges', '--binary', '--no-renames', '--no-indent-heuristic', 'main']);
      const theirs = git.read(['patch-id', `--${kind}`], text).toString();
      const list = patchIdsOfText(text, kind, algorithm);
      expect(list.map(({ patchId, commit }) => `${patchId} ${commit}\n`).join('')).toBe(theirs);
      // Git counts binary files of texts otherwise than those of commits.
      const binary = git.read(['log', '--format=%H', 'main', '--', 'bin']).toString();
      if (kind === 'stable') for (const { patchId, commit } of list.filter(({ commit }) => !binary.includes(commit))) expect(patchIdOfCommit({ objects: snapshot.objects }, commit, algorithm)).toBe(patchId);
    }
  });

  it('finds cherries', () => {
    const { snapshot } = repository;
    const found = runJob(findCherries({
      source: { objects: snapshot.objects }, graph: new CommitGraph(snapshot.algorithm), objects: snapshot.objects, shallow: new Set(),
      upstream: repository.resolve('picked'), head: repository.resolve('main'),
    }));
    const theirs = git.read(['cherry', 'picked', 'main']).toString();
    expect(theirs).toMatch(/^- /m);
    expect(found.map(({ id, isUpstream }) => `${isUpstream ? '-' : '+'} ${id}\n`).join('')).toBe(theirs);
  });
});

/** A history with names and messages that have to be folded and encoded. */
function stream(): string {
  let text = '';
  let time = 1_600_000_000;
  const commit = (branch: string, message: string, author: string, files: string, from = ''): void => {
    time += 1000;
    const data = Buffer.from(message);
    text += `commit refs/heads/${branch}\nauthor ${author} ${time} +0130\ncommitter C O Mitter <committer@example.com> ${time} -0500\ndata ${data.length}\n${message}\n${from}${files}\n`;
  };
  const file = (name: string, content: string, mode = '100644'): string => `M ${mode} inline ${name}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
  const lines = (seed: number): string => Array.from({ length: 30 }, (_, i) => `line ${i % 7 === seed % 7 ? `changed ${seed}` : i}\n`).join('');
  commit('base', 'Base\n', PEOPLE[0]!, file('a', lines(0)) + file('d/b', 'x\n') + file('bin', 'a\0b'));
  text += 'reset refs/heads/main\nfrom refs/heads/base\n\nreset refs/heads/picked\nfrom refs/heads/base\n\n';
  MESSAGES.forEach((message, i) => commit('main', message, PEOPLE[i % PEOPLE.length]!, file('a', lines(i + 1)) + (i === 2 ? 'R d/b d/c e\n' : '') + (i === 3 ? file('bin', 'other\0bytes') : '') + (i === 5 ? 'D bin\n' : '')));
  commit('main', 'Nothing\n', PEOPLE[1]!, '');
  commit('picked', 'Other\n', PEOPLE[0]!, file('z', 'z\n'));
  commit('picked', 'Picked\n', PEOPLE[0]!, file('a', lines(1)));
  return text;
}
