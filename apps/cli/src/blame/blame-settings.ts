/** The command line of `git blame` and `git annotate` (git-blame(1)). */
import type { BlameRequest, LineDiffOptions } from '@govc/core/plumbing';

import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { flag, optionalValue, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readDateMode } from '../print/commit-text.js';
import type { Config, DateMode } from '@govc/core/plumbing';

/** What is asked for; changed in place while options are read. */
export interface BlameSettings {
  isIncremental: boolean;
  blanksBoundary: boolean;
  showsRoot: boolean;
  showsStats: boolean;
  showsScore: boolean;
  showsName: boolean;
  showsNumber: boolean;
  porcelain: 'no' | 'once' | 'line';
  isAnnotate: boolean;
  isRawTime: boolean;
  isLong: boolean;
  hidesAuthor: boolean;
  showsEmail: boolean;
  ignoresSpace: boolean;
  readonly ignoredRevisions: string[];
  readonly ignoredFiles: string[];
  colorsLines: boolean;
  colorsByAge: boolean;
  isMinimal: boolean;
  contents: string | undefined;
  copies: number;
  copyScore: number | undefined;
  moves: boolean;
  moveScore: number | undefined;
  readonly ranges: string[];
  /** Digits as asked for; `undefined`: as many as needed. */
  abbreviation: number | undefined;
  date: DateMode | undefined;
  isReverse: boolean;
  firstParent: boolean;
  followsRenames: boolean;
  since: string | undefined;
  encoding: string | undefined;
  progress: boolean | undefined;
  readonly revisions: string[];
  path: string;
  algorithm: LineDiffOptions['algorithm'];
  graftsFile: string | undefined;
}

/** What only the path and revisions of the command line still say. */
export interface BlameArguments {
  readonly settings: BlameSettings;
  /** Arguments that are no options. */
  readonly names: readonly string[];
  /** How many stand before `--`. */
  readonly dashes: number | undefined;
  readonly usage: string;
}

