/**
 * The extension `REUC`: the sides of conflicts that were resolved, so that `git checkout --merge` can bring them
 * back (gitformat-index, "Resolve undo").
 *
 *     <path> NUL <octal mode> NUL <octal mode> NUL <octal mode> NUL [raw id] [raw id] [raw id]
 *
 * for stages 1 to 3, with mode 0 and no id for a stage that was not there.
 */
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { writeHex } from '../bytes/hex.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';

/** One side of a conflict that was resolved. */
export interface ResolvedSide {
  readonly mode: number;
  readonly id: ObjectId;
}

/** A conflict that was resolved: the sides of stages 1, 2 and 3. */
export interface ResolveUndo {
  /** Lossless text. */
  readonly path: string;
  readonly sides: readonly [ResolvedSide | undefined, ResolvedSide | undefined, ResolvedSide | undefined];
}

/**
 * Reads the extension.
 *
 * @throws {GovcError} index-file-invalid: it is malformed.
 */
export function parseResolveUndo(data: Uint8Array, algorithm: HashAlgorithm): ResolveUndo[] {
  const resolved: ResolveUndo[] = [];
  let at = 0;
  const field = (): Uint8Array => {
    const end = data.indexOf(0, at);
    if (end < 0) throw malformed(at);
    const bytes = data.subarray(at, end);
    at = end + 1;
    return bytes;
  };
  const mode = (): number => {
    const text = latin1FromBytes(field());
    if (!/^[0-7]{1,7}$/.test(text)) throw malformed(at);
    return Number.parseInt(text, 8);
  };
  const side = (sideMode: number): ResolvedSide | undefined => {
    if (sideMode === 0) return undefined;
    if (at + algorithm.size > data.length) throw malformed(at);
    const id = objectIdAt(data, at, algorithm);
    at += algorithm.size;
    return { mode: sideMode, id };
  };
  while (at < data.length) {
    const path = losslessTextFromBytes(field());
    const modes = [mode(), mode(), mode()] as const;
    resolved.push({ path, sides: [side(modes[0]), side(modes[1]), side(modes[2])] });
  }
  return resolved;
}

/** The data of the extension. */
export function serializeResolveUndo(resolved: readonly ResolveUndo[]): Uint8Array {
  const writer = new ByteWriter(256);
  for (const { path, sides } of resolved) {
    writer.bytes(bytesFromLosslessText(path)).u8(0);
    for (const side of sides) writer.bytes(bytesFromLatin1((side?.mode ?? 0).toString(8))).u8(0);
    for (const side of sides) {
      if (side === undefined) continue;
      const raw = new Uint8Array(side.id.length / 2);
      writeHex(side.id, raw, 0);
      writer.bytes(raw);
    }
  }
  return writer.finish();
}

function malformed(offset: number): GovcError {
  return new GovcError('index-file-invalid', `The resolve-undo data of an index file is malformed at byte ${offset}.`, {
    offset,
  });
}
