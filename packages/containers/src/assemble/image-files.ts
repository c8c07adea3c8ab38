/**
 * The files of an image while it is put together: a tree of names in memory whose contents stay where they are.
 *
 * Paths are resolved as inside a container: links lead to places of the image and never out of it.
 */
import { ContainersError } from '../errors.js';
import type { TarMember } from './tar-reader.js';

/** Bytes that are read when they are needed. */
export interface Content {
  readonly sizeBytes: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Permission bits and owner. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A place of an image. */
export type ImageNode = FolderNode | FileNode | LinkNode | DeviceNode;

/** A folder with what is in it, by name. */
export interface FolderNode extends Attributes {
  readonly kind: 'folder';
  readonly children: Map<string, ImageNode>;
}

/** A regular file. */
export interface FileNode extends Attributes {
  readonly kind: 'file';
  readonly content: Content;
}

/** A symbolic link. */
export interface LinkNode extends Attributes {
  readonly kind: 'link';
  readonly target: string;
}

/** What only a base image can hold; it is kept there and copied nowhere. */
export interface DeviceNode extends Attributes {
  readonly kind: 'device';
}

const ROOT: Attributes = { mode: 0o755, uid: 0, gid: 0 };
const LINKS_MAX = 255;
const DEPTH_MAX = 4096;
const WHITEOUT = '.wh.';

/** See the head of this file. */
export class ImageFiles {
  readonly #root: FolderNode = folder(ROOT);
  #changed = new Set<string>();

  /** The node at a path; links on the way are followed, the last one only when `follow` says so. */
  find(path: string, { follow = true }: { readonly follow?: boolean } = {}): ImageNode | undefined {
    const place = this.resolve(path, { follow });
    return this.#at(place);
  }

  /**
   * The path without links, `.` and `..`, relative to the root, without slashes at its ends; parts that do not exist stay as they are.
   *
   * @throws {ContainersError} path-refused: links go in circles
   */
  resolve(path: string, { follow = true }: { readonly follow?: boolean } = {}): string {
    const waiting = partsOf(path).reverse();
    const done: string[] = [];
    let linkCount = 0;
    for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
      if (part === '..') {
        done.pop();
        continue;
      }
      done.push(part);
      if (waiting.length === 0 && !follow) break;
      const node = this.#at(done.join('/'));
      if (node?.kind !== 'link') continue;
      if (++linkCount > LINKS_MAX || waiting.length > DEPTH_MAX) throw refused(path, 'its links go in circles');
      done.pop();
      if (node.target.startsWith('/')) done.length = 0;
      waiting.push(...partsOf(node.target).reverse());
    }
    return done.join('/');
  }

  /** Puts a file or link, and the folders above it where they are missing. A folder is not replaced. @returns the path without links */
  put(path: string, node: FileNode | LinkNode): string {
    const place = this.#placeFor(path, node);
    const { above, name } = this.#above(place, node);
    if (above.children.get(name)?.kind === 'folder') throw refused(path, 'a folder is there, which a file cannot replace');
    above.children.set(name, node);
    this.#changed.add(place);
    return place;
  }

  /** Makes a folder and those above it where they are missing; one that is there stays as it is unless `force` gives it these attributes. */
  makeFolder(path: string, attributes: Attributes, { force = false }: { readonly force?: boolean } = {}): string {
    const place = this.resolve(path);
    if (place === '') return place;
    const { above, name } = this.#above(place, attributes);
    const found = above.children.get(name);
    if (found !== undefined && found.kind !== 'folder') throw refused(path, 'a file is there, which a folder cannot replace');
    if (found !== undefined && !force) return place;
    above.children.set(name, { ...folder(attributes), children: found?.children ?? new Map<string, ImageNode>() });
    this.#changed.add(place);
    return place;
  }

