import { Divergence } from './lab.js';
import type { Step } from './steps-refs.js';

/** Applies the difference of two commits to `HEAD`, and commits what came of it. */
export const applyPatch: Step = (lab) => {
  const commits = lab.commits();
  const [from, to] = [lab.random.pick(commits), lab.random.pick(commits)];
  const context = lab.random.below(3);
  const patch = lab.real.must(['diff', '--binary', ...(context === 0 ? ['-U1'] : []), from, to, '--']);
  if (patch.length === 0) return undefined;
  const isReverse = lab.random.below(4) === 0;
  const args = ['apply', '--index', ...(isReverse ? ['-R'] : []), '-'];
  const what = `diff ${from} ${to} | ${args.join(' ')}`;
  lab.note(what);
  const { status, stderr } = lab.real.run(args, patch);
  const { outcome, ...rest } = lab.ours.applyPatch(patch, { reverse: isReverse });
  if ((status === 0) !== (outcome === 'applied')) throw new Divergence('what became of a patch', `${status} ${stderr}`, `${outcome} ${JSON.stringify(rest.problems, undefined, 1)}`);
  if (status !== 0) return `${what}: refused`;
  lab.real.must(['commit', '-q', '--allow-empty', '-m', 'Apply a patch']);
  lab.ours.commit('Apply a patch\n', { allowEmpty: true });
  return what;
};

/** Adds, appends to or removes a note. */
export const note: Step = (lab) => {
  const id = lab.random.pick(lab.commits());
  const text = `A note ${lab.random.below(100)}\n`;
  switch (lab.random.below(4)) {
    case 0:
      lab.real.must(['notes', 'append', '-m', text, id]);
      lab.ours.appendNote(id, text);
      return `notes append ${id}`;
    case 1:
      if (lab.ours.note(id) === undefined) return undefined;
      lab.real.must(['notes', 'remove', id]);
      lab.ours.removeNotes([id]);
      return `notes remove ${id}`;
    default:
      lab.real.must(['notes', 'add', '-f', '-m', text, id]);
      lab.ours.addNote(id, text, { force: true });
      return `notes add ${id}`;
  }
};
