import { spawnSync } from 'node:child_process';
import { Repository, type RevListEntry, type RevListQuery } from '@govc/core';
import { revListCases, type RevListCase } from './rev-list-cases.js';

/**
 * Walks through real histories, line for line against `git rev-list`, and merge bases of random pairs:
 *
 *     node tools/oracle/dist/rev-list.js REPOSITORY.git ... [--pairs=1000] [--only=TEXT] [--slice=1/4]
 *
 * A slice is every fourth walk and a quarter of the pairs, others than those of the next slice.
 */
async function main(args: readonly string[]): Promise<number> {
  const folders = args.filter((arg) => !arg.startsWith('--'));
  const pairs = Number(args.find((arg) => arg.startsWith('--pairs='))?.slice(8) ?? 1000);
  const only = args.find((arg) => arg.startsWith('--only='))?.slice(7);
  const [slice = 1, slices = 1] = args.find((arg) => arg.startsWith('--slice='))?.slice(8).split('/').map(Number) ?? [];
  const isChosen = (index: number): boolean => index % slices === slice - 1;
  let different = 0;
  for (const folder of folders) {
    const repository = await Repository.open(folder);
    different += compareWalks(repository, folder, { only, isChosen });
    if (only === undefined) different += compareBases(repository, folder, { pairs, isChosen });
    await repository.close();
  }
  return different;
}

function git(folder: string, args: readonly string[]): string {
  const { stdout, status, stderr } = spawnSync('git', ['-C', folder, ...args], {
    maxBuffer: 1 << 29,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: '/nonexistent' },
  });
  if (status !== 0 && stderr.length > 0) throw new Error(`git ${args.join(' ')}: ${stderr.toString()}`);
  return stdout.toString();
}

interface Choice {
  readonly isChosen: (index: number) => boolean;
}

function compareWalks(repository: Repository, folder: string, { only, isChosen }: Choice & { readonly only: string | undefined }): number {
  const all = git(folder, ['rev-list', 'HEAD']).split('\n').slice(0, -1);
  const commits = Array.from({ length: 16 }, (_, i) => all[Math.floor((all.length * i * i) / 300)]!);
  const files = git(folder, ['ls-tree', '-r', '--name-only', 'HEAD']).split('\n').slice(0, -1);
  const file = (part: number): string => files[Math.floor(files.length * part)]!;
  const folders = git(folder, ['ls-tree', '-d', '--name-only', 'HEAD']).split('\n').slice(0, -1);
  const paths = [file(0.3), folders[0] ?? file(0.4), file(0.9), folders.at(-1) ?? file(0.5), '*.h', file(0.99), ':(icase)README*'];
  const cases = revListCases({ commits, paths })
    .filter(({ args }, index) => isChosen(index) && (only === undefined || args.join(' ').includes(only)));
  let different = 0;
  let theirMs = 0;
  let ourMs = 0;
  for (const each of cases) {
    const start = performance.now();
    const theirs = git(folder, ['rev-list', ...each.args]);
    const middle = performance.now();
    const ours = linesOf(repository.revList(each.query), each);
    const end = performance.now();
    theirMs += middle - start;
    ourMs += end - middle;
    if (only !== undefined) console.log(`  ${each.args.join(' ')}: ${(middle - start).toFixed(0)} ms, ${(end - middle).toFixed(0)} ms`);
    if (ours === theirs) continue;
    different++;
    report(each, ours, theirs);
  }
  console.log(`${folder}: ${cases.length} walks, ${different} different; git ${theirMs.toFixed(0)} ms, govc ${ourMs.toFixed(0)} ms`);
  return different;
}

function report({ args }: RevListCase, ours: string, theirs: string): void {
  const [left, right] = [ours.split('\n'), theirs.split('\n')];
  const at = left.findIndex((line, index) => line !== right[index]);
  console.log(`  different: ${args.join(' ')}: ${left.length - 1} lines, git ${right.length - 1}; line ${at}: ${String(left[at])}, git ${String(right[at])}`);
}

/** The lines that `git rev-list` prints with the same options. */
function linesOf(entries: Iterable<RevListEntry>, { args, query }: { readonly args: readonly string[]; readonly query: RevListQuery }): string {
  const lines: string[] = [];
  const marksSides = args.includes('--left-right');
  for (const { id, side, isBoundary, isSame, parents, children } of entries) {
    const mark = isBoundary ? '-' : isSame ? '=' : marksSides ? (side === 'left' ? '<' : '>') : query.cherry === 'mark' ? '+' : '';
    const others = query.parents === true ? parents : query.children === true ? (children ?? []) : [];
    lines.push([`${mark}${id}`, ...others].join(' '), '\n');
  }
  return lines.join('');
}

function compareBases(repository: Repository, folder: string, { pairs, isChosen }: Choice & { readonly pairs: number }): number {
  const commits = git(folder, ['rev-list', '--all']).split('\n').slice(0, -1);
  let state = 12345;
  const random = (): string => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return commits[Math.floor((state / 2 ** 32) * commits.length)]!;
  };
  let different = 0;
  let theirMs = 0;
  let ourMs = 0;
  let asked = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const [one, two] = [random(), random()];
    if (!isChosen(pair)) continue;
    asked++;
    const start = performance.now();
    const theirs = git(folder, ['merge-base', '--all', one, two]);
    const middle = performance.now();
    const ours = repository.mergeBase([one, two]).map((id) => `${id}\n`).join('');
    ourMs += performance.now() - middle;
    theirMs += middle - start;
    if (ours === theirs) continue;
    different++;
    console.log(`  different: merge-base --all ${one} ${two}`);
  }
  console.log(`${folder}: ${asked} pairs, ${different} different; git ${theirMs.toFixed(0)} ms, govc ${ourMs.toFixed(0)} ms`);
  return different;
}

process.exitCode = (await main(process.argv.slice(2))) === 0 ? 0 : 1;
