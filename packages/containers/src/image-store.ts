/**
 * Where images are: content under its digest, and for each image name its manifests and tags. The distribution registry serves one, and
 * builds write into the same.
 *
 * 1. Content never changes: a digest is checked while the bytes are written, and content is visible when all of it is there and not before.
 * 2. A name sees only content that was written or mounted under that name, so that whoever may read one name learns nothing of others.
 * 3. A tag names a manifest that is there. Putting a manifest is the last step of putting an image.
 */
import { type Digest, findDigest } from './digest.js';
import { ContainersError } from './errors.js';

/** Content with its size. */
export interface BlobInfo {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** What the writer of content says that it is; what differs is refused. The digest also chooses the algorithm (default: sha256). */
export interface BlobExpectation {
  readonly digest?: Digest | undefined;
  readonly sizeBytes?: number | undefined;
  /** The most that is taken. Default: {@link BLOB_SIZE_MAX}. */
  readonly sizeBytesMax?: number | undefined;
}

/** A part of content, in bytes; `end` is the first that is not in it. */
export interface BlobRange {
  readonly start: number;
  readonly end: number;
}

/** The content that one image name sees. */
export interface BlobStore {
  /** In bytes; `undefined` where it is not there. */
  sizeOf(digest: Digest): Promise<number | undefined>;
  /** The bytes, piece by piece. @throws {ContainersError} blob-unknown (at the first piece) */
  read(digest: Digest, range?: BlobRange): AsyncIterable<Uint8Array>;
  /**
   * Takes content to its end; durable when it resolves. Nothing is left when it does not.
   *
   * @throws {ContainersError} digest-mismatch, size-mismatch, blob-too-large
   */
  write(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expect?: BlobExpectation): Promise<BlobInfo>;
  /** Takes the content from this name; whether it was there. Its bytes go with {@link ImageStore.collect}. */
  delete(digest: Digest): Promise<boolean>;
  /** Everything that is there, manifests included, in no order, with the time at which it came (milliseconds since 1970). Cost: one look at each. */
  list(): AsyncIterable<BlobInfo & { readonly timeMs: number }>;
}

/** A manifest or index as it was put, byte for byte. */
export interface Manifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What is put: a tag or a digest as the name, and the bytes. */
export interface NewManifest {
  /** A tag, or the digest of the bytes. */
  readonly reference: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Images by name. Names are those of the distribution specification: `team/app`. */
export interface ImageStore {
  /** The content of one name; a name comes into being with its first content. @throws {ContainersError} image-name-invalid */
  blobs(name: string): BlobStore;
  /**
   * Keeps a manifest, and points the tag to it where the reference is one; durable when it resolves. Says nothing of what the manifest names.
   *
   * @throws {ContainersError} image-name-invalid, reference-invalid, digest-mismatch, manifest-too-large
   */
  putManifest(name: string, manifest: NewManifest): Promise<Digest>;
  /** @param reference a tag or a digest */
  getManifest(name: string, reference: string): Promise<Manifest | undefined>;
  /** Takes a tag away, or a manifest with every tag that points to it; whether it was there. */
  deleteManifest(name: string, reference: string): Promise<boolean>;
  /** The tags with what they point to, ordered by name as bytes are. */
  tags(name: string): Promise<readonly Tag[]>;
  /** The digests of all manifests, in no order. */
  manifests(name: string): Promise<readonly Digest[]>;
  /** Lets `name` see content of `from` without sending it; false where `from` has none of that digest. */
  mount(name: string, digest: Digest, from: string): Promise<boolean>;
  /** The names that have content, ordered. */
  names(): Promise<readonly string[]>;
  /** Forgets a name with all it has. */
  deleteName(name: string): Promise<void>;
  /** Removes the bytes that no name sees, and says what that was. Writes may go on. Cost: a look at every blob. */
  collect(): Promise<{ readonly count: number; readonly sizeBytes: number }>;
}

/** A tag. */
export interface Tag {
  readonly tag: string;
  readonly digest: Digest;
}

/** Largest content that is taken unless the writer says otherwise: 32 GiB, beyond any layer that people make. */
export const BLOB_SIZE_MAX = 32 * 1024 ** 3;

/** Largest manifest: 4 MiB, as the distribution specification recommends. */
export const MANIFEST_SIZE_MAX = 4 * 1024 ** 2;

const NAME_LENGTH_MAX = 255;

/** Whether a text names images (OCI distribution specification, `<name>`). */
export function isImageName(text: string): boolean {
  return text.length <= NAME_LENGTH_MAX && /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/.test(text);
}

/** Whether a text is a tag (OCI distribution specification, `<reference>`). */
export function isTag(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(text);
}

/** @throws {ContainersError} image-name-invalid */
export function assertImageName(name: string): void {
  if (isImageName(name)) return;
  throw new ContainersError('image-name-invalid', `${JSON.stringify(name.slice(0, 300))} cannot name an image; use small letters, digits, and . _ - / between them`, {
    name: name.slice(0, 300),
  });
}

/** A reference is a tag or a digest. @throws {ContainersError} reference-invalid */
export function parseReference(text: string): { readonly tag: string } | { readonly digest: Digest } {
  const digest = findDigest(text);
  if (digest !== undefined) return { digest };
  if (isTag(text)) return { tag: text };
  throw new ContainersError('reference-invalid', `${JSON.stringify(text.slice(0, 160))} is neither a tag nor a digest`, { reference: text.slice(0, 160) });
}
