import type { LogFields } from './record.js';

/** An HTTP request that was answered. */
export interface AnsweredRequest {
  /** Correlates all records of one request. */
  readonly requestId: string;
  /** Who asked; absent when nobody was authenticated. */
  readonly userId?: string | undefined;
  readonly method: string;
  /** The path without its query, which may hold credentials. */
  readonly path: string;
  readonly status: number;
  readonly latencyMs: number;
}

/** The fields of an answered request under the names that log searches know; latency is rounded to microseconds. */
export function requestFields(request: AnsweredRequest): LogFields {
  return {
    request_id: request.requestId,
    user_id: request.userId,
    http_method: request.method,
    http_path: request.path,
    http_status: request.status,
    http_latency_ms: Math.round(request.latencyMs * 1000) / 1000,
  };
}
