import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import {
  encodePacket, encodeTextPacket, PACKET_PAYLOAD_MAX, PacketDecoder, packetText, type Packet,
} from './packet.js';
import { PacketWriter } from './packet-writer.js';

function decodeAll(bytes: Uint8Array): Packet[] {
  const decoder = new PacketDecoder();
  decoder.push(bytes);
  const packets: Packet[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) packets.push(packet);
  return packets;
}

describe('pkt-lines', () => {
  it('are encoded as in the examples of gitprotocol-common', () => {
    expect(encodeTextPacket('a\n')).toEqual(bytesFromText('0006a\n'));
    expect(encodeTextPacket('a')).toEqual(bytesFromText('0005a'));
    expect(encodeTextPacket('foobar\n')).toEqual(bytesFromText('000bfoobar\n'));
    expect(encodeTextPacket('')).toEqual(bytesFromText('0004'));
  });

  it('are decoded with all special packets', () => {
    expect(decodeAll(bytesFromText('0006a\n0000000100020004000Bfoobar\n'))).toEqual([
      { kind: 'data', payload: bytesFromText('a\n') },
      { kind: 'flush' }, { kind: 'delim' }, { kind: 'response-end' },
      { kind: 'data', payload: bytesFromText('') },
      { kind: 'data', payload: bytesFromText('foobar\n') },
    ]);
  });

  it('carry at most 65516 bytes', () => {
    const payload = new Uint8Array(PACKET_PAYLOAD_MAX).fill(7);
    expect(Buffer.from(encodePacket(payload).subarray(0, 4)).toString()).toBe('fff0');
    expect(decodeAll(encodePacket(payload))).toEqual([{ kind: 'data', payload }]);
    expect(() => encodePacket(new Uint8Array(PACKET_PAYLOAD_MAX + 1))).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });

  it.each(['0003', 'fff1', 'ffff', 'FFF4', '00g0', '-001', ' 004', '0x04', 'PACK', '\0\0\0\0'])('refuse the length %j', (length) => {
    expect(() => decodeAll(bytesFromText(`${length}abcd`))).toThrow(expect.objectContaining({ code: 'protocol-error' }));
    const decoder = new PacketDecoder();
    const feed = (): void => {
      for (const byte of bytesFromText(length)) {
        expect(decoder.next()).toBeUndefined();
        decoder.push(Uint8Array.of(byte));
      }
      decoder.next();
    };
    expect(feed).toThrow(expect.objectContaining({ code: 'protocol-error', data: { length } }));
  });

  it('say whether the stream may end', () => {
    const decoder = new PacketDecoder();
    expect(decoder.isBetweenPackets).toBe(true);
    decoder.push(bytesFromText('00'));
    expect(decoder.next()).toBeUndefined();
    expect(decoder.isBetweenPackets).toBe(false);
    decoder.push(bytesFromText('06a'));
    expect(decoder.next()).toBeUndefined();
    expect(decoder.isBetweenPackets).toBe(false);
    decoder.push(bytesFromText('\n'));
    expect(decoder.next()).toEqual({ kind: 'data', payload: bytesFromText('a\n') });
    expect(decoder.isBetweenPackets).toBe(true);
  });

  it('leave what follows them', () => {
    const decoder = new PacketDecoder();
    decoder.push(bytesFromText('0000PACKxyz'));
    expect(decoder.next()).toEqual({ kind: 'flush' });
    expect(decoder.takeRemainder()).toEqual(bytesFromText('PACKxyz'));
    expect(decoder.takeRemainder()).toEqual(bytesFromText(''));
  });

  it('lose one line feed when they are text, and keep bytes that are not UTF-8', () => {
    expect(packetText(bytesFromText('a\n\n'))).toBe('a\n');
    const text = packetText(Uint8Array.of(0x61, 0xff, 0xc3, 0xa4));
    expect(text).toBe('a\udcff\u00e4');
    expect(encodeTextPacket(text)).toEqual(Uint8Array.of(0x30, 0x30, 0x30, 0x38, 0x61, 0xff, 0xc3, 0xa4));
  });
});

describe('a packet writer', () => {
  it('puts packets in a row and gives them once', () => {
    const writer = new PacketWriter();
    expect(writer.line('a\n').line('\u00e4').data(Uint8Array.of(1)).raw(bytesFromText('0000')).take())
      .toEqual(Buffer.concat([Buffer.from('0006a\n0006\u00e40005'), Uint8Array.of(1), Buffer.from('0000')]).subarray());
    expect(writer.take()).toHaveLength(0);
  });

  it('says when there is enough for a write', () => {
    const writer = new PacketWriter();
    expect(writer.isFull).toBe(false);
    writer.data(new Uint8Array(32 * 1024));
    expect(writer.isFull).toBe(true);
  });
});
