/**
 * The header `traceparent` (W3C Trace Context, level 1): `00-<trace id>-<parent id>-<flags>`, of 32, 16 and 2 hexadecimal digits.
 */

/** Where a request stands in a trace that reaches over several programs. */
export interface TraceContext {
  readonly traceId: string;
  /** The part of this server in the trace. */
  readonly spanId: string;
  readonly flags: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,256})?$/;

/** What a `traceparent` says, or `undefined` where it says nothing valid: then it counts as absent, as the standard has it. */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const match = text === undefined || text.length > 512 ? null : TRACEPARENT.exec(text.trim());
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, more] = match as unknown as [string, string, string, string, string, string | undefined];
  // Later versions may append to what this one knows; `ff` is none.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags };
}

/** The header for whoever is asked on behalf of this part of the trace. */
export function formatTraceparent({ traceId, spanId, flags }: TraceContext): string {
  return `00-${traceId}-${spanId}-${flags}`;
}

/** A part of the same trace below `parent`. */
export function childOf(parent: TraceContext, random: (sizeBytes: number) => Uint8Array): TraceContext {
  const spanId = Buffer.from(random(8)).toString('hex');
  // A span of zeros is none; once in 2^64 it would come.
  return { ...parent, spanId: /^0+$/.test(spanId) ? '0000000000000001' : spanId };
}

/** The fields by which records of the log name a trace. */
export function traceFields({ traceId, spanId, flags }: TraceContext): Readonly<Record<string, string>> {
  return { trace_id: traceId, span_id: spanId, trace_flags: flags };
}

/** The header that such fields stand for; `undefined`: they name no trace. */
export function traceparentOf(fields: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const { trace_id: traceId, span_id: spanId, trace_flags: flags } = fields ?? {};
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || typeof flags !== 'string') return undefined;
  return formatTraceparent({ traceId, spanId, flags });
}
