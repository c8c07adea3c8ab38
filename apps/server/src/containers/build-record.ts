/** What the server keeps of a build. */

/** How far a build is. */
export type BuildStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

/** A build as it was asked for. */
export interface BuildRequest {
  /** The folder of the commit that the build sees. */
  readonly context: string;
  /** The definition; its path in the repository. */
  readonly file: string;
  /** A branch, tag or commit. */
  readonly ref: string;
  readonly tags: readonly string[];
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly target: string | null;
  readonly platform: readonly string[];
  readonly no_cache: boolean;
}

/** What is told of a build beside what the original tells. */
export interface BuildMetadata {
  /** That is built. */
  readonly commit: string;
  readonly trigger: 'request' | 'push';
  readonly actor: string | null;
  readonly engine: string | null;
  readonly queued_at: string;
  readonly step: number;
  readonly steps: number;
  /** Names with tags under which the image is in the registry. */
  readonly images: readonly string[];
  readonly size: number | null;
  /** Why it failed, as a code. */
  readonly code: string | null;
}

/** A build in the words of the API, which are those in which it is kept. */
export interface BuildRecord {
  readonly id: string;
  readonly repository_id: string;
  readonly request: BuildRequest;
  readonly status: BuildStatus;
  /** RFC 3339; `null`: not yet. */
  readonly start_time: string | null;
  readonly end_time: string | null;
  /** The last lines of the log. */
  readonly output: string;
  readonly error: string | null;
  /** The digest of the configuration. */
  readonly image_id: string | null;
  /** Of the manifest, or of the index where there are several platforms. */
  readonly digest: string | null;
  readonly metadata: BuildMetadata;
}

/** Whether nothing more happens to it. */
export function isOver({ status }: Pick<BuildRecord, 'status'>): boolean {
  return status !== 'pending' && status !== 'running';
}
