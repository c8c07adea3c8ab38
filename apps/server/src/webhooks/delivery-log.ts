import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { OutboundAnswer } from './outbound.js';

/** One delivery and how it ended. */
export interface Delivery {
  readonly id: string;
  readonly webhookId: string;
  /** Of the event; `undefined` for a ping. */
  readonly eventId: string | undefined;
  readonly event: string;
  readonly url: string;
  readonly attempts: number;
  readonly isDelivered: boolean;
  readonly isRedelivery: boolean;
  readonly createdMs: number;
  readonly durationMs: number;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** `undefined`: there was none. */
  readonly response: OutboundAnswer | undefined;
  readonly error: string | undefined;
}

interface State {
  /** The id of the event that was settled last. */
  place: string | undefined;
  deliveries: Delivery[];
  lineCount: number;
}

const KEPT_MAX = 100;
const BODY_KEPT_MAX = 256 * 1024;

/**
 * How deliveries of webhooks ended, and how far each webhook has come: the rest of the queue is the event log of its repository. In a data
 * folder one file for each, of lines of JSON; the last line tells where to go on after a crash, so that what it had not told is delivered again.
 */
export class DeliveryLog {
  readonly #folder: string | undefined;
  readonly #states = new Map<string, State>();

  /** @param folder `undefined`: in memory */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** The id of the event that was settled last. */
  async place(webhookId: string): Promise<string | undefined> {
    return (await this.#open(webhookId)).place;
  }

  /** The newest deliveries, newest first. */
  async list(webhookId: string): Promise<readonly Delivery[]> {
    return [...(await this.#open(webhookId)).deliveries].reverse();
  }

  /** Notes how far a webhook has come, and how a delivery ended. */
  async settle(webhookId: string, { place, delivery }: { readonly place?: string | undefined; readonly delivery?: Delivery | undefined }): Promise<void> {
    const state = await this.#open(webhookId);
    if (place !== undefined) state.place = place;
    const kept = delivery === undefined ? undefined : { ...delivery, request: { ...delivery.request, body: delivery.request.body.slice(0, BODY_KEPT_MAX) } };
    if (kept !== undefined) state.deliveries = [...state.deliveries, kept].slice(-KEPT_MAX);
    if (this.#folder === undefined) return;
    if (++state.lineCount > 4 * KEPT_MAX) {
      await this.#rewrite(webhookId, state);
      return;
    }
    await appendFile(this.#path(webhookId), `${JSON.stringify({ ...(place === undefined ? {} : { place }), ...(kept === undefined ? {} : { delivery: kept }) })}\n`, { mode: 0o600 });
  }

  async forget(webhookId: string): Promise<void> {
    this.#states.delete(webhookId);
    if (this.#folder !== undefined) await rm(this.#path(webhookId), { force: true });
  }

  async #open(webhookId: string): Promise<State> {
    const known = this.#states.get(webhookId);
    if (known !== undefined) return known;
    const state: State = { place: undefined, deliveries: [], lineCount: 0 };
    for (const line of await this.#readLines(webhookId)) {
      const value = parseLine(line);
      if (value?.place !== undefined) state.place = value.place;
      if (value?.delivery !== undefined) state.deliveries.push(value.delivery);
      state.lineCount++;
    }
    state.deliveries = state.deliveries.slice(-KEPT_MAX);
    const raced = this.#states.get(webhookId);
    if (raced !== undefined) return raced;
    this.#states.set(webhookId, state);
    return state;
  }

  async #readLines(webhookId: string): Promise<string[]> {
    if (this.#folder === undefined) return [];
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      const lines = (await readFile(this.#path(webhookId), 'utf8')).split('\n');
      // What a crash cut off has no line feed; the next line must not begin behind it.
      const rest = lines.pop();
      if (rest !== '') await writeFile(this.#path(webhookId), lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
      return lines;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async #rewrite(webhookId: string, state: State): Promise<void> {
    const lines = [...state.deliveries.map((delivery) => ({ delivery })), { place: state.place }];
    const path = this.#path(webhookId);
    await writeFile(`${path}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
    await rename(`${path}.new`, path);
    state.lineCount = lines.length;
  }

  #path(webhookId: string): string {
    return join(this.#folder!, `${webhookId}.jsonl`);
  }
}

function parseLine(line: string): { readonly place?: string; readonly delivery?: Delivery } | undefined {
  try {
    return JSON.parse(line) as { readonly place?: string; readonly delivery?: Delivery };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
