import type { Repository } from '@govc/core';
import {
  fileStats, findChanges, findCombinedChanges, formatCombinedNameStatus, formatCombinedPatch, formatCombinedRaw, formatDirstat, formatNames, formatNameStatus, formatNumstat, formatPatch, formatRaw, formatShortstat, formatStat,
  formatSummary, type ChangeOptions, type CombinedChange,
  type CombinedPatchFormat, type DirstatOptions, type FileChange, type ObjectId, type PatchFormat, type StatFormat, type StatOptions,
} from '@govc/core/plumbing';
import { shortIds } from './short-ids.js';
import type { SampledCommit } from './sample-commits.js';

/** One diff: what is given to git on standard input, and the trees. */
export interface DiffJob {
  readonly input: string;
  readonly old: ObjectId | undefined;
  readonly new: ObjectId;
  readonly parents: readonly ObjectId[];
  /** Whether git does not name the job when there is nothing to show. */
  readonly isSilentWhenEmpty: boolean;
}

/** One format with its options, on both sides. */
export interface DiffCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly select: (commits: readonly SampledCommit[]) => DiffJob[];
  readonly format: (repository: Repository, job: DiffJob) => Uint8Array;
}

type Print = (changes: readonly FileChange[], repository: Repository) => Uint8Array;

function pairCase(name: string, args: readonly string[], options: ChangeOptions, print: Print): DiffCase {
  return {
    name,
    args,
    select: pairJobs,
    format: (repository, job) => {
      const { objects, algorithm } = repository.snapshot;
      return print(findChanges({ objects, algorithm, old: job.old, new: job.new, options }).changes, repository);
    },
  };
}

/** Each commit with its first parent, or with nothing. */
function pairJobs(commits: readonly SampledCommit[]): DiffJob[] {
  return commits.filter(({ parents }) => parents.length > 0).map(({ tree, parents }) => {
    const old = parents[0]!.tree;
    return { input: `${old} ${tree}`, old, new: tree, parents: [], isSilentWhenEmpty: false };
  });
}

/** Commits far from each other, a tenth as many: many files are renamed between them. */
function farJobs(commits: readonly SampledCommit[]): DiffJob[] {
  const picked = commits.filter((_commit, index) => index % 10 === 0);
  return picked.slice(1).map(({ tree }, index) => {
    const old = picked[index]!.tree;
    return { input: `${old} ${tree}`, old, new: tree, parents: [], isSilentWhenEmpty: false };
  });
}

function farCase(...parts: Parameters<typeof pairCase>): DiffCase {
  const diffCase = pairCase(...parts);
  return { ...diffCase, name: `far-${diffCase.name}`, select: farJobs };
}

type PrintMerge = (changes: readonly CombinedChange[], repository: Repository) => Uint8Array;

function mergeCase(name: string, args: readonly string[], options: ChangeOptions, print: PrintMerge): DiffCase {
  return {
    name,
    args,
    select: (commits) => commits.filter(({ parents }) => parents.length > 1).map(({ id, tree, parents }) => ({
      input: id, old: undefined, new: tree, parents: parents.map((parent) => parent.tree), isSilentWhenEmpty: true,
    })),
    format: (repository, { new: tree, parents }) => {
      const { objects, algorithm } = repository.snapshot;
      return print(findCombinedChanges({ objects, algorithm, parents, tree, options }), repository);
    },
  };
}

const raw: Print = (changes, { snapshot }) => formatRaw(changes, { algorithm: snapshot.algorithm });

const stat = (format: StatFormat = {}, options: StatOptions = {}): Print => (changes, { snapshot: { objects } }) =>
  formatStat(fileStats(changes, { objects }, options), format);
const dirstat = (options: DirstatOptions): Print => (changes, { snapshot: { objects } }) => formatDirstat(changes, { objects }, options);
const patch = (format: Partial<PatchFormat> = {}): Print => (changes, { snapshot }) =>
  formatPatch(changes, snapshot, { algorithm: snapshot.algorithm, abbreviate: shortIds(snapshot), ...format });

const combined = (format: Partial<CombinedPatchFormat> = {}): PrintMerge => (changes, { snapshot }) =>
  formatCombinedPatch(changes, snapshot, { algorithm: snapshot.algorithm, density: 'dense', abbreviate: shortIds(snapshot), ...format });

