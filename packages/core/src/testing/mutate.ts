import type { SeededRandom } from './random.js';

const INTERESTING = [0, 1, 0x20, 0x0a, 0x30, 0x7f, 0x80, 0xff];

/** A changed copy of `input`: some bytes flipped, set, inserted, removed, repeated or cut off. */
export function mutateBytes(input: Uint8Array, random: SeededRandom): Uint8Array {
  let bytes = [...input];
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const at = random.below(bytes.length + 1);
    const size = 1 + random.below(8);
    switch (random.below(7)) {
      case 0:
        if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
        break;
      case 1:
        if (at < bytes.length) bytes[at] = random.pick(INTERESTING);
        break;
      case 2:
        bytes.splice(at, 0, ...random.bytes(size));
        break;
      case 3:
        bytes.splice(at, size);
        break;
      case 4:
        bytes.splice(at, 0, ...bytes.slice(at, at + size * 4));
        break;
      case 5:
        bytes = bytes.slice(0, at);
        break;
      default: {
        const from = random.below(bytes.length + 1);
        bytes.splice(at, size, ...bytes.slice(from, from + size));
      }
    }
  }
  return Uint8Array.from(bytes);
}
