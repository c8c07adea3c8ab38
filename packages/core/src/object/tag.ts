/**
 * Annotated tags as values and bytes.
 *
 *     object <id>
 *     type <commit, tree, blob or tag>
 *     tag <name>
 *     tagger <identity>                absent in the oldest tags
 *
 * then an empty line and the message, in the frame of `headers.ts`. A signature stands at the end of the
 * message. A tag that was read gives its own bytes back, whatever they are.
 */
import { GovcError } from '../errors.js';
import { bytesFromLatin1, bytesFromText, latin1FromBytes, textFromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { findHeader, parseHeaderBlock, serializeHeaderBlock, type Header, type HeaderBlock } from './headers.js';
import { parseIdentity, serializeIdentity, type Identity } from './identity.js';
import { decodeText } from './text-encoding.js';

/** What a tag names. */
export interface TagTarget {
  readonly id: ObjectId;
  readonly type: ObjectType;
}

/** An immutable annotated tag. Made by {@link parseTag} and {@link makeTag}. */
export class Tag {
  readonly target: TagTarget;
  readonly #block: HeaderBlock;

  /** @param block whose first two headers say the target */
  constructor(target: TagTarget, block: HeaderBlock) {
    this.target = target;
    this.#block = block;
  }

  /** All headers in order. */
  get headers(): readonly Header[] {
    return this.#block.headers;
  }

  /** The short name that the tag was made with; empty where it has none. The ref may have another. */
  get name(): string {
    return textFromBytes(findHeader(this.#block.headers, 'tag') ?? new Uint8Array(0));
  }

  /** Who made the tag, read leniently; `undefined` in the oldest tags. Parsed at each call. */
  get tagger(): Identity | undefined {
    const bytes = this.taggerBytes;
    return bytes === undefined ? undefined : parseIdentity(bytes, (part) => decodeText(part, this.encoding));
  }

  /** The raw identity, or `undefined`. {@link makeTag} takes it again. */
  get taggerBytes(): Uint8Array | undefined {
    return findHeader(this.#block.headers, 'tagger');
  }

  /** The encoding of message and identity where a tool wrote one; `undefined` means UTF-8. */
  get encoding(): string | undefined {
    const value = findHeader(this.#block.headers, 'encoding');
    return value === undefined ? undefined : latin1FromBytes(value);
  }

  /** The raw message with the signature at its end, if any. */
  get message(): Uint8Array {
    return this.#block.message;
  }

  /** The exact bytes. */
  serialize(): Uint8Array {
    return serializeHeaderBlock(this.#block);
  }
}

/**
 * The tag with the given body.
 *
 * @throws {GovcError} object-corrupt: the body does not begin with `object` and `type`.
 */
export function parseTag(body: Uint8Array, algorithm: HashAlgorithm): Tag {
  return new Tag(scanTagTarget(body, algorithm), parseHeaderBlock(body));
}

/** The body of a tag, the exact inverse of {@link parseTag}. */
export function serializeTag(tag: Tag): Uint8Array {
  return tag.serialize();
}

/** The message as text, signature included; bytes that do not fit the encoding become U+FFFD. */
export function tagMessageText(tag: Tag): string {
  return decodeText(tag.message, tag.encoding);
}

/** The parts of a new tag. */
export interface TagParts {
  readonly target: TagTarget;
  /** The short name; whether it can be a ref is for the caller to say (`tagRef`). */
  readonly name: string;
  /** An identity, which is cleaned as Git does, or the raw bytes of another tag's. */
  readonly tagger: Identity | Uint8Array;
  /** UTF-8 text or bytes as they are. Nothing is added: end it with a line feed. */
  readonly message: string | Uint8Array;
}

/**
 * A new tag, with the bytes that Git would make of the same parts.
 *
 * @throws {GovcError} object-invalid: the name is empty or holds a line feed or NUL, the tagger's name is empty
 *   after cleaning, or its date or zone are impossible.
 */
export function makeTag(parts: TagParts): Tag {
  const { target, name, tagger } = parts;
  const taggerBytes = tagger instanceof Uint8Array ? tagger : serializeIdentity(tagger);
  if (name === '' || /[\n\0]/.test(name)) throw invalid(`"${name}" cannot be the name of a tag.`, { name });
  if (taggerBytes.includes(LF) || taggerBytes.includes(0)) {
    throw invalid('The tagger holds a line feed or a NUL byte.', { tagger: latin1FromBytes(taggerBytes.subarray(0, 200)) });
  }
  const headers: Header[] = [
    { key: 'object', value: bytesFromLatin1(target.id) },
    { key: 'type', value: bytesFromLatin1(target.type) },
    { key: 'tag', value: bytesFromText(name) },
    { key: 'tagger', value: taggerBytes },
  ];
  const message = typeof parts.message === 'string' ? bytesFromText(parts.message) : parts.message;
  return new Tag({ id: target.id, type: target.type }, { headers, message, ending: 'empty-line' });
}

/**
 * What a tag names, without looking at the rest.
 *
 * @throws {GovcError} object-corrupt: the body does not begin with `object` and `type`.
 */
export function scanTagTarget(body: Uint8Array, algorithm: HashAlgorithm): TagTarget {
  const { hexSize } = algorithm;
  // "object ", the id, "\ntype ", the longest type, and its line feed.
  const start = latin1FromBytes(body.subarray(0, 7 + hexSize + 6 + 6 + 1));
  const id = findObjectId(start.slice(7, 7 + hexSize), algorithm);
  const rest = start.slice(7 + hexSize);
  const type = TYPE_LINES.find((line) => rest.startsWith(line.text))?.type;
  if (!start.startsWith('object ') || id === undefined || type === undefined) {
    throw new GovcError('object-corrupt', 'A tag does not begin with the lines "object <id>" and "type <type>".', {
      type: 'tag',
      start: start.slice(0, 80),
    });
  }
  return { id, type };
}

const LF = 0x0a;

const TYPE_LINES = (['commit', 'tree', 'blob', 'tag'] as const).map((type) => ({ type, text: `\ntype ${type}\n` }));

function invalid(reason: string, data: Readonly<Record<string, unknown>>): GovcError {
  return new GovcError('object-invalid', `A tag cannot be made so. ${reason}`, data);
}
