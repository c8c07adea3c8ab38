/**
 * pkt-lines, the frames of Git's protocols (gitprotocol-common, "pkt-line Format"):
 *
 *     4 hex digits (the size of the whole line, these digits included)  payload
 *     0000  flush: the end of a message
 *     0001  delim: between the parts of a message (version 2)
 *     0002  response-end: the end of a response over a stateless connection (version 2)
 *
 * A line is at most `LIMITS.packetSize` bytes, so a payload at most 65516. 0003 and what is not hex are errors.
 */
import { assert, GovcError } from '../errors.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { LIMITS } from '../limits.js';

/** One pkt-line. The payload of `data` is a view on the input or a copy that nothing else holds. */
export type Packet =
  | { readonly kind: 'data'; readonly payload: Uint8Array }
  | { readonly kind: 'flush' }
  | { readonly kind: 'delim' }
  | { readonly kind: 'response-end' };

const HEADER_SIZE = 4;

/** The most bytes that one pkt-line can carry: 65516. */
export const PACKET_PAYLOAD_MAX = LIMITS.packetSize.value - HEADER_SIZE;

/** The bytes of the flush packet. */
export const FLUSH_PACKET: Uint8Array = bytesFromText('0000');
/** The bytes of the delim packet. */
export const DELIM_PACKET: Uint8Array = bytesFromText('0001');
/** The bytes of the response-end packet. */
export const RESPONSE_END_PACKET: Uint8Array = bytesFromText('0002');

const FLUSH: Packet = { kind: 'flush' };
const DELIM: Packet = { kind: 'delim' };
const RESPONSE_END: Packet = { kind: 'response-end' };
const EMPTY = new Uint8Array(0);
const DIGITS = bytesFromText('0123456789abcdef');

/**
 * The bytes of one pkt-line with `payload`; copies.
 *
 * @throws {GovcError} limit-exceeded: the payload is larger than {@link PACKET_PAYLOAD_MAX}.
 */
export function encodePacket(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + payload.length);
  writePacketSize(bytes, 0, payload.length);
  bytes.set(payload, HEADER_SIZE);
  return bytes;
}

/**
 * The bytes of one pkt-line with the UTF-8 of `text` (escaped bytes are restored); no line feed is added.
 *
 * @throws {GovcError} limit-exceeded: the text is larger than {@link PACKET_PAYLOAD_MAX}.
 */
export function encodeTextPacket(text: string): Uint8Array {
  return encodePacket(bytesFromLosslessText(text));
}

/**
 * Writes the four digits for a payload of `payloadSize` bytes at `offset`.
 *
 * @throws {GovcError} limit-exceeded
 */
export function writePacketSize(target: Uint8Array, offset: number, payloadSize: number): void {
  if (payloadSize > PACKET_PAYLOAD_MAX) {
    throw new GovcError('limit-exceeded', `A pkt-line cannot carry ${payloadSize} bytes, only ${PACKET_PAYLOAD_MAX}.`, {
      limit: 'packetSize',
      size: payloadSize,
    });
  }
  const size = payloadSize + HEADER_SIZE;
  target[offset] = DIGITS[size >> 12]!;
  target[offset + 1] = DIGITS[(size >> 8) & 15]!;
  target[offset + 2] = DIGITS[(size >> 4) & 15]!;
  target[offset + 3] = DIGITS[size & 15]!;
}

/** The text of a payload without one line feed at its end; bytes that are not UTF-8 are escaped, so it is reversible. */
export function packetText(payload: Uint8Array): string {
  const line = withoutLineFeed(payload);
  // Nearly all lines are ASCII, which needs no decoder.
  const text = latin1FromBytes(line);
  return NON_ASCII.test(text) ? losslessTextFromBytes(line) : text;
}

const NON_ASCII = /[\x80-\xff]/;

/** The payload without one line feed at its end; a view. */
export function withoutLineFeed(payload: Uint8Array): Uint8Array {
  return payload[payload.length - 1] === 0x0a ? payload.subarray(0, payload.length - 1) : payload;
}

