/**
 * Reads tar archives that anybody may have made: ustar, pax, and the long names and base-256 numbers of GNU tar. Every size is checked
 * against a bound before anything is kept.
 */
import { ContainersError } from '../errors.js';

/** A member of an archive as it is written there. Paths and targets are not to be trusted. */
export interface TarMember {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'hard-link' | 'device';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly timeSeconds: number;
  readonly sizeBytes: number;
  /** Of a symbolic or hard link. */
  readonly target: string;
  /** Where the content begins in the archive. */
  readonly offset: number;
  /** The content, to be read before the next member or not at all. */
  read(): AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
/** Most bytes of a name, a link or the pax records of one member. */
const EXTENSION_MAX = 1024 * 1024;
/** Most members of one archive. */
const COUNT_MAX = 2_000_000;

/** The members in their order. @throws {ContainersError} archive-invalid */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember, void, void> {
  const feed = new Feed(source);
  try {
    let globals: Pax = {};
    let extended: Pax = {};
    let count = 0;
    for (;;) {
      const block = await feed.take(BLOCK);
      if (block === undefined || isZero(block)) return;
      mustMatchSum(block);
      const type = String.fromCharCode(block[156]!);
      const sizeBytes = Number(extended['size'] ?? readNumber(block, 124, 12));
      if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw invalid('a size cannot be read');
      if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
        const text = await feed.text(sizeBytes);
        if (type === 'x') extended = { ...extended, ...parsePax(text) };
        else if (type === 'g') globals = { ...globals, ...parsePax(text) };
        else extended = { ...extended, [type === 'L' ? 'path' : 'linkpath']: Buffer.from(text, 'latin1').toString('utf8').replace(/\0.*$/s, '') };
        continue;
      }
      if (++count > COUNT_MAX) throw invalid(`it has more than ${COUNT_MAX} members`);
      const member = memberOf(block, { type, sizeBytes, pax: { ...globals, ...extended } });
      extended = {};
      const end = feed.offset + paddedSize(member.sizeBytes);
      yield { ...member, offset: feed.offset, read: () => feed.pieces(member.sizeBytes) };
      await feed.skipTo(end);
    }
  } finally {
    await feed.close();
  }
}

type Pax = Readonly<Record<string, string>>;

function memberOf(
  block: Uint8Array, { type, sizeBytes, pax }: { readonly type: string; readonly sizeBytes: number; readonly pax: Pax },
): Omit<TarMember, 'read' | 'offset'> {
  const isUstar = readText(block, 257, 5) === 'ustar';
  const prefix = isUstar && block[263] === 0x30 ? readText(block, 345, 155) : '';
  const name = readText(block, 0, 100);
  const path = pax['path'] ?? (prefix === '' ? name : `${prefix}/${name}`);
  const kind = KINDS[type] ?? (path.endsWith('/') ? 'folder' : 'file');
  const hasContent = kind === 'file' || (kind === 'hard-link' && sizeBytes > 0);
  return {
    path, kind: kind === 'file' && path.endsWith('/') ? 'folder' : kind,
    mode: readNumber(block, 100, 8) & 0o7777,
    uid: Number(pax['uid'] ?? readNumber(block, 108, 8)),
    gid: Number(pax['gid'] ?? readNumber(block, 116, 8)),
    timeSeconds: Math.floor(Number(pax['mtime'] ?? readNumber(block, 136, 12))),
    sizeBytes: hasContent ? sizeBytes : 0,
    target: pax['linkpath'] ?? readText(block, 157, 100),
  };
}

const KINDS: Readonly<Record<string, TarMember['kind']>> = {
  '1': 'hard-link', '2': 'link', '3': 'device', '4': 'device', '5': 'folder', '6': 'device',
};

function paddedSize(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK) * BLOCK;
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function mustMatchSum(block: Uint8Array): void {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 0x20 : block[at]!;
  if (sum !== readNumber(block, 148, 8)) throw invalid('a header has a wrong checksum');
}

function readText(block: Uint8Array, at: number, size: number): string {
  const part = block.subarray(at, at + size);
  const end = part.indexOf(0);
  return Buffer.from(end < 0 ? part : part.subarray(0, end)).toString('utf8');
}

/** Octal digits, or, where the first bit is set, a number in base 256. */
function readNumber(block: Uint8Array, at: number, size: number): number {
  if ((block[at]! & 0x80) !== 0) {
    let value = block[at]! & 0x7f;
    for (let index = 1; index < size; index++) value = value * 256 + block[at + index]!;
    if (!Number.isSafeInteger(value)) throw invalid('a number is too large');
    return value;
  }
  const digits = readText(block, at, size).trim();
  if (digits === '') return 0;
  if (!/^[0-7]+$/.test(digits)) throw invalid('a number is not octal');
  return Number.parseInt(digits, 8);
}

function parsePax(text: string): Record<string, string> {
  const bytes = Buffer.from(text, 'latin1');
  const records: Record<string, string> = {};
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const size = Number(bytes.subarray(at, space).toString('latin1'));
    if (space < 0 || !Number.isInteger(size) || size <= space - at || at + size > bytes.length) throw invalid('a pax record is malformed');
    const record = bytes.subarray(space + 1, at + size - 1).toString('utf8');
    const equals = record.indexOf('=');
    if (equals > 0) records[record.slice(0, equals)] = record.slice(equals + 1);
    at += size;
  }
  return records;
}

function invalid(reason: string): ContainersError {
  return new ContainersError('archive-invalid', `The archive cannot be read: ${reason}.`, { reason });
}

/** The bytes of the archive, in the sizes that are asked for. */
class Feed {
  offset = 0;
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes; `undefined` at the end. */
  async take(size: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let missing = size;
    while (missing > 0) {
      const part = await this.#next(missing);
      if (part === undefined) break;
      parts.push(part);
      missing -= part.length;
    }
    if (missing === size) return undefined;
    if (missing > 0) throw invalid('it ends in the middle of a member');
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  /** Names and records, as one character per byte where they are not UTF-8 names. */
  async text(sizeBytes: number): Promise<string> {
    if (sizeBytes > EXTENSION_MAX) throw invalid('a name is too long');
    const bytes = sizeBytes === 0 ? new Uint8Array(0) : await this.take(sizeBytes);
    if (bytes === undefined) throw invalid('it ends in the middle of a member');
    await this.skipTo(this.offset + paddedSize(sizeBytes) - sizeBytes);
    return Buffer.from(bytes).toString('latin1');
  }

  async *pieces(sizeBytes: number): AsyncGenerator<Uint8Array, void, void> {
    for (let missing = sizeBytes; missing > 0;) {
      const part = await this.#next(missing);
      if (part === undefined) throw invalid('it ends in the middle of a member');
      missing -= part.length;
      yield part;
    }
  }

  async skipTo(offset: number): Promise<void> {
    while (this.offset < offset) {
      if ((await this.#next(offset - this.offset)) === undefined) throw invalid('it ends in the middle of a member');
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(sizeMax: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const step = await this.#source.next();
      if (step.done === true) return undefined;
      this.#rest = step.value;
    }
    const part = this.#rest.subarray(0, sizeMax);
    this.#rest = this.#rest.subarray(part.length);
    this.offset += part.length;
    return part;
  }
}
