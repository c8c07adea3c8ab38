/**
 * A bisection as a value that can be kept as JSON, and its log in the form of git-bisect(1).
 */
import { GovcError } from '../errors.js';
import { checkRefFormat } from '../ref/ref-name.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import type { HashAlgorithm } from '../hash/algorithm.js';

/** The words for what came later, which is looked for, and for what was before. */
export interface BisectTerms {
  readonly bad: string;
  readonly good: string;
}

/** What is known of a history so far. Made by {@link startBisect} and {@link markBisect}. */
export interface BisectState {
  readonly terms: BisectTerms;
  readonly bad: ObjectId | undefined;
  /** Ordered, each once. */
  readonly good: readonly ObjectId[];
  readonly skipped: readonly ObjectId[];
  readonly isFirstParent: boolean;
  /** Only commits that change one of these are tested: elements of a pathspec. Empty for all. */
  readonly paths: readonly string[];
  /** The commit that was to be tested last. */
  readonly expected: ObjectId | undefined;
  /** It is known that every good commit is an ancestor of the bad one, or was compared with it at a merge base. */
  readonly areAncestorsChecked: boolean;
  /** Lines without their ends, as `git bisect log` prints them. */
  readonly log: readonly string[];
}

/** How a bisection begins. */
export interface BisectOptions {
  readonly bad?: ObjectId | undefined;
  readonly good?: readonly ObjectId[] | undefined;
  /** Default: `bad` and `good`. */
  readonly terms?: BisectTerms | undefined;
  /** Looks among first parents only. Default: false. */
  readonly isFirstParent?: boolean | undefined;
  /** Tests only commits that change one of these: elements of a pathspec. Default: all. */
  readonly paths?: readonly string[] | undefined;
}

/** Gives the subject of a commit, for the log. */
export type SubjectOf = (id: ObjectId) => string;

const DEFAULT_TERMS: BisectTerms = { bad: 'bad', good: 'good' };
const COMMANDS = new Set([
  'help', 'start', 'skip', 'next', 'reset', 'visualize', 'view', 'replay', 'log', 'run', 'terms',
]);

/** Begins a bisection. @throws {GovcError} bisect-invalid: the terms cannot be used. */
export function startBisect(options: BisectOptions, subjectOf: SubjectOf): BisectState {
  const { bad, good = [], terms = DEFAULT_TERMS, isFirstParent = false, paths = [] } = options;
  checkTerms(terms);
  let state: BisectState = {
    terms, bad: undefined, good: [], skipped: [], isFirstParent, paths, expected: undefined, areAncestorsChecked: false, log: [],
  };
  const args: string[] = isFirstParent ? ['--first-parent'] : [];
  if (terms.bad !== 'bad') args.push('--term-bad', terms.bad);
  if (terms.good !== 'good') args.push('--term-good', terms.good);
  const marks = [...(bad === undefined ? [] : [[terms.bad, bad] as const]), ...good.map((id) => [terms.good, id] as const)];
  for (const [mark, id] of marks) {
    state = { ...withMark(state, mark, id), log: [...state.log, commentOf(mark, id, subjectOf)] };
    args.push(id);
  }
  if (paths.length > 0) args.push('--', ...paths);
  return withStatus({ ...state, log: [...state.log, ['git bisect start', ...args.map(quote)].join(' ')] });
}

/**
 * Records what a test of commits found.
 *
 * @param mark one of the terms, or `skip`: the commit cannot be tested. Before anything is marked, `new` and `old` become the
 *   terms where one of them is used.
 * @throws {GovcError} bisect-invalid: another word, or several commits that are bad
 */
export function markBisect(
  state: BisectState, mark: string, { ids, subjectOf }: { readonly ids: readonly ObjectId[]; readonly subjectOf: SubjectOf },
): BisectState {
  let next = chooseTerms(state, mark);
  const { terms } = next;
  if (mark !== terms.bad && mark !== terms.good && mark !== 'skip') {
    throw invalid(`The word "${mark.slice(0, 80)}" is neither "${terms.bad}", "${terms.good}" nor "skip".`, { mark: mark.slice(0, 80) });
  }
  if (mark === terms.bad && ids.length > 1) throw invalid(`Only one commit can be "${mark}".`, { mark });
  for (const id of ids) {
    const isExpected = next.expected === undefined || next.expected === id;
    const log = [...next.log, commentOf(mark, id, subjectOf), `git bisect ${mark} ${id}`];
    next = { ...withMark(next, mark, id), log };
    if (!isExpected) next = { ...next, expected: undefined, areAncestorsChecked: false };
  }
  return withStatus(next);
}

/** What {@link replayBisect} needs to know. */
export interface ReplayOptions {
  readonly algorithm: HashAlgorithm;
  readonly subjectOf: SubjectOf;
  /** Takes the first step of a bisection that was begun, as Git does in between. */
  readonly step: (state: BisectState) => BisectState;
}

