import type { ObjectId } from '@govc/core';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, integer, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { readMarks, writeMarks } from './fast-export.js';

const USAGE = ['git fast-import [--date-format=<f>] [--max-pack-size=<n>] [--big-file-threshold=<n>] [--depth=<n>] [--active-branches=<n>] [--export-marks=<marks.file>]'];
const DATE_FORMATS = ['raw', 'raw-permissive', 'rfc2822', 'now'] as const;

/** `git fast-import`. */
export const fastImportCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { isQuiet: false, force: false, exportMarks: undefined as string | undefined, dateFormat: undefined as (typeof DATE_FORMATS)[number] | undefined };
  const marksFiles: { readonly file: string; readonly mayBeAbsent: boolean }[] = [];
  const ignored = ['max-pack-size', 'big-file-threshold', 'depth', 'active-branches', 'export-pack-edges'];
  const rest = parseOptions(args, { io, usage: USAGE, options: [
    flag('quiet', 'say nothing where all is well', (isOn) => { seen.isQuiet = isOn; }),
    flag('stats', 'show statistics', (isOn) => { seen.isQuiet = !isOn; }),
    flag('force', 'move branches even where that loses commits', (isOn) => { seen.force = isOn; }),
    flag('done', 'a stream has to end with done', () => undefined),
    flag('allow-unsafe-features', 'let the stream name files', () => undefined),
    flag('relative-marks', 'marks files are in the repository', () => undefined),
    value('date-format', 'fmt', 'how dates are written', (text) => {
      seen.dateFormat = DATE_FORMATS.find((known) => known === text);
      return seen.dateFormat === undefined ? `unknown --date-format argument ${text!}` : undefined;
    }),
    value('export-marks', 'file', 'write marks to this file', (text) => { seen.exportMarks = text; }),
    value('import-marks', 'file', 'read marks from this file', (text) => { if (text !== undefined) marksFiles.push({ file: text, mayBeAbsent: false }); }),
    value('import-marks-if-exists', 'file', 'read marks from this file if it exists', (text) => { if (text !== undefined) marksFiles.push({ file: text, mayBeAbsent: true }); }),
    integer('cat-blob-fd', 'fd', 'where answers go', (number) => { if (number !== 1) die('answers can only go to standard output (--cat-blob-fd=1)'); }),
    ...ignored.map((name) => value(name, 'n', 'has no effect on what is stored', () => undefined)),
  ] });
  if (rest.length > 0) throw new Failure(`fatal: unknown argument '${rest[0]!}'\n`, 129);
  const session = await context.session();
  const marks = new Map<number, ObjectId>();
  for (const { file, mayBeAbsent } of marksFiles) for (const [mark, id] of readMarks(session, file, mayBeAbsent)) marks.set(mark, id);
  const { objectCount, rejected, marks: all } = await session.repository.fastImportStream(io.stdin, {
    force: seen.force, dateFormat: seen.dateFormat, importMarks: marks,
    respond: (answer) => {
      io.stdout.write(answer);
      io.flush?.();
    },
    onProgress: (text) => writeText(io.stdout, `progress ${text}\n`),
  });
  if (seen.exportMarks !== undefined) writeMarks(io, seen.exportMarks, all);
  if (!seen.isQuiet) io.stderr.write(`${context.name} statistics:\n---------------------------------------------------------------------\nTotal objects:   ${String(objectCount).padStart(10)}\n`);
  for (const { name, id } of rejected) writeText(io.stderr, `warning: Not updating ${name} (new tip ${id ?? ''} does not contain the old one)\n`);
  return rejected.length === 0 ? 0 : 1;
};
