/**
 * Tar archives of which every byte follows from what is in them (POSIX.1-2017, pax; "ustar Interchange Format").
 *
 * Sizes, times and owners are written by us and not by a library, because the digest of a layer must be the same everywhere: no user
 * names, no devices, one order of fields, pax records only where a header cannot hold a value.
 */

/** A member of an archive, without its content. */
export interface TarEntry {
  /** Relative, without a slash at the end. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** The permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly timeSeconds: number;
  /** Of a file's content; 0 for others. */
  readonly sizeBytes: number;
  /** Of a symbolic link; "" for others. */
  readonly target: string;
}

const BLOCK = 512;
const NAME_MAX = 100;
const OCTAL_7 = 0o7777777;
const OCTAL_11 = 0o77777777777;

/** What stands at the end of an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK);

/** The bytes before the content of a member. */
export function tarHeader(entry: TarEntry): Uint8Array {
  const path = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const records = [
    paxOf('path', path, !fits(path)),
    paxOf('linkpath', entry.target, !fits(entry.target)),
    paxOf('size', String(entry.sizeBytes), entry.sizeBytes > OCTAL_11),
    paxOf('uid', String(entry.uid), entry.uid > OCTAL_7),
    paxOf('gid', String(entry.gid), entry.gid > OCTAL_7),
  ].join('');
  const header = block(entry, { path: shorten(path), target: shorten(entry.target), type: TYPES[entry.kind] });
  if (records === '') return header;
  const bytes = Buffer.from(records, 'utf8');
  const extended = { ...entry, mode: 0o644, uid: 0, gid: 0, sizeBytes: bytes.length };
  return Buffer.concat([block(extended, { path: 'PaxHeader', target: '', type: 'x' }), bytes, tarPadding(bytes.length), header]);
}

/** The bytes after content of that size. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
}

const TYPES = { file: '0', folder: '5', link: '2' } as const;

function fits(text: string): boolean {
  return text.length <= NAME_MAX && /^[\x20-\x7e]*$/.test(text);
}

function shorten(text: string): string {
  return fits(text) ? text : text.replace(/[^\x20-\x7e]/g, '_').slice(0, NAME_MAX);
}

/** A record says its own length in decimal, which counts its own digits. */
function paxOf(key: string, value: string, isNeeded: boolean): string {
  if (!isNeeded) return '';
  const rest = ` ${key}=${value}\n`;
  const restSize = Buffer.byteLength(rest);
  let size = restSize + String(restSize).length;
  if (String(size).length !== String(restSize).length) size = restSize + String(size).length;
  return `${size}${rest}`;
}

function block(entry: TarEntry, { path, target, type }: { readonly path: string; readonly target: string; readonly type: string }): Uint8Array {
  const bytes = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    const max = 8 ** digits - 1;
    bytes.write((value > max ? 0 : value).toString(8).padStart(digits, '0'), at, 'latin1');
  };
  bytes.write(path, 0, 'latin1');
  octal(entry.mode & 0o7777, 100, 7);
  octal(entry.uid, 108, 7);
  octal(entry.gid, 116, 7);
  octal(entry.sizeBytes, 124, 11);
  octal(entry.timeSeconds, 136, 11);
  bytes.write('        ', 148, 'latin1');
  bytes.write(type, 156, 'latin1');
  bytes.write(target, 157, 'latin1');
  bytes.write('ustar\0' + '00', 257, 'latin1');
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
