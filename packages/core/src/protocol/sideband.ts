/**
 * Sidebands: three streams in one, each pkt-line's first byte saying which (gitprotocol-capabilities,
 * "side-band, side-band-64k").
 *
 *     1  data: the pack, or the report of a push
 *     2  messages for the user
 *     3  a fatal error; the stream ends
 *
 * With `side-band` a pkt-line has at most 1000 bytes, with `side-band-64k` 65520, the band and length included.
 */
import { GovcError } from '../errors.js';
import { textFromBytes } from '../bytes/text.js';
import { LIMITS } from '../limits.js';
import { writePacketSize } from './packet.js';

/** Which stream a frame belongs to. */
export type Band = 1 | 2 | 3;

/** The most bytes of a pkt-line with `side-band`. */
export const SIDEBAND_PACKET_SIZE = 1000;
/** The most bytes of a pkt-line with `side-band-64k`. */
export const SIDEBAND_64K_PACKET_SIZE: number = LIMITS.packetSize.value;

const OVERHEAD = 5;

/** An empty frame of band 1: says "still working" and nothing else. */
export const KEEP_ALIVE_FRAME: Uint8Array = Uint8Array.of(0x30, 0x30, 0x30, 0x35, 1);

/**
 * The frames that carry `bytes` on a band, in one row; none for no bytes. Copies.
 *
 * @param packetSize the most bytes of one pkt-line, {@link SIDEBAND_PACKET_SIZE} or {@link SIDEBAND_64K_PACKET_SIZE}
 */
export function encodeSideband(band: Band, bytes: Uint8Array, packetSize: number): Uint8Array {
  const sizeMax = packetSize - OVERHEAD;
  const count = Math.ceil(bytes.length / sizeMax);
  const frames = new Uint8Array(bytes.length + count * OVERHEAD);
  let target = 0;
  for (let source = 0; source < bytes.length; source += sizeMax) {
    const size = Math.min(sizeMax, bytes.length - source);
    writePacketSize(frames, target, size + 1);
    frames[target + 4] = band;
    frames.set(bytes.subarray(source, source + size), target + OVERHEAD);
    target += size + OVERHEAD;
  }
  return frames;
}

/** One frame as received; `bytes` is a view on the packet. */
export interface SidebandFrame {
  readonly band: Band;
  readonly bytes: Uint8Array;
}

/**
 * Reads the payload of a pkt-line as a frame.
 *
 * @throws {GovcError} protocol-error: the payload is empty or names another band.
 */
export function decodeSideband(payload: Uint8Array): SidebandFrame {
  const band = payload[0];
  if (band !== 1 && band !== 2 && band !== 3) {
    const text = textFromBytes(payload.subarray(0, 80));
    throw new GovcError('protocol-error', `protocol error: bad band in ${JSON.stringify(text)}`, { text });
  }
  return { band, bytes: payload.subarray(1) };
}
