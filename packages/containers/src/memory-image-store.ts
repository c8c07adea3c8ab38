import { blobUnknown, checkBlob, digestMismatch } from './blob-intake.js';
import { type Digest, digestOf, splitDigest } from './digest.js';
import { ContainersError } from './errors.js';
import {
  assertImageName,
  type BlobExpectation,
  type BlobInfo,
  type BlobRange,
  type BlobStore,
  type ImageStore,
  type Manifest,
  MANIFEST_SIZE_MAX,
  type NewManifest,
  parseReference,
  type Tag,
} from './image-store.js';

interface Name {
  readonly blobs: Map<Digest, number>;
  /** Media types of manifests. */
  readonly manifests: Map<Digest, string>;
  readonly tags: Map<string, Digest>;
}

/** Images in memory. They end with the process. */
export class MemoryImageStore implements ImageStore {
  readonly #content = new Map<Digest, Uint8Array>();
  readonly #names = new Map<string, Name>();
  readonly #clock: () => number;

  /** @param options.clock milliseconds since 1970 */
  constructor({ clock }: { readonly clock: () => number }) {
    this.#clock = clock;
  }

  blobs(name: string): BlobStore {
    assertImageName(name);
    return {
      sizeOf: (digest) => Promise.resolve(this.#names.get(name)?.blobs.has(digest) === true ? this.#content.get(digest)?.length : undefined),
      read: (digest, range) => this.#read(name, digest, range),
      write: (source, expect) => this.#write(name, source, expect),
      delete: (digest) => Promise.resolve(this.#names.get(name)?.blobs.delete(digest) ?? false),
      list: () => this.#list(name),
    };
  }

  putManifest(name: string, { reference, mediaType, bytes }: NewManifest): Promise<Digest> {
    assertImageName(name);
    assertManifestSize(bytes);
    const parsed = parseReference(reference);
    const digest = digestOf(bytes, 'digest' in parsed ? splitDigest(parsed.digest).algorithm : 'sha256');
    if ('digest' in parsed && digest !== parsed.digest) throw digestMismatch(parsed.digest, digest);
    const { blobs, manifests, tags } = this.#open(name);
    this.#content.set(digest, bytes.slice());
    blobs.set(digest, this.#clock());
    manifests.set(digest, mediaType);
    if ('tag' in parsed) tags.set(parsed.tag, digest);
    return Promise.resolve(digest);
  }

  getManifest(name: string, reference: string): Promise<Manifest | undefined> {
    const found = this.#names.get(name);
    const parsed = parseReference(reference);
    const digest = 'digest' in parsed ? parsed.digest : found?.tags.get(parsed.tag);
    if (found === undefined || digest === undefined) return Promise.resolve(undefined);
    const mediaType = found.manifests.get(digest);
    const bytes = this.#content.get(digest);
    return Promise.resolve(mediaType === undefined || bytes === undefined ? undefined : { digest, mediaType, bytes });
  }

  deleteManifest(name: string, reference: string): Promise<boolean> {
    const found = this.#names.get(name);
    const parsed = parseReference(reference);
    if (found === undefined) return Promise.resolve(false);
    if ('tag' in parsed) return Promise.resolve(found.tags.delete(parsed.tag));
    for (const [tag, digest] of found.tags) if (digest === parsed.digest) found.tags.delete(tag);
    found.blobs.delete(parsed.digest);
    return Promise.resolve(found.manifests.delete(parsed.digest));
  }

  tags(name: string): Promise<readonly Tag[]> {
    const tags = [...(this.#names.get(name)?.tags ?? [])].map(([tag, digest]) => ({ tag, digest }));
    return Promise.resolve(tags.sort((one, other) => (one.tag < other.tag ? -1 : 1)));
  }

  manifests(name: string): Promise<readonly Digest[]> {
    return Promise.resolve([...(this.#names.get(name)?.manifests.keys() ?? [])]);
  }

  mount(name: string, digest: Digest, from: string): Promise<boolean> {
    assertImageName(name);
    const isThere = this.#names.get(from)?.blobs.has(digest) === true;
    if (isThere) this.#open(name).blobs.set(digest, this.#clock());
    return Promise.resolve(isThere);
  }

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.#names.keys()].sort());
  }

  deleteName(name: string): Promise<void> {
    this.#names.delete(name);
    return Promise.resolve();
  }

  collect(): Promise<{ readonly count: number; readonly sizeBytes: number }> {
    const seen = new Set([...this.#names.values()].flatMap(({ blobs }) => [...blobs.keys()]));
    const unseen = [...this.#content].filter(([digest]) => !seen.has(digest));
    for (const [digest] of unseen) this.#content.delete(digest);
    return Promise.resolve({ count: unseen.length, sizeBytes: unseen.reduce((sum, [, bytes]) => sum + bytes.length, 0) });
  }

  #open(name: string): Name {
    const found = this.#names.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    this.#names.set(name, found);
    return found;
  }

  async *#read(name: string, digest: Digest, range?: BlobRange): AsyncGenerator<Uint8Array, void, void> {
    const content = this.#names.get(name)?.blobs.has(digest) === true ? this.#content.get(digest) : undefined;
    if (content === undefined) throw blobUnknown(name, digest);
    await Promise.resolve();
    yield range === undefined ? content : content.subarray(range.start, range.end);
  }

  async #write(name: string, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expect?: BlobExpectation): Promise<BlobInfo> {
    const pieces: Uint8Array[] = [];
    const checked = checkBlob(source, expect);
    let step = await checked.next();
    while (step.done !== true) {
      pieces.push(step.value);
      step = await checked.next();
    }
    this.#content.set(step.value.digest, Buffer.concat(pieces));
    this.#open(name).blobs.set(step.value.digest, this.#clock());
    return step.value;
  }

  async *#list(name: string): AsyncGenerator<BlobInfo & { readonly timeMs: number }, void, void> {
    await Promise.resolve();
    for (const [digest, timeMs] of [...(this.#names.get(name)?.blobs ?? [])]) {
      yield { digest, sizeBytes: this.#content.get(digest)?.length ?? 0, timeMs };
    }
  }
}

/** @throws {ContainersError} manifest-too-large */
export function assertManifestSize(bytes: Uint8Array): void {
  if (bytes.length <= MANIFEST_SIZE_MAX) return;
  throw new ContainersError('manifest-too-large', `a manifest has at most ${MANIFEST_SIZE_MAX} bytes, this one ${bytes.length}`, { sizeBytes: bytes.length });
}
