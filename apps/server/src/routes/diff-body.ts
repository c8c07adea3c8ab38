import type { DiffFile, DiffOptions, View } from '@govc/core';
import {
  formatNames, formatNameStatus, formatNumstat, formatRaw, formatShortstat, formatStat, formatSummary, type FileChange, type FileStat,
} from '@govc/core/plumbing';

import type { Call } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { modeText } from './file-body.js';
import { collect } from './slices.js';

/** How two trees are compared. */
export interface DiffQuery {
  readonly context?: number;
  readonly whitespace?: 'all' | 'change' | 'eol' | 'cr-eol' | 'blank-lines';
  readonly renames?: 'off' | 'renames' | 'copies';
  readonly rename_score?: number;
  readonly algorithm?: 'myers' | 'minimal' | 'patience' | 'histogram';
  readonly path?: string;
  readonly filter?: string;
  readonly function_context?: boolean;
}

/** The properties of {@link DiffQuery}. */
export const DIFF_QUERY: Readonly<Record<string, Schema>> = {
  context: { type: 'integer', minimum: 0, maximum: 1_000_000, description: 'Lines around changes. Default: 3.' },
  whitespace: { type: 'string', enum: ['all', 'change', 'eol', 'cr-eol', 'blank-lines'], description: 'White space that does not count.' },
  renames: { type: 'string', enum: ['off', 'renames', 'copies'] },
  rename_score: { type: 'integer', minimum: 1, maximum: 100, description: 'In percent. Default: 50.' },
  algorithm: { type: 'string', enum: ['myers', 'minimal', 'patience', 'histogram'] },
  path: { type: 'string', minLength: 1, maxLength: 4096, description: 'Only this file or folder; pathspecs are understood.' },
  filter: { type: 'string', minLength: 1, maxLength: 20, description: 'Kinds of changes, as letters of --diff-filter.' },
  function_context: { type: 'boolean', description: 'Show whole functions.' },
};

/** What {@link DiffQuery} says, as the library takes it. */
export function diffOptions(query: DiffQuery): DiffOptions {
  const { whitespace, path } = query;
  return {
    contextLines: query.context,
    renames: query.renames,
    renameScore: query.rename_score,
    algorithm: query.algorithm,
    filter: query.filter,
    functionContext: query.function_context,
    paths: path === undefined ? undefined : [path],
    whitespace: whitespace === undefined ? undefined : {
      allSpace: whitespace === 'all', spaceChange: whitespace === 'change', spaceAtEol: whitespace === 'eol',
      crAtEol: whitespace === 'cr-eol', blankLines: whitespace === 'blank-lines',
    },
  };
}

/** A file that differs, as answers show it. */
export const CHANGED_FILE: Schema = {
  title: 'ChangedFile',
  type: 'object',
  required: ['path', 'status', 'additions', 'deletions', 'binary'],
  properties: {
    path: { type: 'string' },
    old_path: { type: 'string', description: 'Of a renamed or copied file.' },
    status: { type: 'string', enum: ['added', 'deleted', 'modified', 'type-changed', 'renamed', 'copied', 'unmerged'] },
    additions: { type: 'integer' },
    deletions: { type: 'integer' },
    binary: { type: 'boolean' },
    similarity: { type: 'integer', description: 'In percent.' },
    old_id: { type: 'string' },
    new_id: { type: 'string' },
    old_mode: { type: 'string' },
    new_mode: { type: 'string' },
    patch: { type: 'string' },
  },
};

/** What is compared: revisions, or nothing on the old side. */
export interface Compared {
  readonly from: string | undefined;
  readonly to: string;
}

/** The files that differ, with their patches where asked; made in slices. */
export async function changedFiles(
  call: Call, view: View, { from, to, options, withPatch }: Compared & { readonly options: DiffOptions; readonly withPatch: boolean },
) {
  return collect(fileBodies(view, { from, to, options, withPatch }), call.context.signal);
}

function* fileBodies(view: View, { from, to, options, withPatch }: Compared & { readonly options: DiffOptions; readonly withPatch: boolean }) {
  const { files } = view.diff(from, to, options);
  const patches = withPatch ? view.diffPatches(from, to, options) : undefined;
  for (const file of files) yield changedFileBody(file, patches === undefined ? undefined : textOf(patches.next().value ?? new Uint8Array(0)));
}

function changedFileBody(file: DiffFile, patch: string | undefined) {
  const { old, new: now, status, score, path } = file;
  return {
    path,
    ...(old === undefined || old.path === path ? {} : { old_path: old.path }),
    status,
    additions: file.addedCount,
    deletions: file.deletedCount,
    binary: file.isBinary,
    ...(score === undefined ? {} : { similarity: score }),
    ...(old === undefined ? {} : { old_id: old.id, old_mode: modeText(old.mode) }),
    ...(now === undefined ? {} : { new_id: now.id, new_mode: modeText(now.mode) }),
    ...(patch === undefined ? {} : { patch }),
  };
}

/** The formats of a diff that are one text. */
export const DIFF_FORMATS = [
  'unified', 'patch', 'raw', 'name-only', 'name-status', 'stat', 'numstat', 'shortstat', 'summary', 'json',
] as const;

/** One of {@link DIFF_FORMATS}. */
export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** The diff in a format of Git's, in pieces; a patch is made file by file. */
export function* diffText(view: View, { from, to, options, format }: Compared & { readonly options: DiffOptions; readonly format: DiffFormat }): Generator<Uint8Array, void, void> {
  if (format === 'unified' || format === 'patch') {
    yield* view.diffPatches(from, to, options);
    return;
  }
  const { files } = view.diff(from, to, options);
  const changes = files.map(({ status, old, new: now, score }): FileChange => ({ status, old, new: now, score }));
  const { algorithm } = view.snapshot;
  if (format === 'raw') yield formatRaw(changes, { algorithm });
  else if (format === 'name-only') yield formatNames(changes);
  else if (format === 'name-status') yield formatNameStatus(changes);
  else if (format === 'summary') yield formatSummary(changes);
  else if (format !== 'json') {
    const stats: FileStat[] = [];
    for (const { stat } of files) {
      if (stat !== undefined) stats.push(stat);
      // Counting reads both sides, so whoever iterates may let others run here.
      yield EMPTY;
    }
    yield format === 'stat' ? formatStat(stats) : format === 'numstat' ? formatNumstat(stats) : formatShortstat(stats);
  }
}

const EMPTY = new Uint8Array(0);

/** Bytes of a patch as text; what is no UTF-8 is shown by U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
