/**
 * Tar files as `git archive` makes them: POSIX ustar records of 512 bytes with pax extended headers for what does
 * not fit, in blocks of 20 records.
 *
 *     name[100] mode[8] uid[8] gid[8] size[12] mtime[12] chksum[8] typeflag[1] linkname[100]
 *     "ustar\0" "00" uname[32] gname[32] devmajor[8] devminor[8] prefix[155] pad[12]
 *
 * Numbers are octal digits with a NUL. A pax record is `<its own size> <keyword>=<value>\n` (POSIX pax).
 */
import { bytesFromLatin1 } from '../bytes/text.js';
import { concatBytes } from '../bytes/compare.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_GITLINK, MODE_SYMLINK, MODE_TREE } from '../object/tree.js';
import type { ArchiveEntry } from './archive-entries.js';
import { PieceCollector } from './piece-collector.js';

/** What a tar file needs to be told beside its entries. */
export interface TarOptions {
  /** Put into the comment of the file. `undefined` for the archive of a bare tree. */
  readonly commit: ObjectId | undefined;
  /** Modification time of every entry, in seconds since 1970. */
  readonly timeSeconds: number;
  /** Bits that are taken from modes; `tar.umask`, 0o002 by default. */
  readonly umask: number;
}

const RECORD_SIZE = 512;
const BLOCK_SIZE = RECORD_SIZE * 20;
const NAME_SIZE = 100;
const PREFIX_SIZE = 155;
/** What eleven octal digits hold. */
const NUMBER_MAX = 0o77777777777;
const SLASH = 0x2f;
const KIND_MASK = 0o170000;

/** The bytes of a tar file in pieces of about 64 KiB, or as large as those of a streamed entry. */
export function* writeTar(entries: Iterable<ArchiveEntry>, options: TarOptions): Generator<Uint8Array, void, void> {
  const out = new PieceCollector();
  const timeSeconds = Math.min(options.timeSeconds, NUMBER_MAX);
  const globals = [
    ...(options.commit === undefined ? [] : [paxRecord('comment', bytesFromLatin1(options.commit))]),
    ...(options.timeSeconds > NUMBER_MAX ? [paxRecord('mtime', bytesFromLatin1(String(options.timeSeconds)))] : []),
  ];
  if (globals.length > 0) writePax(out, { name: 'pax_global_header', type: 'g', records: globals, timeSeconds });
  for (const entry of entries) {
    writeEntryHeaders(out, entry, { ...options, timeSeconds });
    if ((entry.mode & KIND_MASK) === 0o100000) yield* writeContent(out, entry);
    if (out.isReady) yield* out.take();
  }
  const tail = BLOCK_SIZE - (out.size % BLOCK_SIZE);
  out.zeros(tail < 2 * RECORD_SIZE ? tail + BLOCK_SIZE : tail);
  yield* out.finish();
}

function* writeContent(out: PieceCollector, entry: ArchiveEntry): Generator<Uint8Array, void, void> {
  if (entry.content instanceof Uint8Array) {
    out.bytes(entry.content);
  } else {
    for (const chunk of entry.content()) {
      // Chunks are only lent until the next one.
      out.bytes(chunk.slice());
      if (out.isReady) yield* out.take();
    }
  }
  out.zeros((RECORD_SIZE - (entry.size % RECORD_SIZE)) % RECORD_SIZE);
}

function writeEntryHeaders(out: PieceCollector, entry: ArchiveEntry, options: TarOptions): void {
  const { path, id, size } = entry;
  const kind = entry.mode & KIND_MASK;
  const header = new Uint8Array(RECORD_SIZE);
  const records: Uint8Array[] = [];
  if (path.length <= NAME_SIZE) {
    header.set(path);
  } else {
    const cut = prefixSize(path);
    const rest = path.length - cut - 1;
    if (cut > 0 && rest <= NAME_SIZE) {
      header.set(path.subarray(0, cut), PREFIX_OFFSET);
      header.set(path.subarray(cut + 1));
    } else {
      putText(header, 0, `${id}.data`);
      records.push(paxRecord('path', path));
    }
  }
  if (kind === MODE_SYMLINK) {
    const target = entry.content as Uint8Array;
    if (size > NAME_SIZE) {
      putText(header, LINK_OFFSET, `see ${id}.paxheader`);
      records.push(paxRecord('linkpath', target));
    } else {
      header.set(target, LINK_OFFSET);
    }
  }
  const isFile = kind === 0o100000;
  const isLarge = isFile && size > NUMBER_MAX;
  if (isLarge) records.push(paxRecord('size', bytesFromLatin1(String(size))));
  header[TYPE_OFFSET] = kind === MODE_TREE || kind === MODE_GITLINK ? 0x35 : kind === MODE_SYMLINK ? 0x32 : 0x30;
  finishHeader(header, {
    mode: tarMode(entry.mode, options.umask),
    size: isFile && !isLarge ? size : 0,
    timeSeconds: options.timeSeconds,
  });
  if (records.length > 0) {
    writePax(out, { name: `${id}.paxheader`, type: 'x', records, timeSeconds: options.timeSeconds });
  }
  out.bytes(header);
}