/** Reads the command line. @throws {Failure} */
export function readBlameArguments(args: readonly string[], context: Context, config: Config): BlameArguments {
  const isAnnotate = context.name === 'annotate';
  const settings = makeSettings(config, isAnnotate);
  const options = blameOptions(settings);
  const usage = [`git ${context.name} [<options>] [<rev-opts>] [<rev>] [--] <file>`, '', '<rev-opts> are documented in git-rev-list(1)'];
  const names: string[] = [];
  let dashes: number | undefined;
  const rest = parseOptions(args, { io: context.io, usage, options, keepsDashes: true, keepsUnknown: true });
  for (let at = 0; at < rest.length; at++) {
    const arg = rest[at]!;
    if (arg === '--') {
      dashes = names.length;
      names.push(...rest.slice(at + 1));
      break;
    }
    const taken = arg.startsWith('-') && arg !== '-' ? readRevisionWord(settings, rest, at) : 0;
    if (taken === 0 && arg.startsWith('-') && arg !== '-') {
      usageError(usageText(usage, options), `unknown ${arg.startsWith('--') ? `option \`${arg.slice(2)}'` : `switch \`${arg[1]!}'`}`);
    }
    if (taken === 0) names.push(arg);
    else at += taken - 1;
  }
  return { settings, names, dashes, usage: usageText(usage, options) };
}

function makeSettings(config: Config, isAnnotate: boolean): BlameSettings {
  const coloring = config.get('blame.coloring');
  const date = config.get('blame.date');
  return {
    isIncremental: false, blanksBoundary: config.getBool('blame.blankboundary', false), showsRoot: config.getBool('blame.showroot', false), showsStats: false,
    showsScore: false, showsName: false, showsNumber: false, porcelain: 'no', isAnnotate, isRawTime: false, isLong: false, hidesAuthor: false,
    showsEmail: config.getBool('blame.showemail', false), ignoresSpace: false, ignoredRevisions: [],
    ignoredFiles: config.getAll('blame.ignorerevsfile').map((path) => path), colorsLines: coloring === 'repeatedLines', colorsByAge: coloring === 'highlightRecent',
    isMinimal: false, contents: undefined, copies: 0, copyScore: undefined, moves: false, moveScore: undefined, ranges: [], abbreviation: undefined,
    date: isAnnotate ? readDateMode('iso') : date === undefined ? undefined : readDateMode(date), isReverse: false, firstParent: false, followsRenames: true,
    since: undefined, encoding: undefined, progress: undefined, revisions: [], path: '', algorithm: undefined, graftsFile: undefined,
  };
}

function score(text: string | undefined): number | undefined {
  return text === undefined ? undefined : /^\d+$/.test(text) ? Number(text) || undefined : undefined;
}

function blameOptions(settings: BlameSettings): Option[] {
  const on = (names: string, help: string, name: { [Key in keyof BlameSettings]: BlameSettings[Key] extends boolean ? Key : never }[keyof BlameSettings]): Option =>
    flag(names, help, (isOn) => { settings[name] = isOn; });
  const list = (name: string, valueName: string, help: string, ...[into]: readonly [string[]]): Option => value(name, valueName, help, (text) => {
    if (text === undefined) into.length = 0;
    else into.push(text);
  });
  return [
    on('incremental', 'show blame entries as we find them, incrementally', 'isIncremental'),
    on('b', 'do not show object names of boundary commits (Default: off)', 'blanksBoundary'),
    on('root', 'do not treat root commits as boundaries (Default: off)', 'showsRoot'),
    on('show-stats', 'show work cost statistics', 'showsStats'),
    flag('progress', 'force progress reporting', (isOn) => { settings.progress = isOn; }),
    on('score-debug', 'show output score for blame entries', 'showsScore'),
    on('f|show-name', 'show original filename (Default: auto)', 'showsName'),
    on('n|show-number', 'show original linenumber (Default: off)', 'showsNumber'),
    flag('p|porcelain', 'show in a format designed for machine consumption', (isOn) => { settings.porcelain = isOn ? 'once' : 'no'; }),
    flag('line-porcelain', 'show porcelain format with per-line commit information', (isOn) => { settings.porcelain = isOn ? 'line' : 'no'; }),
    on('c', 'use the same output mode as git-annotate (Default: off)', 'isAnnotate'),
    on('t', 'show raw timestamp (Default: off)', 'isRawTime'),
    on('l', 'show long commit SHA1 (Default: off)', 'isLong'),
    on('s', 'suppress author name and timestamp (Default: off)', 'hidesAuthor'),
    on('e|show-email', 'show author email instead of name (Default: off)', 'showsEmail'),
    on('w', 'ignore whitespace differences', 'ignoresSpace'),
    list('ignore-rev', 'rev', 'ignore <rev> when blaming', settings.ignoredRevisions),
    list('ignore-revs-file', 'file', 'ignore revisions from <file>', settings.ignoredFiles),
    on('color-lines', 'color redundant metadata from previous line differently', 'colorsLines'),
    on('color-by-age', 'color lines by age', 'colorsByAge'),
    on('minimal', 'spend extra cycles to find better match', 'isMinimal'),
    value('S', 'file', 'use revisions from <file> instead of calling git-rev-list', (text) => { settings.graftsFile = text; }),
    value('contents', 'file', "use <file>'s contents as the final image", (text) => { settings.contents = text; }),
    optionalValue('C', 'score', 'find line copies within and across files', (text) => {
      settings.copies = Math.min(3, settings.copies + 1);
      settings.moves = true;
      settings.copyScore = score(text) ?? settings.copyScore;
    }),
    optionalValue('M', 'score', 'find line movements within and across files', (text) => {
      settings.moves = true;
      settings.moveScore = score(text) ?? settings.moveScore;
    }),
    list('L', 'range', 'process only line range <start>,<end> or function :<funcname>', settings.ranges),
    optionalValue('abbrev', 'n', 'use <n> digits to display object names', (text, isSet) => {
      if (text !== undefined && !/^\d+$/.test(text)) return 'expects a numerical value';
      settings.abbreviation = !isSet ? 0 : text === undefined ? undefined : Number(text) === 0 ? 0 : Math.max(4, Number(text));
      return undefined;
    }),
  ];
}

/** The options of rev-list that blame minds; gives how many arguments are taken. */
function readRevisionWord(settings: BlameSettings, args: readonly string[], at: number): number {
  const arg = args[at]!;
  const equals = arg.indexOf('=');
  const name = equals < 0 ? arg : arg.slice(0, equals);
  const text = (): string => (equals < 0 ? args[at + 1] ?? die(`option '${name}' requires a value`) : arg.slice(equals + 1));
  const taken = equals < 0 ? 2 : 1;
  switch (name) {
    case '--reverse': settings.isReverse = true; return 1;
    case '--first-parent': settings.firstParent = true; return 1;
    case '--no-follow': settings.followsRenames = false; return 1;
    case '--follow': settings.followsRenames = true; return 1;
    case '--find-copies-harder': settings.copies = Math.max(settings.copies, 2); settings.moves = true; return 1;
    case '--since': case '--after': settings.since = text(); return taken;
    case '--date': settings.date = settings.isAnnotate ? settings.date : readDateMode(text()); return taken;
    case '--encoding': settings.encoding = text(); return taken;
    case '--diff-algorithm': settings.algorithm = text() === 'default' ? 'myers' : text() as BlameSettings['algorithm']; return taken;
    case '--patience': case '--histogram': settings.algorithm = name.slice(2) as BlameSettings['algorithm']; return 1;
    case '--not': case '--all': settings.revisions.push(arg); return 1;
    case '--exclude-promisor-objects': case '--indent-heuristic': case '--no-indent-heuristic': case '--textconv': case '--no-textconv':
    case '--topo-order': case '--date-order': case '--children': return 1;
    default: return 0;
  }
}

/** Which files copies are looked for in. */
export function copySources(copies: number): BlameRequest['copySources'] {
  return copies >= 3 ? 'all' : copies === 2 ? 'all-for-new-files' : 'changed';
}

/** Ends as with a wrong command line. */
export function refuseUsage(usage: string): never {
  throw new Failure(usage, 129);
}
