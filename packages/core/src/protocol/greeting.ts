import { hashAlgorithm, type HashAlgorithm } from '../hash/algorithm.js';
import { Capabilities, parseCapability } from './capabilities.js';
import { protocolError, readPacket, type Conversation } from './conversation.js';
import { packetText, type Packet } from './packet.js';
import { parseRefAdvertisement, type RefAdvertisement } from './ref-advertisement.js';

/** What a server of version 2 says first: what it can do, and no refs (gitprotocol-v2, "Capability Advertisement"). */
export interface CapabilityAdvertisement {
  readonly version: 2;
  readonly algorithm: HashAlgorithm;
  readonly capabilities: Capabilities;
}

/** The first message of a server. */
export type Greeting = RefAdvertisement | CapabilityAdvertisement;

/**
 * Reads the first message of a server, whatever version it speaks, and the line with the service's name that smart HTTP may put
 * before it.
 *
 * @throws {GovcError} protocol-error: another form, an `ERR` packet, or an early end; unsupported: an unknown object format.
 */
export function* readGreeting(): Conversation<Greeting> {
  let packets = yield* readSection();
  const first = packets[0];
  if (first?.kind === 'data' && packetText(first.payload).startsWith('# service=')) packets = yield* readSection();
  const start = packets[0];
  if (start === undefined) {
    throw protocolError('Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.');
  }
  if (start.kind === 'data' && packetText(start.payload) === 'version 2') return readCapabilities(packets);
  let next = 0;
  return parseRefAdvertisement(() => packets[next++]);
}

/** The packets up to a flush, which is the last of them unless the peer ended before. */
function* readSection(): Conversation<Packet[]> {
  const packets: Packet[] = [];
  for (;;) {
    const packet = yield* readPacket();
    if (packet === undefined) return packets;
    packets.push(packet);
    if (packet.kind === 'flush') return packets;
  }
}

function readCapabilities(packets: readonly Packet[]): CapabilityAdvertisement {
  if (packets.at(-1)?.kind !== 'flush') throw protocolError('expected flush after capabilities');
  const lines = packets.slice(1).flatMap((packet) => (packet.kind === 'data' ? [packetText(packet.payload)] : []));
  const capabilities = new Capabilities(lines.map(parseCapability));
  return { version: 2, algorithm: hashAlgorithm(capabilities.value('object-format') ?? 'sha1'), capabilities };
}
