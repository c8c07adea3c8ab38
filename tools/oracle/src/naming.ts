import { spawnSync } from 'node:child_process';
import { Repository, type DescribeOptions, type NameRevOptions, type ShortlogQuery } from '@govc/core';
import { formatShortlog } from '@govc/core/plumbing';
import { sampleCommits } from './sample-commits.js';

/**
 * Names of commits and lists of people in real histories, against git describe, git name-rev and git shortlog:
 *
 *     node tools/oracle/dist/naming.js REPOSITORY.git ... [--count=500]
 */
async function main(args: readonly string[]): Promise<number> {
  const folders = args.filter((arg) => !arg.startsWith('--'));
  const count = Number(args.find((arg) => arg.startsWith('--count='))?.slice(8) ?? 500);
  let different = 0;
  for (const folder of folders) {
    const repository = await Repository.open(folder);
    const ids = sampleCommits(repository, { count, seed: 11 }).map(({ id }) => id);
    different += compareDescribe(repository, folder, ids) + compareNameRev(repository, folder, ids) + compareShortlog(repository, folder);
    await repository.close();
  }
  return different;
}

const DESCRIBE_CASES: readonly (readonly [flags: readonly string[], options: DescribeOptions])[] = [
  [[], {}],
  [['--tags'], { tags: true }],
  [['--all'], { all: true }],
  [['--long', '--abbrev=12'], { long: true, abbrev: 12 }],
  [['--abbrev=0'], { abbrev: 0 }],
  [['--first-parent'], { firstParent: true }],
  [['--candidates=1'], { candidates: 1 }],
  [['--candidates=27', '--tags'], { candidates: 27, tags: true }],
  [['--match=*.0', '--tags'], { match: ['*.0'], tags: true }],
  [['--exclude=*rc*', '--tags'], { exclude: ['*rc*'], tags: true }],
  [['--exact-match', '--tags'], { candidates: 0, tags: true }],
];

function compareDescribe(repository: Repository, folder: string, ids: readonly string[]): number {
  let different = 0;
  for (const [flags, options] of DESCRIBE_CASES) {
    const theirs = timed(() => (flags.includes('--exact-match')
      // Git gives up at the first that has no tag, so each is asked alone.
      ? ids.slice(0, 40).map((id) => tryGit(folder, ['describe', '--always', ...flags, id])).join('')
      : git(folder, ['describe', '--always', ...flags, ...ids])));
    const asked = flags.includes('--exact-match') ? ids.slice(0, 40) : ids;
    const ours = timed(() => {
      const describe = repository.describer({ ...options, always: !flags.includes('--exact-match') });
      return asked.map((id) => tryName(() => describe(id).text)).join('');
    });
    different += report(`${folder} describe ${flags.join(' ')}`, ours, theirs);
  }
  const some = ids.slice(0, 25);
  const theirs = timed(() => some.map((id) => tryGit(folder, ['describe', '--contains', id])).join(''));
  const ours = timed(() => some.map((id) => tryName(() => repository.describe(id, { contains: true }).text)).join(''));
  return different + report(`${folder} describe --contains`, ours, theirs);
}

const NAME_CASES: readonly (readonly [flags: readonly string[], options: NameRevOptions])[] = [
  [[], {}],
  [['--tags'], { tags: true }],
  [['--tags', '--name-only'], { tags: true, nameOnly: true }],
  [['--refs=*v1*'], { refs: ['*v1*'] }],
  [['--refs=v*', '--exclude=*rc*'], { refs: ['v*'], exclude: ['*rc*'] }],
];

function compareNameRev(repository: Repository, folder: string, ids: readonly string[]): number {
  let different = 0;
  for (const [flags, options] of NAME_CASES) {
    const theirs = timed(() => git(folder, ['name-rev', '--name-only', ...flags, ...ids]));
    // --name-only is given to see names alone; that it shortens tags is an option of its own.
    const isShort = flags.includes('--tags');
    const ours = timed(() => repository.nameRev(ids, { ...options, nameOnly: isShort }).map((name) => `${name ?? 'undefined'}\n`).join(''));
    different += report(`${folder} name-rev ${flags.join(' ')}`, ours, theirs);
  }
  return different;
}

const SHORTLOG_CASES: readonly (readonly [flags: readonly string[], query: ShortlogQuery])[] = [
  [['-s', '-n', '-e'], { summary: true, byCount: true, email: true }],
  [['-n'], { byCount: true }],
  [['-s', '-c'], { summary: true, groups: ['committer'] }],
  [['-s', '--group=trailer:reviewed-by', '--group=author'], { summary: true, groups: [{ trailer: 'Reviewed-by' }, 'author'] }],
  [['-w72,4,8', '-e'], { email: true }],
];

function compareShortlog(repository: Repository, folder: string): number {
  let different = 0;
  for (const [flags, query] of SHORTLOG_CASES) {
    const theirs = timed(() => git(folder, ['shortlog', ...flags, 'HEAD']));
    const wrap = flags.includes('-w72,4,8') ? { width: 72, firstIndent: 4, indent: 8 } : undefined;
    const ours = timed(() => formatShortlog(repository.shortlog(query), { summary: query.summary, wrap }));
    different += report(`${folder} shortlog ${flags.join(' ')}`, ours, theirs);
  }
  return different;
}

interface Timed {
  readonly text: string;
  readonly ms: number;
}

function timed(run: () => string): Timed {
  const start = performance.now();
  return { text: run(), ms: performance.now() - start };
}

function report(title: string, ours: Timed, theirs: Timed): number {
  const [left, right] = [ours.text.split('\n'), theirs.text.split('\n')];
  const wrong = right.flatMap((line, at) => (left[at] === line ? [] : [at]));
  const isSame = ours.text === theirs.text;
  console.log(`${title}: ${right.length - 1} lines, ${isSame ? 0 : Math.max(1, wrong.length)} different; git ${theirs.ms.toFixed(0)} ms, govc ${ours.ms.toFixed(0)} ms`);
  for (const at of wrong.slice(0, 3)) console.log(`  line ${at}: ${String(left[at])} instead of ${String(right[at])}`);
  return isSame ? 0 : Math.max(1, wrong.length);
}

function tryName(name: () => string): string {
  try {
    return `${name()}\n`;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'name-missing') return '-\n';
    throw error;
  }
}

function run(folder: string, args: readonly string[]): { readonly status: number | null; readonly text: string; readonly problem: string } {
  const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...args], {
    maxBuffer: 1 << 29,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: '/nonexistent' },
  });
  return { status, text: stdout.toString(), problem: stderr.toString() };
}

function git(folder: string, args: readonly string[]): string {
  const { status, text, problem } = run(folder, args);
  if (status !== 0) throw new Error(`git ${args.slice(0, 4).join(' ')}: ${problem}`);
  return text;
}

function tryGit(folder: string, args: readonly string[]): string {
  const { status, text } = run(folder, args);
  return status === 0 ? text : '-\n';
}

const different = await main(process.argv.slice(2));
console.log(different === 0 ? 'All the same.' : `${different} different.`);
process.exitCode = different === 0 ? 0 : 1;
