import { createHash } from 'node:crypto';
import { hasCode, type DiffPatchOptions, type RevListQuery } from '@govc/core';
import { Divergence, type Lab } from './lab.js';
import type { Step } from './steps-refs.js';

/** What git prints and what govc finds, as texts to be compared. */
interface Answers {
  readonly question: string;
  readonly theirs: string;
  readonly ours: string;
}

type Query = (lab: Lab) => Answers | undefined;

/** Asks a few random questions that change nothing. */
export const query: Step = (lab) => {
  const asked: string[] = [];
  for (let i = 0; i < 4; i++) {
    const answers = lab.random.pick(QUERIES)(lab);
    if (answers === undefined) continue;
    asked.push(answers.question);
    if (answers.theirs !== answers.ours) throw new Divergence(`the answer to ${answers.question}`, answers.theirs, answers.ours);
  }
  return asked.join('; ');
};

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function two(lab: Lab): [string, string] {
  const commits = lab.commits();
  return [lab.random.pick(commits), lab.random.pick(commits)];
}

const DIFFS: readonly (readonly [readonly string[], DiffPatchOptions])[] = [
  [[], {}],
  [['--histogram'], { algorithm: 'histogram' }],
  [['--patience'], { algorithm: 'patience' }],
  [['--minimal'], { algorithm: 'minimal' }],
  [['-U0'], { contextLines: 0 }],
  [['-W'], { functionContext: true }],
  [['-w'], { whitespace: { allSpace: true } }],
  [['-b'], { whitespace: { spaceChange: true } }],
  [['--ignore-blank-lines'], { whitespace: { blankLines: true } }],
  [['--no-renames'], { renames: 'off' }],
  [['-C', '--find-copies-harder'], { renames: 'copies', findCopiesHarder: true }],
  [['-M90%'], { renameScore: 90 }],
  [['--binary'], { includesBinary: true }],
  [['--full-index', '-R'], { isFullIndex: true, isReversed: true }],
  [['--diff-filter=AR'], { filter: 'AR' }],
  [['--inter-hunk-context=5'], { interHunkLines: 5 }],
];

const diff: Query = (lab) => {
  const [from, to] = two(lab);
  const [args, options] = lab.random.pick(DIFFS);
  return {
    question: `git diff ${args.join(' ')} ${from} ${to}`,
    theirs: latin1(lab.real.must(['diff', ...args, from, to, '--'])),
    ours: latin1(lab.ours.diffPatch(from, to, options)),
  };
};

const show: Query = (lab) => {
  const merges = lab.commits().filter((id) => lab.ours.commitAt(id).parents.length > 1);
  const id = merges.length > 0 ? lab.random.pick(merges) : lab.random.pick(lab.commits());
  const [arg, style] = lab.random.pick([['-c', 'combined'], ['--cc', 'dense'], ['-m', 'separate'], ['--first-parent', 'first-parent']] as const);
  return {
    question: `git show ${arg} ${id}`,
    theirs: latin1(lab.real.must(['diff-tree', '-p', '-M', '--root', '--no-commit-id', '--abbrev=7', arg === '--first-parent' ? '--diff-merges=first-parent' : arg, id, '--'])),
    ours: latin1(lab.ours.commitPatch(id, { merges: style })),
  };
};

const LISTS: readonly (readonly [readonly string[], RevListQuery])[] = [
  [['--all'], { revisions: ['--all'] }],
  [['--topo-order', '--all'], { revisions: ['--all'], order: 'topo' }],
  [['--date-order', '--all'], { revisions: ['--all'], order: 'date' }],
  [['--author-date-order', '--all'], { revisions: ['--all'], order: 'author-date' }],
  [['--first-parent', 'HEAD'], { firstParent: true }],
  [['--reverse', '--no-merges', '--all'], { revisions: ['--all'], reverse: true, maxParents: 1 }],
  [['--merges', '--all'], { revisions: ['--all'], minParents: 2 }],
  [['--grep=Revert', '--all'], { revisions: ['--all'], grep: 'Revert' }],
  [['--invert-grep', '--grep=Add', '--grep=Fix', '--all'], { revisions: ['--all'], grep: ['Add', 'Fix'], invertGrep: true }],
  [['--simplify-by-decoration', '--all'], { revisions: ['--all'], simplifyByDecoration: true }],
  [['-5', '--skip=3', '--all'], { revisions: ['--all'], maxCount: 5, skip: 3 }],
  [['--all', '--', 'lib'], { revisions: ['--all'], paths: ['lib'] }],
  [['--full-history', '--all', '--', 'lib', 'x'], { revisions: ['--all'], paths: ['lib', 'x'], fullHistory: true }],
  [['--full-history', '--simplify-merges', '--all', '--', 'lib'], { revisions: ['--all'], paths: ['lib'], fullHistory: true, simplifyMerges: true }],
  [['--show-pulls', 'HEAD', '--', 'lib'], { paths: ['lib'], showPulls: true }],
  [['--sparse', 'HEAD', '--', 'lib'], { paths: ['lib'], sparse: true }],
];

