import type { Principal, RecordStore } from '@govc/auth';
import type { Logger } from '@govc/logging';

import { ServerError } from '../errors.js';
import { matchesRef } from '../events/glob.js';
import type { Outbound } from './outbound.js';
import { signatures } from './webhook.js';

/** Somebody who is asked over HTTP before refs change. */
export interface Policy {
  readonly id: string;
  /** `*`: every repository. */
  readonly repository: string;
  readonly url: string;
  /** Signs questions; `undefined`: they are not signed. */
  readonly secret: string | undefined;
  /** Globs of refs; empty: all. */
  readonly refs: readonly string[];
  readonly timeoutMs: number;
  /** What holds when there is no answer. */
  readonly onFailure: 'deny' | 'allow';
  readonly description: string;
  readonly createdMs: number;
}

/** A ref that is about to change. */
export interface ProposedChange {
  readonly ref: string;
  /** `null`: it is not there. */
  readonly old: string | null;
  /** `null`: it is to be deleted, or with `dry_run` not made yet. */
  readonly new: string | null;
}

/** What policies are asked. */
export interface PolicyQuestion {
  readonly repositoryId: string;
  readonly principal: Principal | undefined;
  readonly source: 'push' | 'rest';
  readonly changes: readonly ProposedChange[];
  readonly pushOptions?: readonly string[] | undefined;
  /** Nothing is about to happen; somebody wants to know. */
  readonly isDryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Why a change may not be. */
export interface PolicyRefusal {
  readonly policyId: string;
  readonly message: string;
}

const COUNT_MAX = 20;
const MESSAGE_MAX = 500;

/** What {@link Policies} needs. */
export interface PoliciesOptions {
  readonly store: RecordStore<Policy>;
  readonly outbound: Outbound;
  readonly clock: () => number;
  readonly logger: Logger;
  /** The header `traceparent` of what runs now. */
  readonly trace: () => string | undefined;
}

/** The policies of a server. */
export class Policies {
  readonly #store: RecordStore<Policy>;
  readonly #outbound: Outbound;
  readonly #clock: () => number;
  readonly #logger: Logger;
  readonly #trace: () => string | undefined;
  /** All of them, at hand without waiting. */
  #policies: readonly Policy[];

  private constructor(options: PoliciesOptions, policies: readonly Policy[]) {
    this.#store = options.store;
    this.#outbound = options.outbound;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#trace = options.trace;
    this.#policies = policies;
  }

  static async open(options: PoliciesOptions): Promise<Policies> {
    return new Policies(options, await options.store.list());
  }

  /** Whether anybody is to be asked about a repository. */
  concern(repositoryId: string): boolean {
    return this.#policies.some(({ repository }) => repository === '*' || repository === repositoryId);
  }

  async list(repository: string): Promise<Policy[]> {
    return this.#policies.filter((policy) => policy.repository === repository);
  }

  /** @throws {ServerError} webhooks-exhausted */
  async add(policy: Policy): Promise<Policy> {
    if ((await this.list(policy.repository)).length >= COUNT_MAX) {
      throw new ServerError('webhooks-exhausted', `There are at most ${COUNT_MAX} policies here.`, { max: COUNT_MAX });
    }
    await this.#store.insert(policy.id, policy);
    this.#policies = await this.#store.list();
    return policy;
  }

  /** @throws {ServerError} policy-unknown */
  async delete(repository: string, id: string): Promise<void> {
    const found = await this.#store.find(id);
    if (found?.repository !== repository) throw new ServerError('policy-unknown', `There is no policy "${id.slice(0, 100)}" here.`, { id: id.slice(0, 100) });
    await this.#store.delete(id);
    this.#policies = await this.#store.list();
  }

