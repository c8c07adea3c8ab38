/** One step of a bisection: which commit is tested next, and what is said about it. */
import type { BisectState, BisectStep, BisectTerms, ObjectId } from '@govc/core';
import { nextBisect, runJob } from '@govc/core/plumbing';

import type { Context } from '../context.js';
import { Failure } from '../failure.js';
import { writeText } from '../print/output.js';
import type { Session } from '../session/session.js';
import { subjectOf } from '../worktree/head.js';
import type { BisectFiles } from './bisect-files.js';

/** How a step ended: what the command does with it. */
export type StepEnd = 'tested' | 'merge-base' | 'found' | 'only-skipped' | 'waiting';

/** Says what is still missing; whether a step can be taken. */
export function tellStatus(files: BisectFiles, state: BisectState): boolean {
  const { bad, good } = state;
  if (bad !== undefined && good.length > 0) return true;
  const text = bad === undefined && good.length === 0
    ? 'status: waiting for both good and bad commits'
    : bad !== undefined ? 'status: waiting for good commit(s), bad commit known'
      : `status: waiting for bad commit, ${good.length} good commit${good.length === 1 ? '' : 's'} known`;
  files.session.io.stdout.write(`${text}\n`);
  files.log([`# ${text}`]);
  return false;
}

/** Finds the next commit, says so, and checks it out. @throws {Failure} the bisection cannot go on */
export async function takeStep(context: Context, files: BisectFiles, state: BisectState): Promise<StepEnd> {
  const { session } = files;
  const { snapshot, graph } = session.context;
  const { io } = session;
  const { step, state: after, skippedMergeBases } = runJob(nextBisect({ graph, objects: snapshot.objects, shallow: snapshot.shallow, subjectOf: (id) => subjectOf(session, id) }, state));
  const { terms } = state;
  for (const base of skippedMergeBases) {
    writeText(io.stderr, `warning: the merge base between ${state.bad!} and [${state.good.join(' ')}] must be skipped.\n` +
      `So we cannot be sure the first ${terms.bad} commit is between ${base} and ${state.bad!}.\nWe continue anyway.\n`);
  }
  if (after.areAncestorsChecked && !state.areAncestorsChecked) files.write('BISECT_ANCESTORS_OK', '');
  files.log(after.log);
  switch (step.kind) {
    case 'waiting': return 'waiting';
    case 'test':
      io.stdout.write(step.isMergeBase ? 'Bisecting: a merge base must be tested\n'
        : `Bisecting: ${step.leftCount} revision${step.leftCount === 1 ? '' : 's'} left to test after this (roughly ${step.stepCount} step${step.stepCount === 1 ? '' : 's'})\n`);
      await goTo(context, files, step.id);
      return step.isMergeBase ? 'merge-base' : 'tested';
    case 'found':
      writeText(io.stdout, `${step.id} is the first ${terms.bad} commit\n`);
      await context.run(['diff-tree', '--pretty', '--stat', '--summary', '--cc', '--root', step.id]);
      return 'found';
    case 'only-skipped':
      tellSkipped(session, terms, step.candidates);
      return 'only-skipped';
    default: return fail(step, state);
  }
}

function tellSkipped(session: Session, { bad }: BisectTerms, candidates: readonly ObjectId[]): void {
  writeText(session.io.stdout, `There are only 'skip'ped commits left to test.\nThe first ${bad} commit could be any of:\n${candidates.map((id) => `${id}\n`).join('')}We cannot bisect more!\n`);
}

function fail(step: Exclude<BisectStep, { kind: 'waiting' | 'test' | 'found' | 'only-skipped' }>, { terms, good, bad }: BisectState): never {
  switch (step.kind) {
    case 'nothing-testable':
      throw new Failure('No testable commit found.\nMaybe you started with bad path arguments?\n', 4);
    case 'contradiction':
      throw new Failure(`${step.id} was both ${terms.good} and ${terms.bad}\n`, 1);
    case 'merge-base-bad': {
      const list = good.join(' ');
      const start = `The merge base ${bad!} is ${terms.bad}.\n`;
      if (terms.bad === 'bad' && terms.good === 'good') throw new Failure(`${start}This means the bug has been fixed between ${bad!} and [${list}].\n`, 3);
      if (terms.bad === 'new' && terms.good === 'old') throw new Failure(`${start}The property has changed between ${bad!} and [${list}].\n`, 3);
      throw new Failure(`${start}This means the first '${terms.good}' commit is between ${bad!} and [${list}].\n`, 3);
    }
    case 'not-ancestors':
      throw new Failure(`Some ${terms.good} revs are not ancestors of the ${terms.bad} rev.\ngit bisect cannot work properly in this case.\n` +
        `Maybe you mistook ${terms.good} and ${terms.bad} revs?\n`, 1);
  }
}

async function goTo(context: Context, files: BisectFiles, id: ObjectId): Promise<void> {
  const { session } = files;
  const hasOwnHead = files.hasOwnHead;
  files.write('BISECT_EXPECTED_REV', `${id}\n`);
  if (hasOwnHead) {
    files.write('BISECT_HEAD', `${id}\n`);
  } else {
    const code = await context.run(['checkout', '-q', id, '--']);
    if (code !== 0) throw new Failure('', code === 128 ? 1 : code);
  }
  writeText(session.io.stdout, `[${id}] ${subjectOf(session, id)}\n`);
}
