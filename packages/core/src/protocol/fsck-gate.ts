import { GovcError } from '../errors.js';
import { parseConfig } from '../config/parse-config.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { FsckSession } from '../object/fsck.js';
import { isFsckError, type FsckFinding } from '../object/fsck-report.js';
import type { FsckPolicy } from './receive-config.js';

const FSCK_LINES_MAX = 100;

/** Checks objects by the rules of git fsck as they are indexed; the first error refuses the pack. */
export class FsckGate {
  /** What to tell the pusher, a line each with its line feed. */
  readonly lines: string[] = [];
  readonly #session: FsckSession;

  constructor(algorithm: HashAlgorithm, { overrides, skipList }: FsckPolicy) {
    this.#session = new FsckSession({ algorithm, parseConfig, strict: true, overrides, skipList });
  }

  /** @throws {GovcError} fsck-failed */
  take(...object: Parameters<FsckSession['check']>): void {
    this.#report(this.#session.check(...object), 'fsck error in packed object');
  }

  /** Checks what could not be checked while the pack was not complete. @throws {GovcError} fsck-failed */
  finish(find: Parameters<FsckSession['finish']>[0]): void {
    this.#report(this.#session.finish(find), 'fsck error in pack objects');
  }

  #report(findings: readonly FsckFinding[], message: string): void {
    for (const finding of findings) {
      const kind = isFsckError(finding) ? 'error' : 'warning';
      if (this.lines.length < FSCK_LINES_MAX) {
        this.lines.push(`${kind}: object ${finding.object ?? ''}: ${finding.id}: ${finding.message}\n`);
      }
    }
    if (findings.some(isFsckError)) throw new GovcError('fsck-failed', message, { findings: findings.slice(0, 20) });
  }
}
