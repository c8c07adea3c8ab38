import type { Editor, ObjectId } from '@govc/core';

import { ServerError } from '../errors.js';
import { matchesGlob } from '../events/glob.js';
import { compileUntrustedSchema, type Schema } from '../http/validate.js';

/** What files must be like. */
export interface FileRule {
  /** A glob: `*` within a folder, `**` across folders. */
  readonly paths: string;
  /** A JSON Schema (draft 7) for files in JSON. */
  readonly schema: Schema;
}

/** The schema of {@link FileRule}. */
export const FILE_RULE: Schema = {
  title: 'FileRule',
  type: 'object',
  required: ['paths', 'schema'],
  additionalProperties: false,
  properties: {
    paths: { type: 'string', minLength: 1, maxLength: 512, description: 'A glob: * within a folder, ** across folders.' },
    schema: { type: 'object', description: 'A JSON Schema (draft 7) for files in JSON.' },
  },
};

/** What is wrong with a file. */
export interface FileProblem {
  readonly path: string;
  /** Where in the file, as a JSON pointer. */
  readonly at: string;
  readonly message: string;
}

const FILES_MAX = 10_000;
const FILE_SIZE_MAX = 4 * 1024 * 1024;
const SCHEMA_SIZE_MAX = 64 * 1024;
const PROBLEMS_MAX = 100;

/**
 * Checks the files of a tree whose paths match. A client brings the schemas, so their size, the files, and the time that it takes are bounded.
 *
 * @throws {ServerError} request-invalid: a schema that is none, or takes too long; request-too-large
 */
export function validateFiles(
  editor: Editor, tree: ObjectId, rules: readonly FileRule[],
): { readonly checked: number; readonly problems: readonly FileProblem[] } {
  const problems: FileProblem[] = [];
  let checked = 0;
  const files = rules.length === 0 ? [] : editor.list('', { revision: tree, recursive: true }).filter(({ type }) => type === 'blob');
  for (const rule of rules) {
    if (Buffer.byteLength(JSON.stringify(rule.schema)) > SCHEMA_SIZE_MAX) {
      throw new ServerError('request-too-large', `A schema has more than ${SCHEMA_SIZE_MAX} bytes.`, { paths: rule.paths });
    }
    const validate = compileUntrustedSchema(rule.schema);
    for (const { path } of files) {
      if (!matchesGlob(rule.paths, path)) continue;
      if (++checked > FILES_MAX) throw new ServerError('request-too-large', `The globs match more than ${FILES_MAX} files.`, { max: FILES_MAX });
      if (problems.length >= PROBLEMS_MAX) continue;
      problems.push(...findProblems(path, editor.readFile(path, tree).content, validate));
    }
  }
  return { checked, problems: problems.slice(0, PROBLEMS_MAX) };
}

function findProblems(path: string, content: Uint8Array, validate: ReturnType<typeof compileUntrustedSchema>): FileProblem[] {
  if (content.length > FILE_SIZE_MAX) return [{ path, at: '', message: `it has more than ${FILE_SIZE_MAX} bytes` }];
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [{ path, at: '', message: `it is no JSON: ${error.message.slice(0, 200)}` }];
  }
  return validate(value).map(({ at, message }) => ({ path, at, message }));
}
