import type { Definition } from '../definition.js';
import type { BaseImages } from '../assemble/base-image.js';
import type { BuildContext } from '../assemble/context.js';
import type { BuiltImage } from '../assemble/built-image.js';
import type { Platform } from '../assemble/image-config.js';

/** What is to be built, for one platform. */
export interface BuildTask {
  readonly definition: Definition;
  readonly context: BuildContext;
  readonly args: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  /** Name or number of the last stage. Default: the last. */
  readonly target: string | undefined;
  readonly platform: Platform;
  /** Whether nothing of earlier builds may be used. */
  readonly isFresh: boolean;
  /** When the image is said to be made, in seconds since 1970: the time of the commit. */
  readonly timeSeconds: number;
  /** Images of this server. */
  readonly bases: BaseImages;
  /** An empty folder that is removed afterwards. */
  readonly workPath: string;
  /** A folder that stays, for what later builds of the same repository may use. */
  readonly cachePath: string;
  readonly signal: AbortSignal;
  /** Most bytes of the files of the image, uncompressed. */
  readonly sizeBytesMax: number;
  /** Most memory of one process of the build, in bytes; `undefined`: as much as there is. */
  readonly memoryBytesMax: number | undefined;
  /** Takes lines of the log. */
  readonly log: (line: string) => void;
  /** Takes what is done, counted from 1. */
  readonly progress: (step: number, total: number) => void;
}

/** What builds images. */
export interface BuildEngine {
  readonly name: 'buildah' | 'podman' | 'docker' | 'embedded';
  /** What it is, for people. */
  readonly version: string;
  /** Whether it can carry out `RUN`. */
  readonly canRun: boolean;
  /**
   * Builds. When it rejects, nothing of the build is left running.
   *
   * @throws {ContainersError} engine-missing, build-failed, build-cancelled, and what reading the definition throws
   */
  build(task: BuildTask): Promise<BuiltImage>;
}
