/**
 * `COPY` and `ADD`: files of a context, a stage or an image into an image.
 */
import { ContainersError } from '../errors.js';
import type { BuildContext } from './context.js';
import { type Attributes, type Content, ImageFiles, type ImageNode, refused } from './image-files.js';
import { isPathPattern, matchesPath, parsePathPattern } from './path-pattern.js';
import type { TarMember } from './tar-reader.js';

/** What is copied where. */
export interface CopyRequest {
  readonly sources: readonly string[];
  readonly destination: string;
  /** What is left out, as patterns relative to the source. */
  readonly excludes: readonly string[];
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly mode: number | undefined;
  /** For what the destination is relative to, absolute. */
  readonly workingPath: string;
}

/** The files of a context in the form of an image, so that both are copied by the same rules. */
export function contextFiles(context: BuildContext): ImageFiles {
  const files = new ImageFiles();
  for (const [path, { kind, isExecutable, sizeBytes }] of context.files) {
    if (kind === 'link') {
      files.put(path, { kind: 'link', target: Buffer.from(context.read(path)).toString('utf8'), mode: 0o777, uid: 0, gid: 0 });
      continue;
    }
    files.put(path, { kind: 'file', content: lazily(sizeBytes, () => context.read(path)), mode: isExecutable ? 0o755 : 0o644, uid: 0, gid: 0 });
  }
  return files;
}

/** Content that is in memory once it is asked for. */
export function lazily(sizeBytes: number, read: () => Uint8Array): Content {
  return {
    sizeBytes,
    async *open() {
      await Promise.resolve();
      yield read();
    },
  };
}

/**
 * The paths that a source names, ordered. Links are followed inside of the files and never lead out of them.
 *
 * @throws {ContainersError} source-missing
 */
export function findSources(files: ImageFiles, source: string): string[] {
  if (!isPathPattern(source)) {
    const path = files.resolve(source);
    if (files.find(path) === undefined) throw missing(source);
    return [path];
  }
  const pattern = parsePathPattern(source);
  const found: string[] = [];
  for (const { path, node } of files.below('')) {
    if (node.kind !== 'device' && matchesPath(pattern, path)) found.push(path);
  }
  if (found.length === 0) throw missing(source);
  return found.sort();
}

/** Where a destination leads, and whether it is to be a folder. */
export function destinationOf({ destination, workingPath }: Pick<CopyRequest, 'destination' | 'workingPath'>): { readonly path: string; readonly isFolder: boolean } {
  const isFolder = /(^|\/)\.{0,2}$/.test(destination);
  return { path: destination.startsWith('/') ? destination : `${workingPath}/${destination}`, isFolder };
}

/** Copies; folders give what is in them. @throws {ContainersError} source-missing, path-refused, instruction-invalid */
export function copyFiles(from: ImageFiles, to: ImageFiles, request: CopyRequest): void {
  const { path, isFolder } = destinationOf(request);
  const found = request.sources.flatMap((source) => findSources(from, source));
  const isInto = isFolder || to.find(path)?.kind === 'folder';
  if (found.length > 1 && !isInto) throw refused(request.destination, 'several files are copied, so it must be a folder and end with a slash');
  for (const source of found) {
    const node = from.find(source);
    if (node === undefined) throw missing(source);
    if (node.kind === 'folder') copyFolder(from, to, { source, path, request });
    else putCopy(to, isInto ? `${path}/${source.slice(source.lastIndexOf('/') + 1)}` : path, { node, request });
  }
}

/** Puts one file in its place, under the name where the destination is a folder. */
export function putContent(to: ImageFiles, name: string, { content, request, mode }: { readonly content: Content; readonly request: CopyRequest; readonly mode: number }): void {
  const { path, isFolder } = destinationOf(request);
  const isInto = isFolder || to.find(path)?.kind === 'folder';
  putCopy(to, isInto ? `${path}/${name}` : path, { node: { kind: 'file', content, mode, uid: 0, gid: 0 }, request });
}

interface Copied {
  readonly node: ImageNode;
  readonly request: CopyRequest;
}

