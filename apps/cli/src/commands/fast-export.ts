import type { FastExportQuery, ObjectId } from '@govc/core';
import { bytesFromLosslessText, findObjectId, losslessTextFromBytes, parseFetchRefspec } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, failWith } from '../failure.js';
import { flag, integer, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { splitArguments } from '../session/arguments.js';
import { absolutePath } from '../session/files-host.js';
import type { CommandIo } from '../io.js';
import type { Session } from '../session/session.js';

const USAGE = ['git fast-export [<rev-list-opts>]'];

/** The query while options are read. */
type Query = { -readonly [Key in keyof FastExportQuery]: FastExportQuery[Key] };

/** `git fast-export`. */
export const fastExportCommand: Command = async (args, context) => {
  const { io } = context;
  const query: Query = {};
  const refspecs: string[] = [];
  const files = { export: undefined as string | undefined, import: undefined as string | undefined, mayBeAbsent: false };
  const options = [
    integer('progress', 'n', 'show progress after <n> objects', () => undefined),
    value('signed-tags', 'mode', 'select handling of signed tags', (text) => {
      const mode = SIGNED[text ?? 'abort'];
      if (mode === undefined) failWith(`Unknown signed-tags mode: ${text!}`, 129);
      query.signedTags = mode;
    }),
    value('tag-of-filtered-object', 'mode', 'select handling of tags that tag filtered objects', (text) => {
      const mode = FILTERED[text ?? 'abort'];
      if (mode === undefined) failWith(`Unknown tag-of-filtered mode: ${text!}`, 129);
      query.tagOfFilteredObject = mode;
    }),
    value('reencode', 'mode', 'select handling of commit messages in an alternate encoding', (text) => {
      const mode = REENCODE[(text ?? 'abort').toLowerCase()];
      if (mode === undefined) failWith(`Unknown reencoding mode: ${text!}`, 129);
      query.reencode = mode;
    }),
    value('export-marks', 'file', 'dump marks to this file', (text) => { files.export = text; }),
    value('import-marks', 'file', 'import marks from this file', (text) => { files.import = text; }),
    value('import-marks-if-exists', 'file', 'import marks from this file if it exists', (text) => {
      files.import = text;
      files.mayBeAbsent = true;
    }),
    flag('fake-missing-tagger', 'fake a tagger when tags lack one', (isOn) => { query.fakeMissingTagger = isOn; }),
    flag('full-tree', 'output full tree for each commit', (isOn) => { query.fullTree = isOn; }),
    flag('use-done-feature', 'use the done feature to terminate the stream', (isOn) => { query.useDoneFeature = isOn; }),
    flag('no-data', 'skip output of blob data', (isOn) => { query.noData = isOn; }, { canNegate: false }),
    flag('data', 'write blob data', (isOn) => { query.noData = !isOn; }, { canNegate: false, isHidden: true }),
    value('refspec', 'refspec', 'apply refspec to exported refs', (text) => { if (text !== undefined) refspecs.push(text); }),
    flag('reference-excluded-parents', 'reference parents which are not in fast-export stream by object id', (isOn) => { query.referenceExcludedParents = isOn; }),
    flag('show-original-ids', 'show original object ids of blobs/commits', (isOn) => { query.showOriginalIds = isOn; }),
    flag('mark-tags', 'label tags with mark ids', (isOn) => { query.markTags = isOn; }),
    optionalValue('M|find-renames', 'n', 'detect renames', (text) => { query.renames = { ...query.renames, renames: query.renames?.renames ?? 'renames', ...score(text) }; }, { isHidden: true }),
    optionalValue('C|find-copies', 'n', 'detect copies', (text) => {
      query.renames = { ...query.renames, findCopiesHarder: query.renames?.renames === 'copies', renames: 'copies', ...score(text) };
    }, { isHidden: true }),
    flag('anonymize', 'anonymize output', () => die('--anonymize is not supported'), { isHidden: true }),
  ];
  if (args.length === 0) usageError(usageText(USAGE, options));
  const { selections, words, dashes } = takeWords(parseOptions(args, { io, usage: USAGE, options, keepsDashes: true, keepsUnknown: true }), usageText(USAGE, options));
  const session = await context.session();
  const { revisions, paths } = splitArguments(session, words, dashes);
  if (paths.length > 0) query.paths = paths;
  if (refspecs.length > 0) query.refspecs = refspecs.map((text) => parseFetchRefspec(text, session.algorithm));
  if (files.import !== undefined) query.importMarks = readMarks(session, files.import, files.mayBeAbsent);
  const stream = session.repository.fastExport([...selections, ...revisions], query);
  let step = stream.next();
  for (; step.done !== true; step = stream.next()) if (step.value instanceof Uint8Array) io.stdout.write(step.value);
  for (const { reason } of step.value.omitted) io.stderr.write(`warning: ${reason}\n`);
  if (files.export !== undefined && (step.value.marks.size > 0 || files.import !== files.export)) writeMarks(io, files.export, step.value.marks);
  return 0;
};

const SIGNED: Readonly<Record<string, Query['signedTags']>> = {
  abort: 'abort', verbatim: 'verbatim', ignore: 'verbatim', warn: 'verbatim', 'warn-strip': 'strip', strip: 'strip',
};
const FILTERED: Readonly<Record<string, Query['tagOfFilteredObject']>> = { abort: 'abort', drop: 'drop', rewrite: 'rewrite' };
const REENCODE: Readonly<Record<string, Query['reencode']>> = {
  abort: 'abort', yes: 'yes', true: 'yes', on: 'yes', '1': 'yes', no: 'no', false: 'no', off: 'no', '0': 'no',
};

function score(text: string | undefined): { readonly renameScore?: number } {
  const number = text === undefined ? NaN : Number(text.replace('%', ''));
  return Number.isFinite(number) ? { renameScore: number } : {};
}

interface Words {
  /** `--all` and the like. */
  readonly selections: readonly string[];
  readonly words: readonly string[];
  readonly dashes: number | undefined;
}

/** The order of a stream is its own, and what would cut the walk short is refused. */
function takeWords(rest: readonly string[], usage: string): Words {
  const end = rest.indexOf('--');
  const selections: string[] = [];
  const words: string[] = [];
  for (const word of end < 0 ? rest : rest.slice(0, end)) {
    if (!word.startsWith('-')) words.push(word);
    else if (/^--(?:all|branches(?:=.*)?|tags(?:=.*)?|remotes(?:=.*)?|glob=.*|exclude=.*)$/.test(word)) selections.push(word);
    else if (!/^--(?:topo-order|date-order|reverse)$/.test(word)) usageError(usage);
  }
  return { selections, words: end < 0 ? words : [...words, ...rest.slice(end + 1)], dashes: end < 0 ? undefined : words.length };
}

/** Lines `:<mark> <id>`. @throws {Failure} */
export function readMarks({ io, algorithm }: Session, file: string, mayBeAbsent: boolean): ReadonlyMap<number, ObjectId> {
  const bytes = io.files.readFile(absolutePath(io.cwd, file));
  if (bytes === undefined) return mayBeAbsent ? new Map() : die(`could not open '${file}' for reading: No such file or directory`);
  const marks = new Map<number, ObjectId>();
  for (const line of losslessTextFromBytes(bytes).split('\n')) {
    if (line === '') continue;
    const [, mark, hex] = /^:(\d+) ([0-9a-f]+)$/.exec(line) ?? [];
    const id = hex === undefined ? undefined : findObjectId(hex, algorithm);
    if (id === undefined) die(`corrupt mark line: ${line}`);
    marks.set(Number(mark), id);
  }
  return marks;
}

/** Writes marks in their order. */
export function writeMarks(io: CommandIo, file: string, marks: ReadonlyMap<number, ObjectId>): void {
  const lines = [...marks].sort(([a], [b]) => a - b).map(([mark, id]) => `:${mark} ${id}\n`);
  io.files.writeFile(absolutePath(io.cwd, file), bytesFromLosslessText(lines.join('')));
}
