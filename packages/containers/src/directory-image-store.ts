/**
 * Images in a directory.
 *
 *     content/<algorithm>/<two digits>/<digits>      the bytes, once for all names
 *     incoming/<random>/<count>                      content that is being written
 *     names/<name>/_blobs/<algorithm>-<digits>       empty: the name sees that content
 *     names/<name>/_manifests/<algorithm>-<digits>   the media type of a manifest
 *     names/<name>/_tags/<tag>                       the digest that the tag points to
 *
 * A part of a name never begins with an underscore, so that names may stand inside names. Every file is written beside its place, synced,
 * and renamed; content first, then what makes it visible, so that a crash leaves at most bytes that {@link DirectoryImageStore.collect}
 * removes. One process writes at a time.
 */
import { createReadStream, type Dirent, unlinkSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { blobUnknown, checkBlob, digestMismatch } from './blob-intake.js';
import { type Digest, digestOf, findDigest, splitDigest } from './digest.js';
import {
  assertImageName,
  type BlobExpectation,
  type BlobInfo,
  type BlobRange,
  type BlobStore,
  type ImageStore,
  isImageName,
  type Manifest,
  type NewManifest,
  parseReference,
  type Tag,
} from './image-store.js';
import { assertManifestSize } from './memory-image-store.js';

/** Images in a directory; see the head of this file for what is where. */
export class DirectoryImageStore implements ImageStore {
  readonly #path: string;
  readonly #incomingPath: string;
  #incomingCount = 0;
  /** While unseen content is looked for: what came meanwhile. */
  #arrived: Set<Digest> | undefined;

  private constructor(path: string, incomingPath: string) {
    this.#path = path;
    this.#incomingPath = incomingPath;
  }

  /** Makes the directory where it is missing, and removes what a process that was killed was writing. */
  static async open(path: string): Promise<DirectoryImageStore> {
    const incoming = join(path, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true });
    await mkdir(join(path, 'names'), { recursive: true });
    return new DirectoryImageStore(path, await mkdtemp(join(incoming, 'w-')));
  }

  blobs(name: string): BlobStore {
    assertImageName(name);
    return {
      sizeOf: (digest) => this.#sizeOf(name, digest),
      read: (digest, range) => this.#read(name, digest, range),
      write: (source, expect) => this.#write(name, source, expect),
      delete: (digest) => removeFile(this.#seenPath(name, digest)),
      list: () => this.#list(name),
    };
  }

  async putManifest(name: string, { reference, mediaType, bytes }: NewManifest): Promise<Digest> {
    assertImageName(name);
    assertManifestSize(bytes);
    const parsed = parseReference(reference);
    const digest = digestOf(bytes, 'digest' in parsed ? splitDigest(parsed.digest).algorithm : 'sha256');
    if ('digest' in parsed && digest !== parsed.digest) throw digestMismatch(parsed.digest, digest);
    await this.#write(name, [bytes], { digest });
    await this.#place(join(this.#namePath(name), '_manifests', fileOf(digest)), mediaType);
    if ('tag' in parsed) await this.#place(join(this.#namePath(name), '_tags', parsed.tag), digest);
    return digest;
  }

  async getManifest(name: string, reference: string): Promise<Manifest | undefined> {
    assertImageName(name);
    const parsed = parseReference(reference);
    const digest = 'digest' in parsed ? parsed.digest : await this.#digestOfTag(name, parsed.tag);
    if (digest === undefined) return undefined;
    const mediaType = await readText(join(this.#namePath(name), '_manifests', fileOf(digest)));
    if (mediaType === undefined) return undefined;
    const bytes = await readFile(this.#contentPath(digest)).catch(absent);
    return bytes === undefined ? undefined : { digest, mediaType, bytes };
  }

  async deleteManifest(name: string, reference: string): Promise<boolean> {
    assertImageName(name);
    const parsed = parseReference(reference);
    const path = this.#namePath(name);
    if ('tag' in parsed) return removeFile(join(path, '_tags', parsed.tag));
    for (const { tag, digest } of await this.tags(name)) if (digest === parsed.digest) await removeFile(join(path, '_tags', tag));
    const wasThere = await removeFile(join(path, '_manifests', fileOf(parsed.digest)));
    await removeFile(this.#seenPath(name, parsed.digest));
    return wasThere;
  }

  async tags(name: string): Promise<readonly Tag[]> {
    assertImageName(name);
    const found: Tag[] = [];
    for (const { name: tag } of await entriesOf(join(this.#namePath(name), '_tags'))) {
      const digest = await this.#digestOfTag(name, tag);
      if (digest !== undefined) found.push({ tag, digest });
    }
    return found.sort((one, other) => (one.tag < other.tag ? -1 : 1));
  }

  async manifests(name: string): Promise<readonly Digest[]> {
    assertImageName(name);
    return (await entriesOf(join(this.#namePath(name), '_manifests'))).flatMap((entry) => digestOfFile(entry.name) ?? []);
  }

  async mount(name: string, digest: Digest, from: string): Promise<boolean> {
    assertImageName(name);
    assertImageName(from);
    this.#arrived?.add(digest);
    if ((await this.#sizeOf(from, digest)) === undefined) return false;
    await this.#place(this.#seenPath(name, digest), '');
    return true;
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    const folders = [''];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of await entriesOf(join(this.#path, 'names', folder))) {
        if (entry.name === '_blobs') names.push(folder);
        const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (isImageName(name)) folders.push(name);
      }
    }
    return names.sort();
  }

  async deleteName(name: string): Promise<void> {
    assertImageName(name);
    // Tags first, so that none of them points to a manifest that is gone.
    for (const part of ['_tags', '_manifests', '_blobs']) await rm(join(this.#namePath(name), part), { recursive: true, force: true });
  }

  async collect(): Promise<{ readonly count: number; readonly sizeBytes: number }> {
    if (this.#arrived !== undefined) return { count: 0, sizeBytes: 0 };
    const arrived = new Set<Digest>();
    this.#arrived = arrived;
    try {
      const seen = new Set<string>();
      for (const name of await this.names()) {
        for (const { name: file } of await entriesOf(join(this.#namePath(name), '_blobs'))) seen.add(file);
      }
      return await this.#removeUnseen((digest) => seen.has(fileOf(digest)) || arrived.has(digest));
    } finally {
      this.#arrived = undefined;
    }
  }

  async #removeUnseen(isSeen: (digest: Digest) => boolean): Promise<{ readonly count: number; readonly sizeBytes: number }> {
    let count = 0;
    let sizeBytes = 0;
    for (const algorithm of ['sha256', 'sha512']) {
      for (const { name: folder } of await entriesOf(join(this.#path, 'content', algorithm))) {
        for (const { name: hex } of await entriesOf(join(this.#path, 'content', algorithm, folder))) {
          const digest = findDigest(`${algorithm}:${hex}`);
          const size = digest === undefined ? undefined : await sizeOfFile(this.#contentPath(digest));
          // Asked last and without waiting afterwards, so that nothing arrives between the question and the removal.
          if (digest === undefined || size === undefined || isSeen(digest)) continue;
          unlinkSync(this.#contentPath(digest));
          count++;
          sizeBytes += size;
        }
      }
    }
    return { count, sizeBytes };
  }

  async #sizeOf(name: string, digest: Digest): Promise<number | undefined> {
    return (await sizeOfFile(this.#seenPath(name, digest))) === undefined ? undefined : sizeOfFile(this.#contentPath(digest));
  }

  async *#read(name: string, digest: Digest, range?: BlobRange): AsyncGenerator<Uint8Array, void, void> {
    if ((await this.#sizeOf(name, digest)) === undefined) throw blobUnknown(name, digest);
    if (range !== undefined && range.end <= range.start) return;
    const options = { highWaterMark: 256 * 1024, ...(range === undefined ? {} : { start: range.start, end: range.end - 1 }) };
    for await (const piece of createReadStream(this.#contentPath(digest), options)) yield piece as Uint8Array;
  }

  async #write(name: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expect?: BlobExpectation): Promise<BlobInfo> {
    const temporary = this.#temporary();
    try {
      const info = await writeChecked(temporary, source, expect);
      this.#arrived?.add(info.digest);
      await moveInto(temporary, this.#contentPath(info.digest));
      await this.#place(this.#seenPath(name, info.digest), '');
      return info;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async *#list(name: string): AsyncGenerator<BlobInfo & { readonly timeMs: number }, void, void> {
    for (const { name: file } of await entriesOf(join(this.#namePath(name), '_blobs'))) {
      const digest = digestOfFile(file);
      if (digest === undefined) continue;
      const sizeBytes = await sizeOfFile(this.#contentPath(digest));
      const seen = await stat(this.#seenPath(name, digest)).catch(absent);
      if (sizeBytes !== undefined && seen !== undefined) yield { digest, sizeBytes, timeMs: seen.mtimeMs };
    }
  }

  async #digestOfTag(name: string, tag: string): Promise<Digest | undefined> {
    const text = await readText(join(this.#namePath(name), '_tags', tag));
    return text === undefined ? undefined : findDigest(text);
  }

  /** Writes a small file, whole or not at all. */
  async #place(path: string, text: string): Promise<void> {
    const temporary = this.#temporary();
    try {
      await writeChecked(temporary, [Buffer.from(text)]);
      await moveInto(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  #temporary(): string {
    return join(this.#incomingPath, `${++this.#incomingCount}`);
  }

  #contentPath(digest: Digest): string {
    const { algorithm, hex } = splitDigest(digest);
    return join(this.#path, 'content', algorithm, hex.slice(0, 2), hex);
  }

  #namePath(name: string): string {
    return join(this.#path, 'names', name);
  }

  #seenPath(name: string, digest: Digest): string {
    return join(this.#namePath(name), '_blobs', fileOf(digest));
  }
}

function fileOf(digest: Digest): string {
  return digest.replace(':', '-');
}

function digestOfFile(file: string): Digest | undefined {
  return findDigest(file.replace('-', ':'));
}

async function writeChecked(
  path: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expect?: BlobExpectation,
): Promise<BlobInfo> {
  const file = await open(path, 'wx', 0o600);
  try {
    const checked = checkBlob(source, expect);
    let step = await checked.next();
    while (step.done !== true) {
      await file.writeFile(step.value);
      step = await checked.next();
    }
    await file.sync();
    return step.value;
  } finally {
    await file.close();
  }
}

/** Renames a file into a folder that may not be there yet; durable when it resolves. */
async function moveInto(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  const made = await mkdir(folder, { recursive: true });
  await rename(from, to);
  await syncFolder(folder);
  // A folder is durable when the one that it is in was synced.
  for (let path = folder; made !== undefined && path.length >= made.length; path = dirname(path)) await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
  } catch (error) {
    absent(error);
    return false;
  }
  await syncFolder(dirname(path));
  return true;
}

async function sizeOfFile(path: string): Promise<number | undefined> {
  return (await stat(path).catch(absent))?.size;
}

async function readText(path: string): Promise<string | undefined> {
  return (await readFile(path).catch(absent))?.toString('utf8');
}

async function entriesOf(path: string): Promise<readonly Dirent[]> {
  return (await readdir(path, { withFileTypes: true }).catch(absent)) ?? [];
}

/** What is not there is `undefined`; other failures go on. */
function absent(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  return undefined;
}
