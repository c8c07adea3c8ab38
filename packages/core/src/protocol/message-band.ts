/** How messages reach the client while the driver is busy with a step. */
export interface MessageBand {
  /** The most bytes of a pkt-line of the sideband; `undefined` when there is none and messages are dropped. */
  readonly packetSize: number | undefined;
  /** After how much silence an empty frame says that work goes on; `undefined`: never. */
  readonly keepAliveMs: number | undefined;
}
