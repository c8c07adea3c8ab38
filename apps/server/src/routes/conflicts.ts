import type { MergeConflict, MergeMessage, MergeResolution, MergeStage, ObjectId, ReplayConflict, ReplayResolution, View } from '@govc/core';

import { ServerError } from '../errors.js';
import type { Schema } from '../http/validate.js';
import { contentBody, fileBytes, modeText, type FileBody } from './file-body.js';
import { findFile } from './working-files.js';

/** What is to stand at a path in conflict: content, a side, or nothing. */
export type ResolutionBody = Pick<FileBody, 'content' | 'encoding'> | { readonly use: 'base' | 'ours' | 'theirs' } | null;

/** Resolutions by path. */
export type ResolutionsBody = Readonly<Record<string, ResolutionBody>>;

/** The schema of {@link ResolutionsBody}. */
export const RESOLUTIONS: Schema = {
  type: 'object',
  maxProperties: 100_000,
  description: 'What is to stand at paths that conflict: content, a side, or null for nothing.',
  additionalProperties: {
    anyOf: [
      {
        type: 'object', required: ['content'], additionalProperties: false,
        properties: { content: { type: 'string' }, encoding: { type: 'string', enum: ['utf-8', 'base64'] } },
      },
      { type: 'object', required: ['use'], additionalProperties: false, properties: { use: { type: 'string', enum: ['base', 'ours', 'theirs'] } } },
      { type: 'null' },
    ],
  },
};

const STAGE: Schema = { type: 'object', required: ['id', 'mode'], properties: { id: { type: 'string' }, mode: { type: 'string' } } };

/** A conflict as answers and errors show it. */
export const CONFLICT: Schema = {
  title: 'Conflict',
  type: 'object',
  required: ['path'],
  properties: {
    path: { type: 'string' },
    kind: { type: 'string', description: 'In Git\'s words, such as "CONFLICT (contents)".' },
    base: STAGE, ours: STAGE, theirs: STAGE,
    content: { type: 'string', description: 'What the merge made of the file, with conflict markers; of files up to 1 MiB.' },
    encoding: { type: 'string', enum: ['utf-8', 'base64'] },
  },
};

const CONTENT_MAX = 1024 * 1024;
const CONFLICTS_MAX = 1000;

/** Conflicts of a merge for JSON, with what was made of the files. */
export function mergeConflictBodies(objects: View['snapshot']['objects'], conflicts: readonly MergeConflict[]) {
  return conflicts.slice(0, CONFLICTS_MAX).map(({ path, stages, kind, result }) => {
    const isShort = result !== undefined && (objects.findHeader(result.id)?.size ?? CONTENT_MAX + 1) <= CONTENT_MAX;
    const object = isShort ? objects.find(result.id) : undefined;
    return {
      path, ...(kind === undefined ? {} : { kind }), ...stageBodies(stages), ...(object?.type === 'blob' ? markedBody(object.body) : {}),
    };
  });
}

/** Conflicts of a replay for JSON, with what was made of the files in a tree. */
export function replayConflictBodies(view: View, conflicts: readonly ReplayConflict[], tree: ObjectId) {
  return conflicts.slice(0, CONFLICTS_MAX).map(({ path, stages }) => {
    const file = findFile(view, path, tree);
    const isShort = file !== undefined && file.content.length <= CONTENT_MAX;
    return { path, ...stageBodies(stages), ...(isShort ? markedBody(file.content) : {}) };
  });
}

function markedBody(bytes: Uint8Array) {
  const { content, encoding } = contentBody(bytes);
  return { content, encoding };
}

function stageBodies(stages: ReplayConflict['stages']) {
  const body = (stage: MergeStage | undefined, name: string) => (stage === undefined ? {} : { [name]: { id: stage.id, mode: modeText(stage.mode) } });
  return { ...body(stages.base, 'base'), ...body(stages.ours, 'ours'), ...body(stages.theirs, 'theirs') };
}

/** What a merge has to say, a line each. */
export function messageTexts(messages: readonly MergeMessage[]): string[] {
  return messages.slice(0, CONFLICTS_MAX).map(({ text }) => text);
}

/** Resolutions as the library takes them, for these conflicts. */
export function resolutionsOf(given: ResolutionsBody, conflicts: readonly ReplayConflict[]): Map<string, MergeResolution> {
  const found = new Map<string, MergeResolution>();
  for (const { path, stages } of conflicts) {
    const value = Object.hasOwn(given, path) ? given[path] : undefined;
    if (value === undefined) continue;
    if (value === null) found.set(path, undefined);
    else if ('use' in value) found.set(path, stages[value.use]);
    else found.set(path, fileBytes(value));
  }
  return found;
}

/** The same for a replay that has stopped; `undefined` where conflicts stay open. */
export function findReplayResolution(given: ResolutionsBody | undefined, conflicts: readonly ReplayConflict[]): ReplayResolution | undefined {
  if (given === undefined || !conflicts.every(({ path }) => Object.hasOwn(given, path))) return undefined;
  const paths = resolutionsOf(given, conflicts) as Map<string, Uint8Array | MergeStage | undefined>;
  return { paths };
}

/** The error for changes that conflict. */
export function conflictError(what: string, data: Readonly<Record<string, unknown>>): ServerError {
  return new ServerError('merge-conflict', `${what} conflicts; nothing was changed. Send it again with "resolutions".`, data);
}
