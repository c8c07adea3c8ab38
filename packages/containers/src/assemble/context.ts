/**
 * What a build sees of a commit: a folder of its tree, without what is ignored. It is read from the repository and from nowhere else.
 */
import { ContainersError } from '../errors.js';
import { type IgnoreRules, parseIgnore } from './ignore.js';

/** A file of a tree. */
export interface TreeFile {
  /** Relative to the tree. */
  readonly path: string;
  /** `module`: a commit of another repository, which the tree only names. */
  readonly kind: 'file' | 'link' | 'module';
  readonly isExecutable: boolean;
  /** Of the content; of a link the length of its target. */
  readonly sizeBytes: number;
}

/** A tree of files, as a repository can give one. */
export interface FileTree {
  /** Every file, in no order. */
  files(): Iterable<TreeFile>;
  /** The bytes of a file, or the target of a link. */
  read(path: string): Uint8Array;
}

/** A file of a context. */
export interface ContextFile extends TreeFile {
  readonly kind: 'file' | 'link';
}

/** The files that a build sees, by path. */
export interface BuildContext {
  readonly files: ReadonlyMap<string, ContextFile>;
  read(path: string): Uint8Array;
  /** Paths of other repositories, which are not there. */
  readonly modules: readonly string[];
}

/** Bounds of a context. */
export interface ContextLimits {
  readonly countMax: number;
  readonly sizeBytesMax: number;
}

/** What fits a large monorepository; beyond it a `.dockerignore` is the answer. */
export const CONTEXT_LIMITS: ContextLimits = { countMax: 500_000, sizeBytesMax: 8 * 1024 ** 3 };

const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const LFS_POINTER_SIZE_MAX = 1024;

/**
 * The context below a tree.
 *
 * @param options.definitionPath of the definition in the context: a file of the same name with `.dockerignore` after it comes first
 * @throws {ContainersError} context-too-large, lfs-pointer, path-refused
 */
export function openContext(
  tree: FileTree, { definitionPath, limits = CONTEXT_LIMITS }: { readonly definitionPath?: string | undefined; readonly limits?: ContextLimits },
): BuildContext {
  const all = new Map<string, TreeFile>();
  for (const file of tree.files()) {
    mustBePlain(file.path);
    all.set(file.path, file);
    if (all.size > limits.countMax) throw tooLarge(`more than ${limits.countMax} files`, { countMax: limits.countMax });
  }
  const ignore = findIgnore(tree, { all, definitionPath });
  const files = new Map<string, ContextFile>();
  const modules: string[] = [];
  let sizeBytes = 0;
  for (const [path, file] of all) {
    if (ignore?.isIgnored(path) === true) continue;
    mustHaveFolder(path, all);
    if (file.kind === 'module') {
      modules.push(path);
      continue;
    }
    sizeBytes += file.sizeBytes;
    if (sizeBytes > limits.sizeBytesMax) throw tooLarge(`more than ${limits.sizeBytesMax} bytes`, { sizeBytesMax: limits.sizeBytesMax });
    mustBeContent(tree, file);
    files.set(path, { ...file, kind: file.kind });
  }
  return { files, modules, read: (path) => tree.read(path) };
}

function findIgnore(
  tree: FileTree, { all, definitionPath }: { readonly all: ReadonlyMap<string, TreeFile>; readonly definitionPath: string | undefined },
): IgnoreRules | undefined {
  const own = definitionPath === undefined ? [] : [`${definitionPath}.dockerignore`];
  const found = [...own, '.containerignore', '.dockerignore'].find((path) => all.get(path)?.kind === 'file');
  return found === undefined ? undefined : parseIgnore(Buffer.from(tree.read(found)).toString('utf8'));
}

function mustBePlain(path: string): void {
  const isPlain = path !== '' && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isPlain) throw new ContainersError('path-refused', `The commit holds a path that no file may have: ${JSON.stringify(path.slice(0, 200))}.`, { path: path.slice(0, 4096) });
}

/** A tree that somebody forged can hold a file below a link, which would lead out of the context. */
function mustHaveFolder(path: string, all: ReadonlyMap<string, TreeFile>): void {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    if (!all.has(path.slice(0, slash))) continue;
    throw new ContainersError('path-refused', `The commit holds "${path.slice(0, 200)}" below something that is no folder.`, { path: path.slice(0, 4096) });
  }
}

function mustBeContent(tree: FileTree, { path, kind, sizeBytes }: TreeFile): void {
  if (kind !== 'file' || sizeBytes > LFS_POINTER_SIZE_MAX || sizeBytes < LFS_POINTER.length) return;
  if (!Buffer.from(tree.read(path)).subarray(0, LFS_POINTER.length).equals(Buffer.from(LFS_POINTER))) return;
  throw new ContainersError('lfs-pointer', `"${path}" is a pointer of Git LFS and not the file itself; ` +
    'commit the file, or leave it out with .dockerignore.', { path });
}

function tooLarge(what: string, data: Readonly<Record<string, unknown>>): ContainersError {
  return new ContainersError('context-too-large', `The context has ${what}; leave out what the build does not need with .dockerignore.`, data);
}
