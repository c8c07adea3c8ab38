/**
 * The header of a bundle (gitformat-bundle), a file that carries refs and the objects they need:
 *
 *     # v2 git bundle LF    or    # v3 git bundle LF
 *     @<capability>[=<value>] LF          version 3 only: object-format, filter
 *     -<id>[ <comment>] LF                an object that the receiver must have, with all it reaches
 *     <id> <ref> LF
 *     LF
 *
 * A pack follows, thin where there are prerequisites.
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { hashAlgorithm, SHA1, type HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { parseFilter, serializeFilter, type ObjectFilter } from '../walk/filter.js';

/** A commit that a bundle builds on. */
export interface BundlePrerequisite {
  readonly id: ObjectId;
  /** For people: the subject of the commit. Lossless text, perhaps empty. */
  readonly comment: string;
}

/** A ref that a bundle brings. Its name is lossless text and not checked: a bundle may hold any. */
export interface BundleRef {
  readonly name: string;
  readonly id: ObjectId;
}

/** Everything before the pack. */
export interface BundleHeader {
  readonly version: 2 | 3;
  readonly algorithm: HashAlgorithm;
  readonly filter: ObjectFilter | undefined;
  readonly prerequisites: readonly BundlePrerequisite[];
  readonly refs: readonly BundleRef[];
}

const LF = 0x0a;

/** The bytes of a header. */
export function serializeBundleHeader(header: BundleHeader): Uint8Array {
  const lines = [`# v${header.version} git bundle`];
  if (header.version === 3) {
    lines.push(`@object-format=${header.algorithm.name}`);
    if (header.filter !== undefined) lines.push(`@filter=${serializeFilter(header.filter)}`);
  }
  for (const { id, comment } of header.prerequisites) lines.push(`-${id} ${comment}`);
  for (const { id, name } of header.refs) lines.push(`${id} ${name}`);
  return bytesFromLosslessText(`${lines.join('\n')}\n\n`);
}

/**
 * Takes the header from the pieces of a bundle as they arrive. Bounded: lines are short, refs counted.
 *
 *     reading --write gives undefined--> reading --write gives the rest--> done
 */
export class BundleHeaderReader {
  #kept: Uint8Array = new Uint8Array(0);
  #version: 2 | 3 | undefined;
  #algorithm = SHA1;
  #filter: ObjectFilter | undefined;
  readonly #prerequisites: BundlePrerequisite[] = [];
  readonly #refs: BundleRef[] = [];

  /** The header; complete once {@link write} gave bytes. */
  get header(): BundleHeader {
    return {
      version: this.#version ?? 2,
      algorithm: this.#algorithm,
      filter: this.#filter,
      prerequisites: this.#prerequisites,
      refs: this.#refs,
    };
  }

  /**
   * Takes the next piece.
   *
   * @returns what follows the header, or `undefined` while it is not complete.
   * @throws {GovcError} bundle-invalid, limit-exceeded; unsupported: an unknown capability or hash
   */
  write(piece: Uint8Array): Uint8Array | undefined {
    const bytes = this.#kept.length === 0 ? piece : Buffer.concat([this.#kept, piece]);
    for (let at = 0; ;) {
      const end = bytes.indexOf(LF, at);
      if ((end < 0 ? bytes.length : end) - at > LIMITS.bundleLineSize.value) {
        throw new GovcError('limit-exceeded', `A line of the bundle is longer than ${LIMITS.bundleLineSize.value} bytes.`, {});
      }
      if (end < 0) {
        this.#kept = new Uint8Array(bytes.subarray(at));
        return undefined;
      }
      if (end === at && this.#version !== undefined) return bytes.subarray(end + 1);
      this.#line(losslessTextFromBytes(bytes.subarray(at, end)).replace(/[ \t\r\v\f]+$/, ''));
      at = end + 1;
    }
  }

  #line(line: string): void {
    if (this.#version === undefined) {
      const version = /^# v([23]) git bundle$/.exec(line)?.[1];
      if (version === undefined) throw invalid('It does not begin as a bundle of version 2 or 3.', line);
      this.#version = version === '2' ? 2 : 3;
    } else if (this.#version === 3 && line.startsWith('@')) {
      this.#capability(line.slice(1));
    } else {
      this.#object(line);
    }
  }

  #capability(text: string): void {
    if (text.startsWith('object-format=')) this.#algorithm = hashAlgorithm(text.slice(14));
    else if (text.startsWith('filter=')) this.#filter = parseFilter(text.slice(7));
    else throw new GovcError('unsupported', `The bundle needs the capability "${text.slice(0, 80)}".`, { capability: text.slice(0, 80) });
  }

  #object(line: string): void {
    const isPrerequisite = line.startsWith('-');
    const text = isPrerequisite ? line.slice(1) : line;
    const { hexSize } = this.#algorithm;
    const id = findObjectId(text.slice(0, hexSize), this.#algorithm);
    const rest = text.slice(hexSize);
    if (id === undefined || (rest !== '' && !/^[ \t]/.test(rest)) || (rest === '' && !isPrerequisite)) {
      throw invalid('A line names no object and ref.', line);
    }
    if (this.#refs.length + this.#prerequisites.length >= LIMITS.bundleRefCount.value) {
      throw new GovcError('limit-exceeded', `The bundle names more than ${LIMITS.bundleRefCount.value} refs.`, {});
    }
    if (isPrerequisite) this.#prerequisites.push({ id, comment: rest.slice(1) });
    else this.#refs.push({ id, name: rest.slice(1) });
  }
}

/**
 * The header at the beginning of a bundle, and the bytes behind it.
 *
 * @throws {GovcError} bundle-invalid: it is no bundle, or cut off; limit-exceeded, unsupported
 */
export function parseBundleHeader(bytes: Uint8Array): { readonly header: BundleHeader; readonly pack: Uint8Array } {
  const reader = new BundleHeaderReader();
  const pack = reader.write(bytes);
  if (pack === undefined) throw invalid('It ends inside the header.', '');
  return { header: reader.header, pack };
}

function invalid(reason: string, line: string): GovcError {
  return new GovcError('bundle-invalid', `The bundle cannot be read. ${reason}`, { reason, line: line.slice(0, 200) });
}
