/** The rules about paths that stand in files: `.gitignore` and `.gitattributes` in folders, and those around them. */
import type { ObjectSource } from '../pack/object-source.js';
import { AttributeRules } from '../pattern/attributes.js';
import { IgnoreRules, makeIgnoreList, parseIgnore, type IgnoreList } from '../pattern/ignore.js';
import { parseAttributes, type AttributeList } from '../pattern/parse-attributes.js';
import { findIndexEntry, type StagingIndex } from '../staging/staging-index.js';
import { isFileMode } from '../object/tree.js';
import { findFile, joinPath, type Files } from './files.js';
import type { PatternFile, WorktreeContext } from './worktree-context.js';

/** Which `.gitattributes` of a folder counts. */
export type AttributesFrom =
  /** The file; where there is none, the one in the index. For what is added. */
  | 'worktree'
  /** The one in the index; where there is none, the file. For what is checked out. */
  | 'index'
  /** The one in the index only. */
  | 'index-only';

/** The attributes of a worktree. Lists of folders are read once. */
export function worktreeAttributes(
  context: Pick<WorktreeContext, 'files' | 'commonFiles' | 'config' | 'objects' | 'userAttributes' | 'systemAttributes'>,
  index: StagingIndex | undefined, from: AttributesFrom = 'worktree',
): AttributeRules {
  const parse = (file: PatternFile | undefined): AttributeList | undefined =>
    file === undefined ? undefined : parseAttributes(file.bytes, file.source, { allowsMacros: true });
  const info = findFile(context.commonFiles, 'info/attributes');
  const inFile = (path: string): Uint8Array | undefined => (from === 'index-only' ? undefined : findFile(context.files, path));
  const inIndex = (path: string): Uint8Array | undefined => indexedFile(context.objects, index, path);
  return new AttributeRules({
    system: parse(context.systemAttributes),
    global: parse(context.userAttributes),
    info: parse(info === undefined ? undefined : { source: '.git/info/attributes', bytes: info }),
    ignoresCase: context.config.getBool('core.ignoreCase', false),
    inDirectory: remember((folder) => {
      const path = joinPath(folder, '.gitattributes');
      const bytes = from === 'worktree' ? (inFile(path) ?? inIndex(path)) : (inIndex(path) ?? inFile(path));
      return bytes === undefined ? undefined : parseAttributes(bytes, path, { allowsMacros: folder === '' });
    }),
  });
}

/** Which rules of ignored paths count. */
export interface IgnoreChoice {
  /** Those of `.gitignore`, `info/exclude` and the user. Default: true. */
  readonly standard?: boolean | undefined;
  /** Patterns that were given one by one (`--exclude`). Default: none. */
  readonly patterns?: readonly string[] | undefined;
  /** Files of patterns (`--exclude-from`). Default: none. */
  readonly files?: readonly PatternFile[] | undefined;
  /** The name of a file of patterns in each folder (`--exclude-per-directory`). Default: `.gitignore` with `standard`. */
  readonly perDirectory?: string | undefined;
}

/** The rules of ignored paths of a worktree. Lists of folders are read once. */
export function worktreeIgnores(
  context: Pick<WorktreeContext, 'files' | 'commonFiles' | 'config' | 'objects' | 'userExcludes'>, index: StagingIndex | undefined,
  choice: IgnoreChoice = {},
): IgnoreRules {
  const { standard = true, patterns = [], perDirectory = standard ? '.gitignore' : undefined } = choice;
  const files: IgnoreList[] = (choice.files ?? []).map(({ bytes, source }) => parseIgnore(bytes, source));
  if (standard) {
    const exclude = findFile(context.commonFiles, 'info/exclude');
    if (context.userExcludes !== undefined) files.push(parseIgnore(context.userExcludes.bytes, context.userExcludes.source));
    if (exclude !== undefined) files.push(parseIgnore(exclude, '.git/info/exclude'));
  }
  return new IgnoreRules({
    commandLine: patterns.length === 0 ? [] : [makeIgnoreList(patterns, '--exclude option')],
    files,
    ignoresCase: context.config.getBool('core.ignoreCase', false),
    inDirectory: perDirectory === undefined ? undefined : remember((folder) => {
      const path = joinPath(folder, perDirectory);
      const bytes = findFile(context.files, path) ?? missingFile(context, index, path);
      return bytes === undefined ? undefined : parseIgnore(bytes, path);
    }),
  });
}

/** A file outside of the sparse checkout still says what is ignored. */
function missingFile(
  { objects, files }: { readonly objects: ObjectSource; readonly files: Files }, index: StagingIndex | undefined, path: string,
): Uint8Array | undefined {
  const entry = index === undefined ? undefined : findIndexEntry(index, path);
  return entry?.skipWorktree === true && files.find(path) === undefined ? indexedFile(objects, index, path) : undefined;
}

function indexedFile(objects: ObjectSource, index: StagingIndex | undefined, path: string): Uint8Array | undefined {
  const entry = index === undefined ? undefined : (findIndexEntry(index, path) ?? findIndexEntry(index, path, 2));
  return entry !== undefined && isFileMode(entry.mode) ? objects.find(entry.id)?.body : undefined;
}

function remember<T>(find: (folder: string) => T): (folder: string) => T {
  const known = new Map<string, T>();
  return (folder) => {
    const found = known.get(folder);
    if (found !== undefined || known.has(folder)) return found as T;
    const value = find(folder);
    known.set(folder, value);
    return value;
  };
}