  /** All of a repository hold for its new name, too, while `rename` runs, and then only for that; where it fails, only for the old one. */
  async carryOver({ from, to, makeId }: { readonly from: string; readonly to: string; readonly makeId: () => string }, rename: () => Promise<void>): Promise<void> {
    const old = await this.list(from);
    const copies = old.map((policy) => ({ ...policy, id: makeId(), repository: to }));
    let gone: readonly Policy[] = copies;
    for (const copy of copies) await this.#store.insert(copy.id, copy);
    this.#policies = await this.#store.list();
    try {
      await rename();
      gone = old;
    } finally {
      for (const { id } of gone) await this.#store.delete(id);
      this.#policies = await this.#store.list();
    }
  }

  async deleteOf(repository: string): Promise<void> {
    for (const { id } of await this.list(repository)) await this.delete(repository, id);
  }

  /** Asks every policy about the changes that concern it, one after the other; gives the first refusal. */
  async findRefusal(question: PolicyQuestion): Promise<PolicyRefusal | undefined> {
    const { repositoryId, changes } = question;
    for (const policy of this.#policies) {
      if (policy.repository !== '*' && policy.repository !== repositoryId) continue;
      const concerned = changes.filter(({ ref }) => policy.refs.length === 0 || policy.refs.some((pattern) => matchesRef(pattern, ref)));
      if (concerned.length === 0) continue;
      const message = await this.#ask(policy, { ...question, changes: concerned });
      if (message !== undefined) return { policyId: policy.id, message };
    }
    return undefined;
  }

  /** @throws {ServerError} policy-refused */
  async mustAllow(question: PolicyQuestion): Promise<void> {
    const refusal = await this.findRefusal(question);
    if (refusal !== undefined) throw new ServerError('policy-refused', refusal.message, { policy: refusal.policyId });
  }

  /** Why the policy does not allow it; `undefined`: it does. */
  async #ask(policy: Policy, question: PolicyQuestion): Promise<string | undefined> {
    const { repositoryId, principal, source, changes, pushOptions, isDryRun, signal } = question;
    const body = JSON.stringify({
      event: 'policy', policy: policy.id, repository: repositoryId, timestamp: new Date(this.#clock()).toISOString(), source, dry_run: isDryRun === true,
      actor: principal === undefined ? null : { id: principal.userId, name: principal.username, email: principal.email },
      changes, ...(pushOptions === undefined ? {} : { push_options: pushOptions }),
    });
    const trace = this.#trace();
    const headers = {
      'Content-Type': 'application/json', 'User-Agent': 'govc-policy/1.0', 'X-Govc-Event': 'policy', ...signatures(policy.secret, body), ...(trace === undefined ? {} : { traceparent: trace }),
    };
    try {
      const answer = await this.#outbound({ url: policy.url, headers, body, timeoutMs: policy.timeoutMs, signal });
      const decision = readDecision(answer.status, answer.body);
      if (decision === undefined) return this.#failed(policy, `it answered ${answer.status} and no decision`);
      return decision.isAllowed ? undefined : (decision.message ?? `the policy ${nameOf(policy)} refused`);
    } catch (error) {
      return this.#failed(policy, (error as Error).message);
    }
  }

  #failed(policy: Policy, reason: string): string | undefined {
    this.#logger.warn('a policy could not be asked', { policy: policy.id, repository: policy.repository, reason, on_failure: policy.onFailure });
    return policy.onFailure === 'allow' ? undefined : `the policy ${nameOf(policy)} could not be asked`;
  }
}

function nameOf({ id, description }: Policy): string {
  return description === '' ? id : JSON.stringify(description);
}

/** `{"allow": true|false, "message"?}`; 204 allows, 403 refuses; anything else is no decision. */
function readDecision(status: number, body: string): { readonly isAllowed: boolean; readonly message: string | undefined } | undefined {
  if (status === 204) return { isAllowed: true, message: undefined };
  if (status !== 200 && status !== 403) return undefined;
  const value = parse(body);
  const message = typeof value?.['message'] === 'string' ? value['message'].replace(/\p{Cc}+/gu, ' ').slice(0, MESSAGE_MAX) : undefined;
  if (status === 403) return { isAllowed: false, message };
  return typeof value?.['allow'] === 'boolean' ? { isAllowed: value['allow'], message } : undefined;
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
