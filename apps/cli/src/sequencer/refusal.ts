import { Failure } from '../failure.js';

/** A step of a sequence that could not be begun: nothing was changed by it. */
export class Refusal extends Failure {
  /** @param text lines for standard error */
  constructor(text: string) {
    super(text, 128);
  }
}

/** Ends a step with `error: …`. */
export function refuse(sentence: string): never {
  throw new Refusal(`error: ${sentence}\n`);
}

/** Lines as Git gives hints that nobody can turn off. */
export function hintText(text: string): string {
  return text.split('\n').map((line) => `hint: ${line}\n`).join('');
}

/** The words of Git where files in conflict stand in the way. */
export function unmergedText(action: string, hints: boolean): string {
  const verbs: Readonly<Record<string, string>> = { 'cherry-pick': 'Cherry-picking', 'commit': 'Committing', 'merge': 'Merging', 'pull': 'Pulling', 'revert': 'Reverting', 'rebase': 'Rebasing' };
  const verb = verbs[action];
  const sentence = verb === undefined ? `It is not possible to ${action} because you have unmerged files.` : `${verb} is not possible because you have unmerged files.`;
  const hint = hints ? hintText("Fix them up in the work tree, and then use 'git add/rm <file>'\nas appropriate to mark resolution and make a commit.") : '';
  return `error: ${sentence}\n${hint}`;
}
