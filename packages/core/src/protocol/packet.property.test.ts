import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concatBytes } from '../bytes/compare.js';
import { hasCode } from '../errors.js';
import { DELIM_PACKET, encodePacket, FLUSH_PACKET, PacketDecoder, RESPONSE_END_PACKET, type Packet } from './packet.js';

const packets = fc.array(fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((payload): [Uint8Array, Packet] => [encodePacket(payload), { kind: 'data', payload }]),
  fc.constantFrom<[Uint8Array, Packet]>(
    [FLUSH_PACKET, { kind: 'flush' }], [DELIM_PACKET, { kind: 'delim' }], [RESPONSE_END_PACKET, { kind: 'response-end' }],
  ),
), { maxLength: 20 });

/** Decodes a stream that arrives in chunks of the given sizes, in turn. */
function decode(bytes: Uint8Array, sizes: readonly number[]): { readonly packets: Packet[]; readonly isWhole: boolean } {
  const decoder = new PacketDecoder();
  const found: Packet[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    decoder.push(bytes.subarray(at, at + size));
    at += size;
    for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) found.push(packet);
  }
  return { packets: found, isWhole: decoder.isBetweenPackets };
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

describe('the packet decoder', () => {
  it('gives the same packets however the stream is cut', () => {
    fc.assert(fc.property(packets, sizes, (list, chunkSizes) => {
      const bytes = concatBytes(list.map(([encoded]) => encoded));
      expect(decode(bytes, chunkSizes)).toEqual({ packets: list.map(([, packet]) => packet), isWhole: true });
    }));
  });

  it('knows a stream that was cut off', () => {
    fc.assert(fc.property(packets, fc.nat(), (list, cut) => {
      const bytes = concatBytes(list.map(([encoded]) => encoded));
      const starts = new Set([0]);
      let at = 0;
      for (const [encoded] of list) starts.add((at += encoded.length));
      const end = bytes.length === 0 ? 0 : cut % bytes.length;
      expect(decode(bytes.subarray(0, end), [7]).isWhole).toBe(starts.has(end));
    }));
  });

  it('throws nothing but protocol errors, at the same place however the stream is cut', () => {
    const attempt = (bytes: Uint8Array, chunkSizes: readonly number[]): unknown => {
      try {
        return decode(bytes, chunkSizes);
      } catch (error) {
        expect(hasCode(error, 'protocol-error')).toBe(true);
        return (error as Error).message;
      }
    };
    fc.assert(fc.property(packets, fc.nat(), fc.integer({ min: 0, max: 255 }), sizes, (list, place, byte, chunkSizes) => {
      const bytes = concatBytes(list.map(([encoded]) => encoded));
      if (bytes.length > 0) bytes[place % bytes.length] = byte;
      expect(attempt(bytes, chunkSizes)).toEqual(attempt(bytes, [Math.max(1, bytes.length)]));
    }));
  });
});
