import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { makeCheckRule, makeDriverRule, type CheckRule } from '../diff/diff-attributes.js';
import { isBinarySide, type DiffSource } from '../diff/diff-source.js';
import type { ChangeOptions, ChangeRequest } from '../diff/find-changes.js';
import type { WordFormat } from '../diff/format-patch.js';
import type { HunkOptions } from '../diff/hunks.js';
import type { DiffAlgorithm, LineDiffOptions, WhitespaceOptions } from '../diff/line-diff.js';
import type { MovedLinesOptions } from '../diff/moved-lines.js';
import { parseChangeFilter, parseOrderFile, type Rotation } from '../diff/select-changes.js';
import type { ObjectId } from '../hash/object-id.js';
import { treeAttributes } from '../history/archive-entries.js';
import { AttributeRules, type AttributeSources } from '../pattern/attributes.js';
import { parsePathspec } from '../pattern/pathspec.js';
import { compileTextPattern, type TextPattern } from '../pattern/text-pattern.js';
import type { ReadContext } from './read-context.js';

/** What is compared, and how. What is left out is as the configuration says (`diff.*`), and then as Git has it. */
export interface DiffOptions {
  /** Pathspec elements. Default: all paths. */
  readonly paths?: readonly string[] | undefined;
  /** Default: `diff.renames`, or else `renames`. */
  readonly renames?: 'off' | 'renames' | 'copies' | undefined;
  /** Whether unchanged files may be sources of copies; reads both trees whole. Default: false. */
  readonly findCopiesHarder?: boolean | undefined;
  /** How similar files of a rename or copy are at least, in percent. Default: 50. */
  readonly renameScore?: number | undefined;
  /** How many files are compared for renames; see `RenameOptions`. Default: `diff.renameLimit`, or else 1000. */
  readonly renameLimit?: number | undefined;
  /** How rewrites are found. Default: they are not. */
  readonly breakRewrites?: ChangeOptions['breakRewrites'];
  /** Default: `diff.algorithm`, or else `myers`. */
  readonly algorithm?: DiffAlgorithm | undefined;
  readonly whitespace?: WhitespaceOptions | undefined;
  /** What a word is, as an extended expression (`--word-diff-regex`). Default: as drivers and `diff.wordRegex` say. */
  readonly wordRegex?: string | undefined;
  /** Finds lines that were moved, for `DiffLine.moved`; reads every file when the first one is asked for its lines. Default: it does not. */
  readonly moved?: MovedLinesOptions | undefined;
  /** Unchanged lines around changes. Default: `diff.context`, or else 3. */
  readonly contextLines?: number | undefined;
  /** Default: `diff.interHunkContext`, or else 0. */
  readonly interHunkLines?: number | undefined;
  /** Whether hunks show whole functions. Default: false. */
  readonly functionContext?: boolean | undefined;
  /** Whether old and new change places. Default: false. */
  readonly isReversed?: boolean | undefined;
  /** Kinds of changes, as the letters of `--diff-filter`. Default: all. */
  readonly filter?: string | undefined;
  readonly ignoreSubmodules?: 'all' | 'none' | undefined;
  /** Only paths that begin so, which a patch then leaves out (`--relative=<prefix>`). Default: all paths. */
  readonly prefix?: string | undefined;
  /** Patterns of paths that come first, one a line, with `*`, `?` and `[…]` (`-O`). Default: the order of trees. */
  readonly order?: string | undefined;
  /** From which path on changes are given (`--rotate-to`, `--skip-to`). Default: all in order. */
  readonly rotation?: Rotation | undefined;
  /**
   * Where the attributes of files come from besides these lists: the `.gitattributes` of the new tree, or nowhere, as for Git
   * in a bare repository. Default: `new`.
   */
  readonly attributesFrom?: 'new' | 'none' | undefined;
  /** Attributes from outside of trees. Default: none. */
  readonly attributes?: Omit<AttributeSources, 'inDirectory'> | undefined;
}

/** What is compared. */
export interface Trees {
  readonly old: ObjectId | undefined;
  readonly new: ObjectId | undefined;
}

/** What comparing two trees works with. */
export interface DiffJob {
  readonly request: ChangeRequest;
  readonly source: DiffSource;
  readonly lines: LineDiffOptions;
  readonly hunks: HunkOptions;
  readonly words: Omit<WordFormat, 'style'>;
  readonly checkRuleOf: (path: string) => CheckRule;
}

/** Options, configuration and attributes put together. @throws {GovcError} pathspec-invalid, config-invalid, unsupported */
export function makeDiffJob({ snapshot }: ReadContext, trees: Trees, options: DiffOptions): DiffJob {
  const { objects, algorithm, config } = snapshot;
  const around = options.attributes ?? {};
  const attributes = options.attributesFrom === 'none' || trees.new === undefined
    ? new AttributeRules(around)
    : treeAttributes({ objects, algorithm, tree: trees.new }, around);
  const source: DiffSource = { objects, driverOf: makeDriverRule(attributes, config) };
  const changes: ChangeOptions = {
    renames: options.renames ?? configuredRenames(config.get('diff.renames')),
    findCopiesHarder: options.findCopiesHarder,
    renameScore: options.renameScore,
    renameLimit: options.renameLimit ?? config.findInt('diff.renameLimit'),
    breakRewrites: options.breakRewrites,
    pathspec: options.paths === undefined ? undefined : parsePathspec(options.paths),
    isReversed: options.isReversed,
    ignoreSubmodules: options.ignoreSubmodules,
    prefix: options.prefix,
    order: options.order === undefined ? undefined : parseOrderFile(bytesFromLosslessText(options.order)),
    rotation: options.rotation,
    filter: options.filter === undefined ? undefined : parseChangeFilter(options.filter),
  };
  return {
    request: {
      objects, algorithm, ...trees, options: changes,
      isBinary: (entry, bytes) => isBinarySide(source, entry, bytes),
    },
    source,
    lines: {
      algorithm: options.algorithm ?? configuredAlgorithm(config.get('diff.algorithm')),
      whitespace: options.whitespace,
      indentHeuristic: config.getBool('diff.indentHeuristic', true),
    },
    hunks: {
      contextLines: options.contextLines ?? config.findInt('diff.context', { min: 0 }),
      interHunkLines: options.interHunkLines ?? config.findInt('diff.interHunkContext', { min: 0 }),
      functionContext: options.functionContext,
    },
    words: { pattern: wordPattern(options.wordRegex), fallback: wordPattern(config.get('diff.wordRegex')) },
    checkRuleOf: makeCheckRule(attributes, config),
  };
}

function configuredRenames(value: string | undefined): 'off' | 'renames' | 'copies' {
  switch (value?.toLowerCase()) {
    case 'copies':
    case 'copy':
      return 'copies';
    case 'false':
    case 'no':
    case 'off':
    case '0':
      return 'off';
    default:
      return 'renames';
  }
}

const ALGORITHMS: readonly string[] = ['myers', 'minimal', 'patience', 'histogram'] satisfies DiffAlgorithm[];

function configuredAlgorithm(value: string | undefined): DiffAlgorithm | undefined {
  const name = value?.toLowerCase();
  return name !== undefined && ALGORITHMS.includes(name) ? (name as DiffAlgorithm) : undefined;
}

function wordPattern(source: string | undefined): TextPattern | undefined {
  return source === undefined ? undefined : compileTextPattern(source, { syntax: 'extended' });
}
