/**
 * The `object-info` command of version 2 (gitprotocol-v2, "object-info"). Arguments:
 *
 *     size    oid <id>
 *
 * and an answer, then flush:
 *
 *     "size"                       when sizes were asked for
 *     <id> SP [<size>]             without a size: no such object
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { protocolError } from './conversation.js';
import { shown } from './fetch-request.js';
import { PacketWriter } from './packet-writer.js';
import { DELIM_PACKET, FLUSH_PACKET } from './packet.js';

/** What a client asks for. */
export interface ObjectInfoRequest {
  readonly size: boolean;
  readonly ids: readonly ObjectId[];
}

/** One line of the answer; `size` in bytes, `undefined` where the object does not exist. */
export interface ObjectInfo {
  readonly id: ObjectId;
  readonly size: number | undefined;
}

/** @throws {GovcError} protocol-error: an unknown argument or a malformed id. */
export function parseObjectInfoArguments(lines: Iterable<string>, algorithm: HashAlgorithm): ObjectInfoRequest {
  let size = false;
  const ids: ObjectId[] = [];
  for (const line of lines) {
    if (line === 'size') {
      size = true;
      continue;
    }
    if (!line.startsWith('oid ')) throw protocolError(`object-info: unexpected line: '${shown(line)}'`);
    const id = findObjectId(line.slice('oid '.length), algorithm);
    if (id === undefined) {
      throw protocolError(`object-info: protocol error, expected to get oid, not '${shown(line.slice('oid '.length))}'`);
    }
    ids.push(id);
  }
  return { size, ids };
}

/** The pkt-lines of the command, flush included. */
export function encodeObjectInfoCommand(request: ObjectInfoRequest, capabilities: readonly string[]): Uint8Array {
  const out = new PacketWriter();
  out.line('command=object-info\n');
  for (const capability of capabilities) out.line(capability);
  out.raw(DELIM_PACKET);
  if (request.size) out.line('size\n');
  for (const id of request.ids) out.line(`oid ${id}\n`);
  return out.raw(FLUSH_PACKET).take();
}

/** The line of one object, without a line feed, as Git sends it. */
export function formatObjectInfo(info: ObjectInfo, withSize: boolean): string {
  if (info.size === undefined) return `${info.id} `;
  return withSize ? `${info.id} ${info.size}` : info.id;
}

/** @throws {GovcError} protocol-error: no id, or a malformed size. */
export function parseObjectInfo(line: string, algorithm: HashAlgorithm): ObjectInfo {
  const id = findObjectId(line.slice(0, algorithm.hexSize), algorithm);
  const rest = line.slice(algorithm.hexSize).trim();
  if (id === undefined || !/^\d*$/.test(rest)) throw protocolError(`invalid object-info response: ${shown(line)}`);
  return { id, size: rest === '' ? undefined : Number(rest) };
}
