import type { Descriptor, ImageConfig, ImageManifest, Platform } from './image-config.js';

/** A part of an image with its bytes: a layer or the configuration. */
export interface ImagePart {
  readonly descriptor: Descriptor;
  /** The bytes as the descriptor says. */
  open(): AsyncIterable<Uint8Array>;
  /** The name in the image store under which the same content is already. */
  readonly from?: string | undefined;
}

/** An image for one platform that is nowhere to be seen yet. */
export interface BuiltImage {
  readonly platform: Platform;
  readonly manifest: ImageManifest;
  readonly manifestBytes: Uint8Array;
  readonly config: ImageConfig;
  /** The configuration and the layers, in the order of the manifest. */
  readonly parts: readonly ImagePart[];
}