/** How much of a long path goes into the prefix field: up to the last slash that leaves a name. */
function prefixSize(path: Uint8Array): number {
  let at = path.length;
  if (at > 1 && path[at - 1] === SLASH) at--;
  if (at > PREFIX_SIZE) at = PREFIX_SIZE;
  do at--;
  while (at > 0 && path[at] !== SLASH);
  return at;
}

function tarMode(mode: number, umask: number): number {
  const kind = mode & KIND_MASK;
  if (kind === MODE_SYMLINK) return mode | 0o777;
  if (kind === 0o100000) return (mode | ((mode & 0o100) === 0 ? 0o666 : 0o777)) & ~umask;
  return (mode | 0o777) & ~umask;
}

const MODE_OFFSET = 100;
const UID_OFFSET = 108;
const GID_OFFSET = 116;
const SIZE_OFFSET = 124;
const TIME_OFFSET = 136;
const SUM_OFFSET = 148;
const TYPE_OFFSET = 156;
const LINK_OFFSET = 157;
const MAGIC_OFFSET = 257;
const USER_OFFSET = 265;
const GROUP_OFFSET = 297;
const MAJOR_OFFSET = 329;
const MINOR_OFFSET = 337;
const PREFIX_OFFSET = 345;

interface Numbers {
  readonly mode: number;
  readonly size: number;
  readonly timeSeconds: number;
}

function finishHeader(header: Uint8Array, { mode, size, timeSeconds }: Numbers): void {
  putOctal(header, MODE_OFFSET, mode & 0o7777, 7);
  putOctal(header, UID_OFFSET, 0, 7);
  putOctal(header, GID_OFFSET, 0, 7);
  putOctal(header, SIZE_OFFSET, size, 11);
  putOctal(header, TIME_OFFSET, timeSeconds, 11);
  putText(header, MAGIC_OFFSET, 'ustar\x0000');
  putText(header, USER_OFFSET, 'root');
  putText(header, GROUP_OFFSET, 'root');
  putOctal(header, MAJOR_OFFSET, 0, 7);
  putOctal(header, MINOR_OFFSET, 0, 7);
  // The sum is taken with the field of the sum filled with spaces.
  let sum = 8 * 0x20;
  for (let i = 0; i < RECORD_SIZE; i++) sum += header[i]!;
  putOctal(header, SUM_OFFSET, sum, 7);
}

function putOctal(header: Uint8Array, at: number, value: number, digits: number): void {
  putText(header, at, value.toString(8).padStart(digits, '0'));
}

function putText(header: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) header[at + i] = text.charCodeAt(i);
}

interface PaxHeader {
  readonly name: string;
  readonly type: 'g' | 'x';
  readonly records: readonly Uint8Array[];
  readonly timeSeconds: number;
}

function writePax(out: PieceCollector, pax: PaxHeader): void {
  const body = concatBytes(pax.records);
  const header = new Uint8Array(RECORD_SIZE);
  putText(header, 0, pax.name);
  header[TYPE_OFFSET] = pax.type.charCodeAt(0);
  finishHeader(header, { mode: 0o666, size: body.length, timeSeconds: pax.timeSeconds });
  out.bytes(header);
  out.bytes(body);
  out.zeros((RECORD_SIZE - (body.length % RECORD_SIZE)) % RECORD_SIZE);
}

/** One record; its size counts its own digits. */
function paxRecord(keyword: string, value: Uint8Array): Uint8Array {
  const rest = 1 + keyword.length + 1 + value.length + 1;
  let size = rest + 1;
  while (rest + String(size).length !== size) size = rest + String(size).length;
  return concatBytes([bytesFromLatin1(`${size} ${keyword}=`), value, bytesFromLatin1('\n')]);
}
