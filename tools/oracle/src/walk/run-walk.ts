import { Divergence, Lab } from './lab.js';
import { applyPatch, note } from './steps-apply.js';
import { amend, reset, stash } from './steps-local.js';
import { query } from './steps-queries.js';
import { rebase, rebaseInteractive } from './steps-rebase.js';
import { merge } from './steps-merge.js';
import { cherryPick, revert } from './steps-replay.js';
import { deleteBranch, editAndCommit, makeBranch, makeTag, switchBranch, type Step } from './steps-refs.js';

/** What differed. */
export interface Difference {
  readonly what: string;
  readonly theirs: string;
  readonly ours: string;
}

/** What came of a walk; plain data. */
export interface WalkReport {
  readonly seed: number;
  readonly stepCount: number;
  readonly counts: readonly (readonly [string, number])[];
  readonly difference: Difference | undefined;
  readonly transcript: readonly string[];
}

/** The operations, and how often each is chosen. */
const STEPS: readonly (readonly [name: string, weight: number, step: Step])[] = [
  ['commit', 14, editAndCommit],
  ['branch', 3, makeBranch],
  ['switch', 8, switchBranch],
  ['delete-branch', 1, deleteBranch],
  ['tag', 1, makeTag],
  ['merge', 8, merge],
  ['cherry-pick', 5, cherryPick],
  ['revert', 4, revert],
  ['query', 8, query],
  ['apply', 3, applyPatch],
  ['note', 2, note],
  ['stash', 5, stash],
  ['amend', 2, amend],
  ['reset', 1, reset],
  ['rebase', 4, rebase],
  ['rebase -i', 4, rebaseInteractive],
];

/** Runs one walk from its seed: the same seed gives the same walk. */
export function runWalk(seed: number, options: { readonly steps: number; readonly isVerbose: boolean }): WalkReport {
  const lab = new Lab(seed);
  const counts = new Map<string, number>();
  let stepCount = 0;
  let difference: Difference | undefined;
  const weights = STEPS.flatMap(([name, weight, step]) => Array.from({ length: weight }, () => [name, step] as const));
  try {
    lab.commit('Begin\n');
    for (; stepCount < options.steps; stepCount++) {
      lab.tick();
      const [name, step] = lab.random.pick(weights);
      const done = step(lab);
      if (done === undefined) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      lab.note(`${stepCount}: ${done}`);
      if (options.isVerbose) console.log(`${stepCount}: ${done}`);
      lab.compareRefs();
    }
  } catch (error) {
    difference = error instanceof Divergence
      ? { what: error.message, theirs: error.theirs, ours: error.ours }
      : { what: `an error: ${error instanceof Error ? error.stack ?? error.message : String(error)}`, theirs: '', ours: '' };
  } finally {
    if (difference === undefined || !options.isVerbose) lab.close();
    else console.log(`left in ${lab.real.folder}`);
  }
  return { seed, stepCount, counts: [...counts], difference, transcript: lab.transcript };
}
