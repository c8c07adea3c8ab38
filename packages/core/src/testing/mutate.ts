/** Numbers from a seed, the same on every machine: a linear congruential generator of 32 bits. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const INTERESTING = [0, 1, 0x20, 0x0a, 0x30, 0x7f, 0x80, 0xff];

/** A changed copy of `input`: some bytes flipped, set, inserted, removed, repeated or cut off. */
export function mutateBytes(input: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = [...input];
  for (let edits = 1 + random(4); edits > 0; edits--) {
    const at = random(bytes.length + 1);
    const size = 1 + random(8);
    switch (random(7)) {
      case 0:
        if (at < bytes.length) bytes[at]! ^= 1 << random(8);
        break;
      case 1:
        if (at < bytes.length) bytes[at] = INTERESTING[random(INTERESTING.length)]!;
        break;
      case 2:
        bytes.splice(at, 0, ...Array.from({ length: size }, () => random(256)));
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
        const from = random(bytes.length + 1);
        bytes.splice(at, size, ...bytes.slice(from, from + size));
      }
    }
  }
  return Uint8Array.from(bytes);
}
