import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { PacketDecoder } from './packet.js';
import { decodeSideband, encodeSideband, KEEP_ALIVE_FRAME, SIDEBAND_64K_PACKET_SIZE, SIDEBAND_PACKET_SIZE } from './sideband.js';

function frameSizes(bytes: Uint8Array): number[] {
  const decoder = new PacketDecoder();
  decoder.push(bytes);
  const sizes: number[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
    if (packet.kind === 'data') sizes.push(decodeSideband(packet.payload).bytes.length);
  }
  return sizes;
}

describe('sidebands', () => {
  it('put their number before the data', () => {
    expect(encodeSideband(2, bytesFromText('hi\n'), SIDEBAND_64K_PACKET_SIZE)).toEqual(bytesFromText('0008\x02hi\n'));
    expect(encodeSideband(1, new Uint8Array(0), SIDEBAND_64K_PACKET_SIZE)).toHaveLength(0);
  });

  it('cut data so that each packet keeps to the agreed size', () => {
    expect(frameSizes(encodeSideband(1, new Uint8Array(2000), SIDEBAND_PACKET_SIZE))).toEqual([995, 995, 10]);
    expect(frameSizes(encodeSideband(1, new Uint8Array(65_516), SIDEBAND_64K_PACKET_SIZE))).toEqual([65_515, 1]);
  });

  it('are read back', () => {
    expect(decodeSideband(bytesFromText('\x03no'))).toEqual({ band: 3, bytes: bytesFromText('no') });
    expect(decodeSideband(KEEP_ALIVE_FRAME.subarray(4))).toEqual({ band: 1, bytes: new Uint8Array(0) });
  });

  it.each(['', '\x00a', '\x04a', 'PACK'])('refuse the payload %j', (payload) => {
    expect(() => decodeSideband(bytesFromText(payload))).toThrow(expect.objectContaining({ code: 'protocol-error' }));
  });
});
