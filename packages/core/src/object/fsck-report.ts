import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import {
  FSCK_DEFAULTS,
  FSCK_SEVERITIES,
  type FsckMessageId,
  type FsckOverrides,
  type FsckSeverity,
} from './fsck-message.js';

/** How strictly objects are checked. */
export interface FsckOptions {
  /** Whether warnings are errors and files with mode 100664 are found. Default: false. */
  readonly strict?: boolean | undefined;
  /** Default: none. */
  readonly overrides?: FsckOverrides | undefined;
  /** Objects that are known to be bad and pass. Default: none. */
  readonly skipList?: ReadonlySet<ObjectId> | undefined;
}

/** Something wrong with an object. */
export interface FsckFinding {
  readonly id: FsckMessageId;
  readonly severity: Exclude<FsckSeverity, 'ignore'>;
  /** One line without the id, as Git words it. */
  readonly message: string;
  readonly type: ObjectType;
  /** The object; `undefined` where the caller did not say. */
  readonly object: ObjectId | undefined;
}

/** Whether a finding makes a check fail, so that a push or fetch that checks objects is refused. */
export function isFsckError(finding: FsckFinding): boolean {
  return finding.severity === 'error' || finding.severity === 'fatal';
}

/** Collects the findings of one object. */
export class FsckReport {
  readonly findings: FsckFinding[] = [];
  readonly strict: boolean;
  readonly pathnameSizeMax: number;
  readonly #type: ObjectType;
  readonly #object: ObjectId | undefined;
  readonly #overrides: FsckOverrides;
  readonly #skipped: boolean;

  constructor(type: ObjectType, object: ObjectId | undefined, options: FsckOptions) {
    this.#type = type;
    this.#object = object;
    this.strict = options.strict ?? false;
    this.#overrides = options.overrides ?? FSCK_DEFAULTS;
    this.pathnameSizeMax = this.#overrides.pathnameSizeMax;
    this.#skipped = object !== undefined && options.skipList?.has(object) === true;
  }

  /**
   * Notes a finding, unless it is ignored. Gives `true` for an error: Git then looks no further at a commit or
   * tag, while after a warning it goes on.
   */
  add(id: FsckMessageId, message: string): boolean {
    const severity = this.#severity(id);
    if (severity === 'ignore' || this.#skipped) return false;
    this.findings.push({ id, severity, message, type: this.#type, object: this.#object });
    return severity === 'error' || severity === 'fatal';
  }

  #severity(id: FsckMessageId): FsckSeverity {
    const severity = this.#overrides.severities.get(id);
    if (severity !== undefined) return severity;
    const byDefault = FSCK_SEVERITIES[id];
    return this.strict && byDefault === 'warn' ? 'error' : byDefault;
  }
}
