/** Answers that come piece by piece, such as events. */
import { GovcApiError } from '@govc/client';

import type { CommandIo } from '../io.js';
import { objectOf } from './contexts.js';
import type { Ask } from './server.js';

/** What is asked for. */
export interface StreamRequest {
  readonly url: string;
  readonly path: string;
  readonly ask: Ask;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The body of an answer as it arrives. @throws {GovcApiError} the server refuses or cannot be reached */
export async function openStream({ fetch }: Pick<CommandIo, 'fetch'>, { url, path, ask, headers, signal }: StreamRequest): Promise<AsyncIterable<Uint8Array>> {
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ask.params?.[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(ask.query ?? {})) if (value !== undefined) query.append(name, String(value));
  const text = query.toString();
  let response: Response;
  try {
    response = await fetch!(`${url}${target}${text === '' ? '' : `?${text}`}`, { headers, signal, redirect: 'error' });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new GovcApiError('client-not-connected', `${path} had no answer.`, {}, { cause: error });
  }
  if (!response.ok || response.body === null) throw await refusalOf(response);
  return response.body;
}

async function refusalOf(response: Response): Promise<GovcApiError> {
  const text = await response.text();
  let body: Readonly<Record<string, unknown>> | undefined;
  try {
    body = objectOf(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const field = (name: string, other: string): string => (typeof body?.[name] === 'string' ? body[name] : other);
  return new GovcApiError(field('code', 'UNKNOWN'), field('error', `The server answered ${response.status}.`), {
    status: response.status, details: body?.['details'], requestId: field('request_id', ''),
  });
}
