import type { HashAlgorithm } from '../hash/algorithm.js';
import type { Pack } from '../pack/pack.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { MessageBand } from './message-band.js';
import type { FsckPolicy } from './receive-config.js';

/** How the pack of a push is to be taken in. */
export interface PackRequest {
  readonly algorithm: HashAlgorithm;
  /** Where the bases of a thin pack are found. */
  readonly objects: ObjectSource;
  /** Check every object by the rules of git fsck; `undefined`: only that it is well-formed. */
  readonly fsck: FsckPolicy | undefined;
  /** The most bytes of pack that are read; `undefined`: any. */
  readonly sizeMax: number | undefined;
  /** Whether progress is wanted on the band. */
  readonly showProgress: boolean;
  readonly messages: MessageBand;
  /** Whether the pack comes in frames of a sideband that end with a flush; else it is the rest of the input. */
  readonly isFramed: boolean;
}

/** The pack, verified and complete, or why it was refused. `pack` is `undefined` when it holds no objects. */
export type PackAnswer =
  | { readonly kind: 'pack'; readonly pack: Pack | undefined; readonly quarantinePath: string | undefined }
  | { readonly kind: 'pack-refused'; readonly message: string };