const list: Query = (lab) => {
  const [args, options] = lab.random.pick(LISTS);
  return {
    question: `git rev-list ${args.join(' ')}`,
    theirs: lab.real.must(['rev-list', ...args]).toString(),
    ours: [...lab.ours.revList(options)].map(({ id }) => `${id}\n`).join(''),
  };
};

const RANGES: readonly (readonly [readonly string[], RevListQuery])[] = [
  [[], {}],
  [['--boundary'], { boundary: true }],
  [['--cherry-pick'], { cherry: 'pick' }],
  [['--left-only'], { leftOnly: true }],
  [['--cherry-mark', '--right-only'], { cherry: 'mark', rightOnly: true }],
  [['--ancestry-path'], { ancestryPath: true }],
];

const range: Query = (lab) => {
  const [from, to] = two(lab);
  const [args, options] = lab.random.pick(RANGES);
  const text = `${from}${lab.random.pick(['..', '...'])}${to}`;
  const theirs = lab.real.run(['rev-list', '--left-right', ...args, text]);
  if (theirs.status !== 0) return undefined;
  return {
    question: `git rev-list --left-right ${args.join(' ')} ${text}`,
    theirs: theirs.stdout.toString(),
    ours: [...lab.ours.revList({ ...options, revisions: [text] })].map(({ id, side, isBoundary, isSame }) =>
      `${isBoundary ? '-' : isSame ? '=' : side === 'left' ? '<' : '>'}${id}\n`).join(''),
  };
};

const bases: Query = (lab) => {
  const [one, other] = two(lab);
  return {
    question: `git merge-base --all ${one} ${other}`,
    theirs: lab.real.run(['merge-base', '--all', one, other]).stdout.toString(),
    ours: lab.ours.mergeBase([one, other]).map((id) => `${id}\n`).join(''),
  };
};

const mergeTree: Query = (lab) => {
  const [one, other] = two(lab);
  const { stdout, status } = lab.real.run(['merge-tree', '--write-tree', '--messages', '-z', '--allow-unrelated-histories', one, other]);
  if (status > 1) return undefined;
  const { tree, conflicts, messages } = lab.ours.mergeTree(one, other, { allowUnrelated: true });
  const stages = conflicts.flatMap(({ path, stages: { base, ours, theirs } }) =>
    [base, ours, theirs].flatMap((entry, i) => (entry === undefined ? [] : [`${entry.mode.toString(8).padStart(6, '0')} ${entry.id} ${i + 1}\t${path}\0`])));
  const told = messages.map(({ paths, kind, text }) => `${paths.length}\0${paths.map((path) => `${path}\0`).join('')}${kind}\0${text}\n\0`);
  const text = stdout.toString();
  const cut = text.indexOf('\0\0');
  const theirHead = cut < 0 ? text : text.slice(0, cut + 1);
  return {
    question: `git merge-tree ${one} ${other}`,
    theirs: `${theirHead}|${told.length === 0 ? '' : text.slice(cut + 2)}`.replaceAll('\0', '\n'),
    ours: `${tree}\0${stages.join('')}|${told.join('')}`.replaceAll('\0', '\n'),
  };
};

const describe: Query = (lab) => {
  const id = lab.random.pick(lab.commits());
  const [args, options] = lab.random.pick([
    [['--tags', '--always'], { tags: true, always: true }],
    [['--all', '--always', '--long'], { all: true, always: true, long: true }],
    [['--always', '--first-parent'], { always: true, firstParent: true }],
    [['--contains', '--all', '--always'], { contains: true, all: true, always: true }],
  ] as const);
  return {
    question: `git describe ${args.join(' ')} ${id}`,
    theirs: lab.real.must(['describe', ...args, id]).toString(),
    ours: `${lab.ours.describe(id, options).text}\n`,
  };
};

const nameRev: Query = (lab) => {
  const id = lab.random.pick(lab.commits());
  const theirs = lab.real.must(['name-rev', '--name-only', id]).toString().trim();
  return { question: `git name-rev ${id}`, theirs, ours: lab.ours.nameRev([id])[0] ?? 'undefined' };
};

