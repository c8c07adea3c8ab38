/**
 * What a client of receive-pack asks for (gitprotocol-pack, "Reference Update Request"):
 *
 *     "shallow" SP <id>                                          any number
 *     <old id> SP <new id> SP <name> [NUL <capabilities>]        one or more; the first has the capabilities
 *     flush
 *     <push option> ... flush                                    when agreed on
 *     pack data                                                  unless everything is deleted
 */
import { GovcError } from '../errors.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { splitCapabilities, type Capabilities } from './capabilities.js';
import { protocolError } from './conversation.js';
import type { PushCommand } from './decision.js';
import { shown } from './fetch-request.js';
import { PacketWriter } from './packet-writer.js';
import { FLUSH_PACKET, packetText, withoutLineFeed } from './packet.js';

/** Collects the lines of a push up to the first flush. */
export class PushRequest {
  readonly algorithm: HashAlgorithm;
  readonly commands: PushCommand[] = [];
  readonly shallow: ObjectId[] = [];
  capabilities: Capabilities | undefined;
  #size = 0;

  constructor(algorithm: HashAlgorithm) {
    this.algorithm = algorithm;
  }

  /**
   * Takes one line.
   *
   * @throws {GovcError} protocol-error: neither a command nor a shallow line, a push certificate, or another object
   *   format; limit-exceeded: too many commands.
   */
  take(payload: Uint8Array): void {
    const { algorithm } = this;
    const { line, capabilities } = splitCapabilities(withoutLineFeed(payload));
    if (capabilities !== undefined) this.#takeCapabilities(capabilities);
    const ids = latin1FromBytes(line.subarray(0, 2 * algorithm.hexSize + 2));
    if (ids.startsWith('shallow ')) {
      const text = packetText(line).slice('shallow '.length);
      const id = findObjectId(text, algorithm);
      if (id === undefined) throw protocolError(`protocol error: expected shallow sha, got '${shown(text)}'`);
      this.shallow.push(id);
      this.#count(payload.length);
      return;
    }
    if (ids.startsWith('push-cert')) {
      throw protocolError('signed pushes are not supported by this server; push without --signed');
    }
    const oldId = findObjectId(ids.slice(0, algorithm.hexSize), algorithm);
    const newId = findObjectId(ids.slice(algorithm.hexSize + 1, -1), algorithm);
    const isSpaced = ids[algorithm.hexSize] === ' ' && ids[2 * algorithm.hexSize + 1] === ' ';
    if (oldId === undefined || newId === undefined || !isSpaced) {
      throw protocolError(`protocol error: expected old/new/ref, got '${shown(packetText(line))}'`);
    }
    this.commands.push({ name: losslessTextFromBytes(line.subarray(ids.length)), oldId, newId });
    this.#count(payload.length);
  }

  #takeCapabilities(capabilities: Capabilities): void {
    const format = capabilities.value('object-format') ?? 'sha1';
    if (format !== this.algorithm.name) throw protocolError(`error: unsupported object format '${shown(format)}'`);
    this.capabilities ??= capabilities;
  }

  #count(size: number): void {
    this.#size += size;
    const { pushCommandCount, pushCommandsSize } = LIMITS;
    if (this.commands.length + this.shallow.length > pushCommandCount.value) {
      throw new GovcError('limit-exceeded', `A push may have at most ${pushCommandCount.value} commands.`, {
        limit: 'pushCommandCount',
      });
    }
    if (this.#size > pushCommandsSize.value) {
      throw new GovcError('limit-exceeded', `The commands of a push may have at most ${pushCommandsSize.value} bytes.`, {
        limit: 'pushCommandsSize',
      });
    }
  }
}

/**
 * The pkt-lines of a push up to where the pack begins.
 *
 * @param parts.capabilities the list for the first command
 * @param parts.options sent only when given, and then only where the server agreed on `push-options`
 */
export function encodePush(parts: {
  readonly commands: readonly PushCommand[];
  readonly capabilities: string;
  readonly shallow: readonly ObjectId[];
  readonly options: readonly string[] | undefined;
}): Uint8Array {
  const out = new PacketWriter();
  for (const id of parts.shallow) out.line(`shallow ${id}`);
  parts.commands.forEach(({ oldId, newId, name }, index) => {
    const line = `${oldId} ${newId} ${name}`;
    out.line(index === 0 ? `${line}\0 ${parts.capabilities}` : line);
  });
  out.raw(FLUSH_PACKET);
  if (parts.options === undefined) return out.take();
  for (const option of parts.options) out.line(option);
  return out.raw(FLUSH_PACKET).take();
}
