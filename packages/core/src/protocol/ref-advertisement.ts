/**
 * What a server of version 0 or 1 says first (gitprotocol-pack, "Reference Discovery"):
 *
 *     "version 1" LF                                  version 1 only
 *     <id> SP <name> NUL <capabilities> LF            the first ref, HEAD if there is one
 *     <id> SP <name> LF                               further refs, in order of their bytes
 *     <id> SP <name> "^{}" LF                         after a tag: what it names in the end
 *     "shallow" SP <id> LF                            commits the server holds without their parents
 *     flush
 *
 * Without refs the first line names `capabilities^{}` and the all-zero id.
 */
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { hashAlgorithm, SHA1 } from '../hash/algorithm.js';
import { Capabilities, splitCapabilities } from './capabilities.js';
import { protocolError, send, type Conversation } from './conversation.js';
import { shown } from './fetch-request.js';
import { PacketWriter } from './packet-writer.js';
import { FLUSH_PACKET, packetText, type Packet } from './packet.js';

/** A line of the advertisement. */
export interface AdvertisedRef {
  /** A ref name as text, not checked; may end with `^{}`, or be `.have`. */
  readonly name: string;
  readonly id: ObjectId;
}

const NO_REFS_NAME = 'capabilities^{}';

/**
 * Sends the advertisement, writing as it goes: refs are not collected first.
 *
 * @param parts.capabilities the whole list as text
 */
export function* sendRefAdvertisement(parts: {
  readonly algorithm: HashAlgorithm;
  readonly version: 0 | 1;
  readonly refs: Iterable<AdvertisedRef>;
  readonly capabilities: string;
  readonly shallow: Iterable<ObjectId>;
}): Conversation<void> {
  const out = new PacketWriter();
  if (parts.version === 1) out.line('version 1\n');
  let isFirst = true;
  for (const { name, id } of parts.refs) {
    out.line(isFirst ? `${id} ${name}\0${parts.capabilities}\n` : `${id} ${name}\n`);
    isFirst = false;
    if (out.isFull) yield* send(out.take());
  }
  if (isFirst) out.line(`${parts.algorithm.zeroId} ${NO_REFS_NAME}\0${parts.capabilities}\n`);
  for (const id of parts.shallow) out.line(`shallow ${id}\n`);
  yield* send(out.raw(FLUSH_PACKET).take());
}

/** An advertisement as read. */
export interface RefAdvertisement {
  readonly version: 0 | 1;
  readonly algorithm: HashAlgorithm;
  readonly capabilities: Capabilities;
  readonly refs: readonly AdvertisedRef[];
  readonly shallow: readonly ObjectId[];
}

/**
 * Reads an advertisement from packets, the flush included; what follows is left.
 *
 * @param nextPacket gives the next packet, `undefined` at the end of input
 * @throws {GovcError} protocol-error: another form, an `ERR` packet, or an early end.
 * @throws {GovcError} unsupported: the server's object format is unknown.
 */
export function parseRefAdvertisement(nextPacket: () => Packet | undefined): RefAdvertisement {
  let version: 0 | 1 = 0;
  let capabilities: Capabilities | undefined;
  let algorithm: HashAlgorithm = SHA1;
  const refs: AdvertisedRef[] = [];
  const shallow: ObjectId[] = [];
  for (;;) {
    const packet = nextPacket();
    if (packet?.kind === 'flush') break;
    if (packet?.kind !== 'data') throw protocolError('the remote end hung up before it listed its refs');
    const { line, capabilities: list } = splitCapabilities(packet.payload);
    const text = packetText(line);
    if (text.startsWith('ERR ')) throw protocolError(`remote error: ${text.slice('ERR '.length)}`);
    if (text === 'version 1' && capabilities === undefined) {
      version = 1;
      continue;
    }
    if (capabilities === undefined) {
      capabilities = list ?? new Capabilities([]);
      algorithm = hashAlgorithm(capabilities.value('object-format') ?? 'sha1');
    }
    const shallowId = text.startsWith('shallow ') ? findObjectId(text.slice('shallow '.length), algorithm) : undefined;
    if (shallowId !== undefined) {
      shallow.push(shallowId);
      continue;
    }
    const id = findObjectId(text.slice(0, algorithm.hexSize), algorithm);
    const name = text.slice(algorithm.hexSize + 1);
    if (id === undefined || text[algorithm.hexSize] !== ' ') {
      throw protocolError(`protocol error: unexpected '${shown(text)}'`);
    }
    if (name !== NO_REFS_NAME) refs.push({ name, id });
  }
  return { version, algorithm, capabilities: capabilities ?? new Capabilities([]), refs, shallow };
}
