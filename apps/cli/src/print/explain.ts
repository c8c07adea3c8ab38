/** What a user is told of an error, in the words of Git where it has some. */
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { Failure } from '../failure.js';

/** The lines for standard error and the exit code. */
export interface Explanation {
  readonly text: string;
  readonly exitCode: number;
}

/** Explains what a command threw. */
export function explain(error: unknown): Explanation {
  if (error instanceof Failure) return { text: error.text, exitCode: error.exitCode };
  if (!(error instanceof Error)) return { text: `fatal: ${String(error)}\n`, exitCode: 128 };
  const { code } = error as { code?: unknown };
  // An error of ours says what to do; for any other the stack is the best there is.
  if (typeof code !== 'string') return { text: `fatal: ${error.stack ?? error.message}\n`, exitCode: 128 };
  const { data } = error as { data?: Facts };
  const exitCode = exitCodeOf(error);
  return { text: `${exitCode === EXIT.usage ? 'error' : 'fatal'}: ${sentenceOf(code, data ?? {}) ?? error.message}\n`, exitCode };
}

type Facts = Readonly<Record<string, unknown>>;

function sentenceOf(code: string, data: Facts): string | undefined {
  const text = (name: string): string => String(data[name]);
  switch (code) {
    case 'revision-invalid':
      return revisionSentence(data);
    case 'object-id-ambiguous':
      return unknownRevision(text('revision'));
    case 'object-missing':
      return `bad object ${text('id')}`;
    case 'ref-name-invalid':
      return `invalid ref format: ${text('name')}`;
    case 'lock-held':
      return `Unable to create '${text('path')}': File exists.\n\nAnother git process seems to be running in this repository, e.g.\n` +
        "an editor opened by 'git commit'. Please make sure all processes\nare terminated then try again. If it still fails, a git process\n" +
        'may have crashed in this repository earlier:\nremove the file manually to continue.';
    default:
      return undefined;
  }
}

/** What Git says where an argument is neither a revision nor a path. */
export function unknownRevision(revision: string): string {
  return `ambiguous argument '${revision}': unknown revision or path not in the working tree.\n` +
    "Use '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'";
}

function revisionSentence(data: Facts): string {
  const text = (name: string): string => String(data[name]);
  switch (data['kind']) {
    case 'reflog-too-short':
      return `log for '${text('name')}' only has ${text('count')} entries`;
    case 'reflog-empty':
      return `log for ${text('name')} is empty`;
    case 'head-detached':
      return 'HEAD does not point to a branch';
    case 'no-branch':
      return `no such branch: '${text('branch')}'`;
    case 'no-upstream':
      return `no upstream configured for branch '${text('branch')}'`;
    case 'upstream-not-tracked':
      return `upstream branch '${text('merge')}' not stored as a remote-tracking branch`;
    case 'push-nothing':
      return "push has no destination (push.default is 'nothing')";
    case 'push-not-included':
      return `push refspecs for '${text('remote')}' do not include '${text('branch')}'`;
    case 'push-not-tracked':
      return `push destination '${text('ref')}' on remote '${text('remote')}' has no local tracking branch`;
    case 'push-not-simple':
      return "cannot resolve 'simple' push to a single destination";
    case 'not-a-tree':
      return `invalid object name '${text('name')}'.`;
    case 'path-missing':
      return data['fullPath'] === undefined
        ? `path '${text('path')}' does not exist in '${text('name')}'`
        : `path '${text('fullPath')}' exists, but not '${text('path')}'\nhint: Did you mean '${text('name')}:${text('fullPath')}' aka '${text('name')}:./${text('path')}'?`;
    case 'path-outside':
      return 'relative path syntax can\'t be used outside working tree';
    case 'index-path-missing':
      return data['stage'] === undefined
        ? `path '${text('path')}' does not exist (neither on disk nor in the index)`
        : `path '${text('path')}' is in the index, but not at stage ${text('wantedStage')}\nhint: Did you mean ':${text('stage')}:${text('path')}'?`;
    default:
      return unknownRevision(text('revision'));
  }
}
