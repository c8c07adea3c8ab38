/**
 * Commits as values and bytes.
 *
 *     tree <id>                        first, once
 *     parent <id>                      any number, before all others
 *     author <identity>
 *     committer <identity>
 *     encoding <name>                  of message and identities; absent means UTF-8
 *     gpgsig, gpgsig-sha256, mergetag, and whatever else a tool has put there
 *
 * then an empty line and the message, in the frame of `headers.ts`. Only the first lines must be right for
 * a commit to be read, because history holds commits that break every other rule (`fsck.ts` names them). A
 * commit that was read gives its own bytes back, whatever they are.
 */
import { GovcError } from '../errors.js';
import { decimalAt, isSpace } from '../bytes/ident-line.js';
import { bytesFromLatin1, bytesFromText, latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { findHeader, parseHeaderBlock, serializeHeaderBlock, type Header, type HeaderBlock } from './headers.js';
import { parseIdentity, serializeIdentity, type Identity } from './identity.js';
import { decodeText, encodeText, isUtf8 } from './text-encoding.js';

/** Header keys that {@link Commit} gives under their own names. */
const OWN_KEYS: ReadonlySet<string> = new Set(['tree', 'parent', 'author', 'committer', 'encoding']);

const NO_BYTES = new Uint8Array(0);

/** An immutable commit. Made by {@link parseCommit} and {@link makeCommit}. */
export class Commit {
  readonly tree: ObjectId;
  /** In order; empty for a root commit. */
  readonly parents: readonly ObjectId[];
  readonly #block: HeaderBlock;

  /** @param block whose first headers are the `tree` and the `parent`s given beside it */
  constructor(tree: ObjectId, parents: readonly ObjectId[], block: HeaderBlock) {
    this.tree = tree;
    this.parents = parents;
    this.#block = block;
  }

  /** All headers in order, with those that have their own property. */
  get headers(): readonly Header[] {
    return this.#block.headers;
  }

  /** The headers that have no property here, in order; {@link makeCommit} takes them again. */
  get extraHeaders(): readonly Header[] {
    return this.#block.headers.filter((header) => !OWN_KEYS.has(header.key));
  }

  /** The raw message. See {@link commitMessageText}. */
  get message(): Uint8Array {
    return this.#block.message;
  }

  /** The encoding of message and identities as the commit spells it; `undefined` means UTF-8. */
  get encoding(): string | undefined {
    const value = findHeader(this.#block.headers, 'encoding');
    return value === undefined ? undefined : latin1FromBytes(value);
  }

  /** Who wrote the change, read leniently and decoded; parsed at each call. */
  get author(): Identity {
    return this.#identity(this.authorBytes);
  }

  /** Who made the commit, read leniently and decoded; parsed at each call. */
  get committer(): Identity {
    return this.#identity(this.committerBytes);
  }

  /** The raw identity; empty where the commit has none. {@link makeCommit} takes it again. */
  get authorBytes(): Uint8Array {
    return findHeader(this.#block.headers, 'author') ?? NO_BYTES;
  }

  /** The raw identity; empty where the commit has none. */
  get committerBytes(): Uint8Array {
    return findHeader(this.#block.headers, 'committer') ?? NO_BYTES;
  }

  #identity(bytes: Uint8Array): Identity {
    const { encoding } = this;
    return parseIdentity(bytes, (part) => decodeText(part, encoding));
  }

  /** The exact bytes. */
  serialize(): Uint8Array {
    return serializeHeaderBlock(this.#block);
  }
}

/**
 * The commit with the given body. Identities and message are views on the body and are not looked at. O(size).
 *
 * @throws {GovcError} object-corrupt: the body does not begin with a `tree` and then its `parent`s.
 */
export function parseCommit(body: Uint8Array, algorithm: HashAlgorithm): Commit {
  const { tree, parents } = scanIds(body, algorithm);
  return new Commit(tree, parents, parseHeaderBlock(body));
}

/** The body of a commit, the exact inverse of {@link parseCommit}. */
export function serializeCommit(commit: Commit): Uint8Array {
  return commit.serialize();
}

/** The message as text, decoded by the commit's encoding; bytes that do not fit become U+FFFD. */
export function commitMessageText(commit: Commit): string {
  return decodeText(commit.message, commit.encoding);
}

/** The parts of a new commit. */
export interface CommitParts {
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  /** An identity, which is cleaned as Git does, or the raw bytes of another commit's. */
  readonly author: Identity | Uint8Array;
  readonly committer: Identity | Uint8Array;
  /** Text is encoded by `encoding`; bytes are taken as they are. Nothing is added: end it with a line feed. */
  readonly message: string | Uint8Array;
  /** Default: UTF-8, which is not written down. */
  readonly encoding?: string | undefined;
  /** Further headers in order, after `encoding`. Default: none. */
  readonly extraHeaders?: readonly Header[] | undefined;
}

/**
 * A new commit, with the bytes that Git would make of the same parts.
 *
 * @throws {GovcError} object-invalid: a name is empty after cleaning, date or zone are impossible, the message
 *   holds a NUL, a header's key is empty or holds white space, or the encoding is none that can be written.
 */
export function makeCommit(parts: CommitParts): Commit {
  const { tree, parents, encoding } = parts;
  const encode = (text: string): Uint8Array => encodeText(text, encoding);
  const identity = (value: Identity | Uint8Array): Uint8Array =>
    value instanceof Uint8Array ? requireLine(value) : serializeIdentity(value, encode);
  const message = typeof parts.message === 'string' ? encode(parts.message) : parts.message;
  if (message.includes(0)) throw invalid('Its message holds a NUL byte.', {});
  const headers: Header[] = [{ key: 'tree', value: bytesFromLatin1(tree) }];
  for (const parent of parents) headers.push({ key: 'parent', value: bytesFromLatin1(parent) });
  headers.push({ key: 'author', value: identity(parts.author) });
  headers.push({ key: 'committer', value: identity(parts.committer) });
  if (!isUtf8(encoding)) headers.push({ key: 'encoding', value: bytesFromText(encoding) });
  for (const header of parts.extraHeaders ?? []) headers.push(requireHeader(header));
  return new Commit(tree, [...parents], { headers, message, ending: 'empty-line' });
}

/** What a walk through history needs of a commit. */
export interface CommitLinks {
  readonly tree: ObjectId;
  readonly parents: ObjectId[];
  /** The committer's time in seconds since 1970; 0 where the line is malformed or missing. */
  readonly timeSeconds: number;
}

/**
 * Reads only what a walk needs, without looking at names or message. O(header lines), allocates the ids.
 *
 * @throws {GovcError} object-corrupt: the body does not begin with a `tree` and then its `parent`s.
 */
export function scanCommit(body: Uint8Array, algorithm: HashAlgorithm): CommitLinks {
  const { tree, parents, end } = scanIds(body, algorithm);
  return { tree, parents, timeSeconds: scanCommitterTime(body, end) };
}

const LF = 0x0a;
const GREATER = 0x3e;
const TREE = bytesFromLatin1('tree ');
const PARENT = bytesFromLatin1('parent ');
const AUTHOR = bytesFromLatin1('author');
const COMMITTER = bytesFromLatin1('committer');

interface ScannedIds {
  readonly tree: ObjectId;
  readonly parents: ObjectId[];
  /** Where the line after the last parent begins. */
  readonly end: number;
}

function scanIds(body: Uint8Array, algorithm: HashAlgorithm): ScannedIds {
  const { hexSize } = algorithm;
  if (!startsAt(body, 0, TREE)) throw corrupt('does not begin with "tree "', body);
  const tree = readId(body, 5, algorithm);
  const parents: ObjectId[] = [];
  let at = 6 + hexSize;
  while (startsAt(body, at, PARENT)) {
    parents.push(readId(body, at + 7, algorithm));
    at += 8 + hexSize;
  }
  return { tree, parents, end: at };
}

function readId(body: Uint8Array, at: number, algorithm: HashAlgorithm): ObjectId {
  const end = at + algorithm.hexSize;
  const id = body[end] === LF ? findObjectId(latin1FromBytes(body.subarray(at, end)), algorithm) : undefined;
  if (id === undefined) throw corrupt(`has no ${algorithm.name} object id on its own at byte ${at}`, body);
  return id;
}

/** As Git's `parse_commit_date`: the committer stands on the line after the author's, the date after its last `>`. */
function scanCommitterTime(body: Uint8Array, start: number): number {
  if (!startsAt(body, start, AUTHOR)) return 0;
  const line = body.indexOf(LF, start) + 1;
  if (line === 0 || !startsAt(body, line, COMMITTER)) return 0;
  const end = body.indexOf(LF, line);
  if (end < 0) return 0;
  let at = end;
  while (at > line && body[at - 1] !== GREATER) at--;
  if (at === line) return 0;
  while (at < end && isSpace(body[at]!)) at++;
  const first = at;
  while (at < end && body[at]! >= 0x30 && body[at]! <= 0x39) at++;
  return decimalAt(body, first, at);
}

function startsAt(body: Uint8Array, at: number, prefix: Uint8Array): boolean {
  if (at + prefix.length > body.length) return false;
  for (let i = 0; i < prefix.length; i++) if (body[at + i] !== prefix[i]) return false;
  return true;
}

function requireLine(bytes: Uint8Array): Uint8Array {
  if (bytes.includes(LF) || bytes.includes(0)) {
    throw invalid('An identity holds a line feed or a NUL byte.', { identity: latin1FromBytes(bytes.subarray(0, 200)) });
  }
  return bytes;
}

function requireHeader(header: Header): Header {
  const { key, value } = header;
  if (!/^[\x21-\x7e]+$/.test(key) || OWN_KEYS.has(key)) throw invalid(`"${key}" cannot be the key of an extra header.`, { key });
  if (value?.includes(0) === true) throw invalid(`The header "${key}" holds a NUL byte.`, { key });
  return header;
}

function invalid(reason: string, data: Readonly<Record<string, unknown>>): GovcError {
  return new GovcError('object-invalid', `A commit cannot be made so. ${reason}`, data);
}

function corrupt(reason: string, body: Uint8Array): GovcError {
  const start = latin1FromBytes(body.subarray(0, 80));
  return new GovcError('object-corrupt', `A commit ${reason}.`, { type: 'commit', reason, start });
}
