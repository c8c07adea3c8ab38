import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Repository } from '@govc/core';
import { CASES, type DiffCase, type DiffJob } from './diff-cases.js';
import { sampleCommits } from './sample-commits.js';

/**
 * Every format of a diff, ours against git's, byte for byte, for commits picked at random:
 *
 *     node tools/oracle/dist/diff-formats.js --repository PATH [--count N] [--seed S] [--only CASE,…] [--show K]
 *
 * One `git diff-tree --stdin` runs for each case. Prints `CASE: N equal, M different` for each and for all together, and
 * where the first K differences begin. Ends with 1 when there are any.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repository: { type: 'string' },
      count: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      show: { type: 'string', default: '1' },
    },
  });
  const path = values.repository;
  if (path === undefined) throw new Error('usage: diff-formats --repository PATH [--count N] [--seed S] [--only CASE,…] [--show K]');
  const repository = await Repository.open(path);
  const commits = sampleCommits(repository, { count: Number(values.count), seed: Number(values.seed) });
  let equal = 0;
  let different = 0;
  for (const diffCase of CASES) {
    if (values.only !== undefined && !values.only.split(',').includes(diffCase.name)) continue;
    const result = compare(path, repository, { diffCase, jobs: diffCase.select(commits), show: Number(values.show) });
    equal += result.equal;
    different += result.different;
  }
  console.log(`${equal} equal, ${different} different`);
  await repository.close();
  if (different > 0) process.exitCode = 1;
}

function compare(
  path: string, repository: Repository,
  { diffCase, jobs, show }: { readonly diffCase: DiffCase; readonly jobs: readonly DiffJob[]; readonly show: number },
): { readonly equal: number; readonly different: number } {
  const { name, args, format } = diffCase;
  const chunks = runGit(path, args, jobs);
  let equal = 0;
  let shown = 0;
  const before = process.cpuUsage();
  jobs.forEach((job, index) => {
    const theirs = chunks[index]!;
    const ours = attempt(() => Buffer.from(format(repository, job)));
    if (typeof ours !== 'string' && theirs.equals(ours)) {
      equal++;
      return;
    }
    if (shown++ < show) console.log(`--- ${name} ${args.join(' ')} ${job.input}\n${firstDifference(theirs, ours)}`);
  });
  const used = process.cpuUsage(before);
  const time = Math.round((used.user + used.system) / 1000);
  console.log(`${name}: ${equal} equal, ${jobs.length - equal} different (${time} ms)`);
  return { equal, different: jobs.length - equal };
}

function attempt(action: () => Buffer): Buffer | string {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** What git shows for each job: behind the line that names the job, up to the line that names the next. */
function runGit(path: string, args: readonly string[], jobs: readonly DiffJob[]): Buffer[] {
  const input = jobs.map((job) => `${job.input}\n`).join('');
  const { status, stdout, stderr } = spawnSync('git', ['--git-dir', path, 'diff-tree', '--stdin', ...args], {
    input,
    maxBuffer: 2 ** 31 - 1,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_ATTR_NOSYSTEM: '1' },
  });
  if (status !== 0) throw new Error(`git diff-tree ${args.join(' ')} ended with ${String(status)}: ${stderr.toString()}`);
  // git ends the line that names a job with NUL under -z.
  const terminator = args.includes('-z') ? '\0' : '\n';
  const starts: { readonly header: number; readonly body: number }[] = [];
  let at = 0;
  for (const { input: name, isSilentWhenEmpty } of jobs) {
    const header = Buffer.from(name + (isSilentWhenEmpty ? terminator : '\n'));
    const found = findAtLineStart(stdout, header, at);
    if (found < 0 && !isSilentWhenEmpty) throw new Error(`git diff-tree ${args.join(' ')} does not show ${name}`);
    starts.push(found < 0 ? { header: at, body: at } : { header: found, body: found + header.length });
    at = found < 0 ? at : found + header.length;
  }
  return starts.map(({ body }, index) => stdout.subarray(body, nextHeader(starts, index) ?? stdout.length));
}

function nextHeader(starts: readonly { readonly header: number; readonly body: number }[], index: number): number | undefined {
  const { header, body } = starts[index]!;
  // A job that git passed over stands where the one before it begins, and shows nothing.
  if (header === body) return body;
  return starts.slice(index + 1).find((start) => start.header !== start.body)?.header;
}

/** Where a header stands behind an LF or NUL. */
function findAtLineStart(output: Buffer, header: Buffer, from: number): number {
  for (let at = output.indexOf(header, from); at >= 0; at = output.indexOf(header, at + 1)) {
    const before = output[at - 1];
    if (at === 0 || before === 0x0a || before === 0) return at;
  }
  return -1;
}

function firstDifference(theirs: Buffer, ours: Buffer | string): string {
  if (typeof ours === 'string') return `  govc threw: ${ours}`;
  const left = theirs.toString('latin1').split('\n');
  const right = ours.toString('latin1').split('\n');
  const line = left.findIndex((text, index) => text !== right[index]);
  const from = Math.max(0, line - 3);
  const excerpt = (lines: readonly string[]): string => lines.slice(from, line + 3).map((text) => `    ${text.slice(0, 200)}`).join('\n');
  if (line < 0) return `  govc goes on behind line ${left.length}:\n${right.slice(left.length - 1, left.length + 5).join('\n')}`;
  return `  git, line ${line + 1} of ${left.length}:\n${excerpt(left)}\n  govc, of ${right.length}:\n${excerpt(right)}`;
}

await main();
