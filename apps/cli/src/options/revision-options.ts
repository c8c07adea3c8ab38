/** The options that choose commits (git-rev-list(1), "Commit Limiting" and "Commit Ordering"), as one query. */
import type { RevListQuery } from '@govc/core';

import { die, Failure } from '../failure.js';

/** What is asked for; changed in place while options are read. */
export interface RevisionSettings {
  readonly query: { -readonly [Key in keyof RevListQuery]: RevListQuery[Key] };
  readonly revisions: string[];
  readonly authors: string[];
  readonly committers: string[];
  readonly greps: string[];
  readonly reflogGreps: string[];
  readonly ancestryPaths: string[];
  /** Revisions come from standard input. */
  readsInput: boolean;
  marksSides: boolean;
  usesGraph: boolean;
  showsSource: boolean;
}

/** Settings before any option was read. */
export function makeRevisionSettings(): RevisionSettings {
  return {
    query: {}, revisions: [], authors: [], committers: [], greps: [], reflogGreps: [], ancestryPaths: [], readsInput: false, marksSides: false,
    usesGraph: false, showsSource: false,
  };
}

/** The query when all options were read. */
export function finishQuery(settings: RevisionSettings, paths: readonly string[] | undefined): RevListQuery {
  const { query, revisions, authors, committers, greps, reflogGreps, ancestryPaths } = settings;
  const list = (texts: readonly string[]): readonly string[] | undefined => (texts.length === 0 ? undefined : texts);
  return {
    ...query, revisions, paths: paths === undefined || paths.length === 0 ? undefined : paths,
    author: list(authors), committer: list(committers), grep: list(greps), grepReflog: list(reflogGreps),
    ancestryPath: query.ancestryPath ?? list(ancestryPaths),
  };
}

/** Reads the option at a place; gives how many arguments it takes, 0 where it is none of these. @throws {Failure} */
export function readRevisionOption(settings: RevisionSettings, args: readonly string[], at: number): number {
  const arg = args[at]!;
  const { query } = settings;
  if (/^-\d+$/.test(arg)) {
    query.maxCount = Number(arg.slice(1));
    return 1;
  }
  if (/^-n/.test(arg)) {
    const text = arg === '-n' ? args[at + 1] : arg.slice(2);
    if (text === undefined) throw new Failure('error: -n requires an argument\n', 128);
    query.maxCount = count(text);
    return arg === '-n' ? 2 : 1;
  }
  if (SELECTORS.test(arg)) {
    settings.revisions.push(arg);
    return 1;
  }
  const plain = PLAIN[arg];
  if (plain !== undefined) {
    plain(settings);
    return 1;
  }
  const equals = arg.indexOf('=');
  const name = equals < 0 ? arg : arg.slice(0, equals);
  const valued = VALUED[name];
  if (valued === undefined) return 0;
  const text = equals < 0 ? args[at + 1] : arg.slice(equals + 1);
  if (text === undefined) throw new Failure(`error: Option '${name}' requires a value\n`, 128);
  valued(settings, text);
  return equals < 0 ? 2 : 1;
}

const SELECTORS = /^--(?:all|not|branches(?:=.*)?|tags(?:=.*)?|remotes(?:=.*)?|glob=.*|exclude=.*)$/;

