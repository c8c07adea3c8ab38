import type { Schema } from '../http/validate.js';
import { applyActions, FILE_ACTION, type FileAction } from '../routes/file-actions.js';
import { FILE_BODY, type FileBody } from '../routes/file-body.js';
import { WorkingFiles } from '../routes/working-files.js';
import type { KeptReality } from './realities.js';

/** Changes as requests bring them: any of these spellings. */
export interface ChangesBody {
  /** Content by path; `null` deletes. */
  readonly changes?: Readonly<Record<string, string | null>>;
  readonly files?: readonly FileBody[];
  readonly actions?: readonly FileAction[];
}

const COUNT_MAX = 100_000;

/** The properties of {@link ChangesBody}. */
export const CHANGES_PROPERTIES: Readonly<Record<string, Schema>> = {
  changes: {
    type: 'object', maxProperties: COUNT_MAX, additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    description: 'Content by path; null deletes.',
  },
  files: { type: 'array', items: FILE_BODY, maxItems: COUNT_MAX },
  actions: { type: 'array', items: FILE_ACTION, maxItems: COUNT_MAX, description: 'Files to put, delete, move, edit; each sees those before it.' },
};

/** The changes of a body as one list. */
export function listChanges({ changes = {}, files = [], actions = [] }: ChangesBody): FileAction[] {
  const byPath = Object.entries(changes).map(([path, content]): FileAction => content === null ? { action: 'delete', path } : { path, content });
  return [...byPath, ...files, ...actions];
}

/** How many bytes changes bring. */
export function sizeOfChanges(actions: readonly FileAction[]): number {
  let size = 0;
  for (const action of actions) {
    size += 100;
    if ('content' in action) size += Buffer.byteLength(action.content);
    else if ('edits' in action) size += Buffer.byteLength(JSON.stringify(action.edits));
  }
  return size;
}

/**
 * Stages changes, all or none.
 *
 * @throws {ServerError} file-unknown, file-exists, edit-mismatch, request-invalid
 * @throws {GovcError} path-invalid
 */
export function stageChanges(kept: KeptReality, actions: readonly FileAction[]): void {
  const { reality } = kept;
  const before = actions.length > 1 && reality.staged().size > 0 ? reality.writeTree() : undefined;
  try {
    applyActions(kept.files, actions);
  } catch (error) {
    if (actions.length > 1) restage(kept, before);
    throw error;
  }
}

/** What is staged becomes what a tree has else than `HEAD`; nothing without a tree. */
function restage(kept: KeptReality, tree: string | undefined): void {
  const { reality } = kept;
  reality.unstage();
  kept.files = new WorkingFiles(reality);
  if (tree === undefined) return;
  const from = reality.head().id;
  for (const file of reality.diff(from, tree, { renames: 'off' }).files) {
    if (file.new === undefined) kept.files.remove(file.path);
    else kept.files.put(file.path, reality.readFile(file.path, tree).content, file.new.mode);
  }
}
