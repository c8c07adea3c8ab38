import type { BuiltImage } from './assemble/built-image.js';
import { canonicalJson, type Descriptor, OCI_INDEX, OCI_MANIFEST } from './assemble/image-config.js';
import { type Digest, digestOf } from './digest.js';
import type { ImageStore } from './image-store.js';

/** An image as it is in a store. */
export interface PutImage {
  /** Of the manifest, or of the index where there are several platforms. */
  readonly digest: Digest;
  /** Of the configuration of the first platform. */
  readonly imageId: Digest;
  readonly mediaType: string;
  /** Of all layers as they are stored. */
  readonly sizeBytes: number;
}

/**
 * Puts what was built into a store: layers first, then configurations, then manifests, then an index where there are several platforms,
 * and the tags last. What is interrupted shows nothing.
 */
export async function putImage(
  store: ImageStore, images: readonly BuiltImage[], { name, tags }: { readonly name: string; readonly tags: readonly string[] },
): Promise<PutImage> {
  const blobs = store.blobs(name);
  const entries: Descriptor[] = [];
  let sizeBytes = 0;
  for (const { parts, manifest, manifestBytes, platform } of images) {
    for (const { descriptor, from, ...part } of parts.map((each) => ({ ...each, open: () => each.open() }))) {
      const { digest, size } = descriptor;
      if ((await blobs.sizeOf(digest)) !== undefined) continue;
      if (from !== undefined && (await store.mount(name, digest, from))) continue;
      await blobs.write(part.open(), { digest, sizeBytes: size });
    }
    sizeBytes += manifest.layers.reduce((sum, { size }) => sum + size, 0);
    const mediaType = manifest.mediaType ?? OCI_MANIFEST;
    const digest = await store.putManifest(name, { reference: digestOf(manifestBytes), mediaType, bytes: manifestBytes });
    entries.push({ mediaType, digest, size: manifestBytes.length, platform });
  }
  const lone = images.length === 1 ? { mediaType: entries[0]!.mediaType, bytes: images[0]!.manifestBytes } : undefined;
  const top = lone ?? { mediaType: OCI_INDEX, bytes: canonicalJson({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries }) };
  const digest = await store.putManifest(name, { reference: digestOf(top.bytes), ...top });
  for (const tag of tags) await store.putManifest(name, { reference: tag, ...top });
  return { digest, imageId: images[0]!.manifest.config.digest, mediaType: top.mediaType, sizeBytes };
}
