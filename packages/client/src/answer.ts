import { GovcApiError, clientError } from './errors.js';

/** The error that an answer tells of; also where it comes from a proxy and says nothing that we know. */
export async function failureOf(response: Response): Promise<GovcApiError> {
  const { status, headers } = response;
  const told = parsed(await response.text());
  const facts = {
    status,
    requestId: text(told['request_id']) ?? headers.get('x-request-id') ?? undefined,
    retryAfterMs: retryAfterMs(headers),
    details: told['details'],
  };
  const message = text(told['error']) ?? `The server answered ${status} ${response.statusText}`.trim();
  return new GovcApiError(text(told['code']) ?? `HTTP_${status}`, message, facts);
}

/** The JSON of an answer; `undefined` where it has no body. @throws {GovcApiError} client-answer-invalid */
export async function jsonOf(response: Response): Promise<unknown> {
  const body = await response.text();
  if (body === '') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    const type = response.headers.get('content-type') ?? 'no type';
    throw clientError('client-answer-invalid', `The server answered ${response.status} with what is not JSON (${type}).`, { cause: error });
  }
}

/** How long an answer asks to wait (RFC 9110, "Retry-After", in seconds; dates are not understood). */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
  } catch {
    // What is not JSON comes from somebody between: the status tells what there is to tell.
    return {};
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
