import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SequenceResult } from '@govc/core';
import { Divergence, type Conflict, type Lab } from './lab.js';
import type { WorkFile } from './real-worktree.js';
import type { Step } from './steps-refs.js';

export const cherryPick: Step = (lab) => sequence(lab, 'cherry-pick');
export const revert: Step = (lab) => sequence(lab, 'revert');

function sequence(lab: Lab, verb: 'cherry-pick' | 'revert'): string | undefined {
  if (lab.head === undefined) return undefined;
  const commits = lab.commits();
  const picks = Array.from({ length: lab.random.below(4) === 0 ? 3 : 1 }, () => lab.random.pick(commits));
  const isMerge = (id: string): boolean => lab.ours.commitAt(id).parents.length > 1;
  const merges = picks.filter(isMerge);
  const mainline = merges.length > 0;
  const todo = mainline ? [merges[0]!] : picks;
  const recordsOrigin = verb === 'cherry-pick' && lab.random.below(3) === 0;
  const signsOff = lab.random.below(5) === 0;
  const args = [verb, ...(mainline ? ['-m', '1'] : []), ...(recordsOrigin ? ['-x'] : []), ...(signsOff ? ['-s'] : []), ...(verb === 'revert' ? ['--no-edit'] : []), ...todo];
  lab.note(args.join(' '));
  const theirs = lab.real.run(args);
  let result = verb === 'cherry-pick'
    ? lab.ours.cherryPick(todo, { mainline: mainline ? 1 : undefined, recordOrigin: recordsOrigin, signoff: signsOff })
    : lab.ours.revert(todo, { mainline: mainline ? 1 : undefined, signoff: signsOff });
  let status = theirs.status;
  let output = `${theirs.stdout.toString()}${theirs.stderr}`;
  for (let stops = 0; ; stops++) {
    compareKind(result, { status, output });
    if (result.kind === 'done') return `${args.join(' ')}${stops === 0 ? '' : `: after ${stops} stops`}`;
    const { state } = result;
    const { stop } = state;
    const fileOf = ({ path }: Conflict): WorkFile | undefined => lab.fileAt(path, stop.tree);
    if (stop.reason === 'conflict') lab.compareConflicts(stop.conflicts, fileOf);
    lab.compareRefs();
    const choice = lab.random.below(3);
    if (choice === 0) {
      // Git keeps no state for a single commit that turns out empty.
      const isKept = stop.reason === 'conflict' || todo.length > 1;
      // Where files outside of the conflict are in the way, Git wants them put right first.
      if (!isKept || lab.real.run([verb, '--abort']).status !== 0) lab.real.must(['reset', '-q', '--hard']);
      if (existsSync(join(lab.real.folder, '.git/sequencer'))) lab.real.must([verb, '--abort']);
      lab.ours.abortSequence(state);
      return `${args.join(' ')}: aborted`;
    }
    if (choice === 1 || stop.reason === 'empty') {
      ({ status, output } = skip(lab, verb));
      result = lab.ours.skipSequence(state);
      continue;
    }
    const decisions = lab.decide(stop.conflicts, fileOf);
    if (lab.real.run(['diff', '--cached', '--quiet']).status === 0) {
      ({ status, output } = skip(lab, verb));
      result = lab.ours.skipSequence(state);
      continue;
    }
    const next = lab.real.run([verb, '--continue']);
    ({ status } = next);
    output = `${next.stdout.toString()}${next.stderr}`;
    const paths = new Map([...decisions].map(([path, file]) => [path, file === undefined ? undefined : { mode: file.mode, id: lab.ours.writeObject('blob', file.content) }]));
    result = lab.ours.continueSequence(state, { paths });
  }
}

/** Git keeps no state for a single commit that turns out empty, so there is nothing to skip. */
function skip(lab: Lab, verb: string): { status: number; output: string } {
  const { status, stdout, stderr } = skipOnce(lab, verb);
  if (status !== 128 || !stderr.includes(`no ${verb} in progress`)) return { status, output: `${stdout.toString()}${stderr}` };
  lab.real.must(['reset', '-q', '--hard']);
  return { status: 0, output: stderr };
}

/** Where a folder is in the way of a file, Git cannot clear the conflict by itself. */
function skipOnce(lab: Lab, verb: string): ReturnType<Lab['real']['run']> {
  const first = lab.real.run([verb, '--skip']);
  if (!/not uptodate|Could not reset index file/.test(first.stderr)) return first;
  lab.real.must(['read-tree', '--reset', '-u', 'HEAD']);
  return lab.real.run([verb, '--skip']);
}

function compareKind(result: SequenceResult, { status, output }: { readonly status: number; readonly output: string }): void {
  const theirs = status === 0 ? 'done' : 'stopped';
  if (result.kind !== theirs) throw new Divergence('what became of a sequence', `${theirs} ${status}\n${output}`, `${result.kind}${result.kind === 'stopped' ? ` ${result.state.stop.reason}` : ''}`);
}
