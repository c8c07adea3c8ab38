import { GovcError } from '../../errors.js';
import type { ObjectType } from '../../hash/hash-object.js';
import type { ObjectId } from '../../hash/object-id.js';

/** An object that an abbreviation fits. */
export interface IdCandidate {
  readonly id: ObjectId;
  readonly type: ObjectType;
}

/** Why a revision names nothing: `data` of the errors `revision-invalid` and `object-id-ambiguous`, with the whole text as `revision`. */
export type RevisionProblem =
  /** Nothing has that name. */
  | { readonly kind: 'unknown' }
  /** An abbreviation fits several objects, of the kind that is asked for where some are. Tags first, then commits, trees, blobs. */
  | { readonly kind: 'ambiguous'; readonly prefix: string; readonly candidates: readonly IdCandidate[] }
  /** `^{type}` of an object that leads to none of that type. */
  | { readonly kind: 'wrong-type'; readonly expression: string; readonly expected: ObjectType; readonly actual: ObjectType }
  /** `ref@{n}` with a larger number than the log has entries. */
  | { readonly kind: 'reflog-too-short'; readonly name: string; readonly count: number }
  | { readonly kind: 'reflog-empty'; readonly name: string }
  /** `@{upstream}` or `@{push}` of no branch. */
  | { readonly kind: 'head-detached' }
  | { readonly kind: 'no-branch'; readonly branch: string }
  | { readonly kind: 'no-upstream'; readonly branch: string }
  | { readonly kind: 'upstream-not-tracked'; readonly merge: string }
  | { readonly kind: 'push-nothing' }
  | { readonly kind: 'push-not-included'; readonly remote: string; readonly branch: string }
  | { readonly kind: 'push-not-tracked'; readonly remote: string; readonly ref: string }
  | { readonly kind: 'push-not-simple' }
  /** Left of a colon stands nothing that has a tree. */
  | { readonly kind: 'not-a-tree'; readonly name: string }
  /** No entry has that path; `fullPath` is set where it is there from the prefix on. */
  | { readonly kind: 'path-missing'; readonly path: string; readonly name: string; readonly fullPath: string | undefined }
  /** The same in the index; `stage` is one at which it is there, with `fullPath` from the prefix on. */
  | {
    readonly kind: 'index-path-missing'; readonly path: string; readonly wantedStage: number;
    readonly stage: number | undefined; readonly fullPath: string | undefined;
  }
  /** `./` or `../` without a working tree, or out of it. */
  | { readonly kind: 'path-outside'; readonly path: string }
  /** No commit has such a message. */
  | { readonly kind: 'text-not-found'; readonly pattern: string }
  | { readonly kind: 'pattern-invalid'; readonly pattern: string }
  | { readonly kind: 'range-invalid'; readonly symmetric: boolean }
  | { readonly kind: 'too-long'; readonly sizeMax: number };

/** The error for a revision that names nothing: `object-id-ambiguous` for an abbreviation, else `revision-invalid`. */
export function revisionError(revision: string, problem: RevisionProblem): GovcError {
  const shown = revision.slice(0, 200);
  const code = problem.kind === 'ambiguous' ? 'object-id-ambiguous' : 'revision-invalid';
  return new GovcError(code, `The revision "${shown}" names nothing: ${describe(problem)}.`, {
    revision: shown, ...problem,
  });
}

function describe(problem: RevisionProblem): string {
  switch (problem.kind) {
    case 'unknown':
      return 'it is neither a ref nor an object of this repository';
    case 'ambiguous':
      return `the abbreviation ${problem.prefix} fits ${problem.candidates.length} objects; write more digits`;
    case 'wrong-type':
      return `"${problem.expression}" leads to a ${problem.actual}, not a ${problem.expected}`;
    case 'reflog-too-short':
      return `the log of "${problem.name}" has only ${problem.count} entries`;
    case 'reflog-empty':
      return `the log of "${problem.name}" is empty`;
    case 'head-detached':
      return 'HEAD does not stand on a branch';
    case 'no-branch':
      return `there is no branch "${problem.branch}"`;
    case 'no-upstream':
      return `no upstream is configured for the branch "${problem.branch}"`;
    case 'upstream-not-tracked':
      return `the upstream branch "${problem.merge}" is not kept as a remote-tracking branch`;
    case 'push-nothing':
      return 'push.default is "nothing"';
    case 'push-not-included':
      return `the push refspecs of "${problem.remote}" leave out "${problem.branch}"`;
    case 'push-not-tracked':
      return `"${problem.ref}" of "${problem.remote}" is not kept as a remote-tracking branch`;
    case 'push-not-simple':
      return 'push.default "simple" finds no single target';
    case 'not-a-tree':
      return `"${problem.name}" is no object with a tree`;
    case 'path-missing':
      return `"${problem.path}" does not exist in "${problem.name}"`;
    case 'index-path-missing':
      return `"${problem.path}" is not in the index${problem.stage === undefined ? '' : ' at that stage'}`;
    case 'path-outside':
      return `"${problem.path}" does not lead into a working tree`;
    case 'text-not-found':
      return `no commit has a message that fits "${problem.pattern}"`;
    case 'pattern-invalid':
      return `"${problem.pattern}" is no pattern that can be looked for`;
    case 'range-invalid':
      return 'a side of the range is no commit';
    case 'too-long':
      return `it is longer than ${problem.sizeMax} characters`;
  }
}