const PLAIN: Readonly<Record<string, (settings: RevisionSettings) => void>> = {
  '--stdin': (settings) => { settings.readsInput = true; },
  '--merges': ({ query }) => { query.minParents = 2; },
  '--no-merges': ({ query }) => { query.maxParents = 1; },
  '--no-min-parents': ({ query }) => { query.minParents = undefined; },
  '--no-max-parents': ({ query }) => { query.maxParents = undefined; },
  '--first-parent': ({ query }) => { query.firstParent = true; },
  '--exclude-first-parent-only': ({ query }) => { query.excludeFirstParentOnly = true; },
  '--topo-order': ({ query }) => { query.order = 'topo'; },
  '--date-order': ({ query }) => { query.order = 'date'; },
  '--author-date-order': ({ query }) => { query.order = 'author-date'; },
  '--reverse': ({ query }) => { query.reverse = query.reverse !== true; },
  '--boundary': ({ query }) => { query.boundary = true; },
  '--left-right': (settings) => { settings.marksSides = true; },
  '--left-only': ({ query }) => { query.leftOnly = true; },
  '--right-only': ({ query }) => { query.rightOnly = true; },
  '--cherry-mark': ({ query }) => { query.cherry = 'mark'; },
  '--cherry-pick': ({ query }) => { query.cherry = 'pick'; },
  '--cherry': ({ query }) => { query.cherry = 'mark'; query.rightOnly = true; query.maxParents = 1; },
  '--ancestry-path': ({ query }) => { query.ancestryPath = true; },
  '--full-history': ({ query }) => { query.fullHistory = true; },
  '--dense': ({ query }) => { query.sparse = false; },
  '--sparse': ({ query }) => { query.sparse = true; },
  '--simplify-merges': ({ query }) => { query.simplifyMerges = true; query.fullHistory = true; query.order ??= 'topo'; },
  '--simplify-by-decoration': ({ query }) => { query.simplifyByDecoration = true; },
  '--show-pulls': ({ query }) => { query.showPulls = true; },
  '--remove-empty': ({ query }) => { query.removeEmpty = true; },
  '--no-walk': ({ query }) => { query.noWalk = 'sorted'; },
  '--do-walk': ({ query }) => { query.noWalk = undefined; },
  '--all-match': ({ query }) => { query.allMatch = true; },
  '--invert-grep': ({ query }) => { query.invertGrep = true; },
  '--regexp-ignore-case': ({ query }) => { query.ignoreCase = true; },
  '-i': ({ query }) => { query.ignoreCase = true; },
  '--basic-regexp': ({ query }) => { query.patternSyntax = 'basic'; },
  '--extended-regexp': ({ query }) => { query.patternSyntax = 'extended'; },
  '-E': ({ query }) => { query.patternSyntax = 'extended'; },
  '--fixed-strings': ({ query }) => { query.patternSyntax = 'fixed'; },
  '-F': ({ query }) => { query.patternSyntax = 'fixed'; },
  '--perl-regexp': ({ query }) => { query.patternSyntax = 'perl'; },
  '-P': ({ query }) => { query.patternSyntax = 'perl'; },
  '--walk-reflogs': ({ query }) => { query.walkReflogs = true; },
  '-g': ({ query }) => { query.walkReflogs = true; },
  '--ignore-missing': ({ query }) => { query.ignoreMissing = true; },
  '--graph': (settings) => { settings.usesGraph = true; settings.query.order ??= 'topo'; },
  '--no-graph': (settings) => { settings.usesGraph = false; },
  '--children': ({ query }) => { query.children = true; },
  '--parents': ({ query }) => { query.parents = true; },
  '--source': (settings) => { settings.showsSource = true; },
};

const VALUED: Readonly<Record<string, (settings: RevisionSettings, text: string) => void>> = {
  '--max-count': ({ query }, text) => { query.maxCount = count(text); },
  '--skip': ({ query }, text) => { query.skip = count(text); },
  '--since': ({ query }, text) => { query.since = text; },
  '--after': ({ query }, text) => { query.since = text; },
  '--since-as-filter': ({ query }, text) => { query.sinceAsFilter = text; },
  '--until': ({ query }, text) => { query.until = text; },
  '--before': ({ query }, text) => { query.until = text; },
  '--max-age': ({ query }, text) => { query.since = count(text); },
  '--min-age': ({ query }, text) => { query.until = count(text); },
  '--min-parents': ({ query }, text) => { query.minParents = count(text); },
  '--max-parents': ({ query }, text) => { const number = count(text); query.maxParents = number < 0 ? undefined : number; },
  '--author': ({ authors }, text) => { authors.push(text); },
  '--committer': ({ committers }, text) => { committers.push(text); },
  '--grep': ({ greps }, text) => { greps.push(text); },
  '--grep-reflog': ({ reflogGreps }, text) => { reflogGreps.push(text); },
  '--ancestry-path': ({ ancestryPaths }, text) => { ancestryPaths.push(text); },
  '--no-walk': ({ query }, text) => { query.noWalk = text === 'unsorted' ? 'unsorted' : text === 'sorted' ? 'sorted' : die(`invalid argument to --no-walk`); },
};

/** A negative number is no limit. */
function count(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new Failure(`fatal: '${text}': not an integer\n`, 128);
  const number = Number(text);
  return number < 0 ? Number.MAX_SAFE_INTEGER : number;
}
