/** `PACK` and version 2, with which every pack in a protocol begins. */
const SIGNATURE = Buffer.from([0x50, 0x41, 0x43, 0x4b, 0, 0, 0, 2]);
const HEADER_SIZE = 12;

/**
 * Reads how many objects a pack promises from bytes that pass by, whatever they are wrapped in, for metrics. The header lies in one
 * packet, and no line of the protocol can spell it: none holds so many zeros. It looks at every byte until then, and at none after.
 */
export class PackProbe {
  /** Zero until a pack has begun. */
  objects = 0;
  #rest: Buffer = Buffer.alloc(0);
  #isDone = false;

  look(bytes: Uint8Array): void {
    if (this.#isDone) return;
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const window = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const at = window.indexOf(SIGNATURE);
    if (at >= 0 && at + HEADER_SIZE <= window.length) {
      this.objects = window.readUInt32BE(at + 8);
      this.#isDone = true;
      this.#rest = Buffer.alloc(0);
      return;
    }
    // A copy: the bytes belong to whoever they came from. The end may hold the beginning of a header.
    this.#rest = Buffer.from(window.subarray(at >= 0 ? at : Math.max(0, window.length - HEADER_SIZE + 1)));
  }
}