/**
 * The bisection that a log tells of, begun anew.
 *
 * @throws {GovcError} bisect-invalid: a line that is neither a comment nor a command of a bisection
 */
export function replayBisect(log: string, { algorithm, subjectOf, step }: ReplayOptions): BisectState {
  let state: BisectState | undefined;
  for (const line of log.split(/\r?\n/)) {
    const command = /^[ \t]*git[ -]bisect[ \t]+(\S+)[ \t]*(.*)$/.exec(line);
    if (command === null) continue;
    const [, word = '', rest = ''] = command;
    if (word === 'start') {
      state = step(startBisect(parseStart(unquote(rest), algorithm), subjectOf));
    } else if (word !== 'terms') {
      if (state === undefined) throw invalid('The log does not begin with "git bisect start".', { line: line.slice(0, 200) });
      const ids = rest.split(/[ \t]+/).filter((text) => text !== '').map((text) => idOf(text, algorithm));
      // What was expected when the log was written is not known.
      const { expected, areAncestorsChecked } = state;
      state = { ...markBisect(state, word, { ids, subjectOf }), expected, areAncestorsChecked };
    }
  }
  if (state === undefined) throw invalid('The log has no "git bisect start".', {});
  return state;
}

/** The log as text. */
export function formatBisectLog(state: BisectState): string {
  return state.log.map((line) => `${line}\n`).join('');
}

/** The line that the log has for a commit. */
export function commentOf(label: string, id: ObjectId, subjectOf: SubjectOf): string {
  return `# ${label}: [${id}] ${subjectOf(id)}`;
}

function withMark(state: BisectState, mark: string, id: ObjectId): BisectState {
  if (mark === state.terms.bad) return { ...state, bad: id };
  const key = mark === 'skip' ? 'skipped' : 'good';
  return { ...state, [key]: [...new Set([...state[key], id])].sort() };
}

function withStatus(state: BisectState): BisectState {
  const { bad, good } = state;
  if (bad !== undefined && good.length > 0) return state;
  const status = bad !== undefined
    ? 'waiting for good commit(s), bad commit known'
    : good.length === 0
      ? 'waiting for both good and bad commits'
      : `waiting for bad commit, ${good.length} good ${good.length === 1 ? 'commit' : 'commits'} known`;
  return { ...state, log: [...state.log, `# status: ${status}`] };
}

function chooseTerms(state: BisectState, mark: string): BisectState {
  const isUnmarked = state.bad === undefined && state.good.length === 0;
  const { terms } = state;
  if (!isUnmarked || terms.bad !== 'bad' || terms.good !== 'good' || (mark !== 'new' && mark !== 'old')) return state;
  return { ...state, terms: { bad: 'new', good: 'old' } };
}

function checkTerms({ bad, good }: BisectTerms): void {
  for (const [term, original] of [[bad, 'bad'], [good, 'good']] as const) {
    if (!checkRefFormat(`refs/bisect/${term}`).valid || COMMANDS.has(term)) throw invalid(`"${term.slice(0, 80)}" cannot be a term.`, { term });
    const other = original === 'bad' ? ['good', 'old'] : ['bad', 'new'];
    if (other.includes(term)) throw invalid(`The meaning of "${term}" cannot be changed.`, { term });
  }
  if (bad === good) throw invalid('The two terms must differ.', { term: bad });
}

function parseStart(args: readonly string[], algorithm: HashAlgorithm): BisectOptions {
  let { bad: badTerm, good: goodTerm } = DEFAULT_TERMS;
  let isFirstParent = false;
  let paths: readonly string[] = [];
  const ids: ObjectId[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const term = /^--term-(bad|new|good|old)(?:=(.*))?$/s.exec(arg);
    if (arg === '--') {
      paths = args.slice(i + 1);
      break;
    }
    if (term !== null) {
      const value = term[2] ?? args[++i] ?? '';
      if (term[1] === 'bad' || term[1] === 'new') badTerm = value;
      else goodTerm = value;
    } else if (arg === '--first-parent') {
      isFirstParent = true;
    } else if (arg !== '--no-checkout') {
      ids.push(idOf(arg, algorithm));
    }
  }
  const [bad, ...good] = ids;
  return { bad, good, isFirstParent, paths, terms: { bad: badTerm, good: goodTerm } };
}

function idOf(text: string, algorithm: HashAlgorithm): ObjectId {
  const id = findObjectId(text, algorithm);
  if (id === undefined) throw invalid(`"${text.slice(0, 80)}" is not the full id of a commit.`, { text: text.slice(0, 80) });
  return id;
}

function quote(text: string): string {
  return `'${text.replace(/['!]/g, (mark) => `'\\${mark}'`)}'`;
}

/** Words as a shell splits them: in quotes, or with a backslash before a mark. */
function unquote(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/gs)) {
    words.push(word.replace(/'([^']*)'|\\(.)/gs, (_all, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? ''));
  }
  return words;
}

function invalid(message: string, data: Readonly<Record<string, unknown>>): GovcError {
  return new GovcError('bisect-invalid', message, data);
}