const blame: Query = (lab) => {
  const files = [...lab.files()].filter(([, { mode, content }]) => mode !== 0o120000 && content.length > 0).map(([path]) => path);
  if (files.length === 0) return undefined;
  const path = lab.random.pick(files);
  const [args, options] = lab.random.pick([
    [[], {}], [['-M'], { moveScore: 20 }], [['-C', '-C'], { copyScore: 40, copySources: 'all-for-new-files' }], [['-w'], { whitespace: { allSpace: true } }],
  ] as const);
  const theirs: string[] = [];
  for (const line of lab.real.must(['blame', '--porcelain', '--root', ...args, 'HEAD', '--', path]).toString('latin1').split('\n')) {
    const found = /^([0-9a-f]{40}) (\d+) (\d+)(?: \d+)?$/.exec(line);
    if (found !== null) theirs.push(`${found[3]!} ${found[1]!} ${found[2]!}`);
  }
  const ours = lab.ours.blame(path, { ...options, showsRoot: true }).ranges.flatMap(({ line, count, commit, originLine }) =>
    Array.from({ length: count }, (_, i) => `${line + i + 1} ${commit ?? ''} ${originLine + i + 1}`));
  return { question: `git blame ${args.join(' ')} ${path}`, theirs: theirs.join('\n'), ours: ours.join('\n') };
};

const grep: Query = (lab) => {
  const pattern = lab.random.pick(['alpha', 'one 1', '^gamma', 'and [0-9]$', 'naïve', '}']);
  const { stdout } = lab.real.run(['-c', 'core.quotePath=false', 'grep', '-n', '-z', '-e', pattern, 'HEAD']);
  const ours: string[] = [];
  for (const { path, isBinary, lines } of lab.ours.grep(pattern)) {
    const name = Buffer.from(`HEAD:${path}`).toString('latin1');
    if (isBinary) ours.push(`Binary file ${name} matches\n`);
    for (const { line, text } of lines) ours.push(`${name}\0${line + 1}\0${latin1(text)}\n`);
  }
  return { question: `git grep ${pattern}`, theirs: latin1(stdout), ours: ours.join('') };
};

const pickaxe: Query = (lab) => {
  const text = lab.random.pick(['alpha', 'delta 4', 'int main']);
  return {
    question: `git log -S ${text}`,
    theirs: lab.real.must(['log', '--all', '--format=%H', '-S', text]).toString(),
    ours: [...lab.ours.changeLog({ text, revisions: ['--all'] })].map(({ id }) => `${id}\n`).join(''),
  };
};

const archive: Query = (lab) => {
  const id = lab.random.pick(lab.commits());
  const hash = createHash('sha1');
  for (const chunk of lab.ours.archive(id, { prefix: 'p/' })) hash.update(chunk);
  return {
    question: `git archive ${id}`,
    theirs: createHash('sha1').update(lab.real.must(['archive', '--prefix=p/', id])).digest('hex'),
    ours: hash.digest('hex'),
  };
};

const fastExport: Query = (lab) => {
  const pieces: string[] = [];
  for (const piece of lab.ours.fastExport(['--all'])) if (piece instanceof Uint8Array) pieces.push(latin1(piece));
  return { question: 'git fast-export --all', theirs: latin1(lab.real.must(['fast-export', '--all', '--signed-tags=verbatim'])), ours: pieces.join('') };
};

const SUFFIXES = ['', '~', '~2', '^', '^2', '^{tree}', '^{/Fix}', '^{/Add}~', '^0', '~1^2~', '^{commit}', ':lib', '^{}', '@{0}'];

const revParse: Query = (lab) => {
  const names = [...lab.branches(), 'HEAD', '@', ...lab.ours.tags().map(({ name }) => name), lab.random.pick(lab.commits()).slice(0, 9), ':/Fix', ':/Revert'];
  const base = lab.random.pick(names);
  const text = base.startsWith(':') ? base : base + lab.random.pick(SUFFIXES.slice(0, -1));
  const { status, stdout } = lab.real.run(['rev-parse', '-q', '--verify', text]);
  return { question: `git rev-parse ${text}`, theirs: status === 0 ? stdout.toString().trim() : '', ours: findRevision(lab, text) };
};

function findRevision(lab: Lab, text: string): string {
  try {
    return lab.ours.resolve(text);
  } catch (error) {
    if (hasCode(error, 'revision-invalid') || hasCode(error, 'object-id-ambiguous') || hasCode(error, 'object-type-mismatch')) return '';
    throw error;
  }
}

const QUERIES: readonly Query[] = [
  diff, diff, diff, show, list, list, range, bases, mergeTree, describe, nameRev, blame, grep, pickaxe, archive, fastExport, revParse, revParse,
];
