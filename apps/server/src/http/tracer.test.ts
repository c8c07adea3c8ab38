import { describe, expect, it } from '@jest/globals';

import { createOpenTelemetryTracer, loadTracer, type OpenTelemetryApi, type OpenTelemetrySpan } from './tracer.js';

/** An API that notes what it is told, shaped as that of OpenTelemetry. */
function memoryApi() {
  const ended: Record<string, unknown>[] = [];
  let active: unknown = { root: true };
  let count = 0;
  const api: OpenTelemetryApi = {
    context: {
      active: () => active,
      with(context, work) {
        const before = active;
        active = context;
        try {
          return work();
        } finally {
          active = before;
        }
      },
    },
    propagation: { extract: (_context, carrier) => ({ parent: (carrier as Record<string, string>)['traceparent'] }) },
    trace: {
      getTracer: (name) => ({
        startSpan(spanName, options, parent) {
          const facts: Record<string, unknown> = { tracer: name, name: spanName, parent, ...options };
          const spanId = String(++count).padStart(16, '0');
          const span: OpenTelemetrySpan = {
            spanContext: () => ({ traceId: 'a'.repeat(32), spanId, traceFlags: 1 }),
            setAttributes: (attributes) => Object.assign(facts, { attributes: { ...(facts['attributes'] as object), ...attributes } }),
            setStatus: (status) => Object.assign(facts, { status }),
            updateName: (next) => Object.assign(facts, { name: next }),
            end: () => void ended.push(facts),
          };
          return span;
        },
      }),
      setSpan: (_context, span) => ({ span: span.spanContext().spanId }),
      getSpan: () => undefined,
    },
  };
  return { api, ended };
}

describe('spans', () => {
  it('begin below what the request names, and hold what runs inside', () => {
    const { api, ended } = memoryApi();
    const tracer = createOpenTelemetryTracer(api, '1.0');
    const span = tracer.beginRequest('POST', { traceparent: 'from the client' }, { 'url.path': '/x' });
    expect(span.trace).toEqual({ traceId: 'a'.repeat(32), spanId: '0000000000000001', flags: '01' });
    const inner = span.run(() => tracer.begin('git push', { 'govc.repository': 'app' }));
    inner.end({ isFailed: false, attributes: { 'govc.outcome': 'ok' } });
    span.end({ name: 'POST /{repository}', isFailed: true, attributes: { 'http.response.status_code': 500 } });
    expect(ended).toEqual([
      expect.objectContaining({ name: 'git push', kind: 0, parent: { span: '0000000000000001' }, attributes: { 'govc.repository': 'app', 'govc.outcome': 'ok' } }),
      expect.objectContaining({
        name: 'POST /{repository}', kind: 1, parent: { parent: 'from the client' }, status: { code: 2 },
        attributes: { 'url.path': '/x', 'http.response.status_code': 500 },
      }),
    ]);
  });

  it('need a module that is there and is the right one', async () => {
    const refused = { code: 'config-value-invalid', data: { name: 'tracing.enabled' } };
    await expect(loadTracer(() => Promise.reject(new Error('not found')), '1')).rejects.toMatchObject(refused);
    await expect(loadTracer(() => Promise.resolve({ version: 2 }), '1')).rejects.toMatchObject(refused);
    expect((await loadTracer(() => Promise.resolve(memoryApi().api), '1')).begin('x', {}).trace).toBeDefined();
  });
});