function copyFolder(
  from: ImageFiles, to: ImageFiles, { source, path, request }: { readonly source: string; readonly path: string; readonly request: CopyRequest },
): void {
  const excludes = request.excludes.map(parsePathPattern);
  const top = from.find(source)!;
  to.makeFolder(path, attributesOf({ ...top, mode: 0o755, uid: 0, gid: 0 }, request));
  // A copy into what is copied must not see itself.
  for (const { path: below, node } of [...from.below(source)]) {
    if (excludes.some((pattern) => matchesPath(pattern, below))) continue;
    putCopy(to, `${path}/${below}`, { node, request });
  }
}

function putCopy(to: ImageFiles, path: string, { node, request }: Copied): void {
  mustBeNoWhiteout(path);
  const attributes = attributesOf(node, request);
  switch (node.kind) {
    case 'device':
      throw refused(path, 'devices cannot be copied');
    case 'folder':
      to.makeFolder(path, attributes, { force: request.owner !== undefined || request.mode !== undefined });
      return;
    case 'link':
      to.put(path, { ...node, ...attributes, mode: 0o777 });
      return;
    case 'file':
      to.put(path, { ...node, ...attributes });
  }
}

function attributesOf({ mode, uid, gid }: Attributes, request: Pick<CopyRequest, 'owner' | 'mode'>): Attributes {
  return { mode: request.mode ?? mode, uid: request.owner?.uid ?? uid, gid: request.owner?.gid ?? gid };
}

/** Such a name in a layer would delete files of the layers below. */
function mustBeNoWhiteout(path: string): void {
  if (path.slice(path.lastIndexOf('/') + 1).startsWith('.wh.')) throw refused(path, 'names that begin with .wh. mean deletions in layers');
}

/** Bounds of what an archive unpacks to. */
export interface UnpackLimits {
  readonly sizeBytesMax: number;
}

/**
 * Unpacks members of an archive below a folder.
 *
 * @param contentOf gives the content of a member, for which only its place in the archive is known
 * @throws {ContainersError} path-refused, archive-invalid, image-too-large
 */
export async function unpack(
  members: AsyncIterable<TarMember>, to: ImageFiles, { request, contentOf, limits }: {
    readonly request: CopyRequest; readonly contentOf: (member: TarMember) => Content; readonly limits: UnpackLimits;
  },
): Promise<void> {
  const { path: folder } = destinationOf(request);
  to.makeFolder(folder, attributesOf({ mode: 0o755, uid: 0, gid: 0 }, request));
  // Links of the archive lead to places below the folder, as when it is unpacked there.
  let sizeBytes = 0;
  for await (const member of members) {
    const path = memberPath(member.path);
    if (path === '') continue;
    sizeBytes += member.sizeBytes;
    if (sizeBytes > limits.sizeBytesMax) throw new ContainersError('image-too-large', `An archive unpacks to more than ${limits.sizeBytesMax} bytes.`, { sizeBytesMax: limits.sizeBytesMax });
    putCopy(to, `${folder}/${path}`, { node: nodeOf(member, { to, folder, contentOf }), request });
  }
}

function nodeOf(
  member: TarMember, { to, folder, contentOf }: { readonly to: ImageFiles; readonly folder: string; readonly contentOf: (member: TarMember) => Content },
): ImageNode {
  const attributes = { mode: member.mode, uid: member.uid, gid: member.gid };
  switch (member.kind) {
    case 'file':
      return { kind: 'file', content: contentOf(member), ...attributes };
    case 'folder':
      return { kind: 'folder', children: new Map(), ...attributes };
    case 'link':
      return { kind: 'link', target: member.target, ...attributes };
    case 'device':
      return { kind: 'device', ...attributes };
    case 'hard-link': {
      const target = to.find(`${folder}/${memberPath(member.target)}`, { follow: false });
      if (target?.kind !== 'file') throw refused(member.path, 'it is a hard link to something that is no file of the archive');
      return target;
    }
  }
}

function memberPath(written: string): string {
  const parts = written.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || written.includes('\0')) throw refused(written, 'a member of an archive must stay below the folder that it is unpacked to');
  return parts.join('/');
}

function missing(source: string): ContainersError {
  return new ContainersError('source-missing', `There is no "${source.slice(0, 400)}" to copy; it may be left out by .dockerignore.`, { source: source.slice(0, 4096) });
}