/**
 * Cuts a stream of bytes into pkt-lines, however the bytes arrive.
 *
 * 1. It holds at most one pkt-line besides the chunk it was given last.
 * 2. `push` is called only after `next` said that it needs more.
 * 3. After any packet the rest may be taken raw; then the decoder is done.
 */
export class PacketDecoder {
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  readonly #header = new Uint8Array(HEADER_SIZE);
  #headerSize = 0;
  #payload: Uint8Array | undefined;
  #payloadSize = 0;

  /** Gives the next bytes of the stream. They must not be written to as long as packets of them are in use. */
  push(chunk: Uint8Array): void {
    assert(this.#at === this.#chunk.length, 'a packet decoder gets more only when it has read everything');
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** Whether the stream may end here: every packet that began is complete. */
  get isBetweenPackets(): boolean {
    return this.#headerSize === 0 && this.#payload === undefined;
  }

  /**
   * The next packet, or `undefined` when more bytes are needed.
   *
   * @throws {GovcError} protocol-error: a length that no pkt-line can have.
   */
  next(): Packet | undefined {
    if (this.#payload !== undefined) return this.#fillPayload(this.#payload);
    const chunk = this.#chunk;
    const start = this.#at;
    const available = chunk.length - start;
    if (this.#headerSize === 0 && available >= HEADER_SIZE) {
      const size = packetSizeAt(chunk, start);
      if (size < HEADER_SIZE) {
        this.#at = start + HEADER_SIZE;
        return specialPacket(size);
      }
      if (size <= available) {
        this.#at = start + size;
        return { kind: 'data', payload: chunk.subarray(start + HEADER_SIZE, start + size) };
      }
    }
    while (this.#headerSize < HEADER_SIZE) {
      if (this.#at === chunk.length) return undefined;
      this.#header[this.#headerSize++] = chunk[this.#at++]!;
    }
    const size = packetSizeAt(this.#header, 0);
    this.#headerSize = 0;
    if (size < HEADER_SIZE) return specialPacket(size);
    this.#payload = new Uint8Array(size - HEADER_SIZE);
    this.#payloadSize = 0;
    return this.#fillPayload(this.#payload);
  }

  /** The bytes after the last packet that were given already, as a view; what follows them is raw too. */
  takeRemainder(): Uint8Array {
    assert(this.isBetweenPackets, 'raw bytes begin only after a whole packet');
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = EMPTY;
    this.#at = 0;
    return rest;
  }

  #fillPayload(payload: Uint8Array): Packet | undefined {
    const size = Math.min(payload.length - this.#payloadSize, this.#chunk.length - this.#at);
    payload.set(this.#chunk.subarray(this.#at, this.#at + size), this.#payloadSize);
    this.#at += size;
    this.#payloadSize += size;
    if (this.#payloadSize < payload.length) return undefined;
    this.#payload = undefined;
    return { kind: 'data', payload };
  }
}

function specialPacket(size: number): Packet {
  return size === 0 ? FLUSH : size === 1 ? DELIM : RESPONSE_END;
}

/** The size that the four digits at `offset` say: 0, 1, 2, or 4 to the limit. */
function packetSizeAt(bytes: Uint8Array, offset: number): number {
  let size = 0;
  for (let i = offset; i < offset + HEADER_SIZE; i++) {
    const digit = hexDigit(bytes[i]!);
    if (digit < 0) throw invalidSize(bytes, offset);
    size = (size << 4) | digit;
  }
  if (size === 3 || size > LIMITS.packetSize.value) throw invalidSize(bytes, offset);
  return size;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function invalidSize(bytes: Uint8Array, offset: number): GovcError {
  const digits = latin1FromBytes(bytes.subarray(offset, offset + HEADER_SIZE));
  return new GovcError('protocol-error', `protocol error: bad line length ${JSON.stringify(digits)}`, {
    length: digits,
  });
}
