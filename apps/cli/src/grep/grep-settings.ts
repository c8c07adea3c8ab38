/** The command line of `git grep` (git-grep(1)). */
import { losslessTextFromBytes, type Config, type PatternSyntax } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { CommandIo } from '../io.js';
import { flag, group, integer, numberOption, optionalValue, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { readAll } from '../print/output.js';
import { absolutePath } from '../session/files-host.js';

/** A word of an expression: a pattern, or what joins patterns. */
export type GrepToken = { readonly pattern: string } | 'and' | 'not' | '(' | ')';

/** What is asked for; changed in place while options are read. */
export interface GrepSettings {
  isCached: boolean;
  usesIndex: boolean;
  includesUntracked: boolean;
  excludesStandard: boolean | undefined;
  recursesSubmodules: boolean;
  inverts: boolean;
  ignoresCase: boolean;
  isWord: boolean;
  binary: 'tell' | 'text' | 'skip';
  depthMax: number | undefined;
  syntax: PatternSyntax | undefined;
  showsLine: boolean;
  showsColumn: boolean;
  showsPath: boolean;
  isRelative: boolean;
  namesOnly: boolean;
  namesWithout: boolean;
  isNul: boolean;
  onlyMatching: boolean;
  counts: boolean;
  color: string | undefined;
  hasBreak: boolean;
  hasHeading: boolean;
  before: number;
  after: number;
  showsFunction: boolean;
  showsWholeFunction: boolean;
  isQuiet: boolean;
  allMatch: boolean;
  /** The pager of `-O`; `true` for the usual one. */
  pager: string | true | undefined;
  countMax: number | undefined;
  readonly tokens: GrepToken[];
  readonly patternFiles: { readonly path: string; readonly at: number }[];
}

const USAGE = ['git grep [<options>] [-e] <pattern> [<rev>...] [[--] <path>...]'];

/** Settings, and the arguments that are left: revisions, paths and `--`. @throws {Failure} */
export async function readGrepArguments(args: readonly string[], io: CommandIo, config: Config): Promise<{ settings: GrepSettings; rest: string[] }> {
  const settings = makeSettings(config);
  const options = grepOptions(settings);
  let rest = parseOptions(args, { io, usage: USAGE, options, stopsAtArgument: true, keepsDashes: true });
  while (rest[0] === '(' || rest[0] === ')') {
    settings.tokens.push(rest[0]);
    rest = parseOptions(rest.slice(1), { io, usage: USAGE, options, stopsAtArgument: true, keepsDashes: true });
  }
  await readPatternFiles(settings, io);
  const hasPattern = settings.tokens.length > 0;
  if (!hasPattern && rest[0] === '--') rest.shift();
  if (!hasPattern && rest.length > 0) pushPattern(settings, rest.shift()!);
  if (settings.tokens.length === 0) die('no pattern given');
  if (settings.inverts) settings.onlyMatching = false;
  if (settings.pager !== undefined) settings.namesOnly = true;
  return { settings, rest };
}

function makeSettings(config: Config): GrepSettings {
  const type = config.get('grep.patterntype');
  if (type !== undefined && !['default', 'basic', 'extended', 'fixed', 'perl'].includes(type)) die(`bad grep.patterntype argument: ${type}`);
  return {
    isCached: false, usesIndex: true, includesUntracked: false, excludesStandard: undefined, recursesSubmodules: config.getBool('submodule.recurse', false),
    inverts: false, ignoresCase: false, isWord: false, binary: 'tell', depthMax: undefined,
    syntax: type === undefined || type === 'default' ? undefined : type as PatternSyntax, showsLine: config.getBool('grep.linenumber', false),
    showsColumn: config.getBool('grep.column', false), showsPath: true, isRelative: !config.getBool('grep.fullname', false), namesOnly: false, namesWithout: false,
    isNul: false, onlyMatching: false, counts: false, color: config.get('color.grep') ?? config.get('color.ui'), hasBreak: false, hasHeading: false, before: 0, after: 0,
    showsFunction: false, showsWholeFunction: false, isQuiet: false, allMatch: false, pager: undefined, countMax: undefined, tokens: [], patternFiles: [],
  };
}

/** A pattern of several lines is as many patterns. */
function pushPattern({ tokens }: GrepSettings, text: string): void {
  for (const line of text.split('\n')) tokens.push({ pattern: line });
}

async function readPatternFiles(settings: GrepSettings, io: CommandIo): Promise<void> {
  for (const { path, at } of [...settings.patternFiles].reverse()) {
    const bytes = path === '-' ? await readAll(io.stdin) : io.files.readFile(absolutePath(io.cwd, path));
    if (bytes === undefined) die(`cannot open '${path}': No such file or directory`);
    const lines = losslessTextFromBytes(bytes).split('\n').filter((line) => line !== '');
    settings.tokens.splice(at, 0, ...lines.map((pattern): GrepToken => ({ pattern })));
  }
}

type FlagName = { [Key in keyof GrepSettings]: GrepSettings[Key] extends boolean ? Key : never }[keyof GrepSettings];

function grepOptions(settings: GrepSettings): Option[] {
  return [...placeOptions(settings), group(''), ...matchOptions(settings), group(''), ...showOptions(settings), group(''), ...contextOptions(settings), ...patternOptions(settings)];
}

function on(settings: GrepSettings, names: string, ...[help, name]: readonly [string, FlagName]): Option {
  return flag(names, help, (isOn) => { settings[name] = isOn; });
}

function placeOptions(settings: GrepSettings): Option[] {
  return [
    on(settings, 'cached', 'search in index instead of in the work tree', 'isCached'),
    flag('no-index', 'find in contents not managed by git', (isOn) => { settings.usesIndex = !isOn; }),
    on(settings, 'untracked', 'search in both tracked and untracked files', 'includesUntracked'),
    flag('exclude-standard', "ignore files specified via '.gitignore'", (isOn) => { settings.excludesStandard = isOn; }),
    on(settings, 'recurse-submodules', 'recursively search in each submodule', 'recursesSubmodules'),
  ];
}

function matchOptions(settings: GrepSettings): Option[] {
  const syntax = (names: string, help: string, name: PatternSyntax): Option => flag(names, help, (isOn) => { settings.syntax = isOn ? name : undefined; });
  return [
    on(settings, 'v|invert-match', 'show non-matching lines', 'inverts'),
    on(settings, 'i|ignore-case', 'case insensitive matching', 'ignoresCase'),
    on(settings, 'w|word-regexp', 'match patterns only at word boundaries', 'isWord'),
    flag('a|text', 'process binary files as text', (isOn) => { settings.binary = isOn ? 'text' : 'tell'; }),
    flag('I', "don't match patterns in binary files", () => { settings.binary = 'skip'; }),
    flag('textconv', 'process binary files with textconv filters', () => undefined),
    flag('r|recursive', 'search in subdirectories (default)', (isOn) => { settings.depthMax = isOn ? undefined : 0; }),
    integer('max-depth', 'depth', 'descend at most <depth> levels', (depth) => { settings.depthMax = depth === undefined || depth < 0 ? undefined : depth; }, { canNegate: false }),
    group(''),
    syntax('E|extended-regexp', 'use extended POSIX regular expressions', 'extended'),
    syntax('G|basic-regexp', 'use basic POSIX regular expressions (default)', 'basic'),
    syntax('F|fixed-strings', 'interpret patterns as fixed strings', 'fixed'),
    syntax('P|perl-regexp', 'use Perl-compatible regular expressions', 'perl'),
  ];
}

function showOptions(settings: GrepSettings): Option[] {
  return [
    on(settings, 'n|line-number', 'show line numbers', 'showsLine'),
    on(settings, 'column', 'show column number of first match', 'showsColumn'),
    flag('h', "don't show filenames", () => { settings.showsPath = false; }),
    flag('H', 'show filenames', () => { settings.showsPath = true; }),
    flag('full-name', 'show filenames relative to top directory', (isOn) => { settings.isRelative = !isOn; }),
    on(settings, 'l|files-with-matches', 'show only filenames instead of matching lines', 'namesOnly'),
    on(settings, 'name-only', 'synonym for --files-with-matches', 'namesOnly'),
    on(settings, 'L|files-without-match', 'show only the names of files without match', 'namesWithout'),
    on(settings, 'z|null', 'print NUL after filenames', 'isNul'),
    on(settings, 'o|only-matching', 'show only matching parts of a line', 'onlyMatching'),
    on(settings, 'c|count', 'show the number of matches instead of matching lines', 'counts'),
    optionalValue('color', 'when', 'highlight matches', (text, isSet) => { settings.color = isSet ? text ?? 'always' : 'never'; }),
    on(settings, 'break', 'print empty line between matches from different files', 'hasBreak'),
    on(settings, 'heading', 'show filename only once above matches from same file', 'hasHeading'),
  ];
}

function contextOptions(settings: GrepSettings): Option[] {
  const both = (count: number): void => {
    settings.before = count;
    settings.after = count;
  };
  return [
    value('C|context', 'n', 'show <n> context lines before and after matches', (text) => {
      if (text !== undefined && !/^-?\d+$/.test(text)) return 'expects a numerical value';
      both(Number(text ?? 0));
      return undefined;
    }),
    integer('B|before-context', 'n', 'show <n> context lines before matches', (count = 0) => { settings.before = count; }),
    integer('A|after-context', 'n', 'show <n> context lines after matches', (count = 0) => { settings.after = count; }),
    integer('threads', 'n', 'use <n> worker threads', (count) => {
      if (count !== undefined && count < 0) die(`invalid number of threads specified (${count})`);
    }),
    numberOption('shortcut for -C NUM', both),
    on(settings, 'p|show-function', 'show a line with the function name before matches', 'showsFunction'),
    on(settings, 'W|function-context', 'show the surrounding function', 'showsWholeFunction'),
    group(''),
  ];
}

function patternOptions(settings: GrepSettings): Option[] {
  const token = (name: string, help: string, word: GrepToken | undefined): Option => flag(name, help, () => { if (word !== undefined) settings.tokens.push(word); }, { canNegate: false });
  return [
    value('f', 'file', 'read patterns from file', (path) => { if (path !== undefined) settings.patternFiles.push({ path, at: settings.tokens.length }); }),
    value('e', 'pattern', 'match <pattern>', (text) => { pushPattern(settings, text ?? ''); }, { canNegate: false }),
    token('and', 'combine patterns specified with -e', 'and'),
    token('or', '', undefined),
    token('not', '', 'not'),
    on(settings, 'q|quiet', 'indicate hit with exit status without output', 'isQuiet'),
    on(settings, 'all-match', 'show only matches from files that match all patterns', 'allMatch'),
    group(''),
    optionalValue('O|open-files-in-pager', 'pager', 'show matching files in the pager', (text, isSet) => { settings.pager = isSet ? text ?? true : undefined; }),
    flag('ext-grep', 'allow calling of grep(1) (ignored by this build)', () => undefined),
    integer('m|max-count', 'n', 'maximum number of results per file', (count) => { settings.countMax = count === undefined || count < 0 ? undefined : count; }),
  ];
}
