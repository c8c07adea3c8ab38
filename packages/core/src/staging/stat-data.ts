import type { ByteReader } from '../bytes/reader.js';
import type { ByteWriter } from '../bytes/writer.js';
import type { FileStat } from './staging-index.js';

/** Reads nine 32-bit numbers in the order of the untracked cache: those of an entry without its mode. */
export function readFileStat(reader: ByteReader): FileStat {
  return {
    ctimeSeconds: reader.u32(),
    ctimeNanoseconds: reader.u32(),
    mtimeSeconds: reader.u32(),
    mtimeNanoseconds: reader.u32(),
    dev: reader.u32(),
    ino: reader.u32(),
    uid: reader.u32(),
    gid: reader.u32(),
    size: reader.u32(),
  };
}

/** Writes what {@link readFileStat} reads. */
export function writeFileStat(writer: ByteWriter, stat: FileStat): void {
  writer.u32(stat.ctimeSeconds).u32(stat.ctimeNanoseconds).u32(stat.mtimeSeconds).u32(stat.mtimeNanoseconds);
  writer.u32(stat.dev).u32(stat.ino).u32(stat.uid).u32(stat.gid).u32(stat.size);
}
