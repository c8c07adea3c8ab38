// Blames files of a repository with govc and with git, and compares commit, path and line of each line.
//
//   node tools/oracle/dist/blame.js --repository DIR [--revision HEAD] [--count 100] [--seed 1] [--options plain,-M,...] [--path FILE]
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';
import { Repository, type BlameOptions, type BlameResult } from '@govc/core';
import { SeededRandom } from '@govc/core/testing';

const { values } = parseArgs({
  options: {
    repository: { type: 'string' }, revision: { type: 'string', default: 'HEAD' }, count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' }, options: { type: 'string', default: 'plain' }, path: { type: 'string', multiple: true },
    sizeMax: { type: 'string', default: '300000' }, verbose: { type: 'boolean', default: false },
  },
});
const folder = values.repository;
if (folder === undefined) throw new Error('--repository is missing');

function git(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: folder, maxBuffer: 1 << 30, encoding: 'latin1' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const VARIANTS: Readonly<Record<string, { readonly args: readonly string[]; readonly options: BlameOptions }>> = {
  'plain': { args: [], options: {} },
  '-M': { args: ['-M'], options: { moveScore: 20 } },
  '-C': { args: ['-C'], options: { copyScore: 40 } },
  '-CC': { args: ['-C', '-C'], options: { copyScore: 40, copySources: 'all-for-new-files' } },
  '-CCC': { args: ['-C', '-C', '-C'], options: { copyScore: 40, copySources: 'all' } },
  '-w': { args: ['-w'], options: { whitespace: { allSpace: true } } },
  'minimal': { args: ['--minimal'], options: { minimal: true } },
  'first-parent': { args: ['--first-parent'], options: { firstParent: true } },
  'root': { args: ['--root'], options: { showsRoot: true } },
};

/** The options, with the file's five newest commits to be passed over when asked for. */
function variantOf(name: string, path: string): { readonly args: readonly string[]; readonly options: BlameOptions } {
  if (name === 'ignore') {
    const ignored = git(['log', '-5', '--format=%H', values.revision, '--', path]).split('\n').filter((id) => id !== '');
    return { args: ignored.flatMap((id) => ['--ignore-rev', id]), options: { ignoredRevisions: ignored } };
  }
  if (name === 'since') return { args: ['--since=1300000000'], options: { sinceSeconds: 1_300_000_000 } };
  const found = VARIANTS[name];
  if (found === undefined) throw new Error(`no variant ${name}`);
  return found;
}

/** One text for each line. */
function linesOfGit(output: string): Map<number, string> {
  const lines = new Map<number, string>();
  const boundaries = new Set<string>();
  let head: readonly string[] = [];
  for (const line of output.split('\n')) {
    if (/^[0-9a-f]{40,64} \d+ \d+ \d+$/.test(line)) head = line.split(' ');
    else if (line === 'boundary') boundaries.add(head[0]!);
    else if (line.startsWith('filename ')) {
      for (let i = 0; i < Number(head[3]); i++) {
        lines.set(Number(head[2]) + i, `${boundaries.has(head[0]!) ? '^' : ''}${head[0]!} ${Number(head[1]) + i} ${line.slice(9)}`);
      }
    }
  }
  return lines;
}

function linesOf(result: BlameResult): Map<number, string> {
  const lines = new Map<number, string>();
  for (const { line, count, commit, originLine, originPath, isBoundary } of result.ranges) {
    for (let i = 0; i < count; i++) lines.set(line + i + 1, `${isBoundary ? '^' : ''}${commit ?? ''} ${originLine + i + 1} ${originPath}`);
  }
  return lines;
}

function samplePaths(): string[] {
  const sizeMax = Number(values.sizeMax);
  const all = git(['ls-tree', '-r', '-l', values.revision]).split('\n').flatMap((line) => {
    const found = /^100\d+ blob \S+ +(\d+)\t([^"]+)$/.exec(line);
    return found === null || Number(found[1]) > sizeMax || Number(found[1]) === 0 ? [] : [found[2]!];
  });
  const random = new SeededRandom(Number(values.seed));
  const chosen: string[] = [];
  while (chosen.length < Number(values.count) && all.length > 0) chosen.push(...all.splice(random.below(all.length), 1));
  return chosen;
}

const repository = await Repository.open(folder);
const paths = values.path ?? samplePaths();
let failed = 0;
for (const name of values.options.split(',')) {
  let equal = 0;
  let differentLines = 0;
  let timeGit = 0;
  let timeOurs = 0;
  for (const path of paths) {
    const { args, options } = variantOf(name, path);
    const start = performance.now();
    const theirs = linesOfGit(git(['-c', 'core.quotePath=false', 'blame', '--incremental', ...args, values.revision, '--', path]));
    const middle = performance.now();
    const ours = linesOf(repository.blame(path, { ...options, revision: values.revision }));
    timeOurs += performance.now() - middle;
    timeGit += middle - start;
    const different = [...theirs].filter(([line, text]) => ours.get(line) !== text);
    if (different.length === 0 && ours.size === theirs.size) {
      equal++;
      continue;
    }
    differentLines += different.length;
    failed++;
    console.log(`different: ${name} ${path}: ${different.length} of ${theirs.size} lines`);
    if (values.verbose) for (const [line, text] of different.slice(0, 10)) console.log(`  ${line}: git ${text} | govc ${ours.get(line) ?? ''}`);
  }
  console.log(`blame ${name}: ${equal} equal, ${paths.length - equal} different (${differentLines} lines); git ${Math.round(timeGit)} ms, govc ${Math.round(timeOurs)} ms`);
}
await repository.close();
process.exitCode = failed === 0 ? 0 : 1;
