import type { BodyOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Servers that are told of what happens, and server-side hooks. */
export class Webhooks {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** All of a repository. */
  list(repo: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/hooks', { ...options, params: { id: repo } });
  }

  /** One of them. */
  get(repo: string, webhook: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/hooks/{hook_id}', { ...options, params: { id: repo, hook_id: webhook } });
  }

  /** Registers one. */
  create(repo: string, webhook: BodyOf<'POST', '/api/v1/repos/{id}/hooks'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/hooks', { ...options, params: { id: repo }, body: webhook });
  }

  /** Changes one. */
  update(repo: string, webhook: string, changes: BodyOf<'PATCH', '/api/v1/repos/{id}/hooks/{hook_id}'>, options: CallOptions = {}) {
    return this.#requests.request('PATCH', '/api/v1/repos/{id}/hooks/{hook_id}', { ...options, params: { id: repo, hook_id: webhook }, body: changes });
  }

  /** Removes one. */
  async delete(repo: string, webhook: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/repos/{id}/hooks/{hook_id}', { ...options, params: { id: repo, hook_id: webhook } });
  }

  /** Sends it a ping. */
  ping(repo: string, webhook: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/hooks/{hook_id}/ping', { ...options, params: { id: repo, hook_id: webhook } });
  }

  /** What was sent to it lately. */
  deliveries(repo: string, webhook: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/hooks/{hook_id}/deliveries', { ...options, params: { id: repo, hook_id: webhook } });
  }

  /** One delivery with request and answer. */
  delivery(repo: string, webhook: string, delivery: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/hooks/{hook_id}/deliveries/{delivery_id}', { ...options, params: { id: repo, hook_id: webhook, delivery_id: delivery } });
  }

  /** Sends one again. */
  redeliver(repo: string, webhook: string, delivery: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/hooks/{hook_id}/deliveries/{delivery_id}/redeliver', { ...options, params: { id: repo, hook_id: webhook, delivery_id: delivery } });
  }

  /** Which server-side hooks there are. */
  serverHooks(repo: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/hooks/server', { ...options, params: { id: repo } });
  }

  /** Runs a server-side hook. */
  execute(repo: string, hook: string, run: BodyOf<'POST', '/api/v1/repos/{id}/hooks/execute/{hook_type}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/hooks/execute/{hook_type}', { ...options, params: { id: repo, hook_type: hook }, body: run });
  }
}
