import type { IncomingHttpHeaders } from 'node:http';

import { ServerError } from '../errors.js';
import { parseTraceparent, type TraceContext } from './trace-context.js';

/** Facts of a span by OpenTelemetry's names. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Hears of what the server does, as spans of traces. All that the server knows of tracing. */
export interface Tracer {
  /** Begins a span for a request, below the one that its headers name, if they do. */
  beginRequest(name: string, headers: IncomingHttpHeaders, attributes: SpanAttributes): Span;
  /** Begins a span below the one that runs now. */
  begin(name: string, attributes: SpanAttributes): Span;
}

/** A piece of work with a beginning and an end. */
export interface Span {
  /** `undefined` when nothing is recorded. */
  readonly trace: TraceContext | undefined;
  /** Runs work whose spans are below this one. */
  run<Result>(work: () => Result): Result;
  end(end: { readonly name?: string | undefined; readonly isFailed: boolean; readonly attributes: SpanAttributes }): void;
}

/** As much of `@opentelemetry/api` as is used, so that the package is needed only where spans are wanted. */
export interface OpenTelemetryApi {
  readonly context: { active(): unknown; with(context: unknown, work: () => unknown): unknown };
  readonly propagation: { extract(context: unknown, carrier: unknown): unknown };
  readonly trace: {
    getTracer(name: string, version: string): { startSpan(name: string, options: object, context: unknown): OpenTelemetrySpan };
    setSpan(context: unknown, span: OpenTelemetrySpan): unknown;
    getSpan(context: unknown): OpenTelemetrySpan | undefined;
  };
}

/** A span of `@opentelemetry/api`, as far as it is used. */
export interface OpenTelemetrySpan {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
  setAttributes(attributes: SpanAttributes): unknown;
  setStatus(status: { readonly code: number }): unknown;
  updateName(name: string): unknown;
  end(): void;
}

/** `SpanKind.SERVER`, `SpanKind.INTERNAL` and `SpanStatusCode.ERROR` of the API. */
const KIND_SERVER = 1;
const KIND_INTERNAL = 0;
const STATUS_ERROR = 2;

/** Spans of OpenTelemetry. Where they go is what the SDK says that the operator loads with `node --import`. */
export function createOpenTelemetryTracer(api: OpenTelemetryApi, version: string): Tracer {
  const tracer = api.trace.getTracer('govc', version);
  const begin = (name: string, options: object, parent: unknown): Span => {
    const span = tracer.startSpan(name, options, parent);
    const inner = api.trace.setSpan(parent, span);
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      trace: parseTraceparent(`00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`),
      run: <Result>(work: () => Result) => api.context.with(inner, work) as Result,
      end({ name: last, isFailed, attributes }) {
        if (last !== undefined) span.updateName(last);
        span.setAttributes(attributes);
        if (isFailed) span.setStatus({ code: STATUS_ERROR });
        span.end();
      },
    };
  };
  return {
    beginRequest(name, headers, attributes) {
      const parent = api.propagation.extract(api.context.active(), headers);
      return begin(name, { kind: KIND_SERVER, attributes }, parent);
    },
    begin: (name, attributes) => begin(name, { kind: KIND_INTERNAL, attributes }, api.context.active()),
  };
}

/**
 * The tracer of the module that is loaded.
 *
 * @throws {ServerError} config-value-invalid: the module is not installed, or is none of OpenTelemetry's API.
 */
export async function loadTracer(load: (name: string) => Promise<unknown>, version: string): Promise<Tracer> {
  const name = '@opentelemetry/api';
  let api: unknown;
  try {
    api = await load(name);
  } catch (error) {
    throw new ServerError('config-value-invalid', `tracing.enabled is true, but the package ${name} cannot be loaded; install it beside govc.`, {
      name: 'tracing.enabled',
    }, { cause: error });
  }
  if (isApi(api)) return createOpenTelemetryTracer(api, version);
  throw new ServerError('config-value-invalid', `tracing.enabled is true, but ${name} has not the shape that is expected.`, { name: 'tracing.enabled' });
}

function isApi(api: unknown): api is OpenTelemetryApi {
  return typeof api === 'object' && api !== null && 'trace' in api && 'context' in api && 'propagation' in api;
}
