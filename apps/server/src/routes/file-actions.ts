import type { Schema } from '../http/validate.js';
import { ServerError } from '../errors.js';
import { FILE_PROPERTIES, fileBytes, fileMode, type FileBody } from './file-body.js';
import { TEXT_EDIT, type TextEdit } from './text-edits.js';
import type { WorkingFiles } from './working-files.js';

/** A change of a file inside a commit. */
export type FileAction =
  | (FileBody & { readonly action?: 'put' | 'add' | 'create' | 'update' })
  | { readonly action: 'delete' | 'remove'; readonly path: string }
  | { readonly action: 'move' | 'rename'; readonly from: string; readonly to?: string; readonly path?: string }
  | { readonly action: 'edit'; readonly path: string; readonly edits: readonly TextEdit[] }
  | { readonly action: 'chmod'; readonly path: string; readonly mode: FileBody['mode'] & string };

const PATH: Schema = { type: 'string', minLength: 1, maxLength: 4096 };

/** The schema of {@link FileAction}. */
export const FILE_ACTION: Schema = {
  title: 'FileAction',
  anyOf: [
    {
      type: 'object',
      required: ['path', 'content'],
      additionalProperties: false,
      properties: {
        ...FILE_PROPERTIES,
        action: { type: 'string', enum: ['put', 'add', 'create', 'update'], description: 'create: only a new file; update: only one that is there. Default: put.' },
      },
    },
    {
      type: 'object',
      required: ['action', 'path'],
      additionalProperties: false,
      properties: { action: { type: 'string', enum: ['delete', 'remove'] }, path: { ...PATH, description: 'A file or folder.' } },
    },
    {
      type: 'object',
      required: ['action', 'from'],
      additionalProperties: false,
      properties: {
        action: { type: 'string', enum: ['move', 'rename'] }, from: { ...PATH, description: 'A file or folder.' }, to: PATH,
        path: { ...PATH, description: 'Another name of "to".' },
      },
    },
    {
      type: 'object',
      required: ['action', 'path', 'edits'],
      additionalProperties: false,
      properties: { action: { const: 'edit' }, path: PATH, edits: { type: 'array', items: TEXT_EDIT, minItems: 1, maxItems: 10_000 } },
    },
    {
      type: 'object',
      required: ['action', 'path', 'mode'],
      additionalProperties: false,
      properties: { action: { const: 'chmod' }, path: PATH, mode: FILE_PROPERTIES['mode'] },
    },
  ],
};

/** Does one after the other; each sees those before it. @throws {ServerError} file-unknown, file-exists, edit-mismatch, request-invalid */
export function applyActions(files: WorkingFiles, actions: readonly FileAction[]): void {
  for (const action of actions) applyAction(files, action);
}

function applyAction(files: WorkingFiles, action: FileAction): void {
  switch (action.action) {
    case 'delete': case 'remove':
      files.remove(action.path);
      return;
    case 'move': case 'rename': {
      const to = action.to ?? action.path;
      if (to === undefined) throw new ServerError('request-invalid', `Say where "${action.from.slice(0, 200)}" goes, in "to".`, { place: 'body', path: '/actions' });
      files.move(action.from, to);
      return;
    }
    case 'edit':
      files.edit(action.path, action.edits);
      return;
    case 'chmod':
      files.put(action.path, files.read(action.path).content, Number.parseInt(action.mode, 8));
      return;
    case 'update':
      files.read(action.path);
      break;
    case 'create':
      if (files.find(action.path) !== undefined) {
        throw new ServerError('file-exists', `There is a file at "${action.path.slice(0, 200)}" already.`, { path: action.path });
      }
      break;
    default:
  }
  files.put(action.path, fileBytes(action), fileMode(action));
}