/** All cases. */
export const CASES: readonly DiffCase[] = [
  pairCase('raw', ['-r'], { renames: 'off' }, raw),
  pairCase('raw-t', ['-r', '-t'], { renames: 'off', includeTrees: true }, raw),
  pairCase('raw-top', [], { renames: 'off', recursive: false }, raw),
  pairCase('raw-z', ['-r', '-z'], { renames: 'off' }, (changes, { snapshot }) => formatRaw(changes, { algorithm: snapshot.algorithm, isNulTerminated: true })),
  pairCase('raw-M', ['-r', '-M'], {}, raw),
  pairCase('raw-M20', ['-r', '-M20%'], { renameScore: 20 }, raw),
  pairCase('raw-M90-R', ['-r', '-M90%', '-R'], { renameScore: 90, isReversed: true }, raw),
  pairCase('raw-C', ['-r', '-C'], { renames: 'copies' }, raw),
  pairCase('raw-CC', ['-r', '-C', '-C', '-l0'], { renames: 'copies', findCopiesHarder: true, renameLimit: 0 }, raw),
  pairCase('raw-CC-l', ['-r', '-C', '-C', '-l40'], { renames: 'copies', findCopiesHarder: true, renameLimit: 40 }, raw),
  pairCase('raw-B', ['-r', '-B'], { renames: 'off', breakRewrites: {} }, raw),
  pairCase('raw-B-M', ['-r', '-B20%/30%', '-M'], { breakRewrites: { breakScore: 20, mergeScore: 30 } }, raw),
  pairCase('raw-B-C', ['-r', '-B', '-C'], { renames: 'copies', breakRewrites: {} }, raw),
  farCase('raw-M', ['-r', '-M', '-l0'], { renameLimit: 0 }, raw),
  farCase('raw-M30', ['-r', '-M30%'], { renameScore: 30 }, raw),
  farCase('raw-M-l100', ['-r', '-M', '-l100'], { renameLimit: 100 }, raw),
  farCase('raw-C', ['-r', '-C'], { renames: 'copies' }, raw),
  farCase('raw-CC', ['-r', '-C', '-C', '-l200'], { renames: 'copies', findCopiesHarder: true, renameLimit: 200 }, raw),
  farCase('raw-B-M', ['-r', '-B', '-M'], { breakRewrites: {} }, raw),
  farCase('raw-B-C33.3', ['-r', '-B40%/25%', '-C33.3%'], { renames: 'copies', renameScore: 33.3, breakRewrites: { breakScore: 40, mergeScore: 25 } }, raw),
  pairCase('name-only', ['-r', '-M', '--name-only'], {}, (changes) => formatNames(changes)),
  pairCase('stat', ['-M', '--stat'], {}, stat()),
  pairCase('stat-narrow', ['-M', '--stat=60,20,3'], {}, stat({ width: 60, nameWidth: 20, count: 3 })),
  pairCase('stat-graph', ['-M', '--stat', '--stat-graph-width=10', '--compact-summary'], {}, stat({ graphWidth: 10, isCompactSummary: true })),
  farCase('stat', ['-M', '--stat'], {}, stat()),
  farCase('stat-wide', ['-M', '--stat=200'], {}, stat({ width: 200 })),
  pairCase('stat-B', ['-B', '-M', '--stat'], { breakRewrites: {} }, stat()),
  pairCase('stat-w', ['-M', '--stat', '-w'], {}, stat({}, { lines: { whitespace: { allSpace: true } } })),
  pairCase('numstat', ['-M', '--numstat'], {}, (changes, { snapshot }) => formatNumstat(fileStats(changes, snapshot))),
  pairCase('numstat-z', ['-M', '--numstat', '-z'], {}, (changes, { snapshot }) => formatNumstat(fileStats(changes, snapshot), { isNulTerminated: true })),
  pairCase('shortstat', ['--shortstat'], { renames: 'off' }, (changes, { snapshot }) => formatShortstat(fileStats(changes, snapshot))),
  pairCase('dirstat', ['-r', '--dirstat'], { renames: 'off' }, dirstat({})),
  farCase('dirstat', ['-r', '-M', '--dirstat'], {}, dirstat({})),
  farCase('dirstat-lines', ['-r', '-M', '--dirstat=lines,cumulative,0'], {}, dirstat({ count: 'lines', isCumulative: true, limitPercent: 0 })),
  farCase('dirstat-files', ['-r', '-M', '--dirstat=files,1.5'], {}, dirstat({ count: 'files', limitPercent: 1.5 })),
  farCase('summary', ['-B', '-C', '--summary'], { renames: 'copies', breakRewrites: {} }, (changes) => formatSummary(changes)),
  pairCase('summary', ['-M', '--summary'], {}, (changes) => formatSummary(changes)),
  pairCase('patch', ['-p'], { renames: 'off' }, patch()),
  pairCase('patch-M-C', ['-p', '-M', '-C'], { renames: 'copies' }, patch()),
  pairCase('patch-B', ['-p', '-B20%/30%', '-M'], { breakRewrites: { breakScore: 20, mergeScore: 30 } }, patch()),
  pairCase('patch-R', ['-p', '-R', '-M'], { isReversed: true }, patch({ oldPrefix: 'b/', newPrefix: 'a/' })),
  pairCase('patch-full-binary', ['-p', '-M', '--full-index', '--binary'], {}, patch({ abbreviate: undefined, includesBinary: true })),
  pairCase('patch-W', ['-p', '-M', '-W'], {}, patch({ hunks: { functionContext: true } })),
  pairCase('patch-w', ['-p', '-M', '-w'], {}, patch({ lines: { whitespace: { allSpace: true } } })),
  pairCase('patch-b', ['-p', '-M', '-b', '--ignore-blank-lines'], {}, patch({ lines: { whitespace: { spaceChange: true, blankLines: true } } })),
  pairCase('patch-U0', ['-p', '-M', '-U0'], {}, patch({ hunks: { contextLines: 0 } })),
  pairCase('patch-U10', ['-p', '-M', '-U10', '--inter-hunk-context=5'], {}, patch({ hunks: { contextLines: 10, interHunkLines: 5 } })),
  pairCase('patch-text', ['-p', '-M', '--text', '--no-prefix', '-D'], {}, patch({ isText: true, oldPrefix: '', newPrefix: '', isIrreversible: true })),
  pairCase('patch-histogram', ['-p', '-M', '--histogram'], {}, patch({ lines: { algorithm: 'histogram' } })),
  pairCase('patch-patience', ['-p', '-M', '--patience'], {}, patch({ lines: { algorithm: 'patience' } })),
  pairCase('patch-minimal', ['-p', '-M', '--minimal'], {}, patch({ lines: { algorithm: 'minimal' } })),
  farCase('patch', ['-p', '-M'], {}, patch()),
  mergeCase('merge-raw', ['-r', '-c'], { renames: 'off' }, (changes, { snapshot }) => formatCombinedRaw(changes, { algorithm: snapshot.algorithm })),
  mergeCase('merge-raw-M', ['-r', '-c', '-M', '--combined-all-paths'], {}, (changes, { snapshot }) =>
    formatCombinedRaw(changes, { algorithm: snapshot.algorithm, includesAllPaths: true })),
  mergeCase('merge-name-status', ['-r', '-c', '-M', '--name-status'], {}, (changes, { snapshot }) =>
    formatCombinedNameStatus(changes, { algorithm: snapshot.algorithm })),
  mergeCase('merge-c', ['-c', '-p', '-M'], {}, combined({ density: 'full' })),
  mergeCase('merge-cc', ['--cc'], { renames: 'off' }, combined()),
  mergeCase('merge-cc-M', ['--cc', '-M', '--combined-all-paths', '--full-index'], {}, combined({ includesAllPaths: true, abbreviate: undefined })),
  mergeCase('merge-cc-U0', ['--cc', '-U0'], { renames: 'off' }, combined({ hunks: { contextLines: 0 } })),
  mergeCase('merge-c-U1', ['-c', '-p', '-U1'], { renames: 'off' }, combined({ density: 'full', hunks: { contextLines: 1 } })),
  mergeCase('merge-cc-w', ['--cc', '-w'], { renames: 'off' }, combined({ lines: { whitespace: { allSpace: true } } })),
  mergeCase('merge-c-b', ['-c', '-p', '-b'], { renames: 'off' }, combined({ density: 'full', lines: { whitespace: { spaceChange: true } } })),
  pairCase('name-status', ['-r', '-M', '-C', '--name-status'], { renames: 'copies' }, (changes) => formatNameStatus(changes)),
];