  /** What changed since the last call, ordered so that folders come before what is in them. */
  takeChanges(): { readonly path: string; readonly node: ImageNode }[] {
    const paths = [...this.#changed].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    this.#changed = new Set();
    return paths.flatMap((path) => {
      const node = this.#at(path);
      return node === undefined ? [] : [{ path, node }];
    });
  }

  /** Everything below a folder with paths relative to it, folders first. */
  *below(path: string): Generator<{ readonly path: string; readonly node: ImageNode }, void, void> {
    const start = this.find(path);
    if (start?.kind !== 'folder') return;
    const waiting: { readonly path: string; readonly node: ImageNode }[] = [...entriesOf(start, '')];
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
      yield entry;
      if (entry.node.kind === 'folder') for (const child of entriesOf(entry.node, `${entry.path}/`)) waiting.push(child);
    }
  }

  /** Applies a member of a layer of a base image (OCI image specification, "Applying Changesets"). */
  applyLayer(member: TarMember, content: Content): void {
    const parts = partsOf(member.path).filter((part) => part !== '..');
    const name = parts.pop();
    if (name === undefined) return;
    const above = this.#open(parts);
    if (name === `${WHITEOUT}${WHITEOUT}.opq`) above.children.clear();
    else if (name.startsWith(WHITEOUT)) above.children.delete(name.slice(WHITEOUT.length));
    else above.children.set(name, this.#nodeOf(member, content, above.children.get(name)));
  }

  #nodeOf(member: TarMember, content: Content, before: ImageNode | undefined): ImageNode {
    const attributes = { mode: member.mode, uid: member.uid, gid: member.gid };
    switch (member.kind) {
      case 'folder':
        return { ...folder(attributes), children: before?.kind === 'folder' ? before.children : new Map<string, ImageNode>() };
      case 'link':
        return { kind: 'link', target: member.target, ...attributes };
      case 'hard-link': {
        const target = this.find(member.target, { follow: false });
        return target === undefined || target.kind === 'folder' ? { kind: 'device', ...attributes } : target;
      }
      case 'device':
        return { kind: 'device', ...attributes };
      case 'file':
        return { kind: 'file', content, ...attributes };
    }
  }

  /** The folder at a path of a layer; what is missing is made, what is no folder is replaced. */
  #open(parts: readonly string[]): FolderNode {
    const place = this.resolve(parts.join('/'));
    let at = this.#root;
    for (const part of partsOf(place)) {
      const found = at.children.get(part);
      const next = found?.kind === 'folder' ? found : folder(ROOT);
      at.children.set(part, next);
      at = next;
    }
    return at;
  }

  /** Files written over a link go where the link leads; links replace links. */
  #placeFor(path: string, node: FileNode | LinkNode): string {
    return this.resolve(path, { follow: node.kind === 'file' && this.find(path)?.kind === 'file' });
  }

  #above(place: string, owner: Attributes): { readonly above: FolderNode; readonly name: string } {
    const parts = place.split('/');
    const name = parts.pop()!;
    if (name === '') throw refused('/', 'the root is a folder');
    if (parts.length > DEPTH_MAX) throw refused(place.slice(0, 200), 'it is too deep');
    let at = this.#root;
    for (const [index, part] of parts.entries()) {
      let next = at.children.get(part);
      if (next === undefined) {
        next = folder({ mode: 0o755, uid: owner.uid, gid: owner.gid });
        at.children.set(part, next);
        this.#changed.add(parts.slice(0, index + 1).join('/'));
      }
      if (next.kind !== 'folder') throw refused(place, `"${parts.slice(0, index + 1).join('/')}" is no folder`);
      at = next;
    }
    return { above: at, name };
  }

  #at(place: string): ImageNode | undefined {
    let at: ImageNode | undefined = this.#root;
    if (place === '') return at;
    for (const part of place.split('/')) {
      at = at.kind === 'folder' ? at.children.get(part) : undefined;
      if (at === undefined) return undefined;
    }
    return at;
  }
}

function folder({ mode, uid, gid }: Attributes): FolderNode {
  return { kind: 'folder', mode, uid, gid, children: new Map() };
}

function entriesOf(node: FolderNode, prefix: string): { readonly path: string; readonly node: ImageNode }[] {
  return [...node.children].map(([name, child]) => ({ path: `${prefix}${name}`, node: child }));
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** A path that the build may not use. */
export function refused(path: string, reason: string): ContainersError {
  return new ContainersError('path-refused', `"${path.slice(0, 400)}" cannot be used: ${reason}.`, { path: path.slice(0, 4096), reason });
}
