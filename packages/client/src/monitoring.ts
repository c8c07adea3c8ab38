import type { QueryOf } from './request.js';
import type { Download, Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** How the server is. */
export class Monitoring {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Whether it is well, and each part of it. */
  health(options: CallOptions = {}) {
    return this.#requests.request('GET', '/health', options);
  }

  /** Whether it is there. */
  live(options: CallOptions = {}) {
    return this.#requests.request('GET', '/health/live', options);
  }

  /** Whether it takes work. */
  ready(options: CallOptions = {}) {
    return this.#requests.request('GET', '/health/ready', options);
  }

  /** Its version. */
  version(options: CallOptions = {}) {
    return this.#requests.request('GET', '/version', options);
  }

  /** Its metrics, as Prometheus reads them. */
  metrics(options: CallOptions = {}): Promise<Download> {
    return this.#requests.download('GET', '/metrics', options);
  }

  /** What it measures, as data. */
  measures(options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/monitoring/metrics', options);
  }

  /** How it was. */
  healthHistory(query: QueryOf<'GET', '/api/v1/monitoring/health/history'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/monitoring/health/history', { ...options, query });
  }

  /** How fast it is. */
  usage(options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/monitoring/performance', options);
  }

  /** What went wrong. */
  alerts(query: QueryOf<'GET', '/api/v1/monitoring/alerts'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/monitoring/alerts', { ...options, query });
  }

  /** What is open in the pool. */
  pool(options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/pool/stats', options);
  }

  /** Closes what nobody uses. */
  cleanPool(options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/pool/cleanup', options);
  }

  /** Who did what, newest first. */
  audit(query: QueryOf<'GET', '/api/v1/audit'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/audit', { ...options, query });
  }

  /** The OpenAPI document. */
  document(options: CallOptions = {}) {
    return this.#requests.request('GET', '/openapi.json', options);
  }
}
